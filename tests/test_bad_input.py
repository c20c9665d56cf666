"""Bad input: one clear sentence with its place, the documented exit status, no traceback, nothing touched."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.cli import main

CV = "# Bio {#bio .core}\n\nHello.\n"
FILTER = "formats: [html, txt]\n"
LONG = "a" * 300
BOMB = [("x", "a"), ("*a", "b"), ("*b", "c"), ("*c", "d"), ("*d", "e"), ("*e", "f"), ("*f", "g")]


@dataclass(frozen=True)
class Case:
    name: str
    said: str
    status: int = 2
    files: dict[str, bytes | str | None] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("build",)


CASES = [
    Case("no source", "cv.md: error[PV001]: there is no such file\n", files={"cv.md": None}),
    Case(
        "a source of another name",
        "mine.md: error[PV001]: there is no such file\n",
        arguments=("build", "-s", "mine.md"),
    ),
    Case(
        "a folder as source",
        "filters: error[PV001]: this is a folder, not a file\n",
        arguments=("build", "-s", "filters"),
    ),
    Case("an empty source", "cv.md: error[PV003]: the file is empty\n", files={"cv.md": " \n\n"}),
    Case(
        "not UTF-8",
        "cv.md:2:3: error[PV002]: the byte 0xFC is not UTF-8\n  hint: save the file in the encoding UTF-8\n",
        files={"cv.md": b"# Bio\n\xc3\xbc \xfcr\n"},
    ),
    Case(
        "front matter that is no YAML",
        "cv.md:2:22: error[PV004]: the front matter is not YAML: did not find expected ',' or ']' "
        "while parsing a flow sequence\n  2 | own_names: [Example A\n    |                      ^\n",
        files={"cv.md": f"---\nown_names: [Example A\n---\n{CV}"},
    ),
    Case(
        "an unknown key in the front matter",
        "cv.md:2:1: error[PV005]: the front matter knows no key “affilation”\n"
        "  2 | affilation: HHI\n    | ^^^^^^^^^^\n  hint: did you mean “affiliation”?\n",
        files={"cv.md": f"---\naffilation: HHI\n---\n{CV}"},
    ),
    Case(
        "a div that is not closed",
        "cv.md:3:1: error[PV010]: the fenced div that opens here is not closed\n"
        "  3 | ::: {.core}\n    | ^^^^^^^^^^^\n  hint: write ::: on a line of its own where the div ends\n",
        files={"cv.md": "# Bio\n\n::: {.core}\nHello.\n"},
    ),
    Case(
        "a tag that the front matter does not list",
        "cv.md:5:8: error[PV112]: the tag “cora” is not among those that the front matter lists\n"
        "  5 | # Bio {.cora}\n    |        ^^^^^\n  hint: did you mean “core”?\n",
        files={"cv.md": "---\ntags: {core: all}\n---\n\n# Bio {.cora}\n\nHello. {.core}\n"},
    ),
    Case(
        "an unknown tag in a filter",
        "filters/one.yaml:1:9: error[PV110]: no tag “cora” in this CV\n"
        "  1 | select: cora\n    |         ^^^^\n  hint: did you mean “core”?\n",
        files={"filters/one.yaml": "select: cora\n"},
    ),
    Case(
        "an unknown key in a filter",
        "filters/one.yaml:2:1: error[PV124]: a filter file has no key “selekt”\n"
        "  2 | selekt: core\n    | ^^^^^^\n  hint: did you mean “select”?\n",
        files={"filters/one.yaml": "title: CV\nselekt: core\n"},
    ),
    Case(
        "an expression that breaks off",
        "filters/one.yaml:1:17: error[PV101]: a tag or a comparison is missing before the end of the expression\n"
        "  1 | select: core and\n    |                 ^\n",
        files={"filters/one.yaml": "select: core and\n"},
    ),
    Case(
        "an unknown tag on the second line of an expression",
        "filters/one.yaml:1:9: error[PV110]: no tag “cora” in this CV\n"
        "  1 | select: core or\n    |         ^\n  hint: did you mean “core”?\n",
        files={"filters/one.yaml": "select: core or\n  cora\n"},
    ),
    Case(
        "an unknown tag in a count",
        "cv.md:3:40: error[PV110]: no tag “cora” in this CV\n"
        "  3 | Hello, [1]{.core count=core} [4]{count=cora}.\n    |                                        ^^^^\n"
        "  hint: did you mean “core”?\n",
        files={"cv.md": "# Bio {#bio .core}\n\nHello, [1]{.core count=core} [4]{count=cora}.\n"},
    ),
    Case(
        "a filter with a character that YAML cannot hold",
        "filters/one.yaml:2:9: error[PV122]: not YAML: the character U+0007 cannot stand in it\n"
        "  2 | title: ü\x07\n    |         ^\n",
        files={"filters/one.yaml": "# a\ntitle: ü\x07\n"},
    ),
    Case(
        "a filter with such a character in its spelling",
        "filters/one.yaml:1:8: error[PV122]: not YAML: the character U+0000 cannot stand in it\n"
        '  1 | title: "a\\0"\n    |        ^\n',
        files={"filters/one.yaml": 'title: "a\\0"\n'},
    ),
    Case(
        "a name that is too long for a file",
        f"filters/one.yaml:1:10: error[PV128]: there is no filter “{LONG}” to extend\n"
        f"  1 | extends: {LONG}\n    |          {'^' * 300}\n  hint: there are two\n",
        files={"filters/one.yaml": f"extends: {LONG}\n", "filters/two.yaml": FILTER},
    ),
    Case(
        "a filter that breaks off in its only line",
        "filters/one.yaml:1:15: error[PV122]: not YAML: did not find expected ',' or ']'\n"
        "  1 | formats: [html\n    |               ^\n",
        files={"filters/one.yaml": "formats: [html"},
    ),
    Case(
        "a filter that holds itself",
        "filters/one.yaml:1:7: error[PV122]: not YAML: nested too deeply\n  1 | sort: &a [*a]\n    |       ^\n",
        files={"filters/one.yaml": "sort: &a [*a]\n"},
    ),
    Case(
        "a filter that is small and stands for billions of values",
        "filters/one.yaml:4:4: error[PV122]: not YAML: too large once each alias is what it stands for\n"
        f"  4 | d: &d [{', '.join(['*c'] * 20)}]\n    |    ^\n",
        files={"filters/one.yaml": "".join(f"{b}: &{b} [{', '.join([a] * 20)}]\n" for a, b in BOMB)},
    ),
    Case(
        "a filter that is too large",
        "filters/one.yaml: error[PV127]: the file is larger than 200 KB, the most that is read\n"
        "  hint: such a file holds a few lines of settings\n",
        files={"filters/one.yaml": "#" * 200_001},
    ),
    Case(
        "a number that is none",
        "filters/one.yaml:1:10: error[PV125]: “leading” is a number, not “inf”\n"
        "  1 | leading: inf\n    |          ^^^\n",
        files={"filters/one.yaml": "leading: inf\n"},
    ),
    Case(
        "a filter that is no YAML",
        "filters/one.yaml:2:1: error[PV122]: not YAML: did not find expected ',' or ']'\n",
        files={"filters/one.yaml": "formats: [html\n"},
    ),
    Case(
        "a filter that is not UTF-8",
        "filters/one.yaml: error[PV121]: not UTF-8: byte 8 cannot be read\n",
        files={"filters/one.yaml": b"title: \xff\n"},
    ),
    Case(
        "a filter that is a list",
        "filters/one.yaml:1:1: error[PV125]: a filter file is a group of keys such as “select: core”\n"
        "  1 | - core\n    | ^\n",
        files={"filters/one.yaml": "- core\n"},
    ),
    Case(
        "a key of the wrong type",
        "filters/one.yaml:1:15: error[PV125]: “pages.most” is a number, not “one”\n"
        "  1 | pages: {most: one}\n    |               ^^^\n",
        files={"filters/one.yaml": "pages: {most: one}\n"},
    ),
    Case(
        "a key that is written twice",
        "filters/one.yaml:2:1: error[PV123]: “title” is written twice\n  2 | title: b\n    | ^^^^^\n",
        files={"filters/one.yaml": "title: a\ntitle: b\n"},
    ),
    Case(
        "a key without a value",
        "filters/one.yaml:1:8: error[PV125]: “select” has no value\n  1 | select:\n    |        ^\n",
        files={"filters/one.yaml": "select:\n"},
    ),
    Case(
        "an unknown numbering",
        "filters/one.yaml:1:12: error[PV125]: “numbering” is restart, keep or reverse, not “reversed”\n"
        "  1 | numbering: reversed\n    |            ^^^^^^^^\n  hint: did you mean “reverse”?\n",
        files={"filters/one.yaml": "numbering: reversed\n"},
    ),
    Case(
        "an unknown format",
        "filters/one.yaml:1:17: error[PV134]: “dcox” is not a format\n"
        "  1 | formats: [html, dcox]\n    |                 ^^^^\n  hint: did you mean “docx”?\n",
        files={"filters/one.yaml": "formats: [html, dcox]\n"},
    ),
    Case(
        "an unknown theme",
        "filters/one.yaml:1:8: error[PV129]: there is no theme “nice”\n"
        "  1 | theme: nice\n    |        ^^^^\n  hint: there are default and form\n",
        files={"filters/one.yaml": "theme: nice\n"},
    ),
    Case(
        "a length without its unit",
        "filters/one.yaml:1:10: error[PV125]: “margins”: a length is written with its unit (25mm, 2.5cm, 1in), not “20”\n"
        "  1 | margins: 20\n    |          ^^\n",
        files={"filters/one.yaml": "margins: 20\n"},
    ),
    Case(
        "a section id that is not there",
        "filters/one.yaml:1:9: error[PV113]: no section “boi” in this CV\n"
        "  1 | order: [boi]\n    |         ^^^\n  hint: did you mean “bio”?\n",
        files={"filters/one.yaml": "order: [boi]\n"},
    ),
    Case(
        "a filter that extends what is not there",
        "filters/one.yaml:1:10: error[PV128]: there is no filter “base” to extend\n"
        "  1 | extends: base\n    |          ^^^^\n  hint: there are two\n",
        files={"filters/one.yaml": "extends: base\n", "filters/two.yaml": FILTER},
    ),
    Case(
        "filters that extend each other",
        "filters/one.yaml:1:10: error[PV128]: “two” is extended in a circle\n  1 | extends: two\n    |          ^^^\n"
        "filters/two.yaml:1:10: error[PV128]: “one” is extended in a circle\n  1 | extends: one\n    |          ^^^\n",
        files={"filters/one.yaml": "extends: two\n", "filters/two.yaml": "extends: one\n"},
    ),
    Case(
        "two filters that write one file",
        "filters/two.yaml:1:10: error[PV135]: “one” and “two” both write one.html\n"
        "  1 | formats: html\n    |          ^^^^\n",
        files={"filters/two.yaml": "formats: html\nfilename: one\n"},
    ),
    Case(
        "a file name that is a path",
        "filters/one.yaml:1:11: error[PV125]: “filename” has to be a plain name, of a folder too where there is one, "
        'without .. and without : * ? " < > |\n  1 | filename: ../secret\n    |           ^^^^^^^^^\n',
        files={"filters/one.yaml": "filename: ../secret\n"},
    ),
    Case(
        "a template that is not there",
        "filters/one.yaml:1:12: error[PV132]: there is no file “form.docx”\n"
        "  1 | reference: form.docx\n    |            ^^^^^^^^^\n",
        files={"filters/one.yaml": "reference: form.docx\n"},
    ),
    Case(
        "private data that are not there",
        "filters/one.yaml:1:10: error[PV137]: the filter shows private data, but there is no cv.private.yaml beside the CV\n"
        "  1 | private: true\n    |          ^^^^\n  hint: write it, or take the line out\n",
        files={"filters/one.yaml": "private: true\n"},
    ),
    Case(
        "words without a limit",
        "filters/one.yaml:1:8: error[PV125]: “words” sets no limit\n"
        "  1 | words: {items: core}\n    |        ^^^^^^^^^^^^^\n  hint: words: {items: bio, most: 100}\n",
        files={"filters/one.yaml": "words: {items: core}\n"},
    ),
    Case(
        "a filter that is not there",
        "error[PV131]: there is no filter “ona” in filters\n  hint: did you mean “one”?\n",
        arguments=("build", "ona"),
    ),
    Case(
        "no filters",
        "filters: error[PV130]: there is no filter file here\n  hint: polyvita init shows some\n",
        files={"filters/one.yaml": None},
    ),
    Case(
        "a format that no filter has",
        "error[PV133]: none of these filters has the format pdf\n",
        arguments=("build", "-f", "pdf"),
    ),
    Case(
        "a file in the place of the output folder",
        "filters/one.yaml:1:11: error[PV301]: out/one.html cannot be written: File exists\n"
        "  1 | formats: [html, txt]\n    |           ^^^^\n  hint: is it open in Word, or is the folder read-only?\n"
        "filters/one.yaml:1:17: error[PV301]: out/one.txt cannot be written: File exists\n"
        "  1 | formats: [html, txt]\n    |                 ^^^\n  hint: is it open in Word, or is the folder read-only?\n",
        status=3,
        files={"out": "a file"},
        arguments=("build", "-o", "out"),
    ),
    Case(
        "a folder that is there already",
        "error[PV136]: cv.md is there already\n  hint: name a new folder\n",
        arguments=("init", "."),
    ),
]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before: dict[str, bytes | str | None] = {
        "cv.md": CV,
        "filters/one.yaml": FILTER,
        "outputs/one.html": "an earlier output",
    }
    for name, content in (before | case.files).items():
        if content is None:
            continue
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    there = snapshot(tmp_path)

    status = main(case.arguments)

    said = capsys.readouterr().err
    assert said == case.said
    assert status == case.status
    assert "Traceback" not in said
    assert snapshot(tmp_path) == there


def test_the_command_itself_ends_with_the_status(tmp_path: Path) -> None:
    """The same through a real process, as a shell sees it."""
    run = subprocess.run(
        [sys.executable, "-m", "pipeline", "build"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr) == (2, "", "cv.md: error[PV001]: there is no such file\n")


@pytest.mark.parametrize("arguments", [["bild"], ["build", "--nope"], ["ast", "a", "b"]])
def test_a_wrong_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: polyvita" in capsys.readouterr().err

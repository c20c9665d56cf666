"""What the reader says about a text that is wrong or doubtful: code, place and words."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from polyvita import read, read_text
from polyvita.core.diagnostics import InputError, Report
from polyvita.core.document import plain_text
from repository import PACKAGE

ATTRIBUTES_HINT = 'attributes are written {#id .tag key=value key="a value"}; write \\{ for a brace'


def findings(text: str) -> list[str]:
    """All findings of a text, each with its place, code and message."""
    report = Report()
    with contextlib.suppress(InputError):
        read_text(text, file="cv.md", report=report)
    return [f"{found.location}: {found.severity} {found.code} {found.message}" for found in report]


STORIES = {
    "front matter that is no YAML": (
        "---\nname: A\n  b: c\n---\n",
        ["cv.md:3:4: error PV004 the front matter is not YAML: a colon with a space behind it cannot stand here"],
    ),
    "front matter that is a list": (
        "---\n- a\n---\n",
        ["cv.md:2:1: error PV004 the front matter is made of keys with values, such as “lang: en”"],
    ),
    "front matter without an end": ("---\nname: A\n\ntext\n", ["cv.md:1:1: error PV004 the front matter has no end"]),
    "front matter with a control character": (
        "---\nname: \x07\n---\n",
        ["cv.md:2:7: error PV004 the front matter is not YAML: the character U+0007 cannot stand here"],
    ),
    "front matter nested too deep": (
        f"---\nname: {'[' * 3000}\n---\n",
        ["cv.md:2:106: error PV004 the front matter is not YAML: lists and groups are nested too deeply"],
    ),
    "an unknown key": ("---\nnmae: A\n---\n", ["cv.md:2:1: error PV005 the front matter knows no key “nmae”"]),
    "a key twice": ("---\nname: A\nname: B\n---\n", ["cv.md:3:1: error PV006 “name” is written twice"]),
    "values of the wrong kind": (
        "---\nname: [A]\nlinks: x\ntags: y\nown_names: [A, [B]]\nemail:\n---\n",
        [
            "cv.md:2:7: error PV006 “name” must be text",
            "cv.md:3:8: error PV006 “links” must be a list of links, each with label and url",
            "cv.md:4:7: error PV006 “tags” must be tags with their meanings, or a list of tags",
            "cv.md:5:16: error PV006 “own_names” must be text or a list of texts",
            "cv.md:6:7: error PV006 “email” has no value",
        ],
    ),
    "a link without an address": (
        "---\nlinks:\n  - {label: x}\n---\n",
        ["cv.md:3:5: error PV006 “links” must be a list of links, each with label and url"],
    ),
    "a character that nobody sees": (
        "a\n\nb\x07c\n",
        ["cv.md:3:2: warning PV008 the character U+0007 cannot be shown, and becomes �"],
    ),
    "unclosed divs": (
        "::: a\n\n- ::: b\n  x\n\ny\n",
        [
            "cv.md:1:1: error PV010 the fenced div that opens here is not closed",
            "cv.md:3:3: error PV010 the fenced div that opens here is not closed",
        ],
    ),
    "a fence too many": (
        "::: a\nx\n:::\n\n:::\n",
        ["cv.md:5:1: warning PV011 this fence closes a div that is not open, and stays text"],
    ),
    "attributes gone wrong": (
        "p {.a,.b}\n\nq {a b}\n\n# H {# a}\n\nx {.a y\n\nx{.a b=} {k='v}\n",
        [
            "cv.md:1:3: warning PV012 {.a,.b} looks like attributes but is none, and stays text",
            "cv.md:3:3: warning PV012 {a b} looks like attributes but is none, and stays text",
            "cv.md:5:5: warning PV012 {# a} looks like attributes but is none, and stays text",
            "cv.md:7:3: warning PV012 {.a y looks like attributes but is none, and stays text",
            "cv.md:9:2: warning PV013 nothing here can carry the attributes {.a b=}, so they stay text",
            "cv.md:9:10: warning PV012 {k='v} looks like attributes but is none, and stays text",
        ],
    ),
    "braces that are nothing but braces": ("the set {1, 2} and {} and \\{.a} and `{.b}` hold\n", []),
    "attributes where nothing carries them": (
        "*a*{.b} x {.c} y {.d}\n\n| a {.e} | b |\n|---|---|\n{.f\n.g}\n",
        [
            "cv.md:1:4: warning PV013 nothing here can carry the attributes {.b}, so they stay text",
            "cv.md:1:11: warning PV013 nothing here can carry the attributes {.c}, so they stay text",
            "cv.md:3:5: warning PV013 nothing here can carry the attributes {.e}, so they stay text",
            "cv.md:5:1: warning PV013 nothing here can carry the attributes {.f .g}, so they stay text",
        ],
    ),
    "footnotes": (
        "a[^1] b[^2] c[^no]\n\n[^1]: x[^2]\n[^2]: y\n[^2]: z\n[^3]: w\n",
        [
            "cv.md:1:14: warning PV014 there is no footnote [^no]",
            "cv.md:3:8: warning PV016 [^2] stands in a footnote itself and stays text",
            "cv.md:5:1: warning PV017 the footnote [^2] is written twice; the first holds",
            "cv.md:6:1: warning PV015 nothing refers to the footnote [^3]",
        ],
    ),
    "a link that looks like a footnote": ("[^a](/u) and [^b]\n\n[^b]: x\n", []),
    "a row that is too long": (
        "| a |\n|---|\n| b | c |\n| d | {.e} |\n",
        ["cv.md:3:7: warning PV018 a cell stands beyond the last column and is left out"],
    ),
    "markup of one format": (
        "`a`{=html} `b`{=Typst} c\n\n```{=openxml}\n<w:p\n```\n\n```{=latex}\nd\n```\n",
        [
            "cv.md:1:1: warning PV020 markup of html is shown by html alone; the other formats leave it out",
            "cv.md:1:12: warning PV024 markup of Typst reaches no output, and is left out",
            "cv.md:3:1: warning PV024 markup of openxml reaches no output, and is left out",
            "cv.md:7:1: warning PV020 markup of latex is shown by latex alone; the other formats leave it out",
        ],
    ),
    "a line that YAML alone sees": (
        "---\nname: a\u2028b\nlang: [x]\n---\n",
        ["cv.md:3:7: error PV006 “lang” must be text"],
    ),
    "raw HTML": (
        "<div class=x>\ny\n</div>\n\na <foo> b <!X y>\n",
        [
            "cv.md:1:1: warning PV020 <div class=x> is shown by HTML alone; docx, pdf and txt leave it out",
            "cv.md:5:3: warning PV020 <foo> is shown by HTML alone; docx, pdf and txt leave it out",
            "cv.md:5:11: warning PV020 <!X y> is shown by HTML alone; docx, pdf and txt leave it out",
        ],
    ),
    "tags that are not closed": (
        "a <b> c </i> <b>x <i>y</b>\n",
        [
            "cv.md:1:3: warning PV021 <b> is not closed",
            "cv.md:1:9: warning PV021 </i> closes nothing",
            "cv.md:1:19: warning PV021 <i> is not closed",
        ],
    ),
    "HTML tables with more in them than tables hold": (
        "<table>x<tr><td><div>a</div> <a href=''>b</a> <table></table></td></tr></table>\n",
        [
            "cv.md:1:8: warning PV020 words between the cells of a table are left out",
            "cv.md:1:17: warning PV020 <div> in a table is left out, its words stay",
            "cv.md:1:30: warning PV022 a link without a target becomes its text",
            "cv.md:1:47: warning PV020 a table in a table becomes rows of the outer one",
        ],
    ),
    "links without a target": (
        "[a](#) [b]() <a href='#'>c</a> [d](#e)\n",
        [f"cv.md:1:{at}: warning PV022 a link without a target becomes its text" for at in (1, 8, 14)],
    ),
    "a comment without an end": (
        "a\n\n<!-- b\n\nc\n",
        ["cv.md:3:1: warning PV023 the comment that opens here is not closed, and hides all that follows"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), STORIES.values(), ids=STORIES)
def test_story(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


def test_hints() -> None:
    report = Report()
    with pytest.raises(InputError) as caught:
        read_text("---\nnmae: A\ncolour: b\n---\n::: a\n\nx {.a,b}", report=report)
    assert caught.value.findings == tuple(report)
    assert [found.hint for found in report] == [
        "did you mean “name”?",
        "known keys are address, affiliation, born, email, honorific, lang, links, mobile, name, own_names, phone and tags",
        "write ::: on a line of its own where the div ends",
        ATTRIBUTES_HINT,
    ]


def test_doubtful_text_is_read_all_the_same() -> None:
    assert plain_text(read_text("p {.a,.b} [x](#) [^1]\n\n:::\n")) == "p {.a,.b} x [^1]\n:::"


# ---------------------------------------------------------------- files


def failure(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    [found] = caught.value.findings
    return f"{found.location.file.removeprefix(str(path.parent))}:{found.location.line}:{found.location.column} {found.code} {found.message}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert failure(tmp_path / "no.md") == "/no.md:0:1 PV001 there is no such file"
    (tmp_path / "folder.md").mkdir()
    assert failure(tmp_path / "folder.md") == "/folder.md:0:1 PV001 this is a folder, not a file"
    (tmp_path / "empty.md").write_text("\n \n")
    assert failure(tmp_path / "empty.md") == "/empty.md:0:1 PV003 the file is empty"
    (tmp_path / "latin.md").write_bytes("# Ä\r\n\r\nüb".encode() + b"\xe9r")
    assert failure(tmp_path / "latin.md") == "/latin.md:3:3 PV002 the byte 0xE9 is not UTF-8"


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\nname: A\r\n---\r\n\r\n# B\r\n")
    document = read(path)
    assert document.file == str(path)
    assert dict(document.meta) == {"name": "A"}
    assert str(document.blocks[0].location) == f"{path}:5:1"


# ---------------------------------------------------------------- the codes


def test_codes_are_told_by_stories() -> None:
    """There is no code of the reader's that no text brings out."""
    folder = PACKAGE / "reader"
    used = {code for path in folder.glob("*.py") for code in re.findall(r"PV\d+", path.read_text())}
    told = {line.split()[2] for _, expected in STORIES.values() for line in expected}
    assert told | {"PV001", "PV002", "PV003", "PV007"} == used


def test_html_that_nests_too_deep_stays_html() -> None:
    assert findings("<b>" * 20 + "x" + "</b>" * 20) == [
        "cv.md:1:58: warning PV020 <b> is shown by HTML alone; docx, pdf and txt leave it out",
        "cv.md:1:138: warning PV021 </b> closes nothing",
    ]

"""Wrong input: a clear message with its location, the documented exit status, no traceback, and unchanged files.

Each file of `bad_inputs/` is one case, named after the code of its message. It has a heading, the reason, and the
command with its exit status. Fenced blocks are named after the files that they write. The last block has the
messages, word for word.

    # A comparison with one sign

    `polyvita build` ends with 2.

    ```filters/one.yaml
    select: lang = de
    ```

    ```messages
    filters/one.yaml:1:14: error[PV101]: a comparison is written with two signs: ==
    ```

A small CV, a filter and earlier outputs exist, unless the case writes its own. A flag may follow the name of a file:
`gone` (the file does not exist), `hex` or `base64` (bytes that are not text), or `repeated` (`«- × 3000»` becomes three
thousand hyphens). `pytest --update` writes the exit status and the messages; read the difference before you commit it.
"""

from __future__ import annotations

import base64
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from polyvita.builder.manifest import RECORD_FOLDER, Manifest, OutputEntry, hash_file
from polyvita.cli.main import main
from polyvita.core.codes import CODES
from repository import MOMENT, TESTS

FOLDER = TESTS / "cases" / "bad_inputs"
NAME = re.compile(r"(PV\d{3})-[a-z0-9]+(?:-[a-z0-9]+)*")
TITLE = re.compile(r"# [A-Z0-9“].*[^.\n]\n\n")
COMMAND = re.compile(r"^(`polyvita (?P<command>[^`\n]+)` ends with )(?P<status>[0-3])\.$", re.MULTILINE)
BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<name>\S+)(?: (?P<flag>\S+))?\n(?P<body>.*?)^(?P=fence)\n", re.M | re.S)
REPEATED = re.compile(r"«(.+?) × (\d+)»", re.DOTALL)

EARLIER = "an earlier output"
MANIFEST = "/manifest.json"
"""The end of the path of the file in which a build records what it wrote."""
DEFAULTS = {
    "cv.md": b"# Bio {#bio .core}\n\nHello.\n",
    "filters/one.yaml": b"formats: txt\n",
    **{f"outputs/one.{ending}": EARLIER.encode() for ending in ("docx", "html", "pdf", "txt")},
}
ALLOWED_FILES = (
    "*.md",
    "*.private.y*ml",
    "filters/*",
    "themes/*.yaml",
    "rules/*.yaml",
    "pictures/*",
    "*.bib",
    "*.csl",
    "*.ris",
    "*.json",
    "*.xml",
    "out",
    "out/*",
    "outputs/*",
    "faculty.yaml",
    "people/*",
    "staff.csv",
    "old.*",  # an input of `import` and `init --from`
)


@dataclass(frozen=True)
class Case:
    """A file of the folder. In `files`, None is a file that does not exist."""

    path: Path
    arguments: tuple[str, ...]
    status: int
    files: Mapping[str, bytes | None]
    messages: str

    @property
    def code(self) -> str:
        return self.path.name[:5]


def read_case(path: Path, text: str, *, finished: bool = True) -> Case:
    """Return the case in `text`. Raises ValueError if its form is wrong, or if a `finished` case lacks its own code."""

    def wrong(why: str) -> ValueError:
        return ValueError(f"{path.name}: {why}")

    if not (name := NAME.fullmatch(path.stem)) or name[1] not in CODES:
        raise wrong("the name must be a code and a short description: PV010-a-div-that-is-not-closed.md")
    blocks = list(BLOCK.finditer(text))
    prose = BLOCK.sub("", text)
    commands = list(COMMAND.finditer(prose))
    if not TITLE.match(text) or "```" in prose or not text.endswith("\n```\n"):
        raise wrong(
            "a case must be a heading, a blank line, prose and complete fenced blocks; the last block is “messages”"
        )
    if len(commands) != 1:
        raise wrong("one line must name the command and the exit status: `polyvita build` ends with 2.")
    names = [block["name"] for block in blocks]
    if names[-1:] != ["messages"] or len(set(names)) != len(names) or blocks[-1]["flag"]:
        raise wrong("each file must have one block, and the last block is “messages”")
    messages = blocks[-1]["body"]
    if finished and name[1] not in re.findall(r"\[(PV\d+)\]", messages):
        raise wrong(f"the messages lack {name[1]}")
    try:
        files = {block["name"]: _content(block) for block in blocks[:-1]}
    except ValueError as problem:
        raise wrong(str(problem)) from None
    return Case(path, tuple(shlex.split(commands[0]["command"])), int(commands[0]["status"]), files, messages)


def _content(block: re.Match[str]) -> bytes | None:
    if not any(fnmatch(block["name"], pattern) for pattern in ALLOWED_FILES):
        raise ValueError(f"a block must write one of {', '.join(ALLOWED_FILES)}, not “{block['name']}”")
    match block["flag"]:
        case None:
            return block["body"].encode()
        case "gone" if not block["body"]:
            return None
        case "hex":
            return bytes.fromhex(block["body"])
        case "base64":
            return base64.b64decode(block["body"])
        case "repeated" if REPEATED.search(block["body"]):
            return REPEATED.sub(lambda found: found[1] * int(found[2]), block["body"]).encode()
        case flag:
            raise ValueError(f"“{flag}” is not a flag for “{block['name']}”")


def cases(*, finished: bool = True) -> list[Case]:
    found = [read_case(p, p.read_text(encoding="utf-8"), finished=finished) for p in sorted(FOLDER.iterdir())]
    if len(found) < len(CODES):
        raise ValueError(f"only {len(found)} cases in {FOLDER}")
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        found = cases(finished=not metafunc.config.getoption("--update"))
        metafunc.parametrize("case", found, ids=[case.path.stem for case in found])


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder, without the record of builds."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and RECORD_FOLDER not in p.parts)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def record_earlier_outputs(folder: Path) -> None:
    """Write the manifest of a build that made the earlier outputs."""
    manifest = Manifest.read(folder, folder.parent / "cv.md")
    for path in folder.iterdir():
        manifest.outputs[path.name] = OutputEntry("one", hash_file(path), orphaned=True)
    manifest.write()


@pytest.mark.usefixtures("bare_machine")
def test_bad_input(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    for name, content in (DEFAULTS | case.files).items():
        if content is not None:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if f"outputs{MANIFEST}" not in case.files:
        record_earlier_outputs(tmp_path / "outputs")
    before = snapshot(tmp_path)

    status = main(case.arguments)

    out, messages = capsys.readouterr()
    after = snapshot(tmp_path)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    changed -= {name for name in after.keys() - before if after[name] in before.values()}  # kept under another name
    changed -= {name for name in changed if out and name.endswith(MANIFEST)}
    assert changed == written(case.arguments[0], out, after)
    assert not changed & {f"outputs/{name}" for name in re.findall(r": (\S+) would show .+ is not written", messages)}
    assert "Traceback" not in messages
    assert str(tmp_path) not in messages
    if request.config.getoption("--update"):
        text = COMMAND.sub(rf"\g<1>{status}.", case.path.read_text(encoding="utf-8"))
        at = text.rindex("```messages\n") + len("```messages\n")
        case.path.write_text(f"{text[:at]}{messages}```\n", encoding="utf-8")
        return
    assert messages == case.messages
    assert status == case.status
    assert (status == 0) == ("error[" not in messages)


def written(command: str, out: str, files: Mapping[str, bytes]) -> set[str]:
    """Return the files that the command reports as written."""
    if command == "check":  # it prints a table of rules, and writes all outputs
        outputs = {name for name in files if name.startswith("outputs/") and not name.endswith(MANIFEST)}
        return {name for name in outputs if files[name] != EARLIER.encode()} if out else set()
    lines = out.partition("\n\n")[0].splitlines() if command == "build" else []
    return {line.partition("  ")[0] for line in lines if not line.startswith("not written")}


ELSEWHERE = {
    **dict.fromkeys(("PV140", "PV141", "PV142"), "unit/explain/test_revision_diff.py"),  # they need a git history
    "PV139": "unit/cli/test_cli.py",  # it needs a wrong command line
    "PV340": "attacks/test_limits_of_files.py",  # these need images, templates and folders that a case cannot write
    "PV341": "attacks/test_paths.py",
    "PV342": "attacks/test_limits_of_templates.py",
    "PV343": "attacks/test_limits_of_settings.py",
    "PV344": "attacks/test_nothing_overwritten.py",  # it needs a file beside the CV whose name is that of an output
    "PV500": "cases/test_document_imports.py",  # it needs a word that the program loses
    "PV351": "unit/writers/test_fonts.py",  # it needs a font with other letters
    **dict.fromkeys(  # they need CVs that are built by other processes
        ("PV541", "PV544", "PV545", "PV546", "PV547", "PV548", "PV549"), "integration/test_batch.py"
    ),
    "PV533": "unit/writers/test_photo.py",  # it needs a very large photo
    "PV390": "unit/preview/test_preview.py",  # it needs a fault in the program
}
"""Codes that need more than a folder of files, and the tests that cause them."""


def test_every_code_has_a_case() -> None:
    assert sorted(CODES) == sorted([*{case.code for case in cases()}, *ELSEWHERE])
    for code, file in ELSEWHERE.items():
        assert code in (TESTS / file).read_text(encoding="utf-8")


WELL_FORMED = """# A div

`polyvita build` ends with 2.

```cv.md
::: {.core}
```

```messages
cv.md:1:1: error[PV010]: …
```
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A div\n", ""),
        ("# A div", "A div"),
        (" ends with 2", ""),
        ("\n```cv.md", "\n`polyvita tags` ends with 2.\n\n```cv.md"),
        ("```cv.md", "```cv.txt"),
        ("```cv.md", "```cv.md hexed"),
        ("```cv.md", "```cv.md gone"),
        ("```cv.md", "```cv.md repeated"),
        ("```cv.md", "```cv.md hex"),
        ("```cv.md", "```messages"),
        ("```cv.md", "```"),
        (".core}\n```", ".core}"),
        ("messages", "output"),
        ("cv.md:1:1: error[PV010]: …\n", ""),
        ("PV010", "PV011"),
        ("…\n```\n", "…\n```\n\nMore.\n"),
        ("…\n```\n", "…\n"),
    ],
)
def test_a_case_that_is_not_well_formed_is_refused(old: str, new: str) -> None:
    path = Path("PV010-a-div-that-is-not-closed.md")
    assert read_case(path, WELL_FORMED).files == {"cv.md": b"::: {.core}\n"}
    assert old in WELL_FORMED
    with pytest.raises(ValueError, match=path.stem):
        read_case(path, WELL_FORMED.replace(old, new, 1))


@pytest.mark.parametrize("name", ["PV999-a-div.md", "a-div.md", "PV010.md", "PV010-A-div.md"])
def test_a_case_is_named_after_a_code(name: str) -> None:
    with pytest.raises(ValueError, match="the name must be a code"):
        read_case(Path(name), WELL_FORMED)


def test_no_cases_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="only 0 cases"):
        cases()


def test_the_command_itself_ends_with_the_status(tmp_path: Path) -> None:
    """The same in a process, as in a shell."""
    run = subprocess.run(
        [sys.executable, "-m", "polyvita", "build"], cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("cv.md: error[PV001]: file not found\n")


@pytest.mark.parametrize("arguments", [["bild"], ["build", "--nope"], ["ast", "a", "b"]])
def test_a_wrong_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("error[PV139]: ")

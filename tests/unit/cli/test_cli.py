"""The command line, as a user runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from polyvita.cli.console import Console
from polyvita.cli.main import main
from polyvita.core.diagnostics import ExternalError
from polyvita.core.pandoc import pandoc_path
from repository import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a new folder of `polyvita init`, which is also the working directory."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert main(["init", str(tmp_path / "my-cv")]) == 0
    monkeypatch.chdir(tmp_path / "my-cv")
    capsys.readouterr()
    return tmp_path / "my-cv"


def test_a_new_cv_builds_without_changes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    filters = ["filters/full.yaml", "filters/funding.yaml", "filters/schema/filter.json", "filters/short.yaml"]
    assert files == [".gitignore", "cv.md", *filters]
    assert main(["build"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == (
        "outputs/full.html\noutputs/full.docx\noutputs/full.pdf  1 page\noutputs/funding.docx\n"
        "outputs/funding.pdf  1 page\noutputs/short.docx\noutputs/short.pdf  1 page\noutputs/short.txt\n"
        "\nshort: 1 page, 62% full; nothing was left out\n"
    )
    assert len(list((project / "outputs").iterdir())) == 8 + 1  # and the manifest


def test_one_filter_and_one_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "full", "short", "-f", "docx", "-f", "txt", "-o", "elsewhere"]) == 0
    assert (
        capsys.readouterr().out
        == "elsewhere/full.docx\nelsewhere/short.docx\nelsewhere/short.txt\n\nshort: 1 page, 62% full; nothing was left out\n"
    )


def test_build_prints_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "filters/short.yaml").write_text("formats: [txt, pdf]\ndrop: project\npages: {most: 1, fit: drop}\n")
    assert main(["build", "short", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["outputs"] == [
        {"filter": "short", "path": "outputs/short.txt", "pages": None, "written": True, "unchanged": False},
        {"filter": "short", "path": "outputs/short.pdf", "pages": 1, "written": True, "unchanged": False},
    ]
    assert data["findings"] == []
    assert data["fitted"]["short"]["pages"] == 1
    assert data["fitted"]["short"]["left_out"] == []


def test_pandoc_reads_the_ast(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ast", "short"]) == 0
    ast = capsys.readouterr().out
    run = subprocess.run(
        [pandoc_path(), "-f", "json", "-t", "plain"], input=ast, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Dr. Ada Example\n\nShort CV\n")
    assert "since 2021" in run.stdout
    assert main(["ast"]) == 0
    assert json.loads(capsys.readouterr().out)["blocks"][0]["t"] == "Header"


def test_ast_fails_if_a_filter_does_not_fit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "cv.md").write_text("# Bio {.core priority=1}\n\nOne two three.\n")
    (project / "filters/short.yaml").write_text("words: {items: core, most: 2, fit: drop}\n")
    assert main(["ast", "short"]) == 1
    assert capsys.readouterr().err == (
        "filters/short.yaml:1:28: error[PV310]: the priority-1 content alone has 3 words (maximum 2)\n"
        "  1 | words: {items: core, most: 2, fit: drop}\n"
        "    |                            ^\n"
        "  hint: give some content a lower priority (2 to 9), or allow more words\n"
    )


def test_schema_is_that_of_filter_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"extends", "select", "drop", "pages", "words", "rules"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_a_word_template_sets_the_styles(project: Path) -> None:
    assert main(["build", "full", "-f", "docx"]) == 0
    template = project / "filters/house.docx"
    with zipfile.ZipFile(project / "outputs/full.docx") as old, zipfile.ZipFile(template, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/styles.xml":
                content = content.replace(b"1F4E79", b"C00000")
                assert b"C00000" in content
            new.writestr(name, content)
    (project / "filters/full.yaml").write_text("formats: docx\nreference: house.docx\n")
    assert main(["build", "full"]) == 0
    with zipfile.ZipFile(project / "outputs/full.docx") as file:
        styles = file.read("word/styles.xml").upper()
    assert b"C00000" in styles
    assert b"1F4E79" not in styles


def test_pandoc_filters_and_formats(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "filters/shout.lua").write_text("function Str(s) s.text = s.text:upper() return s end\n")
    (project / "filters/full.yaml").write_text("formats: [txt, latex, gfm]\npandoc_filters: shout.lua\n")
    assert main(["build", "full"]) == 0
    assert capsys.readouterr().out == "outputs/full.txt\noutputs/full.tex\noutputs/full.md\n"
    assert "HEAD" not in (project / "outputs/full.txt").read_text()
    assert "ABOUT ME" in (project / "outputs/full.txt").read_text()
    assert "\\section" in (project / "outputs/full.tex").read_text()
    assert "core" not in (project / "outputs/full.md").read_text()  # tags are private to the author


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"polyvita {version('polyvita')}\n"


def test_without_a_command_the_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: polyvita" in capsys.readouterr().out


# ---------------------------------------------------------------- a wrong command line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("biuld", "“biuld” is not a command; did you mean “build”?"),
        ("biuld --json", "“biuld” is not a command; did you mean “build”?"),
        ("build --forse", "“polyvita build” has no option “--forse”; did you mean “--force”?"),
        ("preview --prot=80", "“polyvita preview” has no option “--prot”; did you mean “--port”?"),
        ("--versoin", "“polyvita” has no option “--versoin”; did you mean “--version”?"),
        ("nothing-like-it", "“nothing-like-it” is not a command"),
        ("init one two", "“polyvita init” does not expect the argument “two”"),
        ("init", "the following arguments are required: FOLDER"),
        ("explain full x", "argument LINE: invalid int value: 'x'"),
        ("explain full --html --json", "argument --json: not allowed with argument --html"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(arguments: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments.split()) == 2
    printed = capsys.readouterr()
    if "--json" in arguments:
        [finding] = json.loads(printed.out)["findings"]
        assert (finding["code"], finding["severity"], finding["message"]) == ("PV139", "error", message)
        assert printed.err == ""
    else:
        assert (printed.out, printed.err.splitlines()[0]) == ("", f"error[PV139]: {message}")
        assert printed.err.count("\n") == (
            1 if "did you mean" in message else 2
        )  # without a suggestion, a hint follows


# ---------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    "arguments", ["build", "check", "tags", "explain full", "diff full short", "diff full --since HEAD"]
)
def test_json_is_printed_in_every_case(arguments: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0 has the result. Exit statuses 2 and 3 have the findings."""
    command = [*arguments.split(), "--json"]
    if "--since" not in command:  # The folder is not in a git repository.
        assert main(command) == 0
        assert json.loads(capsys.readouterr().out)
    (project / "cv.md").write_text("# Bio {.core\n\n[x]{.core}\n", encoding="utf-16")
    assert main(command) == 2
    printed = capsys.readouterr()
    assert ([finding["code"] for finding in json.loads(printed.out)["findings"]], printed.err) == (["PV002"], "")


def test_json_is_printed_if_something_outside_the_program_fails(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ExternalError("the disk is on fire", "run")

    monkeypatch.setattr("polyvita.builder.incremental.build", fail)
    assert main(["build", "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == {
        "findings": [{"code": "PV301", "severity": "error", "message": "the disk is on fire", "hint": "run"}]
    }


# ---------------------------------------------------------------- broken filters


def test_a_broken_filter_does_not_stop_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "filters/short.yaml").write_text("formats: txt\nselect: cor\n")
    (project / "filters/full.yaml").write_text("formats: html\n")
    (project / "filters/funding.yaml").write_text("formats: docx\n")
    for built in ("outputs/full.html\noutputs/funding.docx\n", "2 outputs are up to date\n"):
        assert main(["build"]) == 2
        printed = capsys.readouterr()
        assert printed.out == f"{built}\nnot built: short; fix the errors above\n"
        assert printed.err.startswith("filters/short.yaml:2:9: error[PV110]: no tag “cor” in this CV\n")
    assert main(["build", "--json"]) == 2
    data = json.loads(capsys.readouterr().out)
    assert (data["broken"], [finding["code"] for finding in data["findings"]]) == (["short"], ["PV110"])
    assert [output["filter"] for output in data["outputs"]] == ["full", "funding"]


def test_tags_are_counted_without_a_broken_filter(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "full", "funding"]) == 0
    table = capsys.readouterr().out
    (project / "filters/short.yaml").write_text("formats: txt\nselect: cor\n")
    assert main(["tags"]) == 2
    printed = capsys.readouterr()
    assert printed.out == table
    assert "error[PV110]" in printed.err
    assert main(["tags", "--json"]) == 2
    data = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in data["findings"]] == ["PV110"]
    assert set(data["tags"][0]["shown"]) == {"full", "funding"}
    assert main(["tags", "full", "short", "--json"]) == 2, "a filter that is named must not be missing from the table"
    assert set(json.loads(capsys.readouterr().out)) == {"findings"}


# ---------------------------------------------------------------- colour


COLOURS: dict[str, tuple[list[str], dict[str, str], bool]] = {
    "always": (["--color", "always"], {"NO_COLOR": "1"}, True),
    "never": (["--color=never"], {"FORCE_COLOR": "1"}, False),
    "NO_COLOR": ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    "FORCE_COLOR": ([], {"FORCE_COLOR": "1"}, True),
    "empty variables": ([], {"NO_COLOR": "", "FORCE_COLOR": ""}, False),
    "no terminal": (["--color", "auto"], {}, False),
}


@pytest.mark.parametrize("case", COLOURS)
def test_findings_have_colour_if_it_is_wanted(
    case: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options, variables, coloured = COLOURS[case]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (project / "filters/short.yaml").write_text("formats: txt\nselect: cor\n")
    assert main(["build", "short", *options]) == 2
    plain = (
        "filters/short.yaml:2:9: error[PV110]: no tag “cor” in this CV\n"
        "  2 | select: cor\n"
        "    |         ^^^\n"
        "  hint: did you mean “core”?\n"
    )
    red = plain.replace("error[PV110]", "\x1b[1;31merror[PV110]\x1b[0m").replace("^^^", "\x1b[1;31m^^^\x1b[0m")
    assert capsys.readouterr().err == (red if coloured else plain)


@pytest.mark.parametrize(("term", "coloured"), [("xterm-256color", True), ("dumb", False)])
def test_a_terminal_has_colour_unless_it_is_dumb(term: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("WT_SESSION", "1")  # a terminal on Windows that knows the codes of colours
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert Console().shows_colour(sys.stderr) == coloured


def test_explain_dims_what_is_left_out_if_colour_is_wanted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "funding"]) == 0
    plain = capsys.readouterr().out
    assert main(["explain", "funding", "--color", "always"]) == 0
    coloured = capsys.readouterr().out
    left_out = [line[2:] for line in plain.splitlines() if line.startswith("-")]
    assert [line for line in coloured.splitlines() if line.startswith("\x1b[2m")] == [
        f"\x1b[2m{x}\x1b[0m" for x in left_out
    ]
    assert left_out


# ---------------------------------------------------------------- completion


COMPLETIONS = {
    "": {"build", "explain", "completion"},
    "biu": set(),
    "bui": {"build"},
    "build ": {"full", "funding", "short"},
    "build full s": {"short"},
    "explain f": {"full", "funding"},
    "build -f do": {"docx"},
    "build --for": {"--format", "--force"},
    "build --color a": {"auto", "always"},
    "build -s cv": {"cv.md"},
    "preview --editor vs": {"vscode", "vscodium"},
    "completion z": {"zsh"},
}
ASK = {
    "bash": """
        source ./script
        COMP_WORDS=(polyvita $0); [[ -z $0 || $0 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
        _shtab_polyvita; printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "fish": "source script; complete -C \"polyvita $argv\" | string replace -r '\\t.*' ''",
}
"""Programs that print what a shell completes at the end of a line."""


@pytest.mark.parametrize("shell", ASK)
def test_a_shell_completes_commands_options_and_filters(
    shell: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    assert main(["completion", shell]) == 0
    (project / "script").write_text(capsys.readouterr().out)
    for line, expected in COMPLETIONS.items():
        run = subprocess.run([shell, "-c", ASK[shell], line], capture_output=True, text=True, check=False)
        assert run.stderr == ""
        found = set(run.stdout.split())
        assert found == expected if line else found > expected, line


@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
def test_zsh_completes_several_filters(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second zsh types into a first one, and reads what the Tab key makes of it."""
    assert main(["completion", "zsh"]) == 0
    (project / "script").write_text(capsys.readouterr().out)
    (project / "rc").write_text(ZSH)
    run = subprocess.run(["zsh", "-f", "rc"], capture_output=True, text=True, check=False, timeout=20)
    assert "full short" in run.stdout


ZSH = r"""
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner 'autoload -Uz compinit; compinit -u -D; eval "$(<script)"; bindkey "^I" complete-word; PS1=READY; setopt no_beep'
zpty -r inner text '*READY*READY*'
zpty -w -n inner $'polyvita build full sho\t'
zpty -r inner text '*short*'
print -r -- $text
zpty -d inner
"""


# ---------------------------------------------------------------- streams that fail


def schema(**streams: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command that prints a long text, in a new process."""
    command = [sys.executable, "-m", "polyvita", "schema"]
    return subprocess.run(command, check=False, stderr=subprocess.PIPE, cwd=ROOT, **streams)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_fails_the_command() -> None:
    with Path("/dev/full").open("wb") as full:
        run = schema(stdout=full)
    assert (run.returncode, b"the printed output is incomplete" in run.stderr, b"Traceback" in run.stderr) == (
        3,
        True,
        False,
    )


@pytest.mark.skipif(os.name == "nt", reason="broken pipes work differently on Windows")
def test_a_closed_pipe_ends_the_command_silently() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = schema(stdout=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (3, b"")


@pytest.mark.skipif(os.name == "nt", reason="a process gets its streams differently on Windows")
def test_a_closed_standard_output_causes_no_traceback() -> None:
    run = schema(preexec_fn=lambda: os.close(1))
    assert b"Traceback" not in run.stderr


@pytest.mark.slow
def test_themes_are_listed_and_shown_on_a_page(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "themes").mkdir()
    (project / "themes/mine.yaml").write_text(
        "# Wide lines. For screens.\nextends: scholar\nsize: 9pt\n", encoding="utf-8"
    )
    assert main(["themes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        *("classic", "compact", "form", "mine", "profile", "scholar", "timeline")
    ]
    assert lines[3] == "mine      Wide lines (themes/mine.yaml)"
    assert main(["themes", "short", "--html", "themes.html"]) == 0
    page = (project / "themes.html").read_text(encoding="utf-8")
    assert re.findall('<section id="(.*?)">', page) == [line.split()[0] for line in lines]
    assert len(set(re.findall(r"data:image/png;base64,(\S+?)\"", page))) == 7
    (project / "themes.html").write_text("my notes", encoding="utf-8")
    assert main(["themes", "--html", "themes.html"]) == 2
    assert (project / "themes.html").read_text(encoding="utf-8") == "my notes"


def test_a_build_tries_a_theme(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    styles = []
    for options in ([], ["--theme", "timeline"], []):
        assert main(["build", "full", "-f", "html", *options]) == 0
        styles.append("dates in a column at the left" in (project / "outputs/full.html").read_text(encoding="utf-8"))
    assert styles == [False, True, False]
    capsys.readouterr()
    assert main(["build", "full", "--theme", "timelin"]) == 2
    assert "did you mean “timeline”?" in capsys.readouterr().err

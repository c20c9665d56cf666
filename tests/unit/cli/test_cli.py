"""The command line, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from polyvita.cli.main import main
from polyvita.writers.pandoc import pandoc_path
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
        "\nshort: 1 page, 61% full; nothing was left out\n"
    )
    assert len(list((project / "outputs").iterdir())) == 8 + 1  # and the manifest


def test_one_filter_and_one_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "full", "short", "-f", "docx", "-f", "txt", "-o", "elsewhere"]) == 0
    assert (
        capsys.readouterr().out
        == "elsewhere/full.docx\nelsewhere/short.docx\nelsewhere/short.txt\n\nshort: 1 page, 61% full; nothing was left out\n"
    )


def test_build_prints_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "filters/short.yaml").write_text("formats: [txt, pdf]\ndrop: funding\npages: {most: 1, fit: drop}\n")
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

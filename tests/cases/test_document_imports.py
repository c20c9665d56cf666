"""Imports of documents: what each becomes, compared whole, and not one word lost.

`imports/documents` has inputs in formats of text. Word and OpenDocument files are built by `word_samples` and
`odt_samples`. What an input becomes is in `imports/documents-expected`. After a change on purpose, run
`pytest tests/cases/test_document_imports.py --update` and read the differences.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from odt_samples import ODT_SAMPLES
from polyvita.checks.attribute_keys import find_unknown_keys
from polyvita.cli.main import main
from polyvita.importers.project import ImportResult, import_files
from polyvita.reader import parse_text
from word_samples import SAMPLES

FOLDER = Path(__file__).parent / "imports"
TEXTS = sorted(path for path in (FOLDER / "documents").iterdir() if path.is_file() and path.suffix != ".png")
BUILT = {f"{name}.docx": build for name, build in SAMPLES.items()} | {
    f"{name}.odt": build for name, build in ODT_SAMPLES.items()
}


def shown(result: ImportResult) -> str:
    """Return what is written, and the count of words, as one text."""
    names = sorted(set(result.files) - {"cv.md", ".gitignore"})
    parts = [result.files["cv.md"].decode()]
    parts += [f"==== {name}\n{result.files[name].decode()}" for name in names if name.endswith(".private.yaml")]
    parts.append(f"==== files\n{', '.join(names)}\n{result.report.summary}\n")
    return "\n".join(parts)


def check(result: ImportResult, name: str, *, update: bool) -> None:
    expected = FOLDER / "documents-expected" / f"{name}.txt"
    if update:
        expected.write_text(shown(result), encoding="utf-8")
    assert shown(result) == expected.read_text(encoding="utf-8")
    assert result.report.missing == ()
    assert result.report.total > 20
    document, findings = parse_text(result.files["cv.md"].decode())
    assert [
        finding for finding in (*findings, *find_unknown_keys(document, Path())) if finding.severity != "info"
    ] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_text_becomes_a_cv(path: Path, request: pytest.FixtureRequest) -> None:
    check(import_files([path]), path.name, update=request.config.getoption("update"))


@pytest.mark.parametrize("name", BUILT)
def test_a_word_processor_file_becomes_a_cv(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / name
    path.write_bytes(BUILT[name]())
    check(import_files([path]), name, update=request.config.getoption("update"))


def test_a_word_that_is_lost_is_an_error() -> None:
    result = import_files([FOLDER / "documents/cv.org"])
    result.cv.texts.append("forgotten")
    from polyvita.importers.report import report_words

    report = report_words(result.cv, result.files)
    assert report.missing == ("forgotten",)
    assert [finding.code for finding in report.findings] == ["PV500"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*BUILT, *(path.name for path in TEXTS)])
def test_the_project_builds_at_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = FOLDER / "documents" / name
    if name in BUILT:
        path = tmp_path / name
        path.write_bytes(BUILT[name]())
    project = tmp_path / "project"
    assert main(["init", str(project), "--from", str(path)]) == 0
    monkeypatch.chdir(project)
    assert main(["build", "-f", "txt", "-f", "html"]) == 0
    assert main(["tags"]) == 0

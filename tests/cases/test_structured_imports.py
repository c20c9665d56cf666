"""Imports of structured files, compared whole with the project that they become, and with the words of the input.

Each file in `imports/structured` is an input; a folder whose name ends in `-zip` is packed as an archive. What it
becomes is in the folder of the same name in `imports/expected`. After a change on purpose, run
`pytest tests/cases/test_structured_imports.py --update` and read the differences.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from polyvita.checks.attribute_keys import find_unknown_keys
from polyvita.core.diagnostics import InputError
from polyvita.importers.markdown import to_files
from polyvita.importers.project import import_files
from polyvita.importers.report import report_words
from polyvita.importers.structured import import_structured
from polyvita.reader import parse_text

FOLDER = Path(__file__).parent / "imports"
INPUTS = sorted(path for path in (FOLDER / "structured").iterdir() if not path.name.startswith("."))
COMPARED = ("cv.md", "cv.private.yaml", "publications.bib")


def content_of(path: Path) -> bytes:
    return (
        packed({str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()})
        if path.is_dir()
        else path.read_bytes()
    )


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("\\", "/"), data)
    return buffer.getvalue()


def imported(data: bytes, name: str) -> dict[str, bytes]:
    cv = import_structured(data, name)
    assert cv is not None
    files = to_files(cv)
    report = report_words(cv, files)
    assert report.missing == ()
    assert report.total > 5
    return files


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_an_import_is_as_expected(path: Path, request: pytest.FixtureRequest) -> None:
    files = imported(content_of(path), path.name)
    expected = FOLDER / "expected" / path.name
    if request.config.getoption("update"):
        expected.mkdir(parents=True, exist_ok=True)
        for name in COMPARED:
            if name in files:
                (expected / name).write_bytes(files[name])
            else:
                (expected / name).unlink(missing_ok=True)
    assert {name: files[name].decode() for name in COMPARED if name in files} == {
        file.name: file.read_text(encoding="utf-8") for file in expected.iterdir()
    }


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_an_imported_cv_has_no_findings(path: Path) -> None:
    files = imported(content_of(path), path.name)
    document, findings = parse_text(files["cv.md"].decode())
    assert [str(finding) for finding in (*findings, *find_unknown_keys(document, Path()))] == []


def test_europass_is_found_in_the_pdf_that_carries_it() -> None:
    from pypdf import PdfWriter

    xml = (FOLDER / "structured/europass-candidate.xml").read_bytes()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("attachment.xml", xml)
    buffer = io.BytesIO()
    writer.write(buffer)
    expected = (FOLDER / "expected/europass-candidate.xml/cv.md").read_bytes()
    assert imported(buffer.getvalue(), "europass.pdf")["cv.md"] == expected


ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>'
OLD_RECORD = b'{"orcid-profile": {"orcid": null}, "message-version": "1.2"}'
RECORD_2 = b'{"person": {}, "activities-summary": {"employments": {"employment-summary": []}}}'


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xml", ENTITY, "declares a document type or entities"),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://x.example/y.dtd"><r/>', "declares a document type"),
        ("a.xml", LAUGHS, "declares a document type or entities"),
        ("a.xml", b'<?xml version="1.0"?>' + b"<a>" * 200 + b"</a>" * 200, "more than 100 levels"),
        ("a.xml", b'<?xml version="1.0"?><a><b></a>', "not well-formed XML: mismatched tag"),
        ("a.json", b'{"basics": {"name": "Ada"', "not valid JSON"),
        ("a.json", b"[" * 100_000, "not valid JSON"),
        ("a.json", OLD_RECORD, "version 1.2; only version 3.0"),
        ("a.json", RECORD_2, "version 2.0 or 2.1; only version 3.0"),
        ("a.yaml", b"cv:\n  name: [Ada\n", "not valid YAML"),
        ("a.zip", packed({"Profile.csv": b"First Name\nAda\n", "Positions.csv": b"x" * 21_000_000}), "more than 20 MB"),
        ("a.zip", packed({"Profile.csv": b"First Name\nAda\n"})[:-30], "damaged"),
        ("a.pdf", b"%PDF-1.7\nnothing", "the PDF cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_input_is_one_sentence(name: str, data: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        import_structured(data, name)
    assert message in raised.value.findings[0].message
    assert len(raised.value.findings) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"# Ada\n\nA CV in Markdown.\n",
        b'{"a": 1}',
        b"[1, 2]",
        b"a: 1\n",
        packed({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<T/>"}),
    ],
)
def test_other_files_are_left_to_other_importers(data: bytes) -> None:
    assert import_structured(data, "cv") is None


BIB = r"""
@article{example2021, author = {Example, A. M. and Roe, Rob}, title = {Gels that remember everything}, journal = {Journal of
Imagined Matter}, volume = {4}, pages = {1--9}, year = {2021}, doi = {10.1234/jim.2021.5}}
@phdthesis{example2014, author = {Example, Ada}, title = {{\"U}ber das Ged{\"a}chtnis der Gele: Eine Studie}, school =
{Universit{\"a}t Irgendwo}, year = {2014}}
@article{other2023, author = {Example, Ada}, title = {Another paper}, journal = {Journal of Examples}, year = {2023}}
"""


@pytest.mark.parametrize("bib_first", [False, True])
def test_works_of_a_bibliography_replace_those_of_orcid(tmp_path: Path, bib_first: bool) -> None:
    record, bib = FOLDER / "structured/orcid-record.json", tmp_path / "works.bib"
    bib.write_text(BIB, encoding="utf-8")
    result = import_files([bib, record] if bib_first else [record, bib])
    assert result.report.missing == ()
    text = result.files["cv.md"].decode()
    journal = text.partition("{#journal-articles")[2].partition("\n## ")[0]
    assert "A. M. Example and Rob Roe. “Gels that remember everything”. *Journal of Imagined Matter* 4:1–9." in journal
    assert text.partition("<!--\n")[0].count("Gels that remember") == 1
    assert "“Another paper”" in text
    assert "“Soft robots: Are they alive?”" in text
    keys = [
        line.partition("{")[2].rstrip(",")
        for line in result.files["publications.bib"].decode().split("\n")
        if line.startswith("@")
    ]
    assert len(keys) == len(set(keys)) == 7

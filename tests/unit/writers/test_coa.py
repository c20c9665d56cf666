"""The spreadsheet of co-authors for the NSF."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from polyvita.builder.incremental import build
from polyvita.core.source import read_source
from polyvita.reader.bibliography import read_bibliography
from polyvita.writers.coa import co_authors
from repository import MOMENT

BIB = """
@article{a, author = {Example, Ada and Müller, Jürgen K. and de la Cruz, Inés}, title = {One}, date = {2025-03}}
@article{b, author = {Müller, J. K. and E. Example and =SUM(A1), Bob}, title = {Two}, year = {2024}}
@article{c, author = {Old, Olga}, title = {Three}, year = {2018}}
@article{d, author = {Müller, Jörg and {ATLAS Collaboration}}, title = {Four}}
"""


def test_the_newest_works_name_the_co_authors(tmp_path: Path) -> None:
    """The owner is left out; a namesake with another initial is not. Spellings of one name are one person."""
    (tmp_path / "all.bib").write_text(BIB, encoding="utf-8")
    entries = read_bibliography([read_source(tmp_path / "all.bib")]).entries
    found = co_authors(entries, "Ada Example", datetime.date(2026, 11, 27))
    assert [(person.name, person.last) for person in found] == [
        ("=SUM(A1), Bob", "2024"),
        ("ATLAS Collaboration", ""),
        ("de la Cruz, Inés", "2025-03"),
        ("Example, E.", "2024"),
        ("Müller, Jörg", ""),
        ("Müller, Jürgen K.", "2025-03"),
    ]


def test_a_filter_writes_the_spreadsheet(tmp_path: Path) -> None:
    """The same input gives the same bytes, and no name becomes a formula."""
    openpyxl = pytest.importorskip("openpyxl")
    (tmp_path / "filters").mkdir()
    (tmp_path / "all.bib").write_text(BIB, encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text("formats: coa\n", encoding="utf-8")
    cv = "---\nname: Ada Example\nbibliography: all.bib\n---\n\n# Works\n\n::: {.bibliography}\n:::\n"
    (tmp_path / "cv.md").write_text(cv, encoding="utf-8")
    contents = []
    for folder in ("a", "b"):
        result = build(tmp_path / "cv.md", outputs=tmp_path / folder, timestamp=MOMENT)
        assert result.exit_status == 0, result.findings
        contents.append((tmp_path / folder / "one.coa.xlsx").read_bytes())
    assert contents[0] == contents[1]
    sheet = openpyxl.load_workbook(tmp_path / "a/one.coa.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("A", "Name: Last Name, First Name, Middle Initial", "Organizational Affiliation")
    assert ("A", "Müller, Jürgen K.", None, None, "2025-03") in rows
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}

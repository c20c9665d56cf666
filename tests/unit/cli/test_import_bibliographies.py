"""A bibliography becomes a CV of publications, read as the bibliographies of a CV are."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyvita.core.diagnostics import InputError
from polyvita.importers.project import import_files
from repository import TESTS

FILES = sorted(path for path in (TESTS / "cases/bibliographies").iterdir() if path.suffix != ".expected")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_word_is_in_the_cv_or_on_the_list(path: Path) -> None:
    result = import_files([path])
    assert result.report.missing == ()
    assert result.report.written > 10
    text = result.files["cv.md"].decode()
    assert "<span" not in text.partition("<!--\n")[0]


def test_titles_keep_their_capitals_and_types_become_tags(tmp_path: Path) -> None:
    bib = tmp_path / "works.bib"
    bib.write_text(
        "@inproceedings{a, title={Deep {B}ayesian Nets in Practice}, author={Lind, Ada}, "
        "booktitle={Proceedings of the 3rd Conference on Nets}, year=2019}\n"
    )
    text = import_files([bib]).files["cv.md"].decode()
    assert "Ada Lind. “Deep Bayesian Nets in Practice”. *Proceedings of the 3rd Conference on Nets*." in text
    assert "{.conference date=2019}" in text


def test_findings_about_entries_are_those_of_the_import() -> None:
    result = import_files([TESTS / "cases/bibliographies/broken.bib"])
    assert {"PV074", "PV084"} <= {finding.code for finding in result.findings}


def test_other_json_is_no_cv(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}')
    with pytest.raises(InputError, match="is JSON, but not of ORCID, JSON Resume or a bibliography"):
        import_files([path])


def test_a_short_orcid_record_is_one(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(
        '{"orcid-identifier": {"path": "0000-0002-1825-0097"}, "path": "/0000-0002-1825-0097", "person": '
        '{"name": {"given-names": {"value": "Ada"}, "family-name": {"value": "Lind"}}}}'
    )
    assert "name: Ada Lind\norcid: 0000-0002-1825-0097" in import_files([path]).files["cv.md"].decode()

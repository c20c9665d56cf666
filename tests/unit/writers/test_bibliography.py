"""The formats `bib`, `ris` and `csljson`: they have the entries that a filter shows, and never what is private."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from polyvita import build
from polyvita.core.diagnostics import InputError
from polyvita.core.source import source_of
from polyvita.reader.bibliography import read_bibliography
from polyvita.reader.bibliography.load import BIBLIOGRAPHY

CV = """---
name: Jane Doe
bibliography: own.bib
---

# Publications {#publications .publication}

::: {.bibliography}
:::

- @doe2019 {.old}
"""
BIB = r"""
@proceedings{proc, title = {Proceedings of Nests}, publisher = {Twig Press}, year = 2021}
@article{doe2019, title = {Old {DNA}}, author = {Doe, Jane}, year = 2019, journal = {Birds}}
@inproceedings{doe2021, title = {New Nests}, author = {Doe, Jane and M{\"u}ller, Max}, crossref = {proc},
  file = {/home/jane/secret.pdf}, award = {Best Paper}}
@article{doe2020, title = {Owls}, author = {Doe, Jane}, year = 2020, journal = {Birds}}
"""


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(CV, encoding="utf-8")
    (tmp_path / "own.bib").write_text(BIB, encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text(
        "formats: [bib, ris, csljson]\ndrop: old\nlimit: {items: publication, most: 2}\n"
        "sort: {items: publication, by: date}\n",
        encoding="utf-8",
    )
    return tmp_path / "cv.md"


def entries(path: Path) -> dict[str, dict[str, object]]:
    source = source_of(path, path.name, path.read_bytes(), kind=BIBLIOGRAPHY)
    return {entry.key: entry.csl for entry in read_bibliography([source]).entries}


def test_the_files_have_what_the_filter_shows(cv: Path) -> None:
    build(cv)
    out = cv.with_name("outputs")
    assert list(entries(out / "one.bib")) == list(entries(out / "one.ris")) == ["doe2020", "doe2021"]
    original = entries(cv.with_name("own.bib"))
    assert entries(out / "one.bib") == {key: original[key] for key in ("doe2020", "doe2021")}
    text = (out / "one.bib").read_text(encoding="utf-8")
    assert "booktitle = {Proceedings of Nests}" in text  # The parent is not in the file.
    assert "crossref" not in text
    assert "award = {Best Paper}" in text
    [_, second] = json.loads((out / "one.json").read_text(encoding="utf-8"))
    assert second["custom"] == {"award": "Best Paper"}
    assert not any("secret.pdf" in path.read_text(encoding="utf-8") for path in out.glob("one.*"))


def test_a_field_that_no_style_shows_leads_to_a_new_file(cv: Path) -> None:
    build(cv)
    cv.with_name("own.bib").write_text(BIB.replace("Best Paper", "Best Poster"), encoding="utf-8")
    build(cv)
    assert "Best Poster" in cv.with_name("outputs").joinpath("one.bib").read_text(encoding="utf-8")


def test_an_accent_in_latex_hides_no_private_value(cv: Path) -> None:
    cv.with_name("cv.private.yaml").write_text("mobile: '+49 170 1234567'\naddress: Vögelstraße 7\n", encoding="utf-8")
    cv.with_name("own.bib").write_text(
        BIB.replace("award = {Best Paper}", r"annote = {write to V{\"o}gelstra{\ss}e 7}"), encoding="utf-8"
    )
    result = build(cv)
    assert any(finding.code == "PV320" and "one.bib" in finding.message for finding in result.findings)
    assert not cv.with_name("outputs").joinpath("one.bib").exists()


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(InputError, match="the file is binary"):
        source_of(Path("a.bib"), "a.bib", b"@article{\0}", kind=BIBLIOGRAPHY)


def test_a_thousand_entries_are_read_in_time() -> None:
    entry = r"@article{k%d, title = {The {DNA} of CO$_2$ in {\'E}cole %d}, author = {%s}, year = 2020, journal = {J. of \& B}}"
    names = " and ".join(f"Family{number}, Given" for number in range(6))
    text = "\n".join(entry % (number, number, names) for number in range(1000))
    source = source_of(Path("a.bib"), "a.bib", text.encode(), kind=BIBLIOGRAPHY)
    start = time.process_time()
    assert len(read_bibliography([source]).entries) == 1000
    assert time.process_time() - start < 2

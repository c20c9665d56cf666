"""Every Word file of every shipped filter is valid, uses named styles, and has the pages of the PDF and our words."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator
from pypdf import PdfReader

from output_text import W
from polyvita.checks.inspect import inspect
from polyvita.checks.rules.libreoffice import office_environment
from polyvita.config.filter_file import load_filter
from polyvita.core.words import count_words
from repository import FILTERS, ROOT
from required_programs import program
from shipped_outputs import Outputs, job_of, pdf_page_count

WITH_WORD = [name for name in FILTERS if "docx" in load_filter(ROOT / f"filters/{name}.yaml").formats]


def docx_of(outputs: Outputs, name: str) -> Path:
    job = job_of(outputs, name)
    return next(output.path for output in job.outputs if output.format == "docx")


@pytest.mark.parametrize("name", WITH_WORD)
def test_is_valid_office_open_xml(outputs: Outputs, name: str) -> None:
    found = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(str(docx_of(outputs, name)))
    assert [f"{error.part_uri} {error.path} {error.description}" for error in found.errors] == []


@pytest.mark.parametrize("name", WITH_WORD)
def test_there_is_no_direct_formatting(outputs: Outputs, name: str) -> None:
    """Every paragraph has a named style that exists, and runs have no formatting except that of their style."""
    with zipfile.ZipFile(docx_of(outputs, name)) as file:
        document = etree.fromstring(file.read("word/document.xml"))
        styles = etree.fromstring(file.read("word/styles.xml"))
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    paragraphs = list(document.iter(f"{W}p"))
    named = [paragraph.find(f"{W}pPr/{W}pStyle") for paragraph in paragraphs]
    assert len(paragraphs) > 5
    assert [style for style in named if style is None or style.get(f"{W}val") not in known] == []
    run_properties = {etree.QName(part).localname for run in document.iter(f"{W}rPr") for part in run}
    assert run_properties <= {"rStyle", "b", "bCs", "i", "iCs", "lang"}
    for properties in document.iter(f"{W}rPr"):
        on = {name for name in "bi" if (mark := properties.find(W + name)) is not None and not mark.get(f"{W}val")}
        style = properties.find(f"{W}rStyle")
        name = "" if style is None else style.get(f"{W}val")
        assert on == {trait for trait, part in (("b", "Strong"), ("i", "Emphasis")) if part in name}


def convert_all(outputs: Outputs, suffix: str, folder: Path) -> dict[str, Path]:
    """Return what LibreOffice makes of the Word file of each filter: files with this suffix."""
    soffice = program("soffice", "LibreOffice")
    copies = []
    for name in WITH_WORD:  # Two filters may use the same file name in different folders.
        copies.append(folder / f"{name}.docx")
        shutil.copy(docx_of(outputs, name), copies[-1])
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", suffix,
         "--outdir", folder / suffix, *copies],
        check=True, capture_output=True, timeout=300, env=office_environment(folder),
    )  # fmt: skip
    return {name: folder / suffix / f"{name}.{suffix}" for name in WITH_WORD}


@pytest.fixture(scope="session")
def libreoffice_page_counts(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return the number of pages in LibreOffice for each filter with a Word file."""
    files = convert_all(outputs, "pdf", tmp_path_factory.mktemp("office"))
    return {name: len(PdfReader(path).pages) for name, path in files.items()}


@pytest.mark.office
@pytest.mark.parametrize("name", WITH_WORD)
def test_libreoffice_shows_as_many_pages_as_the_pdf(
    outputs: Outputs, libreoffice_page_counts: dict[str, int], name: str
) -> None:
    job = job_of(outputs, name)
    pages = pdf_page_count(job)
    limited = job.filter.pages is not None or any(rule.pages for rules in job.rules for rule in rules.rules)
    assert abs(libreoffice_page_counts[name] - pages) <= (0 if limited else max(1, pages // 10))


@pytest.fixture(scope="session")
def libreoffice_word_counts(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return the number of words in LibreOffice's statistics for each filter with a Word file."""
    counts = {}
    for name, path in convert_all(outputs, "odt", tmp_path_factory.mktemp("words")).items():
        with zipfile.ZipFile(path) as file:
            [statistic] = etree.fromstring(file.read("meta.xml")).iter("{*}document-statistic")
        [counts[name]] = (int(value) for key, value in statistic.items() if key.endswith("}word-count"))
    return counts


@pytest.mark.office
@pytest.mark.parametrize("name", WITH_WORD)
def test_libreoffice_counts_the_same_words(
    outputs: Outputs, libreoffice_word_counts: dict[str, int], name: str
) -> None:
    """Apart from its own rules: a dash is white space, and the number or bullet of a list item is a word."""
    content = docx_of(outputs, name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        list_items = sum(1 for _ in etree.fromstring(file.read("word/document.xml")).iter(f"{W}numPr"))
    text = re.sub("[–—]", " ", inspect("docx", content).text)
    assert libreoffice_word_counts[name] == count_words(text) + list_items


def test_there_are_word_files_to_check() -> None:
    assert len(WITH_WORD) >= 12

"""The outputs for funding bodies: the headings of the form in order, the number of items, and nothing unwanted."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from cv_facts import cv_section, shipped_cv
from output_text import W
from polyvita.checks.inspect import inspect
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter_file import load_filter
from polyvita.core.document import Section, Table, plain_text
from polyvita.transforms.context import find_items
from repository import ROOT
from shipped_outputs import Outputs

DFG = "CV_PubList_Lapuschkin.docx"
DFG_DE = "de/CV_PubList_Lapuschkin.docx"


@dataclass
class Field:
    """A heading of a Word file, and the text up to the next heading. Headings of entries do not end the text."""

    level: int
    title: str
    edge: str = ""
    """The text at the right edge after the heading: a date or a number of characters."""
    lines: list[str] = field(default_factory=list)
    items: int = 0
    """The number of list items, without those of nested lists."""

    @property
    def line(self) -> str:
        counted = f", {self.items} items" if self.items else ""
        return f"{'#' * self.level} {self.title}{counted}"

    @property
    def length(self) -> int:
        return len(" ".join(" ".join(self.lines).split()))


def fields(content: bytes) -> list[Field]:
    """Return the fields of a Word file. An entry (a heading with a date) is part of the field that contains it."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        body = etree.fromstring(file.read("word/document.xml"))
        styles = etree.fromstring(file.read("word/styles.xml"))
    outline = {
        style.get(f"{W}styleId"): int(level.get(f"{W}val")) + 1
        for style in styles.iter(f"{W}style")
        if (level := style.find(f"{W}pPr/{W}outlineLvl")) is not None
    }
    found: list[Field] = []
    for paragraph in body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        level = outline.get(style.get(f"{W}val") if style is not None else "")
        text = "".join(
            "\t" if node.tag == f"{W}tab" else " " if node.tag == f"{W}br" else node.text or ""
            for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br")
        )
        title, _, edge = text.partition("\t")
        if level and not re.search(r"\d{4}$", edge):
            found.append(Field(level, title, edge))
        elif found:
            found[-1].lines.append(text)
            found[-1].items += paragraph.find(f"{W}pPr/{W}numPr") is not None and _is_outer(paragraph)
    return found


def _is_outer(paragraph: etree._Element) -> bool:
    depth = paragraph.find(f"{W}pPr/{W}numPr/{W}ilvl")
    return depth is None or depth.get(f"{W}val") == "0"


SHOWN = {
    DFG: """
        # Personal Data
        # Qualifications and Career
        # Supplementary Career Information
        # Activities in the Research System
        # Supervision of Researchers in Early Career Phases
        # Scientific Results
        ## Category A, 10 items
        ## Category B, 5 items
        # Academic Distinctions, 7 items
        # Other Information, 7 items
    """,
    DFG_DE: """
        # Persönliche Daten
        # Qualifizierung und Werdegang
        # Ergänzende Angaben zum Werdegang
        # Engagement im Wissenschaftssystem
        # Betreuung von Wissenschaftler*innen in frühen Karrierephasen
        # Wissenschaftliche Ergebnisse
        ## Kategorie A, 10 items
        ## Kategorie B, 5 items
        # Anerkennung durch das Wissenschaftssystem, 7 items
        # Sonstige Angaben, 7 items
    """,
    "erc.docx": """
        # Personal Details
        ## Education and Key Qualifications
        ## Current Positions
        ## Previous Positions
        # Research Achievements and Peer Recognition
        ## Research Achievements
        ## Ten Outputs, 10 items
        ## Peer Recognition, 7 items
        ### Keynotes, 3 items
        # Additional Information
    """,
    "ukri.docx": """
        # Contributions to the generation of new ideas, tools, methodologies or knowledge
        # Contributions to the development of others and maintenance of effective working relationships
        # Contributions to the wider research and innovation community
        # Contributions to broader research or innovation users and audiences, and towards wider societal benefit
        # Additional information
    """,
    "nih-draft.docx": """
        # Identifying Information
        # Professional Preparation
        # Appointments and Positions
        # Products
        ## Products Most Closely Related to the Proposed Project, 5 items
        ## Other Significant Products, 5 items
        # Personal Statement
        # Honors, 7 items
        # Contributions to Science
        ## Layer-wise Relevance Propagation
        ## From Explanations to Better Models
        ## Concepts and Mechanisms
        ## Open Tools for Reproducible Research
    """,
    "nsf-draft.docx": """
        # Identifying Information
        # Professional Preparation
        # Appointments and Positions
        # Products
        ## Products Most Closely Related to the Proposed Project, 5 items
        ## Other Significant Products, 5 items
        # Synergistic Activities
    """,
    "snsf-draft.docx": """
        # Personal Data
        # Education
        # Employment
        # Major Achievements
        ## Layer-wise Relevance Propagation
        ### Works, 5 items
        ## From Explanations to Better Models
        ### Works, 2 items
        ## Concepts and Mechanisms
        ### Works, 2 items
    """,
}


@pytest.mark.parametrize("name", SHOWN)
def test_headings_and_numbers_of_items(outputs: Outputs, name: str) -> None:
    wanted = [line.strip() for line in SHOWN[name].strip().splitlines()]
    assert [field.line for field in fields(outputs.read(name))] == wanted


def funder_files(outputs: Outputs) -> list[str]:
    """Return the names of all files for funding bodies."""
    stems = {name.removesuffix(".docx") for name in SHOWN}
    return [name for name in outputs.files if name.rpartition(".")[0] in stems]


def test_formats(outputs: Outputs) -> None:
    drafts = [f"{name}-draft.{format}" for name in ("nih", "nsf", "snsf") for format in ("docx", "txt")]
    files = [
        DFG,
        DFG.replace(".docx", ".pdf"),
        DFG_DE,
        DFG_DE.replace(".docx", ".pdf"),
        "erc.docx",
        "erc.pdf",
        "ukri.docx",
    ]
    assert sorted(funder_files(outputs)) == sorted([*files, *drafts])


METRICS = re.compile(r"h-index|i10|impact factor|citations(?!\?user=)|cited|rank\(|Top 2%|20230|18049", re.IGNORECASE)


def test_no_metrics(outputs: Outputs) -> None:
    found = {name: METRICS.findall(outputs.text(name)) for name in funder_files(outputs)}
    assert {name: words for name, words in found.items() if words} == {}
    assert METRICS.findall(outputs.text("full.docx"))


@pytest.mark.parametrize("name", [DFG, DFG_DE, "erc.docx"])
def test_pdf_has_at_most_four_pages(outputs: Outputs, name: str) -> None:
    pdf = PdfReader(io.BytesIO(outputs.read(name.replace(".docx", ".pdf"))))
    assert len(pdf.pages) <= 4
    assert all(abs(float(page.mediabox.width) - 595.28) < 0.5 for page in pdf.pages)


def test_each_category_of_the_dfg_is_one_list_numbered_from_one(outputs: Outputs) -> None:
    text = inspect("pdf", outputs.read(DFG.replace(".docx", ".pdf"))).text
    _, a, b = re.split(r"^Category [AB]$", text, flags=re.MULTILINE)
    numbers = [[int(n) for n in re.findall(r"^(\d{1,2})\. [A-Z]", part, re.MULTILINE)] for part in (a, b)]
    assert numbers == [list(range(1, 11)), list(range(1, 6))]


def test_positions_and_degrees_are_one_career_newest_first(outputs: Outputs) -> None:
    career = next(field for field in fields(outputs.read(DFG)) if field.title == "Qualifications and Career")
    years = [int(m[1]) for line in career.lines if (m := re.search(r"\t(?:since\s)?(?:\d{4}–)?(\d{4})$", line))]
    assert years == [2025, 2021, 2020, 2018, 2018, 2014, 2013, 2010]


def test_the_german_form_is_german(outputs: Outputs) -> None:
    text = outputs.text(DFG_DE)
    english = [field.title for field in fields(outputs.read(DFG)) if field.title in text]
    assert english == []
    assert "since" not in text
    assert "seit 2021" in text


@pytest.mark.parametrize("name", ["nih-draft", "nsf-draft", "snsf-draft"])
def test_each_field_shows_its_length(outputs: Outputs, name: str) -> None:
    found = fields(outputs.read(f"{name}.docx"))
    shown = [(field.title, field.edge.replace("\u00a0", " ")) for field in found if field.lines]
    assert shown == [(field.title, f"{field.length} characters") for field in found if field.lines]
    assert {field.edge for field in found if not field.lines} == {""}


@pytest.mark.parametrize("name", ["nih-draft", "snsf-draft"])
def test_a_paragraph_to_paste_is_one_line(outputs: Outputs, name: str) -> None:
    """The shown length is the length of the pasted text. Its paragraphs have no line breaks; a form adds its own."""
    lines = outputs.read(f"{name}.txt").decode().splitlines()
    achievements = [plain_text(cv_section(id).heading) for id in ("lrp", "clever-hans", "concepts")]
    found = {}
    for at, line in enumerate(lines):
        if match := re.fullmatch(r"(.*) \((\d+) characters\)", line):
            found[match[1]] = (int(match[2]), len(lines[at + 3]))
    assert [found[title][0] for title in achievements] == [found[title][1] for title in achievements]


# ---------------------------------------------------------------- content of cv.md for forms


def test_content_for_forms_is_in_no_other_output(outputs: Outputs) -> None:
    """The outputs for readers contain no paragraph that only forms ask for."""
    texts_for_forms = [plain_text(node) for node, _ in find_items(shipped_cv(), parse_expression("form"))]
    starts = [" ".join(text.split()[:8]) for text in texts_for_forms if len(text.split()) > 8]
    assert len(starts) > 15
    others = [name for name in outputs.files if name not in funder_files(outputs)]
    assert len(others) > 10
    texts = {name: " ".join(outputs.text(name).split()) for name in others}
    assert [(name, start) for name, text in texts.items() for start in starts if start in text] == []


def test_personal_data_match_the_front_matter() -> None:
    rows = [node for block in cv_section("person").blocks if isinstance(block, Table) for node in block.rows]
    values = {lang: [plain_text(row.cells[1]) for row in rows if row.attr.get("lang") == lang] for lang in ("en", "de")}
    for title, first, last, position, institution in values.values():
        assert [title, f"{first} {last}"] == [shipped_cv().meta["honorific"], shipped_cv().meta["name"]]
        assert "Explainable A" in position
        assert "Heinrich-Hertz-Institut" in institution


def test_selected_works_name_the_section_about_them() -> None:
    works = list(find_items(shipped_cv(), parse_expression("publication and selected")))
    described = {node.attr.id for node in cv_section("achievements").blocks if isinstance(node, Section)}
    topics = [context.keys.get("topic") for _, context in works]
    assert len(topics) == 10
    assert set(topics) <= described


def test_numbers_of_works_to_choose_from() -> None:
    def number(text: str) -> int:
        return sum(1 for _ in find_items(shipped_cv(), parse_expression(text)))

    assert number("related") == number("related and selected") == 5
    assert 1 <= number("result") <= 10
    assert number("result and selected") == 0


def test_no_identifier_is_made_up() -> None:
    """The CV has no ORCID; a form that wants one gets it from its owner."""
    assert re.findall(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b", (ROOT / "cv.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "filters").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_filter_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert load_filter(path).title

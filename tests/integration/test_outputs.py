"""The outputs of this repository's filters and CV, built once and read back from the finished files."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from cv_facts import facts, missing_facts
from output_text import difference, squeezed, words_of
from polyvita import build
from polyvita.checks.inspect import inspect
from polyvita.config.expression import Expression, Tag
from polyvita.core.document import Section, Text, plain_text, walk
from polyvita.reader import read
from repository import FILTERS, MOMENT, ROOT
from required_programs import program
from shipped_outputs import Outputs, files_in


def test_filters_are_found() -> None:
    assert set(FILTERS) >= {"full", "funding", "lebenslauf", "publications", "short-bio"}


@pytest.mark.parametrize("name", FILTERS)
def test_all_formats_contain_the_same_words_in_the_same_order(outputs: Outputs, name: str) -> None:
    job = next(job for job in outputs.plan.jobs if job.filter.name == name)
    files = [str(output.path.relative_to(outputs.folder)) for output in job.outputs]
    first, *others = sorted(
        files, key=lambda file: ("docx", "html").index(file[-4:]) if file[-4:] in ("docx", "html") else 9
    )
    wanted = outputs.text(first)
    assert len(wanted.split()) > 40
    assert {file: difference(outputs.text(file), wanted) for file in others} == dict.fromkeys(others, "")


def test_a_lost_or_moved_word_is_found() -> None:
    """The comparison above can fail."""
    assert difference("1. One two\n• three", "One two three") == ""
    assert difference("Ada page 2 of 3\nOne two three", "One two three") == ""
    assert difference("One\nthree", "One two three") == "has 'three' where 'twothree' should be"
    assert difference("One three\ntwo", "One two three") == "has 'One three' where 'Onetwothree' should be"
    assert difference("One two", "One two three") == "lacks 'three'"


@pytest.mark.parametrize("format", ["html", "docx", "pdf"])
def test_full_cv_contains_every_fact(outputs: Outputs, format: str) -> None:
    assert missing_facts(outputs.text(f"full.{format}")) == []


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_funding_output_contains_what_is_asked_for_and_no_metrics(outputs: Outputs, format: str) -> None:
    text = outputs.text(f"funding.{format}")
    school = next(part for part in facts() if part.id == "education").items[-1]
    lacking = missing_facts(
        text, leave_out=frozenset(part.id for part in facts()) - {"positions", "education", "funding"}
    )
    assert [fact for fact in lacking if fact not in map(str, school)] == []  # the filter leaves out school
    for word in ("h-index", "Citations", "20230", "Top 2%", "rank(ns)"):
        assert squeezed(word) not in squeezed(text)
    publications = squeezed(text).partition(squeezed("Ten Selected Publications"))[2]
    shown = [title for title in titles("publication") if squeezed(title) in publications]
    assert sorted(shown) == sorted(titles("publication and selected"))
    assert len(shown) == 10


def titles(which: str) -> list[str]:
    """Return the titles of the publications that the expression matches; they are in typographic quotes."""
    from polyvita.config.expression_parser import parse_expression
    from polyvita.transforms.context import find_items

    found = find_items(read(ROOT / "cv.md"), parse_expression(which))
    return [re.findall("“(.*)”", plain_text(node).replace("\n", " "))[0] for node, _ in found]


def test_a_heading_with_entries_does_not_look_like_an_entry(outputs: Outputs) -> None:
    """In `erc`, “Education and Key Qualifications” contains the entry “PhD in Machine Learning”."""
    from pypdf import PdfReader

    sizes: dict[str, float] = {}

    def note(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        sizes[text.strip()[:8]] = max(size, sizes.get(text.strip()[:8], 0))

    for page in PdfReader(outputs.folder / "erc.pdf").pages:
        page.extract_text(visitor_text=note)
    assert sizes["Personal"] > sizes["Educatio"] > sizes["PhD in M"]
    with zipfile.ZipFile(io.BytesIO(outputs.read("erc.docx"))) as file:
        paragraphs = file.read("word/document.xml").decode().split("</w:p>")
    named = (re.sub(r'<w:pStyle w:val="(\w+)"[^>]*>', r"\1: ", part) for part in paragraphs)
    headings = {re.sub("<[^>]*>", "", part).strip()[:24] for part in named}
    assert headings >= {"Subsection2: Education a", "Heading3: PhD in Machine"}
    assert '<h3 class="subsection">Talks</h3>' in outputs.read("full.html").decode()


@pytest.mark.parametrize(("head", "is_list"), [("| | |", True), ("| Key | Value |", False), ("| | | |", False)])
def test_keys_and_values_are_a_list_with_labels(head: str, is_list: bool, tmp_path: Path) -> None:
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: [html, docx, pdf]\n")
    columns = head.count("|") - 1
    rows = f"{head}\n{'| - ' * columns}|\n| First name | Ada {'| x ' * (columns - 2)}|\n| Title {'| Dr. ' * (columns - 1)}|\n"
    (tmp_path / "cv.md").write_text(f"---\nname: Ada\n---\n\n# Person\n\n{rows}")
    assert build(tmp_path / "cv.md").exit_status == 0
    html, docx, pdf = ((tmp_path / f"outputs/one.{suffix}").read_bytes() for suffix in ("html", "docx", "pdf"))
    assert (re.search(r"<dt>\s*First name\s*</dt>\s*<dd>\s*(<p>)?Ada", html.decode()) is not None) == is_list
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        assert ('w:firstColumn="1"' in file.read("word/document.xml").decode()) == is_list
    tags = struct_types(pdf)
    assert ("Lbl" in tags) == is_list
    assert ("Table" in tags) != is_list


def struct_types(pdf: bytes) -> set[str]:
    """Return the types of the elements in the structure of a PDF."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf))
    objects = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    return {str(one["/S"])[1:] for one in objects if isinstance(one, dict) and one.get("/Type") == "/StructElem"}


def test_programs_read_the_date_of_an_entry_after_its_title(outputs: Outputs) -> None:
    """Applicant systems use the default order of pdftotext. It reads by blocks, and can miss the date of an entry whose
    text is so short that nothing stands below the date."""
    command = [program("pdftotext", "Poppler"), "-enc", "UTF-8", str(outputs.folder / "full.pdf"), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    document = read(ROOT / "cv.md")
    entries = [
        plain_text(node.heading)
        for node in walk(document)
        if isinstance(node, Section) and node.attr.get("date") and node.attr.get("org")
    ]
    lines = [line for line in text.splitlines() if line]
    following = [lines[number + 1] for number, line in enumerate(lines) if line in entries]
    assert len(following) > 15
    dated = [line for line in following if re.fullmatch(r"(since )?\d{4}(–\d{4})?", line)]
    assert len(dated) / len(following) > 0.8


def test_short_bio_has_one_page(outputs: Outputs) -> None:
    from pypdf import PdfReader

    assert len(PdfReader(outputs.folder / "short-bio.pdf").pages) == 1


def test_publications_are_numbered_downwards(outputs: Outputs) -> None:
    numbers = [
        int(n) for n in re.findall(r"^(\d+)\. ", inspect("pdf", outputs.read("publications.pdf")).text, re.MULTILINE)
    ]
    assert [n for n in numbers if n <= 44] == [n for most in (32, 44, 1, 4, 13) for n in range(most, 0, -1)]


def test_german_headings_and_dates(outputs: Outputs) -> None:
    text = outputs.text("lebenslauf.html")
    document = read(ROOT / "cv.md")
    english = {plain_text(n.heading) for n in walk(document) if isinstance(n, Section) and not n.attr.get("date")}
    job = next(job for job in outputs.plan.jobs if job.filter.name == "lebenslauf")
    assert {"Beruflicher Werdegang", "Ausbildung", "Veröffentlichungen"} <= set(job.filter.titles.values())
    assert "seit 2021" in text
    assert "since 2021" not in text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", outputs.read("lebenslauf.html").decode(), re.DOTALL)
    assert headings
    assert not english & set(headings)


def test_building_twice_gives_the_same_bytes(outputs: Outputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    build(ROOT / "cv.md", outputs=tmp_path)
    names = outputs.files
    assert files_in(tmp_path) == sorted([*names, "manifest.json"])
    assert [name for name in names if (tmp_path / name).read_bytes() != outputs.read(name)] == []


def test_another_timestamp_changes_metadata_and_no_text(outputs: Outputs, tmp_path: Path) -> None:
    """The comparison above can fail."""
    build(ROOT / "cv.md", ["funding"], outputs=tmp_path, timestamp=MOMENT + 86_400)
    assert (tmp_path / "funding.pdf").read_bytes() != outputs.read("funding.pdf")
    assert words_of((tmp_path / "funding.docx").read_bytes(), "docx") == outputs.text("funding.docx")


def test_outputs_contain_no_comment_and_no_tag(outputs: Outputs) -> None:
    comment = re.findall(r"<!--(.*?)-->", (ROOT / "cv.md").read_text(encoding="utf-8"), re.DOTALL)
    assert comment
    for name in outputs.files:
        text = squeezed(outputs.text(name))
        assert [c for c in comment if squeezed(c) in text] == []
    page = outputs.read("full.html").decode()
    tags = read(ROOT / "cv.md").meta["tags"]
    used = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}
    assert used & set(tags) == set()


def test_full_html_contains_every_text_of_the_source(outputs: Outputs) -> None:
    """All text nodes are there in order, except German ones and those for forms."""
    page = squeezed(outputs.text("full.html"))
    at = 0
    from polyvita.transforms import drop_other_languages, select_units

    document = drop_other_languages(read(ROOT / "cv.md"), lang="en")
    for node in walk(select_units(document, drop=Expression("form", Tag("form")))):
        if isinstance(node, Text):
            found = page.find(squeezed(node.text), at)
            assert found >= 0, node.text
            at = found

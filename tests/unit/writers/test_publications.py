"""Web pages with publications, parts of web pages, and feeds."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from polyvita import build
from polyvita.config.theme import DocumentInfo, Theme
from polyvita.core.bibliography import PREPRINT, BibEntry
from polyvita.core.document import Attributes, BulletList, Document, ListItem, Paragraph, Text
from polyvita.core.location import NOWHERE
from polyvita.writers import WriterOptions
from polyvita.writers.atom import write
from polyvita.writers.publications import open_access_address, publication_facts
from small_web_page import write_web_project

ATOM = "{http://www.w3.org/2005/Atom}"
DOI = {"DOI": "10.1000/1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_web_project(tmp_path_factory.mktemp("web"))
    assert [finding.code for finding in build(folder / "cv.md").findings] == ["PV535"]
    return folder / "outputs"


def read(built: Path, name: str) -> str:
    return built.joinpath(name).read_text(encoding="utf-8")


def test_a_publication_unfolds_its_bibtex_and_abstract(built: Path) -> None:
    page = read(built, "web.html")
    assert page.count("<summary>BibTeX</summary>") == 7
    assert "<summary>Abstract</summary><p>We show that 1 &lt; 2 &amp; more.</p>" in page
    assert "@book{four,\n  author = {Example, Ada}," in page
    assert "a remark" not in re.sub(r"<li>.*?</p>", "", page, flags=re.DOTALL)  # Only the reference has it.


def test_only_the_script_of_the_page_may_run(built: Path) -> None:
    page = read(built, "web.html")
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in page


def test_other_formats_and_a_page_with_few_publications_have_neither_search_nor_script(built: Path) -> None:
    assert "BibTeX" not in read(built, "web.txt")
    few = read(built, "few.html")
    assert "BibTeX" in few
    assert not re.search(r"<script>|<form|script-src", few)


def test_a_fragment_has_the_sections_and_nothing_around_them(built: Path) -> None:
    part = read(built, "part.fragment.html")
    assert part.startswith('<div class="polyvita" lang="en">\n<section id="publications"')
    assert part.endswith("</section>\n</div>\n")
    assert "BibTeX" in part
    assert not re.search(r"<(script|style|form|h1|header|body|main)\b", part)


def test_a_feed_has_the_dated_items_newest_first(built: Path) -> None:
    feed = ET.fromstring(read(built, "feed.atom.xml").encode())  # noqa: S314 - the test wrote it
    entries = feed.findall(f"{ATOM}entry")
    found = [[entry.findtext(f"{ATOM}{name}") for name in ("updated", "title")] for entry in entries]
    assert found[:2] == [
        ["2025-03-01T00:00:00Z", "I moved to Example University"],
        ["2024-01-01T00:00:00Z", "On the DNA of Examples & More"],
    ]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 9
    assert entries[0].find(f"{ATOM}link").attrib == {"href": "https://example.org/?a=1&b=2"}
    assert feed.findtext(f"{ATOM}updated") == found[0][0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Example A and Sample B (2023). “Why examples matter”. *Journal*.", "Why examples matter"),
        ("Example, A. B., & Sample, C. (2023a). Why examples matter. Journal, 3.", "Why examples matter"),
        ("I moved. It is great.", "I moved"),
        ("word " * 40, "word " * 19 + "word …"),
    ],
)
def test_an_entry_has_the_title_of_its_item(text: str, title: str) -> None:
    item = ListItem((Paragraph((Text(text),)),), attr=Attributes(keys=(("date", "2023"),)))
    feed = write({}, WriterOptions(Theme(), DocumentInfo("News", "Ada"), document=Document((BulletList((item,)),))))
    entry = ET.fromstring(feed).find(f"{ATOM}entry")  # noqa: S314 - the test wrote it
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == title


@pytest.mark.parametrize(
    ("csl", "fields", "address"),
    [
        (DOI, {}, ""),
        (DOI | {"PMCID": "PMC123"}, {}, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/"),
        ({"archive": "arXiv", "archive_location": "2201.00001"}, {}, "https://arxiv.org/abs/2201.00001"),
        (DOI, {"license": "CC-BY 4.0"}, "https://doi.org/10.1000/1"),
        (DOI, {"openaccess": "yes"}, "https://doi.org/10.1000/1"),
        (DOI, {"openaccess": "no"}, ""),
        (DOI, {"license": "accepted manuscript"}, ""),
        (DOI, {"oa": "https://example.org/a.pdf"}, "https://example.org/a.pdf"),
        ({"URL": "javascript:alert(1)"}, {"openaccess": "yes"}, ""),
        ({"URL": "https://example.org/p", "type": "article", "genre": PREPRINT}, {}, "https://example.org/p"),
    ],
)
def test_open_access_is_what_the_entry_says(csl: dict[str, Any], fields: dict[str, str], address: str) -> None:
    assert open_access_address(BibEntry("a", csl, NOWHERE, fields, "article", (), {})) == address


def test_no_field_of_an_entry_can_add_markup() -> None:
    evil = '"><script>alert(1)</script>'
    csl = {
        "type": "book",
        "DOI": evil,
        "abstract": evil,
        "title": evil,
        "PMCID": evil,
        "issued": {"date-parts": [[evil]]},
    }
    entry = BibEntry(evil, csl, NOWHERE, {"title": evil, "pdf": f"https://x/{evil}"}, "book", (), {})
    assert "<script" not in publication_facts(entry, "en")

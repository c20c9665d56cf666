"""The HTML writer."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

import pandoc_sample as a
from one_pixel import PNG
from polyvita.config.theme import DocumentInfo, Margins, Theme
from polyvita.reader import parse_text
from polyvita.transforms import show_entries
from polyvita.writers import WriterOptions, html
from polyvita.writers.colour import AA_CONTRAST, contrast
from polyvita.writers.pandoc_ast import Ast, div
from polyvita.writers.to_pandoc import to_pandoc

THEME = Theme()
VOID = {"meta", "br", "hr", "img", "col", "link"}


class Page(HTMLParser):
    """A page as a list of elements (name, attributes, text). Fails if the elements are not nested correctly."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        element: tuple[str, dict[str, str | None], list[str]] = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, text in self.open:
            text.append(data)

    def all(self, *names: str) -> list[tuple[str, dict[str, str | None], str]]:
        return [(name, attrs, "".join(text)) for name, attrs, text in self.elements if name in names]

    def texts(self, *names: str) -> list[tuple[str, str]]:
        return [(name, " ".join(text.split())) for name, _, text in self.all(*names)]


def source(ast: Ast, theme: Theme = THEME, info: DocumentInfo = a.INFO, **more: Any) -> str:
    return html.write(ast, WriterOptions(theme, info, **more)).decode()


def main(*blocks: Ast) -> str:
    """Return the main part of the page on one line."""
    inside = source(a.document(*blocks)).partition('tabindex="-1">\n')[2].partition("\n</main>")[0]
    return inside.replace("\n", "")


@pytest.fixture(scope="module")
def sample() -> Page:
    return Page(source(a.SAMPLE))


def test_words_and_their_order(sample: Page) -> None:
    [(_, header), (_, body)] = sample.texts("header", "main")
    found = f"{header} {body}".replace("target1", "target").replace(" Says the note.↩︎", "")
    assert found.split() == a.WORDS.split()


def test_headings_in_order(sample: Page) -> None:
    assert sample.texts("h1", "h2", "h3", "h4", "h5", "h6") == [
        ("h1", "Dr. Ada Beispiel"),
        ("h2", "Positions"),
        ("h3", "Head of Examples since 2021"),
        ("h3", "Researcher 2012–2013"),
        ("h2", "Honours"),
        ("h2", "Sonstiges"),
        ("h3", "Übersprungene Ebene"),
        ("h2", "Publications"),
        ("h3", "In reverse"),
    ]


def test_ids_are_unique_and_every_inner_link_has_its_target(sample: Page) -> None:
    ids = [attrs["id"] for _, attrs, _ in sample.elements if "id" in attrs]
    inner = {str(attrs["href"])[1:] for _, attrs, _ in sample.all("a") if str(attrs["href"]).startswith("#")}
    assert len(ids) == len(set(ids))
    assert inner == {"start-of-content", "list", "fn1", "fnref1"} <= set(ids)


def test_an_id_given_twice_is_kept_once() -> None:
    page = Page(source(a.document(a.header(1, "One", id="x"), a.header(1, "Two", id="x"))))
    assert [attrs.get("id") for _, attrs, _ in page.all("section")] == ["x", None]


def test_the_tags_of_the_author_are_removed() -> None:
    assert re.findall("secret|priority|data-", source(a.SAMPLE)) == []


def test_there_are_only_classes_of_the_layout(sample: Page) -> None:
    classes = {str(attrs["class"]) for _, attrs, _ in sample.elements if "class" in attrs}
    assert classes == {
        "skip", "letterhead", "subtitle", "item", "bar", "level2", "level3", "when", "date", "where", "paren",
        "footnote-ref", "footnote-back", "footnotes footnotes-end-of-document",
    }  # fmt: skip


def test_dates_are_machine_readable(sample: Page) -> None:
    assert [(attrs["datetime"], text) for _, attrs, text in sample.all("time")] == [
        ("2021", "since 2021"),
        ("2012", "2012"),
        ("2013", "2013"),
        ("2020-12-19", "19 Dec 2020"),
        ("2017", "2017"),
        ("2020-03", "Mar 2020"),
    ]


@pytest.mark.parametrize(
    ("edtf", "machine"),
    [
        ("2018", ["2018"]),
        ("2018-12", ["2018-12"]),
        ("2018-12-19", ["2018-12-19"]),
        ("2012/2013", ["2012", "2013"]),
        ("2021/..", ["2021"]),
        ("../2021", ["2021"]),
        ("2018-22", []),
        ("2018-02-30", []),
        ("201X", []),
        ("0000", []),
        ("2018/soon", []),
        ("", []),
    ],
)
def test_machine_dates(edtf: str, machine: list[str]) -> None:
    assert html.machine_dates(edtf) == machine


def test_a_date_that_is_not_machine_readable_is_shown() -> None:
    assert main(a.para("A prize", *a.when("in the spring", "2018-22"))) == (
        '<p><span>A prize</span> <span class="when">in the spring</span></p>'
    )


def test_a_numbered_list_is_one_list() -> None:
    runs = [a.ordered([[a.plain("x")]], number, "OneParen") for number in (101, 100, 99)]
    items = "".join(f'<li value="{number}">x</li>' for number in (101, 100, 99))
    assert main(div(runs, "numbered")) == f'<ol class="paren">{items}</ol>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Höhne M-C M, Samek W", 'Höhne~<span class="whole">M-C</span>~M, Samek~W'),
        ("de Vries AB (2025)", "de Vries~AB (2025)"),
        ("O’Hara-Smith ÄB. No", "O’Hara-Smith~ÄB. No"),
        ("Dr. rer. nat. Prof. Höhne", "Dr.~rer. nat. Prof.~Höhne"),
        (" A first", " A first"),
        ("I and a B", "I and a B"),
        ("(2020) A 5, B", "(2020) A 5, B"),
    ],
)
def test_a_name_and_its_initials_stay_on_one_line(written: str, shown: str) -> None:
    shown = shown.replace("~", "\N{NO-BREAK SPACE}")
    assert main(a.para(written)) == f"<p>{shown}</p>"
    assert main(a.para({"t": "Strong", "c": a.words(written)})) == f"<p><strong>{shown}</strong></p>"


def test_languages(sample: Page) -> None:
    found = [(name, attrs["lang"]) for name, attrs, _ in sample.elements if "lang" in attrs]
    assert found == [("html", "en"), ("section", "de"), ("h2", "de"), ("span", "en-GB")]


def test_the_head() -> None:
    info = structs.replace(a.INFO, title='A "title" & <more>', lang="de-AT", person=())
    page = Page(source(a.SAMPLE, info=info))
    meta = {attrs["name"]: attrs["content"] for _, attrs, _ in page.all("meta") if "name" in attrs}
    assert page.texts("title") == [("title", 'A "title" & <more>')]
    assert meta == {
        "viewport": "width=device-width, initial-scale=1",
        "color-scheme": "light dark",
        "author": "Ada Beispiel",
        "description": "Curriculum vitae",
        "keywords": "CV, explanation",
    }
    assert page.elements[0][:2] == ("html", {"lang": "de-AT"})
    assert page.texts("a")[0] == ("a", "Zum Inhalt springen")
    assert [attrs["aria-label"] for _, attrs, _ in page.all("a") if "aria-label" in attrs] == ["Zurück zum Text"]
    assert page.all("script") == []


CV = """---
name: Ada
---

# About {#bio}

I study examples of many kinds, and I write about how people in science use them, since they matter to all of us.
In a second sentence, there is more.

# Jobs {#positions}

## Reader in Examples {date=2020/.. org="New University"}

Reads.

## Student {date=2010/2012 org="Other University"}

# Education

## PhD {.degree date=2018 org="Old University"}

# Works

1. Doe A (2019). A paper. <https://doi.org/10.1234/Old> {date=2019}
2. A paper without an address. {date=2018}

| Year | Count |
| ---- | ----- |
| 2019 | 1     |
"""


def page_of_cv(**info: Any) -> Page:
    document = show_entries(parse_text(CV)[0], lang="en")
    about = structs.replace(DocumentInfo("CV – Ada", "Ada", person=(("name", "Ada"),)), **info)
    return Page(source(to_pandoc(document), info=about, document=document))


def test_the_head_describes_the_page() -> None:
    page = page_of_cv(url="https://a.example/cv")
    named = {attrs.get("property", attrs.get("name")): attrs.get("content") for _, attrs, _ in page.all("meta")}
    assert str(named["description"]).startswith("I study examples of many kinds")
    assert 100 < len(str(named["description"])) <= 162
    assert {key: value for key, value in named.items() if str(key).startswith("og:")} == {
        "og:type": "profile",
        "og:title": "CV – Ada",
        "og:description": named["description"],
        "og:locale": "en",
        "og:url": "https://a.example/cv",
    }
    assert [attrs["href"] for _, attrs, _ in page.all("link")] == ["https://a.example/cv"]
    titled = page_of_cv(person=(("name", "Ada"), ("jobTitle", "Professor"), ("affiliation", "Institute")))
    assert {"name": "description", "content": "Ada: Professor, Institute"} in [a for _, a, _ in titled.all("meta")]


def test_the_career_is_readable_for_programs() -> None:
    [(_, _, text)] = page_of_cv().all("script")
    person = json.loads(text)
    assert person["jobTitle"] == "Reader in Examples"
    assert person["worksFor"] == {"@type": "Organization", "name": "New University"}
    assert person["alumniOf"] == {"@type": "CollegeOrUniversity", "name": "Old University"}


def test_works_have_ids_and_header_cells_a_scope() -> None:
    page = page_of_cv()
    assert [attrs.get("id") for _, attrs, _ in page.all("li")] == ["doi-10-1234-old", None]
    assert [attrs.get("scope") for _, attrs, _ in page.all("th")] == ["col", "col"]


def test_facts_about_the_person(sample: Page) -> None:
    [(_, attrs, text)] = sample.all("script")
    assert attrs == {"type": "application/ld+json"}
    assert json.loads(text) == {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": "Ada Beispiel",
        "affiliation": {"@type": "Organization", "name": "Institute </script> of Examples"},
        "sameAs": ["https://a.example", "https://b.example", "https://c.example"],
    }


def test_same_input_same_bytes() -> None:
    assert html.write(a.SAMPLE, WriterOptions(Theme(), a.INFO)) == html.write(a.SAMPLE, WriterOptions(Theme(), a.INFO))


def test_the_theme_is_used() -> None:
    theme = Theme(size=12, size_name=24, leading=1.5, accent="#aa0011", paper="letter", margins=Margins(top=25.4))
    css = source(a.SAMPLE, theme)
    for value in ("--size: 12pt;", "--size-name: 2em;", "--leading: 1.5;", "--accent: #aa0011;"):
        assert value in css
    assert "@page { size: letter; margin: 25.4mm 22mm 20mm 22mm; }" in css


@pytest.mark.parametrize("ink", ["#1a1a1a", "#000000", "#22447a"])
@pytest.mark.parametrize("accent", ["#1f4e79", "#ffee00", "#cc0000"])
def test_light_and_dark_colours_have_enough_contrast(ink: str, accent: str) -> None:
    css = html.stylesheet(Theme(ink=ink, muted="#777777", accent=accent))
    pages = [dict(re.findall(r"--([\w-]+): ([^;]+);", block)) for block in re.findall(r":root \{(.*?)\}", css)]
    assert len(pages) == 2
    for page in pages:
        for name in ("ink", "muted", "accent"):
            assert contrast(page[name], page["ground"]) >= AA_CONTRAST


def test_css_rules_name_no_colour_font_or_paper() -> None:
    rules = Path(html.__file__).with_name("html.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-f]{3,6}\b|rgb\(|\d(?:mm|cm)|serif|@page", rules) == []


def test_images_are_embedded(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(PNG)
    pictures = a.document(a.para(a.image("photo.png", "Ada at work")), a.para(a.image("photo.png", "")))
    page = Page(source(pictures, folder=tmp_path))
    found = [(str(attrs["src"])[:22], attrs["alt"], attrs.get("style")) for _, attrs, _ in page.all("img")]
    start = "data:image/png;base64,"
    assert found == [(start, "Ada at work", "width:3cm"), (start, "", "width:3cm")]


def test_a_page_without_a_letterhead() -> None:
    page = Page(source(a.document(a.header(1, "Only"))))
    assert page.texts("header", "h1", "h2") == [("header", ""), ("h2", "Only")]


WORKS = """\
# Publications {#publications}

## Journal Articles

1. Doe A (2019). “A paper about *bread* & butter”. <https://doi.org/10.1234/Old> {date=2019}
2. Doe A (2018). “A paper about *bread* & butter, and on what one eats with it”. {date=2018}

   - A review of it
3. Doe A (2018). Ein Buch. {date=2018}
4. Doe A (2018). Ein Buch. {date=2018}
5. Doe A (2017). “Named”. {#named date=2017}

# Talks

- A talk {date=2018}
"""


def test_publications_have_ids_that_do_not_depend_on_their_order() -> None:
    ids = ids_of_items(WORKS)
    assert ids == [
        "doi-10-1234-old",
        "work-a-paper-about-bread-butter-and-2018",
        None,
        "work-ein-buch-2018",
        "work-ein-buch-2018-2",
        None,
        None,
    ]
    first, second = re.findall(r"^[12]\. .*\n", WORKS, re.M)
    assert ids_of_items(WORKS.replace(first, "").replace(second, second + first))[0] == ids[1]
    assert ids_of_items(WORKS.replace("{#publications}", "{#works}"))[1:] == [None] * 6


def ids_of_items(text: str) -> list[str | None]:
    document = show_entries(parse_text(text)[0], lang="en")
    page = Page(source(to_pandoc(document), document=document))
    return [attrs.get("id") for _, attrs, _ in page.all("li")]

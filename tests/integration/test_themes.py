"""Every built-in theme in every format, and every choice of a theme in every format that it is for."""

from __future__ import annotations

import ctypes
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

import pypdfium2
import pytest
from msgspec import structs
from openxml_audit import FileFormat, OpenXmlValidator
from pypdf import PdfReader

from output_text import LABEL, W, difference, squeezed, words_of
from polyvita import build
from polyvita.builder.plan import Plan, make_plan
from polyvita.builder.steps import apply_filter
from polyvita.checks.inspect import inspect
from polyvita.config.settings import keys_of
from polyvita.config.theme import Mm, Theme, choices, load_theme, theme_names
from polyvita.core.location import NOWHERE
from polyvita.writers import write
from polyvita.writers.colour import AA_CONTRAST, contrast
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc
from polyvita.writers.word.xml import parse
from repository import TESTS

THEMES = theme_names(Path("nowhere"))
CV = (TESTS / "data/themes.md").read_text(encoding="utf-8")
CHOICES = [
    (key, value)
    for key in ("header", "contact", "section", "subsection", "dates", "entry", "publications", "links")
    for kind in keys_of(Theme)[key].types
    for value in kind.choices
    if value != getattr(Theme(), key)
] + [("justify", True)]


def test_there_are_six_themes() -> None:
    assert THEMES == ("classic", "compact", "form", "profile", "scholar", "timeline")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a CV and a filter for each theme."""
    folder = tmp_path_factory.mktemp("themes")
    (folder / "filters").mkdir()
    (folder / "cv.md").write_text(CV, encoding="utf-8")
    for theme in THEMES:
        text = f"title: Curriculum vitae\nformats: [html, docx, pdf, txt]\ntheme: {theme}\n"
        (folder / f"filters/{theme}.yaml").write_text(text, encoding="utf-8")
    return folder


def words(content: bytes, format: str) -> Counter[str]:
    """Return the words of an output and how often each occurs, without the labels of lists."""
    lines = (LABEL.sub("", line.lstrip("-=* ")) for line in words_of(content, format).splitlines())
    return Counter(word for line in lines for part in line.split() if (word := squeezed(part).strip(":=|")))


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_all_formats_of_a_theme_conform_and_have_the_same_words(folder: Path, theme: str) -> None:
    """Typst checks PDF/UA-1 and PDF/A-2a itself. In plain text, dates stand after the text that they belong to."""
    result = build(folder / "cv.md", [theme], outputs=folder / "out", timestamp=0)
    assert [*result.findings, *result.notes] == []
    files = {path.suffix[1:]: path.read_bytes() for path in (folder / "out").glob(f"{theme}.*")}
    assert sorted(files) == ["docx", "html", "pdf", "txt"]
    texts = {format: words_of(content, format) for format, content in files.items()}
    assert difference(texts["html"], texts["docx"]) == ""
    assert difference(texts["pdf"], texts["docx"]) == ""
    assert words(files["txt"], "txt") == words(files["docx"], "docx")
    assert not list(OpenXmlValidator(FileFormat.OFFICE_2019).validate(str(folder / f"out/{theme}.docx")).errors)


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    return make_plan(folder / "cv.md", filters=["classic"], timestamp=0)


def written(plan: Plan, theme: Theme, format: str) -> bytes:
    [job] = plan.jobs
    job = structs.replace(job, theme=theme)
    prepared = prepare(to_pandoc(apply_filter(job, plan.folder).document, split_words=False), split_words=False)
    return write(prepared, format, theme=theme, info=job.info, folder=plan.folder)


@pytest.mark.slow
@pytest.mark.parametrize("format", ["html", "docx", "pdf"])
def test_every_choice_changes_every_format(plan: Plan, format: str) -> None:
    usual = written(plan, Theme(), format)
    same = [name for name in CHOICES if written(plan, structs.replace(Theme(), **dict([name])), format) == usual]
    assert len(CHOICES) == 16
    assert same == []


def test_the_usual_choices_need_no_file() -> None:
    assert list(choices(Theme())) == []


@pytest.mark.parametrize("name", THEMES)
def test_colours_have_enough_contrast(name: str) -> None:
    theme = load_theme(name, Path("nowhere"), asked=NOWHERE)
    assert min(contrast(colour, "#ffffff") for colour in (theme.ink, theme.muted, theme.accent)) >= AA_CONTRAST


def left_edges(pdf: bytes, *texts: str) -> list[float]:
    """Return how far from the left edge of the paper each text begins, in mm. All are on the first page."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    starts = [page.search(text).get_next()[0] for text in texts]
    return [round(page.get_charbox(start)[0] / 72 * 25.4, 1) for start in starts]


def test_dates_in_the_pdf_begin_where_the_headings_of_sections_begin(plan: Plan) -> None:
    theme = structs.replace(Theme(), dates="left", date_width=Mm(40))
    edges = left_edges(written(plan, theme, "pdf"), "Positions", "Apr 2016", "May 2019", "Senior", "Medal", "Dated 41")
    assert edges[:3] == pytest.approx([22] * 3, abs=0.5)
    assert edges[3:5] == pytest.approx([62] * 2, abs=0.5)
    assert edges[5] > 63  # This item has a dot, which is beside the column.


def test_dates_in_word_are_before_a_hanging_indent(plan: Plan) -> None:
    """There is no table and no text box, and an item with a date is still an item of a list."""
    docx = written(plan, structs.replace(Theme(), dates="left", date_width=Mm(40)), "docx")
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        document, styles, lists = (
            file.read(f"word/{name}.xml").decode() for name in ("document", "styles", "numbering")
        )
    assert document.count("<w:tbl>") == 1  # the one of the source
    assert "txbx" not in document
    width = round(40 / 25.4 * 1440)
    for heading in ("Heading2Dated", "BodyTextDated"):
        [style] = re.findall(rf'w:styleId="{heading}".*?</w:style>', styles)
        assert f'w:left="{width}" w:hanging="{width}"' in style
    paragraphs = re.findall(r"<w:p>.*?</w:p>", document)
    [item] = [paragraph for paragraph in paragraphs if "Medal of" in paragraph]
    assert re.search(r"May.2019</w:t></w:r><w:r><w:tab />", item)
    [number] = re.findall(r'<w:pStyle w:val="ListMargin" /><w:numPr>.*?<w:numId w:val="(\d+)"', item)
    [definition] = re.findall(rf'w:numId="{number}"><w:abstractNumId w:val="(\d+)"', lists)
    [level] = re.findall(rf'<w:abstractNum w:abstractNumId="{definition}">.*?<w:lvl w:ilvl="0">(.*?)</w:lvl>', lists)
    assert '<w:numFmt w:val="none" />' in level
    assert f'w:left="{width}" w:hanging="{width}"' in level


@pytest.mark.parametrize("dates", ["left", "right"])
def test_checks_read_the_headings_of_word_without_their_dates(plan: Plan, dates: Literal["left", "right"]) -> None:
    body = inspect("docx", written(plan, structs.replace(Theme(), dates=dates), "docx")).body
    assert body
    titles = [heading.title for heading in body.headings]
    assert titles[1:4] == ["Positions", "Professor of Maritime Archaeology", "Senior Researcher"]


def test_icons_are_decoration_in_every_format(plan: Plan) -> None:
    theme = structs.replace(Theme(), contact="icons")
    html, docx, pdf = (written(plan, theme, format) for format in ("html", "docx", "pdf"))
    assert len(re.findall(rb'<svg [^>]*aria-hidden="true"', html)) == html.count(b"<svg") == 7
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        document = file.read("word/document.xml").decode()
    assert document.count("decorative val=") == document.count("<w:drawing>") == 7
    assert b"/Figure" not in pdf


def test_dates_and_icons_before_a_text_do_not_make_text_that_a_filter_leaves_out(tmp_path: Path) -> None:
    """The search for text that was left out expects the names of icons, and the dates at the left."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text(
        "formats: [html, docx, pdf]\ndrop: hidden\ntheme: profile\n", encoding="utf-8"
    )
    cv = "---\nname: Ada Example\nlocation: Christian Petersen Street\n---\n\n# Prizes\n\n"
    cv += "- Pattern Recognition Award {date=2020}\n\nThe 2020 Pattern Recognition Award. {.hidden}\n\n"
    cv += "Ada Example icon place Christian. {.hidden}\n"
    (tmp_path / "cv.md").write_text(cv, encoding="utf-8")
    assert list(build(tmp_path / "cv.md", timestamp=0).findings) == []


# ---------------------------------------------------------------- without colours

LEVELS = ("Positions", "Invited", "Senior Researcher", "Dated 41 wrecks")
"""The heading of a section, of a part of one, and of an entry, and running text."""


def told_apart(looks: Iterable[tuple[float, str, float]]) -> bool:
    """Return whether all looks differ in size, in the kind of the letters, or in a line that is twice as dark."""
    return all(
        max(one[0], other[0]) > 1.06 * min(one[0], other[0])
        or one[1] != other[1]
        or max(one[2], other[2]) > 2 * min(one[2], other[2])
        for one, other in combinations(looks, 2)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", THEMES)
def test_links_and_levels_in_the_pdf_differ_without_colour(plan: Plan, name: str) -> None:
    theme = load_theme(name, Path("nowhere"), asked=NOWHERE)
    pdf = written(plan, theme, "pdf")
    assert min(underlined_shares(pdf)) > 0.7
    assert told_apart(pdf_look(pdf, text) for text in LEVELS)
    plain = structs.replace(theme, links="colour", section="plain", subsection="plain", size_headings=(12, 12, 12))
    without = written(plan, plain, "pdf")
    assert max(underlined_shares(without)) < 0.7
    assert not told_apart(pdf_look(without, text) for text in LEVELS)


GREY_SCALE = 3


def grey_rows(page: pypdfium2.PdfPage) -> list[bytes]:
    """Return the rows of a grey picture of the page, with `GREY_SCALE` pixels for each point."""
    bitmap = page.render(scale=GREY_SCALE, grayscale=True)
    data, width, stride = bytes(bitmap.buffer), bitmap.width, bitmap.stride
    return [data[row * stride : row * stride + width] for row in range(bitmap.height)]


def underlined_shares(pdf: bytes) -> list[float]:
    """Return of each link on the first page which part of it has a dark line, or a light one on a band, below it."""
    picture = grey_rows(pypdfium2.PdfDocument(pdf)[0])
    shares = []
    for annotation in PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]:
        left, bottom, right, top = (round(float(edge) * GREY_SCALE) for edge in annotation.get_object()["/Rect"])
        rows = [row[left:right] for row in picture[len(picture) - top : len(picture) - bottom]]
        [(ground, _)] = Counter(b"".join(rows)).most_common(1)
        lower = rows[len(rows) * 2 // 3 :]
        shares.append(max(sum(abs(value - ground) > 90 for value in row) / len(row) for row in lower))
    return shares


def pdf_look(pdf: bytes, text: str) -> tuple[float, str, float]:
    """Return the font size of a text, its font, and how dark a line as wide as the page is below it."""
    for page in pypdfium2.PdfDocument(pdf):
        texts = page.get_textpage()
        if found := texts.search(text, match_whole_word=True).get_next():
            start = found[0]
            size = pypdfium2.raw.FPDFText_GetFontSize(texts.raw, start)
            font = ctypes.create_string_buffer(100)
            pypdfium2.raw.FPDFText_GetFontInfo(texts.raw, start, font, 100, None)
            bottom = round((page.get_height() - texts.get_charbox(start)[1]) * GREY_SCALE)
            below = grey_rows(page)[bottom : bottom + round(size * GREY_SCALE)]
            rows = [row[len(row) // 2 : len(row) * 4 // 5] for row in below]
            dark = sum(255 - min(row) for row in rows if max(row) - min(row) < 8)
            return round(size, 1), font.value.decode(), dark
    raise AssertionError(text)


@pytest.mark.slow
@pytest.mark.parametrize("name", THEMES)
def test_links_and_levels_in_word_differ_without_colour(plan: Plan, name: str) -> None:
    docx = written(plan, load_theme(name, Path("nowhere"), asked=NOWHERE), "docx")
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        document, styles = (parse(file.read(f"word/{part}.xml")) for part in ("document", "styles"))
    by_id = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    links = [style.get(f"{W}val") for link in document.iter(f"{W}hyperlink") for style in link.iter(f"{W}rStyle")]
    assert len(links) > 4
    assert {by_id[link].find(f"{W}rPr/{W}u").get(f"{W}val") for link in links} == {"single"}
    paragraphs = {"".join(text.text for text in p.iter(f"{W}t")): p for p in document.iter(f"{W}p")}
    found = [next(p for text, p in paragraphs.items() if level in text) for level in LEVELS]
    looks = [word_look(p.find(f"{W}pPr/{W}pStyle").get(f"{W}val"), by_id) for p in found]
    assert len({*looks}) == len(LEVELS)
    assert told_apart(looks)


def word_look(style: str | None, by_id: dict[str, Element]) -> tuple[float, str, float]:
    """Return the size of a style, the kind of its letters, and how thick its border is."""
    size, kind, line = 0.0, {}, 0.0
    chain = []
    while style:
        chain.append(by_id[style])
        parent = by_id[style].find(f"{W}basedOn")
        style = None if parent is None else parent.get(f"{W}val")
    for element in reversed(chain):
        for part in element.iterfind(f"{W}rPr/*"):
            if part.tag == f"{W}sz":
                size = float(part.get(f"{W}val", "0")) / 2
            elif part.tag in (f"{W}b", f"{W}i", f"{W}smallCaps"):
                kind[part.tag] = part.get(f"{W}val") != "0"
        for border in element.iterfind(f"{W}pPr/{W}pBdr/*"):
            line = float(border.get(f"{W}sz", "0"))
    return size, str(sorted(tag for tag, on in kind.items() if on)), line

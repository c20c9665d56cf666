"""Every built-in theme in every format, and every choice of a theme in every format that it is for."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from msgspec import structs
from openxml_audit import FileFormat, OpenXmlValidator

from output_text import LABEL, difference, squeezed, words_of
from polyvita import build
from polyvita.builder.plan import Plan, make_plan
from polyvita.builder.steps import apply_filter
from polyvita.config.settings import keys_of
from polyvita.config.theme import Mm, Theme, choices, load_theme, theme_names
from polyvita.core.location import NOWHERE
from polyvita.writers import write
from polyvita.writers.colour import AA_CONTRAST, contrast
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc
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


def test_icons_are_decoration_in_every_format(plan: Plan) -> None:
    theme = structs.replace(Theme(), contact="icons")
    html, docx, pdf = (written(plan, theme, format) for format in ("html", "docx", "pdf"))
    assert len(re.findall(rb'<svg [^>]*aria-hidden="true"', html)) == html.count(b"<svg") == 7
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        document = file.read("word/document.xml").decode()
    assert document.count("decorative val=") == document.count("<w:drawing>") == 7
    assert b"/Figure" not in pdf


def test_dates_and_icons_before_a_text_do_not_make_text_that_a_filter_leaves_out(tmp_path: Path) -> None:
    """The search for left-out text knows the names of icons, and what stands beside each other in this theme."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text(
        "formats: [html, docx, pdf]\ndrop: hidden\ntheme: profile\n", encoding="utf-8"
    )
    cv = "---\nname: Ada Example\nlocation: Christian Petersen Street\n---\n\n# Prizes\n\n"
    cv += "- Pattern Recognition Award {date=2020}\n\nThe 2020 Pattern Recognition Award. {.hidden}\n\n"
    cv += "Ada Example icon place Christian. {.hidden}\n"
    (tmp_path / "cv.md").write_text(cv, encoding="utf-8")
    assert list(build(tmp_path / "cv.md", timestamp=0).findings) == []

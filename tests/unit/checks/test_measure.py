"""The measurement of finished files: layout, text and pages."""

from __future__ import annotations

import io
import zipfile

import pytest

from handmade_pdf import pdf_of, words
from one_pixel import PNG
from polyvita.builder.incremental import build
from polyvita.checks.rules.inspect import measure
from polyvita.checks.rules.model import FontUse, MeasuredFile
from repository import MOMENT

PAGE = """\
---
name: Ada Example
affiliation: Institute
email: ada@example.org
---

# One {#one}

A paragraph that is long enough to take more than one line of a page that is not so very wide at all, with H~2~O and
a note.[^1]

[^1]: Here it stands.

## Head {date=2021/..}

- A [link](https://example.org/there) in an item.

# Two

![Ada](ada.png) and ![](ada.png), ![A square](square.svg) and ![](square.svg), in `code`.
"""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MeasuredFile]:
    folder = tmp_path_factory.mktemp("measured")
    (folder / "cv.md").write_text(PAGE, encoding="utf-8")
    (folder / "ada.png").write_bytes(PNG)
    (folder / "square.svg").write_text(SQUARE, encoding="utf-8")
    (folder / "filters").mkdir()
    look = "paper: letter\nmargins: {top: 25mm, right: 31mm, bottom: 30mm, left: 30mm}\nfont: Caladea 12pt\n"
    (folder / "filters/one.yaml").write_text(f"formats: [docx, pdf, html, txt]\n{look}", encoding="utf-8")
    built = build(folder / "cv.md", timestamp=MOMENT)
    assert built.exit_status == 0, list(built.report)
    return {r.path.suffix[1:]: measure(r.path.name, r.path.suffix[1:], r.path.read_bytes()) for r in built.results}


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_layout_has_the_values_of_the_filter(measured: dict[str, MeasuredFile], format: str) -> None:
    layout = measured[format].layout
    assert layout is not None
    mono = {"docx": ("Consolas", 10.5), "pdf": ("Deja Vu Sans Mono", 8.5)}[format]
    found = {(font.family, round(font.size * 2) / 2) for font in layout.fonts}
    assert found == {mono, *(("Caladea", size) for size in (10.5, 12.0, 12.5, 15.5, 25.0))}
    assert [round(length) for length in layout.paper] == [216, 279]
    assert layout.images == 4
    assert layout.line_spacing == pytest.approx(1.25 / 1.15, abs=0.01)
    # In the PDF, the date of an entry ends at the right margin, and a footnote ends at the bottom margin.
    assert dict(layout.margins) == pytest.approx({"top": 25, "right": 31, "bottom": 30, "left": 30}, abs=0.1)
    assert layout.header_footer is (format == "docx")  # The PDF has a header from its second page on.


def test_the_text_is_the_same_in_all_formats(measured: dict[str, MeasuredFile]) -> None:
    texts = {format: file.text for format, file in measured.items()}
    titles = {format: [(h.level, h.title) for h in text.headings] for format, text in texts.items() if text}
    assert titles == {format: [(1, "One"), (2, "Head"), (1, "Two")] for format in titles}
    assert len(titles) == 4
    links = {format: text.links for format, text in texts.items() if text}
    there = frozenset({"https://example.org/there", "mailto:ada@example.org"})
    assert {format: found & there for format, found in links.items()} == {
        "docx": there,
        "pdf": there,
        "html": there,
        "txt": frozenset(),
    }
    for format, text in texts.items():
        assert text is not None
        assert "page that is not so very wide" in " ".join(text.plain.split()), format
        for heading in text.headings:
            assert text.plain[heading.start : heading.end].strip().startswith(heading.title), format


def test_pages_are_counted(measured: dict[str, MeasuredFile]) -> None:
    assert {format: file.pages for format, file in measured.items()} == {
        "docx": None,
        "pdf": 1,
        "html": None,
        "txt": None,
    }


def test_a_file_in_an_unknown_format_has_only_a_name() -> None:
    assert measure("cv.tex", "latex", b"\\relax") == MeasuredFile("cv.tex", "latex")


def word_file(body: str, styles: str, footer: str = "") -> bytes:
    """Return a Word file that consists of these parts."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts = {"document": f"<w:body>{body}</w:body>", "styles": styles, "footer1": footer}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(f"word/{name}.xml", f"<w:{name.rstrip('1')} {space}>{content}</w:{name.rstrip('1')}>")
    return out.getvalue()


DEFAULTS = "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii='Georgia'/></w:rPr></w:rPrDefault></w:docDefaults>"
BASE = (
    "<w:style w:type='character' w:default='1' w:styleId='D'><w:name w:val='Other'/><w:rPr><w:sz w:val='40'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:default='1' w:styleId='N'><w:name w:val='Normal'/>"
    "<w:rPr><w:sz w:val='22'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='S'><w:name w:val='Small'/><w:basedOn w:val='N'/>"
    "<w:pPr><w:spacing w:line='240' w:lineRule='{rule}'/></w:pPr><w:rPr><w:sz w:val='16'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='H'><w:name w:val='heading 2'/><w:basedOn w:val='S'/>"
    "<w:pPr><w:spacing w:line='100' w:lineRule='exact'/><w:outlineLvl w:val='1'/></w:pPr></w:style>"
    "<w:style w:type='character' w:styleId='C'><w:name w:val='Strong'/><w:rPr><w:rFonts w:ascii='Arial'/></w:rPr></w:style>"
)


@pytest.mark.parametrize(("rule", "spacing"), [("auto", 1), ("exact", 12 / 8 / 1.15), ("atLeast", 12 / 8 / 1.15)])
def test_the_layout_of_a_word_file_follows_from_its_styles(rule: str, spacing: float) -> None:
    body = (
        "<w:p><w:pPr><w:spacing w:line='360'/></w:pPr><w:r><w:t>Large text</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:pStyle w:val='S'/></w:pPr><w:r><w:t>small</w:t></w:r>"
        "<w:r><w:rPr><w:rStyle w:val='C'/></w:rPr><w:t>strong</w:t></w:r>"
        "<w:r><w:rPr><w:sz w:val='14'/></w:rPr><w:t>direct</w:t></w:r><w:r><w:rPr><w:sz w:val='2'/></w:rPr><w:t>–</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr><w:r><w:t>Head</w:t><w:tab/><w:t>2021</w:t></w:r></w:p><w:p/>"
        "<w:sectPr><w:pgSz w:w='11906' w:h='16838'/><w:pgMar w:top='1440' w:right='720' w:bottom='0' w:left='-720'/></w:sectPr>"
    )
    file = measure("cv.docx", "docx", word_file(body, DEFAULTS + BASE.replace("{rule}", rule)))
    assert file.text is not None
    assert file.layout is not None
    assert file.layout.fonts == (
        FontUse("Georgia", 11, "style “Normal”"),
        FontUse("Georgia", 8, "style “Small”"),
        FontUse("Arial", 8, "style “Strong”"),
        FontUse("Georgia", 7, "style “Small”"),
    )
    assert file.layout.line_spacing == pytest.approx(min(spacing, 1.5))
    assert file.layout.paper == pytest.approx((210, 297), abs=0.1)
    assert dict(file.layout.margins) == pytest.approx({"top": 25.4, "right": 12.7, "bottom": 0, "left": 12.7})
    assert not file.layout.header_footer
    assert [(h.level, h.title) for h in file.text.headings] == [(2, "Head")]
    assert file.text.plain == "Large text\nsmallstrongdirect–\nHead\t2021\n\n"


def test_only_exact_line_spacing_may_be_less_than_single() -> None:
    body = "<w:p><w:pPr><w:spacing w:line='220' w:lineRule='{}'/></w:pPr><w:r><w:t>Text</w:t></w:r></w:p>"
    layouts = [
        measure("cv.docx", "docx", word_file(body.format(rule), DEFAULTS + BASE)).layout
        for rule in ("exact", "atLeast")
    ]
    assert [layout and round(layout.line_spacing or 0, 3) for layout in layouts] == [round(1 / 1.15, 3), 1]


def test_a_footer_with_words_is_found() -> None:
    footer = "<w:p><w:r><w:t>page</w:t></w:r></w:p>"
    layout = measure("cv.docx", "docx", word_file("<w:p/>", DEFAULTS + BASE, footer)).layout
    assert layout is not None
    assert layout.header_footer


def test_the_visible_text_of_a_web_page_is_read() -> None:
    page = (
        "<head><title>T</title></head><a class='skip' href='#m'>Skip</a><h1>Ada</h1>\n<h2>One <span>two</span> "
        "<span class='when'>2021</span></h2><p>a<b>b</b>\n c</p><table><tr><td>d</td><td>e</td></tr></table>"
        "<ul><li>f</li></ul>g<br>h <a href='https://x.org'>i</a><a class='footnote-back' href='#r'>↩</a><script>j</script>"
    )
    text = measure("cv.html", "html", page.encode()).text
    assert text is not None
    assert text.plain.split("\n") == ["", "Ada", "One two 2021", "ab c", "d", "e", "f", "g", "h i"]
    assert [(h.level, h.title, text.plain[h.start : h.end]) for h in text.headings] == [(1, "One two", "One two 2021")]
    assert text.links == {"https://x.org"}


def test_a_broken_word_is_joined() -> None:
    """Its own hyphen is kept, and a hyphen that marks the break is removed."""
    soft = words("<05>", "/Span<</ActualText<FEFF00AD>>> BDC", "13 20")
    lines = words("<010205>", at="10 30") + words("<0102>", at="10 20") + soft + words("<02010301>", at="10 10")
    inside = words("<0102>", at="10 1") + soft.replace("13 20", "13 1") + words("<0101>", at="14 1")
    text = measure("cv.pdf", "pdf", pdf_of(lines + inside)).text
    assert text is not None
    assert text.plain == "ab-abba a\nabaa\n"

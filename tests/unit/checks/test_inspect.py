"""The reading of finished files: text, hidden strings, layout and pages."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade_pdf import numbered, pdf_of, stream, words
from one_pixel import PNG
from polyvita.builder.incremental import build
from polyvita.checks.inspect import inspect
from polyvita.checks.inspect.model import FontUse, Inspection
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
def inspected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Inspection]:
    folder = tmp_path_factory.mktemp("inspected")
    (folder / "cv.md").write_text(PAGE, encoding="utf-8")
    (folder / "ada.png").write_bytes(PNG)
    (folder / "square.svg").write_text(SQUARE, encoding="utf-8")
    (folder / "filters").mkdir()
    look = "paper: letter\nmargins: {top: 25mm, right: 31mm, bottom: 30mm, left: 30mm}\nfont: Caladea 12pt\n"
    (folder / "filters/one.yaml").write_text(f"formats: [docx, pdf, html, txt]\n{look}", encoding="utf-8")
    built = build(folder / "cv.md", timestamp=MOMENT)
    assert built.exit_status == 0, list(built.findings)
    return {r.path.suffix[1:]: inspect(r.path.suffix[1:], r.path.read_bytes()) for r in built.results}


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_layout_has_the_values_of_the_filter(inspected: dict[str, Inspection], format: str) -> None:
    layout = inspected[format].layout
    assert layout is not None
    mono = {"docx": ("Consolas", 10.5), "pdf": ("Deja Vu Sans Mono", 8.5)}[format]
    found = {(font.family, round(font.size * 2) / 2) for font in layout.fonts}
    assert found == {mono, *(("Caladea", size) for size in (10.5, 12.0, 13.0, 15.5, 25.0))}
    assert [round(length) for length in layout.paper] == [216, 279]
    assert layout.images == 4
    single = {"docx": 1.172, "pdf": 1.15}[format]  # Word multiplies the height of a line of the font, here Caladea.
    assert layout.line_spacing == pytest.approx(1.25 / single, abs=0.01)
    # In the PDF, the date of an entry ends at the right margin, and a footnote ends at the bottom margin.
    assert dict(layout.margins) == pytest.approx({"top": 25, "right": 31, "bottom": 30, "left": 30}, abs=0.1)
    assert layout.header_footer is (format == "docx")  # The PDF has a header from its second page on.


def test_the_text_is_the_same_in_all_formats(inspected: dict[str, Inspection]) -> None:
    texts = {format: file.body for format, file in inspected.items()}
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


def test_pages_are_counted(inspected: dict[str, Inspection]) -> None:
    assert {format: file.pages for format, file in inspected.items()} == {
        "docx": None,
        "pdf": 1,
        "html": None,
        "txt": None,
    }


def test_all_of_a_text_in_another_format_is_visible() -> None:
    file = inspect("latex", b"\\emph{x} \xff")
    assert (file.text, file.hidden) == ("\\emph{x} \ufffd", ())
    assert (file.body, file.layout, file.pages) == (None, None, None)


def test_the_parts_of_another_zip_file_are_read() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("content.xml", '<?app p?><a k="v"><!-- c --><b>one</b> <b>two</b></a>')
        archive.writestr("picture.png", PNG)
    file = inspect("odt", content.getvalue())
    assert file.text == "one\n \ntwo"
    assert set(file.hidden) >= {
        ("content.xml", "content.xml"),
        ("content.xml", "app p"),
        ("content.xml", "v"),
        ("content.xml", " c "),
        ("picture.png", "picture.png"),
    }


def test_the_whole_visible_text_is_read(inspected: dict[str, Inspection]) -> None:
    for format, file in inspected.items():
        text = " ".join(file.text.split())
        for phrase in ("Ada Example", "ada@example.org", "page that is not so very wide", "Here it stands.", "Two"):
            assert phrase in text, format
    assert inspected["docx"].text.endswith("Ada Example\tpage 1 of 1")  # the footer
    body = inspected["docx"].body
    assert body is not None
    assert "page 1 of 1" not in body.plain


HIDDEN = {
    "docx": {
        ("word/document.xml", "A square"),
        ("word/document.xml", "head"),
        ("word/styles.xml", "heading 1"),
        ("word/_rels/document.xml.rels", "https://example.org/there"),
    },
    "pdf": {"Ada Example", "A square", "Head", "https://example.org/there"},
    "html": {
        ("meta content", "Ada Example"),
        ("img alt", "A square"),
        ("section id", "head"),
        ("a href", "https://example.org/there"),
        ("time datetime", "2021"),
        ("a", "Skip to content"),
    },
    "txt": set(),
}


@pytest.mark.parametrize("format", HIDDEN)
def test_hidden_strings_are_read(inspected: dict[str, Inspection], format: str) -> None:
    hidden = inspected[format].hidden
    found = {string for _, string in hidden} if format == "pdf" else set(hidden)
    assert found >= HIDDEN[format]
    assert not any(len(string) > 100_000 or ";base64," in string for _, string in hidden)


def test_each_kind_of_string_in_a_pdf_is_read() -> None:
    bodies = [
        b"<</Type/Catalog/Lang(in parentheses)>>",
        b"<</Type/StructElem/K[<</Alt<69 6e 20 68 65 78>>>]>>",
        b"<</Type/StructElem/K[1 0 R]/A<</O/Layout>>>>",
        b" [ 2 0 R <6c617374>]",
        stream(b"/Type/Metadata", b"in a stream"),
        b"<</Type/StructElem/K 3>>",
        b"<</endobj(after a name)>>",
    ]
    file = inspect("pdf", numbered(bodies))
    assert [string for _, string in file.hidden] == ["in parentheses", "in hex", "last", "in a stream", "after a name"]


def test_a_web_page_hides_comments_and_scripts() -> None:
    page = "<!doctype x><!-- one --><?two?><![three]><script>four<b></script><p title='a&amp;b' hidden>five</p>"
    file = inspect("html", page.encode())
    assert file.text.split() == ["five"]
    assert [string for _, string in file.hidden] == ["doctype x", " one ", "two?", "[three]", "four<b>", "a&b"]


@given(st.text(st.sampled_from("<>![]-/?&;= 'ab")))
def test_no_web_page_is_too_broken_to_read(page: str) -> None:
    assert inspect("html", page.encode()).body is not None


def test_a_word_file_hides_all_that_is_not_text() -> None:
    run = "<w:r><w:t>sh</w:t></w:r><w:r><w:t>own</w:t><w:instrText>PAGE</w:instrText><w:delText>old</w:delText></w:r>"
    file = inspect(
        "docx", word_file(f"<w:p>{run}</w:p><!-- remark -->", DEFAULTS + BASE, "<w:p><w:r><w:t>foot</w:t></w:r></w:p>")
    )
    assert file.text == "shown\nfoot"
    assert {
        ("word/document.xml", "PAGE\nold"),
        ("word/document.xml", " remark "),
        ("word/styles.xml", "Georgia"),
    } <= set(file.hidden)


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
    file = inspect("docx", word_file(body, DEFAULTS + BASE.replace("{rule}", rule)))
    assert file.body is not None
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
    assert [(h.level, h.title) for h in file.body.headings] == [(2, "Head")]
    assert file.body.plain == "Large text\nsmallstrongdirect–\nHead\t2021\n\n"


def test_only_exact_line_spacing_may_be_less_than_single() -> None:
    body = "<w:p><w:pPr><w:spacing w:line='220' w:lineRule='{}'/></w:pPr><w:r><w:t>Text</w:t></w:r></w:p>"
    layouts = [inspect("docx", word_file(body.format(rule), DEFAULTS + BASE)).layout for rule in ("exact", "atLeast")]
    assert [layout and round(layout.line_spacing or 0, 3) for layout in layouts] == [round(1 / 1.15, 3), 1]


def test_a_footer_with_words_is_found() -> None:
    footer = "<w:p><w:r><w:t>page</w:t></w:r></w:p>"
    layout = inspect("docx", word_file("<w:p/>", DEFAULTS + BASE, footer)).layout
    assert layout is not None
    assert layout.header_footer


def test_the_visible_text_of_a_web_page_is_read() -> None:
    page = (
        "<head><title>T</title></head><a class='skip' href='#m'>Skip</a><h1>Ada</h1>\n<h2>One <span>two</span> "
        "<span class='when'>2021</span></h2><p>a<b>b</b>\n c</p><table><tr><td>d</td><td>e</td></tr></table>"
        "<ul><li>f</li></ul>g<br>h <a href='https://x.org'>i</a><a class='footnote-back' href='#r'>↩</a><script>j</script>"
    )
    text = inspect("html", page.encode()).body
    assert text is not None
    assert text.plain.split("\n") == ["", "Ada", "One two 2021", "ab c", "d", "e", "f", "g", "h i"]
    assert [(h.level, h.title, text.plain[h.start : h.end]) for h in text.headings] == [(1, "One two", "One two 2021")]
    assert text.links == {"https://x.org"}


def test_the_footer_of_a_pdf_is_visible_but_not_part_of_its_body() -> None:
    file = inspect("pdf", pdf_of(words("<0102>") + words("<0201>", "/Artifact<</Type/Pagination>> BDC", "10 90")))
    assert file.body is not None
    assert (file.text.split(), file.body.plain) == (["ab", "ba"], "ab\n")


def test_a_broken_word_is_joined() -> None:
    """Its own hyphen is kept, and a hyphen that marks the break is removed."""
    soft = words("<05>", "/Span<</ActualText<FEFF00AD>>> BDC", "13 20")
    lines = words("<010205>", at="10 30") + words("<0102>", at="10 20") + soft + words("<02010301>", at="10 10")
    inside = words("<0102>", at="10 1") + soft.replace("13 20", "13 1") + words("<0101>", at="14 1")
    text = inspect("pdf", pdf_of(lines + inside)).body
    assert text is not None
    assert text.plain == "ab-abba a\nabaa\n"

"""The reader of finished PDFs, tested with small PDFs that are written by hand."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdfium2 import PdfiumError

from handmade_pdf import NARROW, WIDE, pdf_of, words
from polyvita.checks.inspect.pdfium import Bookmark, PdfPage, page_count, read


def page_of(content: str, font: list[bytes] = NARROW) -> PdfPage:
    (page,), _ = read(pdf_of(content, font))
    return page


DOUBLED = "2 0 0 2 80 680 cm\n"
FOOTER = "/Artifact<</Type/Pagination>> BDC"


@pytest.mark.parametrize(
    ("font", "glyphs", "text", "width"),
    [
        (NARROW, "<0102>", "ab", 0.2 + 0.4),
        (NARROW, "<0102> -100 <0304>", "ab ·", 0.2 + 0.4 + 0.1),
        (NARROW, "<0103>", "a ", 0.2),
        (WIDE, "<00010002>", "ab", 1 + 1),
        (WIDE, "<0001> -100 <0002> -100 <00030004>", "ab ·", 1 + 1 + 0.2),
    ],
)
def test_a_run_ends_at_its_last_letter(font: list[bytes], glyphs: str, text: str, width: float) -> None:
    """Kerning after the last letter counts; punctuation after it does not."""
    page = page_of(DOUBLED + words(glyphs) + words(glyphs, FOOTER, "90 10"), font)
    assert [(run.text.strip(), run.left, run.y, run.size) for run in page.runs] == [(text.strip(), 100, 700, 10)]
    assert page.runs[0].right == pytest.approx(100 + 10 * width)
    assert page.runs[0].font == ("" if font is NARROW else "Liberation Sans")
    assert page.artifact_text.strip() == text.strip()


def test_punctuation_in_the_margin_does_not_hide_the_rightmost_letter() -> None:
    page = page_of(words("<010204>", at="10 30") + words("<01020102>", at="9 20") + words("<0104>", at="11 10"))
    assert max(run.right for run in page.runs) == pytest.approx(9 + 5 * 1.2)


def test_text_in_a_form_object_has_its_position_on_the_page() -> None:
    page = page_of(
        f"{DOUBLED} {words('<0201>', at='10 90')} /P<</MCID 1>> BDC /x Do EMC {FOOTER} 1 0 0 1 0 -9 cm /x Do EMC"
    )
    assert [(run.text.strip(), run.left, run.y, run.size) for run in page.runs] == [
        ("ba", 100, 860, 10),
        ("ab", 100, 700, 10),
    ]
    assert page.runs[1].right == pytest.approx(106, abs=0.5)
    assert page.artifact_text.strip() == "ab"
    assert page.pictures == 2


BOX = "0 0 m 9 0 l 9 9 l 0 9 l h f\n"
RULE = "0 0 m 99 0 l 99 1 l 0 1 l h f 0 0 m 0 99 l S\n"


@pytest.mark.parametrize(
    ("content", "pictures"),
    [
        (f"/Span<</Alt(A box)>> BDC {BOX * 2} EMC", 1),
        (f"/Artifact BMC {BOX} EMC /Artifact BMC {BOX} {RULE} EMC", 2),
        (f"/Artifact BMC {RULE} EMC {FOOTER} {BOX} EMC {BOX}", 0),
        (f"/Span<</Alt(A box)>> BDC {BOX} /P BMC {BOX} EMC EMC", 1),
        ("/x Do /Span<</Alt(A form)>> BDC /x Do EMC", 2),
    ],
)
def test_a_picture_counts_once_and_a_rule_does_not_count(content: str, pictures: int) -> None:
    assert page_of(content).pictures == pictures


def test_actual_text_replaces_the_glyphs() -> None:
    """Typst adds the actual text if a glyph does not show it: a soft hyphen, or a non-breaking space."""
    hyphen = words("<04>", "/Span<</ActualText<FEFF00AD>>> BDC", "11 10")
    plain = words("<04> <01>", "/Span<</ActualText(xyz)>> BDC", "30 10")
    twice = "/Span<</ActualText(once)>> BDC BT /f 5 Tf 9 9 Td <01> Tj 50 0 Td <02> Tj ET EMC"
    page = page_of(words("<01>") + hyphen + plain + twice)
    assert [run.text.strip() for run in page.runs] == ["a", "\u00ad", "xyz", "once"]


def test_a_hyphen_at_the_end_of_a_line_is_read() -> None:
    page = page_of(words("<0105>", at="10 30") + words("<0201>", at="10 20"))
    assert [run.text.strip() for run in page.runs] == ["a-", "ba"]


def test_long_texts_are_read_completely() -> None:
    assert page_of(words(f"<{'0102' * 700}>")).runs[0].text == "ab" * 700


def test_links_and_bookmarks_are_read() -> None:
    pages, bookmarks = read(pdf_of(""))
    assert [(page.width, page.height, page.links) for page in pages] == [(500, 800, ("https://example.org/there",))]
    assert bookmarks == [Bookmark(1, "One", 0, 720), Bookmark(2, "Two", 0, 600)]
    assert page_count(pdf_of("")) == 1


def test_other_files_are_refused() -> None:
    for function in (page_count, read):
        with pytest.raises(PdfiumError):
            function(b"not a PDF")


def test_threads_can_read_at_the_same_time() -> None:
    texts = ["".join("ab"[n >> i & 1] for i in range(5)) for n in range(32)]
    lines = "".join(words("<{0}>", at=f"10 {n}") for n in range(9, 799, 9))
    files = [pdf_of(lines.format(text.replace("a", "01").replace("b", "02"))) for text in texts]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(read, files))
    finally:
        sys.setswitchinterval(interval)
    assert [{run.text.strip() for run in pages[0].runs} for pages, _ in found] == [{text} for text in texts]


def test_pdf_readers_are_only_imported_if_needed() -> None:
    code = "import polyvita.builder.run, sys; sys.exit(not {'pypdf', 'pypdfium2'}.isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

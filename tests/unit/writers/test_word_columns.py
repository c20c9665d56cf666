"""The widths of the columns of tables in Word."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pandoc_sample import INFO
from polyvita import read_text, to_pandoc
from polyvita.config.theme import Theme
from polyvita.writers import WriterOptions, docx
from polyvita.writers.word.columns import SAFETY, fair_widths, text_width

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize(
    ("natural", "expected"),
    [
        ([60, 100], [60, 100]),
        ([60, 900], [60, 440]),
        ([60, 500, 300], [60, 220, 220]),
        ([200, 900, 200], [167, 166, 166]),
        ([60, 170, 900], [60, 170, 270]),
    ],
)
def test_wide_columns_share_what_narrow_ones_leave(natural: list[int], expected: list[int]) -> None:
    assert fair_widths(natural, 500) == pytest.approx(expected, abs=1)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=9), st.integers(100, 9000))
def test_columns_are_as_wide_as_their_texts_and_no_short_text_is_cut(natural: list[int], available: int) -> None:
    widths = fair_widths(natural, available)
    assert min(sum(natural), available - len(widths)) <= sum(widths) <= available
    share = available / len(natural)
    assert all(width >= min(need, int(share)) for width, need in zip(widths, natural, strict=True))


def test_a_column_of_dates_is_as_wide_as_the_dates() -> None:
    rows = "\n".join(f"| {year} – {year + 1} | {'a long text about examples ' * 9} |" for year in range(1990, 2000))
    ast = to_pandoc(read_text(f"| Date | What |\n| --- | --- |\n{rows}\n"))
    file = zipfile.ZipFile(io.BytesIO(docx.write(ast, WriterOptions(Theme(), INFO))))
    grid = etree.fromstring(file.read("word/document.xml")).findall(f".//{W}gridCol")
    date, what = (int(column.get(f"{W}w")) for column in grid)
    assert 0.12 < date / (date + what) < 0.2


def test_word_sets_a_space_between_letters_of_east_asia_and_digits() -> None:
    assert text_width("2016年3月") == pytest.approx(
        text_width("2016") + text_width("3") + text_width("年月") + 3 * 0.25
    )
    assert text_width("年月") == 2


def test_figures_fit_into_their_column() -> None:
    """Each figure of Cambria Bold is 0.592 em wide. One that just does not fit would break inside, as “2023” and “0”."""
    for text in ("7", "20230", "0123456789"):
        assert text_width(text) * SAFETY >= 0.592 * len(text)

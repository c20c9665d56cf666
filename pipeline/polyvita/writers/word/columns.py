"""The widths of the columns of a table in Word, from the texts in its cells.

Word computes widths itself when somebody edits the table, but other programs use those in the file. The rule is that
of Typst, so that lines break in the same places as in the PDF: a column is as wide as its longest text. If all columns
together are too wide, the widest ones get equal shares of what the others leave.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from xml.etree.ElementTree import Element

from polyvita.writers.word.style_definitions import COLUMN_GAP
from polyvita.writers.word.style_model import StyleContext, twips
from polyvita.writers.word.xml import child_value, qn, whole_number

_WIDTHS = {
    0.27: " ijl.,:;'|!()[]’‘-",
    0.38: "frtI/“”–*",
    0.57: "0123456789",
    0.72: "ABCDEFGHKLNOPQRSTUVXYZ&w",
    0.9: "mMW—%@…",
}
_WIDTH_OF = {char: width for width, chars in _WIDTHS.items() for char in chars}
_USUAL_WIDTH = 0.52
SAFETY = 1.06
"""How much wider a column is than its longest text seems to be. A date that just does not fit would take two lines."""


def set_columns(table: Element, width: int, context: StyleContext, *, has_own_widths: bool) -> list[int]:
    """Set the widths of the columns of `table`, which is `width` twips wide, and return them.

    With `has_own_widths`, the columns have widths in the source. They are kept in proportion.
    """
    grid = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    if not grid:
        return []
    if has_own_widths:
        shares = [max(1, int(column.get(qn("w:w"), "1"))) for column in grid]
        widths = [width * share // sum(shares) for share in shares]
    else:
        widths = fair_widths(_natural_widths(table, len(grid), context), width)
    for column, each in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(each))
    return widths


def is_low(row: Element, widths: Sequence[int], context: StyleContext) -> bool:
    """Return whether a row has so few lines that it should stay on one page.

    A higher row may break between pages, as in the PDF. Otherwise, it could leave a large part of a page empty.
    """
    em, gap = twips(context.theme.size), twips(context.theme.unit * COLUMN_GAP)
    for cell, column, span in _cells(row):
        room = max(em, sum(widths[column : column + span]) - gap)
        if sum(1 + int(em * text_width(line) / room) for line in _lines(cell)) > MAX_LINES_OF_LOW_ROW:
            return False
    return True


MAX_LINES_OF_LOW_ROW = 4


def fair_widths(natural: Sequence[int], available: int) -> list[int]:
    """Return the widths of columns that together take at most `available`, from what each of them needs.

    >>> fair_widths([60, 500, 300], 500)
    [60, 220, 220]
    >>> fair_widths([60, 100], 500)
    [60, 100]
    """
    widths = list(natural)
    if sum(widths) <= available:
        return widths
    large, rest = list(range(len(widths))), available
    while small := [i for i in large if widths[i] * len(large) <= rest]:
        rest -= sum(widths[i] for i in small)
        large = [i for i in large if i not in small]
    for i in large:
        widths[i] = rest // len(large)
    return widths


def _natural_widths(table: Element, count: int, context: StyleContext) -> list[int]:
    """Return the width of the longest line in each column, in twips, with the gap after it."""
    em, gap = twips(context.theme.size), twips(context.theme.unit * COLUMN_GAP)
    longest = [1.0] * count
    for row in table.findall(qn("w:tr")):
        for cell, column, span in _cells(row):
            if span == 1 and column < count:
                longest[column] = max([longest[column], *map(text_width, _lines(cell))])
    return [round(em * each * SAFETY) + gap for each in longest]


def _cells(row: Element) -> Iterator[tuple[Element, int, int]]:
    """Yield the cells of a row, each with its first column and the number of its columns."""
    column = 0
    for cell in row.findall(qn("w:tc")):
        span = whole_number(child_value(cell.find(qn("w:tcPr")), "w:gridSpan"), 1)
        yield cell, column, span
        column += span


def _lines(cell: Element) -> list[str]:
    """Return the lines of a cell, before they are broken to fit its width."""
    lines: list[str] = []
    for part in cell.iter():
        if part.tag in (qn("w:p"), qn("w:br")):
            lines.append("")
        elif part.tag == qn("w:t") and lines:
            lines[-1] += part.text or ""
    return lines


def text_width(text: str) -> float:
    """Return about how wide a text is, in em. Word sets a small space between letters of East Asia and all others."""
    width = sum(map(_char_width, text))
    if not text or max(text) < _FIRST_WIDE:
        return width
    return width + _SPACE_BETWEEN_SCRIPTS * len(re.findall(_BETWEEN_SCRIPTS, text))


_SPACE_BETWEEN_SCRIPTS = 0.25
_FIRST_WIDE = "\u3040"
_WIDE = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_BETWEEN_SCRIPTS = rf"(?<={_WIDE})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?={_WIDE})"


@cache
def _char_width(char: str) -> float:
    if char in _WIDTH_OF:
        return _WIDTH_OF[char]
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else _USUAL_WIDTH * (not unicodedata.combining(char))

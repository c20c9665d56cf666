"""Paragraphs whose lines begin with a bar: tables without a delimiter row (kramdown, Org), and Pandoc's line blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from polyvita.reader.blocks import LeafLine
from polyvita.reader.tables import alignment, split_cells

_SEPARATOR = re.compile(r"\|[-:+|= \t]+$")
_AFTER_LAST_BAR = re.compile(r"\|[ \t]*(?:\{[^{}|]*\}[ \t]*)?$")
_ATTRIBUTES = re.compile(r"\{[^{}|]*\}[ \t]*$")
_CELL_OF_SEPARATOR = re.compile(r"[^|+]+")


class BarTable(NamedTuple):
    """The lines of a table: its header (may be empty), its rows, and the alignment of each column."""

    head: list[LeafLine]
    rows: list[LeafLine]
    alignments: list[str]


def find_bar_table(lines: Sequence[LeafLine]) -> BarTable | None:
    """Return the table in the lines of a paragraph, all of which begin and end with a bar; otherwise None.

    Without a separator, a table has at least two rows. Lines that separate further parts are left out.
    """
    separators = [at for at, (text, _, _) in enumerate(lines) if _is_separator(text)]
    rows = [line for at, line in enumerate(lines) if at not in separators]
    if len(lines) < 2 or not rows or not all(_is_row(text) for text, _, _ in rows):
        return None
    widths = {len(split_cells(_ATTRIBUTES.sub("", text))) for text, _, _ in rows}
    if len(widths) > 1 or widths == {1}:
        return None
    [width] = widths
    first = separators[0] if separators else 0
    marks = _CELL_OF_SEPARATOR.findall(lines[first][0].strip(" \t|")) if separators else []
    alignments = [alignment(mark.strip()) for mark in marks]
    alignments = alignments if len(alignments) == width else ["default"] * width
    if separators and first == 0 and len(separators) > 2:
        first = separators[1]  # A border is above the header, too.
    return BarTable(rows[: _rows_before(first, separators)], rows[_rows_before(first, separators) :], alignments)


def _rows_before(first: int, separators: Sequence[int]) -> int:
    return first - sum(at < first for at in separators)


def _is_separator(text: str) -> bool:
    return text.startswith("|") and "-" * 2 in text.replace("=", "-") and bool(_SEPARATOR.match(text))


def _is_row(text: str) -> bool:
    return text.startswith("|") and len(text) > 2 and bool(_AFTER_LAST_BAR.search(text, 1))


def is_line_block(lines: Sequence[LeafLine]) -> bool:
    """Return whether the lines of a paragraph are a line block: each begins with a bar and a blank."""
    return len(lines) > 1 and all(text.startswith("| ") and not text.rstrip().endswith("|") for text, _, _ in lines)

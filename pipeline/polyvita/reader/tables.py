"""The rows of pipe tables: find cells and column alignments."""

from __future__ import annotations

import re
from itertools import pairwise

_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
# A bar that is escaped or in a code span does not separate cells, so those alternatives match first.
_BAR = re.compile(r"\\.|(`+)(?!`).*?(?<!`)\1(?!`)|`+|(\|)")


def is_delimiter_row(text: str) -> bool:
    """Return whether `text` is a delimiter row, the second line of a pipe table: `|---|:-:|`."""
    return bool(_DELIMITER_ROW.match(text))


def bar_offsets(text: str) -> list[int]:
    """Return the offsets of the bars that separate the cells of a row."""
    return [found.start() for found in _BAR.finditer(text) if found[2]]


def split_cells(text: str) -> list[tuple[int, int]]:
    """Return the start and end offset of each cell of a row, without the spaces around the cell."""
    edges = [-1, *bar_offsets(text), len(text)]
    cells = [(a + 1, b) for a, b in pairwise(edges)]
    if len(cells) > 1 and not text[slice(*cells[0])].strip(" \t"):
        cells = cells[1:]
    if len(cells) > 1 and not text[slice(*cells[-1])].strip(" \t"):
        cells = cells[:-1]
    return [_trim(text, *cell) for cell in cells]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t":
        start += 1
    while start < end and text[end - 1] in " \t":
        end -= 1
    return start, end


def alignment(cell: str) -> str:
    """Return the column alignment that a cell of the delimiter row sets: left, center, right or default."""
    match cell[:1] == ":", cell[-1:] == ":":
        case True, True:
            return "center"
        case True, False:
            return "left"
        case False, True:
            return "right"
        case _:
            return "default"

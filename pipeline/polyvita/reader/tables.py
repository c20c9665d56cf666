"""Rows of pipe tables: where their cells begin and end."""

from __future__ import annotations

import re
from itertools import pairwise

_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
# An escaped character and a code span hide the bars in them.
_BAR = re.compile(r"\\.|(`+)(?!`).*?(?<!`)\1(?!`)|`+|(\|)")


def is_delimiter_row(text: str) -> bool:
    """Whether a line is the second of a pipe table, dashes and bars: `|---|:-:|`."""
    """Whether a line can stand between the head of a pipe table and its rows."""
    return bool(_DELIMITER_ROW.match(text))


def bars(text: str) -> list[int]:
    """Where the bars of a row are: those that are neither escaped nor in code."""
    return [found.start() for found in _BAR.finditer(text) if found[2]]


def split_cells(text: str) -> list[tuple[int, int]]:
    """Where each cell of a row begins and ends, blanks around it left out."""
    edges = [-1, *bars(text), len(text)]
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
    """What a cell of the delimiter row says."""
    match cell[:1] == ":", cell[-1:] == ":":
        case True, True:
            return "center"
        case True, False:
            return "left"
        case False, True:
            return "right"
        case _:
            return "default"

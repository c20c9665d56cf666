"""Pandoc's tables that are drawn with text: grid, simple and multiline tables.

Pandoc finds their rows and cells. The text of the cells is read like all other text, so that it can have attributes
and footnotes, and each word has its location. For this, Pandoc gets another character for each character of a cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Ast = dict[str, Any]

_FORMAT = "markdown_strict+grid_tables+simple_tables+multiline_tables"
_HAS_TABLE = re.compile(r"^ *(?:\+[-=:+]{3,} *|-{2,} +-[- ]*)$", re.MULTILINE)
_GRID_BORDER = re.compile(r"\+(?:[-=:]+\+)+ *$")
_GRID_BORDER_IN_LINE = re.compile(r"\+(?:[-=:]{3,}\+)+")
_DASHES = re.compile(r"-+")
_ONLY_DASHES = re.compile(r" *-[- ]*$")
_MIN_DASHES = 3
_MAX_HEADER_LINES, _MAX_LINES = 10, 2_000
_FIRST_STAND_IN, _LAST_STAND_IN = 0xF0000, 0x10FFFD
_FILLER = "\ue000"


class Cell(NamedTuple):
    """A cell: its lines, each with the index of the line in the table and the columns from start to end."""

    lines: list[tuple[int, int, int]]


class Row(NamedTuple):
    """The cells of a row, and how many rows and columns each of them covers."""

    cells: list[Cell]
    spans: list[tuple[int, int]]


class TextTable(NamedTuple):
    """A table as Pandoc reads it. `alignments` has Pandoc's names."""

    head: list[Row]
    rows: list[Row]
    alignments: list[str]


# ---------------------------------------------------------------- finding tables


def find_tables(lines: Sequence[str], skip: int = 0) -> dict[int, int]:
    """Return, for the number of each line that may start a table, the number of its last line.

    `skip` lines at the start are left out. Prose is never a table: in a simple table, no word may stand in a gap
    between two columns.
    """
    if not _HAS_TABLE.search("\n".join(lines)):
        return {}
    found: dict[int, int] = {}
    at = skip
    while at < len(lines):
        span = _grid_at(lines, at) or _dash_table_at(lines, at)
        if span:
            start, end = span
            found[start + 1] = end + 1
            at = end
        at += 1
    return found


def _grid_at(lines: Sequence[str], at: int) -> tuple[int, int] | None:
    text = lines[at].strip(" ")
    if not text.startswith("+") or not _GRID_BORDER.match(text) or not _blank_before(lines, at):
        return None
    indent, end, has_content = _indent(lines[at]), at, False
    for number in range(at + 1, min(len(lines), at + _MAX_LINES)):
        line = lines[number].strip(" ")
        if not line or _indent(lines[number]) != indent or line[0] not in "|+" or line[-1] not in "|+":
            break
        has_content |= line[0] == "|"
        if _GRID_BORDER.match(line):
            end = number
    return (at, end) if has_content and end > at else None


def _dash_table_at(lines: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return the first and last index of a table whose columns are marked by the dashes in line `at`."""
    columns = _columns(lines[at])
    if len(columns) < 2:
        return None
    start = _header_start(lines, at, columns)
    if start is None:
        return None
    has_header, is_multiline = start < at, start < at and bool(_ONLY_DASHES.match(lines[start]))
    end, has_row = at, False
    for number in range(at + 1, min(len(lines), at + _MAX_LINES)):
        line = lines[number]
        if not line.strip():
            if has_header and not is_multiline:
                break
            continue
        if _ONLY_DASHES.match(line):
            end = number
            break
        if not _in_columns(line, columns):
            return None
        has_row |= _filled(line, columns) > 1
        end = number
    closed = end > at and bool(_ONLY_DASHES.match(lines[end]))
    if not has_row or (not closed and (is_multiline or not has_header)):
        return None
    return start, end


def _header_start(lines: Sequence[str], at: int, columns: Sequence[tuple[int, int]]) -> int | None:
    """Return the index of the first line of a table; None if the lines above the dashes are no header."""
    above = at - 1
    while above >= 0 and lines[above].strip() and at - above <= _MAX_HEADER_LINES:
        if len(_columns(lines[above])) == 1:
            is_header = above < at - 1 and _blank_before(lines, above)
            return above if is_header and len(lines[above].strip()) >= columns[-1][0] - columns[0][0] else None
        if not _in_columns(lines[above], columns):
            return None
        above -= 1
    if above == at - 1:
        return at
    return at - 1 if above == at - 2 and _filled(lines[at - 1], columns) > 1 else None


def _columns(line: str) -> list[tuple[int, int]]:
    """Return where each run of dashes starts and ends, for a line that has nothing else."""
    if not _ONLY_DASHES.match(line):
        return []
    columns = [found.span() for found in _DASHES.finditer(line)]
    return columns if any(end - start >= _MIN_DASHES for start, end in columns) else []


def _in_columns(line: str, columns: Sequence[tuple[int, int]]) -> bool:
    """Return whether no word of a line stands in a gap between two columns."""
    wide = _widen(line)
    return not wide[: columns[0][0]].strip() and all(wide[start - 1 : start] in (" ", "") for start, _ in columns[1:])


def _filled(line: str, columns: Sequence[tuple[int, int]]) -> int:
    """Return the number of columns in which a line has text."""
    wide = _widen(line)
    ends = [start for start, _ in columns[1:]] + [len(wide)]
    return sum(bool(wide[start:end].strip()) for (start, _), end in zip(columns, ends, strict=True))


def _blank_before(lines: Sequence[str], at: int) -> bool:
    return at == 0 or not lines[at - 1].strip() or lines[at - 1].strip() in ("---", "...", ":::")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _widen(line: str) -> str:
    """Return a line in which a wide character takes two columns, as it does for Pandoc."""
    if line.isascii():
        return line
    return "".join(char + _FILLER * (_width(char) - 1) for char in line)


def width_of(text: str) -> int:
    """Return the number of columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


# ---------------------------------------------------------------- reading a table


def read_table(lines: Sequence[str]) -> TextTable | None:
    """Let Pandoc read the table in `lines`. Return None if they are no table for Pandoc, or text would be lost.

    For Pandoc, a Chinese character takes two columns. Lines that are aligned by the number of characters are read, too.
    """
    table = _read(lines, _width)
    if table is None and not all(line.isascii() for line in lines):
        table = _read(lines, lambda _: 1)
    return table


def _read(lines: Sequence[str], width: Callable[[str], int]) -> TextTable | None:
    from polyvita.core.pandoc_worker import read_piece

    places: list[tuple[int, int]] = []
    indent = min(_indent(line) for line in lines if line.strip())
    text = "\n".join(line[indent:] for line in _stand_ins(lines, places, width))
    if len(places) > _LAST_STAND_IN - _FIRST_STAND_IN:
        return None
    blocks = read_piece(f"{text}\n", _FORMAT)["blocks"]
    match blocks:
        case [{"t": "Table", "c": [_, _, columns, [_, head], bodies, [_, foot]]}]:
            inner = [row for _, _, over, rows in bodies for row in (*over, *rows)]
            table = TextTable(
                [_row(row, places) for row in head],
                [_row(row, places) for row in (*inner, *foot)],
                [alignment["t"] for alignment, _ in columns],
            )
            found = {index for row in (*head, *inner, *foot) for index in _stand_ins_in(row)}
            is_shifted = len(columns) < lines[0].count("+") - 1
            return table if len(found) == len(places) and not is_shifted else None
        case _:
            return None


def _stand_ins(lines: Sequence[str], places: list[tuple[int, int]], width: Callable[[str], int]) -> Iterator[str]:
    """Yield the lines with a stand-in for each character of a cell. `places` gets the line and column of each."""
    is_grid = lines[0].lstrip(" ").startswith("+")
    for number, line in enumerate(lines):
        if not is_grid and _ONLY_DASHES.match(line):
            yield line
            continue
        drawn = [found.span() for found in _GRID_BORDER_IN_LINE.finditer(line)] if is_grid else []
        out = []
        for column, char in enumerate(line):
            if char == " " or (is_grid and (char == "|" or any(start <= column < end for start, end in drawn))):
                out.append(char)
                continue
            places.append((number, column))
            out.append(chr(min(_FIRST_STAND_IN + len(places) - 1, _LAST_STAND_IN)) * width(char))
        yield "".join(out)


def _stand_ins_in(value: Any) -> Iterator[int]:
    """Yield the numbers of the stand-ins in a part of Pandoc's tree."""
    stack = [value]
    while stack:
        match stack.pop():
            case str() as text:
                yield from (ord(char) - _FIRST_STAND_IN for char in text if ord(char) >= _FIRST_STAND_IN)
            case {"c": inside}:
                stack.append(inside)
            case list() as items:
                stack += items
            case _:
                pass


def _row(row: list[Any], places: Sequence[tuple[int, int]]) -> Row:
    _, cells = row
    return Row([_cell(inside, places) for *_, inside in cells], [(cell[2], cell[3]) for cell in cells])


def _cell(inside: Any, places: Sequence[tuple[int, int]]) -> Cell:
    columns: dict[int, list[int]] = {}
    for index in _stand_ins_in(inside):
        number, column = places[index]
        columns.setdefault(number, []).append(column)
    return Cell([(number, min(found), max(found) + 1) for number, found in sorted(columns.items())])

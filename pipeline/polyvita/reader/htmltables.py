"""HTML tables as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from msgspec import Struct

from polyvita.core.document import Alignment, Cell, Inline, Row, Table, Text
from polyvita.core.location import Location
from polyvita.reader import html
from polyvita.reader.inline_cache import trimmed
from polyvita.reader.inlines import MOST_NESTED
from polyvita.reader.source import Source
from polyvita.reader.source_map import MappedText

_STRUCTURE = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "p", "caption", "colgroup", "col"})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_BLANK = " \t\n"
_BLANKS = re.compile(r"[ \t\n]+")
_NUMBER = re.compile(r"[0-9]{1,3}")
_MOST = 100
"""A cell takes up no more columns or rows than this, whatever it says."""


class _Frame(Struct):
    """An element that is open: its tag, where it begins, and what it holds so far."""

    tag: html.Tag
    location: Location
    inlines: list[Inline] = []


class _Cell(Struct, frozen=True):
    tag: html.Tag
    node: Cell

    def span(self, name: str) -> int:
        """How many columns (`colspan`) or rows (`rowspan`) the cell takes up."""
        written = self.tag.attributes.get(name, "")
        return min(max(int(written), 1), _MOST) if _NUMBER.fullmatch(written) else 1

    @property
    def alignment(self) -> Alignment:
        styled = _ALIGN.search(self.tag.attributes.get("style", ""))
        match styled[1] if styled else self.tag.attributes.get("align", ""):
            case "left" | "right" | "center" as alignment:
                return alignment
            case _:
                return "default"


class _Row(Struct, frozen=True):
    tag: html.Tag
    location: Location
    is_head: bool
    cells: list[_Cell] = []

    def node(self, cells: Sequence[_Cell | None]) -> Row:
        """The row with these cells, one for each column."""
        nodes = tuple(cell.node if cell else Cell((), location=self.location) for cell in cells)
        return Row(nodes, attr=html.html_attributes(self.tag.attributes), location=self.location)


class _TableReader(HTMLParser):
    """Collects rows of cells; tags that are not known here are reported and their words kept."""

    def __init__(self, source: Source, stretch: MappedText) -> None:
        super().__init__(convert_charrefs=True)
        self.source, self.stretch = source, stretch
        self.rows: list[_Row] = []
        self.frames: list[_Frame] = []
        self.in_head = self.in_row = False

    @property
    def here(self) -> Location:
        """The tag that is being read."""
        return self._place(0, len(self.get_starttag_text() or " "))

    def _place(self, start: int, end: int) -> Location:
        """From `start` to `end`, counted from what is being read."""
        line, column = self.getpos()
        offset = (self.stretch.line_offsets[line - 2] if line > 1 else 0) + column
        return self.stretch.location(self.source.file, offset + start, offset + end)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = html.Tag(tag, False, {name: value or "" for name, value in attrs})
        match tag:
            case "tr":
                self._open_row(found)
            case "td" | "th":
                if not self.in_row:
                    self._open_row(html.Tag("tr", False, {}))
                self._close_cell()
                self.frames = [_Frame(found, self.here)]
            case "table" if self.frames:
                self.source.warn(
                    "PV020", "a table in a table becomes rows of the outer one", self.here, "write one table"
                )
            case "thead":
                self.in_head = True
            case _ if tag in html.SINGLE and self.frames:
                self.frames[-1].inlines.append(html.single(found, self.here))
            case _ if tag in html.PAIRED and 0 < len(self.frames) <= MOST_NESTED:
                self.frames.append(_Frame(found, self.here))
            case _ if tag not in _STRUCTURE:
                self.source.warn(
                    "PV020", f"<{tag}> in a table is left out, its words stay", self.here, "take the tag out"
                )

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "td" | "th":
                self._close_cell()
            case "tr" | "table":
                self._close_cell()
                self.in_row = False
            case _ if any(frame.tag.name == tag for frame in self.frames[1:]):
                while self._close_frame() != tag:
                    pass

    def handle_data(self, data: str) -> None:
        start = len(data) - len(data.lstrip(_BLANK))
        if self.frames:
            blank = [Text(" ", location=self._place(0, start))] if start else []
            words = (
                [Text(_BLANKS.sub(" ", data[start:]), location=self._place(start, len(data)))] if data[start:] else []
            )
            self.frames[-1].inlines += [*blank, *words]
        elif data[start:]:
            location = self._place(start, len(data))
            self.source.warn(
                "PV020", "words between the cells of a table are left out", location, "put them into a cell"
            )

    def _open_row(self, tag: html.Tag) -> None:
        self._close_cell()
        self.rows.append(_Row(tag, self.here, self.in_head))
        self.in_row = True

    def _close_frame(self) -> str:
        frame = self.frames.pop()
        node = html.paired(frame.tag, frame.inlines, frame.location)
        self.frames[-1].inlines.extend(self.source.without_empty_link(node))
        return frame.tag.name

    def _close_cell(self) -> None:
        while len(self.frames) > 1:
            self._close_frame()
        if self.frames:
            [frame] = self.frames
            self.rows[-1].cells.append(_Cell(frame.tag, Cell(trimmed(frame.inlines), location=frame.location)))
        self.frames = []


def read_table(source: Source, stretch: MappedText) -> Table | None:
    """The table that an HTML block holds; None where there is no cell in it.

    A cell that takes up several columns or rows is in the first of them, and the others are empty.
    """
    reader = _TableReader(source, stretch)
    reader.feed(stretch.text)
    reader.close()
    grid = _grid(reader.rows)
    if not grid or not grid[0]:
        return None
    rows = [row.node(cells) for row, cells in zip(reader.rows, grid, strict=True)]
    first = reader.rows[0]
    has_head = first.is_head or all(cell.tag.name == "th" for cell in first.cells)
    location = stretch.location(source.file, 0, len(stretch.text))
    head = rows.pop(0) if has_head else Row((), location=location)
    aligned = tuple(cell.alignment if cell else "default" for cell in grid[0])
    return Table(head, tuple(rows), aligned, location=location)


def _grid(rows: Sequence[_Row]) -> list[list[_Cell | None]]:
    """What is in each column of each row."""
    grid: list[list[_Cell | None]] = []
    below: dict[int, int] = {}  # by column: how many rows a cell further up still takes up
    for row in rows:
        line: list[_Cell | None] = []
        for cell in row.cells:
            _skip_taken(line, below)
            for column in range(len(line), len(line) + cell.span("colspan")):
                below[column] = cell.span("rowspan") - 1
            line += [cell, *[None] * (cell.span("colspan") - 1)]
        _skip_taken(line, below)
        grid.append(line)
    columns = max(map(len, grid), default=0)
    return [[*line, *[None] * (columns - len(line))] for line in grid]


def _skip_taken(line: list[_Cell | None], below: dict[int, int]) -> None:
    while below.get(len(line), 0) > 0:
        below[len(line)] -= 1
        line.append(None)

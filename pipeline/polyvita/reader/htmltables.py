"""Read HTML tables as tables of the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from msgspec import Struct

from polyvita.core.document import Alignment, Cell, Inline, Row, Table, Text
from polyvita.core.location import Location
from polyvita.reader import html
from polyvita.reader.inline_cache import trim_inlines
from polyvita.reader.inlines import MAX_INLINE_DEPTH
from polyvita.reader.parse_context import ParseContext
from polyvita.reader.source_map import MappedText

_TABLE_TAGS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "p", "caption", "colgroup", "col"})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_BLANK = " \t\n"
_BLANKS = re.compile(r"[ \t\n]+")
_NUMBER = re.compile(r"[0-9]{1,3}")
_MAX_SPAN = 100
"""The maximum of `colspan` and `rowspan`; larger values count as this one."""


class _OpenElement(Struct):
    """An element whose end tag is not read yet: its start tag, the tag's location, and the content so far."""

    tag: html.Tag
    location: Location
    inlines: list[Inline] = []


class _Cell(Struct, frozen=True):
    tag: html.Tag
    node: Cell

    def span(self, name: str) -> int:
        """Return how many columns (`colspan`) or rows (`rowspan`) the cell covers."""
        written = self.tag.attributes.get(name, "")
        return min(max(int(written), 1), _MAX_SPAN) if _NUMBER.fullmatch(written) else 1

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
        """Return the row with one cell for each column; None becomes an empty cell."""
        nodes = tuple(cell.node if cell else Cell((), location=self.location) for cell in cells)
        return Row(nodes, attr=html.convert_attributes(self.tag.attributes), location=self.location)


class _TableParser(HTMLParser):
    """Collects the rows and cells of a table. Tags that a cell cannot contain are reported; their content is kept."""

    def __init__(self, context: ParseContext, mapped: MappedText) -> None:
        super().__init__(convert_charrefs=True)
        self.context, self.mapped = context, mapped
        self.rows: list[_Row] = []
        self.open_elements: list[_OpenElement] = []
        """The open cell and the open elements inside it, the outermost first; empty outside cells."""
        self.in_head = self.in_row = False

    @property
    def tag_location(self) -> Location:
        """The location of the tag that is being parsed."""
        return self._location(0, len(self.get_starttag_text() or " "))

    def _location(self, start: int, end: int) -> Location:
        """Return the location of the characters from `start` to `end`, relative to the parser's position."""
        line, column = self.getpos()
        offset = (self.mapped.line_offsets[line - 2] if line > 1 else 0) + column
        return self.mapped.location(self.context.file, offset + start, offset + end)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parsed = html.Tag(tag, False, {name: value or "" for name, value in attrs})
        match tag:
            case "tr":
                self._open_row(parsed)
            case "td" | "th":
                if not self.in_row:
                    self._open_row(html.Tag("tr", False, {}))
                self._close_cell()
                self.open_elements = [_OpenElement(parsed, self.tag_location)]
            case "table" if self.open_elements:
                message = "tables cannot be nested; the rows of this one become rows of the outer table"
                self.context.warn("PV020", message, self.tag_location, "use a single table")
            case "thead":
                self.in_head = True
            case _ if tag in html.VOID_TAGS and self.open_elements:
                element = html.void_element(parsed, self.tag_location)
                self.open_elements[-1].inlines.extend(self.context.without_unusable_link(element))
            case _ if tag in html.PAIRED_TAGS and 0 < len(self.open_elements) <= MAX_INLINE_DEPTH:
                self.open_elements.append(_OpenElement(parsed, self.tag_location))
            case _ if tag not in _TABLE_TAGS:
                message = f"<{tag}> is not supported in a table; the tag is left out, its text is kept"
                self.context.warn("PV020", message, self.tag_location, "delete the tag")

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "td" | "th":
                self._close_cell()
            case "tr" | "table":
                self._close_cell()
                self.in_row = False
            case _ if any(element.tag.name == tag for element in self.open_elements[1:]):
                while self._close_element() != tag:
                    pass

    def handle_data(self, data: str) -> None:
        start = len(data) - len(data.lstrip(_BLANK))
        text = data[start:]
        if self.open_elements:
            inlines = self.open_elements[-1].inlines
            if start:
                inlines.append(Text(" ", location=self._location(0, start)))
            if text:
                inlines.append(Text(_BLANKS.sub(" ", text), location=self._location(start, len(data))))
        elif text:
            location, hint = self._location(start, len(data)), "move the text into a cell"
            self.context.warn("PV020", "text between the cells of a table is left out", location, hint)

    def _open_row(self, tag: html.Tag) -> None:
        self._close_cell()
        self.rows.append(_Row(tag, self.tag_location, self.in_head))
        self.in_row = True

    def _close_element(self) -> str:
        """Close the innermost element inside the cell and return its tag name."""
        element = self.open_elements.pop()
        node = html.paired_element(element.tag, element.inlines, element.location)
        self.open_elements[-1].inlines.extend(self.context.without_unusable_link(node))
        return element.tag.name

    def _close_cell(self) -> None:
        while len(self.open_elements) > 1:
            self._close_element()
        if self.open_elements:
            [cell] = self.open_elements
            node = Cell(trim_inlines(cell.inlines), location=cell.location)
            self.rows[-1].cells.append(_Cell(cell.tag, node))
        self.open_elements = []


def read_table(context: ParseContext, mapped: MappedText) -> Table | None:
    """Return the table in the text of an HTML block; None if the table has no cell.

    The content of a cell that covers several columns or rows goes into the first of them; the others are empty.
    """
    parser = _TableParser(context, mapped)
    parser.feed(mapped.text)
    parser.close()
    grid = _grid(parser.rows)
    if not grid or not grid[0]:
        return None
    rows = [row.node(cells) for row, cells in zip(parser.rows, grid, strict=True)]
    first = parser.rows[0]
    has_head = first.is_head or all(cell.tag.name == "th" for cell in first.cells)
    location = mapped.location(context.file, 0, len(mapped.text))
    head = rows.pop(0) if has_head else Row((), location=location)
    alignments = tuple(cell.alignment if cell else "default" for cell in grid[0])
    return Table(head, tuple(rows), alignments, location=location)


def _grid(rows: Sequence[_Row]) -> list[list[_Cell | None]]:
    """Return the cell in each column of each row; None if a cell from the left or from above covers the column."""
    grid: list[list[_Cell | None]] = []
    rows_left: dict[int, int] = {}  # by column: how many further rows a cell above covers
    for row in rows:
        columns: list[_Cell | None] = []
        for cell in row.cells:
            _skip_covered(columns, rows_left)
            for column in range(len(columns), len(columns) + cell.span("colspan")):
                rows_left[column] = cell.span("rowspan") - 1
            columns += [cell, *[None] * (cell.span("colspan") - 1)]
        _skip_covered(columns, rows_left)
        grid.append(columns)
    width = max(map(len, grid), default=0)
    return [[*columns, *[None] * (width - len(columns))] for columns in grid]


def _skip_covered(columns: list[_Cell | None], rows_left: dict[int, int]) -> None:
    """Fill the next columns that a cell above covers."""
    while rows_left.get(len(columns), 0) > 0:
        rows_left[len(columns)] -= 1
        columns.append(None)

"""HTML tables as tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.document import Alignment, Cell, Inline, Place, Row, Table, Text
from pipeline.reader import html
from pipeline.reader.inlines import MOST_NESTED
from pipeline.reader.phrases import trimmed
from pipeline.reader.places import Stretch
from pipeline.reader.source import Source

_STRUCTURE = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "p", "caption", "colgroup", "col"})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_BLANK = " \t\n"
_BLANKS = re.compile(r"[ \t\n]+")
_MOST_COLUMNS = 100
_DEFAULT: tuple[Alignment, ...] = ("default",)


@dataclass(slots=True)
class _Frame:
    """An element that is open: its tag, where it begins, and what it holds so far."""

    tag: html.Tag
    place: Place
    inlines: list[Inline] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cell:
    tag: html.Tag
    node: Cell

    @property
    def span(self) -> int:
        """How many columns the cell takes up."""
        written = self.tag.attributes.get("colspan", "")
        return min(max(int(written), 1), _MOST_COLUMNS) if written.isdecimal() else 1

    @property
    def alignments(self) -> tuple[Alignment, ...]:
        styled = _ALIGN.search(self.tag.attributes.get("style", ""))
        match styled[1] if styled else self.tag.attributes.get("align", ""):
            case "left" | "right" | "center" as alignment:
                return (alignment, *_DEFAULT * (self.span - 1))
            case _:
                return _DEFAULT * self.span


@dataclass(frozen=True, slots=True)
class _Row:
    tag: html.Tag
    place: Place
    is_head: bool
    cells: list[_Cell] = field(default_factory=list)

    def node(self, columns: int) -> Row:
        """The row, filled up to so many columns."""
        wide = [
            part for cell in self.cells for part in (cell.node, *[Cell((), place=cell.node.place)] * (cell.span - 1))
        ]
        filled = (*wide, *[Cell((), place=self.place)] * (columns - len(wide)))
        return Row(filled, attr=html.html_attributes(self.tag.attributes), place=self.place)


class _TableReader(HTMLParser):
    """Collects rows of cells; tags that are not known here are reported and their words kept."""

    def __init__(self, source: Source, stretch: Stretch) -> None:
        super().__init__(convert_charrefs=True)
        self.source, self.stretch = source, stretch
        self.rows: list[_Row] = []
        self.frames: list[_Frame] = []
        self.in_head = False

    @property
    def here(self) -> Place:
        """The tag that is being read."""
        return self._place(0, len(self.get_starttag_text() or " "))

    def _place(self, start: int, end: int) -> Place:
        """From `start` to `end`, counted from what is being read."""
        line, column = self.getpos()
        offset = (self.stretch.breaks[line - 2] if line > 1 else 0) + column
        return self.stretch.place(self.source.file, offset + start, offset + end)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = html.Tag(tag, False, {name: value or "" for name, value in attrs})
        match tag:
            case "tr":
                self._close_cell()
                self.rows.append(_Row(found, self.here, self.in_head))
            case "td" | "th":
                self._close_cell()
                self.frames = [_Frame(found, self.here)]
            case "thead":
                self.in_head = True
            case _ if tag in html.SINGLE and self.frames:
                self.frames[-1].inlines.append(html.single(found, self.here))
            case _ if tag in html.PAIRED and 0 < len(self.frames) <= MOST_NESTED:
                self.frames.append(_Frame(found, self.here))
            case _ if tag not in _STRUCTURE:
                self.source.warn("PV020", f"<{tag}> in a table is left out, its words stay", self.here)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "td" | "th" | "tr" | "table":
                self._close_cell()
            case "thead":
                self.in_head = False
            case _ if any(frame.tag.name == tag for frame in self.frames[1:]):
                while self._close_frame() != tag:
                    pass

    def handle_data(self, data: str) -> None:
        start = len(data) - len(data.lstrip(_BLANK))
        if self.frames:
            blank = [Text(" ", place=self._place(0, start))] if start else []
            words = [Text(_BLANKS.sub(" ", data[start:]), place=self._place(start, len(data)))] if data[start:] else []
            self.frames[-1].inlines += [*blank, *words]
        elif data[start:]:
            self.source.warn("PV020", "words between the cells of a table are left out", self._place(start, len(data)))

    def _close_frame(self) -> str:
        frame = self.frames.pop()
        self.frames[-1].inlines.append(html.paired(frame.tag, frame.inlines, frame.place))
        return frame.tag.name

    def _close_cell(self) -> None:
        while len(self.frames) > 1:
            self._close_frame()
        if self.frames and self.rows:
            [frame] = self.frames
            self.rows[-1].cells.append(_Cell(frame.tag, Cell(trimmed(frame.inlines), place=frame.place)))
        self.frames = []


def read_table(source: Source, stretch: Stretch) -> Table:
    """The table that an HTML block holds. A cell that spans several columns is followed by empty ones."""
    reader = _TableReader(source, stretch)
    reader.feed(stretch.text)
    reader.close()
    place = stretch.place(source.file, 0, len(stretch.text))
    columns = max((sum(cell.span for cell in row.cells) for row in reader.rows), default=0)
    heads = [row.node(columns) for row in reader.rows if row.is_head]
    body = [row.node(columns) for row in reader.rows if not row.is_head]
    if not heads and reader.rows and all(cell.tag.name == "th" for cell in reader.rows[0].cells):
        heads = [body.pop(0)]
    head, *more = heads or [Row((), place=place)]
    aligned = [alignment for cell in reader.rows[0].cells for alignment in cell.alignments] if reader.rows else []
    filled = (*aligned, *_DEFAULT * (columns - len(aligned)))
    return Table(head, (*more, *body), filled, place=place)

"""HTML tables as tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.document import Alignment, Cell, Inline, Place, Row, Table, Text
from pipeline.reader import html
from pipeline.reader.places import Stretch
from pipeline.reader.source import Source

_STRUCTURE = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "p", "caption", "colgroup", "col"})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_BLANKS = re.compile(r"[ \t\n]+")


@dataclass(slots=True)
class _Frame:
    """An element that is open: its tag, where it begins, and what it holds so far."""

    tag: html.Tag
    place: Place
    inlines: list[Inline] = field(default_factory=list)


class _TableReader(HTMLParser):
    """Collects rows of cells; tags that are not known here are reported and their words kept."""

    def __init__(self, source: Source, stretch: Stretch) -> None:
        super().__init__(convert_charrefs=True)
        self.source, self.stretch = source, stretch
        self.rows: list[tuple[bool, html.Tag, Place, list[tuple[html.Tag, Cell]]]] = []
        self.frames: list[_Frame] = []
        self.in_head = False

    @property
    def here(self) -> Place:
        line, column = self.getpos()
        offset = (self.stretch.breaks[line - 2] if line > 1 else 0) + column
        return self.stretch.place(self.source.file, offset, offset + len(self.get_starttag_text() or " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = html.Tag(tag, False, {name: value or "" for name, value in attrs})
        match tag:
            case "tr":
                self._close_cell()
                self.rows.append((self.in_head, found, self.here, []))
            case "td" | "th":
                self._close_cell()
                self.frames = [_Frame(found, self.here)]
            case "thead":
                self.in_head = True
            case _ if tag in html.SINGLE and self.frames:
                self.frames[-1].inlines.append(html.single(found, self.here))
            case _ if tag in html.PAIRED and self.frames:
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
        text = _BLANKS.sub(" ", data)
        if self.frames:
            self.frames[-1].inlines.append(Text(text, place=self.here))
        elif text.strip():
            self.source.warn("PV020", "words between the cells of a table are left out", self.here)

    def _close_frame(self) -> str:
        frame = self.frames.pop()
        self.frames[-1].inlines.append(html.paired(frame.tag, frame.inlines, frame.place))
        return frame.tag.name

    def _close_cell(self) -> None:
        while len(self.frames) > 1:
            self._close_frame()
        if self.frames and self.rows:
            [frame] = self.frames
            self.rows[-1][3].append((frame.tag, Cell(_tidy(frame.inlines), place=frame.place)))
        self.frames = []


def _tidy(inlines: list[Inline]) -> tuple[Inline, ...]:
    nodes = list(inlines)
    while nodes and isinstance(nodes[0], Text) and not nodes[0].text.strip(" "):
        nodes.pop(0)
    while nodes and isinstance(nodes[-1], Text) and not nodes[-1].text.strip(" "):
        nodes.pop()
    if nodes and isinstance(nodes[0], Text):
        nodes[0] = Text(nodes[0].text.lstrip(" "), place=nodes[0].place)
    if nodes and isinstance(nodes[-1], Text):
        nodes[-1] = Text(nodes[-1].text.rstrip(" "), place=nodes[-1].place)
    return tuple(nodes)


def read_table(source: Source, stretch: Stretch) -> Table:
    """The table that an HTML block holds. A cell that spans several columns is followed by empty ones."""
    reader = _TableReader(source, stretch)
    reader.feed(stretch.text)
    reader.close()
    place = stretch.place(source.file, 0, len(stretch.text))
    rows = []
    for in_head, tag, where, cells in reader.rows:
        wide: list[Cell] = []
        for cell_tag, cell in cells:
            span = cell_tag.attributes.get("colspan", "1")
            wide += [cell, *[Cell((), place=cell.place)] * (min(int(span), 100) - 1 if span.isdecimal() else 0)]
        is_head = in_head or (not rows and bool(cells) and all(tag.name == "th" for tag, _ in cells))
        rows.append((is_head, Row(tuple(wide), attr=html.html_attributes(tag.attributes), place=where), cells))
    columns = max((len(row.cells) for _, row, _ in rows), default=0)
    full = [
        (
            is_head,
            Row(
                (*row.cells, *[Cell((), place=row.place)] * (columns - len(row.cells))), attr=row.attr, place=row.place
            ),
        )
        for is_head, row, _ in rows
    ]
    heads = [row for is_head, row in full if is_head]
    body = [row for is_head, row in full if not is_head]
    head, *more = heads or [Row((), place=place)]
    return Table(head, (*more, *body), _alignments([cells for _, _, cells in rows], columns), place=place)


def _alignments(rows: list[list[tuple[html.Tag, Cell]]], columns: int) -> tuple[Alignment, ...]:
    """Each column's alignment: that of the first row's cell in it."""
    out: list[Alignment] = []
    for tag, _ in rows[0] if rows else []:
        styled = _ALIGN.search(tag.attributes.get("style", ""))
        match styled[1] if styled else tag.attributes.get("align", ""):
            case "left":
                out.append("left")
            case "right":
                out.append("right")
            case "center":
                out.append("center")
            case _:
                out.append("default")
    return tuple([*out, *["default"] * columns][:columns])  # type: ignore[list-item]

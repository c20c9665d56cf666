"""Turn a piece of a source that Pandoc has read into nodes of the document.

Pandoc's HTML reader has no locations. So `html_piece` marks each stretch of text with a span before Pandoc reads it,
and these marks lead back to the source here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from polyvita.core import document as d
from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.core.location import Location
from polyvita.reader.cells import blocks_to_inlines
from polyvita.reader.inline_cache import trim_inlines
from polyvita.reader.parse_context import ParseContext
from polyvita.reader.sections import SectionHeading, nest_sections

Ast = dict[str, Any]
Blocks = list[d.Block | SectionHeading]

TEXT_MARK, SLOT_MARK, RAW_MARK = "pv-text", "pv-slot", "pv-raw"
"""Attributes of marks: text with a location, the place of Markdown inside HTML, and HTML that stays as it is."""

_INLINES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "Emph": (d.Emph, ("em", "i", "cite", "dfn")),
    "Strong": (d.Strong, ("strong", "b")),
    "Underline": (d.Underline, ("u", "ins")),
    "Strikeout": (d.Strikeout, ("s", "del", "strike")),
    "Superscript": (d.Superscript, ("sup",)),
    "Subscript": (d.Subscript, ("sub",)),
}
"""The node of each inline of Pandoc, and the HTML elements that become this inline."""
ALIGNMENTS: dict[str, d.Alignment] = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
_QUOTES = {"DoubleQuote": "“”", "SingleQuote": "‘’"}


class Element(NamedTuple):
    """An HTML element: its name, its attributes, and the location of its start tag."""

    name: str
    attr: Attributes
    location: Location


class Mark(NamedTuple):
    """A stretch of text in the source: its location, and the elements around it from the outermost one."""

    location: Location
    elements: tuple[Element, ...] = ()


class Piece(Protocol):
    """What is known about a piece: its marks, the HTML that stays as it is, and blanks, by the mark before them."""

    marks: list[Mark]
    raw: dict[int, str]
    gaps: dict[int, Location]


class PieceBuilder:
    """Builds the nodes of one piece.

    `slots` has the nodes of the Markdown inside the piece. Afterwards, `seen` has the number of each mark of each kind
    whose content is in the nodes.
    """

    def __init__(
        self,
        context: ParseContext,
        location: Location,
        piece: Piece,
        slots: Sequence[Blocks],
        identify: Callable[[Sequence[d.Inline]], str],
    ) -> None:
        self.context, self.location = context, location
        self.piece, self.marks, self.slots, self.identify = piece, piece.marks, slots, identify
        self.last_mark = -1
        self.seen: set[tuple[str, int]] = set()
        self.depths = {"li": 0, "list": 0, "blockquote": 0}

    # ------------------------------------------------------------ marks

    def _mark(self, node: Any) -> Mark | None:
        """Return the first mark of a text in a node."""
        return next((self.marks[number] for number in _text_marks(node)), None)

    def _location(self, node: Any) -> Location:
        mark = self._mark(node)
        return mark.location if mark else self.location

    def _element(self, node: Any, *names: str, depth: int = -1) -> Element:
        """Return the element with one of `names` around the first text of a node.

        Pandoc keeps no attributes of these elements. `depth` counts them from the outermost one; -1 is the innermost.
        """
        mark = self._mark(node)
        found = [element for element in mark.elements if element.name in names] if mark else []
        is_there = found and depth < len(found)
        return found[depth] if is_there else Element("", NO_ATTRIBUTES, mark.location if mark else self.location)

    # ------------------------------------------------------------ blocks

    def blocks(self, asts: Iterable[Ast], *, tight: bool = False) -> Blocks:
        """Return the nodes of sibling blocks. Headings are not nested into sections yet."""
        return [node for ast in asts for node in self._block(ast, tight=tight)]

    def _nested(self, asts: Iterable[Ast], *, tight: bool = False) -> tuple[d.Block, ...]:
        return nest_sections(self.blocks(asts, tight=tight))

    def _block(self, ast: Ast, *, tight: bool) -> Blocks:
        location = self._location(ast)
        match ast:
            case {"t": "Para" | "Plain" as kind, "c": inlines}:
                return self._paragraph(inlines, tight=tight and kind == "Plain")
            case {"t": "LineBlock", "c": lines}:
                return self._paragraph([part for line in lines for part in (*line, {"t": "LineBreak"})], tight=tight)
            case {"t": "Header", "c": [level, attr, inlines]}:
                nodes = trim_inlines(self.inlines(inlines))
                found = _convert(attr, location)
                attributes = Attributes(found.id or self.identify(nodes), found.tags, found.keys)
                return [SectionHeading(d.Heading(level, nodes, location=location), attributes)]
            case {"t": "Div", "c": [attr, inside]}:
                return self._div(attr, inside, location)
            case {"t": "BlockQuote", "c": inside}:
                around = self._element(inside, "blockquote", depth=self.depths["blockquote"])
                blocks = self._deeper("blockquote", lambda: self._nested(inside))
                return [d.BlockQuote(blocks, attr=around.attr, location=around.location)]
            case {"t": "BulletList", "c": items}:
                around, list_items = self._list(items)
                return [d.BulletList(list_items, attr=around.attr, location=around.location)]
            case {"t": "OrderedList", "c": [[start, _, _], items]}:
                around, list_items = self._list(items)
                return [d.OrderedList(list_items, start, attr=around.attr, location=around.location)]
            case {"t": "DefinitionList", "c": items}:
                found_items = tuple(self._definition_item(term, definitions) for term, definitions in items)
                return [d.DefinitionList(found_items, location=location)]
            case {"t": "Table", "c": content}:
                return self._table(content, self._element(content, "table").location)
            case {"t": "CodeBlock", "c": [attr, text]}:
                return [d.CodeBlock(text, attr=_convert(attr, location), location=location)]
            case {"t": "HorizontalRule"}:
                return [d.ThematicBreak(location=location)]
            case {"t": "Figure", "c": [attr, [_, caption], inside]}:
                return self._div(attr, [*inside, *caption], location)
            case {"t": "RawBlock", "c": [format, text]}:
                return [d.RawBlock(format, text, location=location)]
            case _:
                raise TypeError(f"unexpected kind of block: {ast['t']}")

    def _paragraph(self, asts: Sequence[Ast], *, tight: bool) -> Blocks:
        inlines, location = trim_inlines(self.inlines(asts)), self._location(asts)
        match inlines:
            case ():
                return []
            case (d.RawInline(format=format, text=text),):
                return [d.RawBlock(format, text, location=inlines[0].location)]
            case _:
                return [d.Paragraph(inlines, tight=tight, attr=self._element(asts, "p").attr, location=location)]

    def _div(self, attr: list[Any], inside: Sequence[Ast], location: Location) -> Blocks:
        match _mark_of(attr):
            case (kind, number) if kind == SLOT_MARK:
                self.seen.add((kind, number))
                return list(self.slots[number])
        attributes, nodes = _convert(attr, location), self.blocks(inside)
        return [d.Div(nest_sections(nodes), attr=attributes, location=location)] if attributes else nodes

    def _deeper(self, name: str, build: Callable[[], Any]) -> Any:
        self.depths[name] += 1
        result = build()
        self.depths[name] -= 1
        return result

    def _list(self, items: Sequence[Sequence[Ast]]) -> tuple[Element, tuple[d.ListItem, ...]]:
        around = self._element(items, "ul", "ol", depth=self.depths["list"])
        return around, self._deeper("list", lambda: tuple(self._item(item) for item in items))

    def _item(self, item: Sequence[Ast]) -> d.ListItem:
        around = self._element(item, "li", depth=self.depths["li"])
        blocks = self._deeper("li", lambda: self._nested(item, tight=True))
        return d.ListItem(blocks, attr=around.attr, location=around.location)

    def _definition_item(self, term: Sequence[Ast], definitions: Sequence[Sequence[Ast]]) -> d.DefinitionItem:
        nodes = []
        for definition in definitions:
            around = self._element(definition, "dd")
            nodes.append(d.Definition(self._nested(definition, tight=True), attr=around.attr, location=around.location))
        around = self._element(term, "dt")
        inlines = trim_inlines(self.inlines(term))
        return d.DefinitionItem(inlines, tuple(nodes), attr=around.attr, location=around.location)

    # ------------------------------------------------------------ tables

    def _table(self, content: list[Any], location: Location) -> Blocks:
        attr, [_, caption], columns, [_, head], bodies, [_, foot] = content
        heads = [self._row(row) for row in head]
        inner = [row for _, _, over, rows in bodies for row in (*over, *rows)]
        written = [*heads, *(self._row(row) for row in (*inner, *foot))]
        table_rows = without_spans(written)
        above = self.blocks(caption)
        if not table_rows or not table_rows[0].cells:
            return above
        width = len(table_rows[0].cells)
        first = table_rows.pop(0) if heads else d.Row((), location=location)
        alignments = _alignments(columns, [*head, *inner, *foot][0][1], width)
        return [*above, d.Table(first, tuple(table_rows), alignments, attr=_convert(attr, location), location=location)]

    def _row(self, row: list[Any]) -> tuple[d.Row, list[tuple[int, int]]]:
        """Return a row as it is written, and how many rows and columns each of its cells covers."""
        attr, cells = row
        location = self._element(cells, "tr").location
        nodes = tuple(
            d.Cell(
                blocks_to_inlines(self._nested(inside)),
                attr=_convert(cell_attr, location),
                location=self._location(inside),
            )
            for cell_attr, _, _, _, inside in cells
        )
        return d.Row(nodes, attr=_convert(attr, location), location=location), [(cell[2], cell[3]) for cell in cells]

    # ------------------------------------------------------------ inlines

    def inlines(self, asts: Iterable[Ast]) -> list[d.Inline]:
        """Return the nodes of sibling inlines."""
        out: list[d.Inline] = []
        for ast in asts:
            mark = self._mark(ast)
            location = mark.location if mark else out[-1].location if out else self.location
            out.extend(self._inline(ast, location))
        return out

    def _inline(self, ast: Ast, location: Location) -> Sequence[d.Inline]:
        match ast:
            case {"t": "Span", "c": [attr, inside]}:
                return self._span(attr, inside, location)
            case {"t": "Str", "c": text}:
                return [d.Text(text, location=location)]
            case {"t": "Space"}:
                return [d.Text(" ", location=self.piece.gaps.get(self.last_mark, location))]
            case {"t": "SoftBreak"}:
                return [d.SoftBreak(location=location)]
            case {"t": "LineBreak"}:
                return [d.LineBreak(location=location)]
            case {"t": kind, "c": inside} if kind in _INLINES:
                node_class, names = _INLINES[kind]
                nodes = tuple(self.inlines(inside))
                return [node_class(nodes, location=self._element(inside, *names).location)] if nodes else []
            case {"t": "SmallCaps", "c": inside}:
                return self.inlines(inside)
            case {"t": "Cite", "c": [_, inside]}:
                return self.inlines(inside)
            case {"t": "Quoted", "c": [kind, inside]}:
                ends = [d.Text(sign, location=location) for sign in _QUOTES[kind["t"]]]
                return [ends[0], *self.inlines(inside), ends[1]]
            case {"t": "Code", "c": [attr, text]}:
                return [d.Code(text, attr=_convert(attr, location), location=location)]
            case {"t": "Math", "c": [kind, text]}:
                return [d.Math(text, kind["t"] == "DisplayMath", location=location)]
            case {"t": "Link", "c": [attr, inside, [url, title]]}:
                location = self._element(inside, "a").location
                link = d.Link(tuple(self.inlines(inside)), url, title, attr=_convert(attr, location), location=location)
                return self.context.without_unusable_link(link)
            case {"t": "Image", "c": [attr, inside, [url, title]]}:
                alt = tuple(self.inlines(inside))
                image = d.Image(alt, url, title, attr=_convert(attr, location), location=location)
                return self.context.without_unusable_link(image)
            case {"t": "Note", "c": inside}:
                return [d.Note(self._nested(inside), location=location)]
            case {"t": "RawInline", "c": [format, text]}:
                return [d.RawInline(format, text, location=location)]
            case _:
                raise TypeError(f"unexpected kind of inline: {ast['t']}")

    def _span(self, attr: list[Any], inside: Sequence[Ast], location: Location) -> Sequence[d.Inline]:
        match _mark_of(attr):
            case (kind, number) if kind == TEXT_MARK:
                self.seen.add((kind, number))
                self.last_mark = number
                location = self.marks[number].location
                nodes = [node for ast in inside for node in self._inline(ast, location)]
                text = "".join(node.text if isinstance(node, d.Text) else " " for node in nodes)
                return [d.Text(text, location=location)] if text else []
            case (kind, number) if kind == RAW_MARK:
                self.seen.add((kind, number))
                return [d.RawInline("html", self.piece.raw[number], location=self.marks[number].location)]
        location = self._element(inside, "span", "kbd", "small", "mark", "abbr").location
        attributes, nodes = _convert(attr, location), self.inlines(inside)
        return [d.Span(tuple(nodes), attr=attributes, location=location)] if attributes else nodes


def _mark_of(attr: list[Any]) -> tuple[str, int] | None:
    """Return the kind and number of the mark with these attributes."""
    for key, value in attr[2]:
        if key in (TEXT_MARK, SLOT_MARK, RAW_MARK):
            return key, int(value)
    return None


def _text_marks(value: Any) -> Iterator[int]:
    """Yield the numbers of the marks of texts in a part of Pandoc's tree."""
    stack = [value]
    while stack:
        match stack.pop():
            case {"t": "Span", "c": [[_, _, [[key, number]]], _]} if key in (TEXT_MARK, RAW_MARK):
                yield int(number)
            case {"c": inside}:
                stack.append(inside)
            case list() as items:
                stack += items[::-1]
            case _:
                pass


def _convert(attr: list[Any], location: Location) -> Attributes:
    id, tags, keys = attr
    pairs = tuple((key, value) for key, value in keys if key not in (TEXT_MARK, SLOT_MARK, RAW_MARK))
    return Attributes(id, tuple(tags), pairs, location=location) if id or tags or pairs else NO_ATTRIBUTES


def _alignments(columns: Sequence[Any], first_row: Sequence[Any], width: int) -> tuple[d.Alignment, ...]:
    """Return the alignment of each column: that of the column, or that of its cell in the first row."""
    found = [ALIGNMENTS.get(alignment["t"]) for alignment, _ in columns] + [None] * width
    column = 0
    for _, alignment, _, across, _ in first_row:
        found[column] = found[column] or ALIGNMENTS.get(alignment["t"])
        column += across
    return tuple(alignment or "default" for alignment in found[:width])


def without_spans(rows: Sequence[tuple[d.Row, list[tuple[int, int]]]]) -> list[d.Row]:
    """Return rows of the same length. A cell that covers others is the first of them; the others are empty."""
    grid: list[list[d.Cell | None]] = []
    rows_left: dict[int, int] = {}  # by column: how many further rows a cell above covers
    for row, spans in rows:
        columns: list[d.Cell | None] = []

        def skip_covered(columns: list[d.Cell | None] = columns) -> None:
            while rows_left.get(len(columns), 0) > 0:
                rows_left[len(columns)] -= 1
                columns.append(None)

        for cell, (down, across) in zip(row.cells, spans, strict=True):
            skip_covered()
            for column in range(len(columns), len(columns) + across):
                rows_left[column] = down - 1
            columns += [cell, *[None] * (across - 1)]
        skip_covered()
        grid.append(columns)
    width = max(map(len, grid), default=0)
    return [
        d.Row(
            tuple(cell or d.Cell((), location=row.location) for cell in (*columns, *[None] * (width - len(columns)))),
            attr=row.attr,
            location=row.location,
        )
        for (row, _), columns in zip(rows, grid, strict=True)
    ]

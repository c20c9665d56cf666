"""From blocks to the document's nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import structs

from polyvita.core import document as d
from polyvita.core.document import NONE, Attributes
from polyvita.reader import blocks as b
from polyvita.reader import html
from polyvita.reader.attributes import parse_attributes, parse_raw
from polyvita.reader.block_parser import BlockReader
from polyvita.reader.escapes import decode
from polyvita.reader.htmltables import read_table
from polyvita.reader.inline_cache import Phrases
from polyvita.reader.inlines import InlineReader
from polyvita.reader.sections import Headline, Identifiers, nest
from polyvita.reader.source import Source, shown
from polyvita.reader.source_map import Stretch
from polyvita.reader.tables import alignment, split_cells

_LANGUAGE = re.compile(r"[^\s{]*")
_ALIGNED: dict[str, d.Alignment] = {"left": "left", "right": "right", "center": "center", "default": "default"}


class Builder:
    """Builds the nodes of a source whose blocks have been read."""

    def __init__(self, source: Source, reader: BlockReader) -> None:
        self.source, self.definitions = source, reader.notes
        self.inlines = InlineReader(reader.references, reader.notes)
        self.phrases = Phrases(source, self.inlines, self._note)
        self.notes: dict[str, tuple[d.Block, ...]] = {}
        self.refused: set[str] = set()
        """Footnotes that another refers to, which it cannot."""
        self.in_note = False
        self.identifiers = Identifiers("\n".join(source.lines))

    def blocks(self, blocks: Iterable[b.Block]) -> tuple[d.Block, ...]:
        """The nodes of sibling blocks, sections made of headings and what follows them."""
        return nest([node for block in blocks for node in self._block(block)])

    def _block(self, block: b.Block) -> Sequence[d.Block | Headline]:
        place = self.source.line_from(block.shown_start)
        match block:
            case b.Paragraph():
                return self._paragraph(block)
            case b.Title():
                return [self._headline(block)]
            case b.Quote():
                return [d.BlockQuote(self.blocks(block.children), place=place)]
            case b.Items():
                return [self._list(block)]
            case b.Definitions():
                return [self._definitions(block)]
            case b.Division():
                attr = self._division_attributes(block)
                return [d.Div(self.blocks(block.children), attr=attr, place=place)]
            case b.IndentedCode():
                return [d.CodeBlock("\n".join(text for text, _, _ in block.pieces), place=place)]
            case b.FencedCode():
                return self._fenced_code(block)
            case b.PipeTable():
                return [self._table(block)]
            case b.Rule():
                return [d.ThematicBreak(place=place)]
            case b.Html():
                return self._html(block)
            case b.NoteDefinition():
                return []
            case _:
                raise TypeError(f"no block of this kind is known: {type(block).__name__}")

    def _paragraph(self, block: b.Block, *, tight: bool = False) -> Sequence[d.Paragraph]:
        """A paragraph; none where it is nothing but notes to oneself."""
        inlines, attr = self.phrases.read(block.stretch, carries=not self.source.plain)
        place = self.source.line_from(block.shown_start)
        if inlines:
            return [d.Paragraph(inlines, tight=tight, attr=attr, place=place)]
        if attr.raw:
            self.source.warn_astray(attr.raw, attr.place)
            return [d.Paragraph((d.Text(shown(attr.raw), place=attr.place),), tight=tight, place=place)]
        return []

    def _headline(self, block: b.Title) -> Headline:
        inlines, attr = self.phrases.read(block.stretch, carries=True)
        if not attr.id:
            attr = structs.replace(attr, id=self.identifiers.for_heading(inlines))
        return Headline(d.Heading(block.level, inlines, place=self.source.line_from(block.shown_start)), attr)

    def _division_attributes(self, block: b.Division) -> Attributes:
        start, end = block.attr_start, block.attr_end
        raw = self.source.between(start, end)
        place = self.source.line_from(start)._replace(width=len(raw.split("\n")[0]))
        return structs.replace(block.attr, raw=raw, place=place)

    # ------------------------------------------------------------ lists

    def _list(self, block: b.Items) -> d.Block:
        tight, place = block.tight, self.source.line_from(block.shown_start)
        items = tuple(self._item(item, tight=tight) for item in block.children)
        if block.number is None:
            return d.BulletList(items, place=place)
        return d.OrderedList(items, block.number, ")" if block.marker == ")" else ".", place=place)

    def _item(self, item: b.Block, *, tight: bool) -> d.ListItem:
        blocks, attr = self._with_own_attributes(item.children, tight=tight)
        return d.ListItem(blocks, attr=attr, place=self.source.line_from(item.shown_start))

    def _with_own_attributes(
        self, children: Sequence[b.Block], *, tight: bool
    ) -> tuple[tuple[d.Block, ...], Attributes]:
        """The blocks of an item or a definition, whose first paragraph carries its attributes."""
        if not children or not isinstance(children[0], b.Paragraph):
            nodes: list[d.Block | Headline] = []
            attr = NONE
        else:
            inlines, attr = self.phrases.read(children[0].stretch, carries=not self.source.plain)
            place = self.source.line_from(children[0].shown_start)
            nodes = [d.Paragraph(inlines, tight=tight, place=place)] if inlines else []
            children = children[1:]
        for child in children:
            nodes += self._paragraph(child, tight=tight) if isinstance(child, b.Paragraph) else self._block(child)
        return nest(nodes), attr

    def _definitions(self, block: b.Definitions) -> d.DefinitionList:
        groups: list[tuple[b.Block, list[d.Definition]]] = []
        for child in block.children:
            if isinstance(child, b.Definition):
                blocks, attr = self._with_own_attributes(child.children, tight=not child.loose)
                groups[-1][1].append(d.Definition(blocks, attr=attr, place=self.source.line_from(child.shown_start)))
            else:
                groups.append((child, []))
        items = tuple(self._definition_item(term, definitions) for term, definitions in groups)
        return d.DefinitionList(items, place=self.source.line_from(block.shown_start))

    def _definition_item(self, term: b.Block, definitions: Sequence[d.Definition]) -> d.DefinitionItem:
        inlines, attr = self.phrases.read(term.stretch, carries=not self.source.plain)
        return d.DefinitionItem(inlines, tuple(definitions), attr=attr, place=self.source.line_from(term.shown_start))

    # ------------------------------------------------------------ code, tables, HTML

    def _fenced_code(self, block: b.FencedCode) -> Sequence[d.Block]:
        place = self.source.line_from(block.shown_start)
        text = "\n".join(text for text, _, _ in block.pieces)
        info, (line, column) = block.info, block.info_start
        if (raw := parse_raw(info)) and raw[1] == len(info):
            kept = self.source.keeps_raw(raw[0].format, place)
            return [d.RawBlock(raw[0].format, text, place=place)] if kept else []
        found = _LANGUAGE.match(info)
        language = found[0] if found else ""
        attr = NONE
        rest = info[len(language) :].lstrip(" \t")
        if rest.startswith("{") and (parsed := parse_attributes(rest)) and parsed[1] == len(rest):
            at = len(info) - len(rest)
            attr = self.source.placed(parsed[0], Stretch.of([(info, line, column)]), at, len(info))
        if language:
            attr = structs.replace(attr, tags=(decode(language), *attr.tags))
        return [d.CodeBlock(text, attr=attr, place=place)]

    def _table(self, block: b.PipeTable) -> d.Table:
        header, delimiter, *rows = block.pieces
        aligned = tuple(_ALIGNED[alignment(delimiter[0][slice(*cell)])] for cell in split_cells(delimiter[0]))
        head = self._row(header, len(aligned))
        if not any(cell.inlines for cell in head.cells):  # as in Pandoc's Markdown, an empty header is none
            head = structs.replace(head, cells=())
        body = tuple(self._row(row, len(aligned)) for row in rows)
        return d.Table(head, body, aligned, place=self.source.line_from(block.shown_start))

    def _row(self, piece: b.Piece, columns: int) -> d.Row:
        """A row, filled up to so many columns. Attributes stand in its last cell, or in one behind it."""
        line = Stretch.of([piece])
        spans = split_cells(piece[0])
        place = self.source.line_from((piece[1], piece[2]))
        cells, attr = [], NONE
        for index, span in enumerate(spans):
            last = index == len(spans) - 1 and not self.source.plain
            inlines, found = self.phrases.read(line.cut(*span), carries=last, cell=True)
            attr = found if found.raw else attr
            where = line.place(self.source.file, *span)
            if index < columns:
                cells.append(d.Cell(inlines, place=where))
            elif inlines:
                hint = "write \\| where a bar is meant, or add a column to the head of the table"
                self.source.warn("PV018", "a cell stands beyond the last column and is left out", where, hint)
        cells += [d.Cell((), place=place)] * (columns - len(cells))
        return d.Row(tuple(cells), attr=attr, place=place)

    def _html(self, block: b.Html) -> Sequence[d.Block]:
        text = "\n".join(text for text, _, _ in block.pieces)
        place = self.source.line_from(block.shown_start)
        if self.source.plain:
            return [d.RawBlock("html", text, place=place)]
        if html.is_comment(text):
            if not block.closed:
                message = "the comment that opens here is not closed, and hides all that follows"
                self.source.warn("PV023", message, place, "write --> where it ends")
            return []
        if html.is_table(text):
            table = read_table(self.source, block.stretch)
            return [table] if table else []
        if html.names(text) <= html.PAIRED | html.SINGLE:
            return self._paragraph(block)
        first = html.without_comments(text).strip().split("\n")[0]
        message = f"{first} is shown by HTML alone; docx, pdf and txt leave it out"
        self.source.warn("PV020", message, place, "write it in Markdown")
        return [d.RawBlock("html", html.without_comments(text), place=place)]

    # ------------------------------------------------------------ footnotes

    def _note(self, label: str) -> tuple[d.Block, ...] | None:
        """The blocks of a footnote; None inside of one, where no other can stand."""
        if self.in_note:
            self.refused.add(label)
            return None
        if label not in self.notes:
            self.in_note = True
            self.notes[label] = self.blocks(self.definitions[label].children)
            self.in_note = False
        return self.notes[label]

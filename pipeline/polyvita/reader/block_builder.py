"""From blocks to the document's nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import structs

from polyvita.core import document as d
from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.reader import blocks as b
from polyvita.reader import html
from polyvita.reader.attributes import parse_attributes, parse_raw
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.escapes import decode
from polyvita.reader.htmltables import read_table
from polyvita.reader.inline_cache import InlineCache
from polyvita.reader.inlines import InlineReader
from polyvita.reader.sections import Headline, Identifiers, nest
from polyvita.reader.source import Source, shown
from polyvita.reader.source_map import MappedText
from polyvita.reader.tables import alignment, split_cells

_LANGUAGE = re.compile(r"[^\s{]*")
_ALIGNED: dict[str, d.Alignment] = {"left": "left", "right": "right", "center": "center", "default": "default"}


class BlockBuilder:
    """Builds the nodes of a source whose blocks have been read."""

    def __init__(self, source: Source, parser: BlockParser) -> None:
        self.source, self.definitions = source, parser.footnotes
        self.inlines = InlineReader(parser.references, parser.footnotes)
        self.phrases = InlineCache(source, self.inlines, self._note)
        self.notes: dict[str, tuple[d.Block, ...]] = {}
        self.refused: set[str] = set()
        """Footnotes that another refers to, which it cannot."""
        self.in_note = False
        self.identifiers = Identifiers("\n".join(source.lines))

    def blocks(self, blocks: Iterable[b.Block]) -> tuple[d.Block, ...]:
        """The nodes of sibling blocks, sections made of headings and what follows them."""
        return nest([node for block in blocks for node in self._block(block)])

    def _block(self, block: b.Block) -> Sequence[d.Block | Headline]:
        location = self.source.line_from(block.visible_start)
        match block:
            case b.Paragraph():
                return self._paragraph(block)
            case b.Heading():
                return [self._headline(block)]
            case b.BlockQuote():
                return [d.BlockQuote(self.blocks(block.children), location=location)]
            case b.ListBlock():
                return [self._list(block)]
            case b.DefinitionList():
                return [self._definitions(block)]
            case b.FencedDiv():
                attr = self._division_attributes(block)
                return [d.Div(self.blocks(block.children), attr=attr, location=location)]
            case b.IndentedCode():
                return [d.CodeBlock("\n".join(text for text, _, _ in block.lines), location=location)]
            case b.FencedCode():
                return self._fenced_code(block)
            case b.PipeTable():
                return [self._table(block)]
            case b.ThematicBreak():
                return [d.ThematicBreak(location=location)]
            case b.HtmlBlock():
                return self._html(block)
            case b.FootnoteDefinition():
                return []
            case _:
                raise TypeError(f"no block of this kind is known: {type(block).__name__}")

    def _paragraph(self, block: b.Block, *, tight: bool = False) -> Sequence[d.Paragraph]:
        """A paragraph; none where it is nothing but notes to oneself."""
        inlines, attr = self.phrases.read(block.mapped_text, carries=not self.source.plain)
        location = self.source.line_from(block.visible_start)
        if inlines:
            return [d.Paragraph(inlines, tight=tight, attr=attr, location=location)]
        if attr.raw:
            self.source.warn_astray(attr.raw, attr.location)
            return [d.Paragraph((d.Text(shown(attr.raw), location=attr.location),), tight=tight, location=location)]
        return []

    def _headline(self, block: b.Heading) -> Headline:
        inlines, attr = self.phrases.read(block.mapped_text, carries=True)
        if not attr.id:
            attr = structs.replace(attr, id=self.identifiers.for_heading(inlines))
        return Headline(d.Heading(block.level, inlines, location=self.source.line_from(block.visible_start)), attr)

    def _division_attributes(self, block: b.FencedDiv) -> Attributes:
        start, end = block.attr_start, block.attr_end
        raw = self.source.between(start, end)
        location = self.source.line_from(start)._replace(width=len(raw.split("\n")[0]))
        return structs.replace(block.attr, raw=raw, location=location)

    # ------------------------------------------------------------ lists

    def _list(self, block: b.ListBlock) -> d.Block:
        tight, location = block.tight, self.source.line_from(block.visible_start)
        items = tuple(self._item(item, tight=tight) for item in block.children)
        if block.number is None:
            return d.BulletList(items, location=location)
        return d.OrderedList(items, block.number, ")" if block.marker == ")" else ".", location=location)

    def _item(self, item: b.Block, *, tight: bool) -> d.ListItem:
        blocks, attr = self._with_own_attributes(item.children, tight=tight)
        return d.ListItem(blocks, attr=attr, location=self.source.line_from(item.visible_start))

    def _with_own_attributes(
        self, children: Sequence[b.Block], *, tight: bool
    ) -> tuple[tuple[d.Block, ...], Attributes]:
        """The blocks of an item or a definition, whose first paragraph carries its attributes."""
        if not children or not isinstance(children[0], b.Paragraph):
            nodes: list[d.Block | Headline] = []
            attr = NO_ATTRIBUTES
        else:
            inlines, attr = self.phrases.read(children[0].mapped_text, carries=not self.source.plain)
            location = self.source.line_from(children[0].visible_start)
            nodes = [d.Paragraph(inlines, tight=tight, location=location)] if inlines else []
            children = children[1:]
        for child in children:
            nodes += self._paragraph(child, tight=tight) if isinstance(child, b.Paragraph) else self._block(child)
        return nest(nodes), attr

    def _definitions(self, block: b.DefinitionList) -> d.DefinitionList:
        groups: list[tuple[b.Block, list[d.Definition]]] = []
        for child in block.children:
            if isinstance(child, b.Definition):
                blocks, attr = self._with_own_attributes(child.children, tight=not child.loose)
                groups[-1][1].append(d.Definition(blocks, attr=attr, location=self.source.line_from(child.visible_start)))
            else:
                groups.append((child, []))
        items = tuple(self._definition_item(term, definitions) for term, definitions in groups)
        return d.DefinitionList(items, location=self.source.line_from(block.visible_start))

    def _definition_item(self, term: b.Block, definitions: Sequence[d.Definition]) -> d.DefinitionItem:
        inlines, attr = self.phrases.read(term.mapped_text, carries=not self.source.plain)
        return d.DefinitionItem(
            inlines, tuple(definitions), attr=attr, location=self.source.line_from(term.visible_start)
        )

    # ------------------------------------------------------------ code, tables, HTML

    def _fenced_code(self, block: b.FencedCode) -> Sequence[d.Block]:
        location = self.source.line_from(block.visible_start)
        text = "\n".join(text for text, _, _ in block.lines)
        info, (line, column) = block.info, block.info_start
        if (raw := parse_raw(info)) and raw[1] == len(info):
            kept = self.source.keeps_raw(raw[0].format, location)
            return [d.RawBlock(raw[0].format, text, location=location)] if kept else []
        found = _LANGUAGE.match(info)
        language = found[0] if found else ""
        attr = NO_ATTRIBUTES
        rest = info[len(language) :].lstrip(" \t")
        if rest.startswith("{") and (parsed := parse_attributes(rest)) and parsed[1] == len(rest):
            at = len(info) - len(rest)
            attr = self.source.located(parsed[0], MappedText.from_lines([(info, line, column)]), at, len(info))
        if language:
            attr = structs.replace(attr, tags=(decode(language), *attr.tags))
        return [d.CodeBlock(text, attr=attr, location=location)]

    def _table(self, block: b.PipeTable) -> d.Table:
        header, delimiter, *rows = block.lines
        aligned = tuple(_ALIGNED[alignment(delimiter[0][slice(*cell)])] for cell in split_cells(delimiter[0]))
        head = self._row(header, len(aligned))
        if not any(cell.inlines for cell in head.cells):  # as in Pandoc's Markdown, an empty header is none
            head = structs.replace(head, cells=())
        body = tuple(self._row(row, len(aligned)) for row in rows)
        return d.Table(head, body, aligned, location=self.source.line_from(block.visible_start))

    def _row(self, piece: b.LeafLine, columns: int) -> d.Row:
        """A row, filled up to so many columns. Attributes stand in its last cell, or in one behind it."""
        line = MappedText.from_lines([piece])
        spans = split_cells(piece[0])
        location = self.source.line_from((piece[1], piece[2]))
        cells, attr = [], NO_ATTRIBUTES
        for index, span in enumerate(spans):
            last = index == len(spans) - 1 and not self.source.plain
            inlines, found = self.phrases.read(line.slice(*span), carries=last, cell=True)
            attr = found if found.raw else attr
            where = line.location(self.source.file, *span)
            if index < columns:
                cells.append(d.Cell(inlines, location=where))
            elif inlines:
                hint = "write \\| where a bar is meant, or add a column to the head of the table"
                self.source.warn("PV018", "a cell stands beyond the last column and is left out", where, hint)
        cells += [d.Cell((), location=location)] * (columns - len(cells))
        return d.Row(tuple(cells), attr=attr, location=location)

    def _html(self, block: b.HtmlBlock) -> Sequence[d.Block]:
        text = "\n".join(text for text, _, _ in block.lines)
        location = self.source.line_from(block.visible_start)
        if self.source.plain:
            return [d.RawBlock("html", text, location=location)]
        if html.is_comment(text):
            if not block.closed:
                message = "the comment that opens here is not closed, and hides all that follows"
                self.source.warn("PV023", message, location, "write --> where it ends")
            return []
        if html.is_table(text):
            table = read_table(self.source, block.mapped_text)
            return [table] if table else []
        if html.names(text) <= html.PAIRED | html.SINGLE:
            return self._paragraph(block)
        first = html.without_comments(text).strip().split("\n")[0]
        message = f"{first} is shown by HTML alone; docx, pdf and txt leave it out"
        self.source.warn("PV020", message, location, "write it in Markdown")
        return [d.RawBlock("html", html.without_comments(text), location=location)]

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

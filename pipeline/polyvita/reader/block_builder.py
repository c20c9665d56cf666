"""Build the nodes of the document from the blocks that `block_parser` returns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import structs

from polyvita.core import document as d
from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.core.location import Location
from polyvita.reader import blocks as b
from polyvita.reader import html
from polyvita.reader.attributes import parse_attributes, parse_raw_format
from polyvita.reader.bar_lines import BarTable, find_bar_table, is_line_block
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.block_rules import EXTENDED_BLOCK_STARTS
from polyvita.reader.cells import blocks_to_inlines
from polyvita.reader.escapes import decode_escapes
from polyvita.reader.foreign_constructs import is_layout
from polyvita.reader.from_pandoc import ALIGNMENTS, RAW_MARK, SLOT_MARK, TEXT_MARK, Blocks, PieceBuilder, without_spans
from polyvita.reader.html_piece import PANDOC_FORMAT, HtmlPiece, group_ends, is_html, slot_line
from polyvita.reader.inline_cache import InlineCache
from polyvita.reader.parse_context import ParseContext, on_one_line
from polyvita.reader.sections import HeadingIdentifiers, SectionHeading, nest_sections
from polyvita.reader.source_map import MappedText
from polyvita.reader.tables import alignment, split_cells
from polyvita.reader.text_tables import Cell as TextCell
from polyvita.reader.text_tables import Row as TextRow
from polyvita.reader.text_tables import read_table, width_of

_LANGUAGE = re.compile(r"[^\s{]*")
_ALIGNMENTS: dict[str, d.Alignment] = {"left": "left", "right": "right", "center": "center", "default": "default"}


_ENTRY_LINE = re.compile(r"@\S+[ \t]*(?:\{.*\})?[ \t]*")
"""The first line of a list item that names an entry of the bibliography. Its note follows on the next line."""


def _split_entry_line(first: b.Block, children: Sequence[b.Block]) -> Sequence[b.Block]:
    """Return the blocks of a list item with its first line as a paragraph of its own."""
    line, *rest = first.lines
    head = b.Paragraph(first.start, first.start[0], lines=[line])
    note = b.Paragraph((rest[0][1], rest[0][2]), first.end, lines=rest)
    return [head, note, *children[1:]]


class BlockBuilder:
    """Builds the nodes of a source from its parsed blocks."""

    def __init__(self, context: ParseContext, parser: BlockParser) -> None:
        self.context, self.definitions = context, parser.footnotes
        self.inline_cache = InlineCache(context, parser.references, parser.footnotes, self._footnote)
        self.footnotes: dict[str, tuple[d.Block, ...]] = {}
        """The blocks of each footnote that the text refers to, by label."""
        self.rejected_footnotes: set[str] = set()
        """The labels of footnotes to which another footnote refers; footnotes cannot be nested."""
        self.in_footnote = False
        self.pending_attributes: dict[int, Attributes] = {}
        """Attributes that belong to the block after them, by the identity of the block."""
        self.identifiers = HeadingIdentifiers("\n".join(context.lines))

    def build(self, blocks: Iterable[b.Block]) -> tuple[d.Block, ...]:
        """Return the nodes of sibling blocks, with headings and the blocks after them nested into sections."""
        return nest_sections(self._siblings(list(blocks)))

    def _siblings(self, blocks: Sequence[b.Block], *, tight: bool = False) -> list[d.Block | SectionHeading]:
        """Return the nodes of sibling blocks. In a list without blank lines (`tight`), their paragraphs are tight."""
        mixed = not self.context.like_pandoc and any(isinstance(block, b.HtmlBlock) for block in blocks)
        ends = group_ends(blocks) if mixed else {}
        nodes: list[d.Block | SectionHeading] = []
        at = 0
        while at < len(blocks):
            block, end = blocks[at], ends.get(at, at)
            if isinstance(block, b.BlockAttributes):
                self._attach(block, blocks[at - 1 : at], nodes, blocks[at + 1 : at + 2])
            elif end > at:
                nodes += self._html_group(blocks[at : end + 1])
            else:
                if nodes and isinstance(nodes[-1], d.Table) and not self.context.like_pandoc:
                    block = _without_caption_sign(block)
                nodes += self._paragraph(block, tight=tight) if isinstance(block, b.Paragraph) else self._block(block)
            if pending := self.pending_attributes.pop(id(blocks[at]), None):
                nodes[-1:] = [self._with_attributes(node, pending) for node in nodes[-1:]]
            at = end + 1
        return nodes

    def _attach(
        self, block: b.BlockAttributes, before: Sequence[b.Block], nodes: Blocks, after: Sequence[b.Block]
    ) -> None:
        """Give attributes in kramdown's syntax to the block directly before or after them."""
        line = block.start[0]
        mapped = block.mapped_text
        attr = self.context.locate_attributes(block.attr, mapped, 0, len(mapped.text))
        if nodes and before and before[0].end + 1 >= line:
            nodes[-1] = self._with_attributes(nodes[-1], attr)
        elif after and after[0].start[0] == line + 1:
            self.pending_attributes[id(after[0])] = attr
        else:
            self.context.warn_misplaced_attributes(attr.raw, attr.location)
            nodes.append(d.Paragraph((d.Text(attr.raw, location=attr.location),), location=attr.location))

    def _with_attributes(self, node: d.Block | SectionHeading, attr: Attributes) -> d.Block | SectionHeading:
        own = node.attr
        where = own if own.raw else attr
        merged = Attributes(attr.id or own.id, own.tags + attr.tags, own.keys + attr.keys, where.raw, where.location)
        return node._replace(attr=merged) if isinstance(node, SectionHeading) else structs.replace(node, attr=merged)

    def _block(self, block: b.Block) -> Sequence[d.Block | SectionHeading]:
        location = self.context.rest_of_line(block.visible_start)
        match block:
            case b.Paragraph():
                return self._paragraph(block)
            case b.Heading():
                return [self._heading(block)]
            case b.BlockQuote():
                return [d.BlockQuote(self.build(block.children), location=location)]
            case b.ListBlock():
                return [self._list(block)]
            case b.DefinitionList():
                return [self._definition_list(block)]
            case b.FencedDiv():
                attr = self._div_attributes(block)
                return [d.Div(self.build(block.children), attr=attr, location=location)]
            case b.IndentedCode():
                return [d.CodeBlock("\n".join(text for text, _, _ in block.lines), location=location)]
            case b.FencedCode():
                return self._fenced_code(block)
            case b.PipeTable():
                return [self._table(block)]
            case b.TextTable():
                return self._text_table(block)
            case b.ThematicBreak():
                return [d.ThematicBreak(location=location)]
            case b.HtmlBlock():
                return self._html(block)
            case b.FootnoteDefinition():
                return []
            case _:
                raise TypeError(f"unexpected kind of block: {type(block).__name__}")

    def _paragraph(self, block: b.Block, *, tight: bool = False) -> Sequence[d.Block]:
        """Return the paragraph, or the table that its lines draw; return nothing if it contains only comments."""
        block = self._without_layout(block)
        if not block.lines:
            return []
        if block.lines[0][0].startswith("|") and not self.context.like_pandoc:
            if table := find_bar_table(block.lines):
                return [self._bar_table(table, block)]
            if is_line_block(block.lines):
                return [self._line_block(block, tight=tight)]
        inlines, attr = self.inline_cache.read(block.mapped_text, trailing_attributes=not self.context.like_pandoc)
        location = self.context.rest_of_line(block.visible_start)
        if inlines:
            return [d.Paragraph(inlines, tight=tight, attr=attr, location=location)]
        if attr.raw:
            self.context.warn_misplaced_attributes(attr.raw, attr.location)
            text = d.Text(on_one_line(attr.raw), location=attr.location)
            return [d.Paragraph((text,), tight=tight, location=location)]
        return []

    def _without_layout(self, block: b.Block) -> b.Block:
        r"""Return a paragraph without its lines that only set spaces or pages in LaTeX, such as `\newpage`."""
        if self.context.like_pandoc or not any(is_layout(line) for line, _, _ in block.lines):
            return block
        lines = [line for line in block.lines if not is_layout(line[0])]
        return b.Paragraph(lines[0][1:] if lines else block.start, lines=lines)

    def _heading(self, block: b.Heading) -> SectionHeading:
        inlines, attr = self.inline_cache.read(block.mapped_text, trailing_attributes=True)
        if not attr.id:
            attr = structs.replace(attr, id=self.identifiers.generate(inlines))
        location = self.context.rest_of_line(block.visible_start)
        return SectionHeading(d.Heading(block.level, inlines, location=location), attr)

    def _div_attributes(self, block: b.FencedDiv) -> Attributes:
        start, end = block.attr_start, block.attr_end
        raw = self.context.text_between(start, end)
        location = self.context.rest_of_line(start)._replace(width=len(raw.split("\n")[0]))
        return structs.replace(block.attr, raw=raw, location=location)

    # ------------------------------------------------------------ lists

    def _list(self, block: b.ListBlock) -> d.Block:
        tight, location = block.tight, self.context.rest_of_line(block.visible_start)
        items = tuple(self._list_item(item, tight=tight) for item in block.children)
        if block.number is None:
            return d.BulletList(items, location=location)
        return d.OrderedList(items, block.number, ")" if block.marker == ")" else ".", location=location)

    def _list_item(self, item: b.Block, *, tight: bool) -> d.ListItem:
        blocks, attr = self._blocks_and_attributes(item.children, tight=tight)
        return d.ListItem(blocks, attr=attr, location=self.context.rest_of_line(item.visible_start))

    def _blocks_and_attributes(
        self, children: Sequence[b.Block], *, tight: bool
    ) -> tuple[tuple[d.Block, ...], Attributes]:
        """Return the blocks of a list item or definition, and its attributes from the end of its first paragraph."""
        if not children or not isinstance(children[0], b.Paragraph):
            nodes: Blocks = []
            attr = NO_ATTRIBUTES
        else:
            first = self._without_layout(children[0])
            if not first.lines:
                return self._blocks_and_attributes(children[1:], tight=tight)
            if self.context.has_bibliography and len(first.lines) > 1 and _ENTRY_LINE.fullmatch(first.lines[0][0]):
                children = _split_entry_line(first, children)
                first = children[0]
            before, mapped = self._attributes_at_start(first.mapped_text)
            inlines, attr = self.inline_cache.read(mapped, trailing_attributes=not self.context.like_pandoc)
            attr = attr or before
            location = self.context.rest_of_line(first.visible_start)
            nodes = [d.Paragraph(inlines, tight=tight, location=location)] if inlines else []
            children = children[1:]
        nodes += self._siblings(children, tight=tight)
        return nest_sections(nodes), attr

    def _attributes_at_start(self, mapped: MappedText) -> tuple[Attributes, MappedText]:
        """Return the attributes with which kramdown begins an item, `- {: .tag} text`, and the text after them."""
        if not mapped.text.startswith("{:") or self.context.like_pandoc:
            return NO_ATTRIBUTES, mapped
        parsed = parse_attributes(mapped.text, kramdown=True)
        if not parsed or not parsed[0]:
            return NO_ATTRIBUTES, mapped
        attr, end = parsed
        rest = end + len(mapped.text[end:]) - len(mapped.text[end:].lstrip())
        return self.context.locate_attributes(attr, mapped, 0, end), mapped.slice(rest, len(mapped.text))

    def _definition_list(self, block: b.DefinitionList) -> d.DefinitionList:
        groups: list[tuple[b.Block, list[d.Definition]]] = []
        for child in block.children:
            if isinstance(child, b.Definition):
                # Paragraphs without space between them would run into each other.
                several = sum(isinstance(each, b.Paragraph) for each in child.children) > 1
                tight = not child.loose and (self.context.like_pandoc or not several)
                blocks, attr = self._blocks_and_attributes(child.children, tight=tight)
                location = self.context.rest_of_line(child.visible_start)
                groups[-1][1].append(d.Definition(blocks, attr=attr, location=location))
            else:
                groups.append((child, []))
        items = tuple(self._definition_item(term, definitions) for term, definitions in groups)
        return d.DefinitionList(items, location=self.context.rest_of_line(block.visible_start))

    def _definition_item(self, term: b.Block, definitions: Sequence[d.Definition]) -> d.DefinitionItem:
        inlines, attr = self.inline_cache.read(term.mapped_text, trailing_attributes=not self.context.like_pandoc)
        location = self.context.rest_of_line(term.visible_start)
        return d.DefinitionItem(inlines, tuple(definitions), attr=attr, location=location)

    # ------------------------------------------------------------ code, tables, HTML

    def _fenced_code(self, block: b.FencedCode) -> Sequence[d.Block]:
        location = self.context.rest_of_line(block.visible_start)
        text = "\n".join(text for text, _, _ in block.lines)
        info, (line, column) = block.info, block.info_start
        if (raw := parse_raw_format(info)) and raw[1] == len(info):
            accepted = self.context.accepts_raw_markup(raw[0].format, location)
            return [d.RawBlock(raw[0].format, text, location=location)] if accepted else []
        found = _LANGUAGE.match(info)
        language = found[0] if found else ""
        attr = NO_ATTRIBUTES
        rest = info[len(language) :].lstrip(" \t")
        if rest.startswith("{") and (parsed := parse_attributes(rest)) and parsed[1] == len(rest):
            at = len(info) - len(rest)
            mapped = MappedText.from_lines([(info, line, column)])
            attr = self.context.locate_attributes(parsed[0], mapped, at, len(info))
        if language:
            attr = structs.replace(attr, tags=(decode_escapes(language), *attr.tags))
        return [d.CodeBlock(text, attr=attr, location=location)]

    def _table(self, block: b.PipeTable) -> d.Table:
        header, delimiters, *rows = block.lines
        alignments = tuple(_ALIGNMENTS[alignment(delimiters[0][slice(*cell)])] for cell in split_cells(delimiters[0]))
        head = self._row(header, len(alignments))
        if not any(cell.inlines for cell in head.cells):
            # As in Pandoc's Markdown, an empty header row means that the table has no header.
            head = structs.replace(head, cells=())
        body = tuple(self._row(row, len(alignments)) for row in rows)
        return d.Table(head, body, alignments, location=self.context.rest_of_line(block.visible_start))

    def _bar_table(self, table: BarTable, block: b.Block) -> d.Table:
        width = len(table.alignments)
        head = d.Row((), location=self.context.rest_of_line(block.visible_start))
        rows = [self._row(line, width) for line in (*table.head, *table.rows)]
        if table.head:
            head = rows.pop(0)
        alignments = tuple(_ALIGNMENTS[alignment] for alignment in table.alignments)
        return d.Table(head, tuple(rows), alignments, location=self.context.rest_of_line(block.visible_start))

    def _line_block(self, block: b.Block, *, tight: bool) -> d.Paragraph:
        """Return Pandoc's line block as a paragraph with a line break after each line."""
        inlines: list[d.Inline] = []
        attr = NO_ATTRIBUTES
        for text, line, column in block.lines:
            mapped = MappedText.from_lines([(text[2:], line, column + 2)])
            read, found = self.inline_cache.read(mapped, trailing_attributes=True)
            attr = found if found.raw else attr
            if inlines:
                inlines.append(d.LineBreak(location=self.context.rest_of_line((line, column))))
            inlines += read
        location = self.context.rest_of_line(block.visible_start)
        return d.Paragraph(tuple(inlines), tight=tight, attr=attr, location=location)

    def _text_table(self, block: b.Block) -> Sequence[d.Block]:
        """Return a grid, simple or multiline table; return its text as a paragraph if Pandoc finds no table."""
        location = self.context.rest_of_line(block.visible_start)
        table = read_table([text for text, _, _ in block.lines])
        if table is None:
            message = "this looks like a table, but its columns do not fit; it is kept as text"
            self.context.warn("PV048", message, location, "align the columns, or write a pipe table: | a | b |")
            unindented = ((text.lstrip(" "), line, column, len(text)) for text, line, column in block.lines)
            lines = [(text, line, column + length - len(text)) for text, line, column, length in unindented if text]
            return self._paragraph(b.Paragraph(block.start, lines=lines))
        rows = without_spans([(self._text_row(row, block.lines), row.spans) for row in (*table.head, *table.rows)])
        head = rows.pop(0) if table.head else d.Row((), location=location)
        if not any(cell.inlines for cell in head.cells):
            head = structs.replace(head, cells=())
        alignments = tuple(ALIGNMENTS.get(alignment, "default") for alignment in table.alignments)
        return [d.Table(head, tuple(rows), alignments, location=location)]

    def _text_row(self, row: TextRow, lines: Sequence[b.LeafLine]) -> d.Row:
        """Return a row of a text table. Its attributes are at the end of its last cell that has any."""
        first = min((number for cell in row.cells for number, _, _ in cell.lines), default=0)
        _, line, column = lines[first]
        cells, attr = [], NO_ATTRIBUTES
        for cell in row.cells:
            blocks = list(self._cell_blocks(cell, lines))
            if cell is row.cells[-1] and blocks and isinstance(last := blocks[-1], d.Paragraph) and last.attr:
                attr, blocks[-1] = last.attr, structs.replace(last, attr=NO_ATTRIBUTES)
            cells.append(d.Cell(blocks_to_inlines(blocks), location=self._cell_location(cell, lines)))
        return d.Row(tuple(cells), attr=attr, location=self.context.rest_of_line((line, column)))

    def _cell_location(self, cell: TextCell, lines: Sequence[b.LeafLine]) -> Location:
        if not cell.lines:
            return self.context.rest_of_line(lines[0][1:])
        number, start, end = cell.lines[0]
        _, line, column = lines[number]
        return Location(self.context.file, line, column + start, end - start)

    def _cell_blocks(self, cell: TextCell, lines: Sequence[b.LeafLine]) -> tuple[d.Block, ...]:
        """Return the blocks in the cell of a text table."""
        if not cell.lines:
            return ()
        first, last = cell.lines[0][0], cell.lines[-1][0]
        left = min(width_of(lines[number][0][:start]) for number, start, _ in cell.lines)
        texts, shifts = [""] * (last - first + 1), {}
        for number, start, end in cell.lines:
            text, line, column = lines[number]
            indent = width_of(text[:start]) - left
            texts[number - first] = " " * indent + text[start:end]
            shifts[line] = column - 1 + start - indent
        parser = BlockParser(EXTENDED_BLOCK_STARTS)
        parser.references = self.inline_cache.references
        blocks = parser.parse(texts, lines[first][1]).children
        b.move_right(blocks, shifts)
        return self.build(blocks)

    def _row(self, line: b.LeafLine, columns: int) -> d.Row:
        """Return a row of exactly `columns` cells. Its attributes are in the last cell, or after the last bar."""
        mapped = MappedText.from_lines([line])
        spans = split_cells(line[0])
        row_location = self.context.rest_of_line((line[1], line[2]))
        cells, attr = [], NO_ATTRIBUTES
        for index, span in enumerate(spans):
            is_last = index == len(spans) - 1 and not self.context.like_pandoc
            inlines, found = self.inline_cache.read(mapped.slice(*span), trailing_attributes=is_last, cell=True)
            attr = found if found.raw else attr
            location = mapped.location(self.context.file, *span)
            if index < columns:
                cells.append(d.Cell(inlines, location=location))
            elif inlines:
                message = f"this row has more cells than the table header ({columns}); the extra cell is left out"
                hint = "write \\| for a literal bar, or add a column to the table header"
                self.context.warn("PV018", message, location, hint)
        cells += [d.Cell((), location=row_location)] * (columns - len(cells))
        return d.Row(tuple(cells), attr=attr, location=row_location)

    def _html(self, block: b.HtmlBlock) -> Sequence[d.Block | SectionHeading]:
        text = "\n".join(text for text, _, _ in block.lines)
        location = self.context.rest_of_line(block.visible_start)
        if self.context.like_pandoc:
            return [d.RawBlock("html", text, location=location)]
        if html.is_comment(text):
            if not block.closed:
                message = "the comment that opens here is not closed; it hides all text after it"
                self.context.warn("PV023", message, location, "write --> at the end of the comment")
            return []
        if not html.has_declaration(text) and html.tag_names(text) <= html.PAIRED_TAGS | html.VOID_TAGS:
            return self._paragraph(block)
        if html.has_declaration(text):
            markup = html.without_comments(text)
            self.context.warn_html_only(markup.strip().split("\n")[0], location)
            return [d.RawBlock("html", markup, location=location)]
        return self._html_piece(block.mapped_text, location, [])

    def _html_group(self, blocks: Sequence[b.Block]) -> Sequence[d.Block | SectionHeading]:
        """Return the nodes of HTML blocks and the Markdown between them."""
        lines: list[b.LeafLine] = []
        slots: list[list[b.Block]] = []
        for block in blocks:
            if is_html(block, inside=True):
                lines += block.lines
            elif slots and lines[-1] == slot_line(len(slots) - 1, slots[-1][0].start[0]):
                slots[-1].append(block)
            else:
                lines.append(slot_line(len(slots), block.start[0]))
                slots.append([block])
        location = self.context.rest_of_line(blocks[0].visible_start)
        return self._html_piece(MappedText.from_lines(lines), location, [self._siblings(slot) for slot in slots])

    def _html_piece(self, mapped: MappedText, location: Location, slots: Sequence[Blocks]) -> Blocks:
        """Let Pandoc read HTML. What has no place in its result follows as paragraphs, so that no text is lost."""
        from polyvita.core.pandoc_worker import read_piece

        piece = HtmlPiece(self.context, mapped)
        builder = PieceBuilder(self.context, location, piece, slots, self.identifiers.generate)
        nodes = builder.blocks(read_piece(piece.html, PANDOC_FORMAT)["blocks"])
        for tag, where, words in piece.losses:
            self.context.warn_html_only(tag, where, words)
        for text, where in piece.unread_markdown[:1]:
            self.context.warn_unread_markdown(text, where, len(piece.unread_markdown))
        for number, slot in enumerate(slots):
            if (SLOT_MARK, number) not in builder.seen:
                nodes += slot
        return nodes + self._misplaced(piece, builder)

    def _misplaced(self, piece: HtmlPiece, builder: PieceBuilder) -> Blocks:
        """Return what a piece has at places where HTML allows nothing, such as between the rows of a table."""
        nodes: Blocks = []
        for number, mark in enumerate(piece.marks):
            if number in piece.raw and (RAW_MARK, number) not in builder.seen:
                nodes.append(d.RawBlock("html", piece.raw[number], location=mark.location))
            elif number in piece.texts and (TEXT_MARK, number) not in builder.seen:
                text = piece.texts[number]
                message = f"{on_one_line(text)} is at a place where HTML allows no text; it follows as a paragraph"
                self.context.warn("PV020", message, mark.location, "move the text into an element")
                nodes.append(d.Paragraph((d.Text(text, location=mark.location),), location=mark.location))
        return nodes

    # ------------------------------------------------------------ footnotes

    def _footnote(self, label: str) -> tuple[d.Block, ...] | None:
        """Return the blocks of a footnote; None inside another footnote, because footnotes cannot be nested."""
        if self.in_footnote:
            self.rejected_footnotes.add(label)
            return None
        if label not in self.footnotes:
            self.in_footnote = True
            self.footnotes[label] = self.build(self.definitions[label].children)
            self.in_footnote = False
        return self.footnotes[label]


def _without_caption_sign(block: b.Block) -> b.Block:
    """Return the paragraph after a table without the colon that makes it a caption for Pandoc."""
    if not isinstance(block, b.Paragraph) or not block.lines[0][0].startswith(": "):
        return block
    (text, line, column), *others = block.lines
    caption = text[2:].lstrip(" ")
    return b.Paragraph(block.start, lines=[(caption, line, column + len(text) - len(caption)), *others])

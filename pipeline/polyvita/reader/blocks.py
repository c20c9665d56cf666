"""The kinds of blocks, in the terms of the CommonMark specification (appendix “A parsing strategy”).

A *container block* (quote, list, list item, fenced div, footnote) holds other blocks in `children`. A *leaf block*
(paragraph, heading, code, HTML, table) holds the rest of its source lines in `lines`. Definition lists, fenced divs,
footnotes and pipe tables follow Pandoc's Markdown.

These are blocks while they are parsed. `block_builder` turns them into the nodes of `core/document`, which have
similar names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import ClassVar

from msgspec import Struct

from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.reader.source_map import Line, MappedText, Position
from polyvita.reader.tables import bar_offsets

LeafLine = tuple[str, int, int]
"""A line of a leaf block: its text without container markers, and the line and column it begins at in the source."""

_CLOSING_FENCE = re.compile(r":{3,}[ \t]*$")


class Block(Struct, eq=False):
    """A block, open or closed. `start` is where its first marker begins; `end` is the number of its last line."""

    start: Position
    end: int = 0
    children: list[Block] = []
    lines: list[LeafLine] = []

    takes_raw_lines: ClassVar[bool] = False
    """Whether lines go into the open block as they are, so that no block can start in them."""
    is_container: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - most blocks answer without the line
        """Return whether the open block continues on `line`; if so, move the line past the block's marker."""
        return True

    def can_contain(self, child: Block) -> bool:
        """Return whether `child` can be a direct child of this block."""
        return self.is_container and not isinstance(child, ListItem | Definition)

    @property
    def visible_start(self) -> Position:
        """Where the part of the block that outputs show begins."""
        return self.start

    @property
    def mapped_text(self) -> MappedText:
        """The lines of a leaf block as one text."""
        return MappedText.from_lines(self.lines)

    def finalize(self, last_line: int) -> None:
        """Set `end` when the block is closed; `last_line` is the last line that can belong to it."""
        self.end = self.children[-1].end if self.children else max(last_line, self.start[0])


class Root(Block, eq=False):
    """The container of all other blocks (the “document” of CommonMark)."""


class BlockQuote(Block, eq=False):
    """The container whose lines begin with `>`."""

    def continues(self, line: Line) -> bool:
        if line.indent > 3 or not line.unindented.startswith(">"):
            return False
        line.skip_indent()
        line.advance_chars(1)
        if line.rest[:1] in (" ", "\t"):
            line.advance_columns(1)
        return True

    def finalize(self, last_line: int) -> None:
        self.end = last_line


class IndentedContainer(Block, eq=False):
    """A container that continues on lines indented by at least `width` columns, and on blank lines."""

    width: int = 4

    def continues(self, line: Line) -> bool:
        if line.is_blank:
            # CommonMark: a list item can begin with at most one blank line.
            if not self.children:
                return False
            line.advance_columns(min(self.width, line.indent))
            return True
        if line.indent < self.width:
            return False
        line.advance_columns(self.width)
        return True

    def finalize(self, last_line: int) -> None:  # noqa: ARG002 - blank lines at the end do not belong to the container
        self.end = self.children[-1].end if self.children else self.start[0]


class ListItem(IndentedContainer, eq=False):
    """The container after a bullet or a number; always the child of a `ListBlock`."""


class Definition(IndentedContainer, eq=False):
    """The container after `:` or `~`; always the child of a `DefinitionList`.

    `loose` means that a blank line separates the term from its first definition.
    """

    loose: bool = False


class FootnoteDefinition(IndentedContainer, eq=False):
    """The container after `[^label]:`. Its first child can follow any number of blank lines."""

    label: str = ""

    def continues(self, line: Line) -> bool:
        if line.is_blank:
            line.advance_columns(min(self.width, line.indent))
            return True
        return IndentedContainer.continues(self, line)


class ListBlock(Block, eq=False):
    """The container of list items.

    `marker` is the bullet, or the delimiter after a number. `number` is that of the first item; None for a bullet list.
    """

    marker: str = "-"
    number: int | None = None

    def can_contain(self, child: Block) -> bool:
        return isinstance(child, ListItem)

    @property
    def tight(self) -> bool:
        """Whether no blank line separates the items, or the direct children of an item (CommonMark's “tight”)."""
        rows = [self.children, *(item.children for item in self.children)]
        return all(a.end + 1 >= b.start[0] for row in rows for a, b in pairwise(row))


class DefinitionList(Block, eq=False):
    """The container of terms (paragraphs), each followed by its definitions."""

    def can_contain(self, child: Block) -> bool:
        return isinstance(child, Definition)


class FencedDiv(Block, eq=False):
    """The container between `:::` fences. `closed` becomes true when the parser reads the closing fence."""

    attr: Attributes = NO_ATTRIBUTES
    attr_start: Position = (1, 1)
    attr_end: Position = (1, 1)
    closed: bool = False

    def finalize(self, last_line: int) -> None:
        self.end = max(last_line, self.start[0])


class TextLeaf(Block, eq=False):
    """A leaf block whose text is parsed for inlines. Link reference definitions may precede that text."""

    is_container: ClassVar[bool] = False

    @property
    def visible_start(self) -> Position:
        for _, line, column in self.lines[:1]:
            if line > self.start[0]:
                return line, column
        return self.start


class Paragraph(TextLeaf, eq=False):
    """A leaf block that ends at a blank line, or where another block starts."""

    def continues(self, line: Line) -> bool:
        return not line.is_blank


class Heading(TextLeaf, eq=False):
    """An ATX heading (`#`) or a setext heading (underlined)."""

    level: int = 1

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - a heading never continues
        return False


class ThematicBreak(Block, eq=False):
    """A leaf block that is a horizontal rule."""

    is_container: ClassVar[bool] = False

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - a thematic break never continues
        return False


class IndentedCode(Block, eq=False):
    """A leaf block whose lines are indented by four or more columns."""

    is_container: ClassVar[bool] = False
    takes_raw_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        if line.indent >= 4:
            line.advance_columns(4)
        elif line.is_blank:
            line.skip_indent()
        else:
            return False
        return True

    def finalize(self, last_line: int) -> None:
        while self.lines and not self.lines[-1][0].strip(" \t"):
            self.lines.pop()
        self.end = self.lines[-1][1] if self.lines else last_line


class FencedCode(Block, eq=False):
    """A leaf block between fences of backticks or tildes.

    `fence` is the opening fence and `indent` the number of columns before it. `info` is CommonMark's info string: what
    follows the opening fence.
    """

    fence: str = "```"
    indent: int = 0
    info: str = ""
    info_start: Position = (1, 1)
    closed: bool = False
    is_container: ClassVar[bool] = False
    takes_raw_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        text = line.unindented
        if line.indent <= 3 and text.startswith(self.fence) and not text.strip(" \t").strip(self.fence[0]):
            self.closed = True
            return False
        line.advance_columns(min(line.indent, self.indent))
        return True

    def finalize(self, last_line: int) -> None:
        self.end = last_line


class HtmlBlock(Block, eq=False):
    """A leaf block of raw HTML.

    It ends with the line in which `end_condition` matches. Without an end condition, it ends at a blank line, or at the
    fence that closes the div around it (`in_div`).
    """

    end_condition: re.Pattern[str] | None = None
    in_div: bool = False
    closed: bool = False
    is_container: ClassVar[bool] = False
    takes_raw_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        if self.closed or self.end_condition:
            return not self.closed
        return not line.is_blank and not (self.in_div and _CLOSING_FENCE.match(line.unindented))

    def finalize(self, last_line: int) -> None:
        while self.lines and not self.lines[-1][0].strip(" \t"):
            self.lines.pop()
        self.end = self.lines[-1][1] if self.lines else last_line


class PipeTable(Block, eq=False):
    """A leaf block of table rows: the first of `lines` is the header, the second the delimiter row."""

    is_container: ClassVar[bool] = False
    takes_raw_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        return not line.is_blank and bool(bar_offsets(line.unindented))


class TextTable(Block, eq=False):
    """A leaf block that is a grid, simple or multiline table; `text_tables` finds its lines."""

    is_container: ClassVar[bool] = False
    takes_raw_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - all lines are read when the block starts
        return False


class BlockAttributes(Block, eq=False):
    """A line with attributes in kramdown's syntax, which belong to the block before it, or else to the one after it."""

    attr: Attributes = NO_ATTRIBUTES
    is_container: ClassVar[bool] = False

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - it is always one line
        return False


def move_right(blocks: Sequence[Block], columns: Mapping[int, int]) -> None:
    """Move blocks that were parsed from parts of lines: add to each column what `columns` has for its line."""

    def moved(position: Position) -> Position:
        line, column = position
        return line, column + columns.get(line, 0)

    pending = list(blocks)
    while pending:
        block = pending.pop()
        pending += block.children
        block.start = moved(block.start)
        block.lines = [(text, line, column + columns.get(line, 0)) for text, line, column in block.lines]
        match block:
            case FencedDiv():
                block.attr_start, block.attr_end = moved(block.attr_start), moved(block.attr_end)
            case FencedCode():
                block.info_start = moved(block.info_start)

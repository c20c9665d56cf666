"""The blocks of a source: which containers each line belongs to, and which leaf its words fall into.

This is CommonMark's own way of reading: line by line, with a stack of open blocks. A line first goes past the
markers of the containers it continues, may then open new ones, and what is left of it belongs to a leaf. So
every block knows the line and column it starts at, and every leaf those of each of its lines.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar

from msgspec import Struct

from polyvita.core.document import NONE, Attributes
from polyvita.reader.source_map import Line, MappedText, Start
from polyvita.reader.tables import bars

Piece = tuple[str, int, int]
"""A line of a leaf: its text, and its line and column in the source."""

_FENCE = re.compile(r":{3,}[ \t]*$")


class Block(Struct, eq=False):
    """An open or finished block. `end` is the number of its last line."""

    start: Start
    end: int = 0
    children: list[Block] = []
    pieces: list[Piece] = []

    takes_lines: ClassVar[bool] = False
    """Whether lines go in as they are, whatever they look like."""
    container: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - the answer of most blocks does not need the line
        """Whether `line` belongs to this block; goes past the block's marker in it."""
        return True

    def holds(self, child: Block) -> bool:
        """Whether `child` may stand directly in this block."""
        return self.container and not isinstance(child, Item | Definition)

    @property
    def shown_start(self) -> Start:
        """Where what is shown of the block begins."""
        return self.start

    @property
    def stretch(self) -> MappedText:
        return MappedText.of(self.pieces)

    def finish(self, end: int) -> None:
        """The block is closed before line `end + 1`."""
        self.end = self.children[-1].end if self.children else max(end, self.start[0])


class Root(Block, eq=False):
    pass


class Quote(Block, eq=False):
    def continues(self, line: Line) -> bool:
        if line.indent > 3 or not line.words.startswith(">"):
            return False
        line.skip_blanks()
        line.skip(1)
        if line.rest[:1] in (" ", "\t"):
            line.advance(1)
        return True

    def finish(self, end: int) -> None:
        self.end = end


class Indented(Block, eq=False):
    """A container whose lines are indented by at least `width` columns; blank lines need not be."""

    width: int = 4

    def continues(self, line: Line) -> bool:
        if line.blank:
            # At most one blank line may stand between a marker and what it marks.
            if not self.children:
                return False
            line.advance(min(self.width, line.indent))
            return True
        if line.indent < self.width:
            return False
        line.advance(self.width)
        return True

    def finish(self, end: int) -> None:  # noqa: ARG002 - blank lines at the end are not the container's
        self.end = self.children[-1].end if self.children else self.start[0]


class Item(Indented, eq=False):
    pass


class Definition(Indented, eq=False):
    loose: bool = False


class NoteDefinition(Indented, eq=False):
    label: str = ""

    def continues(self, line: Line) -> bool:
        if line.blank:
            line.advance(min(self.width, line.indent))
            return True
        return Indented.continues(self, line)


class Items(Block, eq=False):
    """A list: `marker` is the bullet, or the delimiter after a number."""

    marker: str = "-"
    number: int | None = None

    def holds(self, child: Block) -> bool:
        return isinstance(child, Item)

    @property
    def tight(self) -> bool:
        """Whether no blank line stands between items, nor between the blocks directly in one."""
        rows = [self.children, *(item.children for item in self.children)]
        return all(a.end + 1 >= b.start[0] for row in rows for a, b in pairwise(row))


class Definitions(Block, eq=False):
    """A definition list: terms (paragraphs), each followed by its definitions."""

    def holds(self, child: Block) -> bool:
        return isinstance(child, Definition)


class Division(Block, eq=False):
    """A fenced div; `closed` once its closing fence was met."""

    attr: Attributes = NONE
    attr_start: Start = (1, 1)
    attr_end: Start = (1, 1)
    closed: bool = False

    def finish(self, end: int) -> None:
        self.end = max(end, self.start[0])


class TextBlock(Block, eq=False):
    """A leaf of running text, before which definitions of references may have stood."""

    container: ClassVar[bool] = False

    @property
    def shown_start(self) -> Start:
        for _, line, column in self.pieces[:1]:
            if line > self.start[0]:
                return line, column
        return self.start


class Paragraph(TextBlock, eq=False):
    def continues(self, line: Line) -> bool:
        return not line.blank


class HeadingBlock(TextBlock, eq=False):
    """A heading."""

    level: int = 1

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - as above
        return False


class Rule(Block, eq=False):
    container: ClassVar[bool] = False

    def continues(self, line: Line) -> bool:  # noqa: ARG002 - as above
        return False


class IndentedCode(Block, eq=False):
    container: ClassVar[bool] = False
    takes_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        if line.indent >= 4:
            line.advance(4)
        elif line.blank:
            line.skip_blanks()
        else:
            return False
        return True

    def finish(self, end: int) -> None:
        while self.pieces and not self.pieces[-1][0].strip(" \t"):
            self.pieces.pop()
        self.end = self.pieces[-1][1] if self.pieces else end


class FencedCode(Block, eq=False):
    fence: str = "```"
    indent: int = 0
    info: str = ""
    info_start: Start = (1, 1)
    closed: bool = False
    container: ClassVar[bool] = False
    takes_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        words = line.words
        if line.indent <= 3 and words.startswith(self.fence) and not words.strip(" \t").strip(self.fence[0]):
            self.closed = True
            return False
        line.advance(min(line.indent, self.indent))
        return True

    def finish(self, end: int) -> None:
        self.end = end


class Html(Block, eq=False):
    """Raw HTML up to a line that holds `until`, or up to a blank line or the fence that closes a div around it."""

    until: re.Pattern[str] | None = None
    in_div: bool = False
    closed: bool = False
    container: ClassVar[bool] = False
    takes_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        if self.closed or self.until:
            return not self.closed
        return not line.blank and not (self.in_div and _FENCE.match(line.words))

    def finish(self, end: int) -> None:
        while self.pieces and not self.pieces[-1][0].strip(" \t"):
            self.pieces.pop()
        self.end = self.pieces[-1][1] if self.pieces else end


class PipeTable(Block, eq=False):
    """A pipe table; its pieces are the header, the delimiter row and the rows, each a line."""

    container: ClassVar[bool] = False
    takes_lines: ClassVar[bool] = True

    def continues(self, line: Line) -> bool:
        return not line.blank and bool(bars(line.words))

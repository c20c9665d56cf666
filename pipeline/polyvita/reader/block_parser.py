"""Parse source lines into blocks, with the algorithm of the CommonMark specification (“A parsing strategy”).

The parser reads one line at a time and keeps a stack of open blocks. Each line has three steps:

1. The line goes past the markers of the open blocks that it continues.
2. New blocks start, as long as one of the block starts matches (see `block_rules`).
3. The rest of the line becomes text of the innermost open block.

So every block has the line and column of its start, and every leaf block has those of each of its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from polyvita.reader.blocks import (
    Block,
    BlockQuote,
    FencedCode,
    FencedDiv,
    FootnoteDefinition,
    HtmlBlock,
    Paragraph,
    Root,
    TextTable,
)
from polyvita.reader.links import References, take_reference_definitions
from polyvita.reader.source_map import Line, Position

MAX_BLOCK_DEPTH = 40
"""The number of open blocks from which no further container starts; this limits recursion over the tree."""

_MARKER_CHARACTERS = frozenset(">#`~<=-_*+0123456789:|[${")
"""The characters that can begin the marker of a block. Most lines begin with another one and skip step 2."""


class BlockParser:
    """Parses lines into blocks, which begin where one of `block_starts` matches, and at each line in `tables`.

    `stack` holds the open blocks, the outermost first; the current line continues the first `matched` of them. The
    parser also collects link reference definitions, footnotes by label, and what the caller reports as findings.
    """

    def __init__(self, block_starts: Sequence[BlockStart], tables: Mapping[int, int] | None = None) -> None:
        self.block_starts, self.tables = block_starts, tables or {}
        self.root = Root((1, 1))
        self.stack: list[Block] = [self.root]
        self.matched = 1
        self.line_number = self.consumed_up_to = 0
        self.first_number = 1
        self.lines: Sequence[str] = ()
        self.references: References = {}
        self.footnotes: dict[str, FootnoteDefinition] = {}
        self.duplicate_footnotes: list[FootnoteDefinition] = []
        self.unclosed_divs: list[FencedDiv] = []
        self.stray_fences: list[Position] = []

    def parse(self, lines: Sequence[str], first_number: int = 1) -> Root:
        """Return the root block of `lines`; the first of them is line `first_number` of the file."""
        self.lines, self.first_number = lines, first_number
        for number, text in enumerate(lines, first_number):
            if number > self.consumed_up_to:
                self._parse_line(Line(text, number))
        self.line_number += 1
        self.matched = 0
        self.close_unmatched()
        return self.root

    def _parse_line(self, line: Line) -> None:
        self.line_number = line.number
        self.matched = 1
        for block in self.stack[1:]:
            if not block.continues(line):
                if isinstance(block, FencedCode) and block.closed:
                    self._close(line.number)
                    return
                break
            self.matched += 1
        container = self.stack[self.matched - 1]
        if line.number in self.tables and self._add_table(container, line):
            return
        while not container.takes_raw_lines and (line.indent > 3 or line.unindented[:1] in _MARKER_CHARACTERS):
            if not any(start(self, container, line) for start in self.block_starts):
                break
            if line.is_consumed:
                return
            container = self.stack[-1]
        self._add_text(line)

    def _add_table(self, container: Block, line: Line) -> bool:
        """Add the table that starts at the line, and return True, unless it does not lie within the open blocks."""
        last, offset = self.tables[line.number], line.offset
        following = self.next_lines(last - line.number)
        in_quote = any(isinstance(block, BlockQuote) for block in self.stack[: self.matched])
        if container.takes_raw_lines or isinstance(container, Paragraph) or in_quote or line.spare_columns:
            return False
        if len(following) < last - line.number or any(text[:offset].strip() for text in following):
            return False
        texts = [line.rest, *(text[offset:] for text in following)]
        if all(text.startswith("    ") for text in texts if text.strip()):
            return False  # This is code.
        table = self.open(TextTable(line.position))
        table.lines += [(text, number, offset + 1) for number, text in enumerate(texts, line.number)]
        self.consumed_up_to = last
        return True

    def _add_text(self, line: Line) -> None:
        tip = self.stack[-1]
        if self.matched < len(self.stack) and not line.is_blank and isinstance(tip, Paragraph):
            # A lazy continuation line: the paragraph continues, although container markers are missing.
            tip.lines.append((line.unindented, *line.position))
            return
        self.close_unmatched()
        tip = self.stack[-1]
        if tip.takes_raw_lines:
            tip.lines.append((line.rest, line.number, line.offset + 1))
            if isinstance(tip, HtmlBlock) and tip.end_condition and tip.end_condition.search(line.text, line.offset):
                tip.closed = True
        elif not line.is_blank:
            if not isinstance(tip, Paragraph):
                tip = self.open(Paragraph(line.position))
            tip.lines.append((line.unindented, *line.position))

    # ------------------------------------------------------------ for the block starts

    @property
    def in_paragraph(self) -> bool:
        """Whether the innermost open block is a paragraph, which the line could continue."""
        return isinstance(self.stack[-1], Paragraph)

    def close_unmatched(self) -> None:
        """Close the open blocks that the current line does not continue."""
        while len(self.stack) > self.matched:
            self._close(self.line_number - 1)

    def open(self, block: Block) -> Block:
        """Make `block` a child of the innermost open block that can contain it, and return `block`."""
        self.close_unmatched()
        while not self.stack[-1].can_contain(block):
            self._close(self.line_number - 1)
        self.stack[-1].children.append(block)
        self.stack.append(block)
        self.matched = len(self.stack)
        return block

    def _close(self, last_line: int) -> None:
        block = self.stack.pop()
        block.finalize(last_line)
        if isinstance(block, FencedDiv) and not block.closed:
            self.unclosed_divs.append(block)
        if isinstance(block, Paragraph):
            block.lines = take_reference_definitions(block.lines, self.references)
            if not block.lines:
                self.stack[-1].children.pop()

    def close_through(self, block: Block, last_line: int) -> None:
        """Close all open blocks inside `block`, and then `block`, which ends with line `last_line`."""
        while self.stack[-1] is not block:
            self._close(last_line - 1)
        self._close(last_line)
        self.matched = len(self.stack)

    def next_lines(self, count: int) -> Sequence[str]:
        """Return up to `count` source lines after the current one.

        A block start that reads some of them sets `consumed_up_to` to the number of the last one.
        """
        at = self.line_number - self.first_number + 1
        return self.lines[at : at + count]

    def paragraph_without_definitions(self) -> Paragraph | None:
        """Return the open paragraph without the link reference definitions at its start; None if nothing remains."""
        paragraph = self.stack[-1]
        assert isinstance(paragraph, Paragraph)
        paragraph.lines = take_reference_definitions(paragraph.lines, self.references)
        return paragraph if paragraph.lines else None


BlockStart = Callable[[BlockParser, Block, Line], bool]
"""A function that starts a block if the line begins with the block's marker; `block_rules` explains its contract."""

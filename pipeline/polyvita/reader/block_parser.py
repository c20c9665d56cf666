"""From lines to blocks: the reader that goes through a source line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polyvita.reader.blocks import Block, Division, FencedCode, Html, NoteDefinition, Paragraph, Root
from polyvita.reader.links import References, take_references
from polyvita.reader.source_map import Line, Start

MOST_NESTED = 40
"""So many containers may stand in one another; deeper ones are read as text, so that no text exhausts the stack."""

_MAY_START = frozenset(">#`~<=-_*+0123456789:|[")
"""What the marker of a block may begin with: most lines of a text begin with something else."""


class BlockReader:
    """Reads lines into blocks, which begin by the rules `starts`.

    `stack` holds the open blocks, the outermost first; the first `matched` of them continue on the line that is
    being read. What a document has besides its blocks is gathered: the targets of references, the footnotes by
    their labels, and what went wrong.
    """

    def __init__(self, starts: Sequence[BlockStart]) -> None:
        self.starts = starts
        self.root = Root((1, 1))
        self.stack: list[Block] = [self.root]
        self.matched = 1
        self.number = self.used_up_to = 0
        self.first = 1
        self.lines: Sequence[str] = ()
        self.references: References = {}
        self.notes: dict[str, NoteDefinition] = {}
        self.repeated_notes: list[NoteDefinition] = []
        self.unclosed: list[Division] = []
        self.stray_fences: list[Start] = []

    def read(self, lines: Sequence[str], first: int = 1) -> Root:
        """The blocks of `lines`, the first of which is line `first` of the file."""
        self.lines, self.first = lines, first
        for number, text in enumerate(lines, first):
            if number > self.used_up_to:
                self._read_line(Line(text, number))
        self.number += 1
        self.matched = 0
        self.close_unmatched()
        return self.root

    def _read_line(self, line: Line) -> None:
        self.number = line.number
        self.matched = 1
        for block in self.stack[1:]:
            if not block.continues(line):
                if isinstance(block, FencedCode) and block.closed:
                    self._close(line.number)
                    return
                break
            self.matched += 1
        container = self.stack[self.matched - 1]
        while not container.takes_lines and (line.indent > 3 or line.words[:1] in _MAY_START):
            if not any(start(self, container, line) for start in self.starts):
                break
            if line.used_up:
                return
            container = self.stack[-1]
        self._add_text(line)

    def _add_text(self, line: Line) -> None:
        tip = self.stack[-1]
        if self.matched < len(self.stack) and not line.blank and isinstance(tip, Paragraph):
            tip.pieces.append((line.words, *line.here))
            return
        self.close_unmatched()
        tip = self.stack[-1]
        if tip.takes_lines:
            tip.pieces.append((line.rest, line.number, line.offset + 1))
            if isinstance(tip, Html) and tip.until and tip.until.search(line.text, line.offset):
                tip.closed = True
        elif not line.blank:
            if not isinstance(tip, Paragraph):
                tip = self.open(Paragraph(line.here))
            tip.pieces.append((line.words, *line.here))

    # ------------------------------------------------------------ what the rules need

    @property
    def in_paragraph(self) -> bool:
        """Whether a line without any marker would go on with a paragraph."""
        return isinstance(self.stack[-1], Paragraph)

    def close_unmatched(self) -> None:
        while len(self.stack) > self.matched:
            self._close(self.number - 1)

    def open(self, block: Block) -> Block:
        """Put `block` into the innermost open block that can hold it."""
        self.close_unmatched()
        while not self.stack[-1].holds(block):
            self._close(self.number - 1)
        self.stack[-1].children.append(block)
        self.stack.append(block)
        self.matched = len(self.stack)
        return block

    def _close(self, end: int) -> None:
        block = self.stack.pop()
        block.finish(end)
        if isinstance(block, Division) and not block.closed:
            self.unclosed.append(block)
        if isinstance(block, Paragraph):
            block.pieces = take_references(block.pieces, self.references)
            if not block.pieces:
                self.stack[-1].children.pop()

    def close_to(self, block: Block, end: int) -> None:
        """Close all blocks down to `block`, and `block` itself."""
        while self.stack[-1] is not block:
            self._close(end - 1)
        self._close(end)
        self.matched = len(self.stack)

    def following(self, most: int) -> Sequence[str]:
        """The next lines as they stand in the source; a rule that takes some sets `used_up_to`."""
        at = self.number - self.first + 1
        return self.lines[at : at + most]

    def settle_paragraph(self) -> Paragraph | None:
        """The open paragraph without the reference definitions at its beginning; None where nothing is left."""
        paragraph = self.stack[-1]
        assert isinstance(paragraph, Paragraph)
        paragraph.pieces = take_references(paragraph.pieces, self.references)
        return paragraph if paragraph.pieces else None


BlockStart = Callable[[BlockReader, Block, Line], bool]
"""A rule by which blocks begin: see `grammar`."""

"""Map text back to the source: which line and column of the file does each character come from?

`MappedText` is the text of a leaf block after its container markers are removed. `Line` is the line that the block
parser reads.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from polyvita.core.location import Location

Position = tuple[int, int]
"""Line and column in the source; both count from 1."""


class MappedText(Struct, frozen=True):
    """Text from one or more lines of the source, joined by newlines.

    Container markers (the `>` of a quote, the indentation of a list item) are not in the text. Therefore each line has
    its own position: `line_starts` holds where each line begins in the source. `line_offsets` holds the offset in
    `text` at which each line but the first begins.
    """

    text: str
    line_starts: tuple[Position, ...]
    line_offsets: tuple[int, ...]

    @classmethod
    def from_lines(cls, lines: Sequence[tuple[str, int, int]]) -> MappedText:
        """Join lines, each given as text, line number and column."""
        texts = [text for text, _, _ in lines]
        offsets = tuple(accumulate(len(text) + 1 for text in texts[:-1]))
        return cls("\n".join(texts), tuple((line, column) for _, line, column in lines), offsets)

    def position(self, offset: int) -> Position:
        """Return the line and column of the character at `offset`."""
        index = bisect_right(self.line_offsets, offset)
        line, column = self.line_starts[index]
        return line, column + offset - (self.line_offsets[index - 1] if index else 0)

    def width(self, offset: int, end: int) -> int:
        """Return how many of the characters from `offset` to `end` are on the line of `offset`; at least 1."""
        index = bisect_right(self.line_offsets, offset)
        stop = self.line_offsets[index] - 1 if index < len(self.line_offsets) else len(self.text)
        return max(1, min(end, stop) - offset)

    def location(self, file: str, offset: int, end: int) -> Location:
        """Return the location of the characters from `offset` to `end`; a location ends with its line."""
        return Location(file, *self.position(offset), self.width(offset, end))

    def slice(self, offset: int, end: int) -> MappedText:
        """Return the part from `offset` to `end`."""
        first, last = bisect_right(self.line_offsets, offset), bisect_right(self.line_offsets, max(offset, end - 1))
        starts = (self.position(offset), *self.line_starts[first + 1 : last + 1])
        return MappedText(self.text[offset:end], starts, tuple(o - offset for o in self.line_offsets[first:last]))


class Line:
    """One line of the source, read from left to right.

    `offset` is the index of the next character to read, and `column` its column (from 0). `next_nonblank` is the index
    of the next character that is not a space or tab. `indent` is the number of columns before that character.

    A tab reaches to the next multiple of four columns, as in CommonMark. A container may use only some columns of a
    tab: `spare_columns` holds the rest.
    """

    __slots__ = ("column", "indent", "is_blank", "next_nonblank", "number", "offset", "spare_columns", "text")

    def __init__(self, text: str, number: int) -> None:
        self.text, self.number = text, number
        self.offset = self.column = self.spare_columns = 0
        self._find_next_nonblank()

    def _find_next_nonblank(self) -> None:
        text, end = self.text, len(self.text)
        at, column = self.offset, self.column
        while at < end:
            char = text[at]
            if char == " ":
                column += 1
            elif char == "\t":
                column += 4 - column % 4
            else:
                break
            at += 1
        self.next_nonblank, self.indent, self.is_blank = at, column - self.column, at == end

    def advance_columns(self, count: int) -> None:
        """Skip `count` columns of spaces and tabs, or all that the line has left."""
        text, end = self.text, len(self.text)
        while count > 0 and self.offset < end:
            if text[self.offset] == "\t":
                width = self.spare_columns or 4 - self.column % 4
                step = min(count, width)
                self.spare_columns = width - step
                self.offset += not self.spare_columns
            else:
                step = 1
                self.offset += 1
            self.column += step
            count -= step
        self._find_next_nonblank()

    def advance_chars(self, count: int) -> None:
        """Skip `count` characters, none of which is a tab."""
        self.offset += count
        self.column += count
        self._find_next_nonblank()

    def skip_indent(self) -> None:
        """Skip all spaces and tabs before the next other character."""
        self.column += self.indent
        self.offset, self.spare_columns = self.next_nonblank, 0
        self._find_next_nonblank()

    def consume(self) -> bool:
        """Mark the whole line as read, and return True, so that a block start can return the call's result."""
        self.offset = len(self.text) + 1
        return True

    @property
    def is_consumed(self) -> bool:
        return self.offset > len(self.text)

    @property
    def rest(self) -> str:
        """The text that is not read yet; the spare columns of a tab become spaces."""
        if self.spare_columns:
            return " " * self.spare_columns + self.text[self.offset + 1 :]
        return self.text[self.offset :]

    @property
    def unindented(self) -> str:
        """The text that is not read yet, without leading spaces and tabs."""
        return self.text[self.next_nonblank :]

    @property
    def position(self) -> Position:
        """The position of the next character that is not a space or tab."""
        return self.number, self.next_nonblank + 1

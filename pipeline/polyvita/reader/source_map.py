"""Where things stand: stretches of the source that remember the line and column of every character."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from polyvita.core.location import Location

Start = tuple[int, int]
"""Line and column, both from 1."""


class MappedText(Struct, frozen=True):
    """Text out of one or several lines of the source; `starts` says where each of its lines begins there.

    What stood before a line (a quote's `>`, a list's indentation) is not in the text, which is why each line
    has a start of its own.
    """

    text: str
    starts: tuple[Start, ...]
    breaks: tuple[int, ...]

    @classmethod
    def of(cls, lines: Sequence[tuple[str, int, int]]) -> MappedText:
        """From lines given as text, line number and column."""
        texts = [text for text, _, _ in lines]
        breaks = tuple(accumulate(len(text) + 1 for text in texts[:-1]))
        return cls("\n".join(texts), tuple((line, column) for _, line, column in lines), breaks)

    def start(self, offset: int) -> Start:
        """Line and column of the character at `offset`."""
        index = bisect_right(self.breaks, offset)
        line, column = self.starts[index]
        return line, column + offset - (self.breaks[index - 1] if index else 0)

    def width(self, offset: int, end: int) -> int:
        """How many characters from `offset` to `end` stand on the first line."""
        index = bisect_right(self.breaks, offset)
        stop = self.breaks[index] - 1 if index < len(self.breaks) else len(self.text)
        return max(1, min(end, stop) - offset)

    def location(self, file: str, offset: int, end: int) -> Location:
        return Location(file, *self.start(offset), self.width(offset, end))

    def cut(self, offset: int, end: int) -> MappedText:
        """The part from `offset` to `end`."""
        first, last = bisect_right(self.breaks, offset), bisect_right(self.breaks, max(offset, end - 1))
        starts = (self.start(offset), *self.starts[first + 1 : last + 1])
        return MappedText(self.text[offset:end], starts, tuple(b - offset for b in self.breaks[first:last]))


class Line:
    """One line of the source, read from left to right; `offset` is where reading stands.

    A tab reaches to the next multiple of four columns. A container may need only some of a tab's columns:
    `spare` holds those that are left over.
    """

    __slots__ = ("blank", "column", "indent", "number", "offset", "spare", "text", "word")

    def __init__(self, text: str, number: int) -> None:
        self.text, self.number = text, number
        self.offset = self.column = self.spare = 0
        self.look()

    def look(self) -> None:
        """Find the next character that is no blank: `word` is its offset, `indent` its distance in columns."""
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
        self.word, self.indent, self.blank = at, column - self.column, at == end

    def advance(self, count: int) -> None:
        """Go on by `count` columns of blanks, or to the end of the line."""
        text, end = self.text, len(self.text)
        while count > 0 and self.offset < end:
            if text[self.offset] == "\t":
                width = self.spare or 4 - self.column % 4
                step = min(count, width)
                self.spare = width - step
                self.offset += not self.spare
            else:
                step = 1
                self.offset += 1
            self.column += step
            count -= step
        self.look()

    def skip_blanks(self) -> None:
        """Go on to the next character that is no blank."""
        self.column += self.indent
        self.offset, self.spare = self.word, 0
        self.look()

    def skip(self, count: int) -> None:
        """Go on by `count` characters that are no tabs."""
        self.offset += count
        self.column += count
        self.look()

    def use_up(self) -> bool:
        """Go beyond the end: nothing of the line is left to read. True, so that a rule can say so."""
        self.offset = len(self.text) + 1
        return True

    @property
    def used_up(self) -> bool:
        return self.offset > len(self.text)

    @property
    def rest(self) -> str:
        """What is left of the line; what is left of a half-used tab as blanks."""
        if self.spare:
            return " " * self.spare + self.text[self.offset + 1 :]
        return self.text[self.offset :]

    @property
    def words(self) -> str:
        """What is left of the line without leading blanks."""
        return self.text[self.word :]

    @property
    def here(self) -> Start:
        """Line and column of the next character that is no blank."""
        return self.number, self.word + 1

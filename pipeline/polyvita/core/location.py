"""A place in a source file."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A stretch of a source file: line and column count from 1, `width` in characters, all on one line.

    Line 0 means the file as a whole.
    """

    file: str = ""
    line: int = 0
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Location()

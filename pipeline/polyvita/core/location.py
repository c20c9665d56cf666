"""Locations in source files."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A range of characters on one line of a source file.

    `line` and `column` count from 1; `width` is in characters. Line 0 means the whole file.
    """

    file: str = ""
    line: int = 0
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Location()
"""The location of anything that comes from no file."""

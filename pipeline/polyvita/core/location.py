"""Locations in source files, and the lines that they point at."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A range of characters on one line of a source file.

    `line` and `column` count from 1; `width` is in characters. Line 0 means the whole file. Width 0 means that the line
    is not quoted.
    """

    file: str = ""
    line: int = 0
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Location()
"""The location of anything that comes from no file."""


def line_label(location: Location, file: str) -> str:
    """Return the line of a location for a reader of `file`: the number, or `publications.bib:12` in another file."""
    return str(location.line) if not file or location.file in ("", file) else f"{location.file}:{location.line}"


def unquoted(location: Location) -> Location:
    """Return a location whose line no message quotes, because the line is private."""
    return location._replace(width=0)


_texts: dict[str, str | list[str]] = {}
"""The text of each file as it was read last, by its name in locations. It is split into lines at the first quote."""


def remember_text(file: str, text: str) -> None:
    """Keep `text` as the content of `file`, for `quoted_line`. Its line ends are `\\n`."""
    _texts[file] = text


def forget_text(file: str) -> None:
    """Quote no line of `file` until its text is read again."""
    _texts.pop(file, None)


def forget_all_texts() -> None:
    """Quote no line of any file until its text is read again. This frees their memory."""
    _texts.clear()


def quoted_line(location: Location) -> str:
    """Return the line at `location` as it was read, even if the file has changed since; otherwise an empty string."""
    if location.width == 0:
        return ""
    lines = _texts.get(location.file, "")
    if isinstance(lines, str):
        lines = _texts[location.file] = lines.split("\n")
    return lines[location.line - 1] if 0 < location.line <= len(lines) else ""

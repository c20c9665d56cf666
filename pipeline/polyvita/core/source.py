"""Input files, each read once: its bytes, its text, its hash, and the lines that findings quote.

Every file that a user writes (the CV, private data, filters, themes, rules) is read here, with one decoder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from polyvita.core.encoding import NotTextError, decode
from polyvita.core.location import Location


class Source(NamedTuple):
    """A text file as it was read. `name` is what locations call it; line ends in `text` are `\\n`."""

    path: Path
    name: str
    data: bytes
    text: str

    @property
    def hash(self) -> str:
        """The hash of the bytes, as `hash_bytes` returns it."""
        return hash_bytes(self.data)


class UnreadableError(Exception):
    """A file that cannot be read as text. `reason` says why; `line` 0 stands for the whole file."""

    def __init__(self, reason: str, message: str, hint: str = "", line: int = 0, column: int = 1) -> None:
        super().__init__(message)
        self.reason, self.message, self.hint, self.line, self.column = reason, message, hint, line, column

    def location(self, name: str) -> Location:
        """Return where in the file `name` reading stopped."""
        return Location(name, self.line, self.column)


_texts: dict[str, str | list[str]] = {}
"""What was read last under each name, so that a finding quotes what was read. Split into lines at the first quote."""


def read_source(path: Path, name: str = "", *, largest: int) -> Source:
    """Read the text file `path`, of at most `largest` bytes. Raises `UnreadableError`.

    Its `reason` is "missing", "folder", "denied", "failed", "too large" or "not text".
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError:
        raise UnreadableError("missing", "file not found") from None
    except IsADirectoryError:
        raise UnreadableError("folder", "this is a folder, not a file") from None
    except PermissionError:
        raise UnreadableError("denied", "no permission to read the file") from None
    except (OSError, ValueError) as problem:
        message = getattr(problem, "strerror", None) or str(problem)
        raise UnreadableError("failed", f"the file cannot be read: {message}") from None
    if len(data) > largest:
        raise UnreadableError("too large", f"the file is larger than {_size(largest)}")
    return source_of(path, name, data)


def source_of(path: Path, name: str, data: bytes) -> Source:
    """Return the source whose bytes are already known, such as those of a git revision. Raises `UnreadableError`."""
    try:
        text = decode(data)
    except NotTextError as problem:
        raise UnreadableError("not text", problem.message, problem.hint, problem.line, problem.column) from None
    remember(name, text)
    return Source(path, name, data, text)


def remember(name: str, text: str) -> None:
    """Keep `text` as what was read under `name`, for `quoted_line`."""
    _texts[name] = text


def quoted_line(location: Location) -> str:
    """Return the line at `location` as it was read, or an empty string."""
    lines = _texts.get(location.file, "")
    if isinstance(lines, str):
        lines = _texts[location.file] = lines.split("\n")
    return lines[location.line - 1] if 0 < location.line <= len(lines) else ""


def hash_bytes(data: bytes) -> str:
    """Return a short hash of `data`, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _size(count: int) -> str:
    return f"{count / 1e6:g} MB" if count >= 1_000_000 else f"{count // 1000} KB"

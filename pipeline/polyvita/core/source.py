"""Input files, each read once: its bytes, its text and its hash.

Every file that a user writes (the CV, private data, filters, themes, rules) is read here, with one decoder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import NamedTuple

from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.files import note_input
from polyvita.core.location import Location, forget_text, quoted_line, remember_text

__all__ = [
    "CV",
    "SETTINGS",
    "FileKind",
    "Source",
    "check_size",
    "format_size",
    "hash_bytes",
    "quoted_line",
    "read_bytes",
    "read_source",
    "source_of",
]


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


class FileKind(NamedTuple):
    """A kind of input file: its maximum size in bytes, and the codes and hints if a file cannot be read."""

    largest: int
    unreadable: str
    not_text: str
    too_large: str
    if_missing: str
    if_folder: str
    if_too_large: str
    older_encodings: bool = False
    """Whether a file that is not UTF-8 is read as UTF-16 if it has a byte order mark, and else as Windows-1252."""


_NAME_THE_CV = "change to the folder of the CV, or name its file: polyvita build -s path/to/cv.md"
CV = FileKind(
    largest=5_000_000,  # about seventy long CVs; reading takes about one second per million bytes
    unreadable="PV001",
    not_text="PV002",
    too_large="PV007",
    if_missing=_NAME_THE_CV,
    if_folder=_NAME_THE_CV,
    if_too_large="check that the file is a CV; images belong in separate files",
)
SETTINGS = FileKind(
    largest=200_000,
    unreadable="PV120",
    not_text="PV121",
    too_large="PV127",
    if_missing="",
    if_folder="rename the folder",
    if_too_large="check that this is the right file",
)


def read_source(path: Path, name: str = "", *, largest: int = 0, kind: FileKind | None = None) -> Source:
    """Read the text file `path`. Findings call it `name` (default: the path).

    By default, a YAML file is a file of settings, and any other file is a CV. `largest` is the maximum size in bytes
    (default: that of the kind). Raises `InputError` if the file does not exist, is a folder, is too large, or is
    not text.
    """
    name, kind = name or str(path), kind or _kind_of(path)
    largest = largest or kind.largest
    forget_text(name)
    try:
        data = read_bytes(path, largest)
    except (OSError, ValueError) as problem:  # A name that the operating system rejects is a ValueError.
        if isinstance(problem, OSError) and problem.errno == errno.EFBIG:
            raise _too_large(name, largest, kind) from None
        raise InputError(_unreadable(problem, name, kind)) from None
    return source_of(path, name, data, kind=kind)


def read_bytes(path: Path, largest: int, *, is_input: bool = True) -> bytes:
    """Return the content of a regular file of at most `largest` bytes. It is noted as an input of the build.

    The kind and the size of the file are checked before it is opened, because a pipe or a device may never end. Raises
    `OSError`, with the number `EFBIG` if the file is too large.
    """
    if is_input:
        note_input(path)
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a regular file")
    if status.st_size <= largest:
        with path.open("rb") as file:
            data = file.read(largest + 1)  # The file may have grown, and some files of the system have no size.
        if len(data) <= largest:
            return data
    raise OSError(errno.EFBIG, f"it is larger than {format_size(largest)}")


def check_size(path: Path, name: str, size: int) -> None:
    """Raise `InputError` if a file of `size` bytes, which has not been read, is too large. Findings call it `name`."""
    kind = _kind_of(path)
    if size > kind.largest:
        raise _too_large(name, kind.largest, kind)


def _too_large(name: str, largest: int, kind: FileKind) -> InputError:
    message = f"the file is larger than {format_size(largest)}, the maximum size"
    return InputError(error(kind.too_large, message, Location(name), kind.if_too_large))


def source_of(path: Path, name: str, data: bytes, *, kind: FileKind | None = None) -> Source:
    """Return the source with these bytes, such as those of a git revision. Raises `InputError` if they are not text."""
    forget_text(name)
    text = _decode(data, name, kind or _kind_of(path))
    remember_text(name, text)
    return Source(path, name, data, text)


def hash_bytes(data: bytes) -> str:
    """Return a short hash of `data`, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _kind_of(path: Path) -> FileKind:
    return SETTINGS if path.suffix in (".yaml", ".yml") else CV


def _unreadable(problem: OSError | ValueError, name: str, kind: FileKind) -> Finding:
    hint = kind.if_missing
    match problem:
        case FileNotFoundError():
            message = "file not found"
        case IsADirectoryError():
            message, hint = "this is a folder, not a file", kind.if_folder
        case PermissionError():
            message, hint = "no permission to read the file", "change the permissions of the file"
        case _:
            message = f"the file cannot be read: {getattr(problem, 'strerror', None) or problem}"
    return error(kind.unreadable, message, Location(name), hint)


def format_size(count: int) -> str:
    """Return a number of bytes in MB, or in KB below one million."""
    return f"{count / 1e6:g} MB" if count >= 1_000_000 else f"{count // 1000} KB"


# ---------------------------------------------------------------- decoding

_SIGNATURES = {
    b"\xff\xfe": ("the file is in the encoding UTF-16", "save it in the encoding UTF-8"),
    b"\xfe\xff": ("the file is in the encoding UTF-16", "save it in the encoding UTF-8"),
    b"PK\x03\x04": (
        "the file is a Word file or another ZIP file, not a text file",
        "save it as plain text, or name another file",
    ),
    b"%PDF": ("the file is a PDF, not a text file", "save it as plain text, or name another file"),
}
"""The first bytes of common files that are not UTF-8, with a message and a hint for each."""


def _decode(data: bytes, name: str, kind: FileKind) -> str:
    """Return UTF-8 `data` as text without a byte order mark, with line ends as \\n."""
    is_utf16 = kind.older_encodings and data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for start, (message, hint) in _SIGNATURES.items():
        if data.startswith(start) and not is_utf16:
            raise InputError(error(kind.not_text, message, Location(name), hint))
    # "utf-8-sig" would also remove the mark, but then the position of a wrong byte would be off by its length.
    data = data.removeprefix(BOM_UTF8)
    if kind.older_encodings and b"\0" in data and not is_utf16:
        message, hint = "the file is binary, not a text file", "name another file, or save it as text"
        raise InputError(error(kind.not_text, message, Location(name), hint))
    try:
        return _unify_line_ends(data.decode("utf-16" if is_utf16 else "utf-8"))
    except UnicodeDecodeError as problem:
        if kind.older_encodings:
            # Windows-1252 has no characters for five bytes, which Latin-1 reads as control characters.
            return _unify_line_ends(data.decode("cp1252", errors="ignore" if is_utf16 else "replace"))
        before = _unify_line_ends(data[: problem.start].decode())
        message = f"the byte 0x{data[problem.start]:02X} is not UTF-8"
        location = Location(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise InputError(error(kind.not_text, message, location, "save the file in the encoding UTF-8")) from None


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

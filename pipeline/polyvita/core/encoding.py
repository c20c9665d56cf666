"""Decoding of text files, with plain messages for files that are not UTF-8 text."""

from __future__ import annotations

from codecs import BOM_UTF8

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


class NotTextError(Exception):
    """The bytes are not UTF-8 text. `line` and `column` are those of the first wrong byte; line 0 is the whole file."""

    def __init__(self, message: str, hint: str, line: int = 0, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


def decode(data: bytes) -> str:
    """Return UTF-8 `data` as text without a byte order mark, with line ends as \\n. Raises `NotTextError`."""
    for start, (message, hint) in _SIGNATURES.items():
        if data.startswith(start):
            raise NotTextError(message, hint)
    # "utf-8-sig" would also remove the mark, but then the position of a wrong byte would be off by its length.
    data = data.removeprefix(BOM_UTF8)
    try:
        return _unify_line_ends(data.decode())
    except UnicodeDecodeError as problem:
        before = _unify_line_ends(data[: problem.start].decode())
        message = f"the byte 0x{data[problem.start]:02X} is not UTF-8"
        raise NotTextError(
            message, "save the file in the encoding UTF-8", before.count("\n") + 1, len(before) - before.rfind("\n")
        ) from None


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

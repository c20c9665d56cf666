"""From bytes to text, and in plain words what keeps them from being text."""

from __future__ import annotations

from codecs import BOM_UTF8

_OTHERS = {
    b"\xff\xfe": ("the file is in the encoding UTF-16", "save it in the encoding UTF-8"),
    b"\xfe\xff": ("the file is in the encoding UTF-16", "save it in the encoding UTF-8"),
    b"PK\x03\x04": (
        "this is a Word file or another ZIP file, not a text",
        "save it as plain text, or name another file",
    ),
    b"%PDF": ("this is a PDF, not a text", "save it as plain text, or name another file"),
}
"""What files begin with that are no UTF-8, what they are, and what would help."""


class NotTextError(Exception):
    """Why bytes are no text; `line` and `column` of the character; line 0 where it is true of the whole."""

    def __init__(self, message: str, hint: str, line: int = 0, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


def decode(data: bytes) -> str:
    """The text in UTF-8 that `data` is, without a byte order mark and with line ends as \\n. Raises `NotTextError`."""
    for start, (message, hint) in _OTHERS.items():
        if data.startswith(start):
            raise NotTextError(message, hint)
    data = data.removeprefix(BOM_UTF8)  # by itself, as places behind it count from there
    try:
        return _lines(data.decode())
    except UnicodeDecodeError as problem:
        before = _lines(data[: problem.start].decode())
        message = f"the byte 0x{data[problem.start]:02X} is not UTF-8"
        raise NotTextError(
            message, "save the file in the encoding UTF-8", before.count("\n") + 1, len(before) - before.rfind("\n")
        ) from None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

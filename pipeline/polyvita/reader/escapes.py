"""Escapes and entities, as CommonMark decodes them, and characters that no document can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|" + f"({ENTITY})")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def entity(text: str) -> str:
    """The characters that an entity stands for; `text` itself where HTML does not know its name."""
    name = text[1:]
    if not name.startswith("#"):
        return html5.get(name, text)
    digits = name[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return "\ufffd" if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def decode(text: str) -> str:
    """`text` with its escapes and entities decoded, each once."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPED.sub(lambda found: found[1] or entity(found[0]), text)


def unusable(line: str) -> Iterator[tuple[int, str]]:
    """The characters of a line that no document can hold, and where."""
    return ((found.start(), found[0]) for found in _CONTROL.finditer(line))


def without_unusable(line: str) -> str:
    """`line` with U+FFFD for them."""
    return _CONTROL.sub("\ufffd", line)


def normalize(text: str) -> str:
    """`text` with line ends as \\n, without a byte order mark, and U+FFFD for what no document can hold."""
    return _UNUSABLE.sub("\ufffd", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))

"""Decode backslash escapes and entities as CommonMark does, and replace characters that no output can contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
"""A regular expression for an entity reference or numeric character reference."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|" + f"({ENTITY})")
_NUL_OR_SURROGATE = re.compile("[\x00\ud800-\udfff]")
# Control characters, surrogates and noncharacters. XML, and so a Word file, cannot contain most of them.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def decode_entity(text: str) -> str:
    """Return the characters that the entity `text` represents; an unknown name stays as it is."""
    name = text[1:]
    if not name.startswith("#"):
        return html5.get(name, text)
    digits = name[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return "\ufffd" if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def decode_escapes(text: str) -> str:
    """Return `text` with its backslash escapes and entities decoded, each exactly once."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPED.sub(lambda found: found[1] or decode_entity(found[0]), text)


def find_unusable(line: str) -> Iterator[tuple[int, str]]:
    """Yield the offset of each character that no output can contain, and the character."""
    return ((found.start(), found[0]) for found in _UNUSABLE.finditer(line))


def replace_unusable(line: str) -> str:
    """Return `line` with U+FFFD for each character that no output can contain."""
    return _UNUSABLE.sub("\ufffd", line)


def normalize(text: str) -> str:
    r"""Return `text` with `\n` as line end, without a byte order mark, and with U+FFFD for NUL and surrogates."""
    return _NUL_OR_SURROGATE.sub("\ufffd", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))

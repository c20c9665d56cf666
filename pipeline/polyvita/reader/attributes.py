"""Parse attributes in Pandoc's syntax, `{#id .tag key=value key="a value"}`, or kramdown's, `{: .tag key="value"}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from polyvita.core.document import Attributes
from polyvita.reader.escapes import decode_escapes

_KEY = r"[^\W\d][\w:.-]*"
_PART = re.compile(
    rf"""\s*(?:
        \#(?P<id>[\w:.-]+)
      | \.(?P<tag>[\w:.-]+)
      | (?P<key>{_KEY})=(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>(?:\\.|[^\s}}"'\\])*))
      | (?P<minus>-)
      )(?=[\s}}])""",
    re.VERBOSE | re.DOTALL,
)
_END = re.compile(r"\s*\}")
_RAW_FORMAT = re.compile(r"\{\s*=([\w-]+)\s*\}")


class RawFormat(NamedTuple):
    """Pandoc's raw attribute, `{=html}`: the code before it is markup of that output format."""

    format: str


def parse_attributes(text: str, offset: int = 0, *, kramdown: bool = False) -> tuple[Attributes, int] | None:
    """Parse the attributes that begin at `offset`; return them and the offset after them, or None.

    With `kramdown`, a colon may follow the brace.
    """
    if text[offset : offset + 1] != "{":
        return None
    at, id_, tags, keys = offset + 1, "", [], []
    if kramdown and text[at : at + 1] == ":":
        at += 1
    while part := _PART.match(text, at):
        match part.lastgroup:
            case "id":
                id_ = part["id"]
            case "tag":
                tags.append(part["tag"])
            case "minus":
                tags.append("unnumbered")
            case kind:
                value = part[kind or "bare"]
                keys.append((part["key"], decode_escapes(value).replace("\n", " ")))
        at = part.end()
    end = _END.match(text, at)
    return (Attributes(id_, tuple(tags), tuple(keys)), end.end()) if end else None


def parse_raw_format(text: str, offset: int = 0) -> tuple[RawFormat, int] | None:
    """Parse a raw attribute, `{=format}`, at `offset`; return it and the offset after it, or None."""
    found = _RAW_FORMAT.match(text, offset)
    return (RawFormat(found[1]), found.end()) if found else None

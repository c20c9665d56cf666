"""Attributes in Pandoc's spelling: `{#id .tag key=value key="a value"}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from polyvita.core.document import Attributes
from polyvita.reader.escapes import decode

_NAME = r"[^\W\d][\w:.-]*"
_PART = re.compile(
    rf"""\s*(?:
        \#(?P<id>[\w:.-]+)
      | \.(?P<tag>[\w:.-]+)
      | (?P<key>{_NAME})=(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>(?:\\.|[^\s}}"'\\])*))
      | (?P<minus>-)
      )(?=[\s}}])""",
    re.VERBOSE | re.DOTALL,
)
_END = re.compile(r"\s*\}")
_RAW = re.compile(r"\{\s*=([\w-]+)\s*\}")


class Raw(NamedTuple):
    """`{=html}`: what stands before it is markup of that format."""

    format: str


def parse_attributes(text: str, offset: int = 0) -> tuple[Attributes, int] | None:
    """The attributes whose opening brace stands at `offset`, and where they end; None where none stand there."""
    if text[offset : offset + 1] != "{":
        return None
    at, id_, tags, keys = offset + 1, "", [], []
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
                keys.append((part["key"], decode(value).replace("\n", " ")))
        at = part.end()
    end = _END.match(text, at)
    return (Attributes(id_, tuple(tags), tuple(keys)), end.end()) if end else None


def parse_raw(text: str, offset: int = 0) -> tuple[Raw, int] | None:
    """`{=format}` at `offset`, and where it ends."""
    found = _RAW.match(text, offset)
    return (Raw(found[1]), found.end()) if found else None

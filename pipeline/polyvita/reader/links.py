"""Parse link destinations and link reference definitions, with the functions of mistune for CommonMark's grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

from mistune.helpers import LINK_LABEL, parse_link_href, parse_link_title
from mistune.util import unikey

from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.blocks import LeafLine
from polyvita.reader.escapes import decode_escapes

_DEFINITION_LABEL = re.compile(rf" {{0,3}}\[(?P<label>{LINK_LABEL})\]:")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|$)")


class Target(NamedTuple):
    """Where a link leads: destination, title, and the attributes of its link reference definition."""

    url: str
    title: str = ""
    attr: Attributes = NO_ATTRIBUTES


References = dict[str, Target]
"""The targets of link reference definitions by normalized label."""


def normalize_label(label: str) -> str:
    """Return the key of a link label: labels match if they differ only in case and white space."""
    return str(unikey(label))


def parse_target(text: str, offset: int) -> tuple[Target, int] | None:
    """Parse an inline target, `(url "title")`; `offset` is after the opening parenthesis.

    Return the target and the offset after the closing parenthesis, or None.
    """
    href, at = parse_link_href(text, offset)
    if href is None or at is None:
        return None
    title, at = _parse_title(text, at, len(text))
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if text[at : at + 1] != ")":
        return None
    return Target(decode_escapes(href), title), at + 1


def _parse_title(text: str, offset: int, end: int) -> tuple[str, int]:
    """Return the decoded title at `offset` and the offset after it; without a title, `""` and `offset`."""
    found, at = parse_link_title(text, offset, end)
    if found is None or at is None:
        return "", offset
    raw = text[offset:at].strip(" \t\n")
    return decode_escapes(raw[1:-1]), at


def take_reference_definitions(lines: list[LeafLine], references: References) -> list[LeafLine]:
    """Move the link reference definitions at the start of a paragraph into `references`; return the other lines."""
    if not lines or not lines[0][0].startswith("["):
        return lines
    text = "\n".join(line[0] for line in lines)
    at = 0
    while (definition := _parse_reference_definition(text, at)) is not None:
        key, target, at = definition
        references.setdefault(key, target)
    return lines[text.count("\n", 0, at) :] if at < len(text) else []


def _parse_reference_definition(text: str, offset: int) -> tuple[str, Target, int] | None:
    label = _DEFINITION_LABEL.match(text, offset)
    if not label or not label["label"].strip():
        return None
    href, at = parse_link_href(text, label.end(), block=True)
    if href is None or at is None:
        return None
    title, after = _parse_title(text, at, len(text))
    if after > at:
        attr, end = _parse_attributes_after_blanks(text, after)
        if line := _REST_OF_LINE.match(text, end):
            return normalize_label(label["label"]), Target(decode_escapes(href), title, attr), line.end()
    attr, end = _parse_attributes_after_blanks(text, at)
    if line := _REST_OF_LINE.match(text, end):
        return normalize_label(label["label"]), Target(decode_escapes(href), "", attr), line.end()
    return None


def _parse_attributes_after_blanks(text: str, offset: int) -> tuple[Attributes, int]:
    at = offset
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return parse_attributes(text, at) or (NO_ATTRIBUTES, offset)

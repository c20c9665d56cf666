"""Parse the targets of links, and link reference definitions."""

from __future__ import annotations

import re

from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.blocks import LeafLine
from polyvita.reader.escapes import decode_escapes
from polyvita.reader.mistune_adapter import LINK_LABEL, normalize_label, parse_destination, parse_title
from polyvita.reader.tokens import Target

_DEFINITION_LABEL = re.compile(rf" {{0,3}}\[(?P<label>{LINK_LABEL})\]:")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|$)")

References = dict[str, Target]
"""The targets of link reference definitions by normalized label."""


def parse_target(text: str, offset: int) -> tuple[Target, int] | None:
    """Parse an inline target, `(url "title")`; `offset` is after the opening parenthesis.

    Return the target and the offset after the closing parenthesis, or None.
    """
    destination = parse_destination(text, offset)
    if destination is None:
        return None
    url, at = destination
    title, at = _parse_title(text, at)
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if text[at : at + 1] != ")":
        return None
    return Target(decode_escapes(url), title), at + 1


def _parse_title(text: str, offset: int) -> tuple[str, int]:
    """Return the decoded title at `offset` and the offset after it; without a title, `""` and `offset`."""
    end = parse_title(text, offset)
    if end is None:
        return "", offset
    return decode_escapes(text[offset:end].strip(" \t\n")[1:-1]), end


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
    destination = parse_destination(text, label.end(), in_definition=True)
    if destination is None:
        return None
    url, at = destination
    for title, start in (_parse_title(text, at), ("", at)):
        attr, end = _parse_attributes_after_blanks(text, start)
        if line := _REST_OF_LINE.match(text, end):
            return normalize_label(label["label"]), Target(decode_escapes(url), title, attr), line.end()
    return None


def _parse_attributes_after_blanks(text: str, offset: int) -> tuple[Attributes, int]:
    at = offset
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return parse_attributes(text, at) or (NO_ATTRIBUTES, offset)

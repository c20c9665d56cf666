"""Where links lead: the targets of links and the definitions of references, by mistune's grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

from mistune.helpers import LINK_LABEL, parse_link_href, parse_link_title
from mistune.util import unikey

from polyvita.core.document import NO_ATTRIBUTES, Attributes
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.escapes import decode

_LABEL = re.compile(rf" {{0,3}}\[(?P<label>{LINK_LABEL})\]:")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|$)")


class Target(NamedTuple):
    url: str
    title: str = ""
    attr: Attributes = NO_ATTRIBUTES


References = dict[str, Target]
_Pieces = list[tuple[str, int, int]]


def reference_key(label: str) -> str:
    """Labels that are the same to a reader: in upper or lower case, with whatever blanks."""
    return str(unikey(label))


def parse_target(text: str, offset: int) -> tuple[Target, int] | None:
    """The target in `(address "title")`, from behind the opening parenthesis; and where it ends."""
    href, at = parse_link_href(text, offset)
    if href is None or at is None:
        return None
    title, at = _title(text, at, len(text))
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if text[at : at + 1] != ")":
        return None
    return Target(decode(href), title), at + 1


def _title(text: str, offset: int, end: int) -> tuple[str, int]:
    """The title from `offset` on, decoded, and where it ends; no title and `offset` where there is none."""
    found, at = parse_link_title(text, offset, end)
    if found is None or at is None:
        return "", offset
    raw = text[offset:at].strip(" \t\n")
    return decode(raw[1:-1]), at


def take_reference_definitions(pieces: _Pieces, references: References) -> _Pieces:
    """Take the definitions at the beginning of a paragraph into `references`; what is left of the paragraph."""
    if not pieces or not pieces[0][0].startswith("["):
        return pieces
    text = "\n".join(piece[0] for piece in pieces)
    at = 0
    while (defined := _reference(text, at)) is not None:
        key, target, at = defined
        references.setdefault(key, target)
    return pieces[text.count("\n", 0, at) :] if at < len(text) else []


def _reference(text: str, offset: int) -> tuple[str, Target, int] | None:
    label = _LABEL.match(text, offset)
    if not label or not label["label"].strip():
        return None
    href, at = parse_link_href(text, label.end(), block=True)
    if href is None or at is None:
        return None
    title, after = _title(text, at, len(text))
    if after > at:
        attr, end = _attributes(text, after)
        if line := _REST_OF_LINE.match(text, end):
            return reference_key(label["label"]), Target(decode(href), title, attr), line.end()
    attr, end = _attributes(text, at)
    if line := _REST_OF_LINE.match(text, end):
        return reference_key(label["label"]), Target(decode(href), "", attr), line.end()
    return None


def _attributes(text: str, offset: int) -> tuple[Attributes, int]:
    at = offset
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return parse_attributes(text, at) or (NO_ATTRIBUTES, offset)

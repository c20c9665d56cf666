"""The input of all lint checks: the document, its source lines, and the names that filters use."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import structs

from polyvita.config.expression import Expression
from polyvita.config.filter import SortKey
from polyvita.config.settings import Settings
from polyvita.core.document import (
    Cell,
    Code,
    DefinitionItem,
    Document,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    Paragraph,
    RawInline,
    SoftBreak,
    Text,
    walk,
)
from polyvita.core.location import Location
from polyvita.reader.escapes import ENTITY, decode_entity

PLACEHOLDER = "\ufffc"
"""The character that replaces code, addresses, images and footnote marks in the text of a `TextBlock`."""

_SOURCE_CHARACTER = re.compile(rf"\\([!-/:-@\[-`{{-~])|({ENTITY})|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NamesInUse:
    """The tags and keys that filters and rule sets use."""

    tags: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


def names_in_use(*settings: Any) -> NamesInUse:
    """Return the tags and keys that filters and rule sets use in expressions and as sort keys."""
    tags: set[str] = set()
    keys: set[str] = set()
    for part in _walk_settings(settings):
        match part:
            case Expression():
                names = part.tags_and_keys()
                tags |= names[0]
                keys |= names[1]
            case SortKey(key=key):
                keys.add(key)
    return NamesInUse(frozenset(tags), frozenset(keys))


def _walk_settings(value: Any) -> Iterator[Any]:
    """Yield a settings object and, recursively, every value in it."""
    yield value
    if isinstance(value, Mapping):
        value = tuple(value.values())
    elif isinstance(value, Settings):
        value = structs.astuple(value)
    if isinstance(value, tuple | list):
        for part in value:
            yield from _walk_settings(part)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """The running text of one paragraph, heading, cell or term.

    `inlines[i]` begins at the offset `starts[i]` of the text.
    """

    node: Node
    text: str
    starts: tuple[int, ...]
    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class LintContext:
    """One CV to check. `folder` contains the CV; `lines` are the lines of its source.

    `names` are the tags and keys in use. Without `all_filters`, they come from some of the filters only.
    """

    document: Document
    lines: tuple[str, ...]
    folder: Path
    names: NamesInUse
    all_filters: bool = True

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node once. The tree contains a footnote as often as the text refers to it, with different keys.

        All nodes of an entry of a bibliography have one location.
        """
        file = self.document.file
        nodes = tuple(walk(self.document))
        first = {(type(node), node.location): node.key for node in reversed(nodes)}
        return tuple(
            n for n in nodes if not n.location.line or n.location.file != file or first[type(n), n.location] == n.key
        )

    @cached_property
    def text_blocks(self) -> tuple[TextBlock, ...]:
        """Every block of running text, in the order of the source."""
        kinds = Paragraph | Heading | Cell | DefinitionItem
        return tuple(text_block(node) for node in self.nodes if isinstance(node, kinds))

    def rest_of_line(self, location: Location) -> str:
        """Return the source from the start of `location` to the end of its line."""
        if location.file != self.document.file or not 0 < location.line <= len(self.lines):
            return ""
        return self.lines[location.line - 1][location.column - 1 :]

    def locate_in_block(self, block: TextBlock, start: int, end: int) -> Location:
        """Return the location of the characters `start` to `end` of a block, cut off at the end of the line."""
        index = bisect_right(block.starts, start) - 1
        inline, offset = block.inlines[index], start - block.starts[index]
        if isinstance(inline, Text):
            return self.locate_in_text(inline, offset, end - start)
        return inline.location

    def locate_in_text(self, node: Text, offset: int, width: int) -> Location:
        """Return the location of `width` characters of a text node, from `offset` on.

        In the source, the text may contain escapes and entities that the node has decoded.
        """
        location = node.location
        raw = self.rest_of_line(location)[: location.width]
        width = min(width, len(node.text) - offset)
        if raw == node.text:
            return location._replace(column=location.column + offset, width=max(1, width))
        starts, decoded = [], ""
        for found in _SOURCE_CHARACTER.finditer(raw):
            char = found[1] or (decode_entity(found[2]) if found[2] else found[3])
            starts += [found.start()] * len(char)
            decoded += char
        if decoded != node.text:  # A transform has changed this text.
            return location
        starts.append(len(raw))
        start, end = starts[offset], starts[offset + width]
        return location._replace(column=location.column + start, width=max(1, end - start))


def text_block(node: Node) -> TextBlock:
    """Return the running text of a paragraph, heading, cell or definition item."""
    inlines: Iterable[Inline] = node.term if isinstance(node, DefinitionItem) else getattr(node, "inlines", ())
    pieces = [(text, inline) for text, inline in _pieces(inlines) if text]
    starts, offset = [], 0
    for text, _ in pieces:
        starts.append(offset)
        offset += len(text)
    return TextBlock(node, "".join(text for text, _ in pieces), tuple(starts), tuple(inline for _, inline in pieces))


def _pieces(inlines: Iterable[Inline]) -> Iterator[tuple[str, Inline]]:
    for inline in inlines:
        match inline:
            case Text(text=text):
                yield text, inline
            case SoftBreak() | LineBreak():
                yield " ", inline
            case Code() | Image() | Math() | Note() | RawInline():
                yield PLACEHOLDER, inline
            case Link(attr=attr) if attr.has("uri") or attr.has("email"):
                yield PLACEHOLDER, inline
            case _:
                yield from _pieces(inline.inlines)

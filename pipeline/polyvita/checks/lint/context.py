"""What the checks read: the tree, the lines that it was read from, and what the filters name."""

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
    Node,
    Note,
    Paragraph,
    RawInline,
    SoftBreak,
    Text,
    walk,
)
from polyvita.core.location import Location
from polyvita.reader.escapes import ENTITY, entity

HIDDEN = "\ufffc"
"""Stands in a leaf's text for what is no running text: code, addresses, images, the marks of footnotes."""

_WRITTEN = re.compile(rf"\\([!-/:-@\[-`{{-~])|({ENTITY})|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """The tags and keys that expressions name."""

    tags: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


def named_by(*settings: Any) -> Named:
    """What filters and rule sets name, in expressions and to sort by."""
    tags: set[str] = set()
    keys: set[str] = set()
    for part in _parts(settings):
        match part:
            case Expression():
                names = part.tags_and_keys()
                tags |= names[0]
                keys |= names[1]
            case SortKey(key=key):
                keys.add(key)
    return Named(frozenset(tags), frozenset(keys))


def _parts(value: Any) -> Iterator[Any]:
    """Everything that settings are made of."""
    yield value
    if isinstance(value, Mapping):
        value = tuple(value.values())
    elif isinstance(value, Settings):
        value = structs.astuple(value)
    if isinstance(value, tuple | list):
        for part in value:
            yield from _parts(part)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The running text of one paragraph, heading, cell or term; `starts` are the offsets at which its nodes begin."""

    node: Node
    text: str
    starts: tuple[int, ...]
    nodes: tuple[Inline, ...]


@dataclass(frozen=True)
class LintContext:
    """A CV as its checks see it; `folder` is where it stands."""

    document: Document
    lines: tuple[str, ...]
    folder: Path
    named: Named
    all_filters: bool = True

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node once; a footnote has as many places in the tree as it has marks."""
        return tuple({id(node): node for node in walk(self.document)}.values())

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every piece of running text, in the order of the source."""
        return tuple(leaf(node) for node in self.nodes if isinstance(node, Paragraph | Heading | Cell | DefinitionItem))

    def line(self, location: Location) -> str:
        """The source from where `location` begins to the end of its line."""
        return self.lines[location.line - 1][location.column - 1 :] if 0 < location.line <= len(self.lines) else ""

    def within(self, leaf: Leaf, start: int, end: int) -> Location:
        """Where the characters from `start` to `end` of a leaf's text stand, as far as they are on one line."""
        index = bisect_right(leaf.starts, start) - 1
        node, at = leaf.nodes[index], start - leaf.starts[index]
        return self.inside(node, at, end - start) if isinstance(node, Text) else node.location

    def inside(self, node: Text, at: int, width: int) -> Location:
        """Where `width` characters from `at` on stand, of a text whose escapes and entities are decoded."""
        location = node.location
        raw = self.line(location)[: location.width]
        width = min(width, len(node.text) - at)
        if raw == node.text:
            return location._replace(column=location.column + at, width=max(1, width))
        starts, decoded = [], ""
        for found in _WRITTEN.finditer(raw):
            char = found[1] or (entity(found[2]) if found[2] else found[3])
            starts += [found.start()] * len(char)
            decoded += char
        if decoded != node.text:  # what a transform made
            return location
        starts.append(len(raw))
        return location._replace(column=location.column + starts[at], width=max(1, starts[at + width] - starts[at]))


def leaf(node: Node) -> Leaf:
    """The running text in a node that holds such."""
    inlines: Iterable[Inline] = node.term if isinstance(node, DefinitionItem) else getattr(node, "inlines", ())
    pieces = [(text, inline) for text, inline in _pieces(inlines) if text]
    starts, at = [], 0
    for text, _ in pieces:
        starts.append(at)
        at += len(text)
    return Leaf(node, "".join(text for text, _ in pieces), tuple(starts), tuple(inline for _, inline in pieces))


def _pieces(inlines: Iterable[Inline]) -> Iterator[tuple[str, Inline]]:
    for inline in inlines:
        match inline:
            case Text(text=text):
                yield text, inline
            case SoftBreak() | LineBreak():
                yield " ", inline
            case Code() | Image() | Note() | RawInline():
                yield HIDDEN, inline
            case Link(attr=attr) if attr.has("uri") or attr.has("email"):
                yield HIDDEN, inline
            case _:
                yield from _pieces(inline.inlines)

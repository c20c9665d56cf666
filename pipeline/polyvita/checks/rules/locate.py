"""Where in the source something stands that a finished file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from polyvita.checks.rules.ruleset import Pattern
from polyvita.core.document import (
    Cell,
    Code,
    CodeBlock,
    DefinitionItem,
    Document,
    Heading,
    LineBreak,
    Node,
    Note,
    Paragraph,
    SoftBreak,
    Text,
    children,
    walk,
)
from polyvita.core.location import Location


def location_of(node: Node) -> Location:
    """Where a node stands in the source; the first place inside it where it was made on the way."""
    return next((part.location for part in walk(node) if part.location.line), node.location)


def locations_of(pattern: Pattern, root: Node | Document) -> Iterator[Location]:
    """Where in the source a pattern occurs, in order."""
    for block in walk(root):
        if not isinstance(block, Paragraph | Heading | Cell | CodeBlock | DefinitionItem):
            continue
        nodes = _leaves(block)
        text = "".join(node.text if isinstance(node, Text | Code | CodeBlock) else " " for node in nodes)
        for match in pattern.words(text):
            yield _within(nodes, match.start(), len(match[0]))


def _leaves(block: Node) -> list[Node]:
    if isinstance(block, CodeBlock):
        return [block]
    return list(_within_line(block.term if isinstance(block, DefinitionItem) else children(block)))


def _within_line(nodes: Iterable[Node]) -> Iterator[Node]:
    """What a line is made of; a footnote has lines of its own."""
    for node in nodes:
        if isinstance(node, Text | Code | SoftBreak | LineBreak):
            yield node
        elif not isinstance(node, Note):
            yield from _within_line(children(node))


def _within(nodes: list[Node], offset: int, width: int) -> Location:
    """The place of the letter `offset` of the text of `nodes`."""
    for node in nodes:
        length = len(node.text) if isinstance(node, Text | Code | CodeBlock) else 1
        if offset < length:
            location = node.location
            return (
                Location(location.file, location.line, location.column + offset, width) if location.line else location
            )
        offset -= length
    raise AssertionError("the offset lies in the text")

"""The location in the source of content that a finished file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from polyvita.checks.rules.patterns import WordPattern
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
    """Return the location of a node or, if a transform has added the node, the first location inside."""
    return next((part.location for part in walk(node) if part.location.line), node.location)


def locate_pattern(
    pattern: WordPattern, root: Node | Document, *, without: Set[int] = frozenset()
) -> Iterator[Location]:
    """Yield the locations of all matches of a pattern, in the order of the document.

    Skip the nodes whose keys are in `without`.
    """
    for block in walk(root):
        if not isinstance(block, Paragraph | Heading | Cell | CodeBlock | DefinitionItem) or block.key in without:
            continue
        nodes = _text_nodes(block)
        text = "".join(node.text if isinstance(node, Text | Code | CodeBlock) else " " for node in nodes)
        for start, words in pattern.find_words(text):
            yield _locate_offset(nodes, start, len(words))


def _text_nodes(block: Node) -> list[Node]:
    """Return the nodes that make up the text of a block."""
    if isinstance(block, CodeBlock):
        return [block]
    return list(_inline_text_nodes(block.term if isinstance(block, DefinitionItem) else children(block)))


def _inline_text_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the text nodes of a line. The text of a footnote is a separate line."""
    for node in nodes:
        if isinstance(node, Text | Code | SoftBreak | LineBreak):
            yield node
        elif not isinstance(node, Note):
            yield from _inline_text_nodes(children(node))


def _locate_offset(nodes: list[Node], offset: int, width: int) -> Location:
    """Return the location of the character at `offset` in the text of `nodes`."""
    for node in nodes:
        length = len(node.text) if isinstance(node, Text | Code | CodeBlock) else 1
        if offset < length:
            location = node.location
            if offset + width > location.width:  # The text is not in the source as it is, as in a bibliography.
                return location
            return location._replace(column=location.column + offset, width=width)
        offset -= length
    raise AssertionError("the offset is beyond the text")

"""`order` and `titles`: the order of the sections in an output, and their headings there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from polyvita.core.document import Block, Document, Node, Section, Text, rewrite_document


def order_sections(document: Document, *, order: tuple[str, ...]) -> Document:
    """Return the document with the sections in `order` (ids) first among their siblings. Others keep their order."""
    positions = {id: position for position, id in enumerate(order)}

    def ordered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        sections = [block for block in blocks if isinstance(block, Section)]
        others = tuple(block for block in blocks if not isinstance(block, Section))
        return (*others, *sorted(sections, key=lambda section: positions.get(section.attr.id, len(order))))

    def order_children(node: Node) -> Node:
        match node:
            case Section(blocks=blocks):
                return structs.replace(node, blocks=ordered(blocks))
            case _:
                return node

    document = rewrite_document(document, order_children)
    return structs.replace(document, blocks=ordered(document.blocks))


def retitle_sections(document: Document, *, titles: Mapping[str, str]) -> Document:
    """Return the document with new headings; `titles` has the headings by section id."""

    def retitle(node: Node) -> Node:
        match node:
            case Section(heading=heading) if node.attr.id in titles:
                text = Text(titles[node.attr.id], location=heading.location)
                return structs.replace(node, heading=structs.replace(heading, inlines=(text,)))
            case _:
                return node

    return rewrite_document(document, retitle)

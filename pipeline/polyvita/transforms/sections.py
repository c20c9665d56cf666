"""`order` and `titles`: which section comes first, and what it is called in this output."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from polyvita.core.document import Block, Document, Node, Section, Text, rewrite_document


def order_sections(document: Document, *, order: tuple[str, ...]) -> Document:
    """Sections whose ids are in `order` come in that order, before their neighbours, which follow as written."""
    ranks = {id: location for location, id in enumerate(order)}

    def ordered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        sections = [block for block in blocks if isinstance(block, Section)]
        others = tuple(block for block in blocks if not isinstance(block, Section))
        return (*others, *sorted(sections, key=lambda section: ranks.get(section.attr.id, len(order))))

    def change(node: Node) -> Node:
        match node:
            case Section(blocks=blocks):
                return structs.replace(node, blocks=ordered(blocks))
            case _:
                return node

    document = rewrite_document(document, change)
    return structs.replace(document, blocks=ordered(document.blocks))


def retitle_sections(document: Document, *, titles: Mapping[str, str]) -> Document:
    """Sections get the headings that `titles` has for their ids."""

    def change(node: Node) -> Node:
        match node:
            case Section(heading=heading) if node.attr.id in titles:
                text = Text(titles[node.attr.id], location=heading.location)
                return structs.replace(node, heading=structs.replace(heading, inlines=(text,)))
            case _:
                return node

    return rewrite_document(document, change)

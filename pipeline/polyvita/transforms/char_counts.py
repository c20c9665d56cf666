"""`counts`: show the number of characters of each field of a form, for text that is pasted into the form.

A field is an innermost section that is not an entry; the text of its entries counts. The number is the one of the
pasted text, without the heading of the field. Spaces count, and each break between paragraphs counts as one character.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from polyvita.core.document import (
    Attributes,
    Block,
    Document,
    Heading,
    Node,
    Section,
    Span,
    Text,
    plain_text,
    rewrite_document,
)
from polyvita.core.i18n import format_characters
from polyvita.transforms.context import is_entry


def show_char_counts(document: Document, *, lang: str) -> Document:
    """Return the document with the number of characters of each field at the right edge of its heading."""

    def add_count(node: Node) -> Node:
        match node:
            case Section(heading=heading, blocks=blocks) if not is_entry(node):
                own = list(_field_blocks(blocks))
                return structs.replace(node, heading=_add_to_heading(heading, own, lang)) if own else node
            case _:
                return node

    return rewrite_document(document, add_count)


def _field_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the blocks that belong to the field itself, not to a field inside it."""
    return (block for block in blocks if not isinstance(block, Section) or is_entry(block))


def _add_to_heading(heading: Heading, blocks: list[Block], lang: str) -> Heading:
    count = len(" ".join(plain_text(blocks).split()))
    span = Span((Text(format_characters(count, lang)),), attr=Attributes(tags=("when",)))
    return structs.replace(heading, inlines=(*heading.inlines, Text(" "), span))

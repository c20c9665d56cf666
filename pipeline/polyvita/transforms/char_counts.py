"""`counts`: how long each field of a form is, for text that is pasted into it.

A field is an innermost section that is no entry; what stands in its entries is its own. Its characters are those of the
text as it is pasted, without the field's heading: spaces count, and so does each break between paragraphs, as one.
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
    """The document with the number of characters of each field at the right edge of its heading."""

    def change(node: Node) -> Node:
        match node:
            case Section(heading=heading, blocks=blocks) if not is_entry(node):
                own = list(_own(blocks))
                return structs.replace(node, heading=_with_length(heading, own, lang)) if own else node
            case _:
                return node

    return rewrite_document(document, change)


def _own(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """What belongs to a field itself, not to one inside it."""
    return (block for block in blocks if not isinstance(block, Section) or is_entry(block))


def _with_length(heading: Heading, blocks: list[Block], lang: str) -> Heading:
    length = len(" ".join(plain_text(blocks).split()))
    shown = Span((Text(format_characters(length, lang)),), attr=Attributes(tags=("when",)))
    return structs.replace(heading, inlines=(*heading.inlines, Text(" "), shown))

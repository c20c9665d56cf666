"""`numbering`: the numbers of the items of ordered lists."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from polyvita.core.document import Document, Node, OrderedList, rewrite_document


def keep_numbers(document: Document) -> Document:
    """Return the document with every item carrying its number from the source, even if other items are left out."""
    return _number_items(document, lambda list_: range(list_.start, list_.start + len(list_.items)))


def reverse_numbers(document: Document) -> Document:
    """Return the document with ordered lists counting down to their first number, so that the newest is highest."""
    return _number_items(document, lambda list_: range(list_.start + len(list_.items) - 1, list_.start - 1, -1))


def _number_items(document: Document, numbers: Callable[[OrderedList], range]) -> Document:
    def number(node: Node) -> Node:
        match node:
            case OrderedList(items=items):
                numbered = zip(items, numbers(node), strict=True)
                return structs.replace(node, items=tuple(structs.replace(item, number=n) for item, n in numbered))
            case _:
                return node

    return rewrite_document(document, number)

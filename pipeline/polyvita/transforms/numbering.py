"""`numbering`: what number stands before an item of an ordered list."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from polyvita.core.document import Document, Node, OrderedList, rewrite_document


def keep_numbers(document: Document) -> Document:
    """Every item is given the number it has in the source, so that it still has it when others have gone."""
    return _number(document, lambda lst: range(lst.start, lst.start + len(lst.items)))


def reverse_numbers(document: Document) -> Document:
    """Every ordered list counts downwards to the number it starts with, so that the newest has the highest."""
    return _number(document, lambda lst: range(lst.start + len(lst.items) - 1, lst.start - 1, -1))


def _number(document: Document, numbers: Callable[[OrderedList], range]) -> Document:
    def change(node: Node) -> Node:
        match node:
            case OrderedList(items=items):
                numbered = zip(items, numbers(node), strict=True)
                return structs.replace(
                    node, items=tuple(structs.replace(item, number=number) for item, number in numbered)
                )
            case _:
                return node

    return rewrite_document(document, change)

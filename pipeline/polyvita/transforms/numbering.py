"""`numbering` and `prefixes`: the numbers of the items of ordered lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import structs

from polyvita.core.document import Block, Div, Document, Node, OrderedList, Section, rewrite_document


def keep_numbers(document: Document) -> Document:
    """Return the document with every item carrying its number from the source, even if other items are left out."""
    return _number_items(document, lambda list_: range(list_.start, list_.start + len(list_.items)))


def reverse_numbers(document: Document) -> Document:
    """Return the document with ordered lists counting down to their first number, so that the newest is highest."""
    return _number_items(document, lambda list_: range(list_.start + len(list_.items) - 1, list_.start - 1, -1))


def prefix_numbers(document: Document, *, prefixes: Mapping[str, str]) -> Document:
    """Return the document with letters before the numbers of ordered lists; `prefixes` has them by section id.

    The prefix of the innermost section counts. Lists inside an item have none.
    """

    def change(blocks: tuple[Block, ...], prefix: str) -> tuple[Block, ...]:
        return tuple(change_block(block, prefix) for block in blocks)

    def change_block(block: Block, prefix: str) -> Block:
        match block:
            case Section():
                inner = change(block.blocks, prefixes.get(block.attr.id, prefix))
                return structs.replace(block, blocks=inner)
            case Div():
                return structs.replace(block, blocks=change(block.blocks, prefix))
            case OrderedList() if prefix:
                return structs.replace(block, prefix=prefix)
            case _:
                return block

    return structs.replace(document, blocks=change(document.blocks, ""))


def _number_items(document: Document, numbers: Callable[[OrderedList], range]) -> Document:
    def number(node: Node) -> Node:
        match node:
            case OrderedList(items=items):
                numbered = zip(items, numbers(node), strict=True)
                return structs.replace(node, items=tuple(structs.replace(item, number=n) for item, n in numbered))
            case _:
                return node

    return rewrite_document(document, number)

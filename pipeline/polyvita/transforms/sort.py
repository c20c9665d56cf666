"""`sort`: sort items among their siblings. They swap positions only with other items of the same sort."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import structs

from polyvita.config.expression import DEFAULT_PRIORITY
from polyvita.config.filter import Sort, SortKey
from polyvita.core.dates import parse_date
from polyvita.core.document import Document, Node
from polyvita.transforms.context import find_items

N = TypeVar("N", bound=Node)
Rank = tuple[tuple[bool, float, float, str], ...]

_LIST_FIELDS = ("blocks", "items", "rows")


def sort_items(document: Document, *, sorts: tuple[Sort, ...]) -> Document:
    """Return the document with the items of each sort in its order.

    Equal items keep their order, and items without the key come last. Items never leave their list or section.
    """
    for sort in sorts:
        document = _apply_sort(document, sort)
    return document


def _apply_sort(document: Document, sort: Sort) -> Document:
    ranks = {node.key: rank(context.keys, sort.by) for node, context in find_items(document, sort.items)}

    def ordered(nodes: tuple[N, ...]) -> tuple[N, ...]:
        positions = [i for i, node in enumerate(nodes) if node.key in ranks]
        out = list(nodes)
        for new, old in zip(positions, sorted(positions, key=lambda i: ranks[nodes[i].key]), strict=True):
            out[new] = nodes[old]
        return tuple(out)

    def sort_in(node: N) -> N:
        new: dict[str, Any] = {}
        for name in _LIST_FIELDS:
            if nodes := getattr(node, name, None):
                changed = sort_all(nodes)
                if changed is not nodes:
                    new[name] = changed
        return structs.replace(node, **new) if new else node

    def sort_all(nodes: tuple[N, ...]) -> tuple[N, ...]:
        changed = tuple(map(sort_in, ordered(nodes)))
        return nodes if all(map(operator.is_, changed, nodes)) else changed

    return structs.replace(document, blocks=sort_all(document.blocks))


def rank(keys: Mapping[str, str], by: tuple[SortKey, ...]) -> Rank:
    """Return a value to sort nodes by, from their keys. Smaller values come first."""
    return tuple(_rank_value(keys.get(key.key), key) for key in by)


def _rank_value(value: str | None, key: SortKey) -> tuple[bool, float, float, str]:
    sign = -1 if key.reverse else 1
    if key.key == "priority" and value is None:
        value = str(DEFAULT_PRIORITY)
    if value is None:
        return (True, 0, 0, "")
    if key.key == "date":
        try:
            date = parse_date(value)
        except ValueError:
            return (True, 0, 0, "")
        first, last = _day_number(date.first), _day_number(date.last)
        # Newest first is by the end, so that what is ongoing comes first; oldest first is by the start.
        return (False, -last, -first, "") if key.reverse else (False, first, last, "")
    try:
        return (False, sign * float(value), 0, "")
    except ValueError:
        text = value.casefold()
        return (False, 0, 0, "".join(chr(0x10FFFF - ord(c)) for c in text) + chr(0x10FFFF) if key.reverse else text)


def _day_number(date: datetime.date) -> int:
    return date.toordinal()

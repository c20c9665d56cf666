"""`sort`: items in order among their neighbours, in the places that items like them had."""

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
from polyvita.transforms.context import items

N = TypeVar("N", bound=Node)
Rank = tuple[tuple[bool, float, float, str], ...]

_LISTS = ("blocks", "items", "rows")


def sort_items(document: Document, *, sorts: tuple[Sort, ...]) -> Document:
    """The document with the items that each of `sorts` means in its order; equal ones stay as written, what lacks
    the key comes last. Items never leave the list or section they stand in."""
    for sort in sorts:
        document = _sorted(document, sort)
    return document


def _sorted(document: Document, sort: Sort) -> Document:
    ranks = {id(node): rank(context.keys, sort.by) for node, context in items(document, sort.items)}

    def ordered(nodes: tuple[N, ...]) -> tuple[N, ...]:
        mine = [i for i, node in enumerate(nodes) if id(node) in ranks]
        out = list(nodes)
        for location, i in zip(mine, sorted(mine, key=lambda i: ranks[id(nodes[i])]), strict=True):
            out[location] = nodes[i]
        return tuple(out)

    # The ranks are known by identity, so the order is set from the top down, before anything inside changes.
    def within(node: N) -> N:
        new: dict[str, Any] = {}
        for name in _LISTS:
            if nodes := getattr(node, name, None):
                changed = all_within(nodes)
                if changed is not nodes:
                    new[name] = changed
        return structs.replace(node, **new) if new else node

    def all_within(nodes: tuple[N, ...]) -> tuple[N, ...]:
        changed = tuple(map(within, ordered(nodes)))
        return nodes if all(map(operator.is_, changed, nodes)) else changed

    return structs.replace(document, blocks=all_within(document.blocks))


def rank(keys: Mapping[str, str], by: tuple[SortKey, ...]) -> Rank:
    """What to sort by; smaller comes first."""
    return tuple(_one(keys.get(key.key), key) for key in by)


def _one(value: str | None, key: SortKey) -> tuple[bool, float, float, str]:
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
        return (False, sign * _day(date.last), sign * _day(date.first), "")
    try:
        return (False, sign * float(value), 0, "")
    except ValueError:
        text = value.casefold()
        return (False, 0, 0, "".join(chr(0x10FFFF - ord(c)) for c in text) + chr(0x10FFFF) if key.reverse else text)


def _day(date: datetime.date) -> int:
    return date.toordinal()

"""`limit`: at most so many items of a kind, over the whole output."""

from __future__ import annotations

from polyvita.config.filter import Limit, Sort
from polyvita.core.document import Document, Node
from polyvita.transforms.context import items
from polyvita.transforms.prune import Pruner
from polyvita.transforms.sort import rank


def limit_items(document: Document, *, limits: tuple[Limit, ...], sorts: tuple[Sort, ...] = ()) -> Document:
    """The first `most` items of each limit stay: first in the order that `sorts` gives them, over all lists, then
    as they stand."""
    for limit in limits:
        document = _limited(document, limit, sorts)
    return document


def ranked(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> list[Node]:
    """The items that a limit counts, in the order it counts them."""
    found = list(items(document, limit.items))
    by = next((sort.by for sort in sorts if any(context.satisfies(sort.items) for _, context in found)), ())
    return [node for node, _ in sorted(found, key=lambda pair: rank(pair[1].keys, by))]


def _limited(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> Document:
    gone = {id(node) for node in ranked(document, limit, sorts)[limit.most :]}
    if not gone:
        return document
    return Pruner(keep=lambda _node, _context: True, drop=lambda node, _context: id(node) in gone).document(document)

"""`limit`: at most so many items of a kind, over the whole output."""

from __future__ import annotations

from pipeline.document import Document
from pipeline.transforms.context import items
from pipeline.transforms.prune import Pruner
from pipeline.transforms.sort import rank
from pipeline.variant import Limit, Sort


def limit_items(document: Document, *, limits: tuple[Limit, ...], sorts: tuple[Sort, ...] = ()) -> Document:
    """The first `most` items of each limit stay: first in the order that `sorts` gives them, over all lists, then
    as they stand."""
    for limit in limits:
        document = _limited(document, limit, sorts)
    return document


def _limited(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> Document:
    found = list(items(document, limit.items))
    by = next((sort.by for sort in sorts if any(context.satisfies(sort.items) for _, context in found)), ())
    ranked = sorted(range(len(found)), key=lambda i: rank(found[i][1].keys, by))
    gone = {id(found[i][0]) for i in ranked[limit.most :]}
    if not gone:
        return document
    return Pruner(keep=lambda _node, _context: True, drop=lambda node, _context: id(node) in gone).document(document)

"""`limit`: at most so many items of a kind, over the whole output."""

from __future__ import annotations

from pipeline.document import Document
from pipeline.transforms.context import items
from pipeline.transforms.prune import Pruner
from pipeline.transforms.sort import rank
from pipeline.variant import Limit, Sort


def limit_items(document: Document, *, limit: Limit, sort: tuple[Sort, ...] = ()) -> Document:
    """The first `most` items stay: first in the order that `sort` gives them, over all lists, then as they stand."""
    found = list(items(document, limit.items))
    by = next((s.by for s in sort if any(context.satisfies(s.items) for _, context in found)), ())
    ranked = sorted(range(len(found)), key=lambda i: rank(found[i][1].keys, by))
    gone = {id(found[i][0]) for i in ranked[limit.most :]}
    if not gone:
        return document
    return Pruner(keep=lambda _node, _context: True, drop=lambda node, _context: id(node) in gone).document(document)

"""`limit`: show at most a number of items of one kind, in the whole output."""

from __future__ import annotations

from polyvita.config.filter import Limit, Sort
from polyvita.core.document import Document, Node
from polyvita.transforms.context import find_items
from polyvita.transforms.prune import Pruner
from polyvita.transforms.sort import rank


def limit_items(document: Document, *, limits: tuple[Limit, ...], sorts: tuple[Sort, ...] = ()) -> Document:
    """Return the document with the first `most` items of each limit.

    The first items are those that `sorts` puts first, over all lists; equal items keep their order.
    """
    for limit in limits:
        document = _apply_limit(document, limit, sorts)
    return document


def rank_items(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> list[Node]:
    """Return the items that a limit counts, in the order in which it counts them."""
    found = list(find_items(document, limit.items))
    by = next((sort.by for sort in sorts if any(context.satisfies(sort.items) for _, context in found)), ())
    return [node for node, _ in sorted(found, key=lambda pair: rank(pair[1].keys, by))]


def _apply_limit(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> Document:
    dropped = {node.key for node in rank_items(document, limit, sorts)[limit.most :]}
    if not dropped:
        return document
    return Pruner(keep=lambda _node, _context: True, drop=lambda node, _context: node.key in dropped).prune(document)

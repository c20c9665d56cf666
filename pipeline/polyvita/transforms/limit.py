"""`limit`: show at most a number of items of one kind: in the whole output, in a section, or in each part of one."""

from __future__ import annotations

from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Limit, Sort
from polyvita.core.document import DefinitionItem, Document, ListItem, Node, Row, Section, walk
from polyvita.transforms.context import find_items, is_entry
from polyvita.transforms.prune import Pruner
from polyvita.transforms.sort import rank

_ANY = parse_expression("untagged or not untagged")


def limit_items(document: Document, *, limits: tuple[Limit, ...], sorts: tuple[Sort, ...] = ()) -> Document:
    """Return the document with the first `most` items of each limit.

    The first items are those that `sorts` puts first, over all lists; equal items keep their order.
    """
    for limit in limits:
        document = _apply_limit(document, limit, sorts)
    return document


def rank_items(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> list[list[Node]]:
    """Return the items that a limit counts, in the order in which it counts them. Each list is counted separately."""
    if not limit.section:
        return [_items(document, limit, sorts)]
    section = next((n for n in walk(document) if isinstance(n, Section) and n.attr.id == limit.section), None)
    if section is None:
        return []
    if not limit.each:
        return [_items(document, limit, sorts, inside=section) if limit.items else _parts(document, section)]
    return [_items(document, limit, sorts, inside=part) for part in _parts(document, section)]


def _items(document: Document, limit: Limit, sorts: tuple[Sort, ...], inside: Node | None = None) -> list[Node]:
    """Return the items that match the limit, ranked; with `inside`, only those inside a node."""
    assert limit.items  # The filter file requires it, except with a section and without `each`.
    keys = None if inside is None else {node.key for node in walk(inside) if node is not inside}
    found = [pair for pair in find_items(document, limit.items) if keys is None or pair[0].key in keys]
    by = next((sort.by for sort in sorts if any(context.satisfies(sort.items) for _, context in found)), ())
    return [node for node, _ in sorted(found, key=lambda pair: rank(pair[1].keys, by))]


def _parts(document: Document, section: Section) -> list[Node]:
    """Return the subsections of a section or, without subsections, its items, as rules count them."""
    subsections: list[Node] = [block for block in section.blocks if isinstance(block, Section)]
    inside = {node.key for node in walk(section)}
    return subsections or [
        node
        for node, _ in find_items(document, _ANY)
        if node.key in inside and (is_entry(node) or isinstance(node, ListItem | Row | DefinitionItem))
    ]


def _apply_limit(document: Document, limit: Limit, sorts: tuple[Sort, ...]) -> Document:
    dropped = {node.key for items in rank_items(document, limit, sorts) for node in items[limit.most :]}
    if not dropped:
        return document
    return Pruner(keep=lambda _node, _context: True, drop=lambda node, _context: node.key in dropped).prune(document)

"""`select` and `drop`: a unit stays if `select` matches its effective tags and keys and `drop` does not."""

from __future__ import annotations

from polyvita.config.expression import Expression
from polyvita.core.document import Document
from polyvita.transforms.context import context_test, selection_tags
from polyvita.transforms.prune import Pruner


def select_units(document: Document, *, select: Expression | None = None, drop: Expression | None = None) -> Document:
    """Return what `select` matches (None: everything), without what `drop` matches. `drop` takes precedence."""
    if select is None and drop is None:
        return document
    is_selected = context_test(select) if select else lambda _context: True
    is_dropped = context_test(drop) if drop else lambda _context: False
    return Pruner(
        keep=lambda _node, context: is_selected(context),
        drop=lambda _node, context: is_dropped(context),
        span_is_unit=lambda attr: bool(selection_tags(attr)),
    ).prune(document)

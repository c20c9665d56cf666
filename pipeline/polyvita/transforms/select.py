"""`select` and `drop`: a unit stays where `select` is true of its effective tags and keys and `drop` is false."""

from __future__ import annotations

from polyvita.config.expression import Expression
from polyvita.core.document import Document
from polyvita.transforms.context import satisfying, tags_of
from polyvita.transforms.prune import Pruner


def select_units(document: Document, *, select: Expression | None = None, drop: Expression | None = None) -> Document:
    """What `select` keeps (everything where it is None) less what `drop` leaves out. Drop wins."""
    if select is None and drop is None:
        return document
    kept = satisfying(select) if select else lambda _context: True
    dropped = satisfying(drop) if drop else lambda _context: False
    return Pruner(
        keep=lambda _node, context: kept(context),
        drop=lambda _node, context: dropped(context),
        own=lambda attr: bool(tags_of(attr)),
    ).document(document)

"""A window in time: dated content that ended before it goes."""

from __future__ import annotations

import datetime

from polyvita.core.dates import parse_date
from polyvita.core.document import Document
from polyvita.transforms.prune import Pruner


def only_since(document: Document, *, first: datetime.date) -> Document:
    """Without what ended before the day `first`; what has no date stays, and so does what still goes on."""

    def stays(date: str | None) -> bool:
        try:
            return date is None or parse_date(date).last >= first
        except ValueError:  # a date that cannot be is a finding of its own; its content is not lost for it
            return True

    return Pruner(
        keep=lambda _node, context: stays(context.keys.get("date")),
        own=lambda attr: bool(attr.get("date")),
    ).document(document)

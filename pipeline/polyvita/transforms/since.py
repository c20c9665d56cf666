"""`since`: a time window. Dated content that ended before the window is left out."""

from __future__ import annotations

import datetime

from polyvita.core.dates import parse_date
from polyvita.core.document import Document
from polyvita.transforms.prune import Pruner


def drop_ended_before(document: Document, *, day: datetime.date) -> Document:
    """Return the document without content that ended before `day`. Undated and ongoing content stays."""

    def stays(date: str | None) -> bool:
        try:
            return date is None or parse_date(date).last >= day
        except ValueError:  # `check_values` reports the date; the content must not get lost because of it.
            return True

    return Pruner(
        keep=lambda _node, context: stays(context.keys.get("date")),
        span_is_unit=lambda attr: bool(attr.get("date")),
    ).prune(document)

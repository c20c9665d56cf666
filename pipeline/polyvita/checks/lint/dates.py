"""A check of dates that break the order of the dates around them."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from itertools import pairwise

from polyvita.checks.lint.context import LintContext
from polyvita.checks.references import location_of_value
from polyvita.core.dates import Date, parse_date
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import Document, Node, children

Span = tuple[datetime.date, datetime.date]

MIN_ORDER_RATIO = 5
"""Dates count as ordered if at least this many steps go in one direction for each step in the other direction."""


def find_misplaced_dates(context: LintContext) -> Iterator[Finding]:
    """Find dates that break the order of their siblings: items of one list, or entries under one heading."""
    for siblings in _sibling_groups(context.document):
        dated = list(_dated_nodes(siblings))
        found = _find_misplaced([date for _, date in dated])
        if found:
            newest_first, misplaced = found
            order = "from newest to oldest" if newest_first else "from oldest to newest"
            for node in (dated[index][0] for index in misplaced):
                message = f"{node.attr.get('date')} is out of order: the dates around it run {order}"
                location = location_of_value(node.attr, "date", node.location)
                yield warning("PV214", message, location, "correct the date, or move this item")


def _sibling_groups(document: Document) -> Iterator[list[Node]]:
    """Yield the nodes of each parent, grouped by their type."""
    pending = [list[Node](document.blocks)]
    while pending:
        nodes = pending.pop()
        for kind in dict.fromkeys(map(type, nodes)):
            yield [node for node in nodes if type(node) is kind]
        pending += [below for node in nodes if (below := list(children(node)))]


def _dated_nodes(nodes: Sequence[Node]) -> Iterator[tuple[Node, Date]]:
    for node in nodes:
        with contextlib.suppress(ValueError):
            yield node, parse_date(node.attr.get("date"))


def _find_misplaced(dates: Sequence[Date]) -> tuple[bool, list[int]] | None:
    """Return whether the dates run from newest to oldest, and the indices of those that break this order.

    Return None if the dates have no order. They may be ordered by start or by end: the order with fewer misplaced
    dates counts.
    """
    found = []
    for spans in ([_start(date) for date in dates], [_end(date) for date in dates]):
        steps = [_step(a, b) for a, b in pairwise(spans)]
        ups, downs = steps.count(1), steps.count(-1)
        direction, against = (-1, ups) if downs > ups else (1, downs)
        is_ordered = max(ups, downs) >= MIN_ORDER_RATIO * against
        misplaced = _find_single_breaks(spans, steps, direction) if is_ordered else None
        if misplaced is not None:
            found.append((direction < 0, misplaced))
    return min(found, key=lambda order: len(order[1]), default=None)


def _start(date: Date) -> Span:
    return (date.start.first, date.start.last) if date.start else (datetime.date.min, datetime.date.min)


def _end(date: Date) -> Span:
    return (date.end.first, date.end.last) if date.end else (datetime.date.max, datetime.date.max)


def _step(a: Span, b: Span) -> int:
    """Return 1 if `b` is later than `a`, -1 if it is earlier, 0 if they overlap, as 2018 and 2018-05 do."""
    return (b[0] > a[1]) - (b[1] < a[0])


def _find_single_breaks(spans: Sequence[Span], steps: Sequence[int], direction: int) -> list[int] | None:
    """Return the dates without which all others run in one direction, or None if a break is longer than one date."""
    found = []
    for i, step in enumerate(steps):
        if step != -direction:
            continue
        if i + 2 >= len(spans) or _step(spans[i], spans[i + 2]) != -direction:
            found.append(i + 1)
        elif i == 0 or _step(spans[i - 1], spans[i + 1]) != -direction:
            found.append(i)
        else:
            return None
    return found

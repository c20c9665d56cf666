"""Dates and priorities that cannot be, and dates that stand out of order among their neighbours."""

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

RUN = 5
"""So many steps one way, for each one the other way, and neighbours are in order but for a slip."""


def disordered_dates(manuscript: LintContext) -> Iterator[Finding]:
    """Dates that break the order in which their neighbours, items of one list or entries side by side, run."""
    for siblings in _families(manuscript.document):
        dated = list(_dated(siblings))
        found = _strays([date for _, date in dated])
        if found:
            downwards, strays = found
            way = "newest" if downwards else "oldest"
            for index in strays:
                node, value = dated[index][0], dated[index][0].attr.get("date")
                message = f"{value} is out of order: the dates around it run {way} first"
                yield warning(
                    "PV214",
                    message,
                    location_of_value(node.attr, "date", node.location),
                    "mend the date, or move it to its place",
                )


def _families(document: Document) -> Iterator[list[Node]]:
    """Nodes of one kind that have the same parent."""
    open_ = [list[Node](document.blocks)]
    while open_:
        nodes = open_.pop()
        for kind in dict.fromkeys(map(type, nodes)):
            yield [node for node in nodes if type(node) is kind]
        open_ += [inside for node in nodes if (inside := list(children(node)))]


def _dated(nodes: Sequence[Node]) -> Iterator[tuple[Node, Date]]:
    for node in nodes:
        with contextlib.suppress(ValueError):
            yield node, parse_date(node.attr.get("date"))


def _strays(dates: Sequence[Date]) -> tuple[bool, list[int]] | None:
    """Which dates break the order of the others, and whether that runs downwards; None where they have no
    order. Entries may go by their start or by their end: the order that fewer of them break counts."""
    found = []
    for spans in ([_start(date) for date in dates], [_end(date) for date in dates]):
        steps = [_step(a, b) for a, b in pairwise(spans)]
        ups, downs = steps.count(1), steps.count(-1)
        way, against = (-1, ups) if downs > ups else (1, downs)
        strays = _lone(spans, steps, way) if max(ups, downs) >= RUN * against else None
        if strays is not None:
            found.append((way < 0, strays))
    return min(found, key=lambda strays: len(strays[1]), default=None)


def _start(date: Date) -> Span:
    return (date.start.first, date.start.last) if date.start else (datetime.date.min, datetime.date.min)


def _end(date: Date) -> Span:
    return (date.end.first, date.end.last) if date.end else (datetime.date.max, datetime.date.max)


def _step(a: Span, b: Span) -> int:
    """1 where `b` is later than `a`, -1 where it is earlier, 0 where they overlap, as 2018 and 2018-05 do."""
    return (b[0] > a[1]) - (b[1] < a[0])


def _lone(spans: Sequence[Span], steps: Sequence[int], way: int) -> list[int] | None:
    """The dates without which all would run one way; None where a break is no single date."""
    found = []
    for i, step in enumerate(steps):
        if step != -way:
            continue
        if i + 2 >= len(spans) or _step(spans[i], spans[i + 2]) != -way:
            found.append(i + 1)
        elif i == 0 or _step(spans[i - 1], spans[i + 1]) != -way:
            found.append(i)
        else:
            return None
    return found

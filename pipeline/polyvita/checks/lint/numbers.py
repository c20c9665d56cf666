"""Numbers written by hand, before the items of a list or as references: where one is missing or there twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from polyvita.checks.lint.context import LintContext, leaf
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import ListItem, Node, OrderedList, Paragraph, Row, children
from polyvita.core.location import Location

_MARKER = re.compile(r"\d{1,9}(?=[.)])")
_REFERENCE = re.compile(r"\[([A-Za-z]{0,3})(\d{1,4})\]")
_YEARS = range(1900, 2101)
_FEWEST = 4


class Number(NamedTuple):
    value: int
    shown: str
    location: Location


def gaps_in_lists(manuscript: LintContext) -> Iterator[Finding]:
    """Ordered lists that are numbered on in the source, with a number that is missing or there twice."""
    for node in manuscript.nodes:
        if not isinstance(node, OrderedList):
            continue
        numbers = []
        for item in node.items:
            found = _MARKER.match(manuscript.line(item.location))
            if not found:
                break
            location = item.location._replace(width=found.end() + 1)
            numbers.append(Number(int(found[0]), f"{found[0]}{node.delimiter}", location))
        for before, number in _breaks(numbers):
            message = f"{number.shown} follows {before.shown} in a list that is numbered by hand"
            hint = "outputs count on from the first; look whether an item is missing, and number the rest anew"
            yield warning("PV217", message, number.location, hint)


def gaps_in_references(manuscript: LintContext) -> Iterator[Finding]:
    """Numbers such as [12] at the start of neighbouring items or paragraphs, where one is missing or there twice."""
    for siblings in _families(manuscript):
        numbers: list[Number] = []
        prefix = ""
        for node in siblings:
            found = _reference(manuscript, node)
            if not found or found[0] != prefix:
                yield from _gaps(numbers)
                numbers = []
            if found:
                prefix, number = found
                numbers.append(number)
        yield from _gaps(numbers)


def _gaps(numbers: Sequence[Number]) -> Iterator[Finding]:
    if len(numbers) < _FEWEST or all(number.value in _YEARS for number in numbers):
        return
    for before, number in _breaks(numbers):
        hint = "look whether one is missing, and number the rest anew"
        yield warning("PV217", f"{number.shown} follows {before.shown}", number.location, hint)


def _families(manuscript: LintContext) -> Iterator[tuple[Node, ...]]:
    yield manuscript.document.blocks
    for node in manuscript.nodes:
        yield tuple(children(node))


def _reference(manuscript: LintContext, node: Node) -> tuple[str, Number] | None:
    """The number that stands written at the start of an item or a paragraph, and the letters before it."""
    match node:
        case ListItem(blocks=(Paragraph() as first, *_)) | Row(cells=(first, *_)):
            text = leaf(first)
        case Paragraph():
            text = leaf(node)
        case _:
            return None
    found = _REFERENCE.match(text.text)
    if not found:
        return None
    location = manuscript.within(text, 0, found.end())
    return found[1], Number(int(found[2]), found[0], location)


def _breaks(numbers: Sequence[Number]) -> Iterator[tuple[Number, Number]]:
    """Neighbours that do not follow each other, where most others do, upwards or downwards."""
    pairs = list(pairwise(numbers))
    steps = [after.value - before.value for before, after in pairs]
    way = 1 if steps.count(1) >= steps.count(-1) else -1
    if steps.count(way) * 2 >= len(steps):
        yield from (pair for pair, step in zip(pairs, steps, strict=True) if step != way)

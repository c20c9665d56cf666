"""Checks of numbers that are written by hand: missing or repeated numbers of list items and references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from polyvita.checks.lint.context import LintContext, text_block
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import ListItem, Node, OrderedList, Paragraph, Row, children
from polyvita.core.location import Location

_MARKER = re.compile(r"\d{1,9}(?=[.)])")
_REFERENCE = re.compile(r"\[([A-Za-z]{0,3})(\d{1,4})\]")
_YEARS = range(1900, 2101)
_MIN_NUMBERS = 4


class Number(NamedTuple):
    """A number in the source: its value, its text such as `4.` or `[4]`, and its location."""

    value: int
    text: str
    location: Location


def find_list_gaps(context: LintContext) -> Iterator[Finding]:
    """Find missing and repeated numbers in ordered lists whose items are numbered one by one in the source."""
    for node in context.nodes:
        if not isinstance(node, OrderedList):
            continue
        numbers = []
        for item in node.items:
            found = _MARKER.match(context.rest_of_line(item.location))
            if not found:
                break
            location = item.location._replace(width=found.end() + 1)
            numbers.append(Number(int(found[0]), f"{found[0]}{node.delimiter}", location))
        for before, number in _find_breaks(numbers):
            message = f"{number.text} follows {before.text} in a list that is numbered by hand"
            hint = "check whether an item is missing, and renumber the list; outputs count on from the first number"
            yield warning("PV217", message, number.location, hint)


def find_reference_gaps(context: LintContext) -> Iterator[Finding]:
    """Find missing and repeated numbers, such as [12], at the start of neighbouring items or paragraphs."""
    for siblings in _sibling_groups(context):
        numbers: list[Number] = []
        prefix = ""
        for node in siblings:
            found = _reference_of(context, node)
            if not found or found[0] != prefix:
                yield from _find_gaps(numbers)
                numbers = []
            if found:
                prefix, number = found
                numbers.append(number)
        yield from _find_gaps(numbers)


def _find_gaps(numbers: Sequence[Number]) -> Iterator[Finding]:
    if len(numbers) < _MIN_NUMBERS or all(number.value in _YEARS for number in numbers):
        return
    for before, number in _find_breaks(numbers):
        hint = "check whether an item is missing, and renumber the rest"
        yield warning("PV217", f"{number.text} follows {before.text}", number.location, hint)


def _sibling_groups(context: LintContext) -> Iterator[tuple[Node, ...]]:
    yield context.document.blocks
    for node in context.nodes:
        yield tuple(children(node))


def _reference_of(context: LintContext, node: Node) -> tuple[str, Number] | None:
    """Return the letters and the number of the reference that an item or a paragraph starts with, such as `[J4]`."""
    match node:
        case ListItem(blocks=(Paragraph() as first, *_)) | Row(cells=(first, *_)):
            block = text_block(first)
        case Paragraph():
            block = text_block(node)
        case _:
            return None
    found = _REFERENCE.match(block.text)
    if not found:
        return None
    location = context.locate_in_block(block, 0, found.end())
    return found[1], Number(int(found[2]), found[0], location)


def _find_breaks(numbers: Sequence[Number]) -> Iterator[tuple[Number, Number]]:
    """Yield the neighbours that are not consecutive, if at least half of all neighbours are, upwards or downwards."""
    pairs = list(pairwise(numbers))
    steps = [after.value - before.value for before, after in pairs]
    direction = 1 if steps.count(1) >= steps.count(-1) else -1
    if steps.count(direction) * 2 >= len(steps):
        yield from (pair for pair, step in zip(pairs, steps, strict=True) if step != direction)

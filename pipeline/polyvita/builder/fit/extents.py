"""Predict the height of a choice of units from one layout of many units, so that fewer choices have to be laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from polyvita.builder.fit.units import Unit
from polyvita.core.document import Document, Node, Section, children, plain_text
from polyvita.writers.pdf import Layout

_CHARS_PER_LINE = 90


def estimate_lines(unit: Unit) -> int:
    """Return about how many lines a unit takes, from its number of characters."""
    return 1 + len(plain_text(unit.node)) // _CHARS_PER_LINE


def cumulative_heights(document: Document, units: Sequence[Unit], layout: Layout) -> list[float]:
    """Return the heights, in pt, of no unit, of the first unit, of the first two units, and so on.

    The height of a unit includes the space before it. The first unit of a section also counts the section's heading.
    If `layout` does not have a unit, its height is estimated.
    """
    enclosing = dict(_enclosing_sections(document.blocks, ()))
    sections = [enclosing[unit.node.key] for unit in units]
    heights = [estimate_lines(unit) * layout.line_height for unit in units]
    heading_heights: dict[int, float] = {}
    bottom = 0.0
    for top, end, number in sorted((top, end, number) for number, (top, end) in layout.spans.items()):
        new = [section for section in sections[number] if section not in heading_heights]
        heading_heights |= dict.fromkeys(new, 0.0)
        if new:
            heading_heights[new[0]] = top - bottom
        heights[number] = end - (top if new else bottom)
        bottom = max(bottom, end)
    added = (heights[n] + sum(heading_heights.pop(section, 0.0) for section in sections[n]) for n in range(len(units)))
    return list(accumulate(added, initial=0.0))


def _enclosing_sections(nodes: Iterable[Node], above: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the key of every node with the keys of the sections around it, outermost first."""
    for node in nodes:
        yield node.key, above
        yield from _enclosing_sections(children(node), (*above, node.key) if isinstance(node, Section) else above)

"""How high a choice of units will be, foretold from one layout of many: that tells where it is worth to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from polyvita.builder.fit.units import Unit
from polyvita.core.document import Document, Node, Section, children, plain_text
from polyvita.writers.pdf import Layout

_LETTERS_A_LINE = 90


def height_in_lines(unit: Unit) -> int:
    """About how many lines a unit takes, by its letters."""
    return 1 + len(plain_text(unit.node)) // _LETTERS_A_LINE


def run_heights(document: Document, units: Sequence[Unit], layout: Layout) -> list[float]:
    """The height, in pt, of no unit, of the first, of the first two, and so on.

    A unit counts with the distance before it, a section's heading once, with the first unit of the section; a unit that
    `layout` has no place for goes by its letters.
    """
    under = dict(_sections(document.blocks, ()))
    sections = [under[id(unit.node)] for unit in units]
    own = [height_in_lines(unit) * layout.line for unit in units]
    heads: dict[int, float] = {}
    bottom = 0.0
    for top, end, number in sorted((top, end, number) for number, (top, end) in layout.spans.items()):
        new = [section for section in sections[number] if section not in heads]
        heads |= dict.fromkeys(new, 0.0)
        if new:
            heads[new[0]] = top - bottom
        own[number] = end - (top if new else bottom)
        bottom = max(bottom, end)
    added = (own[n] + sum(heads.pop(section, 0.0) for section in sections[n]) for n in range(len(units)))
    return list(accumulate(added, initial=0.0))


def _sections(nodes: Iterable[Node], above: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every node, by `id`, with the sections around it, from the outermost in."""
    for node in nodes:
        yield id(node), above
        yield from _sections(children(node), (*above, id(node)) if isinstance(node, Section) else above)

"""Fitting pages: which choice of units fits, tried on the real pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from polyvita.builder.fit.extents import height_in_lines, run_heights
from polyvita.builder.fit.units import Fitted, TooLong, Unit, units, without
from polyvita.core.document import Document, RawInline, walk
from polyvita.transforms.wordings import choose_wordings, is_wording, wordings
from polyvita.writers.pdf import Layout

Lay = Callable[[Document], Layout]
"""What lays a document out."""


def fit_pages(document: Document, lay: Lay, *, most: int, reserve: float = 0) -> Fitted:
    """What of the document fits `most` pages, with `reserve` lines to spare on the last one.

    `lay` lays a document out. Raises `TooLong` where not even the units of priority 1 fit.
    """
    return _Pages(document, lay, most, reserve).fit()


LINES_A_PAGE = 60
"""More lines than a page has: only to see how much is plenty."""


class _Pages:
    def __init__(self, document: Document, lay: Lay, most: int, reserve: float) -> None:
        self.document, self.lay, self.most, self.reserve = document, lay, most, reserve
        self.units = units(document)
        self.groups = [node for node in walk(document) if is_wording(node)]
        self.picks = {id(group): len(group.blocks) - 1 for group in self.groups}
        self.tries = 0

    def fit(self) -> Fitted:
        first = self.plenty()
        layout = measured = self.attempt(first, with_marks=True)
        if self.fits(measured) and len(first) < len(self.units):  # it was not so much after all
            first = self.units
            layout = measured = self.attempt(first, with_marks=True)
        chosen = list(self.units)
        if not self.fits(measured):
            chosen, layout = self.longest_run(measured, len(first))
            layout = self.put_back(chosen, layout, measured)
        layout = self.lengthen(chosen, layout)
        left_out = self.left_out(chosen)
        document = choose_wordings(without(self.document, {id(u.node) for u in left_out}), picks=self.picks)
        return Fitted(document, left_out, layout, self.tries)

    def plenty(self) -> list[Unit]:
        """The most important units, by their letters about three times as many as can fit; only these are measured."""
        lines = 0
        for count, unit in enumerate(self.units):
            lines += height_in_lines(unit)
            if lines > 3 * self.most * LINES_A_PAGE:
                return self.units[: count + 1]
        return self.units

    def left_out(self, chosen: Sequence[Unit]) -> tuple[Unit, ...]:
        kept = {id(unit.node) for unit in chosen}
        return tuple(unit for unit in self.units if id(unit.node) not in kept)

    def attempt(self, chosen: Sequence[Unit], *, with_marks: bool = False) -> Layout:
        """The real layout of a choice."""
        self.tries += 1
        gone = {id(unit.node) for unit in self.left_out(chosen)}
        shown = choose_wordings(without(self.document, gone), picks=self.picks)
        return self.lay(marked(shown, self.units, self.picks) if with_marks else shown)

    def room(self, layout: Layout) -> float:
        return self.most * layout.room - self.reserve * layout.line

    def free(self, layout: Layout) -> float:
        return self.room(layout) - layout.height

    def fits(self, layout: Layout) -> bool:
        return layout.pages <= self.most and self.free(layout) >= 0

    def longest_run(self, measured: Layout, high: int) -> tuple[list[Unit], Layout]:
        """The longest run from the most important unit on that fits; a run of `high` units does not.

        Each try is where the heights of all foretell the end, corrected by what they were wrong about the last try;
        every third one halves what is left, so that it ends soon however wrong they are.
        """
        low = least = sum(1 for unit in self.units if unit.priority == 1)
        if low == high:
            raise TooLong(self.over(measured))
        heights = run_heights(self.document, self.units, measured)
        best, wrong, tries = None, 0.0, 0
        while high - low > 1:
            tries += 1
            fitting = bisect_right(heights, self.room(measured) - wrong, low + 1, high) - 1
            end = (low + high) // 2 if tries % 3 == 0 else max(low + 1, fitting)
            layout = self.attempt(self.units[:end])
            wrong = layout.height - heights[end]
            if self.fits(layout):
                low, best = end, layout
            else:
                high = end
        if best is None:
            best = self.attempt(self.units[:least])
            if not self.fits(best):
                raise TooLong(self.over(best))
        return self.units[:low], best

    def over(self, layout: Layout) -> int:
        """By how many lines a layout is too long."""
        return max(1, round(-self.free(layout) / layout.line))

    def put_back(self, chosen: list[Unit], layout: Layout, measured: Layout) -> Layout:
        """Add to `chosen` each later unit that still fits, in order. What is as high as one that did not fit is not
        tried again: there is no more room for it than there was."""
        too_high = float("inf")
        for number in range(len(chosen), len(self.units)):
            top, end = measured.spans.get(number, (0.0, height_in_lines(self.units[number]) * layout.line))
            height = end - top
            if height >= too_high or height > self.free(layout) + layout.line:
                continue
            trial = self.attempt([*chosen, self.units[number]])
            if self.fits(trial):
                chosen.append(self.units[number])
                layout = trial
            else:
                too_high = height
        return layout

    def lengthen(self, chosen: Sequence[Unit], layout: Layout) -> Layout:
        """Take the longest wording of each group that still fits."""
        for group in self.groups:
            for pick in range(self.picks[id(group)]):
                before = self.picks[id(group)]
                self.picks[id(group)] = pick
                trial = self.attempt(chosen)
                if self.fits(trial):
                    layout = trial
                    break
                self.picks[id(group)] = before
        return layout


def marked(document: Document, found: Sequence[Unit], picks: Mapping[int, int]) -> Document:
    """The document with an invisible mark before and behind the text of each unit, from which its height is read."""
    numbers: dict[int, int] = {}
    for number, unit in enumerate(found):
        shown = wordings(unit.node)[picks[id(unit.node)]] if is_wording(unit.node) else unit.node
        numbers[id(shown)] = number

    def within(node: Any, number: int | None) -> Any:
        number = numbers.get(id(node), number)
        if number is not None and hasattr(node, "inlines"):
            start, end = (RawInline("typst", f"#metadata(({number}, {at}))<unit>") for at in (0, 1))
            return structs.replace(node, inlines=(start, *node.inlines, end))
        names = [n for n in ("blocks", "items", "rows", "cells", "definitions") if hasattr(node, n)]
        new = {name: tuple(within(part, number) for part in getattr(node, name)) for name in names}
        return structs.replace(node, **new) if new else node

    return structs.replace(document, blocks=tuple(within(block, None) for block in document.blocks))

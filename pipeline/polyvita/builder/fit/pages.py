"""Fit content to pages: find the choice of units that fits, by real layouts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from polyvita.builder.fit.extents import cumulative_heights, estimate_lines
from polyvita.builder.fit.units import FitResult, TooLongError, Unit, rank_units, remove_units
from polyvita.core.document import Document, RawInline, walk
from polyvita.transforms.wordings import choose_wordings, is_wording_group, wordings_by_length
from polyvita.writers.pdf import Layout

LayoutFunction = Callable[[Document], Layout]
"""A function that lays out a document on pages."""

MAX_LINES_PER_PAGE = 60
"""More lines than fit on any page. Used to estimate how many units are enough."""
_WITH_HEADINGS = 1.5
"""About how many lines a CV has for each line of its units. The others are headings and the space between them."""


def fit_pages(document: Document, lay_out: LayoutFunction, *, most: int, reserve: float = 0) -> FitResult:
    """Return the part of the document that fits on `most` pages, with `reserve` lines free on the last one.

    Raises `TooLongError` if the units of priority 1 alone do not fit.
    """
    return _PageFitter(document, lay_out, most, reserve).fit()


class _PageFitter:
    """One search for the choice of units that fits. `choices` has, by key of a group, the wording to show.

    Wordings are numbered from the longest (0) to the shortest. The search starts with the shortest ones.
    """

    def __init__(self, document: Document, lay_out: LayoutFunction, most: int, reserve: float) -> None:
        self.document, self.lay_out, self.most, self.reserve = document, lay_out, most, reserve
        self.units = rank_units(document)
        self.groups = [node for node in walk(document) if is_wording_group(node)]
        self.choices = {group.key: len(group.blocks) - 1 for group in self.groups}
        self.tries = 0

    def fit(self) -> FitResult:
        chosen, layout = self.choose_units()
        layout = self.lengthen_wordings(chosen, layout)
        document = remove_units(self.document, {unit.node.key for unit in self.left_out(chosen)})
        # An item keeps its first paragraph if something else in it stays.
        shown = {node.key for node in walk(document)}
        left_out = tuple(unit for unit in self.left_out(chosen) if unit.node.key not in shown)
        return FitResult(choose_wordings(document, choices=self.choices), left_out, layout, self.tries)

    def choose_units(self) -> tuple[list[Unit], Layout]:
        """Return the units that fit, and their layout."""
        lines = sum(map(estimate_lines, self.units)) * _WITH_HEADINGS
        # The layout without marks is that of the PDF. A layout with marks is only worth its time if it is too long.
        if lines <= self.most * MAX_LINES_PER_PAGE and self.fits(layout := self.try_units(self.units)):
            return list(self.units), layout
        first = self.enough_units()
        layout = measured = self.try_units(first, with_marks=True)
        if self.fits(measured) and len(first) < len(self.units):  # The estimate was wrong: these were not enough.
            first = self.units
            layout = measured = self.try_units(first, with_marks=True)
        if self.fits(measured):
            return list(self.units), layout
        chosen, layout = self.find_longest_run(measured, len(first))
        return chosen, self.add_lower_units(chosen, layout, measured)

    def enough_units(self) -> list[Unit]:
        """Return the most important units: about three times as many as can fit. Only these are measured."""
        lines = 0
        for count, unit in enumerate(self.units):
            lines += estimate_lines(unit)
            if lines > 3 * self.most * MAX_LINES_PER_PAGE:
                return self.units[: count + 1]
        return self.units

    def left_out(self, chosen: Sequence[Unit]) -> tuple[Unit, ...]:
        kept = {unit.node.key for unit in chosen}
        return tuple(unit for unit in self.units if unit.node.key not in kept)

    def try_units(self, chosen: Sequence[Unit], *, with_marks: bool = False) -> Layout:
        """Return the real layout of a choice of units."""
        self.tries += 1
        remaining = remove_units(self.document, {unit.node.key for unit in self.left_out(chosen)})
        shown = choose_wordings(remaining, choices=self.choices)
        return self.lay_out(add_marks(shown, self.units, self.choices) if with_marks else shown)

    def available_height(self, layout: Layout) -> float:
        return self.most * layout.area_height - self.reserve * layout.line_height

    def free_height(self, layout: Layout) -> float:
        return self.available_height(layout) - layout.height

    def fits(self, layout: Layout) -> bool:
        return layout.pages <= self.most and self.free_height(layout) >= 0

    def find_longest_run(self, measured: Layout, high: int) -> tuple[list[Unit], Layout]:
        """Return the longest run that fits, from the most important unit on. A run of `high` units does not fit.

        Each try ends where the measured heights predict the end, corrected by the error of the last prediction. Every
        third try halves a long interval instead, so that the search is short even if the predictions are bad.
        """
        low = least = sum(1 for unit in self.units if unit.priority == 1)
        if low == high:
            raise TooLongError(self.excess_lines(measured))
        heights = cumulative_heights(self.document, self.units, measured)
        best, prediction_error, tries = None, 0.0, 0
        while high - low > 1:
            tries += 1
            predicted = bisect_right(heights, self.available_height(measured) - prediction_error, low + 1, high) - 1
            end = (low + high) // 2 if tries % 3 == 0 and high - low > 4 else max(low + 1, predicted)
            layout = self.try_units(self.units[:end])
            prediction_error = layout.height - heights[end]
            if self.fits(layout):
                low, best = end, layout
            else:
                high = end
        if best is None:
            best = self.try_units(self.units[:least])
            if not self.fits(best):
                raise TooLongError(self.excess_lines(best))
        return self.units[:low], best

    def excess_lines(self, layout: Layout) -> int:
        """Return by how many lines a layout is too long."""
        return max(1, round(-self.free_height(layout) / layout.line_height))

    def add_lower_units(self, chosen: list[Unit], layout: Layout, measured: Layout) -> Layout:
        """Add to `chosen` each lower unit that still fits, in order of importance. Return the layout of the result.

        A unit as high as one that did not fit is not tried, because the free space only shrinks.
        """
        too_high = float("inf")
        for number in range(len(chosen), len(self.units)):
            estimate = (0.0, estimate_lines(self.units[number]) * layout.line_height)
            top, end = measured.spans.get(number, estimate)
            height = end - top
            if height >= too_high or height > self.free_height(layout) + layout.line_height:
                continue
            trial = self.try_units([*chosen, self.units[number]])
            if self.fits(trial):
                chosen.append(self.units[number])
                layout = trial
            else:
                too_high = height
        return layout

    def lengthen_wordings(self, chosen: Sequence[Unit], layout: Layout) -> Layout:
        """Choose the longest wording of each group that still fits. Return the layout of the result."""
        for group in self.groups:
            shortest = self.choices[group.key]
            for choice in range(shortest):
                self.choices[group.key] = choice
                trial = self.try_units(chosen)
                if self.fits(trial):
                    layout = trial
                    break
                self.choices[group.key] = shortest
        return layout


def add_marks(document: Document, units: Sequence[Unit], choices: Mapping[int, int]) -> Document:
    """Return the document with an invisible mark before and after each unit, to measure its height.

    `choices` has the wording that is shown of each group. A mark has the unit's position in `units`.
    """
    numbers: dict[int, int] = {}
    for number, unit in enumerate(units):
        node = unit.node
        shown = wordings_by_length(node)[choices[node.key]] if is_wording_group(node) else node
        numbers[shown.key] = number

    def mark(node: Any, number: int | None) -> Any:
        number = numbers.get(node.key, number)
        if number is not None and hasattr(node, "inlines"):
            start, end = (RawInline("typst", f"#metadata(({number}, {at}))<unit>") for at in (0, 1))
            return structs.replace(node, inlines=(start, *node.inlines, end))
        names = [n for n in ("blocks", "items", "rows", "cells", "definitions") if hasattr(node, n)]
        new = {name: tuple(mark(part, number) for part in getattr(node, name)) for name in names}
        return structs.replace(node, **new) if new else node

    return structs.replace(document, blocks=tuple(mark(block, None) for block in document.blocks))

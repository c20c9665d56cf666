"""The data of an explanation: the units of the CV, whether a filter shows each unit, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polyvita.core.location import Location


@dataclass(frozen=True, slots=True)
class ExplainedSpan:
    """A span with attributes inside a unit: its effective tags, whether the filter shows it, and why."""

    text: str
    tags: frozenset[str]
    shown: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ExplainedUnit:
    """A unit of the CV: its position, its effective tags, whether the filter shows it, and why.

    `number` counts the units of the CV from 0. `section` is the titles of the sections around the unit. `step` is the
    name of the step that left the unit out, empty if the unit is shown. `lines` are its lines in the source.
    `shown_text` is `text` without the omitted spans.
    """

    number: int
    location: Location
    section: str
    text: str
    tags: frozenset[str]
    shown: bool
    step: str
    reason: str
    lines: tuple[int, ...]
    spans: tuple[ExplainedSpan, ...] = ()
    shown_text: str = ""

    @property
    def omitted_spans(self) -> tuple[ExplainedSpan, ...]:
        """The spans that are left out of a unit that is shown."""
        return tuple(span for span in self.spans if self.shown and not span.shown)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All units of a CV for one filter, in the order of the source.

    `headings` maps the line of each heading to whether the heading is shown. `source` is the text of the CV, and `file`
    its name in locations.
    """

    filter: str
    units: tuple[ExplainedUnit, ...]
    headings: Mapping[int, bool]
    source: str = ""
    file: str = ""

    @property
    def shown_lines(self) -> dict[int, bool]:
        """Whether each line of the source with content is shown, at least in part."""
        found = dict(self.headings)
        for unit in self.units:
            for line in unit.lines:
                found[line] = found.get(line, False) or unit.shown
        return found

"""What an explanation is made of: units of the CV, in or out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polyvita.core.location import Location


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a unit that is judged for itself: its effective tags, whether it is shown, and why."""

    text: str
    tags: frozenset[str]
    shown: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ExplainedUnit:
    """A unit of the CV: where it stands, the section around it, its effective tags, whether it is shown, and why.

    `step` is the step that left it out (empty where it is shown), `lines` the lines of the source it is written on, and
    `rest` its text without the spans that are left out.
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
    pieces: tuple[Piece, ...] = ()
    rest: str = ""

    @property
    def without(self) -> tuple[Piece, ...]:
        """What is left out of a unit that is shown."""
        return tuple(piece for piece in self.pieces if self.shown and not piece.shown)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All units in the order of the source; `headings` has the lines of headings and whether each is shown."""

    filter: str
    units: tuple[ExplainedUnit, ...]
    headings: Mapping[int, bool]

    @property
    def lines(self) -> dict[int, bool]:
        """The lines of the source that hold content, and whether some of it is shown."""
        found = dict(self.headings)
        for unit in self.units:
            for line in unit.lines:
                found[line] = found.get(line, False) or unit.shown
        return found

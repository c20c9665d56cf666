"""What judging one rule on one file comes to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from polyvita.checks.rules.align import Reading
from polyvita.checks.rules.model import MeasuredFile
from polyvita.checks.rules.ruleset import Count
from polyvita.core.document import Document
from polyvita.core.location import Location

State = Literal["kept", "broken", "open"]


class Case(Struct, frozen=True):
    """One output to be judged: the document as its filter shows it, and the files that were made of it.

    `asked` is where the filter names the rules; `names` is what file names may be made of.
    """

    shown: Document
    files: tuple[MeasuredFile, ...]
    asked: Location
    lang: str
    today: datetime.date
    names: Mapping[str, str]


class Violation(Struct, frozen=True):
    """One thing that breaks a rule: where, and what to say in place of the figure."""

    location: Location | None = None
    message: str = ""


class Outcome(Struct, frozen=True):
    """`figure` says what was found and what is asked, or why nothing can be said (`open`)."""

    state: State
    figure: str
    slips: tuple[Violation, ...] = ()


def of(kept: bool, figure: str, *slips: Violation) -> Outcome:
    """Kept, or broken by these slips; without any, by the file as a whole."""
    return Outcome("kept", figure) if kept else Outcome("broken", figure, slips or (Violation(),))


def cannot(reason: str) -> Outcome:
    """What cannot be judged, and why."""
    return Outcome("open", f"not checkable: {reason}")


def within(number: int, count: Count) -> bool:
    """Whether the number lies within the bounds, both included."""
    return (count.most is None or number <= count.most) and (count.least is None or number >= count.least)


def bounds(number: int, count: Count) -> str:
    """`10 of at most 10`."""
    match count.least, count.most:
        case None, 0:
            return "none" if not number else f"{number}, where none is allowed"
        case None, most:
            return f"{number} of at most {most}"
        case least, None:
            return f"{number} of at least {least}"
        case least, most:
            return f"{number} of {least} to {most}"


def reading(case: Case, file: MeasuredFile) -> Reading:
    """The file's text beside the document."""
    assert file.wording is not None  # kinds that read text are given files that have one
    return Reading(case.shown, file.wording)

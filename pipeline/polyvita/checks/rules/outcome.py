"""The input and the result of the check of one rule on one file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from polyvita.checks.rules.align import AlignedText
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.ruleset import Count
from polyvita.core.document import Document
from polyvita.core.location import Location

State = Literal["kept", "broken", "open"]
"""Whether a rule is kept or broken; `open` if it cannot be checked."""


class RuleContext(Struct, frozen=True):
    """One output to check: the document as its filter shows it, and the files that were built from it.

    `rules_location` is the location of the rule set in the filter. `names` has the values for placeholders in names.
    """

    shown: Document
    files: tuple[MeasuredFile, ...]
    rules_location: Location
    lang: str
    today: datetime.date
    names: Mapping[str, str]
    substitutes: frozenset[str] = frozenset()
    """The fonts of PDFs that show only what no font of the theme has."""
    own_names: tuple[str, ...] = ()
    """All spellings of the owner's name in lists of authors."""


class Violation(Struct, frozen=True):
    """One violation of a rule: its location, if it has one, and a message that replaces the figure of the outcome.

    `absent` is true if something required is not there yet: a section, or a part of a date.
    """

    location: Location | None = None
    message: str = ""
    absent: bool = False


class Outcome(Struct, frozen=True):
    """The result for one file. `figure` is what was found and required, or why the rule cannot be checked."""

    state: State
    figure: str
    violations: tuple[Violation, ...] = ()


def make_outcome(kept: bool, figure: str, *violations: Violation) -> Outcome:
    """Return a kept or broken outcome. A broken one without violations is a violation by the file as a whole."""
    return Outcome("kept", figure) if kept else Outcome("broken", figure, violations or (Violation(),))


def not_checkable(reason: str) -> Outcome:
    """Return an outcome for a rule that cannot be checked."""
    return Outcome("open", f"not checkable: {reason}")


def is_within(number: int, count: Count) -> bool:
    """Return whether a number is within the limits, both included."""
    return (count.most is None or number <= count.most) and (count.least is None or number >= count.least)


def describe_count(number: int, unit: str, count: Count) -> str:
    """Return a number with its limits: `5 pages, maximum 4`."""
    found = f"{number} {unit if number == 1 else f'{unit}s'}"
    match count.least, count.most:
        case None, 0:
            return f"{found}, none allowed" if number else f"no {unit}s"
        case None, most:
            return f"{found}, maximum {most}"
        case least, None:
            return f"{found}, minimum {least}"
        case least, most:
            return f"{found}, allowed {least} to {most}"


def align_text(context: RuleContext, file: MeasuredFile) -> AlignedText:
    """Return the text of a file, aligned with the document."""
    assert file.text is not None  # `select_files` passes only files with a text to these rules.
    return AlignedText(context.shown, file.text)

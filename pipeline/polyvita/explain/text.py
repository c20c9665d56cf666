"""Explanations for the terminal: of single units, of the whole CV line by line, and of two filters side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from polyvita.explain.model import ExplainedUnit, Explanation

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


def lines_explained(explanation: Explanation, lines: Sequence[int]) -> str:
    """Why the units on these lines of the source are in or out."""
    return "\n\n".join(part for line in lines for part in _line(explanation, line))


def _line(explanation: Explanation, line: int) -> Iterator[str]:
    here = [unit for unit in explanation.units if line in unit.lines]
    for unit in here:
        yield _unit(unit)
    if here:
        return
    match explanation.headings.get(line):
        case None:
            yield f"line {line}: nothing that is selected stands here"
        case True:
            yield f"line {line}: this heading is shown with what stands under it"
        case False:
            below = next((unit for unit in explanation.units if unit.location.line > line), None)
            reason = f": {below.reason}" if below else ""
            yield f"line {line}: this heading is left out, as what stands under it{reason}"


def _unit(unit: ExplainedUnit) -> str:
    state = "in" if unit.shown else "out"
    said = [f"line {unit.location.line}, {state}: {beginning(unit.text)}", f"  {unit.reason}"]
    said.append(f"  tags: {', '.join(sorted(unit.tags)) or 'none'}")
    said += [f"  without “{beginning(piece.text)}”: {piece.reason}" for piece in unit.without]
    return "\n".join(said)


def cv_marked(explanation: Explanation, source: str, *, colour: bool) -> str:
    """The whole source, what is left out dimmed; without `colour`, a `+` before what is shown and `-` before the rest.

    Blank lines, fences, comments and front matter are neither.
    """
    shown = explanation.lines
    rows = []
    for number, text in enumerate(source.splitlines(), 1):
        state = shown.get(number)
        if colour:
            rows.append(f"{_DIM}{text}{_PLAIN}" if state is False else text)
        else:
            rows.append(f"{' ' if state is None else '+' if state else '-'} {text}".rstrip())
    return "\n".join(rows)


def as_data(explanation: Explanation) -> list[dict[str, Any]]:
    """All units and why they are in or out, for other programs."""
    return [
        {
            "line": unit.location.line,
            "section": unit.section,
            "text": unit.text,
            "tags": sorted(unit.tags),
            "shown": unit.shown,
            "step": unit.step,
            "reason": unit.reason,
            "without": [{"text": piece.text, "reason": piece.reason} for piece in unit.without],
        }
        for unit in explanation.units
    ]


# ---------------------------------------------------------------- two filters side by side


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one filter shows and the other leaves out, and why the other does."""

    line: int
    section: str
    text: str
    reason: str


def only_in(one: Explanation, other: Explanation) -> list[Difference]:
    """What `one` shows of the CV and `other` does not: units, and spans of units that both show."""
    found = []
    for mine, theirs in zip(one.units, other.units, strict=True):
        if mine.shown and not theirs.shown:
            found.append(Difference(mine.location.line, mine.section, mine.text, theirs.reason))
        elif mine.shown:
            gone = [piece for piece in theirs.without if piece.text not in {lost.text for lost in mine.without}]
            found += [Difference(mine.location.line, mine.section, piece.text, piece.reason) for piece in gone]
    return found


def difference(one: Explanation, other: Explanation) -> str:
    """What each of two filters shows and the other does not, by section."""
    sides = ((one, other), (other, one))
    return "\n\n".join(side(mine.filter, theirs.filter, only_in(mine, theirs)) for mine, theirs in sides)


def side(one: str, other: str, found: Sequence[Difference]) -> str:
    """What is shown under the name `one` and not under the name `other`, by section."""
    if not found:
        return f"{other} shows all that {one} shows"
    said = [f"{one} shows, and {other} does not:"]
    for section, parts in groupby(found, key=lambda part: part.section):
        said += [f"  {section}"] if section else []
        said += [f"    line {part.line:>4}  {beginning(part.text)}" for part in parts]
    return "\n".join(said)


def difference_as_data(one: Explanation, other: Explanation) -> dict[str, list[dict[str, Any]]]:
    """The same for other programs: by the name of the filter that shows it."""
    sides = ((one, other), (other, one))
    return {mine.filter: [dataclasses.asdict(part) for part in only_in(mine, theirs)] for mine, theirs in sides}


def beginning(text: str, width: int = 70) -> str:
    """As much of a text as goes on a line."""
    return text if len(text) <= width else f"{text[: width - 1]}…"

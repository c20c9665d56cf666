"""Explanations as text for the terminal and as data: of single lines, of the whole CV, and of two filters compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from polyvita.explain.model import ExplainedUnit, Explanation

_DIM, _RESET = "\x1b[2m", "\x1b[0m"


def explain_lines(explanation: Explanation, lines: Sequence[int]) -> str:
    """Return why the units on these lines of the source are shown or left out."""
    return "\n\n".join(part for line in lines for part in _explain_line(explanation, line))


def _explain_line(explanation: Explanation, line: int) -> Iterator[str]:
    units = [unit for unit in explanation.units if line in unit.lines]
    for unit in units:
        yield _explain_unit(unit)
    if units:
        return
    match explanation.headings.get(line):
        case None:
            yield f"line {line}: no content that a filter can select"
        case True:
            yield f"line {line}: heading is shown, because content below it is shown"
        case False:
            below = next((unit for unit in explanation.units if unit.location.line > line), None)
            reason = f": {below.reason}" if below else ""
            yield f"line {line}: heading is left out, because the content below it is left out{reason}"


def _explain_unit(unit: ExplainedUnit) -> str:
    state = "in" if unit.shown else "out"
    rows = [f"line {unit.location.line}, {state}: {truncate(unit.text)}", f"  {unit.reason}"]
    rows.append(f"  tags: {', '.join(sorted(unit.tags)) or 'none'}")
    rows += [f"  without “{truncate(span.text)}”: {span.reason}" for span in unit.omitted_spans]
    return "\n".join(rows)


def mark_source(explanation: Explanation, *, colour: bool) -> str:
    """Return the whole source with marks.

    With `colour`, lines that are left out are dimmed. Without, a line that is shown starts with `+`, a line that is
    left out with `-`, and a line without content (blank, fence, comment, front matter) with a space.
    """
    shown = explanation.shown_lines
    rows = []
    for number, text in enumerate(explanation.source.removesuffix("\n").split("\n"), 1):
        state = shown.get(number)
        if colour:
            rows.append(f"{_DIM}{text}{_RESET}" if state is False else text)
        else:
            rows.append(f"{' ' if state is None else '+' if state else '-'} {text}".rstrip())
    return "\n".join(rows)


def explanation_as_data(explanation: Explanation) -> list[dict[str, Any]]:
    """Return all units with their reasons as data for JSON."""
    return [
        {
            "line": unit.location.line,
            "section": unit.section,
            "text": unit.text,
            "tags": sorted(unit.tags),
            "shown": unit.shown,
            "step": unit.step,
            "reason": unit.reason,
            "without": [{"text": span.text, "reason": span.reason} for span in unit.omitted_spans],
        }
        for unit in explanation.units
    ]


# ---------------------------------------------------------------- two filters compared


@dataclass(frozen=True, slots=True)
class Difference:
    """Content that only one of two filters shows, and why the other filter leaves it out."""

    line: int
    section: str
    text: str
    reason: str


def shown_only_in(first: Explanation, second: Explanation) -> list[Difference]:
    """Return what `first` shows and `second` does not: units, and spans of units that both show."""
    found = []
    for one, other in zip(first.units, second.units, strict=True):
        if one.shown and not other.shown:
            found.append(Difference(one.location.line, one.section, one.text, other.reason))
        elif one.shown:
            omitted_here = {span.text for span in one.omitted_spans}
            omitted = [span for span in other.omitted_spans if span.text not in omitted_here]
            found += [Difference(one.location.line, one.section, span.text, span.reason) for span in omitted]
    return found


def filter_diff_as_text(first: Explanation, second: Explanation) -> str:
    """Return what only `first` shows and then what only `second` shows, by section."""
    pairs = ((first, second), (second, first))
    return "\n\n".join(list_differences(one.filter, other.filter, shown_only_in(one, other)) for one, other in pairs)


def list_differences(one: str, other: str, differences: Sequence[Difference]) -> str:
    """Return the content that `one` shows and `other` does not, by section. The names are those of the two sides."""
    if not differences:
        return f"{other} shows everything that {one} shows"
    rows = [f"{one} shows, but {other} does not:"]
    for section, parts in groupby(differences, key=lambda part: part.section):
        rows += [f"  {section}"] if section else []
        rows += [f"    line {part.line:>4}  {truncate(part.text)}" for part in parts]
    return "\n".join(rows)


def filter_diff_as_data(first: Explanation, second: Explanation) -> dict[str, list[dict[str, Any]]]:
    """Return the differences as data for JSON, by the name of the filter that shows the content."""
    pairs = ((first, second), (second, first))
    return {one.filter: [dataclasses.asdict(part) for part in shown_only_in(one, other)] for one, other in pairs}


def truncate(text: str, width: int = 70) -> str:
    """Return the beginning of a text, at most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"

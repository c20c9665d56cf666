"""Explanations as text for the terminal and as data: of single lines, of the whole CV, and of two filters compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from polyvita.core.location import Location, line_label
from polyvita.explain.model import ExplainedUnit, Explanation

_DIM, _RESET = "\x1b[2m", "\x1b[0m"


def explain_lines(explanation: Explanation, lines: Sequence[int]) -> str:
    """Return why the units on these lines of the source are shown or left out."""
    return "\n\n".join(part for line in lines for part in _explain_line(explanation, line))


def _explain_line(explanation: Explanation, line: int) -> Iterator[str]:
    units = [unit for unit in explanation.units if line in unit.lines]
    for unit in units:
        yield _explain_unit(unit, explanation.file)
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


def _explain_unit(unit: ExplainedUnit, file: str) -> str:
    state = "in" if unit.shown else "out"
    line = line_label(unit.location, file)
    rows = [f"{'' if ':' in line else 'line '}{line}, {state}: {truncate(unit.text)}", f"  {unit.reason}"]
    rows.append(f"  tags: {', '.join(sorted(unit.tags)) or 'none'}")
    rows += [f"  without “{truncate(span.text)}”: {span.reason}" for span in unit.omitted_spans]
    return "\n".join(rows)


def mark_source(explanation: Explanation, *, colour: bool) -> str:
    """Return the whole source with marks.

    With `colour`, lines that are left out are dimmed. Without, a line that is shown starts with `+`, a line that is
    left out with `-`, and a line without content (blank, fence, comment, front matter) with a space. The entries of
    bibliographies follow, one in each line.
    """
    shown = explanation.shown_lines
    rows = []
    for number, text in enumerate(explanation.source.removesuffix("\n").split("\n"), 1):
        state = shown.get(number)
        if colour:
            rows.append(f"{_DIM}{text}{_RESET}" if state is False else text)
        else:
            rows.append(f"{' ' if state is None else '+' if state else '-'} {text}".rstrip())
    entries = [unit for unit in explanation.units if other_file(unit.location, explanation.file)]
    for unit in entries:
        text = f"{line_label(unit.location, explanation.file)}: {truncate(unit.text)}"
        if colour:
            rows.append(text if unit.shown else f"{_DIM}{text}{_RESET}")
        else:
            rows.append(f"{'+' if unit.shown else '-'} {text}")
    return "\n".join(rows)


def explanation_as_data(explanation: Explanation) -> list[dict[str, Any]]:
    """Return all units with their reasons as data for JSON."""
    return [
        {
            "line": unit.location.line,
            **other_file(unit.location, explanation.file),
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
    file: str = ""
    """The file of the line, if it is not the CV."""

    @property
    def label(self) -> str:
        """The line as text."""
        return f"{self.file}:{self.line}" if self.file else f"line {self.line:>4}"


def difference(unit: ExplainedUnit, text: str, reason: str, file: str) -> Difference:
    """Return the difference for a text in a unit. `file` is the name of the CV in locations."""
    other = other_file(unit.location, file)
    return Difference(unit.location.line, unit.section, text, reason, **other)


def other_file(location: Location, file: str) -> dict[str, str]:
    """Return the file of a location for JSON, if it is not the CV."""
    return {"file": location.file} if file and location.file not in ("", file) else {}


def shown_only_in(first: Explanation, second: Explanation) -> list[Difference]:
    """Return what `first` shows and `second` does not: units, and spans of units that both show."""
    found = []
    for one, other in zip(first.units, second.units, strict=True):
        if one.shown and not other.shown:
            found.append(difference(one, one.text, other.reason, first.file))
        elif one.shown:
            omitted_here = {span.text for span in one.omitted_spans}
            omitted = [span for span in other.omitted_spans if span.text not in omitted_here]
            found += [difference(one, span.text, span.reason, first.file) for span in omitted]
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
        rows += [f"    {part.label}  {truncate(part.text)}" for part in parts]
    return "\n".join(rows)


def filter_diff_as_data(first: Explanation, second: Explanation) -> dict[str, list[dict[str, Any]]]:
    """Return the differences as data for JSON, by the name of the filter that shows the content."""
    pairs = ((first, second), (second, first))
    return {one.filter: [as_data(part) for part in shown_only_in(one, other)] for one, other in pairs}


def as_data(difference: Any) -> dict[str, Any]:
    """Return a difference as data for JSON. The file of the CV is left out."""
    return {key: value for key, value in dataclasses.asdict(difference).items() if key != "file" or value}


def truncate(text: str, width: int = 70) -> str:
    """Return the beginning of a text, at most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"

"""Compare what a filter shows now with what it showed in a git revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from polyvita.explain.model import ExplainedUnit, Explanation
from polyvita.explain.text import Difference, as_data, difference, list_differences, other_file, truncate

MIN_SIMILARITY = 0.7
"""The `SequenceMatcher` ratio, from 0 to 1, from which two texts count as versions of one text."""


@dataclass(frozen=True, slots=True)
class RewordedUnit:
    """A unit that both sides show with different texts. `line` and `section` are its position now."""

    line: int
    section: str
    text: str
    before: str
    file: str = ""
    """The file of the line, if it is not the CV."""


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What is shown only now, what was shown only in the revision, and what is shown in both with other words.

    `now` and `then` are the names of the two sides. The lines are those of the CV on the side that shows the content.
    """

    now: str
    then: str
    added: tuple[Difference, ...]
    removed: tuple[Difference, ...]
    reworded: tuple[RewordedUnit, ...]


def compare_revisions(now: Explanation, then: Explanation, revision: str) -> RevisionDiff:
    """Return the differences between what is shown now and in the revision. Units that only moved are no difference."""
    new, old = _without_equal(now.units, then.units), _without_equal(then.units, now.units)
    pairs = _pair_similar(new, old)
    reworded = [
        RewordedUnit(n.location.line, n.section, n.shown_text, o.shown_text, **other_file(n.location, now.file))
        for n, o in pairs
    ]
    reworded_now, reworded_then = {n.number for n, _ in pairs}, {o.number for _, o in pairs}
    names = f"{now.filter} now", f"{then.filter} in {revision}"
    added = _differences(
        [unit for unit in new if unit.number not in reworded_now], now.file, then, "new in the CV", f"in {revision}: "
    )
    removed = _differences(
        [unit for unit in old if unit.number not in reworded_then], then.file, now, "no longer in the CV", ""
    )
    return RevisionDiff(*names, added, removed, tuple(reworded))


def _without_equal(units: Iterable[ExplainedUnit], others: Iterable[ExplainedUnit]) -> list[ExplainedUnit]:
    """Return the shown units, except one for each shown unit of `others` with the same text."""
    left = Counter(unit.shown_text for unit in others if unit.shown)
    found = []
    for unit in units:
        if unit.shown and unit.shown_text:
            left[unit.shown_text] -= 1
            found += [unit] if left[unit.shown_text] < 0 else []
    return found


def _pair_similar(
    new: Sequence[ExplainedUnit], old: Sequence[ExplainedUnit]
) -> list[tuple[ExplainedUnit, ExplainedUnit]]:
    """Return pairs of units with similar texts, in the order of `new`. The most similar texts are paired first."""
    similar = []
    for new_index, one in enumerate(new):
        matcher = SequenceMatcher(None, "", one.shown_text, autojunk=False)
        for old_index, other in enumerate(old):
            matcher.set_seq1(other.shown_text)
            possible = matcher.real_quick_ratio() >= MIN_SIMILARITY and matcher.quick_ratio() >= MIN_SIMILARITY
            if possible and (ratio := matcher.ratio()) >= MIN_SIMILARITY:
                similar.append((-ratio, one.section != other.section, new_index, old_index))
    pairs: dict[int, int] = {}
    for _, _, new_index, old_index in sorted(similar):
        if new_index not in pairs and old_index not in pairs.values():
            pairs[new_index] = old_index
    return [(new[new_index], old[old_index]) for new_index, old_index in sorted(pairs.items())]


def _differences(
    units: Iterable[ExplainedUnit], file: str, other: Explanation, absent: str, prefix: str
) -> tuple[Difference, ...]:
    """Return the units with the reason why `other` does not show them. `file` is their CV.

    The reason is `absent` if `other` does not have the text at all. Otherwise it is why `other` leaves it out, with
    `prefix`.
    """
    left_out = {unit.text: unit.reason for unit in other.units if not unit.shown}

    def reason(unit: ExplainedUnit) -> str:
        return f"{prefix}{left_out[unit.text]}" if unit.text in left_out else absent

    return tuple(difference(unit, unit.shown_text, reason(unit), file) for unit in units)


# ---------------------------------------------------------------- as text and data


def revision_diff_as_text(diff: RevisionDiff) -> str:
    """Return the three lists for the terminal, by section, without empty lists."""
    sides = ((diff.now, diff.then, diff.added), (diff.then, diff.now, diff.removed))
    lists = [list_differences(*side) for side in sides if side[2]]
    if diff.reworded:
        rows = [f"{diff.now} shows with other words than {diff.then}:"]
        for section, parts in groupby(diff.reworded, key=lambda part: part.section):
            rows += [f"  {section}"] if section else []
            for part in parts:
                text, before = _cut_before_difference(part.text, part.before)
                line = f"{part.file}:{part.line}" if part.file else f"{part.line:>4}"
                rows += [f"    line {line}  {text}", f"         was  {before}"]
        lists.append("\n".join(rows))
    return "\n\n".join(lists) or f"{diff.now} shows the same as {diff.then}"


def _cut_before_difference(one: str, other: str, before: int = 25) -> tuple[str, str]:
    """Cut two texts so that their first difference is visible on one line, after about `before` equal characters."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = one.rfind(" ", 0, max(0, same - before)) + 1
    ellipsis = "…" if start else ""
    return truncate(ellipsis + one[start:]), truncate(ellipsis + other[start:])


def revision_diff_as_data(diff: RevisionDiff) -> dict[str, Any]:
    """Return the three lists as data for JSON."""
    return {
        "now": [as_data(part) for part in diff.added],
        "then": [as_data(part) for part in diff.removed],
        "changed": [as_data(part) for part in diff.reworded],
    }

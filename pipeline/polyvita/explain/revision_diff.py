"""What a filter shows of the CV now, beside what it showed of it in a git revision."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from polyvita.explain.model import ExplainedUnit, Explanation
from polyvita.explain.text import Difference, beginning, side

NEAR = 0.7
"""Two texts are one that has changed where they have so much in common, of 1."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit that is shown then and now, in other words: where it stands now, its text now, and its text then."""

    line: int
    section: str
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is shown now and was not, what was shown and is not, and what is shown in other words.

    `now` and `then` are the names of both sides. Lines are those of the CV on the side that shows it.
    """

    now: str
    then: str
    come: tuple[Difference, ...]
    gone: tuple[Difference, ...]
    changed: tuple[Changed, ...]


def changes(now: Explanation, then: Explanation, revision: str) -> Changes:
    """What is different between what is shown now and what was shown then. What has only moved is not."""
    new, old = _beyond(now.units, then.units), _beyond(then.units, now.units)
    pairs = _pairs(new, old)
    changed = [Changed(n.location.line, n.section, n.rest, o.rest) for n, o in pairs]
    paired = {id(unit) for pair in pairs for unit in pair}
    names = f"{now.filter} now", f"{then.filter} in {revision}"
    come = _only([unit for unit in new if id(unit) not in paired], then, "new in the CV", f"in {revision}: ")
    gone = _only([unit for unit in old if id(unit) not in paired], now, "no longer in the CV", "")
    return Changes(*names, come, gone, tuple(changed))


def _beyond(units: Iterable[ExplainedUnit], others: Iterable[ExplainedUnit]) -> list[ExplainedUnit]:
    """The units that are shown, but for as many as there are others of the same text."""
    left = Counter(unit.rest for unit in others if unit.shown)
    found = []
    for unit in units:
        if unit.shown and unit.rest:
            left[unit.rest] -= 1
            found += [unit] if left[unit.rest] < 0 else []
    return found


def _pairs(new: Sequence[ExplainedUnit], old: Sequence[ExplainedUnit]) -> list[tuple[ExplainedUnit, ExplainedUnit]]:
    """Units whose texts are near, each in one pair, the nearest first; in the order of the source."""
    near = []
    for at, one in enumerate(new):
        matcher = SequenceMatcher(None, "", one.rest, autojunk=False)
        for location, other in enumerate(old):
            matcher.set_seq1(other.rest)
            quick = matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR
            if quick and (ratio := matcher.ratio()) >= NEAR:
                near.append((-ratio, one.section != other.section, at, location))
    pairs: dict[int, int] = {}
    for _, _, at, location in sorted(near):
        if at not in pairs and location not in pairs.values():
            pairs[at] = location
    return [(new[at], old[location]) for at, location in sorted(pairs.items())]


def _only(units: Iterable[ExplainedUnit], other: Explanation, absent: str, there: str) -> tuple[Difference, ...]:
    """Units with the reason why the other side does not show them: it leaves them out, or does not have them."""
    left_out = {unit.text: unit.reason for unit in other.units if not unit.shown}

    def reason(unit: ExplainedUnit) -> str:
        return f"{there}{left_out[unit.text]}" if unit.text in left_out else absent

    return tuple(Difference(unit.location.line, unit.section, unit.rest, reason(unit)) for unit in units)


# ---------------------------------------------------------------- as text and data


def changes_as_text(found: Changes) -> str:
    """The three lists for the terminal, by section; those in which there is something."""
    sides = ((found.now, found.then, found.come), (found.then, found.now, found.gone))
    said = [side(*parts) for parts in sides if parts[2]]
    if found.changed:
        rows = [f"{found.now} shows in other words than {found.then}:"]
        for section, parts in groupby(found.changed, key=lambda part: part.section):
            rows += [f"  {section}"] if section else []
            for part in parts:
                text, before = _from_difference(part.text, part.before)
                rows += [f"    line {part.line:>4}  {text}", f"         was  {before}"]
        said.append("\n".join(rows))
    return "\n\n".join(said) or f"{found.now} shows what {found.then} shows"


def _from_difference(one: str, other: str, before: int = 25) -> tuple[str, str]:
    """Two texts, cut so that their first difference is within the line."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = one.rfind(" ", 0, max(0, same - before)) + 1
    cut = "…" if start else ""
    return beginning(cut + one[start:]), beginning(cut + other[start:])


def changes_as_data(found: Changes) -> dict[str, Any]:
    """The same for other programs."""
    return {
        "now": [dataclasses.asdict(part) for part in found.come],
        "then": [dataclasses.asdict(part) for part in found.gone],
        "changed": [dataclasses.asdict(part) for part in found.changed],
    }

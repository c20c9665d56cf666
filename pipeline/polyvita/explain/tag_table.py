"""What the filters make of the CV, for the terminal and for other programs: tags against filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from polyvita.explain.model import Explanation


def count_tags(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """For each tag of the CV how many units have it, and how many of them each filter shows: the most used first.

    A unit has the tags of all that is around it, too. A span with a tag that its unit does not have counts as one.
    """
    counts = [(e.filter, Counter(_tagged(e, shown=False)), Counter(_tagged(e, shown=True))) for e in explanations]
    every: Counter[str] = counts[0][1] if counts else Counter()
    rows = [
        {"tag": tag, "units": number, "shown": {name: shown[tag] for name, _, shown in counts}}
        for tag, number in every.items()
    ]
    return sorted(rows, key=lambda row: (-row["units"], row["tag"]))


def _tagged(explanation: Explanation, *, shown: bool) -> Iterator[str]:
    """Each tag as often as there are units, or spans, that have it: all of them, or those that are shown."""
    for unit in explanation.units:
        if unit.shown or not shown:
            yield from unit.tags
            for piece in unit.pieces:
                if piece.shown or not shown:
                    yield from piece.tags - unit.tags


def tags_as_text(rows: Sequence[dict[str, Any]]) -> str:
    """The table of tags for the terminal. What a filter shows nothing of is a dot."""
    filters = list(rows[0]["shown"]) if rows else []
    cells = [["tag", "units", *filters]]
    cells += [[row["tag"], str(row["units"]), *(str(row["shown"][name] or "·") for name in filters)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in cells)
    return "\n".join(map("  ".join, lines))

"""The table of tags: how many units have each tag, and how many of them each filter shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from polyvita.explain.model import Explanation


def count_tags(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Return a row for each tag of the CV: the number of units with the tag, and how many of them each filter shows.

    The most used tags come first. A unit inherits the tags of all that contains it. A span with a tag that its unit
    does not have counts like a unit.
    """
    counts = [
        (e.filter, Counter(_tag_uses(e, shown_only=False)), Counter(_tag_uses(e, shown_only=True)))
        for e in explanations
    ]
    all_uses: Counter[str] = counts[0][1] if counts else Counter()
    rows = [
        {"tag": tag, "units": number, "shown": {name: shown[tag] for name, _, shown in counts}}
        for tag, number in all_uses.items()
    ]
    return sorted(rows, key=lambda row: (-row["units"], row["tag"]))


def _tag_uses(explanation: Explanation, *, shown_only: bool) -> Iterator[str]:
    """Yield each tag once for every unit or span that has it."""
    for unit in explanation.units:
        if unit.shown or not shown_only:
            yield from unit.tags
            for span in unit.spans:
                if span.shown or not shown_only:
                    yield from span.tags - unit.tags


def tags_as_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table as text. A dot means that the filter shows nothing with the tag."""
    filters = list(rows[0]["shown"]) if rows else []
    cells = [["tag", "units", *filters]]
    cells += [[row["tag"], str(row["units"]), *(str(row["shown"][name] or "·") for name in filters)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in cells)
    return "\n".join(map("  ".join, lines))

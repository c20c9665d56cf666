"""The units that can be left out, their ranking, and the result of a fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct

from polyvita.config.expression import DEFAULT_PRIORITY, Expression
from polyvita.config.filter import SortKey
from polyvita.core.diagnostics import Finding
from polyvita.core.document import Attributes, Document, Node, plain_text, walk
from polyvita.core.location import line_label
from polyvita.transforms.context import Context, FixedContext
from polyvita.transforms.prune import Pruner
from polyvita.transforms.sort import Rank, rank
from polyvita.transforms.wordings import is_wording_group
from polyvita.writers.pdf import Layout

MAX_LISTED = 12
"""The number of left-out units that the terminal lists."""

_RANKING = (SortKey("priority"), SortKey("-date"))


class Unit(Struct, frozen=True):
    """A unit that can be left out. A smaller rank is more important."""

    node: Node
    priority: int
    rank: Rank


class FitResult(Struct, frozen=True):
    """The result of a fit: the document, and the units that were left out, most important first.

    `layout` is set if pages were fitted. `tries` is the number of layouts that were made. `findings` are about numbers
    of words that are out of their limits.
    """

    document: Document
    left_out: tuple[Unit, ...] = ()
    layout: Layout | None = None
    tries: int = 0
    findings: tuple[Finding, ...] = ()

    def summary(self) -> str:
        """Return a summary for the terminal: pages, how full the last page is, and the units that were left out."""
        pages = f"{self.layout.pages} page{'s' if self.layout.pages > 1 else ''}, " if self.layout else ""
        fill = f"the last {self.layout.last_page_fill:.0%} full; " if self.layout and self.layout.pages > 1 else ""
        fill = fill or (f"{self.layout.last_page_fill:.0%} full; " if self.layout else "")
        if not self.left_out:
            return f"{pages}{fill}nothing was left out"
        listed = self.left_out[:MAX_LISTED]
        file = self.document.file
        lines = [
            f"  line {line_label(u.node.location, file):>4}  priority {u.priority}  {_shorten(u.node)}" for u in listed
        ]
        if more := max(0, len(self.left_out) - MAX_LISTED):
            lines.append(f"  and {more} more; --json lists them all")
        count = len(self.left_out)
        heading = f"{pages}{fill}{count} unit{'s' if count > 1 else ''} left out, most important first:"
        return "\n".join([heading, *lines])

    def as_data(self) -> dict[str, Any]:
        """Return the same summary as data for other programs."""
        left_out = [
            {"line": unit.node.location.line, "priority": unit.priority, "text": plain_text(unit.node)}
            for unit in self.left_out
        ]
        layout = {"pages": self.layout.pages, "full": round(self.layout.last_page_fill, 3)} if self.layout else {}
        return layout | {"left_out": left_out, "next": left_out[0] if left_out else None}


def _shorten(node: Node, width: int = 60) -> str:
    text = " ".join(plain_text(node).split())
    return text if len(text) <= width else f"{text[: width - 1]}…"


class TooLongError(Exception):
    """The units of priority 1 alone are too long. `excess` is the number of lines, or of words, above the limit."""

    def __init__(self, excess: float) -> None:
        super().__init__(f"too long by {excess:g}")
        self.excess = excess


def rank_units(document: Document, which: Expression | None = None) -> list[Unit]:
    """Return the units of the document, most important first; with `which`, only those that match the expression.

    A span with its own priority is a unit, too. A group of wordings is one unit.
    """
    units: list[Unit] = []

    def collect(node: Node, context: Context) -> bool:
        if which is None or context.satisfies(which):
            units.append(Unit(node, _priority(context), rank(context.keys, _RANKING)))
        return True

    Pruner(keep=collect, span_is_unit=_has_priority, container_is_unit=is_wording_group).prune(document)
    return sorted(units, key=lambda unit: unit.rank)


def remove_units(document: Document, keys: Collection[int]) -> Document:
    """Return the document without the units whose key is in `keys`, and without containers that become empty."""
    if not keys:
        return document
    pruner = Pruner(
        keep=lambda node, _context: node.key not in keys, span_is_unit=_has_priority, container_is_unit=is_wording_group
    )
    return pruner.prune(document, FixedContext())


def _has_priority(attr: Attributes) -> bool:
    return bool(attr.get("priority"))


def _priority(context: Context) -> int:
    text = context.keys.get("priority", "")
    return int(text) if text.isdecimal() else DEFAULT_PRIORITY


def outermost_units(units: Sequence[Unit]) -> list[Unit]:
    """Return the units without the spans inside other units, so that no word counts twice."""
    inside = {node.key for unit in units for node in walk(unit.node) if node is not unit.node}
    return [unit for unit in units if unit.node.key not in inside]

"""What can be left out: units and their ranks, choices of them, and what became of a choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct

from polyvita.config.expression import DEFAULT_PRIORITY, Expression
from polyvita.config.filter import SortKey
from polyvita.core.document import Attributes, Document, Node, plain_text, walk
from polyvita.transforms.context import Context, Nowhere
from polyvita.transforms.prune import Pruner
from polyvita.transforms.sort import Rank, rank
from polyvita.transforms.wordings import is_wording
from polyvita.writers.pdf import Layout


class Unit(Struct, frozen=True):
    """A unit that can be left out, with what its rank follows from."""

    node: Node
    priority: int
    rank: Rank


class Fitted(Struct, frozen=True):
    """What was chosen: the document, what was left out (the most important first), its layout where pages were fitted,
    and how many layouts it took to find it."""

    document: Document
    left_out: tuple[Unit, ...] = ()
    layout: Layout | None = None
    tries: int = 0

    def summary(self) -> str:
        """What was chosen, for the terminal: pages, how full, what was left out, what would come back next."""
        pages = f"{self.layout.pages} page{'s' if self.layout.pages > 1 else ''}, " if self.layout else ""
        full = f"the last {self.layout.full:.0%} full; " if self.layout and self.layout.pages > 1 else ""
        full = full or (f"{self.layout.full:.0%} full; " if self.layout else "")
        if not self.left_out:
            return f"{pages}{full}nothing was left out"
        first = self.left_out[:SHOWN]
        lines = [f"  line {u.node.location.line:>4}  priority {u.priority}  {_beginning(u.node)}" for u in first]
        if more := len(self.left_out) - SHOWN if len(self.left_out) > SHOWN else 0:
            lines.append(f"  and {more} more; --json lists them all")
        count = len(self.left_out)
        said = f"{pages}{full}{count} unit{'s' if count > 1 else ''} left out, the next to come back first:"
        return "\n".join([said, *lines])

    def as_data(self) -> dict[str, Any]:
        """The same for other programs."""
        left = [
            {"line": unit.node.location.line, "priority": unit.priority, "text": plain_text(unit.node)}
            for unit in self.left_out
        ]
        layout = {"pages": self.layout.pages, "full": round(self.layout.full, 3)} if self.layout else {}
        return layout | {"left_out": left, "next": left[0] if left else None}


def _beginning(node: Node, width: int = 60) -> str:
    text = " ".join(plain_text(node).split())
    return text if len(text) <= width else f"{text[: width - 1]}…"


SHOWN = 12
"""So many of the units left out are listed in the terminal."""


class TooLong(Exception):
    """Not even what has priority 1 fits; `over` says by how many lines, or words."""

    def __init__(self, over: float) -> None:
        super().__init__(f"over by {over:g}")
        self.over = over


_BY = (SortKey("priority"), SortKey("date", reverse=True))


def units(document: Document, which: Expression | None = None) -> list[Unit]:
    """The units of the document, or those that `which` is true of, the most important first. A span with a priority of
    its own is one too, and a group of wordings is one as a whole."""
    found: list[Unit] = []

    def note(node: Node, context: Context) -> bool:
        if which is None or context.satisfies(which):
            found.append(Unit(node, _priority(context), rank(context.keys, _BY)))
        return True

    Pruner(keep=note, own=_has_priority, whole=is_wording).document(document)
    return sorted(found, key=lambda unit: unit.rank)


def without(document: Document, gone: Collection[int]) -> Document:
    """The document without the units whose `id()` is in `gone`, and without what holds nothing else."""
    if not gone:
        return document
    keep = Pruner(keep=lambda node, _context: id(node) not in gone, own=_has_priority, whole=is_wording)
    return keep.document(document, Nowhere())


def _has_priority(attr: Attributes) -> bool:
    return bool(attr.get("priority"))


def _priority(context: Context) -> int:
    text = context.keys.get("priority", "")
    return int(text) if text.isdecimal() else DEFAULT_PRIORITY


def outermost(found: Sequence[Unit]) -> list[Unit]:
    """Without the spans that stand inside another unit: their words are counted there."""
    inside = {id(node) for unit in found for node in walk(unit.node) if node is not unit.node}
    return [unit for unit in found if id(unit.node) not in inside]

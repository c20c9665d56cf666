"""Fitting pages and words: content is chosen, type is never shrunk.

Units are ranked by priority (1 first, 5 where there is none), then by date (newest first), then as written. The
longest run of that order that fits stays; then later ones that still fit are put back. Priority 1 never goes.

What fits pages is measured on the real pages: each choice that is tried goes the whole way to a laid-out document.
One layout of everything tells how high each unit is; that says where to look for the end of the run, and which of the
units left out are worth a try. So the number of layouts grows with the logarithm of the number of units, and with the
number of those put back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.diagnostics import DoesNotFit, Report, error
from pipeline.document import Attributes, Document, Node, RawInline, plain_text, walk
from pipeline.expression import DEFAULT_PRIORITY, Expression
from pipeline.transforms.context import Context
from pipeline.transforms.prune import Pruner
from pipeline.transforms.sort import Rank, rank
from pipeline.transforms.wordings import choose_wordings, is_wording, wordings
from pipeline.variant import SortKey, Variant, Words
from pipeline.writers.pdf import Layout

Lay = Callable[[Document], Layout]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be left out, with what its rank follows from."""

    node: Node
    priority: int
    rank: Rank


@dataclass(frozen=True, slots=True)
class Fitted:
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
        lines = [f"  line {u.node.place.line:>4}  priority {u.priority}  {_beginning(u.node)}" for u in first]
        if more := len(self.left_out) - SHOWN if len(self.left_out) > SHOWN else 0:
            lines.append(f"  and {more} more; --json lists them all")
        count = len(self.left_out)
        said = f"{pages}{full}{count} unit{'s' if count > 1 else ''} left out, the next to come back first:"
        return "\n".join([said, *lines])

    def as_data(self) -> dict[str, Any]:
        """The same for other programs."""
        left = [
            {"line": unit.node.place.line, "priority": unit.priority, "text": plain_text(unit.node)}
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


# ---------------------------------------------------------------- units and choices

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
    return keep.document(document)


def _has_priority(attr: Attributes) -> bool:
    return bool(attr.get("priority"))


def _priority(context: Context) -> int:
    text = context.keys.get("priority", "")
    return int(text) if text.isdecimal() else DEFAULT_PRIORITY


# ---------------------------------------------------------------- words


def count_words(nodes: Collection[Node]) -> int:
    """How many words the nodes have: what stands between white space and has a letter or a digit in it."""
    return sum(any(map(str.isalnum, word)) for node in nodes for word in plain_text(node).split())


def fit_words(document: Document, which: Expression, *, most: int) -> Fitted:
    """The document with at most `most` words in the units that `which` is true of; all else stays.

    Raises `TooLong` where the units of priority 1 alone have more.
    """
    candidates = units(document, which)
    groups = [node for unit in candidates for node in walk(unit.node) if is_wording(node)]
    picks = {id(group): len(group.blocks) - 1 for group in groups}

    def words(gone: Collection[int]) -> int:
        left = choose_wordings(without(document, gone), picks=picks)
        return count_words([unit.node for unit in _outermost(units(left, which))])

    def fits(chosen: Sequence[Unit]) -> bool:
        return words({id(unit.node) for unit in candidates} - {id(unit.node) for unit in chosen}) <= most

    must = sum(1 for unit in candidates if unit.priority == 1)
    if not fits(candidates[:must]):
        raise TooLong(words({id(unit.node) for unit in candidates[must:]}) - most)
    end = next((n for n in range(must, len(candidates)) if not fits(candidates[: n + 1])), len(candidates))
    chosen = candidates[:end]
    for unit in candidates[end:]:
        if fits([*chosen, unit]):
            chosen.append(unit)
    kept = {id(unit.node) for unit in chosen}
    for group in groups:
        for pick in range(picks[id(group)]):
            before = picks[id(group)]
            picks[id(group)] = pick
            if fits(chosen):
                break
            picks[id(group)] = before
    left_out = tuple(unit for unit in candidates if id(unit.node) not in kept)
    return Fitted(_shortened(without(document, {id(unit.node) for unit in left_out}), picks), left_out)


def _shortened(document: Document, picks: Mapping[int, int]) -> Document:
    """The document with the chosen wordings; groups that are not meant keep all of theirs."""
    everything = {id(node): 0 for node in walk(document) if is_wording(node)}
    return choose_wordings(document, picks=everything | dict(picks))


def _outermost(found: Sequence[Unit]) -> list[Unit]:
    """Without the spans that stand inside another unit: their words are counted there."""
    inside = {id(node) for unit in found for node in walk(unit.node) if node is not unit.node}
    return [unit for unit in found if id(unit.node) not in inside]


# ---------------------------------------------------------------- pages


def fit_pages(document: Document, lay: Lay, *, most: int, reserve: float = 0) -> Fitted:
    """What of the document fits `most` pages, with `reserve` lines to spare on the last one.

    `lay` lays a document out. Raises `TooLong` where not even the units of priority 1 fit.
    """
    return _Pages(document, lay, most, reserve).fit()


class _Pages:
    def __init__(self, document: Document, lay: Lay, most: int, reserve: float) -> None:
        self.document, self.lay, self.most, self.reserve = document, lay, most, reserve
        self.units = units(document)
        self.groups = [node for node in walk(document) if is_wording(node)]
        self.picks = {id(group): len(group.blocks) - 1 for group in self.groups}
        self.tries = 0

    def fit(self) -> Fitted:
        layout = whole = self.attempt(self.units, marked=True)
        chosen = list(self.units)
        if not self.fits(whole):
            chosen, layout = self.longest_run(whole)
            layout = self.put_back(chosen, layout, whole.heights)
        layout = self.lengthen(chosen, layout)
        left_out = self.left_out(chosen)
        document = choose_wordings(without(self.document, {id(u.node) for u in left_out}), picks=self.picks)
        return Fitted(document, left_out, layout, self.tries)

    def left_out(self, chosen: Sequence[Unit]) -> tuple[Unit, ...]:
        kept = {id(unit.node) for unit in chosen}
        return tuple(unit for unit in self.units if id(unit.node) not in kept)

    def attempt(self, chosen: Sequence[Unit], *, marked: bool = False) -> Layout:
        """The real layout of a choice."""
        self.tries += 1
        gone = {id(unit.node) for unit in self.left_out(chosen)}
        shown = choose_wordings(without(self.document, gone), picks=self.picks)
        return self.lay(_marked(shown, self.units, self.picks) if marked else shown)

    def room(self, layout: Layout) -> float:
        return self.most * layout.room - self.reserve * layout.line

    def free(self, layout: Layout) -> float:
        return self.room(layout) - layout.height

    def fits(self, layout: Layout) -> bool:
        return layout.pages <= self.most and self.free(layout) >= 0

    def longest_run(self, whole: Layout) -> tuple[list[Unit], Layout]:
        """The longest run from the most important unit on that fits: first tried where the heights say it ends, then in
        steps that double until it lies between two tries, then by halves."""
        low = sum(1 for unit in self.units if unit.priority == 1)
        high = len(self.units)
        best = self.attempt(self.units[:low])
        if not self.fits(best):
            raise TooLong(max(1, round(-self.free(best) / best.line)))
        if low == high:
            raise TooLong(max(1, round(-self.free(whole) / whole.line)))
        guess, step, bracketed = self.estimate(whole), 1, [False, False]
        while high - low > 1:
            middle = min(max(guess, low + 1), high - 1)
            layout = self.attempt(self.units[:middle])
            if self.fits(layout):
                low, best, bracketed[0] = middle, layout, True
            else:
                high, bracketed[1] = middle, True
            step *= 2
            guess = (low + high) // 2 if all(bracketed) else low + step // 2 if bracketed[0] else high - step // 2
        return self.units[:low], best

    def estimate(self, whole: Layout) -> int:
        """How many units fit if each takes, beside its own height, its share of headings and distances."""
        share = whole.height / (sum(whole.heights.values()) or 1.0)
        used = 0.0
        for number in range(len(self.units)):
            used += whole.heights.get(number, whole.line) * share
            if used > self.room(whole):
                return number
        return len(self.units)

    def put_back(self, chosen: list[Unit], layout: Layout, heights: Mapping[int, float]) -> Layout:
        """Add to `chosen` each later unit that still fits, in order. What is as high as one that did not fit is not
        tried again: there is no more room for it than there was."""
        too_high = float("inf")
        for number in range(len(chosen), len(self.units)):
            height = heights.get(number, layout.line)
            if height >= too_high or height > self.free(layout) + layout.line:
                continue
            trial = self.attempt([*chosen, self.units[number]])
            if self.fits(trial):
                chosen.append(self.units[number])
                layout = trial
            else:
                too_high = height
        return layout

    def lengthen(self, chosen: Sequence[Unit], layout: Layout) -> Layout:
        """Take the longest wording of each group that still fits."""
        for group in self.groups:
            for pick in range(self.picks[id(group)]):
                before = self.picks[id(group)]
                self.picks[id(group)] = pick
                trial = self.attempt(chosen)
                if self.fits(trial):
                    layout = trial
                    break
                self.picks[id(group)] = before
        return layout


def _marked(document: Document, found: Sequence[Unit], picks: Mapping[int, int]) -> Document:
    """The document with an invisible mark before and behind the text of each unit, from which its height is read."""
    numbers: dict[int, int] = {}
    for number, unit in enumerate(found):
        shown = wordings(unit.node)[picks[id(unit.node)]] if is_wording(unit.node) else unit.node
        numbers[id(shown)] = number

    def within(node: Any, number: int | None) -> Any:
        number = numbers.get(id(node), number)
        if number is not None and hasattr(node, "inlines"):
            start, end = (RawInline("typst", f"#metadata(({number}, {at}))<unit>") for at in (0, 1))
            return dataclasses.replace(node, inlines=(start, *node.inlines, end))
        names = [n for n in ("blocks", "items", "rows", "cells", "definitions") if hasattr(node, n)]
        new = {name: tuple(within(part, number) for part in getattr(node, name)) for name in names}
        return dataclasses.replace(node, **new) if new else node

    return dataclasses.replace(document, blocks=tuple(within(block, None) for block in document.blocks))


# ---------------------------------------------------------------- what a filter asks for


def fit(document: Document, variant: Variant, lay: Lay, *, report: Report) -> tuple[Document, Fitted | None]:
    """The document as the filter's `words` and `pages` allow, and what was chosen for the pages, if anything was.

    Words that are too many, or too few, and are not to be fitted, are findings. Raises `DoesNotFit` where not even
    priority 1 fits.
    """
    for number, words in enumerate(variant.words):
        document = _words(document, variant, number, words, report)
    pages = variant.pages
    if pages is None or pages.fit is None:
        return document, None
    reserve = WORD_RESERVE if "docx" in variant.formats else 0
    try:
        fitted = fit_pages(document, lay, most=pages.most, reserve=reserve)
    except TooLong as problem:
        what = f"{pages.most} page{'s' if pages.most > 1 else ''}"
        message = f"not even what has priority 1 fits {what}: it is over by {problem.over:g} lines"
        hint = "give some of it a lower priority (2 to 9), or allow more pages"
        raise DoesNotFit(error("PV310", message, variant.place("pages.most"), hint)) from None
    return fitted.document, fitted


WORD_RESERVE = 1.5
"""Lines kept free at the end of the last page where a Word file is written too: Word and Typst do not break every
paragraph alike."""


def _words(document: Document, variant: Variant, number: int, words: Words, report: Report) -> Document:
    place = variant.place(f"words[{number}].most")
    if words.fit and words.most is not None:
        try:
            document = fit_words(document, words.items, most=words.most).document
        except TooLong as problem:
            message = f"not even what has priority 1 fits {words.most} words: it has {problem.over:g} more"
            raise DoesNotFit(error("PV310", message, place, "give some of it a lower priority (2 to 9)")) from None
    shown = choose_wordings(document)
    count = count_words([unit.node for unit in _outermost(units(shown, words.items))])
    what = f"“{words.items.text}”"
    if words.most is not None and count > words.most:
        report.add(
            error("PV311", f"{what} has {count} words; {words.most} at most are allowed", place, "add fit: drop")
        )
    if words.least is not None and count < words.least:
        place = variant.place(f"words[{number}].least")
        report.add(error("PV311", f"{what} has {count} words; {words.least} are the least", place))
    return document

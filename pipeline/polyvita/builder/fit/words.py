"""Fitting words: the longest run of the most important units that has no more words than it may."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from polyvita.builder.fit.units import Fitted, TooLong, Unit, outermost, units, without
from polyvita.config.expression import Expression
from polyvita.core.document import Document, Node, plain_text, walk
from polyvita.transforms.wordings import choose_wordings, is_wording


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
        return count_words([unit.node for unit in outermost(units(left, which))])

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

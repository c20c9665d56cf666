"""Fit content to a number of words: find the choice of units that has no more words than allowed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from polyvita.builder.fit.units import FitResult, TooLongError, Unit, outermost_units, rank_units, remove_units
from polyvita.config.expression import Expression
from polyvita.core.document import Document, ListItem, plain_text, walk
from polyvita.core.words import count_words
from polyvita.transforms.wordings import choose_wordings, is_wording_group


def count_words_of(document: Document, which: Expression) -> int:
    """Return the number of words in the units that match `which`. The words of a span inside a unit count once."""
    return sum(count_words(plain_text(unit.node)) for unit in outermost_units(rank_units(document, which)))


def fit_words(document: Document, which: Expression, *, most: int) -> FitResult:
    """Return the document with at most `most` words in the units that match `which`. Other units stay.

    Raises `TooLongError` if the matching units of priority 1 alone have more words.
    """
    candidates = rank_units(document, which)
    groups = [node for unit in candidates for node in walk(unit.node) if is_wording_group(node)]
    choices = {group.key: len(group.blocks) - 1 for group in groups}

    def words_without(keys: Collection[int]) -> int:
        return count_words_of(choose_wordings(remove_units(document, keys), choices=choices), which)

    def fits(chosen: Sequence[Unit]) -> bool:
        return words_without({unit.node.key for unit in candidates} - {unit.node.key for unit in chosen}) <= most

    required = sum(1 for unit in candidates if unit.priority == 1)
    if not fits(candidates[:required]):
        raise TooLongError(words_without({unit.node.key for unit in candidates[required:]}) - most)
    # More units have more words, so the number of the most important ones that fit can be searched by halving.
    end = bisect_left(range(required, len(candidates)), True, key=lambda n: not fits(candidates[: n + 1])) + required
    chosen = candidates[:end]
    simple = _independent_units(document, candidates)
    room = most - words_without({unit.node.key for unit in candidates[end:]})
    for unit in candidates[end:]:
        if unit.node.key in simple:
            if (words := count_words(plain_text(unit.node))) <= room:
                chosen.append(unit)
                room -= words
        elif fits([*chosen, unit]):
            chosen.append(unit)
            room = most - words_without({each.node.key for each in candidates} - {each.node.key for each in chosen})
    kept = {unit.node.key for unit in chosen}
    for group in groups:
        shortest = choices[group.key]
        for choice in range(shortest):
            choices[group.key] = choice
            if fits(chosen):
                break
            choices[group.key] = shortest
    remaining = remove_units(document, {unit.node.key for unit in candidates if unit.node.key not in kept})
    # An item keeps its first paragraph if something else in it stays.
    shown = {node.key for node in walk(remaining)}
    left_out = tuple(unit for unit in candidates if unit.node.key not in shown)
    return FitResult(_apply_choices(remaining, choices), left_out)


def _independent_units(document: Document, units: Sequence[Unit]) -> set[int]:
    """Return the keys of the units whose words do not depend on which other units stay.

    The others contain a unit or a group of wordings, are inside a unit, or begin a list item that may contain units.
    """
    keys = {unit.node.key for unit in units}
    dependent = {node.blocks[0].key for node in walk(document) if isinstance(node, ListItem) and node.blocks}
    for unit in units:
        inside = [node for node in walk(unit.node) if node is not unit.node]
        if is_wording_group(unit.node) or any(node.key in keys or is_wording_group(node) for node in inside):
            dependent.update(node.key for node in (unit.node, *inside))
    return keys - dependent


def _apply_choices(document: Document, choices: Mapping[int, int]) -> Document:
    """Return the document with the chosen wordings. Groups without a choice show their longest wording."""
    longest = {node.key: 0 for node in walk(document) if is_wording_group(node)}
    return choose_wordings(document, choices=longest | dict(choices))

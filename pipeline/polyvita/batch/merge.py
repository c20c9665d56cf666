"""Find the works that several people list: the same ones are merged, and similar ones are told apart as twins.

Two items are the same work if they have the same DOI, or the same title, year and first author and no different DOIs.
Case and accents make no difference. A preprint is never merged with its published version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from polyvita.batch.model import Item, Work
from polyvita.core.bibliography import PREPRINT

MIN_TITLE = 12
"""The number of letters from which on two works do not have the same title by chance."""
SAME_DOI = "the same DOI"
SAME_WORK = "the same title, year and first author"


@dataclass(frozen=True, slots=True)
class Member:
    """An item of an aggregate and the person who has it."""

    person: str
    item: Item


@dataclass(slots=True)
class Group:
    """The items that are one work, in the order of the people, and why each of the others was merged with the first."""

    members: list[Member]
    reasons: list[str] = field(default_factory=list)

    @property
    def best(self) -> Item:
        """The item that is shown: the entry of a bibliography with the most fields, or else the first text."""
        return max((member.item for member in self.members), key=_richness)

    @property
    def people(self) -> list[str]:
        return list(dict.fromkeys(member.person for member in self.members))


@dataclass(frozen=True, slots=True)
class Twins:
    """Two works, by their index, that may be the same, and in what they differ."""

    first: int
    second: int
    difference: str


def merge(members: Iterable[Member]) -> tuple[list[Group], list[Twins]]:
    """Return the works, and the pairs of works that may be the same."""
    groups: list[Group] = []
    twins: list[Twins] = []
    by_doi: dict[str, int] = {}
    by_title: dict[tuple[str, str], list[int]] = {}
    for member in members:
        work = member.item.work
        key = (work.title, work.family)
        similar = by_title.setdefault(key, []) if len(work.title) >= MIN_TITLE and work.family else []
        at, reason = by_doi.get(work.doi) if work.doi else None, SAME_DOI
        if at is None:
            same = (index for index in similar if not _difference_of(groups[index], work))
            at, reason = next(same, None), SAME_WORK
        if at is None:
            at = len(groups)
            groups.append(Group([member]))
            for index in similar:
                twins.append(Twins(index, at, _difference_of(groups[index], work)))
            similar.append(at)
        else:
            groups[at].members.append(member)
            groups[at].reasons.append(reason)
        if work.doi:
            by_doi.setdefault(work.doi, at)
    return groups, twins


def _difference_of(group: Group, work: Work) -> str:
    found = (difference for member in group.members for difference in _differences(member.item.work, work))
    return next(found, "")


def _differences(one: Work, other: Work) -> Iterator[str]:
    """Yield in what two works with the same title and first author differ, as the end of a sentence."""
    kinds = {one.kind, other.kind}
    if len(kinds) == 2 and (PREPRINT in kinds or "" not in kinds):
        yield f"the types are {one.kind or 'another one'} and {other.kind or 'another one'}"
    if one.doi and other.doi and one.doi != other.doi:
        yield "the DOIs differ"
    if one.year != other.year:
        yield f"the years are {one.year or 'unknown'} and {other.year or 'unknown'}"


def _richness(item: Item) -> tuple[bool, int, int]:
    entry = item.entry
    return (entry is not None, len(entry.fields) if entry else 0, len(entry.csl) if entry else 0)

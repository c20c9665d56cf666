"""Selection expressions: `core or (publication and not metrics and date >= 2020)`.

An expression is read once into a small tree (`parser`), and judged against the effective tags and keys of a node: its
own and those it inherits.

A comparison of dates holds where it holds for every day of the date: `2018/..` is neither `>= 2020` nor
`< 2020`. `priority` is 5 where none is written. A language matches its regions: `lang == de` holds for `de-AT`.
A comparison on a key that is not there is false, and `!=` is the opposite of `==`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from polyvita.core.dates import Date, parse_date
from polyvita.core.diagnostics import Finding, did_you_mean, error, list_available
from polyvita.core.location import NOWHERE, Location

COMPARABLE_KEYS = ("date", "lang", "org", "place", "priority")
"""Keys that can be compared though no node may have them."""

DEFAULT_PRIORITY = 5

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Tag(Struct, frozen=True):
    name: str
    at: int = 0
    """Where in the expression it stands, which does not count when two are compared."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tag) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class Untagged(Struct, frozen=True):
    pass


class Compare(Struct, frozen=True):
    key: str
    op: str
    value: str
    at: int = 0
    """As that of a tag."""

    def __eq__(self, other: object) -> bool:
        mine = self.key, self.op, self.value
        return isinstance(other, Compare) and mine == (other.key, other.op, other.value)

    def __hash__(self) -> int:
        return hash((self.key, self.op, self.value))


class Not(Struct, frozen=True):
    inner: Term


class And(Struct, frozen=True):
    parts: tuple[Term, ...]


class Or(Struct, frozen=True):
    parts: tuple[Term, ...]


Term = Tag | Untagged | Compare | Not | And | Or


class Expression(Struct, frozen=True):
    """An expression as read, its tree, and where it stands, which does not count when two are compared."""

    text: str
    root: Term
    location: Location = NOWHERE

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.text, self.root) == (other.text, other.root)

    def __hash__(self) -> int:
        return hash((self.text, self.root))

    def matches(self, tags: Collection[str], keys: Mapping[str, str]) -> bool:
        """Whether the expression is true of a node with these effective tags and keys."""
        return compile_test(self.root)(tags, keys)

    def tags_and_keys(self) -> tuple[frozenset[str], frozenset[str]]:
        """The tags and the keys that it names."""
        terms = list(_terms(self.root))
        return (
            frozenset(term.name for term in terms if isinstance(term, Tag)),
            frozenset(term.key for term in terms if isinstance(term, Compare)),
        )

    def find_unknown(self, tags: Collection[str], keys: Collection[str]) -> Iterator[Finding]:
        """A finding for each tag and key in the expression that the document does not know."""
        for term in _terms(self.root):
            match term:
                case Tag(name, at) if name not in tags:
                    hint = did_you_mean(name, tags) or list_available(tags)
                    yield error("PV110", f"no tag “{name}” in this CV", self.at(at, len(name)), hint)
                case Compare(key=key, at=at) if key not in keys and key not in COMPARABLE_KEYS:
                    known = {*keys, *COMPARABLE_KEYS}
                    hint = did_you_mean(key, known) or list_available(known)
                    yield error("PV111", f"no key “{key}” in this CV", self.at(at, len(key)), hint)
                case _:
                    pass

    def at(self, offset: int, width: int) -> Location:
        """The place of `width` characters from `offset` on; that of the whole where it is not written as it is read,
        as on several lines of YAML."""
        if not self.location.line or self.location.width != len(self.text):
            return self.location
        return Location(self.location.file, self.location.line, self.location.column + offset, width)


def _terms(term: Term) -> Iterator[Term]:
    yield term
    match term:
        case Not(inner):
            yield from _terms(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _terms(part)
        case _:
            pass


Test = Callable[[Collection[str], Mapping[str, str]], bool]


def compile_test(term: Term) -> Test:
    """What judges effective tags and keys; made once for many nodes."""
    match term:
        case Tag(name):
            return lambda tags, _keys: name in tags
        case Untagged():
            return lambda tags, _keys: not tags
        case Compare(key, op, value):
            return lambda _tags, keys: _compare(key, op, value, keys.get(key))
        case Not(inner):
            test = compile_test(inner)
            return lambda tags, keys: not test(tags, keys)
        case And(parts):
            return _decided_by(False, [compile_test(part) for part in parts])
        case Or(parts):
            return _decided_by(True, [compile_test(part) for part in parts])


def _decided_by(answer: bool, tests: Sequence[Test]) -> Test:
    """The first test with this answer decides."""

    def several(tags: Collection[str], keys: Mapping[str, str]) -> bool:
        for test in tests:
            if test(tags, keys) is answer:
                return answer
        return not answer

    return several


def _compare(key: str, op: str, wanted: str, found: str | None) -> bool:
    if key == "priority" and found is None:
        found = str(DEFAULT_PRIORITY)
    if found is None:
        return op == "!="
    if key == "date":
        try:
            return _compare_dates(op, parse_date(found), parse_date(wanted))
        except ValueError:  # a date that cannot be is a finding of its own
            return False
    if key == "lang":
        same = found.lower() == wanted.lower() or found.lower().startswith(wanted.lower() + "-")
        return same if op == "==" else not same if op == "!=" else COMPARISONS[op](found, wanted)
    try:
        return COMPARISONS[op](float(found), float(wanted))
    except ValueError:
        return COMPARISONS[op](found, wanted)


def _compare_dates(op: str, found: Date, wanted: Date) -> bool:
    match op:
        case "<":
            return found.last < wanted.first
        case "<=":
            return found.last <= wanted.last
        case ">":
            return found.first > wanted.last
        case ">=":
            return found.first >= wanted.first
        case _:
            within = wanted.first <= found.first and found.last <= wanted.last
            return within if op == "==" else not within

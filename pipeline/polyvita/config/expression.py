"""Selection expressions: `core or (publication and not metrics and date >= 2020)`.

`expression_parser` reads an expression into a tree of terms. An expression is evaluated with the effective tags and
keys of a node: its own and those it inherits.

A comparison of dates is true if it is true for every day of the date: `2018/..` is neither `>= 2020` nor `< 2020`.
`priority` is 5 by default. A language includes its regions: `lang == de` is true for `de-AT`. A comparison with a
missing key is false, except `!=`, which is the opposite of `==`.
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
"""Keys that an expression may always compare, even if no node has them."""

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
    offset: int = 0
    """Position in the expression, from 0. Ignored when two terms are compared."""

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
    offset: int = 0
    """Position of the key in the expression, from 0. Ignored when two terms are compared."""

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


class Expression:
    """An expression: its text, its tree, and its location in a file, which is ignored when two are compared.

    It is a plain class, because msgspec makes no JSON Schema of a struct with a union of structs such as `Term`.
    """

    __slots__ = ("location", "root", "text")

    def __init__(self, text: str, root: Term, location: Location = NOWHERE) -> None:
        self.text, self.root, self.location = text, root, location

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r}, {self.root!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.text, self.root) == (other.text, other.root)

    def __hash__(self) -> int:
        return hash((self.text, self.root))

    def matches(self, tags: Collection[str], keys: Mapping[str, str]) -> bool:
        """Return whether the expression is true for a node with these effective tags and keys."""
        return compile_test(self.root)(tags, keys)

    def tags_and_keys(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the tags and the keys that the expression names."""
        terms = list(_terms(self.root))
        return (
            frozenset(term.name for term in terms if isinstance(term, Tag)),
            frozenset(term.key for term in terms if isinstance(term, Compare)),
        )

    def find_unknown(
        self, tags: Collection[str], keys: Collection[str], sections: Collection[str] = ()
    ) -> Iterator[Finding]:
        """Yield an error for each tag and key of the expression that the document does not have.

        `sections` are the ids of its sections, for the hint.
        """
        for term in _terms(self.root):
            match term:
                case Tag(name, offset) if name not in tags:
                    hint = _hint_for_section(name, sections) or did_you_mean(name, tags) or list_available(tags)
                    yield error("PV110", f"no tag “{name}” in this CV", self.location_at(offset, len(name)), hint)
                case Compare(key=key, offset=offset) if key not in keys and key not in COMPARABLE_KEYS:
                    known = {*keys, *COMPARABLE_KEYS}
                    hint = did_you_mean(key, known) or list_available(known)
                    yield error("PV111", f"no key “{key}” in this CV", self.location_at(offset, len(key)), hint)
                case _:
                    pass

    def location_at(self, offset: int, width: int) -> Location:
        """Return the location of `width` characters at `offset`.

        If the text in the file differs from the expression, for example on several lines of YAML, return the location
        of the whole expression.
        """
        if not self.location.line or self.location.width != len(self.text):
            return self.location
        return Location(self.location.file, self.location.line, self.location.column + offset, width)


def _hint_for_section(name: str, sections: Collection[str]) -> str:
    """Return the hint for a tag that is the id of a section."""
    if name not in sections:
        return ""
    return f"“{name}” is the id of a section; write {{#{name} .{name}}} after its heading to give it this tag"


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
    """Return a function that evaluates `term` for many nodes, given their effective tags and keys."""
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
            return _short_circuit(False, [compile_test(part) for part in parts])
        case Or(parts):
            return _short_circuit(True, [compile_test(part) for part in parts])


def _short_circuit(answer: bool, tests: Sequence[Test]) -> Test:
    """Return a test that has the result `answer` if one of `tests` has it, and the opposite otherwise."""

    def combined(tags: Collection[str], keys: Mapping[str, str]) -> bool:
        for test in tests:
            if test(tags, keys) is answer:
                return answer
        return not answer

    return combined


def _compare(key: str, op: str, wanted: str, found: str | None) -> bool:
    if key == "priority" and found is None:
        found = str(DEFAULT_PRIORITY)
    if found is None:
        return op == "!="
    if key == "date":
        try:
            return _compare_dates(op, parse_date(found), parse_date(wanted))
        except ValueError:  # Proofreading reports an invalid date (PV213).
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

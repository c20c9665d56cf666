"""Selection expressions: `core or (publication and not metrics and date >= 2020)`.

    either  = both ("or" both)*
    both    = simple ("and" simple)*
    simple  = "not" simple | "(" either ")" | "untagged" | KEY ("=="|"!="|"<"|"<="|">"|">=") VALUE | TAG

An expression is read once into a small tree, and judged against the effective tags and keys of a node: its own
and those it inherits.

A comparison of dates holds where it holds for every day of the date: `2018/..` is neither `>= 2020` nor
`< 2020`. `priority` is 5 where none is written. A language matches its regions: `lang == de` holds for `de-AT`.
A comparison on a key that is not there is false, and `!=` is the opposite of `==`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from pipeline.dates import Date, parse_date
from pipeline.diagnostics import Finding, InputError, error, nearest, there_are
from pipeline.place import NOWHERE, Place

KEYS = ("date", "lang", "org", "place", "priority")
"""Keys that can be compared though no node may have them."""

DEFAULT_PRIORITY = 5

_TOKEN = re.compile(
    r"""\s*(?: (?P<op> == | != | <= | >= | < | > | = | \( | \) )
             | "(?P<quoted>[^"]*)" | (?P<word> [^\s()<>=!"]+ ) )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_ELSEWHERE = {"and": "and", "or": "or", "not": "not", "&": "and", "&&": "and", "|": "or", "||": "or"}
"""Words as other languages write them, and as they are written here."""


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
    place: Place = NOWHERE

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.text, self.root) == (other.text, other.root)

    def __hash__(self) -> int:
        return hash((self.text, self.root))

    def matches(self, tags: Collection[str], keys: Mapping[str, str]) -> bool:
        """Whether the expression is true of a node with these effective tags and keys."""
        return truth(self.root)(tags, keys)

    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """The tags and the keys that it names."""
        terms = list(_terms(self.root))
        return (
            frozenset(term.name for term in terms if isinstance(term, Tag)),
            frozenset(term.key for term in terms if isinstance(term, Compare)),
        )

    def unknown(self, tags: Collection[str], keys: Collection[str]) -> Iterator[Finding]:
        """A finding for each tag and key in the expression that the document does not know."""
        for term in _terms(self.root):
            match term:
                case Tag(name, at) if name not in tags:
                    hint = nearest(name, tags) or there_are(tags)
                    yield error("PV110", f"no tag “{name}” in this CV", self.at(at, len(name)), hint)
                case Compare(key=key, at=at) if key not in keys and key not in KEYS:
                    known = {*keys, *KEYS}
                    hint = nearest(key, known) or there_are(known)
                    yield error("PV111", f"no key “{key}” in this CV", self.at(at, len(key)), hint)
                case _:
                    pass

    def at(self, offset: int, width: int) -> Place:
        """The place of `width` characters from `offset` on; that of the whole where it is not written as it is read,
        as on several lines of YAML."""
        if not self.place.line or self.place.width != len(self.text):
            return self.place
        return Place(self.place.file, self.place.line, self.place.column + offset, width)


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


def truth(term: Term) -> Test:
    """What judges effective tags and keys; made once for many nodes."""
    match term:
        case Tag(name):
            return lambda tags, _keys: name in tags
        case Untagged():
            return lambda tags, _keys: not tags
        case Compare(key, op, value):
            return lambda _tags, keys: _compare(key, op, value, keys.get(key))
        case Not(inner):
            test = truth(inner)
            return lambda tags, keys: not test(tags, keys)
        case And(parts):
            return _decided_by(False, [truth(part) for part in parts])
        case Or(parts):
            return _decided_by(True, [truth(part) for part in parts])


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
        return same if op == "==" else not same if op == "!=" else _COMPARE[op](found, wanted)
    try:
        return _COMPARE[op](float(found), float(wanted))
    except ValueError:
        return _COMPARE[op](found, wanted)


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


# ---------------------------------------------------------------- reading


class _Token(Struct, frozen=True):
    kind: str  # "op", "word", "quoted" or "end"
    text: str
    at: int


def parse_expression(text: str, place: Place = NOWHERE) -> Expression:
    """Raises `InputError` with one finding that points at the character where the sense breaks."""
    return _Parser(text, place).parse()


class _Parser:
    """Recursive descent over the tokens; one method per line of the grammar above."""

    def __init__(self, text: str, place: Place) -> None:
        self.expression = Expression(text, Untagged(), place)
        self.tokens = list(self._scan(text))
        self.next = 0
        self.depth = 0

    def _scan(self, text: str) -> Iterator[_Token]:
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                at += len(text[at:]) - len(text[at:].lstrip())
                sign = _Token("op", text[at], at)
                if sign.text == '"':
                    raise self.wrong("the quotation mark that opens here is never closed", sign, 'add " where it ends')
                raise self.wrong("“!” is written “not”", sign)  # there is no other
            kind = match.lastgroup or ""
            start = match.start(kind) - (kind == "quoted")
            yield _Token(kind, match[kind], start)
            at = match.end()
        yield _Token("end", "", len(text))

    def parse(self) -> Expression:
        root = self.either()
        if self.token.kind != "end":
            raise self.what_follows()
        return Expression(self.expression.text, root, self.expression.place)

    def what_follows(self) -> InputError:
        """Why the sense ends before the text does."""
        for token in (self.tokens[self.next - 1], self.token):
            if token.kind == "word" and (word := _ELSEWHERE.get(token.text.lower(), token.text)) != token.text:
                return self.wrong(f"“{token.text}” is written “{word}”", token)
        if self.token.text == ")":
            return self.wrong("this parenthesis closes nothing", self.token, "take it out")
        return self.wrong(f"“and” or “or” is missing before “{self.token.text}”", self.token)

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> bool:
        if self.token.kind in ("op", "word") and self.token.text in texts:
            self.next += 1
            return True
        return False

    def either(self) -> Term:
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Term:
        parts = [self.simple()]
        while self.take("and"):
            parts.append(self.simple())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def simple(self) -> Term:
        token = self.token
        self.depth += 1
        if self.depth > 100:
            raise self.wrong("the expression is nested too deeply", token)
        try:
            if self.take("not"):
                return Not(self.simple())
            if self.take("("):
                inner = self.either()
                if not self.take(")"):
                    raise self.wrong("the parenthesis that opens here is never closed", token, "add “)” where it ends")
                return inner
            return self.named()
        finally:
            self.depth -= 1

    def named(self) -> Term:
        token = self.token
        if token.kind != "word" or token.text in ("and", "or"):
            what = f"“{token.text}”" if token.text else "the end of the expression"
            raise self.wrong(f"a tag or a comparison is missing before {what}", token)
        self.next += 1
        name, comma, _ = token.text.partition(",")
        if comma:
            sign = _Token("op", comma, token.at + len(name))
            raise self.wrong("tags are joined by “and” or “or”, not by commas", sign)
        if self.take(*_COMPARE):
            return self.comparison(token, self.tokens[self.next - 1].text)
        if self.take("="):
            raise self.wrong("a comparison is written with two signs: ==", self.tokens[self.next - 1])
        if token.text == "untagged":
            return Untagged()
        name = token.text.removeprefix(".")
        if not name:
            raise self.wrong("a tag is missing after “.”", token)
        return Tag(name, token.at + len(token.text) - len(name))

    def comparison(self, key: _Token, op: str) -> Term:
        value = self.token
        if value.kind not in ("word", "quoted"):
            raise self.wrong(f"“{key.text}” is compared with nothing: a value is missing after {op}", value)
        self.next += 1
        if key.text == "date":
            try:
                parse_date(value.text)
            except ValueError as problem:
                raise self.wrong(f"“{value.text}” is not a date: {problem}", value) from None
        if key.text == "priority" and not value.text.isdecimal():
            raise self.wrong(f"a priority is a number from 1 to 9, not “{value.text}”", value)
        return Compare(key.text, op, value.text, key.at)

    def wrong(self, message: str, token: _Token, hint: str = "") -> InputError:
        return InputError(error("PV101", message, self.expression.at(token.at, max(1, len(token.text))), hint))

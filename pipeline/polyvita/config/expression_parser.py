"""Parser for selection expressions.

either  = both ("or" both)*
both    = simple ("and" simple)*
simple  = "not" simple | "(" either ")" | "untagged" | KEY ("=="|"!="|"<"|"<="|">"|">=") VALUE | TAG
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from polyvita.config.expression import COMPARISONS, And, Compare, Expression, Not, Or, Tag, Term, Untagged
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import NOWHERE, Location

_TOKEN = re.compile(
    r"""\s*(?: (?P<op> == | != | <= | >= | < | > | = | \( | \) )
             | "(?P<quoted>[^"]*)" | (?P<word> [^\s()<>=!"]+ ) )""",
    re.VERBOSE,
)
_OPERATOR_WORDS = {"and": "and", "or": "or", "not": "not", "&": "and", "&&": "and", "|": "or", "||": "or"}
"""Operators of other languages, and the words to use instead."""


class _Token(Struct, frozen=True):
    kind: str  # "op", "word", "quoted" or "end"
    text: str
    offset: int


def parse_expression(text: str, location: Location = NOWHERE) -> Expression:
    """Return `text` as an expression. Raises `InputError` with one finding that points at the wrong character.

    >>> parse_expression("talk and date >= 2020").matches({"talk"}, {"date": "2021-05"})
    True
    """
    return _Parser(text, location).parse()


class _Parser:
    """A recursive descent parser with one method for each line of the grammar above."""

    def __init__(self, text: str, location: Location) -> None:
        self.expression = Expression(text, Untagged(), location)
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
                    raise self.error("this quotation mark is not closed", sign, 'add " at the end of the value')
                raise self.error("unexpected “!”", sign, "use “not”")  # No other character fails to match.
            kind = match.lastgroup or ""
            start = match.start(kind) - (kind == "quoted")
            yield _Token(kind, match[kind], start)
            at = match.end()
        yield _Token("end", "", len(text))

    def parse(self) -> Expression:
        root = self.either()
        if self.token.kind != "end":
            raise self.trailing_text()
        return Expression(self.expression.text, root, self.expression.location)

    def trailing_text(self) -> InputError:
        """Return an error for text that follows a complete expression."""
        for token in (self.tokens[self.next - 1], self.token):
            if token.kind == "word" and (word := _OPERATOR_WORDS.get(token.text.lower(), token.text)) != token.text:
                return self.error(f"unexpected “{token.text}”", token, f"use “{word}”")
        if self.token.text == ")":
            return self.error("this “)” has no matching “(”", self.token, "delete the parenthesis")
        return self.error(f"“and” or “or” is missing before “{self.token.text}”", self.token)

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
            raise self.error("the expression is nested too deeply", token)
        try:
            if self.take("not"):
                return Not(self.simple())
            if self.take("("):
                inner = self.either()
                if not self.take(")"):
                    raise self.error("this “(” is not closed", token, "add “)”")
                return inner
            return self.tag_or_comparison()
        finally:
            self.depth -= 1

    def tag_or_comparison(self) -> Term:
        token = self.token
        if token.kind != "word" or token.text in ("and", "or"):
            what = f"“{token.text}”" if token.text else "the end of the expression"
            raise self.error(f"a tag or a comparison is missing before {what}", token)
        self.next += 1
        name, comma, _ = token.text.partition(",")
        if comma:
            sign = _Token("op", comma, token.offset + len(name))
            raise self.error("unexpected “,”", sign, "join tags with “and” or “or”")
        if self.take(*COMPARISONS):
            return self.comparison(token, self.tokens[self.next - 1].text)
        if self.take("="):
            raise self.error("unexpected “=”", self.tokens[self.next - 1], "use “==”")
        if token.text == "untagged":
            return Untagged()
        name = token.text.removeprefix(".")
        if not name:
            raise self.error("a tag is missing after “.”", token)
        return Tag(name, token.offset + len(token.text) - len(name))

    def comparison(self, key: _Token, op: str) -> Term:
        value = self.token
        if value.kind not in ("word", "quoted"):
            raise self.error(f"the value for “{key.text}” is missing after {op}", value)
        self.next += 1
        if key.text == "date":
            try:
                parse_date(value.text)
            except ValueError as problem:
                raise self.error(f"“{value.text}” is not a date: {problem}", value) from None
        if key.text == "priority" and not value.text.isdecimal():
            raise self.error(f"a priority is a number from 1 to 9, not “{value.text}”", value)
        return Compare(key.text, op, value.text, key.offset)

    def error(self, message: str, token: _Token, hint: str = "") -> InputError:
        location = self.expression.location_at(token.offset, max(1, len(token.text)))
        return InputError(error("PV101", message, location, hint))

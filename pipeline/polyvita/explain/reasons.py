"""Why an expression is true or false of something: the smallest part of it that decides."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from polyvita.config.expression import And, Compare, Expression, Not, Or, Tag, Term, Untagged


def deciding(term: Term, tags: Collection[str], keys: Mapping[str, str]) -> Term:
    """The smallest part of `term` from which its truth follows: one true part of an `or`, one false part of an `and`;
    what decides each part where all of them are needed."""
    truth = Expression("", term).matches(tags, keys)
    match term:
        case Not(inner):
            return Not(deciding(inner, tags, keys))
        case And(parts) | Or(parts) if truth == isinstance(term, Or):
            alone = (part for part in parts if Expression("", part).matches(tags, keys) == truth)
            return min((deciding(part, tags, keys) for part in alone), key=lambda part: len(as_text(part)))
        case And(parts):
            return And(tuple(deciding(part, tags, keys) for part in parts))
        case Or(parts):
            return Or(tuple(deciding(part, tags, keys) for part in parts))
        case _:
            return term


def as_text(term: Term) -> str:
    """A part of an expression as a filter file writes it."""
    match term:
        case Tag(name):
            return name
        case Untagged():
            return "untagged"
        case Compare(key, op, value):
            plain = re.fullmatch(r"[\w./-]+", value)
            return f"{key} {op} {value}" if plain else f'{key} {op} "{value}"'
        case Not(Not(inner)):
            return as_text(inner)
        case Not(inner):
            return f"not {_in_parentheses(inner)}"
        case And(parts):
            return " and ".join(map(_in_parentheses, parts))
        case Or(parts):
            return " or ".join(as_text(part) if isinstance(part, And) else _in_parentheses(part) for part in parts)


def _in_parentheses(term: Term) -> str:
    text = as_text(term)
    return f"({text})" if isinstance(term, And | Or) else text

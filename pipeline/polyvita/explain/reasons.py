"""The reason for the value of an expression: the smallest part of the expression that decides it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from polyvita.config.expression import And, Compare, Expression, Not, Or, Tag, Term, Untagged


def deciding_part(term: Term, tags: Collection[str], keys: Mapping[str, str]) -> Term:
    """Return the smallest part of `term` that decides its value for these tags and keys.

    One true part decides a true `or`, and one false part decides a false `and`. Otherwise all parts are needed, and
    each is reduced to the part that decides it.
    """
    value = Expression("", term).matches(tags, keys)
    match term:
        case Not(inner):
            return Not(deciding_part(inner, tags, keys))
        case And(parts) | Or(parts) if value == isinstance(term, Or):
            sufficient = (part for part in parts if Expression("", part).matches(tags, keys) == value)
            candidates = (deciding_part(part, tags, keys) for part in sufficient)
            return min(candidates, key=lambda part: len(format_term(part)))
        case And(parts):
            return And(tuple(deciding_part(part, tags, keys) for part in parts))
        case Or(parts):
            return Or(tuple(deciding_part(part, tags, keys) for part in parts))
        case _:
            return term


def format_term(term: Term) -> str:
    """Return a part of an expression in the syntax of filter files."""
    match term:
        case Tag(name):
            return name
        case Untagged():
            return "untagged"
        case Compare(key, op, value):
            plain = re.fullmatch(r"[\w./-]+", value)
            return f"{key} {op} {value}" if plain else f'{key} {op} "{value}"'
        case Not(Not(inner)):
            return format_term(inner)
        case Not(inner):
            return f"not {_in_parentheses(inner)}"
        case And(parts):
            return " and ".join(map(_in_parentheses, parts))
        case Or(parts):
            return " or ".join(format_term(part) if isinstance(part, And) else _in_parentheses(part) for part in parts)


def _in_parentheses(term: Term) -> str:
    text = format_term(term)
    return f"({text})" if isinstance(term, And | Or) else text

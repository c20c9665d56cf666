"""Explanations of YAML errors for people who do not know YAML."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml


class YamlProblem(NamedTuple):
    """An error in a YAML text: a message, the line and column from 1, and a hint."""

    message: str
    line: int
    column: int
    hint: str = ""


_QUOTES = "put the value in quotes"
_UNEXPECTED = "unexpected text"
_ALIGN = "align the lines of a group, and put quotes around whole values only"


def explain_yaml_error(problem: yaml.MarkedYAMLError, text: str) -> YamlProblem:
    """Return a plain message for an error of the YAML parser, at the location where a person would look for it.

    The errors are those of libyaml (`scanner.c`, `parser.c`).
    """
    here: Any = problem.problem_mark or problem.context_mark
    start: Any = problem.context_mark or here
    lines = text.split("\n")
    sign = lines[here.line][here.column : here.column + 1] if here.line < len(lines) else ""

    def at(mark: Any, message: str, hint: str = "") -> YamlProblem:
        return YamlProblem(message, mark.line + 1, mark.column + 1, hint)

    match problem.problem:
        case "did not find expected ',' or ']'":
            return at(start, "the list that opens here has a missing comma or no closing “]”")
        case "did not find expected ',' or '}'":
            return at(start, "the group that opens here has a missing comma or no closing “}”")
        case "found unexpected end of stream" | "found unexpected document indicator":
            return at(start, "this quotation mark is not closed")
        case "mapping values are not allowed in this context":
            return at(here, "unexpected colon before a space", "put a value that contains a colon in quotes")
        case "could not find expected ':'":
            return at(start, "this line has no colon", "write “key: value”, or indent the line if it continues a value")
        case "found character that cannot start any token" if sign == "\t":
            return at(here, "unexpected tab", "indent with spaces")
        case "found a tab character where an indentation space is expected":
            return at(here, "unexpected tab", "indent with spaces")
        case "found character that cannot start any token" | "mapping keys are not allowed in this context":
            return at(here, f"a value cannot begin with “{sign}”", _QUOTES)
        case "found undefined alias" | "did not find expected alphabetic or numeric character":
            return at(start, f"a value cannot begin with “{lines[start.line][start.column]}”", _QUOTES)
        case "found unknown escape character":
            return at(here, "unexpected backslash in double quotes", "write two backslashes, or use single quotes")
        case "did not find expected '-' indicator":
            return at(here, "a list item with “- ” is expected here", "do not mix list items and keys")
        case "but found another document":
            return at(here, "the line --- starts a second document in this file", "delete the line")
        case "did not find expected key" | "did not find expected node content":
            return at(here, _UNEXPECTED, _ALIGN)
        case "nested too deeply":
            return at(here, "lists and groups are nested too deeply")
        case str(other) if other.startswith("the character U+"):
            return at(here, other, "delete the character")
        case other:
            return at(here, str(other or problem.context))

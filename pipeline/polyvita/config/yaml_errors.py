"""What is wrong with a YAML text, in words for people who do not know YAML."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml


class YamlProblem(NamedTuple):
    """What is wrong with a text, where (from 1), and what would mend it."""

    message: str
    line: int
    column: int
    hint: str = ""


_QUOTES = "put the value in quotes"
_FOLLOWS = "this cannot follow what stands before it"
_COLUMNS = "lines of one group begin in the same column; a value that has quotes in it stands in quotes as a whole"


def explain_yaml_error(problem: yaml.MarkedYAMLError, text: str) -> YamlProblem:
    """A problem as the composer calls it, with the place where a person would look for it."""
    here: Any = problem.problem_mark or problem.context_mark
    begun: Any = problem.context_mark or here
    lines = text.split("\n")
    sign = lines[here.line][here.column : here.column + 1] if here.line < len(lines) else ""

    def at(mark: Any, message: str, hint: str = "") -> YamlProblem:
        return YamlProblem(message, mark.line + 1, mark.column + 1, hint)

    match problem.problem:
        case "did not find expected ',' or ']'":
            return at(begun, "the list that opens here lacks a comma or its “]”")
        case "did not find expected ',' or '}'":
            return at(begun, "the group that opens here lacks a comma or its “}”")
        case "found unexpected end of stream" | "found unexpected document indicator":
            return at(begun, "the quotation mark that opens here is not closed")
        case "mapping values are not allowed in this context":
            return at(here, "a colon with a space behind it cannot stand here", "put a value that has one in quotes")
        case "could not find expected ':'":
            return at(begun, "a colon is missing on this line", "write “key: value”; indent what belongs to a value")
        case "found character that cannot start any token" if sign == "\t":
            return at(here, "a tab cannot stand here", "indent with spaces")
        case "found a tab character where an indentation space is expected":
            return at(here, "a tab cannot stand here", "indent with spaces")
        case "found character that cannot start any token" | "mapping keys are not allowed in this context":
            return at(here, f"a value cannot begin with “{sign}”", _QUOTES)
        case "found undefined alias" | "did not find expected alphabetic or numeric character":
            return at(begun, f"a value cannot begin with “{lines[begun.line][begun.column]}”", _QUOTES)
        case "found unknown escape character":
            return at(here, "a backslash in double quotes is written twice", "or put the value in single quotes")
        case "did not find expected '-' indicator":
            return at(
                here, "an item of a list has to begin here, with “- ”", "a list and keys cannot stand side by side"
            )
        case "but found another document":
            return at(here, "the line --- begins a second file within this one", "take it out")
        case "did not find expected key" | "did not find expected node content":
            return at(here, _FOLLOWS, _COLUMNS)
        case "nested too deeply":
            return at(here, "lists and groups are nested too deeply")
        case str(other) if other.startswith("the character U+"):
            return at(here, other.replace("stand in it", "stand here"), "delete it")
        case other:
            return at(here, str(other or problem.context))

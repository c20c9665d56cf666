"""The table of codes has exactly the codes, severities and messages that the program uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest

from polyvita.checks.rules.registry import KINDS
from polyvita.core.codes import CODES
from repository import PACKAGE

TABLE = PACKAGE / "core" / "codes.py"
SOURCES = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")) if path != TABLE]
ANYTHING = ".*"


class Use(NamedTuple):
    """A call that has a code as an argument, with a regular expression for each message that it can have."""

    code: str
    function: str
    patterns: tuple[str, ...]

    @property
    def severity(self) -> str:
        if self.function == "Kind":
            return "as the rule says"
        return self.function if self.function == "info" else "warning" if self.function.startswith("warn") else "error"


@cache
def uses() -> list[Use]:
    return [use for source in SOURCES for use in uses_in(ast.parse(source), {})]


@cache
def named_codes() -> dict[str, set[str]]:
    """Return the codes by the name of a field that holds them: `not_yaml="PV004"`, or `not_yaml: str = "PV122"`."""
    found: dict[str, set[str]] = {}
    for source in SOURCES:
        for node in ast.walk(ast.parse(source)):
            match node:
                case (
                    ast.keyword(arg=str(name), value=ast.Constant(value=str(code)))
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(code)))
                ) if re.fullmatch(r"PV\d+", code):
                    found.setdefault(name, set()).add(code)
                case _:
                    pass
    return found


def codes_of(argument: ast.expr) -> set[str]:
    """Return the codes that an argument can be: the one that is written, or those of a field."""
    match argument:
        case ast.Constant(value=str(code)) if re.fullmatch(r"PV\d+", code):
            return {code}
        case ast.Attribute(attr=name):
            return named_codes().get(name, set())
        case _:
            return set()


def uses_in(node: ast.AST, values: dict[str, list[ast.expr]]) -> Iterator[Use]:
    """Yield the uses in a syntax tree. `values` has the values of the variables of the enclosing functions."""
    if isinstance(node, ast.FunctionDef):
        values = {**values, **assigned_values(node)}
    if isinstance(node, ast.Call):
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        messages = [argument for argument in node.args if not codes_of(argument)]
        for code in {code for argument in node.args for code in codes_of(argument)}:
            yield Use(code, function, tuple(patterns(messages[0], values)) if messages else (ANYTHING,))
    for child in ast.iter_child_nodes(node):
        yield from uses_in(child, values)


def assigned_values(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """Return the values that a function assigns to each variable."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(ast.Name(id=name), value=value):
                values.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=elements)):
                for target, value in zip(names, elements, strict=False):  # A starred target takes several.
                    values.setdefault(ast.unparse(target), []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                values.setdefault(name, []).append(ast.BinOp(ast.Name(name), ast.Add(), value))
            case _:
                pass
    return values


def patterns(message: ast.expr, values: dict[str, list[ast.expr]]) -> list[str]:
    """Return a regular expression for each text that an expression can have."""
    match message:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.JoinedStr(values=parts):
            return ["".join(one) for one in product(*(patterns(part, {}) for part in parts))]
        case ast.IfExp(body=body, orelse=other):
            return patterns(body, values) + patterns(other, values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return ["".join(both) for both in product(patterns(left, {}), patterns(right, {}))]
        case ast.Name(id=name) if name in values:
            rest = {key: value for key, value in values.items() if key != name}
            return [pattern for value in values[name] for pattern in patterns(value, rest)]
        case _:
            return [ANYTHING]


def test_the_table_has_exactly_the_codes_that_are_used() -> None:
    assert {code for source in SOURCES for code in re.findall(r"PV\d{3}", source)} == set(CODES)
    assert list(CODES) == sorted(CODES)


@pytest.mark.slow
def test_every_finding_gets_a_code() -> None:
    """Each call of `error` or `warning` passes a code from the table, a variable `code`, or a field with a code."""
    wrong = []
    for source in SOURCES:
        for call in ast.walk(ast.parse(source)):
            match call:
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Constant(value=str(code)), *_]):
                    wrong += [code] if code not in CODES else []
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Name(id="code"), *_]):
                    pass
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Attribute(attr=name), *_]):
                    wrong += [] if name in named_codes() else [name]
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[first, *_]):
                    wrong.append(ast.unparse(first))
                case _:
                    pass
    assert wrong == []


@pytest.mark.slow
def test_severities_are_those_of_the_table() -> None:
    used = {(use.code, use.severity) for use in uses()}
    assert sorted(used) == [(code, entry.severity) for code, entry in CODES.items()]


def test_titles_are_unique() -> None:
    assert len({entry.title for entry in CODES.values()}) == len(CODES)


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_the_example_matches_a_message_of_the_program(code: str) -> None:
    entry = CODES[code]
    assert [part for part in entry if not part or part != part.strip()] == []
    if code in {kind.code for kind in KINDS.values()}:
        assert re.fullmatch(r"[\w-]+, [\w ]+: .+ \([\w.-]+\)", entry.example)
        return
    found = [pattern for use in uses() if use.code == code for pattern in use.patterns]
    assert any(re.fullmatch(pattern, entry.example) for pattern in found), found

"""The table of codes has exactly the codes, severities and messages that the program uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from polyvita.core.codes import CODES
from repository import PACKAGE

FOLDER = PACKAGE
SEVERITY = {"error": "error", "fail": "error", "wrong": "error", "_refused": "error"}
SEVERITY |= {"warning": "warning", "warn": "warning", "Kind": "as the rule says"}


def uses() -> Iterator[tuple[str, str, str]]:
    """Yield each use of a code: the code, the called function, and a pattern for the message.

    The pattern is empty if the call does not contain the message.
    """
    for path in sorted(FOLDER.rglob("*.py")):
        if path == FOLDER / "core" / "codes.py":
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            values = [*call.args, *(keyword.value for keyword in call.keywords)]
            codes = [v.value for v in values if isinstance(v, ast.Constant) and re.fullmatch(r"PV\d+", str(v.value))]
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            for code in codes:
                match call.args:
                    case [ast.Constant(value=first), message, *_] if first == code:
                        yield code, name, message_pattern(message)
                    case [message, *_]:
                        yield code, name, message_pattern(message)
                    case _:
                        yield code, name, ""


def message_pattern(message: ast.expr | None) -> str:
    match message:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)
        case _:
            return ""


def test_the_table_has_exactly_the_codes_that_are_used() -> None:
    sources = (
        path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py") if path != FOLDER / "core" / "codes.py"
    )
    named = {code for source in sources for code in re.findall(r"PV\d{3}", source)}
    assert named == set(CODES)
    assert list(CODES) == sorted(CODES)


def test_every_finding_gets_a_code() -> None:
    """Each call of `error` or `warning` passes a code from the table, or a variable `code`."""
    wrong = []
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match call:
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Constant(value=str(code)), *_]):
                    wrong += [code] if code not in CODES else []
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Name(id="code"), *_]):
                    pass
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[first, *_]):
                    wrong.append(ast.unparse(first))
                case _:
                    pass
    assert wrong == []


def test_severities_are_those_of_the_table() -> None:
    used = {(code, SEVERITY[name]) for code, name, _ in uses()}
    assert sorted(used) == [(code, entry.severity) for code, entry in CODES.items()]


def test_titles_are_unique() -> None:
    assert len({entry.title for entry in CODES.values()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_matches_a_message_of_the_program(code: str) -> None:
    entry = CODES[code]
    assert [part for part in entry if not part or part != part.strip()] == []
    if code.startswith("PV4"):
        assert re.fullmatch(r"[\w-]+, [\w ]+: .+ \([\w.-]+\)", entry.example)
        return
    patterns = [pattern for used, _, pattern in uses() if used == code]
    assert patterns
    if all(patterns):
        assert any(re.fullmatch(pattern, entry.example) for pattern in patterns), patterns

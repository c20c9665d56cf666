"""Every code means one thing, and the table of codes has those that the program uses: no more and no fewer."""

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
    """Each code that is used, the function that is given it, and a pattern of its message (empty where not written
    there)."""
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
                        yield code, name, pattern(message)
                    case [message, *_]:
                        yield code, name, pattern(message)
                    case _:
                        yield code, name, ""


def pattern(message: ast.expr | None) -> str:
    match message:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)
        case _:
            return ""


def test_the_table_has_the_codes_that_are_used_and_no_others() -> None:
    sources = (
        path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py") if path != FOLDER / "core" / "codes.py"
    )
    named = {code for source in sources for code in re.findall(r"PV\d{3}", source)}
    assert named == set(CODES)
    assert list(CODES) == sorted(CODES)


def test_findings_are_made_with_a_code_alone() -> None:
    """No finding has a word in place of a code: each is given a code, or hands on the one that it was given."""
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


def test_a_code_is_as_grave_as_the_table_says() -> None:
    used = {(code, SEVERITY[name]) for code, name, _ in uses()}
    assert sorted(used) == [(code, entry.severity) for code, entry in CODES.items()]


def test_no_two_codes_mean_the_same() -> None:
    assert len({entry.title for entry in CODES.values()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_is_what_the_program_says(code: str) -> None:
    entry = CODES[code]
    assert [part for part in entry if not part or part != part.strip()] == []
    if code.startswith("PV4"):
        assert re.fullmatch(r"[\w-]+, [\w ]+: .+ \([\w.-]+\)", entry.example)
        return
    patterns = [said for used, _, said in uses() if used == code]
    assert patterns
    if all(patterns):
        assert [said for said in patterns if re.fullmatch(said, entry.example)], patterns

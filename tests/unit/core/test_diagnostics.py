"""Findings: their order, their JSON, and how the terminal shows them."""

from __future__ import annotations

import time

import pytest

from polyvita.core.diagnostics import (
    MAX_SHOWN,
    DoesNotFitError,
    ExternalError,
    Finding,
    InputError,
    Quote,
    WithheldError,
    error,
    finding_as_data,
    findings_of,
    has_errors,
    quote,
    render,
    sorted_findings,
    warning,
)
from polyvita.core.location import Location, remember_text


def test_findings_are_sorted_by_location_and_occur_once() -> None:
    first, second = warning("PV012", "b", Location("cv.md", 2, 9)), error("PV010", "a", Location("cv.md", 10))
    other = warning("PV012", "b", Location("cv.md", 2, 9), "a hint")
    assert sorted_findings([second, first, other, first]) == (first, other, second)
    assert sorted_findings(iter([second, other, first])) == (first, other, second)


def test_only_errors_are_errors() -> None:
    assert has_errors([warning("PV012", "a"), error("PV010", "b")])
    assert not has_errors([warning("PV012", "a"), Finding("PV324", "info", "b")])


@pytest.mark.parametrize(
    ("problem", "findings"),
    [
        (InputError(error("PV001", "a"), error("PV002", "b")), (error("PV001", "a"), error("PV002", "b"))),
        (WithheldError(error("PV320", "a")), (error("PV320", "a"),)),
        (DoesNotFitError(error("PV310", "a")), (error("PV310", "a"),)),
        (ExternalError("a", "b", Location("c", 1)), (error("PV301", "a", Location("c", 1), "b"),)),
        (KeyError("a"), (error("PV390", "internal error: KeyError: 'a'"),)),
    ],
)
def test_every_exception_becomes_findings(problem: Exception, findings: tuple[Finding, ...]) -> None:
    assert findings_of(problem) == findings


def test_a_finding_as_data() -> None:
    remember_text("one.md", "a {.bb} c\n")
    assert finding_as_data(warning("PV012", "a message", Location("one.md", 1, 4, 3), "a hint")) == {
        "code": "PV012",
        "severity": "warning",
        "message": "a message",
        "hint": "a hint",
        "file": "one.md",
        "line": 1,
        "column": 4,
        "width": 3,
        "quote": {"before": "a {", "marked": ".bb", "after": "} c"},
    }
    assert finding_as_data(error("PV010", "a")) == {"code": "PV010", "severity": "error", "message": "a", "hint": ""}


@pytest.mark.parametrize(
    ("line", "column", "width", "expected"),
    [
        ("a b c", 3, 1, Quote("a ", "b", " c")),
        ("a b c", 6, 1, Quote("a b c", "", "")),
        ("a b c", 5, 9, Quote("a b ", "c", "")),
        (" \t", 1, 1, None),
        ("x" * 160, 161, 1, Quote("x" * 160, "", "")),
        ("x" * 100 + "y" + "z" * 200, 101, 1, Quote("… " + "x" * 60, "y", "z" * 99 + " …")),
        ("x" * 100 + "y" + "z" * 200, 1, 400, Quote("", "x" * 100 + "y" + "z" * 59, " …")),
        ("x" * 400, 400, 1, Quote("… " + "x" * 159, "x", "")),
    ],
)
def test_a_long_line_is_cut_around_the_location(line: str, column: int, width: int, expected: Quote | None) -> None:
    remember_text("one.md", f"\n{line}\n")
    assert quote(Location("one.md", 2, column, width)) == expected


def test_carets_are_below_the_marked_part() -> None:
    remember_text("one.md", "\t中文 é\u0301 {.a}\x07\n")
    assert render([error("PV012", "wrong\x1b[1m", Location("one.md", 1, 8, 4), "a hint"), warning("PV013", "b")]) == (
        "one.md:1:8: error[PV012]: wrong␛[1m\n"
        "  1 | \t中文 é\u0301 {.a}␇\n"
        "    | \t       ^^^^\n"
        "  hint: a hint\n"
        "warning[PV013]: b"
    )


def test_many_findings_are_rendered_in_linear_time() -> None:
    remember_text("large.md", "a line of text\n" * 20_000)
    findings = [warning("PV012", "a message", Location("large.md", line, 3, 4)) for line in range(1, 20_001)]
    started = time.process_time()
    lines = render(findings).splitlines()
    assert len(lines) == 3 * MAX_SHOWN + 1
    assert lines[-1] == "… and 19950 more PV012 findings; --json lists all"
    assert time.process_time() - started < 3  # It takes 0.1 seconds. Quadratic time would be minutes.

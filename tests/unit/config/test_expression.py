"""Expressions: parsing, evaluating, and the errors for invalid ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita.config.expression import And, Compare, Expression, Not, Or, Tag, Term, Untagged
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import InputError, render
from polyvita.core.location import Location, remember_text
from random_documents import TAGS, expressions


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("core", Tag("core")),
        (".core", Tag("core")),
        ("untagged", Untagged()),
        ("not a or b", Or((Not(Tag("a")), Tag("b")))),
        ("a or b and c", Or((Tag("a"), And((Tag("b"), Tag("c")))))),
        ("(a or b) and c", And((Or((Tag("a"), Tag("b"))), Tag("c")))),
        ("not not a", Not(Not(Tag("a")))),
        ("date>=2020", Compare("date", ">=", "2020")),
        ('org == "TU Berlin"', Compare("org", "==", "TU Berlin")),
        ("a and\n  b", And((Tag("a"), Tag("b")))),
        ("priority <= 2", Compare("priority", "<=", "2")),
    ],
)
def test_parses_to_a_tree(text: str, tree: Term) -> None:
    assert parse_expression(text).root == tree


def to_text(term: Term) -> str:
    match term:
        case Tag(name):
            return name
        case Untagged():
            return "untagged"
        case Compare(key, op, value):
            return f"{key} {op} {value}"
        case Not(inner):
            return f"not ({to_text(inner)})"
        case And(parts):
            return " and ".join(f"({to_text(part)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({to_text(part)})" for part in parts)


@pytest.mark.slow
@given(expressions)
def test_a_tree_written_as_text_parses_to_the_same_tree(expression: Expression) -> None:
    assert parse_expression(to_text(expression.root)).root == expression.root


@given(expressions, st.sets(st.sampled_from(TAGS)))
def test_not_is_the_opposite(expression: Expression, tags: set[str]) -> None:
    opposite = Expression("", Not(expression.root))
    assert expression.matches(tags, {}) != opposite.matches(tags, {})


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_parsed_or_rejected_with_one_finding(text: str) -> None:
    found = []
    try:
        parse_expression(text, Location("f.yaml", 1, 1, len(text)))
    except InputError as problem:
        found = [finding.location.column for finding in problem.findings]
    assert found == [] or (len(found) == 1 and 1 <= found[0] <= len(text) + 1)


@pytest.mark.parametrize(
    ("date", "comparison", "holds"),
    [
        ("2020-05", "date >= 2020", True),
        ("2019-12", "date >= 2020", False),
        ("2020", "date == 2020", True),
        ("2020-05", "date == 2020", True),
        ("2020", "date == 2020-05", False),
        ("2018/..", "date >= 2020", False),
        ("2018/..", "date < 2020", False),
        ("2018/..", "not date < 2020", True),
        ("2012/2013", "date <= 2013", True),
        ("2012/2013", "date < 2013", False),
        ("2012/2013", "date > 2011", True),
        (None, "date >= 2000", False),
        (None, "date != 2000", True),
    ],
)
def test_a_comparison_of_dates_is_true_if_it_is_true_for_every_day(
    date: str | None, comparison: str, holds: bool
) -> None:
    assert parse_expression(comparison).matches((), {"date": date} if date else {}) is holds


def test_comparisons_of_other_keys() -> None:
    def holds(text: str, **keys: str) -> bool:
        return parse_expression(text).matches((), keys)

    assert holds("priority <= 5")
    assert not holds("priority < 5")
    assert holds("priority <= 2", priority="1")
    assert holds("lang == de", lang="de-AT")
    assert not holds("lang == de-AT", lang="de")
    assert holds("lang != de")
    assert holds("pages > 9", pages="10")
    assert holds('place == "Berlin, Germany"', place="Berlin, Germany")


@pytest.mark.parametrize(
    ("text", "output"),
    [
        (
            "core or (publication and selected",
            "f.yaml:3:17: error[PV101]: this “(” is not closed\n"
            "  3 | select: core or (publication and selected\n"
            "    |                 ^\n"
            "  hint: add “)”",
        ),
        (
            "core publication",
            "f.yaml:3:14: error[PV101]: “and” or “or” is missing before “publication”\n"
            "  3 | select: core publication\n"
            "    |              ^^^^^^^^^^^",
        ),
        (
            "core and",
            "f.yaml:3:17: error[PV101]: a tag or a comparison is missing before the end of the expression\n"
            "  3 | select: core and\n"
            "    |                 ^",
        ),
        (
            "lang = de",
            "f.yaml:3:14: error[PV101]: unexpected “=”\n"
            "  3 | select: lang = de\n"
            "    |              ^\n"
            "  hint: use “==”",
        ),
        (
            "date >= 2020-13",
            "f.yaml:3:17: error[PV101]: “2020-13” is not a date: there is no month 13\n"
            "  3 | select: date >= 2020-13\n"
            "    |                 ^^^^^^^",
        ),
        (
            "core and .",
            "f.yaml:3:18: error[PV101]: a tag is missing after “.”\n  3 | select: core and .\n    |                  ^",
        ),
        (
            "core & talk",
            "f.yaml:3:14: error[PV101]: unexpected “&”\n"
            "  3 | select: core & talk\n"
            "    |              ^\n"
            "  hint: use “and”",
        ),
        (
            "priority < high",
            "f.yaml:3:20: error[PV101]: a priority is a number from 1 to 9, not “high”\n"
            "  3 | select: priority < high\n"
            "    |                    ^^^^",
        ),
    ],
)
def test_an_error_has_a_caret_at_the_wrong_character(text: str, output: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_expression(text, Location("f.yaml", 3, 9, len(text)))
    remember_text("f.yaml", f"\n\nselect: {text}\n")
    assert render(caught.value.findings) == output

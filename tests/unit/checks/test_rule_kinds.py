"""The kinds of rule one by one: what each says of files made by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from polyvita.checks.rules import ruleset
from polyvita.checks.rules.model import Layout, MeasuredFile, Type, plain_wording
from polyvita.checks.rules.outcome import Case, Outcome, Violation
from polyvita.checks.rules.registry import KINDS
from polyvita.config.settings import read_into
from polyvita.config.yaml_loader import parse_yaml
from polyvita.core.diagnostics import Report
from polyvita.core.location import NOWHERE, Location
from polyvita.reader import read_text
from polyvita.transforms import show_entries
from rules_example import CV

LAYOUT = Layout(
    types=(Type("Arial", 11, "style “Normal”"), Type("ArialMT", 9.5, "style “Contact”")),
    line_spacing=1.2,
    paper=(210, 297),
    margins={"top": 15, "right": 20, "bottom": 25, "left": 20},
    images=1,
    header_footer=True,
)
TEXT = """\
Letters
=======

Dear h-index.

Works
=====

1.  Alpha, 2019.
    - part one
    - part two
2.  Beta, 2021.
3.  Gamma, 2024.[1]

Roles
=====

Head (since 2021)
-----------------

Leads many people.

Scholar (2025)
--------------

Reads.
"""


def value_of(kind: str, text: str) -> Any:
    """What a rule file would have for the kind, of the class that the kind takes."""
    rule = f"{{name: r, level: error, source: s, sure: high, checked: 2026-01-01, {kind}: {text}}}"
    parsed = parse_yaml(rule, "rules/r.yaml")
    assert parsed is not None
    report = Report()
    found = read_into(ruleset.Rule, parsed, report)
    assert found is not None, list(report)
    return found.value


def judged(
    kind: str, text: str, file: MeasuredFile, *, others: Sequence[MeasuredFile] = (), lang: str = "en", cv: str = CV
) -> Outcome:
    names = {"name": "Ada Example", "last": "Example", "lang": lang, "date": "2026-01-01"}
    case = Case(
        show_entries(read_text(cv), lang=lang), (file, *others), NOWHERE, lang, datetime.date(2026, 1, 1), names
    )
    return KINDS[kind].judge(value_of(kind, text), file, case)


def kept(figure: str) -> Outcome:
    return Outcome("kept", figure)


def broken(figure: str, *slips: Violation | int | str) -> Outcome:
    """Broken at these lines of the source, or with these words."""
    made = [
        Violation(message=s) if isinstance(s, str) else Violation(Location("", s)) if isinstance(s, int) else s
        for s in slips
    ] or [Violation()]
    return Outcome("broken", figure, tuple(made))


def lines(outcome: Outcome) -> Outcome:
    """With the lines of places alone: columns are the reader's."""
    slips = (structs.replace(s, location=s.location and Location("", s.location.line)) for s in outcome.slips)
    return structs.replace(outcome, slips=tuple(slips))


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("pages", "{most: 4}", kept("4 of at most 4, a guess")),
        ("pages", "{most: 3}", broken("4 of at most 3, a guess")),
        ("pages", "{least: 5}", broken("4 of at least 5, a guess")),
        ("pages", "{least: 2, most: 4}", kept("4 of 2 to 4, a guess")),
        ("typeface", "[Times, Arial]", kept("Arial")),
        ("typeface", "Times", broken("Arial, ArialMT, not Times or like it", "Arial, ArialMT in style “Normal”")),
        ("typeface", "Arial Narrow", broken("Arial, ArialMT, not Arial Narrow or like it", "Arial, ArialMT in style “Normal”")),
        ("type_size", "9.5pt", kept("9.5 of at least 9.5 pt")),
        ("type_size", "10pt", broken("9.5 of at least 10 pt", "9.5 of at least 10 pt: style “Contact”")),
        ("line_spacing", "1.2", kept("1.20 of at least 1.2")),
        ("line_spacing", "1.25", broken("1.20 of at least 1.25")),
        ("margins", "15mm", kept("top 15, right 20, bottom 25, left 20 mm")),
        ("margins", "{left: 25mm, bottom: 25mm}", broken("left 20 of at least 25 mm")),
        ("paper", "a4", kept("a4")),
        ("paper", "letter", broken("a4, not letter")),
        ("images", "{most: 0}", broken("1, where none is allowed")),
        ("images", "{least: 1}", kept("1 of at least 1")),
        ("header_footer", "none", broken("there is one")),
        ("formats", "[pdf, docx]", kept("docx")),
        ("formats", "[pdf]", broken("docx, not pdf")),
        ("filename", "'CV_{last}'", kept("CV_Example")),
        ("filename", "'CV {name} {lang}'", broken("CV_Example, not CV Ada Example en")),
    ],
)  # fmt: skip
def test_how_a_file_lies_on_paper(kind: str, asked: str, outcome: Outcome) -> None:
    file = MeasuredFile("CV_Example.docx", "docx", None, LAYOUT, 4, "a guess")
    assert judged(kind, asked, file) == outcome


@pytest.mark.parametrize(
    ("kind", "layout", "outcome"),
    [
        ("pages", LAYOUT, Outcome("open", "not checkable: its pages could not be counted")),
        ("type_size", structs.replace(LAYOUT, types=()), Outcome("open", "not checkable: there are no words")),
        (
            "line_spacing",
            structs.replace(LAYOUT, line_spacing=None),
            Outcome("open", "not checkable: no paragraph has two lines"),
        ),
        ("paper", structs.replace(LAYOUT, paper=(148, 210)), broken("148 × 210 mm, not a4")),
    ],
)
def test_what_a_file_does_not_say(kind: str, layout: Layout, outcome: Outcome) -> None:
    asked = {"pages": "{most: 1}", "type_size": "11pt", "line_spacing": "1", "paper": "a4"}[kind]
    assert judged(kind, asked, MeasuredFile("cv.docx", "docx", None, layout)) == outcome


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("words", "{most: 16}", kept("16 of at most 16")),
        ("words", "{most: 15}", broken("16 of at most 15")),
        ("words", "{section: letters, least: 3}", broken("2 of at least 3", 1)),
        ("words", "{section: roles, most: 4}", kept("4 of at most 4")),
        ("words", "{section: roles, each: true, most: 2}", broken("the longest 3 of at most 2", Violation(Location("", 17), "3 of at most 2"))),
        ("words", "{section: works, without: work and date < 2020, most: 4}", kept("4 of at most 4")),
        ("words", "{items: piece, most: 2}", kept("the longest 2 of at most 2")),
        ("words", "{items: nothing, most: 2}", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("words", "{section: none, most: 2}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("characters", "{section: letters, most: 13}", kept("13 of at most 13")),
        ("characters", "{section: letters, most: 12}", broken("13 of at most 12", 1)),
        ("characters", "{items: piece, most: 7}", broken("the longest 8 of at most 7", Violation(Location("", 8), "8 of at most 7"), Violation(Location("", 9), "8 of at most 7"))),
        ("items", "{items: work, most: 3}", kept("3 of at most 3")),
        ("items", "{items: work, most: 2}", broken("3 of at most 2", 11)),
        ("items", "{section: works, most: 2}", broken("3 of at most 2", 11)),
        ("items", "{section: roles, most: 1}", broken("2 of at most 1", 21)),
        ("items", "{section: works, items: piece, most: 1}", broken("2 of at most 1", 9)),
        ("items", "{section: works, each: true, items: piece, most: 1}", broken("the most 2 of at most 1", Violation(Location("", 9), "2 of at most 1"))),
        ("items", "{section: works, least: 4}", broken("3 of at least 4", 5)),
        ("items", "{items: nothing, most: 2}", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("items", "{items: nothing, least: 1}", broken("0 of at least 1")),
        ("items", "{section: none, most: 2}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("age", "{items: work, since: -5y}", broken("2 of 3 since 2021-01-01", Violation(Location("", 7), "2019-12-31 is before 2021-01-01"))),
        ("age", "{items: work or plain, since: 2019}", kept("4 of 4 since 2019-01-01, 1 without a date")),
        ("newest_first", "work", broken("3 items", Violation(Location("", 10), "newer than the one before it"), Violation(Location("", 11), "newer than the one before it"))),
        ("newest_first", "date >= 2021", broken("4 items", Violation(Location("", 11), "newer than the one before it"))),
        ("newest_first", "nothing", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("headings", "{order: {en: [Letters, Post | Works]}}", kept("2 of 2, in order")),
        ("headings", "{order: {en: [Works, Head]}}", kept("2 of 2, in order")),
        ("headings", "{order: {en: [Works, Letters, Zeal]}}", broken("2 of 3", "“Zeal” is missing", "“Letters” has to follow “Works”")),
        ("headings", "{order: {en: [Letters, Zeal]}, optional: {en: [Zeal]}}", kept("1 of 2, in order")),
        ("headings", "{order: {de: [Briefe]}}", Outcome("open", "not checkable: the form’s headings are known in de only, not in “en”")),
        ("forbidden", "{words: [h-index, 'gam']}", broken("1 found", Violation(Location("", 3), "“h-index” must not occur"))),
        ("forbidden", "{section: works, words: [h-index]}", kept("none found")),
        ("forbidden", "{items: work, words: ['20\\d\\d']}", broken("3 found", *(Violation(Location("", n), f"“{y}” must not occur") for n, y in ((7, 2019), (10, 2021), (11, 2024))))),
        ("forbidden", "{section: none, words: [a]}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("required", "{pattern: 'beta', what: a beta}", kept("has a beta")),
        ("required", "{pattern: 'delta', what: delta}", broken("lacks delta")),
        ("required", "{items: work, pattern: ', 20', what: a year}", kept("3 of 3 with a year")),
        ("required", "{items: work, pattern: '10\\.1/', what: a DOI}", broken("0 of 3 with a DOI", *(Violation(Location("", n), "without a DOI") for n in (7, 10, 11)))),
    ],
)  # fmt: skip
def test_what_a_file_says(kind: str, asked: str, outcome: Outcome) -> None:
    file = MeasuredFile("cv.txt", "txt", plain_wording(TEXT))
    assert lines(judged(kind, asked, file)) == outcome


def test_what_is_not_in_the_file_does_not_count() -> None:
    """Items are those of the finished file, not those that the document means to show."""
    short = MeasuredFile("cv.txt", "txt", plain_wording(TEXT.replace("2.  Beta, 2021.\n", "")))
    assert judged("items", "{items: work, most: 3}", short) == kept("2 of at most 3")
    nothing = MeasuredFile("cv.txt", "txt", plain_wording("Nothing."))
    assert judged("items", "{items: work, least: 1}", nothing) == broken("0 of at least 1")


def test_an_item_reaches_from_its_first_word_to_its_last() -> None:
    """Past the mark of a footnote, past a picture, and however long it is; what follows it is not its own."""
    long = "A sentence of many words that go on and on, so that both of its ends are needed to know it by"
    cv = f"- {long}[^1] and more ![Ada](ada.png) of it. {{.long}}\n- {long}. {{.long}}\n\n[^1]: Noted.\n"
    text = f"- {long}[1] and more of it.\n- {long}.\n\n[1] Noted.\n"
    outcome = judged("characters", "{items: long, most: 1}", MeasuredFile("cv.txt", "txt", plain_wording(text)), cv=cv)
    ends = [len(f"{long}[1] and more of it"), len(long)]
    assert [slip.message for slip in outcome.slips] == [f"{number} of at most 1" for number in ends]


def test_a_link_that_the_file_has_counts_as_its_text() -> None:
    linked = structs.replace(plain_wording(TEXT), links=frozenset({"https://doi.org/10.1/b"}))
    outcome = judged(
        "required", "{items: work, pattern: '10\\.1/', what: a DOI}", MeasuredFile("cv.docx", "docx", linked)
    )
    assert outcome.figure == "1 of 3 with a DOI"


def test_every_kind_has_a_key_a_code_and_a_sentence() -> None:
    assert tuple(KINDS) == ruleset.KIND_NAMES
    codes = [kind.code for kind in KINDS.values()]
    assert codes == [f"PV4{number:02}" for number in range(1, len(KINDS) + 1)]
    assert [name for name, kind in KINDS.items() if not (kind.meaning and kind.measure)] == []

"""Each kind of rule, checked on files made by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from polyvita.checks.inspect import inspect
from polyvita.checks.inspect.model import ColourUse, FileText, FontUse, Inspection, Layout
from polyvita.checks.rules import ruleset
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import Outcome, RuleContext, Violation
from polyvita.checks.rules.registry import KINDS
from polyvita.config.settings import read_into
from polyvita.config.yaml_loader import parse_yaml
from polyvita.core.location import NOWHERE, Location
from polyvita.reader import read_text
from polyvita.transforms import show_entries
from rules_example import CV

LAYOUT = Layout(
    fonts=(FontUse("Arial", 11, "style “Normal”"), FontUse("ArialMT", 9.5, "style “Contact”")),
    line_spacing=1.2,
    paper=(210, 297),
    margins={"top": 15, "right": 20, "bottom": 25, "left": 20},
    images=1,
    header_footer=True,
    running_texts=("Ada Example\nPAGE",),
)


class Small(Inspection):
    """A file of 1200 bytes, with blue text."""

    colours = (ColourUse("#1a1a1a", "style “Normal”"), ColourUse("#1f4e79", "style “Heading 1”"))


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
    """Return the requirement that a rule file with `kind: text` has."""
    rule = f"{{name: r, level: error, source: s, sure: high, checked: 2026-01-01, {kind}: {text}}}"
    found, findings = read_into(ruleset.Rule, parse_yaml(rule, "rules/r.yaml", ruleset.RULE_FILE), ruleset.RULE_FILE)
    assert found is not None, findings
    return found.value


def plain_text(text: str) -> FileText:
    """Return what is read from a plain text."""
    body = inspect("txt", text.encode()).body
    assert body is not None
    return body


def check(
    kind: str,
    text: str,
    file: MeasuredFile,
    *,
    others: Sequence[MeasuredFile] = (),
    lang: str = "en",
    cv: str = CV,
    own_names: tuple[str, ...] = (),
) -> Outcome:
    names = {"name": "Ada Example", "last": "Example", "lang": lang, "date": "2026-01-01"}
    shown = show_entries(read_text(cv), lang=lang)
    context = RuleContext(shown, (file, *others), NOWHERE, lang, datetime.date(2026, 1, 1), names, own_names=own_names)
    return KINDS[kind].check(value_of(kind, text), file, context)


def kept(figure: str) -> Outcome:
    return Outcome("kept", figure)


def broken(figure: str, *violations: Violation | int | str) -> Outcome:
    """Return a broken outcome. An int is the line of a violation, a text its message."""
    converted = [
        Violation(message=v) if isinstance(v, str) else Violation(Location("", v)) if isinstance(v, int) else v
        for v in violations
    ] or [Violation()]
    return Outcome("broken", figure, tuple(converted))


def open_(reason: str) -> Outcome:
    return Outcome("open", f"not checkable: {reason}")


def at(line: int, message: str) -> Violation:
    return Violation(Location("", line), message)


def with_lines_only(outcome: Outcome) -> Outcome:
    """Return the outcome without the columns of its locations, which the tests of the reader check."""
    violations = (
        structs.replace(v, location=v.location and Location("", v.location.line), absent=False)
        for v in outcome.violations
    )
    return structs.replace(outcome, violations=tuple(violations))


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("pages", "{most: 4}", kept("4 pages, maximum 4, a guess")),
        ("pages", "{most: 3}", broken("4 pages, maximum 3, a guess")),
        ("pages", "{least: 5}", broken("4 pages, minimum 5, a guess")),
        ("pages", "{least: 2, most: 4}", kept("4 pages, allowed 2 to 4, a guess")),
        ("typeface", "[Times, Arial]", kept("Arial")),
        ("typeface", "Times", broken("Arial, ArialMT; required: Times or similar", "Arial, ArialMT in style “Normal”")),
        ("typeface", "Arial Narrow", broken("Arial, ArialMT; required: Arial Narrow or similar", "Arial, ArialMT in style “Normal”")),
        ("type_size", "9.5pt", kept("9.5 pt, minimum 9.5 pt")),
        ("type_size", "10pt", broken("9.5 pt, minimum 10 pt", "9.5 pt, minimum 10 pt, in style “Contact”")),
        ("line_spacing", "1.2", kept("1.20, minimum 1.2")),
        ("line_spacing", "1.25", broken("1.20, minimum 1.25")),
        ("margins", "15mm", kept("top 15, right 20, bottom 25, left 20 mm")),
        ("margins", "{left: 25mm, bottom: 25mm}", broken("left 20 mm, minimum 25 mm")),
        ("paper", "a4", kept("a4")),
        ("paper", "letter", broken("a4 instead of letter")),
        ("images", "{most: 0}", broken("1 picture, none allowed")),
        ("images", "{least: 1}", kept("1 picture, minimum 1")),
        ("header_footer", "none", broken("has a header or footer")),
        ("formats", "[pdf, docx]", kept("docx")),
        ("formats", "[pdf]", broken("docx; required: pdf")),
        ("pages", "{most_in: {en: 4, fr: 5}}", kept("4 pages, maximum 4, a guess")),
        ("pages", "{most_in: {en: 3, fr: 5}}", broken("4 pages, maximum 3, a guess")),
        ("pages", "{most_in: {fr: 5}}", open_("the rule has no number for “en”")),
        ("running_text", "{text: '{name}'}", kept("“Ada Example” in header or footer")),
        ("running_text", "{text: 'ada  example {page}', from_page: 2}", kept("“ada  example the page number” in header or footer")),
        ("running_text", "{text: Example A}", broken("“Example A” in header or footer", "the file is without “Example A” in header or footer")),
        ("colour", "black", broken("#1f4e79", "#1f4e79 in style “Heading 1”")),
        ("file_size", "2KB", kept("1.2 KB, maximum 2 KB")),
        ("file_size", "1.1KB", broken("1.2 KB, maximum 1.1 KB")),
        ("filename", "'CV_{last}'", kept("CV_Example")),
        ("filename", "'CV {name} {lang}'", broken("CV_Example instead of CV Ada Example en")),
    ],
)  # fmt: skip
def test_layout_rules(kind: str, asked: str, outcome: Outcome) -> None:
    file = MeasuredFile("CV_Example.docx", "docx", None, LAYOUT, 4, "a guess", Small(b"x" * 1200))
    assert check(kind, asked, file) == outcome


@pytest.mark.parametrize(
    ("kind", "layout", "outcome"),
    [
        ("pages", LAYOUT, open_("the pages could not be counted")),
        ("type_size", structs.replace(LAYOUT, fonts=()), open_("there are no words")),
        (
            "line_spacing",
            structs.replace(LAYOUT, line_spacing=None),
            open_("no paragraph has two lines"),
        ),
        ("colour", LAYOUT, open_("there are no words")),
        ("paper", structs.replace(LAYOUT, paper=(148, 210)), broken("148 × 210 mm instead of a4")),
    ],
)
def test_layout_rules_that_cannot_be_checked(kind: str, layout: Layout, outcome: Outcome) -> None:
    asked = {"pages": "{most: 1}", "type_size": "11pt", "line_spacing": "1", "paper": "a4", "colour": "black"}[kind]
    assert check(kind, asked, MeasuredFile("cv.docx", "docx", None, layout)) == outcome


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("words", "{most: 16}", kept("16 words, maximum 16")),
        ("words", "{most: 15}", broken("16 words, maximum 15")),
        ("words", "{section: letters, least: 3}", broken("2 words, minimum 3", 1)),
        ("words", "{section: roles, most: 4}", kept("4 words, maximum 4")),
        ("words", "{section: roles, each: true, most: 2}", broken("longest: 3 words, maximum 2", at(17, "3 words, maximum 2"))),
        ("words", "{section: works, without: work and date < 2020, most: 4}", kept("4 words, maximum 4")),
        ("words", "{items: piece, most: 2}", kept("longest: 2 words, maximum 2")),
        ("words", "{items: nothing, most: 2}", open_("no item in the file is “nothing”")),
        ("words", "{section: none, most: 2}", open_("the file has no section “none”")),
        ("characters", "{section: letters, most: 13}", kept("13 characters, maximum 13")),
        ("characters", "{section: letters, most: 12}", broken("13 characters, maximum 12", 1)),
        ("characters", "{items: piece, most: 7}", broken("longest: 8 characters, maximum 7", at(8, "8 characters, maximum 7"), at(9, "8 characters, maximum 7"))),
        ("items", "{items: work, most: 3}", kept("3 items, maximum 3")),
        ("items", "{items: work, most: 2}", broken("3 items, maximum 2", 11)),
        ("items", "{section: works, most: 2}", broken("3 items, maximum 2", 11)),
        ("items", "{section: roles, most: 1}", broken("2 items, maximum 1", 21)),
        ("items", "{section: works, items: piece, most: 1}", broken("2 items, maximum 1", 9)),
        ("items", "{section: works, each: true, items: piece, most: 1}", broken("largest part: 2 items, maximum 1", at(9, "2 items, maximum 1"))),
        ("items", "{section: works, least: 4}", broken("3 items, minimum 4", 5)),
        ("items", "{items: nothing, most: 2}", open_("no item in the file is “nothing”")),
        ("items", "{items: nothing, least: 1}", broken("0 items, minimum 1")),
        ("items", "{section: none, most: 2}", kept("no section “none”: 0 items, maximum 2")),
        ("items", "{section: none, least: 1}", broken("no section “none”: 0 items, minimum 1")),
        ("words", "{section: none, least: 1}", broken("no section “none”")),
        ("metrics", "{words: [index]}", broken("1 found", at(3, "“h-index” is not allowed"))),
        ("metrics", "{words: [journal, citations], single: work}", kept("none found")),
        ("age", "{items: work, since: -5y}", broken("2 of 3 items since 2021-01-01", at(7, "2019-12-31 is before 2021-01-01"))),
        ("age", "{items: work or plain, since: 2019}", kept("4 of 4 items since 2019-01-01, 1 without a date")),
        ("newest_first", "work", broken("3 items", at(10, "newer than the item before it"), at(11, "newer than the item before it"))),
        ("newest_first", "date >= 2021", broken("4 items", at(11, "newer than the item before it"))),
        ("newest_first", "nothing", open_("no item in the file is “nothing”")),
        ("headings", "{order: {en: [Letters, Post | Works]}}", kept("2 of 2 headings, in order")),
        ("headings", "{order: {en: [Works, Head]}}", kept("2 of 2 headings, in order")),
        ("headings", "{order: {en: [Works, Letters, Zeal]}}", broken("2 of 3 headings", "heading “Zeal” is missing", "heading “Letters” must follow “Works”")),
        ("headings", "{order: {en: [Letters, Zeal]}, optional: {en: [Zeal]}}", kept("1 of 2 headings, in order")),
        ("headings", "{order: {en: [Let …, Nothing | Wor…]}}", kept("2 of 2 headings, in order")),
        ("headings", "{order: {en: [Letters of …]}}", broken("0 of 1 headings", "heading “Letters of …” is missing")),
        ("headings", "{order: {de: [Briefe]}}", open_("the rule has headings in de only, not in “en”")),
        ("forbidden", "{words: [h-index, 'gam']}", broken("1 found", at(3, "“h-index” is not allowed"))),
        ("forbidden", "{section: works, words: [h-index]}", kept("none found")),
        ("forbidden", "{items: work, words: ['20\\d\\d']}", broken("3 found", *(at(n, f"“{y}” is not allowed") for n, y in ((7, 2019), (10, 2021), (11, 2024))))),
        ("forbidden", "{section: none, words: [a]}", open_("the file has no section “none”")),
        ("required", "{pattern: 'beta', what: a beta}", kept("contains a beta")),
        ("required", "{pattern: 'delta', what: delta}", broken("does not contain delta")),
        ("required", "{items: work, pattern: ', 20', what: a year}", kept("3 of 3 items with a year")),
        ("required", "{items: work, pattern: '10\\.1/', what: a DOI}", broken("0 of 3 items with a DOI", *(at(n, "without a DOI") for n in (7, 10, 11)))),
        ("required", "{items: piece, pattern: 'two', what: a mark}", broken("1 of 2 items with a mark", at(8, "without a mark"))),
        ("oldest_first", "work", kept("3 items")),
        ("oldest_first", "date >= 2021", kept("4 items")),
        ("oldest_first", "nothing", open_("no item in the file is “nothing”")),
        ("links", "{most: 1}", kept("1 link, maximum 1")),
        ("links", "{most: 0}", broken("1 link, none allowed", at(10, "a link to https://doi.org/10.1/b"))),
        ("links", "{items: work, least: 2}", broken("1 link, minimum 2")),
        ("links", "{section: letters, most: 0}", kept("no links")),
        ("links", "{section: none, most: 0}", kept("no links")),
        ("links", "{without: work and date == 2021, most: 0}", kept("no links")),
        ("tables", "{most: 0}", kept("no tables")),
        ("language", "[en, fr]", kept("en")),
        ("language", "fr", broken("“lang” is en; required: fr")),
        ("full_dates", "{items: work, to: month}", broken("0 of 3 items with complete dates", at(7, "the date, 2019, has no month"), at(10, "the date, 2021, has no month"), at(11, "the date, 2024, has no month"))),
        ("full_dates", "{items: plain}", broken("0 of 1 items with complete dates", at(3, "has no date with a day"))),
        ("full_dates", "{items: nothing}", open_("no item in the file is “nothing”")),
    ],
)  # fmt: skip
def test_content_rules(kind: str, asked: str, outcome: Outcome) -> None:
    text = structs.replace(plain_text(TEXT), links=frozenset({"https://doi.org/10.1/b"} if kind == "links" else ()))
    file = MeasuredFile("cv.txt", "txt", text)
    assert with_lines_only(check(kind, asked, file)) == outcome


def test_items_that_are_not_in_the_file_do_not_count() -> None:
    """The items of the finished file are counted, not those of the document."""
    short = MeasuredFile("cv.txt", "txt", plain_text(TEXT.replace("2.  Beta, 2021.\n", "")))
    assert check("items", "{items: work, most: 3}", short) == kept("2 items, maximum 3")
    nothing = MeasuredFile("cv.txt", "txt", plain_text("Nothing."))
    assert check("items", "{items: work, least: 1}", nothing) == broken("0 items, minimum 1")


def test_an_item_extends_from_its_first_to_its_last_word() -> None:
    """Footnote marks, pictures and long texts are part of the item; the text after it is not."""
    long = "A sentence of many words that go on and on, so that both of its ends are needed to know it by"
    cv = f"- {long}[^1] and more ![Ada](ada.png) of it. {{.long}}\n- {long}. {{.long}}\n\n[^1]: Noted.\n"
    text = f"- {long}[1] and more of it.\n- {long}.\n\n[1] Noted.\n"
    outcome = check("characters", "{items: long, most: 1}", MeasuredFile("cv.txt", "txt", plain_text(text)), cv=cv)
    ends = [len(f"{long}[1] and more of it"), len(long)]
    assert [violation.message for violation in outcome.violations] == [
        f"{number} characters, maximum 1" for number in ends
    ]


def test_a_link_that_the_file_has_counts_as_its_text() -> None:
    linked = structs.replace(plain_text(TEXT), links=frozenset({"https://doi.org/10.1/b"}))
    outcome = check(
        "required", "{items: work, pattern: '10\\.1/', what: a DOI}", MeasuredFile("cv.docx", "docx", linked)
    )
    assert outcome.figure == "1 of 3 items with a DOI"


def test_an_address_counts_also_without_https() -> None:
    """An address and its target are one link; e-mail addresses and names of programs are none."""
    cv = (
        "One doi.org/10.1/a here.\n\nTwo <https://ada.example.org> and [www.b.de](https://www.b.de).\n\n"
        "Mail ada@example.org, Node.js/React, e.g./i.e. and 10.1234/x.\n\nThree [word](https://c.org) orcid.org/0000-1\n"
    )
    text = cv.replace("<", "").replace(">", "").replace("[www.b.de](https://www.b.de)", "www.b.de")
    text = text.replace("[word](https://c.org)", "word")
    body = structs.replace(plain_text(text), links=frozenset({"https://www.b.de", "https://c.org"}))
    outcome = check("links", "{most: 1}", MeasuredFile("cv.docx", "docx", body), cv=cv)
    assert outcome.figure == "5 links, maximum 1"
    found = [(v.location.line, v.message) for v in outcome.violations if v.location]
    assert found == [
        (3, "the address https://ada.example.org"),
        (3, "the address www.b.de"),
        (7, "a link to https://c.org"),
        (7, "the address orcid.org/0000-1"),
    ]


def test_each_date_of_an_interval_is_complete() -> None:
    cv = (
        "# J {dates=hidden}\n- A {.job date=2020-01-15/2021-03}\n- B {.job date=2021-03-01/..}\n"
        "- C since 15/03/2021 {.job}\n- D {.job date=2020}\n"
    )
    text = "J\n=\n\n- A\n- B\n- C since 15/03/2021\n- D\n"
    outcome = check("full_dates", "{items: job}", MeasuredFile("cv.txt", "txt", plain_text(text)), cv=cv)
    assert with_lines_only(outcome) == broken(
        "2 of 4 items with complete dates",
        at(2, "the end, 2021-03, has no day"),
        at(5, "the date, 2020, has no day"),
    )


def test_the_oldest_comes_first() -> None:
    """Intervals are compared by their first days."""
    cv = "# J {dates=hidden}\n- A {.job date=2010/2020}\n- B {.job date=2012/2015}\n- C {.job date=2011/..}\n"
    text = plain_text("J\n=\n\n- A\n- B\n- C\n")
    outcome = check("oldest_first", "job", MeasuredFile("cv.txt", "txt", text), cv=cv)
    assert with_lines_only(outcome) == broken("3 items", at(4, "older than the item before it"))


def test_tables_count_except_in_a_section() -> None:
    cv = "# A {#a}\n\n| x | y |\n|---|---|\n| p | q |\n\n# B {#b}\n\n| u | v |\n|---|---|\n| m | n |\n"
    text = plain_text("A\n=\n\nx y\np q\n\nB\n=\n\nu v\nm n\n")
    file = MeasuredFile("cv.txt", "txt", text)
    assert check("tables", "{most: 0, without: a}", file, cv=cv).figure == "1 table, none allowed"
    assert with_lines_only(check("tables", "{most: 1}", file, cv=cv)) == broken("2 tables, maximum 1", 9)
    assert check("tables", "{most: 0, without: [a, b]}", file, cv=cv) == kept("no tables")
    assert check("tables", "{most: 0, sections: b}", file, cv=cv).figure == "1 table, none allowed"


def test_most_words_are_in_another_language() -> None:
    german = "Die Gruppe und das Labor der Universität für die Physik mit dem Bau von Geräten. " * 3
    file = MeasuredFile("cv.txt", "txt", plain_text(f"{german}\n"))
    assert check("language", "[en]", file) == broken("most words are in “de”; required: en")
    assert check("language", "[en, de]", file) == kept("en")
    english = "The group of the laboratory and the theory of the earth with tools for physics. " * 3
    both = MeasuredFile("cv.txt", "txt", plain_text(f"{german}\n\n{english}\n"))
    assert check("language", "[en]", both) == kept("en"), "titles in another language do not decide"


@pytest.mark.parametrize(
    ("head", "lang", "figure"),
    [
        ("Berlin, 1 December 2025.", "en", "dated 2025-12-01, required since 2025-10-01"),
        ("Date prepared: November 2nd, 2025", "en", "dated 2025-11-02, required since 2025-10-01"),
        ("Berlin, den 31. Dezember 2025", "de", "dated 2025-12-31, required since 2025-10-01"),
        ("São Paulo, 1º de novembro de 2025", "pt", "dated 2025-11-01, required since 2025-10-01"),
        ("1.11.2025 and 2025-11-30", "en", "dated 2025-11-30, required since 2025-10-01"),
        ("03/11/2025", "en", "dated 2025-11-03, required since 2025-10-01"),
        ("Born on May 1, 1980", "en", "dated 1980-05-01, required since 2025-10-01"),
        ("December 2025, 45/46/2025, 1 Foo 2025, 2 January 2026", "en", "the document has no date"),
    ],
)
def test_the_date_of_the_document_is_in_its_head(head: str, lang: str, figure: str) -> None:
    body = " ".join(["Later. On 24 December 2025 something happened."] + ["And so on."] * 30)
    cv, text = f"{head}\n\n# One\n\nA.\n\n# Two\n\n{body}\n", f"{head}\n\nOne\n===\n\nA.\n\nTwo\n===\n\n{body}\n"
    outcome = check("dated", "{since: -3m}", MeasuredFile("cv.txt", "txt", plain_text(text)), cv=cv, lang=lang)
    assert (outcome.figure, outcome.state == "kept") == (figure, "2025-1" in figure.partition(",")[0])


def test_lines_are_those_of_a_pdf() -> None:
    file = MeasuredFile("cv.txt", "txt", plain_text(TEXT))
    assert check("lines", "{section: letters, most: 2}", file) == open_("only a PDF has fixed lines")
    file = structs.replace(file, name="cv.pdf", format="pdf")
    assert check("lines", "{section: letters, most: 2}", file).figure == "1 line, maximum 2"
    outcome = check("lines", "{items: work, most: 2}", file)
    assert (outcome.figure, len(outcome.violations)) == ("longest: 3 lines, maximum 2", 1)


def test_the_own_name_is_bold_or_plain() -> None:
    cv = "# Works\n\n- Muster A, Example A. One.\n  - Example A. Two.\n- **Example A**. Three.\n\nExample A is no item.\n"
    file = MeasuredFile("cv.txt", "txt", plain_text("Works\n=====\n"))
    names = ("Example A", "Ada Example")
    outcome = check("own_name", "bold", file, cv=cv, own_names=names)
    assert (outcome.state, outcome.figure) == ("broken", "1 of 3 names bold")
    assert [each.location.line for each in outcome.violations if each.location] == [3, 4]
    assert check("own_name", "plain", file, cv=cv, own_names=names).figure == "2 of 3 names plain"
    assert check("own_name", "plain", file, cv=cv).figure == "not checkable: the front matter has no “own_names”"
    other = check("own_name", "plain", file, cv=cv, own_names=("Nobody N",))
    assert other.figure == "not checkable: no list item has a name of “own_names”"


def test_each_page_of_a_pdf_has_the_text() -> None:
    layout = structs.replace(LAYOUT, running_texts=("", "Ada Example 2/13", "Ada Example 13/13"))
    file = MeasuredFile("cv.pdf", "pdf", None, layout)
    assert check("running_text", "{text: '{name}', from_page: 2}", file).state == "kept"
    outcome = check("running_text", "{text: '{page}', from_page: 2}", file)
    assert [v.message for v in outcome.violations] == ["page 3 is without “the page number” in header or footer"]


def test_every_kind_has_a_key_a_code_and_descriptions() -> None:
    assert tuple(KINDS) == ruleset.KIND_NAMES
    codes = [kind.code for kind in KINDS.values()]
    assert codes[:29] == [f"PV4{number:02}" for number in range(1, 30)]
    assert codes == sorted(set(codes)), "PV430 to PV434 are findings about rule sets and recipients"
    assert [name for name, kind in KINDS.items() if not (kind.meaning and kind.measure)] == []

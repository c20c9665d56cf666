"""The plain-text writer."""

from __future__ import annotations

import pytest

import pandoc_sample as a
from polyvita.config.theme import Theme
from polyvita.writers import WriterOptions, text
from polyvita.writers.pandoc_ast import Ast, div, span


def written(*blocks: Ast) -> str:
    return text.write(a.document(*blocks), WriterOptions(Theme(), a.INFO)).decode()


def test_the_whole_sample() -> None:
    assert (
        text.write(a.SAMPLE, WriterOptions(Theme(), a.INFO)).decode()
        == """\
Dr. Ada Beispiel
Curriculum vitae

Institute of Examples
ada@a.example | +49 30 1

Positions
=========

Head of Examples (since 2021)
-----------------------------
Institute of Examples, Berlin

Leads the group, see the list and more.

Researcher (2012–2013)
----------------------
Technische Universität Berlin

Honours
=======

- A prize (19 Dec 2020)

- Ein Preis (2017)
  - nested

Sonstiges
=========

Übersprungene Ebene
-------------------

Gone with its target[1] in

An English phrase with "quotes", -5 -- and ... as written(so) H₂O 10⁴
x = {1}

  Talk     Year
  -------- -------------
  A talk   in Mar 2020
  Next     2021

A term
    its meaning

  Quoted words.

    code block

------------------------------------------------------------------------

Publications
============

1.  Beispiel A. First.
2.  Beispiel A. Second.

In reverse
----------

94. Newest.

93. Older.

7.  Oldest.
    7)  inner

[1] Says the note.
"""
    )


@pytest.mark.parametrize(
    ("inline", "shown"),
    [
        ({"t": "Emph", "c": a.words("a title")}, "a title"),
        ({"t": "Strong", "c": a.words("Beispiel A")}, "Beispiel A"),
        ({"t": "Underline", "c": a.words("under")}, "under"),
        ({"t": "Strikeout", "c": a.words("gone")}, "~~gone~~"),
        ({"t": "Superscript", "c": a.words("th")}, "th"),
        ({"t": "Superscript", "c": a.words("n")}, "n"),
        ({"t": "Superscript", "c": a.words("−12")}, "⁻¹²"),
        ({"t": "Subscript", "c": a.words("2")}, "₂"),
        ({"t": "Code", "c": [["", [], []], "a_b"]}, "a_b"),
        (a.link("words", "https://a.example"), "words"),
        (a.link("https://a.example/a_b", "https://a.example/a_b", "uri"), "https://a.example/a_b"),
        (span(a.words("Wort"), "secret", keys=[("lang", "de")]), "Wort"),
        (a.image("photo.png", "A portrait"), ""),
    ],
)
def test_markup_becomes_plain_text(inline: Ast, shown: str) -> None:
    assert written(a.para("So ", inline, ".")) == f"So {shown}.\n"


def test_lines_have_72_columns_and_a_long_heading_is_underlined_to_the_edge() -> None:
    heading, rule, _, first, second, third = written(
        a.header(1, "w" * 80), a.para(" ".join(["seven77"] * 20))
    ).splitlines()
    assert (heading, rule) == ("w" * 80, "=" * 72)
    assert (first, second, third) == (
        " ".join(["seven77"] * 9),
        " ".join(["seven77"] * 9),
        "seven77 seven77",
    )


def test_empty_lines_separate_long_items_only() -> None:
    long = " ".join(["word"] * 20)
    lines = written(a.ordered([[a.plain(long)], [a.plain("short")]]), a.bullets([a.plain("a")], [a.plain("b")]))
    assert lines == f"1.  {long[:64].strip()}\n    {long[65:]}\n\n2.  short\n\n- a\n- b\n"


def test_a_numbered_list_keeps_its_numbers() -> None:
    runs = [a.ordered([[a.plain(f"Item {number}.")]], number) for number in (101, 100, 99)]
    assert written(div(runs, "numbered")) == "101. Item 101.\n\n100. Item 100.\n\n99. Item 99.\n"


def test_lines_of_the_address_break_between_items() -> None:
    items = [f"{letter * 3} {letter * 27}" for letter in "abcde"]
    head = div([div([a.para("Ada")], "name"), div([a.para(" | ".join(items))], "contact")], "letterhead")
    lines = [f"{items[0]} | {items[1]}", f"{items[2]} | {items[3]}", items[4]]
    assert written(head).splitlines() == ["Ada", "", *lines]


def test_a_table_wider_than_the_page_is_shown_row_by_row() -> None:
    long = " ".join(["word"] * 9)
    narrow = a.table(["One", "Two"], [a.words("a"), a.words("b")])
    wide = a.table(["One", "Two"], [a.words(long), a.words(f"{long}.")])
    assert written(narrow) == "  One   Two\n  ----- -----\n  a     b\n"
    assert written(wide) == f"One | Two\n\n{long} | word word word word word\nword word word word.\n"

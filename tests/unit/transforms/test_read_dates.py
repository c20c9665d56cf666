"""`dates=read`: what becomes the date of an item, what outputs show of it, and what is reported."""

from __future__ import annotations

import pytest

from polyvita import read_text
from polyvita.core.document import Document, plain_text, walk
from polyvita.transforms import read_dates, show_entries


def dates_of(document: Document) -> list[str]:
    return [node.attr.get("date") for node in walk(document) if node.attr.get("date")]


def shown(text: str, lang: str = "en") -> tuple[list[str], str]:
    """Return the dates that are read from a text, and the text that an output shows."""
    document, _ = read_dates(read_text(text), lang=lang)
    return dates_of(document), plain_text(show_entries(document, lang=lang))


IN_LIST = "# A {{dates=read}}\n\n- {}\n"


@pytest.mark.parametrize(
    ("text", "dates", "output"),
    [
        # Headings, and the line below them.
        ("# A {dates=read}\n\n## Postdoc, X (2014 – 2019)", ["2014/2019"], "A\nPostdoc, X 2014–2019"),
        ("# A {dates=read}\n\n## B\n\n*X, Jan 2020 – now*\n\nC.", ["2020-01/.."], "A\nB since Jan 2020\nX\nC."),
        ("## B, 2014–2019 {dates=read}\n\n- taught", ["2014/2019"], "B 2014–2019\ntaught"),
        ("# Since 2010 {dates=read}\n\n- B, 2015", ["2015"], "Since 2010\nB 2015"),
        ("# A {dates=read}\n\n## 2023\n\n- P\n- Q (Dec 2023)", ["2023", "2023-12"], "A\n2023\nP\nQ Dec 2023"),
        # List items: the start, the end, the first line; not the middle, not a word inside a link.
        (IN_LIST.format("2019: Prize"), ["2019"], "A\nPrize 2019"),
        (IN_LIST.format("**2018** Prize"), ["2018"], "A\nPrize 2018"),
        (IN_LIST.format("Prize  \n  2018"), ["2018"], "A\nPrize 2018"),
        (IN_LIST.format("Postdoc, 2018\n  Did more."), ["2018"], "A\nPostdoc Did more. 2018"),
        (IN_LIST.format("Paper (2024), Berlin"), ["2024"], "A\nPaper (2024), Berlin"),
        (IN_LIST.format("[2018](https://example.org) Prize"), ["2018"], "A\n2018 Prize"),
        (IN_LIST.format("WS 13/14 Logic"), ["2013-10/2014-03"], "A\nWS 13/14 Logic"),
        (IN_LIST.format("2019\n\n  Prize"), ["2019"], "A\nPrize 2019"),
        (IN_LIST.format("Prizes\n  - 2018 One"), ["2018"], "A\nPrizes\nOne 2018"),
        # The date in the attributes is the same date, so the text does not show it twice.
        (IN_LIST.format("Prize (2018) {date=2018-05}"), ["2018-05"], "A\nPrize May 2018"),
        # Definitions: a date as the term, in the term, and at the end of the definition.
        ("::: {dates=read}\n2014\n: B\n:::", ["2014"], "B 2014"),
        ("::: {dates=read}\nWS 13/14\n: B\n:::", ["2013-10/2014-03"], "B WS 13/14"),
        ("::: {dates=read}\nB (2014)\n: C\n:::", ["2014"], "B 2014\nC"),
        ("::: {dates=read}\nB\n: C, 2014\n:::", ["2014"], "B 2014\nC"),
        # Tables keep their text.
        ("::: {dates=read}\n| Y | B |\n|---|---|\n| 2014 | C |\n:::", ["2014"], "Y B\n2014 C"),
        ("::: {dates=read}\n| B | Y |\n|---|---|\n| C | Oct 2014 |\n:::", ["2014-10"], "B Y\nC Oct 2014"),
        # Paragraphs, but not prose.
        ("# A {dates=read}\n\n2014 Postdoc\n", ["2014"], "A\nPostdoc 2014"),
        ("# A {dates=read}\n\n- P, 2019\n\nShe led it until 2019.\n", ["2019"], "A\nP 2019\nShe led it until 2019."),
        # An inner part ends the reading.
        ("# A {dates=read}\n\n- B 2014\n- C 2015 {dates=shown}", ["2014"], "A\nB 2014\nC 2015"),
        # Without `dates=read`, nothing is read.
        ("# A\n\n- B 2014", [], "A\nB 2014"),
    ],
)
def test_dates_are_read_and_shown_once(text: str, dates: list[str], output: str) -> None:
    assert shown(text) == (dates, output)


def test_words_of_dates_are_read_in_the_language_of_the_part() -> None:
    text = "# A {dates=read}\n\n- B, seit Okt. 2023\n\n# C {dates=read lang=fr}\n\n- D, depuis octobre 2023\n"
    dates, output = shown(text, "de")
    assert dates == ["2023-10/..", "2023-10/.."]
    assert output == "A\nB seit Okt. 2023\nC\nD seit Okt. 2023"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- A\n- B 2014\n- C", ["PV060 4 this item shows no date that “dates=read” can use (2 places: lines 4, 6)"]),
        ("- Prize 2014 {date=2015}", ["PV061 4 the text shows 2014, but the attributes say date=2015"]),
        ("- 03/04/2019 B", ["PV061 4 the date can mean 2019-04-03 or 2019-03-04"]),
        ("| a | b |\n|--|--|\n| 2014 | 2016 |", ["PV061 6 the text shows the dates 2014 and 2016"]),
        ("Only prose.", ["PV060 2 “dates=read” finds no date here"]),
        ("- B 2014\n  - C\n- D {dates=shown}\n- E {date=2014}", []),
    ],
)
def test_items_without_a_clear_date_are_reported(text: str, expected: list[str]) -> None:
    _, findings = read_dates(read_text(f"\n# A {{dates=read}}\n\n{text}\n"), lang="en")
    assert [
        f"{each.code} {each.location.line} {each.message.removesuffix('; no date is read from this item')}"
        for each in findings
    ] == expected


def test_a_second_reading_changes_nothing() -> None:
    text = "# A {dates=read}\n\n## B (2014)\n\n- C 2015\n\n## 2016\n\n2017\n: D\n\n| Y | E |\n|---|---|\n| 2018 | F |\n"
    document, _ = read_dates(read_text(text), lang="en")
    assert read_dates(document, lang="en") == (document, ())

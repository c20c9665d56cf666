"""Dates: parsing, errors, the start of `since`, and showing them in a language."""

from __future__ import annotations

import datetime

import pytest

from polyvita.core.dates import parse_date, parse_since, show_date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-02", "2018-02-01", "2018-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2018-12-19", "2018-12-19", "2018-12-19"),
        ("2012/2013", "2012-01-01", "2013-12-31"),
        ("2012-05/2013-06-07", "2012-05-01", "2013-06-07"),
        ("2021/..", "2021-01-01", "9999-12-31"),
        ("../2019", "0001-01-01", "2019-12-31"),
    ],
)
def test_a_date_covers_all_days_from_first_to_last(text: str, first: str, last: str) -> None:
    date = parse_date(text)
    assert (date.first.isoformat(), date.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-22", "there is no month 22"),
        ("2023-02-29", "2023-02 has no day 29"),
        ("0000", "there is no year 0"),
        ("2013/2012", "the interval ends before it starts"),
        ("../..", "an interval needs a start or an end"),
        ("12/2018", "write a date as 2018, 2018-12 or 2018-12-19, an interval as 2012/2013 or 2021/.."),
        ("2018-", "write a date as 2018, 2018-12 or 2018-12-19, an interval as 2012/2013 or 2021/.."),
        ("", "write a date as 2018, 2018-12 or 2018-12-19, an interval as 2012/2013 or 2021/.."),
    ],
)
def test_an_invalid_date_is_rejected_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason.replace('..', '[.][.]')}$"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020", "2020-01-01"),
        ("2020-05", "2020-05-01"),
        ("-5y", "2019-02-28"),
        ("-18m", "2022-08-29"),
        ("-30d", "2024-01-30"),
    ],
)
def test_first_day_of_since(text: str, day: str) -> None:
    assert parse_since(text, datetime.date(2024, 2, 29)).isoformat() == day


@pytest.mark.parametrize(
    ("text", "english", "german", "french"),
    [
        ("2018", "2018", "2018", "2018"),
        ("2018-12", "Dec 2018", "Dez. 2018", "déc. 2018"),
        ("2018-12-19", "19 Dec 2018", "19.12.2018", "19 déc. 2018"),
        ("2012/2013", "2012–2013", "2012–2013", "2012–2013"),
        ("2021-01/2024-07", "Jan 2021 – Jul 2024", "Jan. 2021 – Juli 2024", "janv. 2021 – juil. 2024"),
        ("2021/..", "since 2021", "seit 2021", "depuis 2021"),
        ("2021-04/..", "since Apr 2021", "seit Apr. 2021", "depuis avr. 2021"),
        ("../2019", "until 2019", "bis 2019", "jusqu’en 2019"),
    ],
)
def test_shown_in_each_language(text: str, english: str, german: str, french: str) -> None:
    date = parse_date(text)
    assert [show_date(date, lang) for lang in ("en", "de", "fr")] == [english, german, french]


def test_unsupported_languages_use_signs() -> None:
    assert show_date(parse_date("2021/.."), "tlh") == "2021 –"
    assert show_date(parse_date("2018-12"), "tlh") == "Dec 2018"
    assert show_date(parse_date("2018-12-19"), "en-US") == "Dec 19, 2018"

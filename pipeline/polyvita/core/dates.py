"""Dates in a CV: reading, comparing and showing EDTF level 0 dates and open intervals.

    2018    2018-12    2018-12-19    2012/2013    2021/..    ../2019

EDTF is the Extended Date/Time Format of the Library of Congress, now part of ISO 8601-2:2019. A date covers all days
from its first to its last day: 2018 covers the whole year, and 2021/.. covers all days since 1 January 2021.
"""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache
from typing import Any

from msgspec import Struct

from polyvita.core.i18n import format_since, format_until

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_AGO = re.compile(r"-(\d+)([ymd])")


class Point(Struct, frozen=True):
    """A year, a month or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> datetime.date:
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])


class Date(Struct, frozen=True):
    """A point in time or an interval. `start` or `end` is None if the interval is open on that side."""

    start: Point | None
    end: Point | None
    interval: bool = False

    @property
    def first(self) -> datetime.date:
        return self.start.first if self.start else datetime.date.min

    @property
    def last(self) -> datetime.date:
        return self.end.last if self.end else datetime.date.max


@lru_cache(maxsize=500)
def parse_date(text: str) -> Date:
    """Return `text` as a date. Raises ValueError with a reason that can end a sentence (“there is no month 22”).

    >>> date = parse_date("2018-12/..")
    >>> str(date.start), date.end
    ('2018-12', None)
    """
    start, slash, end = text.partition("/")
    if not slash:
        point = _parse_point(start)
        return Date(point, point)
    if start == end == "..":
        raise ValueError("an interval needs a start or an end")
    first, last = (None if part == ".." else _parse_point(part) for part in (start, end))
    date = Date(first, last, interval=True)
    if date.first > date.last:
        raise ValueError("the interval ends before it starts")
    return date


def _parse_point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError("write a date as 2018, 2018-12 or 2018-12-19, an interval as 2012/2013 or 2021/..")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # The pattern requires a year.
    if year == 0:
        raise ValueError("there is no year 0")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"there is no month {month:02}")
    if month and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueError(f"{year:04}-{month:02} has no day {day:02}")
    return Point(year, month, day)


def parse_since(text: str, today: datetime.date) -> datetime.date:
    """Return the first day that `text` includes: a date, or a time before `today` (`-5y`, `-18m`, `-90d`).

    Raises ValueError with a reason.
    """
    ago = _AGO.fullmatch(text)
    if not ago and not re.match(r"\d{4}|\.\./", text):
        raise ValueError("write a date (2018, 2018-12) or a time before today (-5y, -18m, -90d)")
    if not ago:
        return parse_date(text).first
    number, unit = int(ago[1]), ago[2]
    if unit == "d":
        if number >= today.toordinal():
            raise ValueError("the first day cannot be before the year 1")
        return today - datetime.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        raise ValueError("the first day cannot be before the year 1")
    return datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


# ---------------------------------------------------------------- showing


def show_date(date: Date, lang: str) -> str:
    """Return a date as text in the language `lang` (BCP 47).

    >>> show_date(parse_date("2018-12-19"), "en"), show_date(parse_date("2021/.."), "de")
    ('19 Dec 2018', 'seit 2021')
    """
    start, end = date.start, date.end
    if not date.interval:
        assert start is not None  # Only an interval can be open.
        return _show_point(start, lang)
    if start and end:
        if start == end:
            return _show_point(start, lang)
        years_only = start.month is None and end.month is None
        return f"{_show_point(start, lang)}{'–' if years_only else ' – '}{_show_point(end, lang)}"
    if start:
        return format_since(_show_point(start, lang), lang)
    assert end is not None  # parse_date rejects an interval that is open on both sides.
    return format_until(_show_point(end, lang), lang)


@lru_cache(maxsize=500)
def _show_point(point: Point, lang: str) -> str:
    if point.month is None:
        return f"{point.year}"
    from babel.dates import format_date, format_skeleton

    locale: Any = babel_locale(lang)
    if point.day is None:
        return format_skeleton("yMMM", point.first, locale=locale)
    if locale.language == "en" and locale.territory is None:
        return format_date(point.first, "d MMM y", locale=locale)  # No English reader can misread this order.
    return format_date(point.first, "medium", locale=locale)


@lru_cache(maxsize=100)
def babel_locale(lang: str) -> Any:
    """Return Babel's locale for a BCP 47 tag. If Babel lacks the tag, try the language alone, then English."""
    from babel import Locale, UnknownLocaleError

    for tag in (lang, lang.partition("-")[0], "en"):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel always has English")

"""Dates as a CV holds them: EDTF level 0 and open intervals, read, compared and shown.

    2018    2018-12    2018-12-19    2012/2013    2021/..    ../2019

EDTF is the Extended Date/Time Format of the Library of Congress, now part of ISO 8601-2:2019. A date stands for
the days from its first to its last: 2018 for the whole year, 2021/.. for all days since 2021.
"""

from __future__ import annotations

import calendar
import datetime
import re
from functools import cache
from typing import Any

from msgspec import Struct

from polyvita.core.i18n import format_since, format_until

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_BACK = re.compile(r"-(\d+)([ymd])")


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
    """A point in time, or an interval; `start` or `end` is None where the interval is open."""

    start: Point | None
    end: Point | None
    interval: bool = False

    @property
    def first(self) -> datetime.date:
        return self.start.first if self.start else datetime.date.min

    @property
    def last(self) -> datetime.date:
        return self.end.last if self.end else datetime.date.max


@cache
def parse_date(text: str) -> Date:
    """Raises ValueError with half a sentence that says what is wrong (“there is no month 22”)."""
    start, slash, end = text.partition("/")
    if not slash:
        point = _point(start)
        return Date(point, point)
    if start == end == "..":
        raise ValueError("an interval needs a start or an end")
    date = Date(None if start == ".." else _point(start), None if end == ".." else _point(end), interval=True)
    if date.first > date.last:
        raise ValueError("it ends before it starts")
    return date


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError("a date is written 2018, 2018-12 or 2018-12-19, an interval 2012/2013 or 2021/..")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # the pattern has it
    if year == 0:
        raise ValueError("there is no year 0")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"there is no month {month:02}")
    if month and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueError(f"{year:04}-{month:02} has no day {day:02}")
    return Point(year, month, day)


def parse_since(text: str, today: datetime.date) -> datetime.date:
    """The first day of a window: a date, or a time back from `today` (`-5y`, `-18m`, `-90d`)."""
    back = _BACK.fullmatch(text)
    if not back and not re.match(r"\d{4}|\.\./", text):
        raise ValueError("a window starts on a date (2018, 2018-12) or so long ago (-5y, -18m, -90d)")
    if not back:
        return parse_date(text).first
    number, unit = int(back[1]), back[2]
    if unit == "d":
        if number >= today.toordinal():
            raise ValueError("a window cannot start before the year 1")
        return today - datetime.timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        raise ValueError("a window cannot start before the year 1")
    return datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


# ---------------------------------------------------------------- showing


def show_date(date: Date, lang: str) -> str:
    """A date in the words of `lang` (BCP 47): “19 Dec 2018”, “2012–2013”, “since 2021”, “seit 2021”."""
    start, end = date.start, date.end
    if not date.interval:
        assert start is not None  # only an interval can be open
        return _show_point(start, lang)
    if start and end:
        if start == end:
            return _show_point(start, lang)
        narrow = start.month is None and end.month is None
        return f"{_show_point(start, lang)}{'–' if narrow else ' – '}{_show_point(end, lang)}"
    if start:
        return format_since(_show_point(start, lang), lang)
    assert end is not None  # parse_date refuses an interval that is open at both ends
    return format_until(_show_point(end, lang), lang)


@cache
def _show_point(point: Point, lang: str) -> str:
    if point.month is None:
        return f"{point.year}"
    from babel.dates import format_date, format_skeleton

    locale: Any = babel_locale(lang)
    if point.day is None:
        return format_skeleton("yMMM", point.first, locale=locale)
    if locale.language == "en" and locale.territory is None:
        return format_date(point.first, "d MMM y", locale=locale)  # the order that no English reader mistakes
    return format_date(point.first, "medium", locale=locale)


@cache
def babel_locale(lang: str) -> Any:
    """Babel's locale for a BCP 47 tag; the language alone, then English, where Babel lacks the tag."""
    from babel import Locale, UnknownLocaleError

    for tag in (lang, lang.partition("-")[0], "en"):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel always has English")

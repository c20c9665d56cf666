"""All ways to write a private value, as regular expressions for the privacy check.

The expressions are for texts that `normalize` returns: in lower case, with ASCII digits, without invisible characters.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Set

from polyvita.core.dates import parse_date
from polyvita.core.letters import alphanumeric, normalize

MIN_VALUE_LENGTH = 4
"""The number of letters and digits from which on values are searched for. Shorter ones are too common."""
_SAFE_LENGTH = 7
"""The number of digits from which on a telephone number may follow other digits, such as a country code."""

_GAP = r"[\W_]{0,3}"
_WIDE_GAP = r"[\W_]{0,8}"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_NUMBER = re.compile(r"\+?[\d\s()/.\-\u00a0\u2010-\u2015]{7,}")
_NUMBER_INSIDE = re.compile(r"\+?\d[\d\s()/.\-\u00a0\u2010-\u2015]{5,}\d")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def text_spellings(text: str) -> list[str]:
    """Return expressions for a value that may be written with any separators."""
    letters = alphanumeric(text)
    return [f"{_START}{_GAP.join(letters)}{_END}"] if len(letters) >= MIN_VALUE_LENGTH else []


# ---------------------------------------------------------------- dates


def date_spellings(text: str, langs: Iterable[str]) -> list[str]:
    """Return expressions for a day. A year or a month alone gives none, because a CV contains many of them."""
    try:
        day = _day(text)
    except ValueError:
        return text_spellings(text)
    if day is None:
        return []
    names = sorted({_ROMAN[day.month - 1], *(name for lang in langs for name in _month_names(day.month, lang))})
    # A digit may stand right before a name: 6March1984. Japanese names are numbers: 1984年3月6日.
    month = "|".join(_month_start(name) + _GAP.join(name) for name in names)
    short = f"{day.year % 100:02}"
    return [*_numeric_dates(day.year, day.month, day.day), *_worded_dates(day.year, short, f"(?:{month})", day.day)]


def digits_of_year(value: object) -> str:
    """Return the digits that all of `date_spellings` contain; empty if there are none."""
    try:
        day = _day(str(value))
    except ValueError:
        return ""
    return "" if day is None else f"{day.year % 100:02}"


def _day(text: str) -> datetime.date | None:
    """Return the day that a text is, or None if it is a longer time. Raises `ValueError` if it is no date."""
    date = parse_date(text)
    return date.start.first if date.start and date.start.day and not date.interval else None


def _month_start(name: str) -> str:
    """Return the expression for what may stand before the name of a month."""
    if name[0].isdigit():
        return r"(?<!\d)"
    return r"(?<![^\W\d_])" + (_HEBREW_PREFIX if "\u05d0" <= name[0] <= "\u05ea" else "")


_HEBREW_PREFIX = "[\u05d1\u05d4\u05dc\u05de]?"
"""The words “in”, “the”, “to” and “from” are one letter before the name."""


def _numeric_dates(year: int, month: int, day: int) -> Iterator[str]:
    d, m, y, separator = f"0?{day}", f"0?{month}", f"{year % 100:02}", r"[\W_]{1,3}"
    for parts in ((f"{year:04}", m, d), (f"{year:04}", d, m), (d, m, f"{year:04}"), (m, d, f"{year:04}")):
        yield rf"(?<!\d){separator.join(parts)}(?!\d)"
    # Three short numbers in a row are common, so their separators have to be those of a date.
    for first, second, third in ((y, m, d), (d, m, y), (m, d, y)):
        middle = rf"(?:\s?\.\s?{second}\s?\.\s?|/{second}/|-{second}-)"
        yield rf"(?<![\d.])(?<!\d[/-]){first}{middle}{third}(?![\d/-])(?!\.\d)"
    yield rf"(?<!\d)(?:{year:04}{month:02}{day:02}|{day:02}{month:02}{year:04})(?!\d)"


def _worded_dates(year: int, short: str, month: str, day: int) -> Iterator[str]:
    """Yield expressions for dates with the name of the month in any order, such as “6th of May, 1984”."""
    d, y = rf"(?<!\d)0?{day}(?!\d)(?:[^\W\d_]{{1,3}})?", rf"(?<!\d)(?:{year:04}|{short})(?!\d)(?:[^\W\d_]{{1,2}})?"
    gap = r"[\W_]{0,4}(?:[^\W\d_]{1,3}[\W_]{1,3})?"
    yield f"{d}{gap}{month}{gap}{y}"
    yield f"{month}{gap}{d}{gap}{y}"
    yield rf"(?<!\d){year:04}(?!\d)(?:[^\W\d_]{{1,2}})?{gap}(?:{month}{gap}{d}|{d}{gap}{month})"


def _month_names(month: int, lang: str) -> Set[str]:
    """Return the wide and abbreviated names of a month in a language, as in `normalize` and without their dots."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(lang, sep="-")
    except (ValueError, UnknownLocaleError):
        try:
            locale = Locale.parse(lang.partition("-")[0])
        except (ValueError, UnknownLocaleError):
            return frozenset()
    contexts = (locale.months[context].get(width, {}) for context in _CONTEXTS for width in _WIDTHS)
    names = (alphanumeric(names[month]) for names in contexts if month in names)
    return {name for name in names if not name.isdigit()}


_CONTEXTS, _WIDTHS = ("format", "stand-alone"), ("wide", "abbreviated")


# ---------------------------------------------------------------- telephone numbers


def is_number(text: str) -> bool:
    """Return whether a value consists of the characters of a telephone number."""
    return bool(_NUMBER.fullmatch(normalize(text)))


def phone_spellings(text: str, langs: Iterable[str]) -> list[str]:
    """Return expressions for each telephone number in a value, which may also contain remarks.

    The national significant number is searched for: the digits without country code and without the zero of long
    distance calls.
    """
    numbers = [found[0] for found in _NUMBER_INSIDE.finditer(normalize(text))]
    national = sorted({digits for number in numbers for digits in _national_numbers(number, langs)})
    if not numbers:
        return text_spellings(text)
    return [
        ("" if len(digits) >= _SAFE_LENGTH else r"(?<!\d)0?") + _WIDE_GAP.join(digits) + r"(?!\d)"
        for digits in national
        if len(digits) >= MIN_VALUE_LENGTH
    ]


def _national_numbers(number: str, langs: Iterable[str]) -> Iterator[str]:
    """Yield what the national significant number may be. A number without country code may be of any country."""
    import phonenumbers

    international = re.sub(r"^\s*\(?00", "+", number)
    regions = [None] if international.startswith("+") else sorted(set(map(_region_of, langs)))
    found = False
    for region in regions:
        try:
            parsed = phonenumbers.parse(international.replace("(0)", ""), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            found = True
            yield phonenumbers.national_significant_number(parsed)
    if not found or regions != [None]:
        country = re.compile(r"\+\d{1,3}(?=\D)")
        yield re.sub(r"\D", "", country.sub("", international).replace("(0)", "")).lstrip("0")


def _region_of(lang: str) -> str:
    """Return the country of a language, such as AT for de-AT, and otherwise where most of its speakers live."""
    from babel.core import get_global

    parts = lang.split("-")
    region = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
    return region.upper() or get_global("likely_subtags").get(parts[0], "").rpartition("_")[2] or "US"

"""Read the dates of bibliographies: EDTF, years and months as people write them, and the dates of RIS."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_EDTF = re.compile(r"(-?\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?[~?%]*(?:T[\d:.Z+-]*)?")
_SLASHES = re.compile(r"(\d{4})/(\d{1,2})?(?:/(\d{1,2})?)?(?:/(.*))?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_YEARS = re.compile(r"(\d{4})\s*(?:--?|–|/)\s*(\d{2}|\d{4})")
_ONE_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_YEAR = re.compile(r"[\[(]?(\d{4})[a-z]?[\])]?\.?")
_CIRCA = re.compile(r"[\[(]?(?:c|ca|circa|um|approx)\.?\s*(\d{4})[\])]?|(\d{4})\s*\?", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
_STATES = re.compile(
    r"in\s?press|in\s?print|forth\s?coming|to\s(?:be\s)?(?:appear|published)|submitted|under\s?review|in\s?review|"
    r"in\s(?:preparation|prep\.?)|in\s?revision|accepted|advance(?:d)?\sonline.*|online\s(?:first|early)|early\saccess|"
    r"epub.*|preprint|prepublished|n\.?\s?d\.?|no\sdate|ongoing|present|im\sdruck|im\serscheinen|in\svorbereitung|"
    r"eingereicht|erscheint|angenommen|à\sparaître|sous\spresse|soumis|en\sprensa|aceptado|in\scorso\sdi\sstampa|no\sprelo",
    re.IGNORECASE,
)


class PublicationDate(NamedTuple):
    """A date of CSL. `problem` is the text that is not a date; `state` is one such as “in press”."""

    csl: dict[str, Any] | None = None
    state: str = ""
    problem: str = ""


def read_date(text: str) -> dict[str, Any] | None:
    """Return a date as CSL has it, or None if `text` is not a date.

    >>> read_date("2015/07/10"), read_date("2015-07/2016")
    ({'date-parts': [[2015, 7, 10]]}, {'date-parts': [[2015, 7], [2016]]})
    """
    text = text.strip()
    start, slash, end = text.partition("/")
    first = _edtf(start)
    if found := re.fullmatch(r"(\d{4})-2([1-4])", text):
        return {"date-parts": [[int(found[1])]], "season": int(found[2])}
    if first and not slash:
        return _with_circa({"date-parts": [first]}, text)
    if first and (not end or end == ".."):
        return {"date-parts": [first]}
    if first and (last := _edtf(end)):
        return _with_circa({"date-parts": [first, last]}, text)
    if (found := _SLASHES.fullmatch(text)) and (parts := _parts(*found.groups()[:3])):
        season = _SEASONS.get((found[4] or "").strip().lower())
        return {"date-parts": [parts], **({"season": season} if season and len(parts) == 1 else {})}
    if (found := _DAY_FIRST.fullmatch(text)) and (parts := _parts(found[3], found[2], found[1])):
        return {"date-parts": [parts]}
    return None


def _with_circa(date: dict[str, Any], text: str) -> dict[str, Any]:
    return {**date, "circa": True} if re.search(r"[~?%]", text) else date


def _edtf(text: str) -> list[int] | None:
    found = _EDTF.fullmatch(text.strip())
    return _parts(*found.groups()) if found else None


def _parts(year: str | None, month: str | None = None, day: str | None = None) -> list[int] | None:
    """Return the numbers of a date without what is 0, or None if there is no such month or day."""
    parts = [int(part) for part in (year, month, day) if part]
    while parts and parts[-1] == 0:
        parts.pop()
    if len(parts) > 1 and not 1 <= parts[1] <= 12:
        return None
    return parts if len(parts) < 3 or 1 <= parts[2] <= 31 else None


def read_year_and_month(year: str, month: str = "", day: str = "") -> PublicationDate:
    """Return the date that the fields `year`, `month` and `day` give, as people write them.

    >>> read_year_and_month("2015", "10 jul").csl, read_year_and_month("in press").state
    ({'date-parts': [[2015, 7, 10]]}, 'in press')
    """
    year = " ".join(year.split())
    if found := _YEAR.fullmatch(year):
        if date := _dates(found[1], month, day):
            return PublicationDate(date)
        return PublicationDate({"date-parts": [[int(found[1])]]}, problem=month)
    if found := _CIRCA.fullmatch(year):
        return PublicationDate({"date-parts": [[int(found[1] or found[2])]], "circa": True})
    if found := _YEARS.fullmatch(year):
        last = int(found[2]) if len(found[2]) == 4 else int(found[1][:2] + found[2])
        # “2015-07” is a month; “2015-16” is two years.
        if last > int(found[1]):
            return PublicationDate({"date-parts": [[int(found[1])], [last]]})
    if date := read_date(year):
        return PublicationDate(date)
    if written := _written(year):
        return PublicationDate(written)
    years = _ONE_YEAR.findall(year)
    rest = _ONE_YEAR.sub("", year).strip(" ,;:()[]")
    if _STATES.fullmatch(rest):
        return PublicationDate({"date-parts": [[int(years[0])]]} if years else {"literal": year}, rest)
    if len(set(years)) == 1:
        return PublicationDate({"date-parts": [[int(years[0])]]}, problem=year)
    return PublicationDate({"literal": year} if year else None, problem=year)


def _dates(year: str, month: str, day: str) -> dict[str, Any] | None:
    """Return the date of a year with a month as it was written. None if the month is not one."""
    text = month.replace("~", " ").replace(".", " ").replace(",", " ").strip().lower()
    if not text:
        return {"date-parts": [[int(year)]]}
    if text in _SEASONS:
        return {"date-parts": [[int(year)]], "season": _SEASONS[text]}
    days = [int(number) for number in re.findall(r"\d+", day)]
    words = re.findall(r"[^\W\d_]+", text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    months = [number for word in words if (number := _month(word))]
    if not months and len(numbers) in (1, 2) and all(1 <= number <= 12 for number in numbers):
        months, numbers = numbers, []
    if not months:
        return None
    days = days or [number for number in numbers if 1 <= number <= 31]
    first, last = months[0], months[-1]
    start = [int(year), first, *days[:1]]
    if len(months) > 1 and last > first:
        return {"date-parts": [start, [int(year), last, *(days[1:2] if days else [])]]}
    if len(days) == 2 and days[0] < days[1]:
        return {"date-parts": [start, [int(year), first, days[1]]]}
    return {"date-parts": [start]}


def _month(word: str) -> int:
    """Return the number of a month by its name in English or in one of the languages of `date_words`; otherwise 0."""
    if word[:3] in MONTHS and (len(word) <= 4 or word in _FULL_MONTHS):
        return MONTHS.index(word[:3]) + 1
    from polyvita.core.date_patterns import month_names
    from polyvita.core.date_words import DATE_WORDS

    numbers = month_names(DATE_WORDS, DATE_WORDS.values()).get(word, ())
    return numbers[0] if len(set(numbers)) == 1 else 0


_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


def _written(text: str) -> dict[str, Any] | None:
    """Return a date in words, such as “July 2015” or “10 Jul. 2015”."""
    if not re.search(r"[A-Za-z]", text):
        return None
    from polyvita.core.dates import parse_date
    from polyvita.core.written_dates import find_written_dates

    found = find_written_dates(text)
    if len(found) != 1 or found[0].start or found[0].end != len(text) or not found[0].exact:
        return None
    date = parse_date(found[0].date)
    points = [point for point in (date.start, date.end if date.interval else None) if point]
    return {"date-parts": [[part for part in (point.year, point.month, point.day) if part] for point in points]}

"""The written forms of dates: which texts are dates, in the words of some languages.

A `Lexicon` reads the normal form of a text, as `normalize` returns it: in lower case, with ASCII digits and few dashes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import product
from typing import Any, Literal, NamedTuple

from polyvita.core.date_words import (
    ALIASES,
    DATE_WORDS,
    SHORT_SEASONS,
    SUMMER_TERMS,
    WINTER_TERMS,
    YEAR_NOUNS,
    DateWords,
)
from polyvita.core.dates import Point, babel_locale, parse_date
from polyvita.core.i18n import format_since, format_until, primary_language

# ---------------------------------------------------------------- normal form of a text

_SIGNS = {
    **dict.fromkeys("‒–—―−﹘﹣─⸺", "–"),
    **dict.fromkeys("‐‑\u00ad－־", "-"),
    **dict.fromkeys("~〜～∼∽⁓", "~"),
    **dict.fromkeys("’‘ʼ′´`׳", "'"),
    **dict.fromkeys("‧・∙", "·"),
    **dict(zip("／．（）；｜【】［］：，、،۔", "/.();|[][]:,,,.", strict=True)),
}
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u2060\ufeff")


def normalize(text: str) -> tuple[str, list[int]]:
    """Return the normal form of a text, and the offset in `text` of each of its characters and of its end."""
    out: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        if char in _INVISIBLE:
            continue
        if out and unicodedata.combining(char):
            composed = unicodedata.normalize("NFC", out[-1] + char)
            if len(composed) == 1:
                out[-1] = composed
                continue
        if char == "-" and out and out[-1] in "-–" and text[offset - 1] == "-":
            out[-1] = "–"  # Two or three hyphens are a dash.
            continue
        out.append(_normal_form(char))
        offsets.append(offset)
    return "".join(out), [*offsets, len(text)]


@cache
def _normal_form(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char]
    if char.isdecimal():
        return str(int(char))
    if char.isspace():
        return char if char in "\t\n" else " "
    lower = char.lower()
    return lower if len(lower) == 1 else char


def is_east_asian(char: str) -> bool:
    """Return whether a character belongs to a script without blanks between words."""
    return bool(_EAST_ASIAN.fullmatch(char))


# ---------------------------------------------------------------- readings


class Reading(NamedTuple):
    """One way to read a date: its first and last point; None is an open end.

    `exact` is as in `WrittenDate`. `order` is the order of day, month and year in a date of numbers (“dmy”, “mdy”).
    """

    start: Point | None
    end: Point | None
    exact: bool = True
    order: str = ""

    @property
    def is_point(self) -> bool:
        return self.start == self.end

    @property
    def is_years(self) -> bool:
        return self.exact and all(point is None or point.month is None for point in (self.start, self.end))

    @property
    def edtf(self) -> str:
        """The date as EDTF; an empty string if it ends before it starts."""
        start, end = (".." if point is None else str(point) for point in (self.start, self.end))
        text = start if start == end else f"{start}/{end}"
        return text if is_date(text) else ""


Readings = tuple[Reading, ...]
_Reader = Callable[["re.Match[str]"], Readings]


def is_date(text: str) -> bool:
    """Return whether a text is an EDTF date that `parse_date` reads."""
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _point(year: Any, month: Any = None, day: Any = None) -> Point | None:
    """Return a point in time from numbers or digits; None if there is no such day."""
    point = Point(int(year), month and int(month), day and int(day))
    return point if is_date(str(point)) else None


def _one(year: Any, month: Any = None, day: Any = None, *, order: str = "", exact: bool = True) -> Readings:
    point = _point(year, month, day)
    return (Reading(point, point, exact, order),) if point else ()


def _years(first: int, last: int, *, exact: bool = True) -> Readings:
    return (Reading(Point(first), Point(last), exact),) if first < last else ()


def _opened(readings: Readings, side: Literal["start", "end"]) -> Readings:
    """Return the readings as intervals that are open at one side."""
    changes: dict[str, Any] = {side: None}
    return tuple(reading._replace(**changes) for reading in readings)


def _joined(first: Readings, last: Readings) -> Readings:
    """Return the intervals from one date to another, with the same order of day and month in both."""
    return tuple(
        Reading(a.start, b.end, a.exact and b.exact, a.order or b.order)
        for a, b in product(first, last)
        if not (a.order and b.order and a.order != b.order)
    )


def _completed(begin: re.Match[str], first: Readings, last: Readings) -> Readings:
    """Return the intervals of “Jan – Mar 2018” and “3.–5. Mai 2018”: the last date gives the year of the first."""
    groups = begin.groupdict()
    found = []
    for a, b in product(first, last):
        if a.start and b.end and b.is_point and b.exact and b.end.month and bool(b.end.day) == ("d" in groups):
            month = a.start.month if "name" in groups or "m" in groups else b.end.month
            if start := _point(b.end.year, month, a.start.day):
                found.append(Reading(start, b.end, order=b.order))
    return tuple(found)


# ---------------------------------------------------------------- patterns

_CJK = "⺀-〿぀-ヿ㐀-鿿가-힯豈-﫿"
_EAST_ASIAN = re.compile(f"[{_CJK}]")
_FULL_YEAR = r"(?:19|20)\d\d"
_YEAR = rf"(?P<y>{_FULL_YEAR})"
_MONTH = r"(?P<m>1[0-2]|0?[1-9])"
_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_ORDINAL = r"(?:st|nd|rd|th|er|re|[ºª°.]|ème|-го|-е)?"
_OF = r"(?: of| de| del| d'|,)?"
_LETTERS = re.compile(r"[^\W\d_]+")
_AFTER_WORD = rf"(?: +|(?<=['{_CJK}-]) *)"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""Japanese and Taiwanese eras, with the year before their first one."""
_EDTF = re.compile(r"(\d{4}(?:-\d\d){0,2}|\.\.)/(\d{4}(?:-\d\d){0,2}|\.\.)")
_OPEN_DASH = re.compile(r" *[–~-] *(?:\.\.\.|…)?")
_ATTACHED_DASH = re.compile(r"[–~-] ")


def _any_of(*words: str) -> str:
    """Return a regular expression for words that are separated by `|`, the longest first."""
    parts = {normalize(word)[0] for some in words for word in some.split("|") if word}
    return "|".join(re.escape(word).replace(r"\ ", " +") for word in sorted(parts, key=len, reverse=True)) or "(?!)"


class Lexicon:
    """The words of some languages, and the patterns of dates that contain them. English is always included."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        codes = list(dict.fromkeys([*map(primary_language, languages), "en"]))
        words = [DATE_WORDS.get(ALIASES.get(code, code), DateWords()) for code in codes]
        since = "|".join([each.since for each in words] + [_word_before(format_since, code) for code in codes])
        until = "|".join([each.until for each in words] + [_word_before(format_until, code) for code in codes])
        start = "|".join([each.start for each in words])
        to = _any_of(*(each.to for each in words))
        suffix = "|".join(each.suffix for each in words if each.suffix)
        self._names = month_names((*languages, "en"), words)
        self._orders, self._year_first = _orders_of(languages)
        self._year = _YEAR + (rf"(?: ?(?:{suffix})(?![\w&]))?" if suffix else "")
        others = "|".join(name for name in self._names if not _LETTERS.fullmatch(name))
        self._name = rf"(?P<name>{_any_of(others)}|{_LETTERS.pattern})[.']?"
        self._since = re.compile(rf"(?:{_any_of(since)}){_AFTER_WORD}")
        self._until = re.compile(rf"(?:{_any_of(until)}){_AFTER_WORD}")
        self._start = re.compile(rf"(?:{_any_of(since, start)}){_AFTER_WORD}")
        dash_to = rf" *[–~-](?: *(?:{to}){_AFTER_WORD}| *)"
        word_to = rf"(?: +|(?<=[\d{_CJK}]) *(?=[{_CJK}]))(?:{to})(?: *[–~-] *|{_AFTER_WORD}| *(?=\d))"
        self._to = re.compile(rf"{dash_to}|{word_to}")
        self._present = re.compile(rf"(?:{_any_of(*(each.present for each in words))})(?![\w'])")
        self._since_after = re.compile(rf"[ ,]*(?:{_any_of(*(each.since_after for each in words))})\.?(?!\w)")
        self._until_after = re.compile(rf" *(?:{_any_of(*(each.until_after for each in words))})(?!\w)")
        points = [*self._numeric(), *self._named(), *_terms(_any_of(*(each.seasons for each in words)))]
        self._points = [(re.compile(pattern), read) for pattern, read in points]
        self._beginnings = [re.compile(pattern) for pattern in self._incomplete(to)]

    def read(self, text: str, at: int, stop: int, *, whole: bool = False) -> list[tuple[Readings, int]]:
        """Return what can be read at `at`, and where it ends; the longest first, and nothing beyond `stop`.

        If `whole` is true, a dash at the beginning means “until”.
        """
        found = [(tuple(each for each in readings if each.edtf), end) for readings, end in self._all(text, at, stop)]
        if whole and (dash := _OPEN_DASH.match(text, at, stop)):
            found += ((_opened(readings, "start"), end) for readings, end in self._single(text, dash.end(), stop))
        return sorted((each for each in found if each[0]), key=lambda each: -each[1])

    def _all(self, text: str, at: int, stop: int) -> Iterator[tuple[Readings, int]]:
        if (edtf := _EDTF.match(text, at, stop)) and is_date(edtf[0]):
            start, end = (None if part == ".." else Point(*map(int, part.split("-"))) for part in edtf.groups())
            if all(point is None or 1900 <= point.year < 2100 for point in (start, end)):
                yield (Reading(start, end),), edtf.end()
        if word := self._start.match(text, at, stop):
            yield from self._intervals(text, word.end(), stop)
        if word := self._since.match(text, at, stop):
            yield from ((_opened(readings, "end"), end) for readings, end in self._single(text, word.end(), stop))
        if word := self._until.match(text, at, stop):
            yield from ((_opened(readings, "start"), end) for readings, end in self._single(text, word.end(), stop))
        yield from self._intervals(text, at, stop)
        yield from self._single(text, at, stop)

    def _single(self, text: str, at: int, stop: int) -> list[tuple[Readings, int]]:
        """Return the dates at `at` that have no second date, the longest first."""
        matches = ((pattern.match(text, at, stop), read) for pattern, read in self._points)
        found = [(readings, match.end()) for match, read in matches if match and (readings := read(match))]
        return sorted(found, key=lambda each: -each[1])

    def _intervals(self, text: str, at: int, stop: int) -> Iterator[tuple[Readings, int]]:
        for first, end in self._single(text, at, stop):
            if word := self._since_after.match(text, end, stop):
                yield _opened(first, "end"), word.end()
            if word := self._until_after.match(text, end, stop):
                yield _opened(first, "start"), word.end()
            dash = _OPEN_DASH.match(text, end, stop)
            if dash and dash.end() == stop:
                yield _opened(first, "end"), stop
            elif _ATTACHED_DASH.match(text, end, stop):  # “2018- Postdoc”: since 2018, or a separator?
                yield (*first, *_opened(first, "end")), end + 1
            if to := self._to.match(text, end, stop):
                if present := self._present.match(text, to.end(), stop):
                    yield _opened(first, "end"), present.end()
                for last, after in self._single(text, to.end(), stop):
                    until = self._until_after.match(text, after, stop)
                    yield _joined(first, last), until.end() if until else after
        for pattern in self._beginnings:
            if begin := pattern.match(text, at, stop):
                for last, after in self._single(text, begin.end(), stop):
                    yield _completed(begin, self._named_point(begin), last), after

    # ------------------------------------------------------------ single dates

    def _numeric(self) -> Iterator[tuple[str, _Reader]]:
        month = r"(?P<m>1[0-2]|0?[1-9])" if self._year_first else r"(?P<m>1[0-2]|0[1-9])"
        yield rf"{_YEAR}-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\d-])", _numbers
        yield rf"{_YEAR}(?P<sign>[/.]){month}(?P=sign){_DAY}", _numbers
        yield rf"{_YEAR}(?P<sign>[/–~-])(?P<yy>\d\d)(?!\d)", self._short_second_year
        yield rf"{_YEAR}[/.]{month}(?!\d)", _numbers
        yield rf"{_YEAR}/(?P<y2>{_FULL_YEAR})", _two_years
        if self._year_first:
            yield rf"{_YEAR}\. ?{_MONTH}\.(?: ?{_DAY}\.?)?", _numbers
        era = rf"(?P<era>{'|'.join(_ERAS)}) ?(?P<n>元|\d{{1,3}})"
        parts = rf"(?: ?{_MONTH} ?[月월](?: ?{_DAY} ?[日일])?|(?P<fiscal>度))?"
        yield rf"(?:{_YEAR}|{era}) ?[年년]{parts}", _east_asian
        yield rf"(?P<first>\d\d?)(?P<sign>\. ?|/|-)(?P<second>\d\d?)(?P=sign){self._year}", self._day_and_month
        yield rf"{_MONTH}(?:\. ?| ?/ ?|-){self._year}", _numbers
        yield self._year, _numbers

    def _named(self) -> Iterator[tuple[str, _Reader]]:
        day, name, year = f"{_DAY}{_ORDINAL}", self._name, self._year
        yield rf"{day}[ -]?(?:of |de |d')?{name}{_OF}[ -]?{year}", self._named_point
        yield rf"{name} ?{_DAY}(?:st|nd|rd|th)?,? {year}", self._named_point
        yield rf"{name} ?{_DAY} ?[–~-] ?(?P<d2>\d\d?),? {year}", self._days_of_month
        yield rf"{name}{_OF}[ /'-]?{year}", self._named_point
        yield rf"{year}[ ,./-]{{1,2}}{name}(?: {_DAY}(?!\d|[./]\d))?", self._named_point

    def _incomplete(self, to: str) -> Iterator[str]:
        """Yield patterns of dates that the date after them completes: “Jan –”, “3.–”, “28 Feb –”, “12.03.–”."""
        link = rf"(?: *[–~/-] *|(?: +|(?<=[{_CJK}]) *)(?:{to}) +)"
        yield self._name + link
        yield f"{_DAY}{_ORDINAL}{link}"
        yield f"{_DAY}{_ORDINAL} ?{self._name}{link}"
        yield rf"{_DAY}\. ?{_MONTH}\.{link}"

    def _months(self, m: re.Match[str]) -> tuple[int, ...]:
        return self._names.get(m["name"]) or self._names.get(m["name"].removeprefix("ב"), ())  # Hebrew “in”

    def _named_point(self, m: re.Match[str]) -> Readings:
        groups = m.groupdict()
        months = self._months(m) if "name" in groups else (int(groups.get("m") or 1),)
        year = groups.get("y") or 2000  # `_completed` replaces it. Every day exists in the leap year 2000.
        return tuple(reading for month in months for reading in _one(year, month, groups.get("d")))

    def _days_of_month(self, m: re.Match[str]) -> Readings:
        """Read “March 3–5, 2018”."""
        last = [reading for month in self._months(m) for reading in _one(m["y"], month, m["d2"])]
        return _joined(self._named_point(m), tuple(last))

    def _short_second_year(self, m: re.Match[str]) -> Readings:
        """Read “2019/20” and “2014–19”; “2019-05” and, if the year comes first, “2011/12” are months."""
        first, short = int(m["y"]), int(m["yy"])
        if (m["sign"] == "-" and 1 <= short <= 12) or (m["sign"] == "/" and self._year_first):
            return ()
        century = first // 100 * 100 + (100 if first % 100 == 99 and not short else 0)
        return _years(first, century + short)

    def _day_and_month(self, m: re.Match[str]) -> Readings:
        """Read “19.12.2018”, and “12/19/2018” in the order of the languages; in both orders if they have none."""
        year, first, second = int(m["y"]), int(m["first"]), int(m["second"])
        readings = {"dmy": _one(year, second, first, order="dmy"), "mdy": _one(year, first, second, order="mdy")}
        if m["sign"].startswith("."):
            return readings["dmy"]
        usual = tuple(reading for order in self._orders for reading in readings[order])
        return usual or (*readings["dmy"], *readings["mdy"])


def _terms(seasons: str) -> Iterator[tuple[str, _Reader]]:
    year, second = rf"(?P<y>{_FULL_YEAR}|\d\d(?!\d))", rf"(?: ?[/–-] ?(?P<y2>{_FULL_YEAR}|\d\d))?(?!\d)"
    gap, noun = r"[ .]{0,2}'?", rf"(?:{_any_of(YEAR_NOUNS)}) "
    yield rf"q(?P<q>[1-4])[ /-]?{_YEAR}", _quarter
    yield rf"(?P<q>[1-4])\. ?quartal {_YEAR}", _quarter
    yield rf"{_YEAR}[ /-]?q(?P<q>[1-4])", _quarter
    yield rf"(?:{_any_of(WINTER_TERMS)}){gap}{year}{second}", _winter_term
    yield rf"(?:{_any_of(SUMMER_TERMS)}){gap}{year}", _summer_term
    yield rf"(?:{seasons})(?: (?:of|de|del|term|semester|quarter|session))* ?{_YEAR}{second}", _season
    yield rf"(?:{_any_of(SHORT_SEASONS)}){gap}(?P<y>\d\d)(?!\d)", _season
    yield rf"{_YEAR} ?年? ?(?:{seasons})(?!\w)", _season
    yield rf"{noun}{_YEAR} ?[/–-] ?(?P<y2>{_FULL_YEAR}|\d\d)(?!\d)", _two_years
    yield noun + _YEAR, _numbers


def _numbers(m: re.Match[str]) -> Readings:
    groups = m.groupdict()
    return _one(m["y"], groups.get("m"), groups.get("d"))


def _full_year(text: str) -> int:
    """Return a year of two or four digits; 70 to 99 are of the last century."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 70 else 2000)


def _two_years(m: re.Match[str]) -> Readings:
    return _years(int(m["y"]), _full_year(m["y2"]))


def _east_asian(m: re.Match[str]) -> Readings:
    year = int(m["y"]) if m["y"] else _ERAS[m["era"]] + (1 if m["n"] == "元" else int(m["n"]))
    return _one(year, m["m"], m["d"], exact=not m["fiscal"]) if 1900 <= year < 2100 else ()


def _quarter(m: re.Match[str]) -> Readings:
    year, last = int(m["y"]), 3 * int(m["q"])
    return (Reading(Point(year, last - 2), Point(year, last)),)


def _winter_term(m: re.Match[str]) -> Readings:
    year = _full_year(m["y"])
    is_one_term = not m["y2"] or _full_year(m["y2"]) == year + 1
    return (Reading(Point(year, 10), Point(year + 1, 3), exact=False),) if is_one_term else ()


def _summer_term(m: re.Match[str]) -> Readings:
    year = _full_year(m["y"])
    return (Reading(Point(year, 4), Point(year, 9), exact=False),)


def _season(m: re.Match[str]) -> Readings:
    """Return the year: seasons and terms have different months in different countries."""
    year, second = _full_year(m["y"]), m.groupdict().get("y2")
    if not second:
        return _one(year, exact=False)
    return _years(year, year + 1, exact=False) if _full_year(second) == year + 1 else ()


# ---------------------------------------------------------------- words


def _word_before(format_word: Callable[[str, str], str], lang: str) -> str:
    """Return the word that outputs show before a date, such as “since”; "" for languages that show a dash."""
    return format_word("|", lang).partition("|")[0].strip(" –")


def month_names(languages: Iterable[str], words: Iterable[DateWords]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of each month name: full and abbreviated names, with and without accents."""
    found: dict[str, set[int]] = {}
    for lang in dict.fromkeys(languages):
        for name, number in _babel_months(lang):
            for spelling in {name, _without_accents(name)}:
                found.setdefault(spelling, set()).add(number)
    for entry in "|".join(each.months for each in words).split("|"):
        if entry:
            name, _, digits = entry.partition("=")
            found.setdefault(name, set()).add(int(digits))
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def _babel_months(lang: str) -> Iterator[tuple[str, int]]:
    locale = babel_locale(lang)
    if locale.language == "en" and primary_language(lang) != "en":
        return  # Babel does not have this language.
    names: dict[str, int] = {}
    for form, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
        for number, name in locale.months[form][width].items():
            names[normalize(str(name))[0].rstrip(".'")] = number
    if primary_language(lang) in _SHORTENED:
        shortened: dict[str, set[int]] = {}
        for name, number in names.items():
            shortened.setdefault(name[:3], set()).add(number)
        names |= {name: number for name, (number, *others) in shortened.items() if not others}
    yield from ((name, number) for name, number in names.items() if not (name[0].isdigit() or name in _NOT_MONTHS))


_SHORTENED = frozenset(("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "nn", "no"))
"""Languages in which the first three letters of a month are an abbreviation, unless two months share them."""
_NOT_MONTHS = frozenset({"pro"})
"""In Czech, “pro” is an abbreviation of December, but most often it means “for”."""


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(char for char in parts if not "\u0300" <= char <= "\u036f") if parts[:1].isascii() else text


def _orders_of(languages: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return the possible orders of day and month in “03/04/2019”, and whether a language puts the year first."""
    orders, year_first = set(), False
    for lang in languages:
        locale = babel_locale(lang)
        letters = re.sub("[^dmy]", "", locale.date_formats["short"].pattern.lower())
        order = re.sub(r"(.)\1+", r"\1", letters)
        if order in ("dmy", "mdy") and (locale.territory or locale.language != "en"):
            orders.add(order)
        year_first = year_first or locale.language in ("ja", "ko", "zh")
    return tuple(sorted(orders)) or ("dmy", "mdy"), year_first


@lru_cache(maxsize=16)
def lexicon(languages: tuple[str, ...]) -> Lexicon:
    """Return the lexicon of some languages (BCP 47)."""
    return Lexicon(languages)


@cache
def names_and_words_before_dates() -> frozenset[str]:
    """Return the month names of all supported languages, and the last words of “since”, “until” and the like."""
    groups = "|".join(f"{words.since}|{words.until}|{words.start}|{words.to}" for words in DATE_WORDS.values())
    return frozenset(
        [*month_names(DATE_WORDS, DATE_WORDS.values()), *(group.split(" ")[-1] for group in groups.split("|"))]
    )


@cache
def open_end_in_any_language() -> re.Pattern[str]:
    """Return a pattern for a dash with an open end or another date behind, in the words of any supported language."""
    words = _any_of(*(f"{each.present}|{each.to}" for each in DATE_WORDS.values()))
    return re.compile(rf" *[–~-] *(?:{words})(?!\w)")

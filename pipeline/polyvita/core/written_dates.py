"""Find the date that the text of an item shows: “2014 – 2019”, “seit Okt. 2023”, “WS 13/14”, “(2024)”.

A date counts if it is the whole text, a part between bars, at the start or end of the text, or alone in parentheses.
A year in the middle of a sentence does not count, and neither do prices, pages, versions, rooms or phone numbers.
Only the years 1900 to 2099 are recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from polyvita.core.date_patterns import (
    Lexicon,
    Readings,
    is_east_asian,
    lexicon,
    names_and_words_before_dates,
    normalize,
    open_end_in_any_language,
)
from polyvita.core.date_words import NOT_AFTER_YEARS, NOT_BEFORE_YEARS, UNCERTAIN
from polyvita.core.dates import Date, parse_date


class WrittenDate(NamedTuple):
    """A date in a text. Remove the characters from `start` to `end` to show the date elsewhere.

    They include the parentheses, the separator and the blanks that would be left over. `date` is EDTF, as `parse_date`
    reads it. `exact` is false if `date` says less than the words, as for “Spring 2020”, or more, as for “WS 13/14”.
    """

    date: str
    start: int
    end: int
    exact: bool = True


def find_written_dates(text: str, languages: Iterable[str] = ()) -> tuple[WrittenDate, ...]:
    """Return the date that `text` shows: nothing if it shows none, and several if it shows dates that disagree.

    Words count if they are English or in one of the `languages` (BCP 47). A date that can be read in two ways, as the
    English “03/04/2019”, gives both readings. If the text shows the same date twice, the first place is returned.

    >>> find_written_dates("Postdoc, TU Berlin, seit Okt. 2023", ["de"])
    (WrittenDate(date='2023-10/..', start=18, end=34, exact=True),)
    >>> [found.date for found in find_written_dates("2014, 2016")]
    ['2014', '2016']
    """
    if not _SIGN_OF_DATE.search(text):
        return ()
    found = _Scanner(text, lexicon(tuple(dict.fromkeys(languages)))).find()
    return _without_agreeing(sorted(found, key=lambda written: written.start))


def without_written_date(text: str, found: WrittenDate) -> str:
    """Return `text` without a date that was found in it.

    >>> title = "Best Paper (2024), Berlin"
    >>> without_written_date(title, find_written_dates(title)[0])
    'Best Paper, Berlin'
    """
    return text[: found.start] + text[found.end :]


_SIGN_OF_DATE = re.compile(r"\d|元年")


def _without_agreeing(found: Iterable[WrittenDate]) -> tuple[WrittenDate, ...]:
    """Return the dates without repetitions, and without a year or month that contains a more precise date."""
    first: dict[str, WrittenDate] = {}
    for written in found:
        first.setdefault(written.date, written)
    dates = {text: parse_date(text) for text in first}

    def is_vague(date: Date) -> bool:
        others = (other for other in dates.values() if other is not date)
        return not date.interval and any(date.first <= other.first and other.last <= date.last for other in others)

    return tuple(written for written in first.values() if not is_vague(dates[written.date]))


# ---------------------------------------------------------------- scanning a text


class _Phrase(NamedTuple):
    """A date in the normal form of a text: its readings, and where it starts and ends."""

    readings: Readings
    start: int
    end: int

    @property
    def is_years(self) -> bool:
        return all(reading.is_years for reading in self.readings)

    @property
    def is_point(self) -> bool:
        return all(reading.is_point for reading in self.readings)


_Found = Iterator[tuple[_Phrase, int, int]]
"""Dates, each with the start and end of the range to remove."""

_REMARK = re.compile(r" *[(\[]([^\W\d_]+)\.?[)\]]| *([^\W\d_]+)$")
"""One word after a date: in parentheses, or as the end of the text."""
_LONGEST_DATE = 80
"""The number of characters at the end of a text in which a date is looked for."""
_SEPARATORS = ",;:|·•–"
_OPENING_MARKS = ' \n\t([{«„“‚";|·•'
_CURRENCY = tuple("$€£¥₽₺₩%‰°")
_GROUP = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_BAR = re.compile(r" *[|·•\t\n] *")
_BETWEEN_DATES = re.compile(r" *(?:[,;/&+|·•\n–-]|\band\b|\bund\b|\bet\b) *|  +")
_AFTER_START = re.compile(rf"\.?\s*[{_SEPARATORS}-]+\s+|\.[ \n]+|[:,;|] *|[\t\n]\s*|  +")


class _Scanner:
    """Finds the dates in one text. All offsets but those of `WrittenDate` are into its normal form."""

    def __init__(self, text: str, words: Lexicon) -> None:
        self.original, self.words = text, words
        self.text, self.offsets = normalize(text)

    def find(self) -> Iterator[WrittenDate]:
        start, end = self._trim(0, len(self.text))
        if len(phrases := self._dates_only(start, end)) == 1:
            found = [(phrases[0], 0, len(self.text))]
        elif phrases:
            found = [(phrase, phrase.start, phrase.end) for phrase in phrases]
        else:
            found = [*self._between_bars(), *self._in_groups(), *self._at_start(start, end), *self._at_end(start, end)]
        for phrase, first, last in found:
            for reading in phrase.readings:
                yield WrittenDate(reading.edtf, self.offsets[first], self.offsets[last], reading.exact)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        """Return the range without blanks and full stops around it, and without parentheses around all of it."""
        text = self.text
        while start < end and (text[start].isspace() or text[start] in '"„“'):
            start += 1
        while (
            start < end and (text[end - 1].isspace() or text[end - 1] in ',;:.”"') and not text.endswith("..", 0, end)
        ):
            end -= 1
        return self._trim(start + 1, end - 1) if _GROUP.fullmatch(text, start, end) else (start, end)

    # ------------------------------------------------------------ the accepted positions

    def _dates_only(self, start: int, end: int) -> list[_Phrase]:
        """Return the dates if the range contains nothing else; otherwise nothing."""
        phrases: list[_Phrase] = []
        at = start
        while at < end:
            phrase = self._phrase(at, end, whole=at == start)
            between = _BETWEEN_DATES.match(self.text, phrase.end, end) if phrase else None
            if not phrase or not (phrase.end == end or (between and between.end() < end)):
                return []
            phrases.append(phrase)
            at = between.end() if between else end
        return phrases

    def _between_bars(self) -> _Found:
        """Yield the dates that are alone between two bars, bullets or line ends."""
        bars = [bar.span() for bar in _BAR.finditer(self.text)]
        if bars:
            size = len(self.text)
            for (before, first), (last, after) in zip([(0, 0), *bars], [*bars, (size, size)], strict=True):
                for phrase in self._dates_only(*self._trim(first, last)):
                    yield phrase, before, after if before == first else last

    def _in_groups(self) -> _Found:
        """Yield the dates that are alone in parentheses or brackets."""
        for group in _GROUP.finditer(self.text):
            for phrase in self._dates_only(*self._trim(group.start() + 1, group.end() - 1)):
                yield phrase, *self._cut_group(*group.span())

    def _cut_group(self, start: int, end: int) -> tuple[int, int]:
        """Return the range with the blanks before it, and with a mark that would follow another one after the cut."""
        before, after = self.text[:start].rstrip(" "), self.text[end:]
        if not before:
            return 0, len(self.text) - len(after.lstrip(f" {_SEPARATORS}."))
        return len(before), end + (before[-1] in ".,;:!?" and after[:1] in tuple(".,;:"))

    def _at_start(self, start: int, end: int) -> _Found:
        phrase = self._phrase(start, end) if start < end else None
        if not phrase or open_end_in_any_language().match(self.text, phrase.end):
            return
        remark = _REMARK.match(self.text, phrase.end, end)
        if remark and (remark[1] or remark[2]) in UNCERTAIN:
            return
        if separator := _AFTER_START.match(self.text, phrase.end, end):
            yield phrase, 0, separator.end()
            return
        rest = self.text[phrase.end : end]
        title = self.original[self.offsets[phrase.end] :].lstrip()[:1]
        is_separated = rest[:1] == " " or is_east_asian(rest[:1])
        if is_separated and (not phrase.is_years or not phrase.is_point or _begins_title(title)):
            yield phrase, 0, phrase.end + len(rest) - len(rest.lstrip(" "))

    def _at_end(self, start: int, end: int) -> _Found:
        stop = len(self.text.rstrip())
        for at in range(max(start + 1, end - _LONGEST_DATE), end):
            phrase = self._phrase(at, stop)
            if not phrase or phrase.end < end:
                continue
            before = self.text[:at].rstrip()
            cut = before.rstrip(f"{_SEPARATORS}- ")
            if before[-1] not in "([" and not self._belongs_to_word(before, cut, phrase):
                rest = self.text[phrase.end : stop].strip()
                is_odd = rest.startswith((",", ";", ":")) or (rest.startswith(".") and cut.endswith((".", "!", "?")))
                yield phrase, len(cut), len(self.text) if is_odd else phrase.end
            return

    def _belongs_to_word(self, before: str, cut: str, phrase: _Phrase) -> bool:
        """Return whether the word before a date at the end makes it uncertain, a number, or a part of a sentence.

        `before` is the text before the date, and `cut` the same without a separator.
        """
        word = cut.rsplit(maxsplit=1)[-1].strip("()[]\"'“”„") if cut else ""
        spellings = {word, word.rstrip(".,")}
        if spellings & UNCERTAIN:
            return True
        if not phrase.is_years or not self.text[phrase.start].isdigit():  # With a month, or a word such as “since”.
            return False
        if re.fullmatch(r"\d+(?:\(\d+)?", word):  # An issue and its pages: “17(3), 1950–1962”.
            return cut == before or not phrase.is_point
        if cut != before and not before.endswith(":"):
            return False
        if (cut == before and not word[-1:].isalnum()) or any(char.isdigit() for char in word):
            return True
        return bool(spellings & NOT_BEFORE_YEARS or spellings & names_and_words_before_dates())

    # ------------------------------------------------------------ one date

    def _phrase(self, at: int, stop: int, *, whole: bool = False) -> _Phrase | None:
        """Return the longest date that begins at `at`; `whole` is as for `Lexicon.read`."""
        if self._can_start(at):
            for readings, end in self.words.read(self.text, at, stop, whole=whole):
                phrase = _Phrase(readings, at, end)
                if self._can_end(phrase, stop):
                    return phrase
        return None

    def _can_start(self, at: int) -> bool:
        """Return whether a date can begin here: after a blank, an opening mark or a separator."""
        if not at:
            return True
        before, char = self.text[at - 1], self.text[at]
        if char.isspace():
            return False
        if before == ",":
            return not self.text[at - 2 : at - 1].isdigit()
        if before == "–":  # “Sales —June 2017”, and not “A–B” or the second half of “2016–2017”.
            return char.isalpha() and not self.text[at - 2 : at - 1].isalnum()
        return before in _OPENING_MARKS or is_east_asian(before)

    def _can_end(self, phrase: _Phrase, stop: int) -> bool:
        """Return whether a date can end here: it is not the beginning of a longer number or word, or an amount."""
        following, after = (self.text[at : at + 1] if at < stop else "" for at in (phrase.end, phrase.end + 1))
        if following.isalnum() and not is_east_asian(following):
            return False
        if following in tuple("_/\\@#&=+'^*") or (following in tuple(".,:-–~") and after.isalnum()):
            return False
        rest = self.text[phrase.end : phrase.end + 30].split(maxsplit=1)
        word = rest[0] if rest else ""
        if word.startswith(_CURRENCY) or (phrase.is_point and word.strip(".,;:)") in NOT_AFTER_YEARS):
            return False
        if not (phrase.is_years and phrase.is_point):
            return True
        before = self.text[max(0, phrase.start - 30) : phrase.start].rstrip()
        is_part_of_number = before[-1:].isdigit() or (following.isspace() and word[:1].isdigit())
        return not is_part_of_number and not before.endswith((*_CURRENCY, "#", "+", "№", "§", "&"))


def _begins_title(char: str) -> bool:
    """Return whether a character can begin the title after a year: it is not a small letter, a digit or a sign."""
    return (char.isalpha() and not char.islower()) or char in tuple("“„«\"'‘‚([")

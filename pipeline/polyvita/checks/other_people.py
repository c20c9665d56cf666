"""The privacy check of a build of many CVs: does an output contain a private value of somebody else?

Each output is searched for the values of all people, so the search must not become slower with their number. A first
look finds the few values that a text may contain, by their first letters and digits; only these are compared in full.

Only values that have no place in the CV of somebody else are searched for: telephone numbers, addresses and days of
birth. Names and affiliations may be in any list of authors. A day of birth counts only if the text also has the family
name of that person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from polyvita.checks.disclosure import PrivateValue, private_values
from polyvita.config.front_matter import FrontMatter
from polyvita.core.letters import alphanumeric, normalize
from polyvita.core.location import Location

SEARCHED_KEYS = ("address", "born", "email", "mobile", "phone")
"""The keys whose values are searched for in the outputs of other people."""
START_LENGTH = 7
"""The number of letters and digits by which a value is found first. Shorter values are not searched for."""
_WINDOW = 30
"""The number of characters before and after a year in which the rest of a day of birth may stand."""
_SHORT = 300
"""The number of characters up to which a string is short."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"\d{7,}")


class OtherValue(NamedTuple):
    """A private value of the person with the id `person`.

    `start` is how the value starts, as letters and digits; for a day of birth, it is the year, and `family` the family
    name. `pattern` is the regular expression of the value.
    """

    person: str
    key: str
    location: Location
    pattern: str
    start: str
    family: str = ""


class OtherValues:
    """The private values of many people. `hash` is the hash of what they were read from."""

    def __init__(self, values: Iterable[OtherValue], hash: str) -> None:
        self.values, self.hash = tuple(values), hash

    def __reduce__(self) -> tuple[Any, ...]:
        return OtherValues, (self.values, self.hash)

    @cached_property
    def _by_start(self) -> Mapping[str, list[OtherValue]]:
        index: dict[str, list[OtherValue]] = {}
        for value in self.values:
            index.setdefault(value.start, []).append(value)
        return index

    def find(self, texts: Iterable[str], *, person: str = "", own: str = "") -> list[PrivateValue]:
        """Return the values that one of `texts` contains, except those of `person` and those in the text `own`."""
        found: dict[OtherValue, None] = {}
        for text in dict.fromkeys(texts):  # The parts of a file have many equal strings.
            search = self._searches[len(text) <= _SHORT]
            found.update((value, None) for value in search(text) if value.person != person)
        known = normalize(own) if found else ""
        patterns = {value: _compile(value.pattern) for value in found}
        return [
            PrivateValue(value.key, value.location, pattern)
            for value, pattern in patterns.items()
            if not pattern.search(known)
        ]

    @cached_property
    def _searches(self) -> tuple[Callable[[str], tuple[OtherValue, ...]], ...]:
        """`_find_in` for long and for short texts, which remembers its results.

        The formats of a filter have the same long text. The short texts of most outputs are the same for all people.
        """

        def search(text: str) -> tuple[OtherValue, ...]:
            return tuple(self._find_in(text))

        return lru_cache(maxsize=8)(search), lru_cache(maxsize=10_000)(search)

    def _find_in(self, text: str) -> Iterator[OtherValue]:
        if not text or not self.values:
            return
        index, normalized = self._by_start, normalize(text)
        letters = "".join(filter(str.isalnum, normalized))
        starts = {letters[at : at + START_LENGTH] for at in range(len(letters) - START_LENGTH + 1)}
        for start in starts & index.keys():
            yield from (value for value in index[start] if _compile(value.pattern).search(normalized))
        for year in {found[0] for found in _YEAR.finditer(normalized)} & index.keys():
            windows = [
                normalized[max(0, at.start() - _WINDOW) : at.end() + _WINDOW]
                for at in _YEAR.finditer(normalized)
                if at[0] == year
            ]
            for value in index[year]:
                pattern = _compile(value.pattern)
                if value.family in letters and any(pattern.search(window) for window in windows):
                    yield value


@lru_cache(maxsize=1000)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def other_values(
    person: str,
    meta: Mapping[str, Any],
    locations: Mapping[str, Location],
    private: FrontMatter | None,
    langs: Iterable[str],
) -> Iterator[OtherValue]:
    """Yield the private values of one person that can be searched for in the outputs of others.

    `meta` is the front matter of the CV, `locations` those of its keys, and `langs` the languages of the outputs.
    """
    name = str((private.values if private else {}).get("name") or meta.get("name") or "")
    family = alphanumeric(name.rsplit(maxsplit=1)[-1]) if name else ""
    values = {**meta, **(private.values if private else {})}
    for value in private_values(meta, locations, private, langs):
        if value.key not in SEARCHED_KEYS:
            continue
        texts = [text for part in _parts(values.get(value.key)) for text in _texts(part)]
        for text in texts:
            start = alphanumeric(text)
            if value.key == "born":
                if found := _YEAR.search(text):
                    yield OtherValue(person, value.key, value.location, value.pattern.pattern, found[0], family)
            elif numbers := _DIGITS.findall(re.sub(r"[\s()/.+-]", "", text)):
                # A country code may be left out, so the last digits of a number count, too.
                for part in {start[:START_LENGTH], *(number[-START_LENGTH:] for number in numbers)}:
                    yield OtherValue(person, value.key, value.location, value.pattern.pattern, part)
            elif len(start) >= START_LENGTH:
                yield OtherValue(person, value.key, value.location, value.pattern.pattern, start[:START_LENGTH])


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(part: Any) -> list[str]:
    return [str(text) for text in part.values()] if isinstance(part, Mapping) else [str(part)]

"""Regular expressions of rule files, which find whole words in the text of a finished file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from polyvita.core.location import Location

if TYPE_CHECKING:
    import regex  # Builds without rules do not need it, and it takes 10 ms to load.


class Match(NamedTuple):
    """A text that a search has found, and its offset."""

    start: int
    text: str


class WordPattern(Protocol):
    """A pattern that finds whole words."""

    def find_words(self, text: str) -> Iterator[Match]:
        """Yield all matches that consist of whole words."""


class Pattern(str):
    """A regular expression that ignores upper and lower case. A search raises `TimeoutError` after `MAX_SECONDS`."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Pattern:
        import regex

        try:
            regex.compile(text, regex.IGNORECASE)
        except regex.error as problem:
            raise ValueError(f"“{text}” is not a regular expression: {problem}") from None
        return cls(text)

    def search(self, text: str) -> regex.Match[str] | None:
        """Return the first match in a text, or None."""
        import regex

        return regex.search(self, text, regex.IGNORECASE, timeout=MAX_SECONDS)

    def find_words(self, text: str) -> Iterator[Match]:
        """Yield all matches that consist of whole words."""
        import regex

        found = regex.finditer(rf"(?<!\w)(?:{self})(?!\w)", text, regex.IGNORECASE, timeout=MAX_SECONDS)
        return (Match(match.start(), match[0]) for match in found)


MAX_SECONDS = 2.0
"""The longest time of one search by a regular expression of a rule file. A usual one takes less than a millisecond."""

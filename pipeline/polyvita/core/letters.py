"""The letters and digits of texts, in one form for all comparisons of an output with its source.

Two texts have the same letters if they differ only in case, punctuation, spaces, ligatures, invisible characters and
the composition of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


def normalize(text: str) -> str:
    """Return a text without case, variants of letters and digits, and invisible characters.

    ASCII text keeps its length.
    """
    if text.isascii():
        return text.lower()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def alphanumeric(text: str) -> str:
    """Return the letters and digits of a text, as `normalize` writes them."""
    return "".join(filter(str.isalnum, normalize(text)))


@lru_cache(maxsize=4096)
def letters_with_offsets(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters and digits of a text, and the offset of each in the text."""
    starts: Sequence[int] = range(len(text))
    parts: Iterable[str] = text
    if any(map(unicodedata.combining, text)):
        starts = [at for at, char in enumerate(text) if not (at and unicodedata.combining(char))]
        parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    letters = [*map(_letters_of, parts)]
    # These functions are written in C. A loop in Python takes three times as long, and texts are long.
    return "".join(letters), tuple(chain.from_iterable(map(repeat, starts, map(len, letters))))


@cache
def _letters_of(char: str) -> str:
    """Return the letters of a character and the marks that combine with it: `fi` for a ligature, "" for punctuation."""
    return alphanumeric(char)

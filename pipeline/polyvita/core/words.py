"""One count of words, as word processors count them. Fitting, rules and forms all use it."""

from __future__ import annotations

import re

_FIRST_OF_THEM = "\u3001"
"""The first of the characters that each count as a word. Most texts have none, and need no regular expression."""
_EACH_CHARACTER = (
    "["
    "\u3001-\u303f"  # punctuation and marks of Chinese and Japanese, without the wide space
    "\u3041-\u3096\u3099-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana and Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"  # wide punctuation
    "\U00020000-\U0003ffff"  # Han, further planes
    "]"
)


def count_words(text: str) -> int:
    """Return the number of words in `text`, as Microsoft Word counts them (Review, Word Count).

    A word is what stands between white space; a no-break space is white space, too. So a dash or an “&” between
    spaces, a number, an address and a hyphenated word each count as one word. Chinese and Japanese have no spaces:
    each character and each punctuation mark counts as one word. Korean has spaces and counts by them.

    LibreOffice differs in three cases. It takes a dash for white space (“2019–2021” has two words there, “a – b” too),
    it counts the number or bullet of a list item as a word, and it counts each syllable of Korean.

    >>> count_words("2019–2021: R&D – in Köln"), count_words("解説 AI")
    (5, 3)
    """
    if not text or max(text) < _FIRST_OF_THEM:
        return len(text.split())
    rest, characters = re.subn(_EACH_CHARACTER, " ", text)
    return characters + len(rest.split())

"""Scripts (writing systems): the script of a character and of a language, and the direction in which it is written.

Scripts have their codes of ISO 15924, such as `Arab`. Python knows the names of characters but not their scripts; the
first word of a name is the script, except for the characters of East Asia.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

Direction = Literal["ltr", "rtl"]

RIGHT_TO_LEFT = frozenset(
    {"Adlm", "Arab", "Aran", "Armi", "Avst", "Hebr", "Khar", "Mand", "Mend", "Nbat", "Nkoo", "Ougr", "Palm", "Phnx"}
    | {"Rohg", "Samr", "Sarb", "Sogd", "Syrc", "Thaa", "Yezi"}
)
"""The scripts that are written from right to left."""
RIGHT_TO_LEFT_LETTER = re.compile("[\u05be-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""A character of a script that is written from right to left. Unicode reserves these ranges for them."""
_LETTERS: dict[Direction, str] = {
    "rtl": RIGHT_TO_LEFT_LETTER.pattern,
    "ltr": "[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u02b8\u0370-\u0589\u0900-\u1fff\u3040-\ud7ff]",
}


@cache  # Python takes milliseconds to compile a large set of characters, and most CVs have one direction.
def letter_of(direction: Direction) -> re.Pattern[str]:
    """Return the pattern of a letter of the scripts in common use that are written in a direction."""
    return re.compile(_LETTERS[direction])


@cache
def phrase_of(direction: Direction, end: str = "") -> re.Pattern[str]:
    """Return the pattern of a text without a letter of the other direction.

    It goes from the first to the last letter, with the signs in between. `end` is what may follow.
    """
    right, left = _LETTERS["rtl"], _LETTERS["ltr"]
    if direction == "rtl":
        return re.compile(rf"{right}(?:(?:(?!{left}).)*{right})?{end}")
    return re.compile(rf"{left}(?:(?:(?!{right}).)*(?:{left}|\d))?{end}")


NAMES = {
    "Adlm": "Adlam",
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Beng": "Bengali",
    "Cher": "Cherokee",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Gujr": "Gujarati",
    "Guru": "Gurmukhi",
    "Hang": "Korean",
    "Hani": "Chinese",
    "Hebr": "Hebrew",
    "Jpan": "Japanese",
    "Khmr": "Khmer",
    "Knda": "Kannada",
    "Laoo": "Lao",
    "Latn": "Latin",
    "Mand": "Mandaic",
    "Mlym": "Malayalam",
    "Mong": "Mongolian",
    "Mymr": "Myanmar",
    "Nkoo": "NKo",
    "Orya": "Oriya",
    "Rohg": "Hanifi Rohingya",
    "Samr": "Samaritan",
    "Sinh": "Sinhala",
    "Syrc": "Syriac",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Tfng": "Tifinagh",
    "Thaa": "Thaana",
    "Thai": "Thai",
    "Tibt": "Tibetan",
}
"""The English name of each script that this package knows."""
USUAL_LANGUAGES = {"Arab": "ar", "Hebr": "he", "Syrc": "syr", "Thaa": "dv", "Nkoo": "nqo", "Adlm": "ff-Adlm"}
"""The most common language that is written in a script from right to left. It serves as an example in hints."""

_BY_FIRST_WORD = {name.split()[0].upper(): code for code, name in NAMES.items() if code not in ("Hang", "Hani", "Jpan")}
_BY_FIRST_WORD |= {"HANGUL": "Hang", "CJK": "Hani", "IDEOGRAPHIC": "Hani", "BOPOMOFO": "Hani", "KANGXI": "Hani"}
_BY_FIRST_WORD |= {"HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HALFWIDTH": "Jpan"}
_WIDE_SIGNS = re.compile("[\u3000-\u303f\uff00-\uff60\uffe0-\uffe6]")
"""Punctuation and wide forms of East Asia."""
_LATIN = frozenset({"ca", "cs", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "no", "pl", "pt", "sv", "tr"})
"""Common languages in Latin script. Babel is slow to load, so it is not asked about these."""


@cache
def script_of(character: str) -> str:
    """Return the code of the script of a character. Signs that several scripts share have an empty code.

    >>> [script_of(character) for character in "aאم山ひ–1"]
    ['Latn', 'Hebr', 'Arab', 'Hani', 'Jpan', '', '']
    """
    if _WIDE_SIGNS.match(character):
        return "Hani"
    return _BY_FIRST_WORD.get(re.split("[ -]", unicodedata.name(character, ""), maxsplit=1)[0], "")


@lru_cache(maxsize=100)
def script_of_language(tag: str) -> str:
    """Return the code of the script in which a language (BCP 47) is written, or an empty code if it is not known.

    >>> [script_of_language(tag) for tag in ("en", "he-IL", "az", "az-Arab", "pa-PK")]
    ['Latn', 'Hebr', 'Latn', 'Arab', 'Arab']
    """
    primary, *subtags = tag.replace("_", "-").split("-")
    primary = primary.lower()
    for subtag in subtags:
        if len(subtag) == 1:  # What follows is an extension or for private use.
            break
        if len(subtag) == 4 and subtag.isalpha():
            return subtag.title()
    if primary in _LATIN:
        return "Latn"
    from babel.core import get_global

    likely = get_global("likely_subtags")
    region = next((subtag.upper() for subtag in subtags if re.fullmatch("[A-Za-z]{2}|[0-9]{3}", subtag)), "")
    full = likely.get(f"{primary}_{region}") or likely.get(primary) or ""
    return str(full).split("_")[1] if full else ""


@lru_cache(maxsize=100)
def direction_of(tag: str) -> Direction:
    """Return the direction in which a language (BCP 47) is written.

    >>> [direction_of(tag) for tag in ("de-AT", "ar", "ku", "ku-Arab", "yi-Latn")]
    ['ltr', 'rtl', 'ltr', 'rtl', 'ltr']
    """
    return "rtl" if script_of_language(tag) in RIGHT_TO_LEFT else "ltr"


def scripts_in(characters: Iterable[str]) -> dict[str, str]:
    """Return the characters of each script, in the order in which the scripts occur. Shared signs are left out."""
    found: dict[str, str] = {}
    for character in dict.fromkeys(characters):
        if code := script_of(character):
            found[code] = found.get(code, "") + character
    return found

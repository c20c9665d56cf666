"""Check language tags: `de` is a language, `deutsch` and `jp` are not."""

from __future__ import annotations

import re

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
"""A language tag (BCP 47). Longer primary subtags are reserved, and no language has one."""

_CODES = (
    "aa|ab|ae|af|ak|am|an|ar|as|av|ay|az|ba|be|bg|bh|bi|bm|bn|bo|br|bs|ca|ce|ch|co|cr|cs|cu|cv|cy|da|de|dv|dz|ee|"
    "el|en|eo|es|et|eu|fa|ff|fi|fj|fo|fr|fy|ga|gd|gl|gn|gu|gv|ha|he|hi|ho|hr|ht|hu|hy|hz|ia|id|ie|ig|ii|ik|in|io|"
    "is|it|iu|iw|ja|ji|jv|jw|ka|kg|ki|kj|kk|kl|km|kn|ko|kr|ks|ku|kv|kw|ky|la|lb|lg|li|ln|lo|lt|lu|lv|mg|mh|mi|mk|"
    "ml|mn|mo|mr|ms|mt|my|na|nb|nd|ne|ng|nl|nn|no|nr|nv|ny|oc|oj|om|or|os|pa|pi|pl|ps|pt|qu|rm|rn|ro|ru|rw|sa|sc|"
    "sd|se|sg|sh|si|sk|sl|sm|sn|so|sq|sr|ss|st|su|sv|sw|ta|te|tg|th|ti|tk|tl|tn|to|tr|ts|tt|tw|ty|ug|uk|ur|uz|ve|"
    "vi|vo|wa|wo|xh|yi|yo|za|zh|zu"
)
_TWO_LETTERS = frozenset(_CODES.split("|"))
"""All codes of ISO 639-1, with those that were replaced (`iw`, `in`, `ji`)."""
_COUNTRIES = {"jp": "ja", "cn": "zh", "gr": "el", "cz": "cs", "dk": "da", "at": "de", "ua": "uk"}
_COUNTRIES |= {"us": "en-US", "gb": "en-GB", "eng": "en", "ger": "de", "deu": "de", "fra": "fr", "fre": "fr"}
"""Codes of countries, and longer codes of languages, that are often written instead of the code of the language."""
_NAMES_SPOKEN_IN = ("en", "de", "fr", "es", "it", "pt")
"""The languages in which a language can be named, besides its own."""


def misnamed_language(text: str) -> str:
    """Return what to write instead of `text`, or an empty string if it is the tag of a language.

    >>> misnamed_language("deutsch"), misnamed_language("de-AT")
    ('write de', '')
    """
    primary = text.partition("-")[0].lower()
    is_tag = bool(LANGUAGE_TAG.fullmatch(text))
    if is_tag and (primary in _TWO_LETTERS or (len(primary) == 3 and primary not in _COUNTRIES)):
        return ""
    if is_tag and primary in _COUNTRIES and primary == text.lower():
        return f"write {_COUNTRIES[primary]}"
    code = _code_of_name(text)
    return f"write {code}" if code else "write the code of the language, such as en, de or fr"


def _code_of_name(name: str) -> str:
    """Return the code of the language with this name, in its own language or in a large one; or an empty string."""
    from babel import Locale, UnknownLocaleError

    wanted = name.strip().casefold()
    for code in _NAMES_SPOKEN_IN:
        names = Locale(code).languages
        if found := next((tag for tag, known in names.items() if known.casefold() == wanted), None):
            return str(found).replace("_", "-")
    for code in sorted(_TWO_LETTERS):
        try:
            own = Locale(code).get_language_name(code)
        except UnknownLocaleError:
            continue
        if own and own.casefold() == wanted:
            return code
    return ""

"""Countries, languages and places of structured files: codes become names."""

from __future__ import annotations

from functools import cache
from typing import Any

from polyvita.core.dates import babel_locale
from polyvita.importers.model import ReadAs


def country_name(code: str, lang: str = "") -> str:
    """Return the name of a country with an ISO code, in the language `lang`; any other text as it is.

    >>> country_name("DE"), country_name("DE", "de"), country_name("Germany")
    ('Germany', 'Deutschland', 'Germany')
    """
    if len(code) not in (2, 3) or not code.isalpha():
        return code
    code = {"UK": "GB", "EL": "GR"}.get(code.upper(), code.upper())  # as the European Union writes them
    territories: Any = babel_locale(lang or "en").territories
    return str(territories.get(code if len(code) == 2 else _alpha2().get(code, code), code))


@cache
def _alpha2() -> dict[str, str]:
    """Return the codes of two letters by those of three letters."""
    from babel.core import get_global

    aliases: Any = get_global("territory_aliases")
    return {alias: codes[0] for alias, codes in aliases.items() if len(alias) == 3 and alias.isalpha() and codes}


@cache
def country_codes() -> dict[str, str]:
    """Return the ISO codes of countries by their names in English and in the languages of the vocabulary."""
    names: dict[str, str] = {}
    for lang in ("en", "de", "fr", "es", "it", "pt", "nl"):
        locale: Any = babel_locale(lang)
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(str(name).casefold(), code)
    return {**names, "usa": "US", "uk": "GB", "great britain": "GB", "united states of america": "US"}


def language_of(locale: str) -> str:
    """Return the BCP 47 tag of a locale such as `zh_CN`, or an empty text if there is none."""
    return locale.replace("_", "-") if locale.replace("_", "").replace("-", "").isalnum() else ""


def language_name(code: str, lang: str = "") -> str:
    """Return the name of a language with an ISO code of two or three letters, in the language `lang`.

    >>> language_name("ger"), language_name("en", "de"), language_name("Klingon")
    ('German', 'Englisch', 'Klingon')
    """
    if len(code) not in (2, 3) or not code.isalpha():
        return code
    from babel.core import get_global

    aliases: Any = get_global("language_aliases")
    code = code.lower()
    known: Any = babel_locale(lang or "en").languages
    name = known.get(aliases.get(code, _BIBLIOGRAPHIC.get(code, code)), code)
    return str(name)


_BIBLIOGRAPHIC = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr",
    "geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "mao": "mi", "may": "ms", "per": "fa",
    "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
}  # fmt: skip
"""The codes of libraries in ISO 639-2, where these differ from those of terminology."""


def place_of(city: str, region: str, country: str, lang: str = "") -> tuple[str, list[ReadAs]]:
    """Return a place, and how a country code was read. A region with the name of the city is not repeated."""
    name = country_name(country, lang) if country else ""
    read_as = [ReadAs(country, name)] if name != country else []
    if region and region == city:
        read_as.append(ReadAs(region, city))
        region = ""
    return ", ".join(part for part in (city, region, name) if part), read_as


def language_code(name: str) -> str:
    """Return the BCP 47 tag of a language by its English name, or a tag as it is; an empty text for others.

    >>> language_code("german"), language_code("pt-BR"), language_code("Klingon speech")
    ('de', 'pt-BR', '')
    """
    import re

    if re.fullmatch(r"[a-z]{2}([_-]\w+)*", name):
        return name.replace("_", "-")
    known: Any = babel_locale("en").languages
    plain = name.replace("_", " ").casefold()
    return next((code for code, known_name in known.items() if str(known_name).casefold() == plain), "")

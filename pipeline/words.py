"""The few words that the program itself puts on a page, in each language it has them for."""

from __future__ import annotations

_WORDS = {
    "en": {"since": "since {date}", "until": "until {date}", "page": "page {page} of {pages}"},
    "de": {"since": "seit {date}", "until": "bis {date}", "page": "Seite {page} von {pages}"},
    "fr": {"since": "depuis {date}", "until": "jusqu’en {date}", "page": "page {page} sur {pages}"},
    "es": {"since": "desde {date}", "until": "hasta {date}", "page": "página {page} de {pages}"},
    "it": {"since": "dal {date}", "until": "fino al {date}", "page": "pagina {page} di {pages}"},
    "pt": {"since": "desde {date}", "until": "até {date}", "page": "página {page} de {pages}"},
    "nl": {"since": "sinds {date}", "until": "tot {date}", "page": "pagina {page} van {pages}"},
    "da": {"since": "siden {date}", "until": "indtil {date}", "page": "side {page} af {pages}"},
    "sv": {"since": "sedan {date}", "until": "till {date}", "page": "sida {page} av {pages}"},
    "nb": {"since": "siden {date}", "until": "til {date}", "page": "side {page} av {pages}"},
    "fi": {"since": "{date} alkaen", "until": "{date} asti", "page": "sivu {page}/{pages}"},
    "pl": {"since": "od {date}", "until": "do {date}", "page": "strona {page} z {pages}"},
    "cs": {"since": "od {date}", "until": "do {date}", "page": "strana {page} z {pages}"},
}
_SIGNS = {"since": "{date} –", "until": "– {date}", "page": "{page} / {pages}"}
"""For every other language: signs that need no words."""


def phrase(key: str, lang: str) -> str:
    """The phrase `key` (`since`, `until`, `page`) in `lang` (BCP 47), with `{…}` to fill in."""
    return _WORDS.get(lang.partition("-")[0].lower(), _SIGNS)[key]

"""The words that state how often work is cited, or how a journal, a person or a university is ranked.

Rule sets name groups of these words with the key `metrics`, so that all recipients share one list. It has the words of
seven languages, because a CV in German may quote English, for example. Each entry is a regular expression for whole
words, in upper or lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from polyvita.checks.rules.patterns import Match

MetricGroup = Literal["journal", "index", "citations", "rankings", "praise", "totals"]

_HYPHEN = r"[-\u00ad\u2010-\u2013\s]"
_NUMBER = r"(?:\d{1,3}(?:[.,'’\s]\d{3}){1,3}|\d{1,9}(?:[.,]\d{1,2})?)(?:\+|k\b)?"
_ABOUT = r"(?:(?:by|over|about|around|some|almost|nearly|more\s+than|a\s+total\s+of|über|mehr\s+als|rund|fast)\s+)*"

_JOURNAL = (
    rf"(?:journal\s+)?impact{_HYPHEN}?fa[ck]tor(?:s|en|es)?",
    r"facteurs?\s+d['’]impact",
    r"factor(?:es)?\s+de\s+impacto",
    r"fattor[ei]\s+(?:d['’]|di\s+)impatto",
    r"fator(?:es)?\s+de\s+impacto",
    r"JIF",
    r"IF\s*[=:]\s*\d+(?:[.,]\d+)?",
    r"Cite\s?Score",
    r"SNIP",
    r"SJR",
    r"Eigenfactor",
    r"CNCI",
    r"FWCI",
    r"field[- ]weighted\s+citation\s+impact",
    r"Q[1-4](?=\))",
    r"Q[1-4]\s+(?:journals?|papers?|articles?|publications?|JCR|SJR|Scopus|Zeitschrift(?:en)?|revues?|revistas?|rivist[ae]"
    r"|tijdschrift(?:en)?)",
    r"(?:journals?|JCR|SJR|Scopus|revistas?|revues?|rivist[ae])(?:\s+in)?\s+Q[1-4]",
    r"(?:(?:first|second|top|primer|premier|primo|erstes?)\s+)(?:quartile?s?|cuartil|Quartil)"
    r"(?!\s+of\s+(?!(?:(?:the|its|all)\s+)?(?:journal|category|field|JCR|Scopus)))",
    r"acceptance\s+rates?",
    r"Annahmequoten?",
    r"taux\s+d['’]acceptation",
    r"tasas?\s+de\s+aceptación",
    r"tass[oi]\s+di\s+accettazione",
    r"acceptatiepercentages?",
    r"taxas?\s+de\s+aceitação",
)
_INDEX = (
    rf"[hgm]{_HYPHEN}?ind(?:ex|exe[sn]?|ices|ice|izes)",
    rf"h{_HYPHEN}faktor(?:en)?",
    rf"Hirsch{_HYPHEN}?(?:ind(?:ex|exe[sn]?|ices|izes)|faktor|zahl)",
    r"[ií]ndic[ei]s?\s+(?:[hg]|(?:de\s+|di\s+)?Hirsch)",
    r"indici\s+(?:[hg]|di\s+Hirsch)",
    rf"i10(?:{_HYPHEN}?ind(?:ex|exe[sn]?|ices|ice|izes))?",
    r"[ií]ndices?\s+i10",
)
_CITED = r"(?:citations?|cites|Zitationen|Zitierungen|Zitate|citas|citazioni|citaties|citações)"
_CITATIONS = (
    rf"{_NUMBER}\s+(?:\w+\s+)?{_CITED}",
    rf"{_CITED}\s*[:=]\s*{_ABOUT}{_NUMBER}",
    rf"{_CITED}\s*\(\s*{_NUMBER}",
    rf"(?:total|number\s+of|nombre\s+de|nombre\s+total\s+de|número\s+de|numero\s+di|aantal)\s+{_CITED}",
    r"citation\s+(?:counts?|totals?|numbers?|figures?|metrics?|rates?)",
    r"Zitations(?:zahl|häufigkeit|rate)(?:en)?",
    rf"cited\s+{_ABOUT}{_NUMBER}(?:\s+times)?",
    rf"{_NUMBER}\s+times\s+cited",
    rf"times\s+cited\s*:?\s*{_NUMBER}",
    rf"{_NUMBER}{_HYPHEN}?mal\s+zitiert",
    rf"zitiert\s*:?\s+{_ABOUT}{_NUMBER}{_HYPHEN}?mal",
    rf"cit[ée](?:e?s?)\s+(?:plus\s+de\s+)?{_NUMBER}\s+fois",
    rf"citad[oa]s?\s+(?:más\s+de\s+|mais\s+de\s+)?{_NUMBER}\s+ve[cz]es",
    rf"citat[oaie]\s+(?:oltre\s+|più\s+di\s+)?{_NUMBER}\s+volte",
    rf"{_NUMBER}\s+(?:keer|maal)\s+geciteerd",
    rf"geciteerd\s+(?:meer\s+dan\s+)?{_NUMBER}\s+(?:keer|maal)",
    r"(?:most|highly)[- ]cited\s+(?:papers?|articles?|researchers?|scientists?|authors?|works?)",
)
_RANKINGS = (
    r"(?:journals?|university|universities|institution(?:al|s)?|conference|venue|QS|THE|Shanghai|ARWU|CHE|CORE)\s+"
    r"rank(?:ing|s)?s?",
    r"rank(?:ing)?s?\s+of\s+(?:journals|universities|institutions|conferences|publishers)",
    r"ranked\s+(?:as\s+)?(?:#|no\.?\s*|number\s+)?\d+(?:st|nd|rd|th)?",
    r"ranked\s+(?:(?:among|in|within)\s+)?(?:the\s+)?(?:top|first|second|third|best|highest)",
    r"(?:top|highest|best)[- ]ranked",
    r"(?:CORE|ERA)\s+A\*?(?![\w-])",
    r"A\*\s+(?:conferences?|journals?|venues?)",
    r"Qualis\s+A\d",
    r"(?:Hochschul|Universitäts|Zeitschriften|Journal)-?\s?rankings?",
    r"Rankings?\s+(?:der|von)\s+(?:Hochschulen|Universitäten|Zeitschriften)",
    r"classements?\s+(?:des\s+revues|des\s+universités|de\s+Shanghai)",
    r"(?:clasificaci(?:ón|ones)|rankings?)\s+de\s+(?:las\s+)?(?:revistas|universidades)",
    r"(?:classific(?:a|he)|rankings?)\s+(?:delle|di)\s+(?:riviste|università)",
    r"(?:universiteits|tijdschriften)?ranglijst(?:en)?",
    r"(?:classificaç(?:ão|ões)|rankings?)\s+(?:das|de)\s+(?:revistas|universidades)",
)
_PRAISE = (
    r"(?:top(?:[- ](?:tier|ranked|class))?|prestigious|leading|premier|renowned|high[- ]impact|flagship)\s+"
    r"(?:\w+\s+){0,2}(?:journals?|publishers?|conferences?|venues?)",
)
_WORKS = (
    r"(?:publications?|papers|articles|(?:research\s+)?grants|prizes|awards|Publikationen|Veröffentlichungen|Fachartikel|Preise"
    r"|publicaciones|artículos|pubblicazioni|articoli|publicaties|artikelen|publicações|artigos)"
)
_TOTALS = (
    rf"{_NUMBER}\s+(?:(?:peer|scientific|refereed|research|journal|reviewed|wissenschaftliche|begutachtete|competitive)[-\s]+)*"
    rf"{_WORKS}",
    rf"(?:total|number)\s+of\s+{_WORKS}",
    rf"{_WORKS}\s*:\s*{_NUMBER}",
    r"total\s+(?:research\s+|third-party\s+|grant\s+)?funding",
)

GROUPS: dict[MetricGroup, tuple[str, ...]] = {
    "journal": _JOURNAL,
    "index": _INDEX,
    "citations": _CITATIONS,
    "rankings": _RANKINGS,
    "praise": _PRAISE,
    "totals": _TOTALS,
}
"""The regular expressions of each group.

`journal`: figures of journals; `index`: figures of a person, such as the h-index; `citations`: numbers of citations;
`rankings`: ranks of journals and universities; `praise`: “leading journal”; `totals`: numbers of works and grants.
"""

MEANINGS: dict[MetricGroup, str] = {
    "journal": "figures of journals, such as the impact factor",
    "index": "the h-index and similar figures",
    "citations": "numbers of citations",
    "rankings": "rankings of journals and universities",
    "praise": "praise of journals and publishers, such as “leading journal”",
    "totals": "numbers of publications, grants and prizes",
}
"""What each group means, for documentation."""


class MetricPattern:
    """The words of some groups. Upper and lower case are the same.

    A pattern of a rule file needs an engine with a limit of time. These need none, and Python’s own engine is six times
    as fast.
    """

    def __init__(self, groups: tuple[MetricGroup, ...]) -> None:
        self._patterns = [_compile(group) for group in groups]

    def find_words(self, text: str) -> Iterator[Match]:
        """Yield all matches that consist of whole words."""
        lower = text.replace("İ", "I").lower()  # The only letter that becomes longer.
        end = 0
        for start, stop in sorted(match.span() for pattern in self._patterns for match in pattern.finditer(lower)):
            if start >= end:
                yield Match(start, text[start:stop])
                end = stop


@cache
def _compile(group: MetricGroup) -> re.Pattern[str]:
    # All begin with a letter or a digit. A search in lower case tries only those that begin with the next letter.
    return re.compile(rf"\b(?:{'|'.join(GROUPS[group]).lower()})(?!\w)")


@cache
def pattern_of(groups: tuple[MetricGroup, ...]) -> MetricPattern:
    """Return one pattern for all words of these groups."""
    return MetricPattern(groups)

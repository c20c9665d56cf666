"""The language of a text, by its function words: articles, prepositions and conjunctions.

A list has words that are frequent in one language and rare in the others. So titles and names in another language do
not decide.
"""

from __future__ import annotations

import re

_WORDS = {
    "en": "the of and to for with on by at from as is was are that which have has my our",
    "de": "der die und das für mit von des dem den ein eine zur zum im am bei auf sowie als ist sind war",
    "fr": "le les des et du une pour dans sur avec aux par est sont été qui ma mes leur ses",
    "es": "el los las y del una para por su como sobre entre desde han fue al mi mis",
    "it": "il gli della delle dei degli di per nel nella alla dal sono che ho mia presso tra",
    "nl": "het een van voor met op bij aan naar zijn uit door als over mijn ook werd",
    "pt": "o os do da dos das em uma para com no na pelo pela ao aos são foi minha",
}
FUNCTION_WORDS = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
"""Frequent words by language."""

_LEAST = 20
"""The number of function words of a language without which nothing is said about the text."""


def foreign_language(text: str, allowed: tuple[str, ...]) -> str | None:
    """Return the language of most words if it is not allowed, else None.

    There must be at least 20 function words of this language, and twice as many as of each allowed language.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {lang: sum(word in known for word in words) for lang, known in FUNCTION_WORDS.items()}
    most = max(counts, key=lambda lang: counts[lang])
    known = max((counts[lang] for lang in allowed if lang in counts), default=None)
    is_foreign = most not in allowed and known is not None and counts[most] >= max(_LEAST, 2 * known)
    return most if is_foreign else None

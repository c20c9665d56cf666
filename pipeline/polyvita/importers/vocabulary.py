"""How a heading in a document is recognised as a section of the standard vocabulary."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from polyvita.core.vocabulary import SECTIONS

_FILE = Path(__file__).with_name("vocabulary.yaml")


class ImportedSection(NamedTuple):
    """A standard section, and the headings that name it, by language."""

    id: str
    tags: tuple[str, ...]
    title: str
    parent: str
    headings: dict[str, tuple[str, ...]]


class Recognised(NamedTuple):
    """The section that a heading names. `exact` is false if only a part of the heading is known."""

    section: ImportedSection
    lang: str
    exact: bool


@cache
def standard_sections() -> dict[str, ImportedSection]:
    """Return the sections of the standard vocabulary by id. Those that only forms ask for have no known headings."""
    import yaml

    headings = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        id_: ImportedSection(
            id_,
            section.tags,
            section.title,
            section.parent,
            {lang: tuple(known) for lang, known in headings.get(id_, {}).items()},
        )
        for id_, section in SECTIONS.items()
    }


def standard_title(id_: str, lang: str) -> str:
    """Return the heading of a standard section in a language: the first one of the vocabulary, or the English one.

    >>> standard_title("awards", "de-AT"), standard_title("awards", "en"), standard_title("statement", "fr")
    ('Auszeichnungen', 'Honors and Awards', 'Énoncé personnel')
    """
    section = standard_sections()[id_]
    language = lang.partition("-")[0].lower()
    headings = section.headings.get(language) or _titles_of_forms().get(id_, {}).get(language)
    if language in ("", "en") or not headings:
        return section.title
    return in_lower_case(headings[0].upper(), language) if isinstance(headings, tuple) else headings


@cache
def _titles_of_forms() -> dict[str, dict[str, str]]:
    """Return the headings of sections that only forms ask for, by id and language. No import recognises them."""
    import yaml

    titles: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["titles-of-forms"]
    return titles


_SMALL_WORDS = frozenset(
    word
    for words_ in (
        "and of the in for to on at or with",
        "und der die das in für von zu an mit im",
        "y e de la del los las en",
    )
    for word in words_.split()
)


def in_lower_case(text: str, lang: str) -> str:
    """Return a heading in capitals as it is usually written. Words of up to three letters may be abbreviations.

    >>> in_lower_case("PREISE UND STIPENDIEN", "de"), in_lower_case("PRIX ET DISTINCTIONS", "fr")
    ('Preise und Stipendien', 'Prix et distinctions')
    """
    out: list[str] = []
    for index, word in enumerate(re.split(r"(\s+|-)", text)):
        lower = word.casefold() if word != "ß" else word
        if not index:
            out.append(word[:1] + word[1:].lower() if len(word) > 3 else word)
        elif lower in _SMALL_WORDS or lang not in ("en", "de"):
            out.append(word.lower())
        else:
            out.append(word[:1] + word[1:].lower() if len(word) > 3 else word)
    return "".join(out)


def recognise(heading: str, lang: str = "") -> Recognised | None:
    """Return the standard section that a heading names, or None. Headings in the language `lang` are preferred.

    >>> found = recognise("II. Ausgewählte Veröffentlichungen:")
    >>> found.section.id, found.lang
    ('publications', 'de')
    """
    words = _normal(heading)
    if not words or len(words.split()) > _MOST_WORDS:
        return None
    known = _known_headings()
    spellings = (words, _without_group(heading), words.replace(" ", ""))
    for spelling in dict.fromkeys(spelling for spelling in spellings if spelling):
        if found := known.get(spelling) or _spaced().get(spelling):
            return _preferred([*_of_other_number(spelling, found, lang), *found], lang, exact=True)
        if found := _of_other_number(spelling, [], lang):
            return _preferred(found, lang, exact=True)
    return _recognise_part(words, lang)


def spelled_out(text: str) -> str:
    """Return a text without the blanks between its letters: “E D U C A T I O N” is “EDUCATION”.

    Two or more blanks separate words.
    """
    if re.fullmatch(r"(?:\w\s+){3,}\w[:.]?", text.strip()):
        parts = re.split(r"\s{2,}", text.strip())
        return " ".join("".join(part.split()) for part in parts)
    return text


def known_heading(heading: str, found: Recognised) -> str:
    """Return the heading of the vocabulary with the same letters as `heading`, in lower case, or an empty string."""
    letters = _normal(heading).replace(" ", "")
    known = found.section.headings[found.lang]
    return next((name for name in known if _normal(name).replace(" ", "") == letters), "")


# ---------------------------------------------------------------- how headings are compared

_MOST_WORDS = 9
NUMBER = re.compile(r"^\s*(?:(?:\d{1,2}|[ivxIVX]{1,5}|[a-zA-Z])(?:[.)]\d{0,2}){1,3}|\d{1,2}(?=\s)|§\s*\d+)\s*")
_GROUP = re.compile(r"[(\[][^)\]]*[)\]]")
_AND = {"and", "und", "et", "y", "e", "ed", "en", "&", "+", "u", "sowie", "or", "oder", "of"}
_QUALIFIERS = frozenset(
    word
    for words in (
        "selected recent key main other further additional current previous past relevant academic professional",
        "scientific",
        "my full complete list of the and refereed reviewed peer invited international national major all",
        "ausgewahlte aktuelle wichtigste weitere sonstige bisherige wissenschaftliche akademische",
        "berufliche und der die",
        "meine liste principales autres et des de la les mes choisies selectionnees liste y e del otros otras mis",
        "seleccionadas altre altri selezionate scelte della delle outras outros selecionadas das dos",
        "geselecteerde overige belangrijkste en van",
    )
    for word in words.split()
)
"""Words of a heading that do not change which section it names."""


def _normal(text: str) -> str:
    """Return the words of a heading without number, case, accents and punctuation."""
    text = NUMBER.sub("", spelled_out(text), count=1) or text
    text = text.replace("ß", "ss").replace("’", " ").replace("'", " ")
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+|[&+]", plain.casefold())).replace("&", "and").replace("+", "and")


def _without_group(heading: str) -> str:
    """Return the normal form without words in parentheses: “Publications (peer-reviewed)” is “publications”."""
    return _normal(_GROUP.sub(" ", heading))


@cache
def _known_headings() -> dict[str, list[tuple[str, str]]]:
    """Return the id and language of every known heading, by normal form."""
    known: dict[str, list[tuple[str, str]]] = {}
    for section in standard_sections().values():
        for lang, headings in section.headings.items():
            for heading in headings:
                found = known.setdefault(_normal(heading), [])
                if (section.id, lang) not in found:
                    found.append((section.id, lang))
    return known


@cache
def _spaced() -> dict[str, list[tuple[str, str]]]:
    """Return the same without the blanks, for headings with blanks between the letters."""
    return {heading.replace(" ", ""): found for heading, found in _known_headings().items()}


def _of_other_number(words: str, found: list[tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    """Return the sections for the singular or plural in the language of the CV, if `found` has none in it."""
    language = lang.partition("-")[0].lower() or "en"
    if any(own == language for _, own in found):
        return []
    others = (f"{words}s", words.removesuffix("s"), f"{words[:-1]}ies" if words.endswith("y") else "", f"{words}en")
    for other in others:
        if hits := [pair for pair in _known_headings().get(other, []) if pair[1] == language]:
            return hits
    return []


def _preferred(found: list[tuple[str, str]], lang: str, *, exact: bool) -> Recognised:
    language = lang.partition("-")[0].lower()
    id_, own = next((pair for pair in found if pair[1] == language), found[0])
    return Recognised(standard_sections()[id_], own, exact)


_ONLY_WHOLE = {
    "erfahrung", "erfahrungen", "professional", "experiences", "experiencias", "ervaringen", "parcours", "personlich",
    "persoonlijk", "werk", "it", "edv", "objetivo", "objetivos", "obiettivo", "resume", "practicas",
}  # fmt: skip
"""Headings, in normal form, that say too little as a part of a longer one."""


def _recognise_part(words: str, lang: str) -> Recognised | None:
    """Return the section whose heading is a part of these words: the longest one, and of equal ones the first.

    What is left must be words that change nothing, or at most two others beside a heading of at least five letters.
    """
    padded = f" {words} "
    hits = [
        (len(heading), -padded.index(f" {heading} "), heading)
        for heading in _known_headings()
        if f" {heading} " in padded and len(heading) >= 4 and heading not in _ONLY_WHOLE
    ]
    if not hits:
        return None
    *_, heading = max(hits)
    first = max((hit for hit in hits), key=lambda hit: (hit[1], hit[0]))[2]
    rest = padded.replace(f" {heading} ", "  ", 1).split()
    others = [word for word in rest if word not in _QUALIFIERS and word not in _AND and not word.isdigit()]
    if len(others) > 3 or (others and len(heading) < 5):
        return None
    is_joined = any(f" {word} " in padded for word in _AND)
    best = first if is_joined and len(first) >= 5 else heading
    return _preferred(_known_headings()[best], lang, exact=not others)

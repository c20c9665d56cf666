"""Read the names of authors and editors in BibTeX, and the marks behind them."""

from __future__ import annotations

import re
from typing import NamedTuple

from polyvita.reader.bibliography.latex import decode_accents, plain_text

Name = dict[str, str]
"""A name in CSL: with `family` and `given`, or `literal` for an institution."""


class Names(NamedTuple):
    """The names of a field, their marks by index, and what had to be guessed about how they are separated."""

    names: tuple[Name, ...]
    marks: dict[int, tuple[str, ...]]
    guess: str = ""


_SUPERSCRIPT = r"(?:\\textsuperscript|\\textsuperscript\s|\^)\s*\{?\s*"
_SIGN = r"\*|∗|†|‡|§|¶|\\dag(?:ger)?(?![A-Za-z])|\\ddag(?:ger)?(?![A-Za-z])|\\ast(?![A-Za-z])|\\S(?![A-Za-z])|#|\\#"
_MARK = re.compile(rf"(?:\{{|\$|{_SUPERSCRIPT})*(?:{_SIGN})(?:[,\s]*(?:{_SIGN}))*(?:\}}|\$)*")
_MEANINGS = {"*": "equal", "∗": "equal", r"\ast": "equal", r"\dag": "†", r"\dagger": "†", r"\ddag": "‡", r"\S": "§"}
_MEANINGS |= {r"\ddagger": "‡", r"\#": "#"}
_OTHERS = {"others", "et al", "et al.", "et. al.", "et.al.", "and others", "u.a.", "u. a."}
_EXTENDED = re.compile(r"\s*(family|given|prefix|suffix|given-i|family-i|prefix-i|useprefix|id|cor)\s*=", re.IGNORECASE)


def read_names(text: str) -> Names:
    """Return the names in a field such as `author`.

    >>> read_names("Binder*, Martin and Ludwig van Beethoven and {Institute for X} and others").names[1]
    {'family': 'Beethoven', 'given': 'Ludwig', 'non-dropping-particle': 'van'}
    """
    from bibtexparser.middlewares.names import split_multiple_persons_names

    text = decode_accents(" ".join(text.split()))
    parts = [part for part in split_multiple_persons_names(text) if part.strip()]
    guess = ""
    if len(parts) == 1 and (guessed := _split_otherwise(parts[0])):
        parts, guess = guessed
    names: list[Name] = []
    marks: dict[int, tuple[str, ...]] = {}
    for part in parts:
        clean, found = _take_marks(part)
        name = _read_name(clean)
        if not name:
            continue
        if found:
            marks[len(names)] = found
        names.append(name)
    return Names(tuple(names), marks, guess)


def _split_otherwise(text: str) -> tuple[list[str], str] | None:
    """Return the names of a field without “and”, and the separator, if another separator is between them."""
    if text.startswith("{") and text.endswith("}"):
        return None
    outside = re.sub(r"\{[^{}]*\}", lambda found: "x" * len(found[0]), text)
    for separator in (";", r"\&", "&"):
        if separator in outside:
            parts = [part.strip() for part in text.split(separator)]
            # “Binder, M., Foo, B. & Bar, C.”: the names before the sign are separated by commas too.
            return [name for part in parts if part for name in _split_pairs(part)], separator
    if outside.count(",") >= 2 and not re.search(r",\s*(?:Jr|Sr|I{2,3}|IV)\b", outside):
        parts = _split_pairs(text)
        return (parts, ",") if len(parts) > 1 else None
    return None


def _split_pairs(text: str) -> list[str]:
    """Split “Binder M, Foo B” and “Binder, M., Foo, B.” into names."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return [text]
    if all(_INITIALS.fullmatch(part) for part in parts[1::2]) and len(parts) % 2 == 0:
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if all(" " in part for part in parts):
        return [re.sub(r"^(.+?)\s+([A-Z]{1,4})$", r"\1, \2", part) for part in parts]
    return [text]


_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]?){1,4}")


def _take_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its marks, and what they mean: `*` is `equal`, others are as they are."""
    if not re.search(_SIGN, text):
        return text, ()
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.extend(_MEANINGS.get(sign, sign) for sign in re.findall(_SIGN, match[0]))
        return ""

    return " ".join(_MARK.sub(take, text).replace("{}", "").replace(" ,", ",").split()), tuple(dict.fromkeys(found))


def _read_name(text: str) -> Name | None:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    text = text.strip().strip(",")
    if not text:
        return None
    if text.lower() in _OTHERS:
        return {"literal": "others"}
    if _is_group(text):
        return {"literal": plain_text(text)}
    if _EXTENDED.match(text):
        return _extended_name(text)
    try:
        parts = parse_single_name_into_parts(text, strict=False)
    except ValueError:
        return {"literal": plain_text(text)}
    if len(parts.last) == 1 and not parts.first and not parts.von and _is_group(parts.last[0]):
        return {"literal": plain_text(text)}
    values = {
        "family": " ".join(parts.last),
        "given": " ".join(parts.first),
        "non-dropping-particle": " ".join(parts.von),
        "suffix": " ".join(parts.jr),
    }
    name = {key: plain for key, value in values.items() if (plain := plain_text(value))}
    if (found := _PARTICLE.search(name.get("given", ""))) and "non-dropping-particle" not in name:
        # “Berg, Jan van der” is written as often as “van der Berg, Jan”.
        name["given"], name["non-dropping-particle"] = name["given"][: found.start()], found[1]
    name |= {"given": _with_dots(name["given"])} if "given" in name else {}
    if "family" not in name:
        return {"literal": plain_text(text)} if plain_text(text) else None
    return name


def _with_dots(given: str) -> str:
    """Return initials that are written as one word, such as “JB”, as “J. B.”, so that no style shortens them to “J”."""
    return " ".join(f"{letter}." for letter in given) if re.fullmatch(r"[A-ZÄÖÜÉÅØŁŠŽ]{2,3}", given) else given


_PARTICLE = re.compile(
    r"\s+((?:(?:van|von|vom|zu|zur|zum|der|den|de|del|della|di|da|do|dos|das|du|des|la|le|el|ten|ter|te|af|av|'t)\s?)+)$"
)


def _is_group(text: str) -> bool:
    """Return whether all of `text` is one group in braces."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for at, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0:
            return at == len(text) - 1
    return False


def _extended_name(text: str) -> Name | None:
    """Read a name of BibLaTeX with keys: `family=Beethoven, given=Ludwig, prefix=van`."""
    pairs = re.findall(r'([\w-]+)\s*=\s*("[^"]*"|\{[^{}]*\}|[^,]*)', text)
    values = {key.lower(): plain_text(value.strip('"')) for key, value in pairs}
    keys = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}
    return {keys[key]: value for key, value in values.items() if key in keys and value} or None


def name_of_text(text: str) -> Name:
    """Return a name without LaTeX: “Family, Given, Suffix”, or the name of an institution without a comma.

    >>> name_of_text("van Dijk, Petra")
    {'family': 'Dijk', 'given': 'Petra', 'non-dropping-particle': 'van'}
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 or not parts[1]:
        return {"literal": parts[0]}
    name = {"family": parts[0], "given": _with_dots(parts[1])}
    particle = re.match(r"((?:[a-zà-ÿ]+['’]?\s+)+)(?=[A-ZÀ-Þ])", name["family"])
    if particle:
        name["non-dropping-particle"], name["family"] = particle[1].strip(), name["family"][particle.end() :]
    return {**name, "suffix": ", ".join(parts[2:])} if len(parts) > 2 and parts[2] else name


_ANNOTATION = re.compile(r'(\d+)(?::\w+)?\s*=\s*("[^"]*"|[^;]*)')


def read_annotations(text: str) -> dict[int, tuple[str, ...]]:
    """Return the marks of a field such as `author+an`, by the index of the author.

    >>> read_annotations("1=highlight; 3:family=equal,corresponding")
    {0: ('highlight',), 2: ('equal', 'corresponding')}
    """
    marks: dict[int, tuple[str, ...]] = {}
    for number, value in _ANNOTATION.findall(text):
        words = tuple(word.strip().strip('"') for word in value.split(",") if word.strip())
        if int(number) > 0 and words:
            marks[int(number) - 1] = (*marks.get(int(number) - 1, ()), *words)
    return marks

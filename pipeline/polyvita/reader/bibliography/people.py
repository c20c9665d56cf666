"""Find the owner of the CV, and authors with a mark, among the names of an entry, and in the text of a reference.

The names of an entry are structured data, so that another person with the same surname is not taken for the owner.
Signs from the private-use area of Unicode around surnames survive every style. They show where the names are in the
text of a reference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from polyvita.core.bibliography import BibEntry

Name = Mapping[str, Any]
"""A name in CSL-JSON: `family`, `given`, particles, or `literal`."""

OWNER, OTHER, END, GAP = "\ue000", "\ue001", "\ue002", "\ue003"
"""Before the surname of the owner, before the surname of another marked author, after both, and before an author in
front of whom others are left out."""
FIRST_SIGN = 0xE010
"""The sign number n of `People.signs` is this character plus n."""
NAME_SIGNS = re.compile("[\ue000-\ue0ff]")
_DEFAULT_SIGNS = ("*", "†", "‡", "§", "¶", "‖")
EQUAL = "equal"
"""The mark of authors who have contributed equally, which needs no setting."""


class People(NamedTuple):
    """The names of the owner in all forms, and the authors to mark.

    - `names`: the owner's names as they are written, folded by `_fold`.
    - `short_names`: the owner's full names with initials, for authors of whom only initials are known.
    - `orcid`: the owner's ORCID.
    - `signs`: by the name of a mark, such as `equal`, its sign.
    - `marked`: by the name of a mark, the names of authors who have it in every entry, like `names` and `short_names`.
    """

    names: frozenset[str] = frozenset()
    short_names: frozenset[str] = frozenset()
    orcid: str = ""
    signs: Mapping[str, str] = {}
    marked: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {}

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> People:
        """Return the people that the front matter names."""
        own = [str(name) for name in meta.get("own_names") or ()]
        own += [str(meta["name"])] if meta.get("name") else []
        signs, marked = {}, {}
        for mark, value in (meta.get("marks") or {}).items():
            signs[mark] = value["sign"] if isinstance(value, Mapping) else value
            others = value.get("names") or () if isinstance(value, Mapping) else ()
            marked[mark] = frozenset(map(_fold, others)), frozenset(_short_forms(others))
        if EQUAL not in signs:
            signs[EQUAL] = next(sign for sign in _DEFAULT_SIGNS if sign not in signs.values())
        orcid = str(meta.get("orcid") or "").rpartition("/")[2]
        return cls(frozenset(map(_fold, own)), frozenset(_short_forms(own)), orcid, signs, marked)

    def is_owner(self, name: Name) -> bool:
        """Return whether a name is one of the owner's."""
        orcid = str(name.get("ORCID") or name.get("orcid") or "").rpartition("/")[2]
        if orcid and self.orcid:
            return orcid == self.orcid
        return _is_one_of(name, self.names, self.short_names)

    def marks_of(self, name: Name) -> Iterator[str]:
        """Yield the marks that this person has in every entry."""
        yield from (mark for mark, (names, short) in self.marked.items() if _is_one_of(name, names, short))


def _fold(text: str) -> str:
    """Return a name without accents, case, punctuation and spaces, so that spellings can be compared."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(char for char in plain if char.isalnum())


def _initials(given: str) -> str:
    return "".join(part[0] for part in re.split(r"[\s.‐-]+", given) if part)


def _forms(name: Name) -> frozenset[str]:
    """Return all forms of a structured name, folded: with full given names and with initials, in both orders."""
    keys = ("literal", "family", "given", "dropping-particle", "non-dropping-particle")
    return _forms_of(*(str(name.get(key) or "") for key in keys))


@lru_cache(maxsize=20_000)
def _forms_of(literal: str, family: str, given: str, dropping: str, particle: str) -> frozenset[str]:
    if literal:
        return frozenset((_fold(literal),))
    families = {family, " ".join(filter(None, (dropping, particle, family)))}
    first = given.split(maxsplit=1)[0] if given else ""
    # A middle name may be missing in the front matter, but initials alone do not tell two people apart.
    givens = {given, _initials(given)} | ({first} if len(first.strip(".")) > 1 and "." not in first else set())
    return frozenset(_fold(text) for one, other in product(families, givens) for text in (one + other, other + one))


def _is_one_of(name: Name, names: frozenset[str], short_names: frozenset[str]) -> bool:
    """Return whether a structured name is one of `names`.

    If it has only initials, it is also compared with the `short_names`. Otherwise John Doe would be Jane Doe.
    """
    forms = _forms(name)
    if not names.isdisjoint(forms):
        return True
    if short_names.isdisjoint(forms):
        return False
    given = str(name.get("given") or "")
    return bool(given) and all(len(part) == 1 for part in re.split(r"[\s.‐-]+", given) if part)


def _short_forms(names: Iterable[str]) -> Iterator[str]:
    """Yield names with initials in place of full given names, folded: “Jane Doe” is also “Doe J”."""
    for text in names:
        family, comma, given = text.partition(",")
        words = text.split()
        if not comma and len(words) > 1:
            family, given = words[-1], " ".join(words[:-1])
        if len(given.strip().strip(".")) > 1 and len(family.strip(".")) > 1 and not family.isupper():
            yield _fold(family + _initials(given))
            yield _fold(_initials(given) + family)


# ---------------------------------------------------------------- signs in names


def sign_names(entry: BibEntry, people: People, *, most: int = 0, keep_owner: bool = False) -> dict[str, Any]:
    """Return the CSL of an entry with signs around the surnames of the owner and of marked authors.

    If more than `most` authors are to be shortened and the owner must be kept, the owner becomes the last author that
    is shown.
    """
    csl = dict(entry.csl)
    for role in ("author", "editor"):
        names = csl.get(role)
        if isinstance(names, list) and names:
            marks = entry.marks if role == "author" else {}
            signed = [_sign(name, people, marks.get(index, ())) for index, name in enumerate(names)]
            csl[role] = _keep_owner(signed, most) if most and keep_owner else signed
    return csl


def _sign(name: Name, people: People, marks: Sequence[str]) -> dict[str, Any]:
    owner = people.is_owner(name)
    indexes = [index for index, mark in enumerate(people.signs) if mark in marks or mark in people.marks_of(name)]
    if not owner and not indexes:
        return dict(name)
    key = "family" if name.get("family") else "literal"
    signs = "".join(chr(FIRST_SIGN + index) for index in indexes)
    return {**name, key: f"{OWNER if owner else OTHER}{name.get(key, '')}{END}{signs}"}


def _keep_owner(names: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the names with the owner among the first `most`."""
    at = next((i for i, name in enumerate(names) if OWNER in str(name.get("family") or name.get("literal"))), 0)
    if at < most:
        return names
    key = "family" if names[at].get("family") else "literal"
    gap = GAP if at > most - 1 else ""
    owner = {**names[at], key: gap + names[at][key]}
    return [*names[: most - 1], owner, *names[most - 1 : at], *names[at + 1 :]]


# ---------------------------------------------------------------- names in a text


class Run(NamedTuple):
    """A part of a text. `owner` is true for the owner's name, and `sign` is the sign after a name."""

    text: str
    owner: bool = False
    is_sign: bool = False


def split_names(text: str, names: Iterable[Name], signs: Sequence[str], *, periods: bool) -> Iterator[Run]:
    """Split the text of a reference at the names with signs. The given name before or after a surname belongs to it.

    `names` are the names of the entry, without signs. `periods` says whether the style sets periods after initials.
    """
    givens = {str(name.get("family") or name.get("literal") or ""): str(name.get("given") or "") for name in names}
    at = 0
    for match in _SIGNED.finditer(text):
        start, end = match.span()
        family = match["family"]
        given = givens.get(family, "")
        if given:
            pattern = _given_pattern(given, periods=periods)
            if before := re.search(rf"(?:^|(?<=[\s(&\u00a0])){pattern}[\s\u00a0]*$", text[at:start]):
                start = at + before.start()
            elif after := re.match(rf",?[\s\u00a0]*{pattern}(?![\w])", text[end:]):
                end += after.end()
        lead = text[at:start]
        if match["gap"]:
            lead += "… "
        yield Run(lead)
        yield Run(NAME_SIGNS.sub("", text[start:end]), owner=match["kind"] == OWNER)
        for sign in match["signs"]:
            yield Run(signs[ord(sign) - FIRST_SIGN], is_sign=True)
        at = end
    yield Run(NAME_SIGNS.sub("", text[at:]))


_SIGNED = re.compile(f"(?P<gap>{GAP}?)(?P<kind>[{OWNER}{OTHER}])(?P<family>[^{END}]*){END}(?P<signs>[\ue010-\ue0ff]*)")


def _given_pattern(given: str, *, periods: bool) -> str:
    """Return a pattern for a given name in full, or as initials with or without periods, spaces and hyphens."""
    initials = r"[\s\u00a0.‐-]*".join(map(re.escape, _initials(given)))
    full = r"[\s\u00a0]+".join(map(re.escape, given.rstrip(".").split()))
    end = r"\.?" if periods else ""
    return rf"(?:{full}|{initials}){end}" if initials else full

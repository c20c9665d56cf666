"""Find entries that occur twice, and preprints beside their published versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from polyvita.core.bibliography import PREPRINT, BibEntry
from polyvita.core.diagnostics import Finding, warning


def with_own_keys(entries: Sequence[BibEntry]) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries so that each has its own key. Repetitions of the same entry go."""
    kept: dict[str, BibEntry] = {}
    numbers: dict[str, int] = {}
    findings: list[Finding] = []
    for entry in entries:
        before = kept.get(entry.key)
        if not before:
            kept[entry.key] = entry
            continue
        if before.csl == entry.csl:
            message = f"entry “{entry.key}” occurs twice with the same content; it is used once"
            findings.append(warning("PV075", message, entry.location, _remove(before)))
            continue
        number = numbers.get(entry.key, 2)
        while f"{entry.key}-{number}" in kept:
            number += 1
        numbers[entry.key] = number + 1
        key = f"{entry.key}-{number}"
        kept[key] = entry._replace(key=key, csl={**entry.csl, "id": key})
        message = f"key “{entry.key}” is used for two entries; this one is called “{key}”"
        findings.append(
            warning("PV075", message, entry.location, f"change the key; the other entry is in {_place(before)}")
        )
    return list(kept.values()), findings


def _remove(before: BibEntry) -> str:
    return f"remove one of the two; the other is in {_place(before)}"


def _place(entry: BibEntry) -> str:
    return f"{entry.location.file}, line {entry.location.line}"


def find_duplicates(entries: Sequence[BibEntry]) -> list[Finding]:
    """Return a finding for each entry that an earlier one repeats, and for each preprint of a published work."""
    findings: list[Finding] = []
    by_doi: dict[str, BibEntry] = {}
    by_work: dict[tuple[str, str], list[BibEntry]] = {}
    for entry in entries:
        doi = str(entry.csl.get("DOI", "")).lower()
        work = (title_letters(entry.csl), first_family(entry.csl))
        twins = by_work.setdefault(work, []) if len(work[0]) >= _SHORTEST_TITLE and work[1] else []
        same = by_doi.get(doi) if doi else None
        if not same:
            same = next((twin for twin in twins if _is_repetition(twin, entry)), None)
        if same:
            reason = (
                "the same DOI" if doi and doi == str(same.csl.get("DOI", "")).lower() else "the same title and year"
            )
            message = f"entries “{same.key}” and “{entry.key}” have {reason}"
            findings.append(warning("PV072", message, entry.location, _remove(same)))
        for twin in twins:
            if PREPRINT in (kinds := {twin.kind, entry.kind}) and len(kinds) == 2 and twin is not same:
                preprint, published = (entry, twin) if entry.kind == PREPRINT else (twin, entry)
                if published.kind not in _PUBLISHED:
                    continue
                message = f"{preprint.key} is a preprint of {published.key}"
                findings.append(
                    warning(
                        "PV093",
                        message,
                        preprint.location,
                        f"remove one of the two; the other is in {_place(published)}",
                    )
                )
        if doi:
            by_doi.setdefault(doi, entry)
        twins.append(entry)
    return findings


_SHORTEST_TITLE = 12
"""The number of letters from which on two works do not have the same title by chance."""
_PUBLISHED = frozenset(("article-journal", "paper-conference", "chapter", "book", "article-magazine"))


def _is_repetition(first: BibEntry, second: BibEntry) -> bool:
    same_venue = title_letters(first.csl, "container-title") == title_letters(second.csl, "container-title")
    same_pages = first.csl.get("page") == second.csl.get("page")
    return first.kind == second.kind and _year(first.csl) == _year(second.csl) and same_venue and same_pages


def _year(item: dict[str, Any]) -> Any:
    return (item.get("issued", {}).get("date-parts") or [[None]])[0][0]


def title_letters(item: dict[str, Any], variable: str = "title") -> str:
    """Return the letters and digits of the title, without markup, accents and case."""
    text = re.sub(r"<[^<>]*>", "", str(item.get(variable, "")))
    return "".join(char for char in normalize("NFKD", text).casefold() if char.isalnum())


def first_family(item: dict[str, Any]) -> str:
    """Return the letters of the first author's family name."""
    name: dict[str, Any] = next(iter(item.get("author", ())), {})
    text = str(name.get("family") or name.get("literal") or "")
    return "".join(char for char in normalize("NFKD", text).casefold() if char.isalnum())

"""Find items of the CV that are also entries of the bibliography, so that outputs do not show a publication twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import DefinitionItem, Document, Link, ListItem, Node, Row, plain_text, walk
from polyvita.reader.bibliography.duplicates import first_family, title_letters

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORTEST_TITLE = 12
"""The least number of letters of a title, so that other words are not taken for it."""


def find_repeated_items(document: Document, entries: Sequence[BibEntry]) -> Iterator[Finding]:
    """Yield a warning for each list item, row or definition of the CV that is an entry, too.

    They are the same if they have the same DOI, or the same title, year and first author. Call this before the entries
    are items of the document.
    """
    by_doi = {str(entry.csl["DOI"]).casefold(): entry for entry in entries if entry.csl.get("DOI")}
    by_year: dict[str, list[tuple[str, str, BibEntry]]] = {}
    for entry in entries:
        title, family, year = title_letters(entry.csl), first_family(entry.csl), _year(entry)
        if year and family and len(title) >= _SHORTEST_TITLE:
            by_year.setdefault(year, []).append((title, family, entry))
    for node in walk(document):
        if isinstance(node, ListItem | Row | DefinitionItem):
            yield from _find_in(node, by_doi, by_year)


def _find_in(
    node: Node, by_doi: dict[str, BibEntry], by_year: dict[str, list[tuple[str, str, BibEntry]]]
) -> Iterator[Finding]:
    text = plain_text(node)
    urls = (part.url for part in walk(node) if isinstance(part, Link))
    dois = {doi.rstrip(".,;)").casefold() for place in (text, *urls) for doi in _DOI.findall(place)}
    entry = next((by_doi[doi] for doi in sorted(dois) if doi in by_doi), None)
    reason = "the same DOI"
    if entry is None:
        letters = _letters(text)
        candidates = [found for year in set(_YEAR.findall(text)) for found in by_year.get(year, ())]
        same = (entry for title, family, entry in candidates if title in letters and family in letters)
        entry, reason = next(same, None), "the same title, year and first author"
    if entry:
        message = f"this item is also the entry {entry.key} of the bibliography: {reason}"
        place = f"{entry.location.file}, line {entry.location.line}"
        yield warning("PV091", message, node.location, f"delete the item here, or the entry in {place}")


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def _year(entry: BibEntry) -> str:
    parts = (entry.csl.get("issued") or {}).get("date-parts") or [[]]
    return str(parts[0][0]) if parts[0] else ""

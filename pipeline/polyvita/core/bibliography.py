"""The entries of bibliographies, as readers, transforms and writers share them."""

from __future__ import annotations

from typing import Any, NamedTuple

from polyvita.core.diagnostics import Finding
from polyvita.core.location import Location


class BibEntry(NamedTuple):
    """One entry of a bibliography."""

    key: str
    csl: dict[str, Any]
    """The entry as an item of CSL-JSON; its `id` is `key`. Text may contain the markup of CSL-JSON: `<i>`, `<b>`,
    `<sup>`, `<sub>`, `<span class="nocase">`, and mathematics between dollar signs."""
    location: Location
    """The first line of the entry in its file."""
    fields: dict[str, str]
    """All fields of the file, without abbreviations, as they were written. The names are in lower case."""
    entry_type: str
    """The type as it was written, such as `inproceedings`."""
    keywords: tuple[str, ...]
    marks: dict[int, tuple[str, ...]]
    """The marks of authors, such as `equal`, by the index of the author, which starts at 0."""

    @property
    def kind(self) -> str:
        """The type in CSL, except that a preprint is a `preprint`. CSL calls it an `article` of this genre."""
        is_preprint = self.csl.get("type") == "article" and self.csl.get("genre") == PREPRINT
        return PREPRINT if is_preprint else str(self.csl.get("type", ""))


ENTRY_KEYS = ("date", "doi", "id", "type", "venue")
"""The attribute keys that the item of an entry has."""

PREPRINT = "preprint"
"""The genre of preprints in CSL."""


class Bibliography(NamedTuple):
    """The entries of all files, in order, and what was found while they were read."""

    entries: tuple[BibEntry, ...]
    findings: tuple[Finding, ...]


# ---------------------------------------------------------------- variables of CSL in BibTeX

FIELD_VARIABLES = {
    "title": "title", "subtitle": "title", "titleaddon": "title", "shorttitle": "title-short",
    "journal": "container-title", "journaltitle": "container-title", "booktitle": "container-title",
    "booksubtitle": "container-title", "maintitle": "container-title", "journalsubtitle": "container-title",
    "issuetitle": "volume-title", "shortjournal": "container-title-short", "series": "collection-title",
    "publisher": "publisher", "institution": "publisher", "school": "publisher", "organization": "publisher",
    "howpublished": "publisher", "address": "publisher-place", "location": "publisher-place",
    "volume": "volume", "number": "issue", "issue": "issue", "edition": "edition", "chapter": "chapter-number",
    "pages": "page", "eid": "number", "note": "note", "addendum": "note", "type": "genre", "version": "version",
    "pubstate": "status", "eventtitle": "event-title", "venue": "event-place", "isbn": "ISBN", "issn": "ISSN",
    "volumes": "number-of-volumes", "pagetotal": "number-of-pages", "language": "language", "langid": "language",
    "origlocation": "original-publisher-place", "origpublisher": "original-publisher", "origtitle": "original-title",
    "booktitleaddon": "container-title", "mainsubtitle": "container-title", "maintitleaddon": "container-title",
    "part": "part-number", "pmid": "PMID", "pmcid": "PMCID",
}  # fmt: skip
"""The fields of BibTeX and BibLaTeX with texts, and the variables of CSL that most of them become."""
NAME_VARIABLES = (
    "author", "editor", "translator", "container-author", "collection-editor", "director", "composer", "chair",
    "compiler", "contributor", "curator", "editorial-director", "executive-producer", "guest", "host", "illustrator",
    "interviewer", "narrator", "organizer", "original-author", "performer", "producer", "recipient",
    "reviewed-author", "script-writer", "series-creator",
)  # fmt: skip
"""The variables of CSL with names."""
DATE_VARIABLES = ("issued", "accessed", "event-date", "original-date", "submitted", "available-date")
"""The variables of CSL with dates."""
TEXT_VARIABLES = frozenset({
    "archive", "archive_collection", "archive_location", "archive-place", "authority", "call-number", "citation-label",
    "collection-number", "collection-title", "container-title", "container-title-short", "dimensions", "division",
    "event-place", "event-title", "genre", "jurisdiction", "medium", "number", "number-of-pages", "number-of-volumes",
    "original-publisher", "original-publisher-place", "original-title", "part-number", "part-title", "printing-number",
    "publisher-place", "references", "reviewed-genre", "reviewed-title", "scale", "section", "source", "status",
    "supplement-number", "title-short", "volume-title", "volume-title-short", "year-suffix", "chapter-number",
    "page-first", "language", "annote", "note", "publisher", "edition", "version", "volume", "issue", "page",
})  # fmt: skip
"""The variables of CSL with texts. The format `bib` writes those that BibLaTeX lacks with the prefix `CSL_PREFIX`."""
CSL_PREFIX = "csl-"
"""The start of the name of a BibTeX field that contains a variable of CSL."""
MARKS_FIELD = "author+an"
"""The field of BibLaTeX, and the key of `custom` in CSL, with the marks of authors: `1=equal;2=equal`."""
LOCAL_FIELDS = ("file", "bdsk-file", "local-url", "localfile", "pdf-file", "__markedentry", "owner", "username")
"""The starts of fields with paths and names on the machine of the user. They are never written."""

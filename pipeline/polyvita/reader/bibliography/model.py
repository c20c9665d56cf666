"""The entries of bibliographies, as all other modules see them."""

from __future__ import annotations

from typing import Any, NamedTuple

from polyvita.core.diagnostics import Finding
from polyvita.core.location import Location


class BibEntry(NamedTuple):
    """One entry of a bibliography."""

    key: str
    csl: dict[str, Any]
    """The entry as an item of CSL-JSON; its `id` is `key`. Text may contain the markup of CSL-JSON, such as `<i>`."""
    location: Location
    """The first line of the entry in its file."""
    fields: dict[str, str]
    """All fields of the file, as they were written."""
    entry_type: str
    """The type as it was written, such as `inproceedings`."""
    keywords: tuple[str, ...]
    marks: dict[int, tuple[str, ...]]
    """The marks of authors, such as `equal`, by the index of the author, which starts at 0."""


class Bibliography(NamedTuple):
    """The entries of all files, in order, and what was found while they were read."""

    entries: tuple[BibEntry, ...]
    findings: tuple[Finding, ...]

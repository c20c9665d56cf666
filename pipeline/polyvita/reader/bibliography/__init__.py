"""Read bibliographies: BibTeX, BibLaTeX, CSL-JSON, RIS and EndNote XML.

`read_bibliography` finds the format of each file and returns all entries as items of CSL-JSON. `bibtex`, `mapping`,
`csl_json`, `ris` and `endnote` read one format each. `citeproc` sets the entries in a style.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Sequence
from functools import lru_cache

from polyvita.core.bibliography import BibEntry, Bibliography
from polyvita.core.diagnostics import Finding, sorted_findings, warning
from polyvita.core.location import Location
from polyvita.core.source import Source

__all__ = ["BibEntry", "Bibliography", "read_bibliography"]


def read_bibliography(sources: Sequence[Source]) -> Bibliography:
    """Return the entries of all `sources` in order, each with a key of its own, and what was found in the files."""
    return _read(tuple(sources))


@lru_cache(maxsize=4)
def _read(sources: tuple[Source, ...]) -> Bibliography:
    from polyvita.reader.bibliography.duplicates import find_duplicates, with_own_keys

    entries: list[BibEntry] = []
    findings: list[Finding] = []
    for source in sources:
        findings += _find_older_encoding(source)
        read, found = _reader(source)(source)
        entries += read
        findings += found
    kept, repeated = with_own_keys(entries)
    findings += [*repeated, *find_duplicates(kept)]
    return Bibliography(tuple(kept), sorted_findings(findings))


def _find_older_encoding(source: Source) -> list[Finding]:
    if source.data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return []
    try:
        source.data.decode()
    except UnicodeDecodeError as problem:
        line = source.data.count(b"\n", 0, problem.start) + 1
        message = "the file is not UTF-8; it is read as Windows-1252, so some letters may be wrong"
        return [warning("PV079", message, Location(source.name, line), "save the file in the encoding UTF-8")]
    return []


Reader = Callable[[Source], tuple[list[BibEntry], list[Finding]]]


def _reader(source: Source) -> Reader:
    """Return the function that reads `source`. The content decides, and then the suffix."""
    from polyvita.reader.bibliography.csl_json import read_csl_json
    from polyvita.reader.bibliography.endnote import read_endnote
    from polyvita.reader.bibliography.ris import RIS_SIGN, read_ris

    text = source.text.lstrip("\ufeff \t\n")
    suffix = source.path.suffix.lower()
    if text.startswith(("[", "{")) and not re.match(r"\[\s*@", text):
        return read_csl_json
    if text.startswith("<") and "<record" in text:
        return read_endnote
    is_bibtex = re.search(r"^[ \t]*@[ \t@]*[A-Za-z]+[ \t]*[{(]", text, re.MULTILINE)
    is_ris = RIS_SIGN.search(text)
    if is_ris and (not is_bibtex or is_ris.start() < is_bibtex.start() or suffix == ".ris"):
        return read_ris
    if is_bibtex:
        return _read_bibtex
    return _no_entries


def _read_bibtex(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    from polyvita.reader.bibliography.bibtex import split_bibtex
    from polyvita.reader.bibliography.mapping import map_entries

    raw, findings = split_bibtex(source)
    entries, more = map_entries(raw)
    return entries, [*findings, *more]


def _no_entries(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    if not source.text.strip():
        message = "the bibliography is empty"
    else:
        message = "no entries found: the file is not BibTeX, RIS, CSL-JSON or EndNote XML"
    hint = "export the bibliography as BibTeX, BibLaTeX, RIS or CSL-JSON"
    return [], [warning("PV073", message, Location(source.name), hint)]

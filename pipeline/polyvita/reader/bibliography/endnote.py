"""Read the XML that EndNote exports, as records of RIS: both come from EndNote and have the same fields.

Pandoc reads this format too, but leaves out DOIs, keywords, and the number and pages of articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.location import Location
from polyvita.core.source import Source
from polyvita.reader.bibliography.ris import entry_of_tags

_TYPES = {
    "journal article": "JOUR", "electronic article": "JOUR", "magazine article": "MGZN", "newspaper article": "NEWS",
    "book": "BOOK", "edited book": "BOOK", "electronic book": "BOOK", "book section": "CHAP",
    "electronic book section": "CHAP", "conference paper": "CPAPER", "conference proceedings": "CONF", "thesis": "THES",
    "report": "RPRT", "government document": "RPRT", "unpublished work": "UNPB", "manuscript": "UNPB",
    "dataset": "DATA", "computer program": "COMP", "patent": "PAT", "web page": "ELEC", "blog": "BLOG",
    "preprint": "PREPRINT", "encyclopedia": "ENCYC", "dictionary": "DICT", "standard": "STAND", "map": "MAP",
    "film or broadcast": "MPCT", "audiovisual material": "ADVS", "online multimedia": "MULTI", "generic": "GEN",
}  # fmt: skip
_TAGS = {
    "titles/title": "TI", "titles/secondary-title": "T2", "titles/tertiary-title": "T3", "titles/short-title": "ST",
    "titles/alt-title": "J2", "periodical/full-title": "JF", "periodical/abbr-1": "JA", "pages": "SP", "volume": "VL",
    "number": "IS", "edition": "ET", "isbn": "SN", "publisher": "PB", "pub-location": "CY", "abstract": "AB",
    "notes": "N1", "language": "LA", "electronic-resource-num": "DO", "work-type": "M3", "call-num": "CN",
    "remote-database-name": "DB", "num-vols": "NV", "label": "LB", "custom1": "C1", "accession-num": "AN",
    "dates/year": "PY", "access-date": "Y2", "contributors/authors/author": "AU",
    "contributors/secondary-authors/author": "A2", "contributors/tertiary-authors/author": "A3",
    "contributors/subsidiary-authors/author": "A4", "keywords/keyword": "KW", "urls/related-urls/url": "UR",
    "urls/web-urls/url": "UR",
}  # fmt: skip
_MARKUP = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}


def read_endnote(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries of a file that EndNote has exported as XML."""
    text = source.text
    hint = "export the bibliography again from EndNote, as XML"
    if "<!ENTITY" in text:  # Entities that contain each other could fill the memory.
        return [], [warning("PV074", "the file defines entities of XML; it is not read", Location(source.name), hint)]
    try:
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")))  # noqa: S314 - no entities, see above
    except (ET.ParseError, RecursionError) as problem:
        line, column = getattr(problem, "position", (0, 0))
        message = "the file is not valid XML; no entries are read"
        return [], [warning("PV074", message, Location(source.name, line, column + 1), hint)]
    lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"<record(?=[\s>])", text)]
    findings: list[Finding] = []
    entries = [
        entry_of_tags(_tags(record), Location(source.name, line), findings)
        for record, line in zip(root.iter("record"), lines, strict=False)
    ]
    return entries, findings


def _tags(record: Element) -> dict[str, list[str]]:
    """Return a record as tags of RIS."""
    kind = record.find("ref-type")
    name = (kind.get("name") or "" if kind is not None else "").lower()
    tags = {"TY": [_TYPES.get(name, name or "GEN")]}
    for path, tag in _TAGS.items():
        for element in record.findall(path):
            if text := _text(element, markup=tag in ("TI", "T2", "AB")):
                tags.setdefault(tag, []).append(text)
    year = tags.get("PY", [""])[0]
    if date := " ".join(_text(element) for element in record.findall("dates/pub-dates/date")):
        tags["DA"] = [date if year and year in date else f"{date} {year}".strip()]
    if year:
        tags["PY"] = [year]
    if isbn := tags.get("SN"):
        tags["SN"] = [", ".join(isbn[0].split())]
    if number := record.findtext("rec-number"):
        tags["ID"] = [f"endnote{number.strip()}"]
    return tags


def _text(element: Element, *, markup: bool = False) -> str:
    """Return the text of an element, whose parts have their faces in `<style>`."""
    return " ".join("".join(_parts(element, markup=markup)).split())


def _parts(element: Element, *, markup: bool) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        inner = "".join(_parts(child, markup=markup))
        names = [_MARKUP[face] for face in (child.get("face") or "").split() if face in _MARKUP] if markup else []
        for name in names:
            inner = f"<{name}>{inner}</{name}>"
        yield inner
        yield child.tail or ""

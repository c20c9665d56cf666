"""Read RIS, the format of EndNote, Web of Science, Scopus and most publishers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from polyvita.core.bibliography import PREPRINT, BibEntry
from polyvita.core.diagnostics import Finding, closest_name, warning
from polyvita.core.location import Location
from polyvita.core.source import Source
from polyvita.reader.bibliography.csl_json import entry_of_csl
from polyvita.reader.bibliography.dates import read_date, read_year_and_month
from polyvita.reader.bibliography.latex import as_html
from polyvita.reader.bibliography.names import name_of_text

RIS_TYPES = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "periodical", "ABST": "article-journal",
    "INPR": "article-journal", "MGZN": "article-magazine", "NEWS": "article-newspaper", "BOOK": "book",
    "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "CONF": "paper-conference",
    "CPAPER": "paper-conference", "THES": "thesis", "RPRT": "report", "GOVDOC": "report", "GRANT": "report",
    "UNPB": "manuscript", "MANSCPT": "manuscript", "DATA": "dataset", "AGGR": "dataset", "DBASE": "dataset",
    "COMP": "software", "PAT": "patent", "ELEC": "webpage", "ICOMM": "webpage", "BLOG": "post-weblog",
    "MULTI": "webpage",
    "VIDEO": "motion_picture", "MPCT": "motion_picture", "ADVS": "motion_picture", "SOUND": "song",
    "MUSIC": "musical_score", "MAP": "map", "STAND": "standard", "SLIDE": "speech", "PAMP": "pamphlet",
    "PCOMM": "personal_communication", "LEGAL": "legislation", "STAT": "legislation", "BILL": "bill",
    "CASE": "legal_case", "HEAR": "hearing", "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary",
    "ART": "graphic", "FIGURE": "figure", "CHART": "figure", "SER": "book", "CLSWK": "classic", "ANCIENT": "classic",
    "CTLG": "book", "EQUA": "document", "GEN": "document", "UNBILL": "bill", "PREPRINT": "article",
}  # fmt: skip
"""The types of CSL, by those of RIS."""

_PARTS = frozenset(("chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary"))
_BOOKS = frozenset(
    ("book", "chapter", "thesis", "report", "pamphlet", "classic", "entry-encyclopedia", "entry-dictionary")
)
_RECORD = re.compile(r"^[ \t]*TY {1,2}- ?", re.MULTILINE)
_TAG = re.compile(r"^[ \t]*([A-Z][A-Z0-9])[ \t]{1,2}-(?:[ \t]|$)", re.MULTILINE)
_CONTINUED = re.compile(r"\s*\n(?![ \t]*[A-Z][A-Z0-9][ \t]{1,2}-(?:[ \t]|$))", re.MULTILINE)
"""A line end before a line that continues the value of the last tag."""
_OF_DATABASE = re.compile(r"(?:export date|cited by|times cited|source:|n1  -)", re.IGNORECASE)
"""A note that a database adds. It says nothing about the publication."""
RIS_SIGN = _RECORD
"""The start of a record. A file with one is RIS."""


def read_ris(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries of a RIS file."""
    entries: list[BibEntry] = []
    findings: list[Finding] = []
    for text, line in _records(source.text):
        location = Location(source.name, line)
        entries.append(entry_of_tags(_tags(text), location, findings))
    return entries, findings


def _records(text: str) -> Iterator[tuple[str, int]]:
    """Yield each record with its first line. A record may lack its last line `ER`."""
    starts = [found.start() for found in _RECORD.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end], text.count("\n", 0, start) + 1


def _tags(text: str) -> dict[str, list[str]]:
    """Return the values of each tag of a record."""
    from rispy import RisParser

    text = _CONTINUED.sub(" ", text.strip())
    record = _TAG.sub(lambda found: f"{found[1]}  - ", text)
    record = re.split(r"^ER  - ", record, maxsplit=1, flags=re.MULTILINE)[0].rstrip() + "\nER  - \n"
    names = sorted({found[1] for found in _TAG.finditer(text)} | {"TY", "ER"})
    parser = RisParser(
        mapping={**{name: name for name in names}, "UK": "UK"}, list_tags=names, delimiter_tags_mapping={}
    )
    records = parser.parse(record)
    values = records[0] if records else {}
    return {
        tag: [value.strip() for value in (found if isinstance(found, list) else [found]) if value.strip()]
        for tag, found in values.items()
        if tag != "ER"
    }


def entry_of_tags(tags: dict[str, list[str]], location: Location, findings: list[Finding]) -> BibEntry:
    """Return a record, whose tags have one or more values each, as an entry."""

    def first(*names: str) -> str:
        return next((as_html(tags[name][0]) for name in names if tags.get(name)), "")

    code = first("TY").upper()
    kind = RIS_TYPES.get(code, "")
    if not kind:
        near = closest_name(code, [name.lower() for name in RIS_TYPES]).upper()
        hint = f"did you mean “{near}”?" if near else "use a type of RIS, such as “GEN”"
        findings.append(warning("PV076", f"unknown type “{code}”; the entry is read as a document", location, hint))
        kind = "document"
    item: dict[str, Any] = {"type": kind}
    is_part, is_book = kind in _PARTS, kind in _BOOKS
    authors = tags.get("AU") or tags.get("A1") or []
    editors = [*tags.get("ED", []), *(tags.get("A2", []) if is_part or kind != "article-journal" else [])]
    for variable, people in (("author", authors), ("editor", editors), ("translator", tags.get("A4", []))):
        if people:
            item[variable] = [name_of_text(person) for person in dict.fromkeys(people)]
    if tags.get("A3"):
        item["collection-editor"] = [name_of_text(person) for person in tags["A3"]]
    container = first("T2", "JF", "JO", "BT", "JA", "J2")
    if kind == "book" and not first("T1", "TI", "CT") and first("BT"):
        item["title"] = first("BT")
    item |= {
        "title": item.get("title") or first("TI", "T1", "CT"),
        "container-title": "" if kind == "book" else container,
        "collection-title": first("T3") or (first("T2") if kind == "book" else ""),
        "container-title-short": first("J2", "JA") if first("J2", "JA") != container else "",
        "title-short": first("ST"),
        "volume": first("VL"),
        "issue": first("IS"),
        "number": first("M1") if kind != "article-journal" or not first("IS") else "",
        "page": _pages(first("SP"), first("EP")),
        "DOI": first("DO", "DI"),
        "URL": _address(tags),
        "ISBN" if is_book or is_part else "ISSN": first("SN"),
        "publisher": first("PB"),
        "publisher-place": first("CY", "PP") if kind != "paper-conference" or not first("C1") else first("CY"),
        "abstract": first("AB", "N2"),
        "note": "\n".join(note for note in tags.get("N1", []) if not _OF_DATABASE.match(note)),
        "language": first("LA"),
        "edition": first("ET"),
        "genre": first("M3") if kind != "article-journal" else "",
        "number-of-volumes": first("NV"),
        "event-place": first("C1") if kind == "paper-conference" else "",
        "call-number": first("CN"),
        "source": first("DB", "DP"),
        "keyword": ", ".join(word for text in tags.get("KW", []) for word in text.split("\n")),
    }
    if kind == "article" or (kind == "manuscript" and "preprint" in first("M3").lower()):
        item["type"], item["genre"] = "article", PREPRINT
    _set_dates(item, tags, location, findings)
    item = {name: value for name, value in item.items() if value}
    entry = entry_of_csl(item, location, findings, key=first("ID") or _key(item, location))
    keywords = tuple(
        dict.fromkeys(word for text in tags.get("KW", []) for word in re.split(r"\s*[;\n]\s*", text) if word)
    )
    fields = {tag: "\n".join(values) for tag, values in tags.items()}
    return entry._replace(fields=fields, entry_type=code, keywords=keywords)


def _set_dates(item: dict[str, Any], tags: dict[str, list[str]], location: Location, findings: list[Finding]) -> None:
    """Take the most precise of the dates that agree on the year: `DA  - 2015/07/10` beside `PY  - 2015`."""
    texts = [text for name in ("DA", "PY", "Y1") for text in tags.get(name, [])[:1]]
    year = next(
        (found[0] for name in ("PY", "Y1", "DA") for text in tags.get(name, []) if (found := re.match(r"\d{4}", text))),
        "",
    )
    dates = []
    for text in texts:
        date = read_date(text.strip()) or read_year_and_month(text.strip().rstrip("/")).csl
        if not (date and "date-parts" in date) and year:
            # Web of Science writes the day and the month alone: `DA  - JUL 10`.
            date = read_year_and_month(year, text).csl
        if date and "date-parts" in date and (not year or str(date["date-parts"][0][0]) == year):
            dates.append(date)
    if dates:
        item["issued"] = max(dates, key=lambda date: len(date["date-parts"][0]))
    elif texts:
        read = read_year_and_month(texts[0])
        item["issued"] = read.csl or {"literal": texts[0]}
        if read.state:
            item["status"] = read.state
        else:
            hint = "write the date as 2015/07/10"
            findings.append(warning("PV077", f"“{texts[0]}” is not a date", location, hint))
    if accessed := next(iter(tags.get("Y2", [])), ""):
        item["accessed"] = read_date(accessed) or read_year_and_month(accessed).csl or {"literal": accessed}


def _pages(first: str, last: str) -> str:
    if not last or last == first or re.search(r"\d\s*[-–]\s*\w", first):
        return re.sub(r"\s*[–-]+\s*", "-", first or last)
    return f"{first}-{last}" if first else last


def _address(tags: dict[str, list[str]]) -> str:
    addresses = [part for tag in ("UR", "L2", "LK") for text in tags.get(tag, []) for part in re.split(r"[;\s]+", text)]
    return next((address for address in addresses if address.startswith(("http://", "https://", "ftp://"))), "")


def _key(item: dict[str, Any], location: Location) -> str:
    """Return a key for an entry without one: the family name of the first author and the year."""
    name: dict[str, Any] = next(iter(item.get("author", [])), {})
    family = "".join(
        char for char in str(name.get("family") or name.get("literal") or "entry").lower() if char.isalnum()
    )
    parts = item.get("issued", {}).get("date-parts", [[location.line]])
    return f"{family}{parts[0][0]}"

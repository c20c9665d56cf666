"""Read CSL-JSON, and check items of CSL that other programs have made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from polyvita.core.bibliography import DATE_VARIABLES, MARKS_FIELD, NAME_VARIABLES, BibEntry
from polyvita.core.diagnostics import Finding, closest_name, warning
from polyvita.core.location import Location
from polyvita.core.source import Source
from polyvita.reader.bibliography.dates import read_date, read_year_and_month
from polyvita.reader.bibliography.mapping import ADDRESS, clean_doi
from polyvita.reader.bibliography.names import name_of_text, read_annotations

TYPES = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage""".split()  # noqa: SIM905 - a list of forty strings is hard to read
)
"""The types of CSL 1.0.2."""


def read_csl_json(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries of a file of CSL-JSON: an array, an object with `items`, or one object on each line."""
    entries: list[BibEntry] = []
    findings: list[Finding] = []
    for value, at in _objects(source, findings):
        location = Location(source.name, source.text.count("\n", 0, at) + 1)
        if not isinstance(value, dict):
            message = "an entry is not an object with keys and values; it is left out"
            findings.append(warning("PV074", message, location, "export the bibliography again as CSL-JSON"))
            continue
        entries.append(entry_of_csl(value, location, findings))
    return entries, findings


def _objects(source: Source, findings: list[Finding]) -> Iterator[tuple[Any, int]]:
    """Yield the items with their positions in the text, up to the first error."""
    text, decoder = source.text, json.JSONDecoder()
    at = _skip(text, 0)
    if text[at : at + 1] == "{" and (found := re.compile(r'\{\s*"(?:items|references)"\s*:\s*(?=\[)').match(text, at)):
        at = found.end()
    if text[at : at + 1] == "[":
        at = _skip(text, at + 1)
    try:
        while at < len(text) and text[at] not in "]}":
            value, end = decoder.raw_decode(text, at)
            yield value, at
            at = _skip(text, end)
        if at >= len(text) and source.text.lstrip()[:1] == "[":
            raise json.JSONDecodeError("the closing “]” is missing", text, len(text))
    except (ValueError, RecursionError) as problem:
        place = problem.pos if isinstance(problem, json.JSONDecodeError) else at
        reason = problem.msg.lower() if isinstance(problem, json.JSONDecodeError) else "it is nested too deeply"
        line = text.count("\n", 0, place) + 1
        column = place - text.rfind("\n", 0, place)
        message = f"the file is not valid JSON from here on: {reason}; the entries behind this are left out"
        hint = "export the bibliography again as CSL-JSON"
        findings.append(warning("PV074", message, Location(source.name, line, max(1, column)), hint))


def _skip(text: str, at: int) -> int:
    found = re.compile(r"[\s,]*").match(text, at)
    return found.end() if found else at


def entry_of_csl(item: dict[str, Any], location: Location, findings: list[Finding], key: str = "") -> BibEntry:
    """Return an item of CSL as an entry, with numbers, dates, names and identifiers in one form."""
    item = {name: value for name, value in item.items() if value not in (None, "", [], {})}
    key = key or str(item.get("id", "") or item.get("citation-key", "")).strip() or f"entry-{location.line}"
    item["id"] = key
    for name, value in item.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            item[name] = str(value)
    _check_type(item, location, findings)
    for name in DATE_VARIABLES:
        if name in item:
            _check_date(item, name, location, findings)
    for name in NAME_VARIABLES:
        if name in item:
            _check_names(item, name, location, findings)
    if doi := item.get("DOI"):
        item["DOI"] = clean_doi(str(doi))
        if item["DOI"] != doi and ADDRESS.match(str(doi)):
            message = "“DOI” contains an address; only the number behind it is used"
            findings.append(warning("PV078", message, location, f"write “{item['DOI']}”"))
    if not item.get("title"):
        findings.append(warning("PV070", f"entry “{key}” has no title", location, "add a title"))
    keywords = item.get("keyword") or item.get("categories") or ""
    if isinstance(keywords, str):
        keywords = re.split(r"\s*;\s*" if ";" in keywords else r"\s*,\s*", keywords)
    words = tuple(dict.fromkeys(str(word).strip() for word in keywords if str(word).strip()))
    if words:
        item["keyword"] = ", ".join(words)
    custom = item.get("custom")
    marks = read_annotations(str(custom[MARKS_FIELD])) if isinstance(custom, dict) and MARKS_FIELD in custom else {}
    return BibEntry(key, item, location, {}, str(item["type"]), words, marks)


def _check_type(item: dict[str, Any], location: Location, findings: list[Finding]) -> None:
    kind = str(item.get("type", ""))
    if kind in TYPES:
        return
    if kind in ("preprint", "posted-content"):
        item["type"], item["genre"] = "article", "preprint"
        return
    known = {"journal-article": "article-journal", "proceedings-article": "paper-conference", "book-chapter": "chapter"}
    known |= {"monograph": "book", "dissertation": "thesis", "computer_program": "software", "edited-book": "book"}
    item["type"] = known.get(kind, "document")
    if kind not in known:
        name = closest_name(kind, TYPES)
        hint = f"did you mean “{name}”?" if name else "write a type of CSL, such as “article-journal”"
        message = f"unknown type “{kind}”; the entry is read as a document" if kind else "the entry has no type"
        findings.append(warning("PV076", message, location, hint))


def _check_date(item: dict[str, Any], name: str, location: Location, findings: list[Finding]) -> None:
    value = item[name]
    if isinstance(value, str):
        value = {"raw": value}
    if not isinstance(value, dict):
        value = {"raw": str(value)}
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts:
        points = [_point(part) for part in parts]
        if all(points):
            item[name] = {**value, "date-parts": points}
            return
    year = _point(parts[0][:1]) if isinstance(parts, list) and parts and isinstance(parts[0], list) else None
    text = str(value.get("raw") or value.get("literal") or "").strip()
    read = read_date(text) or read_year_and_month(text).csl if text else None
    if read and "date-parts" in read:
        item[name] = {**{key: part for key, part in value.items() if key not in ("raw", "date-parts")}, **read}
        return
    shown = text or json.dumps(parts, ensure_ascii=False)
    item[name] = {"literal": text} if text else {}
    if not text and year:
        item[name] = {"date-parts": [year]}
    elif not text:
        item.pop(name)
    if text and (state := read_year_and_month(text).state):
        item.setdefault("status", state)
    else:
        findings.append(warning("PV077", f"“{shown[:80]}” is not a date", location, "write a year, such as [[2015]]"))


def _point(part: Any) -> list[int] | None:
    try:
        numbers = [int(number) for number in part if number not in (None, "")]
    except (TypeError, ValueError):
        return None
    if (
        not numbers
        or len(numbers) > 3
        or not all(1 <= value <= most for value, most in zip(numbers[1:], (12, 31), strict=False))
    ):
        return None
    return numbers


def _check_names(item: dict[str, Any], name: str, location: Location, findings: list[Finding]) -> None:
    value = item[name]
    people = value if isinstance(value, list) else [value]
    names = []
    for person in people:
        if isinstance(person, str) and person.strip():
            names.append(name_of_text(person.strip()))
        elif isinstance(person, dict) and any(person.get(part) for part in ("family", "given", "literal", "name")):
            parts = {str(part): text for part, text in person.items() if text not in (None, "")}
            names.append({"literal": parts["name"]} if "name" in parts and "literal" not in parts else parts)
        else:
            message = f"“{name}” has a name without text; it is left out"
            findings.append(warning("PV074", message, location, "write a family name, or a literal name"))
    if names:
        item[name] = names
    else:
        item.pop(name)

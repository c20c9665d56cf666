"""Publications as CSL-JSON: dates and DOIs in it, and the text of a list item about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from polyvita.importers.texts import escape

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def csl_date(date: str) -> dict[str, Any]:
    """Return an EDTF date, or the start of an interval, as CSL writes it.

    >>> csl_date("2019-05")
    {'date-parts': [[2019, 5]]}
    """
    return {"date-parts": [[int(part) for part in date.partition("/")[0].split("-")]]}


def doi_of(text: str) -> str:
    """Return the DOI in a DOI or in the address of one, or an empty text.

    >>> doi_of("https://doi.org/10.1234/AB.5"), doi_of("doi: 10.1234/x"), doi_of("https://example.org/10")
    ('10.1234/AB.5', '10.1234/x', '')
    """
    found = _DOI.fullmatch(text.strip())
    return found[1] if found else ""


def item_text(csl: dict[str, Any]) -> str:
    """Return the text of a list item about a publication, without its date: authors, title, journal, address."""
    parts = []
    if authors := csl.get("author"):
        parts.append(f"{escape(names(authors))}.")
    elif editors := csl.get("editor"):
        parts.append(f"{escape(names(editors))} (ed.).")
    title = _marked_up(str(csl.get("title", "")))
    parts.append(f"“{title}”" + ("" if title.endswith(("?", "!")) else "."))
    if container := csl.get("container-title"):
        parts.append(f"*{_marked_up(str(container))}*{escape(_issue(csl))}.")
    if authors and (editors := csl.get("editor")):
        parts.append(f"{escape(names(editors))} (ed.).")
    if translators := csl.get("translator"):
        parts.append(f"{escape(names(translators))} (transl.).")
    if publisher := csl.get("publisher"):
        parts.append(f"{_marked_up(str(publisher))}.")
    if isbn := csl.get("ISBN"):
        parts.append(escape(f"ISBN {isbn}."))
    if doi := csl.get("DOI"):
        parts.append(f"<https://doi.org/{doi}>" if re.fullmatch(r"[^\s<>]+", doi) else escape(f"doi:{doi}"))
    elif url := csl.get("URL"):
        parts.append(f"<{url}>")
    return " ".join(parts)


_MARKS = {"i": "*", "b": "**", "sup": "^", "sub": "~"}


def _marked_up(text: str) -> str:
    """Return a text with the markup of CSL-JSON as inline Markdown."""
    parts = re.split(r"<(/?)(i|b|sup|sub|span)\b[^<>]*>", text)
    out = [escape(parts[0])]
    for tag, after in zip(parts[2::3], parts[3::3], strict=True):
        out += [_MARKS.get(tag, ""), escape(after)]
    return "".join(out)


def _issue(csl: dict[str, Any]) -> str:
    """Return volume, issue and pages: “ 12(3):1–20”."""
    volume, issue, pages = (str(csl.get(key, "")) for key in ("volume", "issue", "page"))
    text = volume + (f"({issue})" if issue else "")
    pages = pages.replace("--", "–").replace("-", "–")
    return (f" {text}" if text else "") + (f":{pages}" if pages and text else f", {pages}" if pages else "")


def names(people: Iterable[dict[str, str]]) -> str:
    """Return names with commas between them, and “and” before the last."""
    shown = [
        person.get("literal") or f"{person.get('given', '')} {person.get('family', '')}".strip() for person in people
    ]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part) if shown else ""


def with_keys(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries with an `id` each: first author, year, and letters if others have the same."""
    used: set[str] = set()
    keyed = []
    for entry in entries:
        people = entry.get("author") or entry.get("editor") or []
        name = (people[0].get("family") or people[0].get("literal", "").split()[-1:] or [""]) if people else ""
        name = name if isinstance(name, str) else name[0]
        word = next((word for word in re.findall(r"\w+", str(entry.get("title", ""))) if len(word) > 3), "work")
        year = ((entry.get("issued") or {}).get("date-parts") or [[""]])[0][0]
        stem = re.sub(r"\W", "", name or word).lower() + str(year)
        key, number = stem, 1
        while key in used:
            number += 1
            key = f"{stem}-{number}"
        used.add(key)
        keyed.append({"id": key, **entry})
    return keyed

"""Addresses that look broken, and links to parts of the CV that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from polyvita.checks.lint.context import LintContext
from polyvita.core.diagnostics import Finding, did_you_mean, warning
from polyvita.core.document import Link
from polyvita.core.location import NOWHERE, Location

_HALF_A_LINK = re.compile(r"\]\((?:https?://|www\.|mailto:)[^()]*\)?|<(?:https?://|mailto:)[^<>]*>?")
_HALF_AN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEMES_TWICE = re.compile(r"https?:/*https?:", re.IGNORECASE)
_HALF = {
    "doi.org": re.compile(r"/?(?:10(?:\.\d*)?/?)?"),
    "dx.doi.org": re.compile(r"/?(?:10(?:\.\d*)?/?)?"),
    "orcid.org": re.compile(r"/?(?!\d{4}-\d{4}-\d{4}-\d{3}[\dXx]/?$)[\dXx-]*/?"),
}
"""By host, what an address has behind it that breaks off before it names anything."""
_HOST = re.compile(r"(?:[^\s.@/]+\.)+[^\s.@/\d][^\s.@/]*|localhost|[\d.]+|\[[\da-fA-F:.]+\]")


def links_to_nowhere(manuscript: LintContext) -> Iterator[Finding]:
    """Links to an id (`[there](#talks)`) that nothing in the CV has."""
    ids = {node.attr.id for node in manuscript.nodes if node.attr.id}
    for node in manuscript.nodes:
        if isinstance(node, Link) and node.url.startswith("#") and unquote(node.url[1:]) not in ids:
            id_ = unquote(node.url[1:])
            hint = did_you_mean(id_, ids) or f"write {{#{id_}}} behind the heading it leads to"
            yield warning("PV218", f"nothing has the id “{id_}” to which this link leads", node.location, hint)


def broken_addresses(manuscript: LintContext) -> Iterator[Finding]:
    """Addresses with a blank in them, cut off, or run together, in links and in the front matter."""
    for address, location in _addresses(manuscript):
        wrong = _wrong(address)
        if wrong:
            yield warning("PV219", f"the address {address} {wrong}", location, "open it and copy it anew")
    for leaf in manuscript.leaves:
        for found in _HALF_A_LINK.finditer(leaf.text):
            address = found[0].lstrip("](<").rstrip(")>")
            wrong = "has a blank in it" if any(char.isspace() for char in address) else "is not closed"
            start = found.end() - len(found[0].lstrip("](<"))
            location = manuscript.within(leaf, start, start + len(address))
            hint = "write the address without blanks (%20 stands for one), and close it, so that it becomes a link"
            yield warning("PV219", f"the address {address} {wrong}", location, hint)


def _addresses(manuscript: LintContext) -> Iterator[tuple[str, Location]]:
    locations = manuscript.document.locations
    for i, link in enumerate(manuscript.document.meta.get("links") or ()):
        where = (locations.get(f"links.{i}"), locations.get(f"links.{link.get('label')}"), locations.get("links"))
        address = str(link.get("url", ""))
        yield address, _place_below(manuscript, next((location for location in where if location), NOWHERE), address)
    for node in manuscript.nodes:
        if isinstance(node, Link):
            yield node.url, _place_in(manuscript, node)


def _place_below(manuscript: LintContext, entry: Location, address: str) -> Location:
    """Where the address of an entry of the front matter stands, which is in its line or the one after."""
    for number in range(entry.line, min(entry.line + 2, len(manuscript.lines) + 1)):
        at = manuscript.lines[number - 1].find(address) if entry.line else -1
        if at >= 0:
            return Location(entry.file, number, at + 1, len(address))
    return entry


def _place_in(manuscript: LintContext, link: Link) -> Location:
    """Where the address of a link stands; the whole link where that is written otherwise."""
    at = manuscript.line(link.location)[: link.location.width].rfind(link.url)
    if at < 0 or not link.url:
        return link.location
    return Location(link.location.file, link.location.line, link.location.column + at, len(link.url))


def _wrong(address: str) -> str:
    """What is wrong with an address, as the end of a sentence; nothing where it may be right."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "is cut off"
    if any(char.isspace() for char in address):
        return "has a blank in it"
    if _SCHEMES_TWICE.match(address):
        return "begins twice"
    if address.endswith(("…", "...")) or _HALF_AN_ESCAPE.search(address):
        return "is cut off"
    if parts.scheme == "mailto":
        return "" if re.search(r".@.+\..", unquote(parts.path)) else "is no e-mail address"
    if parts.scheme not in ("http", "https"):
        return "has no https:// before it" if address.startswith("www.") else ""
    if not _HOST.fullmatch(host):
        return "is cut off" if not host or parts.path in ("", "/") else "names no host that others can reach"
    half = _HALF.get(host.removeprefix("www."))
    return "is cut off" if half and half.fullmatch(unquote(parts.path)) else ""

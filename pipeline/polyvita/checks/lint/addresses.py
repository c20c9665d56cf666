"""Checks of addresses that look broken, and of links to parts of the CV that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from polyvita.checks.lint.context import LintContext
from polyvita.core.diagnostics import Finding, did_you_mean, warning
from polyvita.core.document import Link
from polyvita.core.location import NOWHERE, Location

_UNFINISHED_LINK = re.compile(r"\]\((?:https?://|www\.|mailto:)[^()]*\)?|<(?:https?://|mailto:)[^<>]*>?")
_UNFINISHED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_REPEATED_SCHEME = re.compile(r"https?:/*https?:", re.IGNORECASE)
_UNFINISHED_PATHS = {
    "doi.org": re.compile(r"/?(?:10(?:\.\d*)?/?)?"),
    "dx.doi.org": re.compile(r"/?(?:10(?:\.\d*)?/?)?"),
    "orcid.org": re.compile(r"/?(?!\d{4}-\d{4}-\d{4}-\d{3}[\dXx]/?$)[\dXx-]*/?"),
}
"""For some hosts, the paths that are too short to identify a document or a person."""
_HOST = re.compile(r"(?:[^\s.@/]+\.)+[^\s.@/\d][^\s.@/]*|localhost|[\d.]+|\[[\da-fA-F:.]+\]")


def find_broken_links(context: LintContext) -> Iterator[Finding]:
    """Find links to an id, such as `[there](#talks)`, that nothing in the CV has."""
    ids = {node.attr.id for node in context.nodes if node.attr.id}
    for node in context.nodes:
        if isinstance(node, Link) and node.url.startswith("#") and unquote(node.url[1:]) not in ids:
            id_ = unquote(node.url[1:])
            hint = did_you_mean(id_, ids) or f"write {{#{id_}}} after the heading that the link leads to"
            yield warning("PV218", f"this link leads to the id “{id_}”, which does not exist", node.location, hint)


def find_broken_addresses(context: LintContext) -> Iterator[Finding]:
    """Find addresses in links and in the front matter that contain spaces, are cut off or are run together."""
    for address, location in _addresses(context):
        problem = _problem_of(address)
        if problem and "{{" not in unquote(address):  # A template: the reader reports it.
            hint = "open the address in a browser, and copy it again"
            yield warning("PV219", f"the address {address} {problem}", location, hint)
    for block in context.text_blocks:
        for found in _UNFINISHED_LINK.finditer(block.text):
            address = found[0].lstrip("](<").rstrip(")>")
            problem = "contains a space" if any(char.isspace() for char in address) else "is not closed"
            start = found.end() - len(found[0].lstrip("](<"))
            location = context.locate_in_block(block, start, start + len(address))
            hint = "write %20 for each space, and close the address; until then, it is not a link"
            yield warning("PV219", f"the address {address} {problem}", location, hint)


def _addresses(context: LintContext) -> Iterator[tuple[str, Location]]:
    locations = context.document.locations
    for i, link in enumerate(context.document.meta.get("links") or ()):
        keys = (f"links[{i}]", f"links.{link.get('label')}", "links")
        entry = next((location for key in keys if (location := locations.get(key))), NOWHERE)
        address = str(link.get("url", ""))
        yield address, _locate_in_front_matter(context, entry, address)
    for node in context.nodes:
        if isinstance(node, Link):
            yield node.url, _locate_in_link(context, node)


def _locate_in_front_matter(context: LintContext, entry: Location, address: str) -> Location:
    """Return the location of an address in the front matter: on the line of its entry or on the next line."""
    for number in range(entry.line, min(entry.line + 2, len(context.lines) + 1)):
        index = context.lines[number - 1].find(address) if entry.line else -1
        if index >= 0:
            return Location(entry.file, number, index + 1, len(address))
    return entry


def _locate_in_link(context: LintContext, link: Link) -> Location:
    """Return the location of the address in a link, or of the link if the source spells the address differently."""
    index = context.rest_of_line(link.location)[: link.location.width].rfind(link.url)
    if index < 0 or not link.url:
        return link.location
    return Location(link.location.file, link.location.line, link.location.column + index, len(link.url))


def _problem_of(address: str) -> str:
    """Return what is wrong with an address, as the end of a sentence, or "" if it may be correct."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "is cut off"
    if any(char.isspace() for char in address):
        return "contains a space"
    if _REPEATED_SCHEME.match(address):
        return "starts with http:// or https:// twice"
    if address.endswith(("…", "...")) or _UNFINISHED_ESCAPE.search(address):
        return "is cut off"
    if parts.scheme == "mailto":
        return "" if re.search(r".@.+\..", unquote(parts.path)) else "is not an e-mail address"
    if parts.scheme not in ("http", "https"):
        return "does not start with https://" if address.startswith("www.") else ""
    if not _HOST.fullmatch(host):
        return "is cut off" if not host or parts.path in ("", "/") else "names a host that others cannot reach"
    unfinished = _UNFINISHED_PATHS.get(host.removeprefix("www."))
    return "is cut off" if unfinished and unfinished.fullmatch(unquote(parts.path)) else ""

"""Write an Atom feed: an entry for each dated item of the lists that a filter shows, such as publications and news.

The feed contains no time of the build: its entries have the dates of the items.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from polyvita.core.bibliography import BibEntry
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import Document, Inline, Link, ListItem, Node, Paragraph, Span, plain_text, walk
from polyvita.core.location import NOWHERE
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import LABELS, PreparedDocument
from polyvita.writers.publications import doi_address

_NAMESPACE = "http://www.w3.org/2005/Atom"
_LONGEST_TITLE = 100
"""The length of the title of an entry in characters, if it is the start of a text."""
_OTHER = frozenset({"when", *LABELS})
"""The tags of dates and years in the text of an item, which the entry has as its date."""


class _FeedItem(NamedTuple):
    day: str
    title: str
    text: str
    address: str
    key: str
    """The address of the DOI, or what no other item has."""


def write(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the feed of the document, newest first. It may have no entry, so that readers can follow it already."""
    document, info = options.document, options.info
    items = sorted(_feed_items(document), key=lambda item: item.day, reverse=True) if document else []
    feed_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{info.author}\n{info.title}\n{info.lang}")
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": info.lang})
    _add(feed, "title", info.title)
    _add(feed, "id", feed_id.urn)
    _add(feed, "updated", _moment(items[0].day if items else _NEVER))
    _add(ET.SubElement(feed, "author"), "name", info.author or info.title)
    for item in items:
        entry = ET.SubElement(feed, "entry")
        _add(entry, "title", item.title)
        _add(entry, "id", item.key if item.key.startswith("https:") else uuid.uuid5(feed_id, item.key).urn)
        _add(entry, "updated", _moment(item.day))
        if item.address:
            ET.SubElement(entry, "link", {"href": item.address})
        _add(entry, "content", item.text)
    ET.indent(feed)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def find_losses(document: Document) -> tuple[Finding, ...]:
    """Return a warning about the items of lists that a feed leaves out, because they have no date."""
    items = _items(document)
    undated = [item for item in items if not _day(item)]
    hint = "give each a “date”, or leave it out with “drop”"
    if len(undated) == len(items):
        location = undated[0].location if undated else NOWHERE
        return (warning("PV534", "the feed is empty: no item of a list has a date", location, _EMPTY_HINT),)
    if not undated:
        return ()
    count = f"{len(undated)} item{'s' if len(undated) > 1 else ''} without a date"
    places = list_places(item.location.line for item in undated)
    return (warning("PV535", f"the feed leaves out {count}{places}", undated[0].location, hint),)


_EMPTY_HINT = "select publications or news, and give the items a “date”"
_NEVER = "1970-01-01"
"""The day of a feed without entries."""


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _items(document: Document) -> list[ListItem]:
    """Return the items of lists that are not inside an item."""
    items = [node for node in walk(document) if isinstance(node, ListItem)]
    inner = {id(part) for item in items for part in walk(item) if part is not item}
    return [item for item in items if id(item) not in inner]


def _feed_items(document: Document) -> Iterator[_FeedItem]:
    for item in _items(document):
        if day := _day(item):
            entry = document.entries.get(item.attr.get("id"))
            text = " ".join(filter(None, map(_text, item.blocks)))
            title = _entry_title(entry) if entry else _start_of(text)
            doi = doi_address(str(entry.csl["DOI"])) if entry and entry.csl.get("DOI") else ""
            key = doi or (entry.key if entry else f"{day} {text}")
            yield _FeedItem(day, title, text, doi or _first_address(item), key)


def _day(item: ListItem) -> str:
    """Return the first day of the date of an item; empty if it has none."""
    try:
        return parse_date(item.attr.get("date")).first.isoformat()
    except ValueError:
        return ""


def _text(block: Node) -> str:
    inlines = block.inlines if isinstance(block, Paragraph) else ()
    shown: list[Inline] = [i for i in inlines if not (isinstance(i, Span) and _OTHER & {*i.attr.tags})]
    return re.sub(r"\s+", " ", "".join(map(plain_text, shown))).strip()


def _entry_title(entry: BibEntry) -> str:
    return re.sub(r"</?[a-z][^<>]*>", "", str(entry.csl.get("title") or entry.key))


def _start_of(text: str) -> str:
    """Return the first sentence of a text, or its first words if that is long."""
    if found := _REFERENCE.match(text):
        text = found["quoted"] or found["rest"]
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    if len(sentence) <= _LONGEST_TITLE:
        return sentence.rstrip(".")
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


_REFERENCE = re.compile(
    r"[^.]*(?:\.[^.]*){0,20}?\(\d{4}\w?\)(?:[.:,]\s+(?=\S)|\s+(?=[“„«\"]))"
    r"(?:[“„«\"](?P<quoted>[^”“»\"]+)[”“»\"]|(?P<rest>.*))"
)
"""Matches a reference that begins with authors and a year: its title follows."""


def _first_address(item: ListItem) -> str:
    links = (node.url for node in walk(item) if isinstance(node, Link))
    return next((url for url in links if url.startswith(("https://", "http://"))), "")

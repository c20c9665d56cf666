"""Attribute keys that nothing uses: `organisation=`, `start=`, a mistyped `dat=`. Their values are in no output."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from polyvita.checks.references import location_of_attribute
from polyvita.config.expression import COMPARABLE_KEYS
from polyvita.core.bibliography import ENTRY_KEYS
from polyvita.core.diagnostics import Finding, did_you_mean, join_names, warning
from polyvita.core.document import Code, CodeBlock, Document, Image, Link, Node, walk
from polyvita.core.sciencv import SUPPORT_KEYS

KNOWN_KEYS = frozenset({*COMPARABLE_KEYS, "count", "dates", "dir"})
"""The keys that have a meaning in polyvita on every element."""
_HAVE_HTML_KEYS = (Code, CodeBlock, Image, Link)
"""Elements whose further keys go to the output, such as `width=` of an image."""

_OTHER_NAMES = {
    "org": "company department employer firm institute institution laboratory organisation organization school uni "
    "university",
    "place": "address city country location town venue where",
    "date": "begin dated end finish from issued month period since start till time to until when year years",
    "priority": "importance prio rank weight",
    "lang": "language locale",
}
_KNOWN_NAME = {other: key for key, others in _OTHER_NAMES.items() for other in others.split()}
_STARTS, _ENDS = ("start", "from", "begin", "since"), ("end", "to", "until", "till", "finish")


def find_unknown_keys(document: Document, folder: Path) -> Iterator[Finding]:
    """Find each attribute key that has no meaning, once, with the number of places.

    A key has a meaning if polyvita knows it, if a filter or a rule set in `folder` uses it, or if the front matter
    lists it in `keys`. Filters that are not built now count, too.
    """
    known = {*KNOWN_KEYS, *(document.meta.get("keys") or ()), *(ENTRY_KEYS if document.entries else ())}
    places: dict[str, list[Node]] = {}
    for node in walk(document):
        if node.attr.keys and not isinstance(node, _HAVE_HTML_KEYS):
            for key in dict(node.attr.keys).keys() - known:
                if node.attr.location.line and not key.startswith(("data-", "aria-")):
                    places.setdefault(key, []).append(node)
    if places:
        known |= _mentioned(places, folder)
        if "sciencv" in _mentioned(("sciencv",), folder):
            known |= {*SUPPORT_KEYS}
    for key, nodes in sorted(places.items(), key=lambda item: item[1][0].location):
        if key in known:
            continue
        more = f" (and {len(nodes) - 1} more)" if len(nodes) > 1 else ""
        message = f"the key “{key}”{more} has no meaning; no output shows its value"
        yield warning("PV212", message, location_of_attribute(nodes[0], f"{key}="), _hint(key, nodes[0], known))


def _hint(key: str, node: Node, known: Collection[str]) -> str:
    name = _KNOWN_NAME.get(key.lower(), "")
    keys = dict(node.attr.keys)
    if name == "date":
        start = next((keys[word] for word in _STARTS if word in keys), "")
        end = next((keys[word] for word in _ENDS if word in keys), "")
        dates = f"{start or end}" if not (start and end) else f"{start}/{end}"
        return f"write date={dates or keys[key]}" + ("/.." if start and not end else "")
    if name:
        value = keys[key]
        return f'write {name}="{value}"' if re.search(r"\s", value) else f"write {name}={value}"
    near = did_you_mean(key, known)
    return near or f"use one of {join_names(KNOWN_KEYS)}, or add the key to “keys” in the front matter"


def _mentioned(keys: Iterable[str], folder: Path) -> set[str]:
    """Return those of `keys` that a filter or rule file in `folder` mentions."""
    text = ""
    for path in (*folder.glob("filters/*.yaml"), *folder.glob("rules/*.yaml")):
        try:
            text += path.read_text(encoding="utf-8")
        except (OSError, ValueError):  # The build reports a file that cannot be read.
            continue
    return {key for key in keys if re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text)}

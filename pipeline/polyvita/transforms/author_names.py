"""Set the owner's name in lists of authors in bold, in every form under which the owner has published."""

from __future__ import annotations

import re

from msgspec import structs

from polyvita.core.document import (
    Document,
    Inline,
    Link,
    ListItem,
    Node,
    Paragraph,
    Span,
    Strong,
    Text,
    rewrite,
    rewrite_document,
)


def mark_author_names(document: Document, *, names: tuple[str, ...]) -> Document:
    """Return the document with each of `names` in bold in list items, and all spans with the tag `me` in bold.

    Entries of bibliographies are not searched: their owner is a span with this tag.
    """
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)))

    def mark_in_item(node: Node) -> Node | list[Node]:
        match node:
            case Text(text=text) if names and pattern.search(text):
                return _split(node, pattern)
            case Strong(inlines=inlines) | Link(inlines=inlines):
                return structs.replace(node, inlines=_remove_strong(inlines))
            case _:
                return node

    def mark(node: Node) -> Node:
        match node:
            case ListItem() if not _is_entry(node):
                return rewrite(node, mark_in_item)
            case Span(inlines=inlines) if node.attr.has("me"):
                return Strong(inlines, location=node.location)
            case _:
                return node

    return rewrite_document(document, mark)


def _is_entry(item: ListItem) -> bool:
    """Return whether an item is an entry of a bibliography. The reader has found its names as structured data."""
    match item.blocks:
        case (Paragraph(inlines=(Span(attr=attr), *_)), *_):
            return attr.has("reference")
        case _:
            return False


def _split(node: Text, pattern: re.Pattern[str]) -> list[Node]:
    """Split a text so that each match of the pattern is in bold."""
    parts: list[Node] = []
    end = 0
    for match in pattern.finditer(node.text):
        if match.start() > end:
            parts.append(_slice(node, end, match.start()))
        parts.append(Strong((_slice(node, match.start(), match.end()),), location=node.location))
        end = match.end()
    if end < len(node.text):
        parts.append(_slice(node, end, len(node.text)))
    return parts


def _slice(node: Text, start: int, end: int) -> Text:
    location = node.location
    if location.line:
        location = location._replace(column=location.column + start, width=end - start)
    return structs.replace(node, text=node.text[start:end], location=location)


def _remove_strong(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Undo bold inside bold and inside the text of a link."""
    return tuple(part for node in inlines for part in (node.inlines if isinstance(node, Strong) else (node,)))

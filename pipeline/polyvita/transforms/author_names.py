"""The owner's name in a list of authors is set in bold, under all the names that the owner has published under."""

from __future__ import annotations

import re

from msgspec import structs

from polyvita.core.document import Document, Inline, Link, ListItem, Node, Span, Strong, Text, rewrite, rewrite_document


def mark_author_names(document: Document, *, names: tuple[str, ...]) -> Document:
    """Bold for each of `names` in list items, and for spans with the tag `me` wherever they stand."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)))

    def in_item(node: Node) -> Node | list[Node]:
        match node:
            case Text(text=text) if names and pattern.search(text):
                return _split(node, pattern)
            case Strong(inlines=inlines) | Link(inlines=inlines):
                return structs.replace(node, inlines=_plain(inlines))
            case _:
                return node

    def change(node: Node) -> Node:
        match node:
            case ListItem():
                return rewrite(node, in_item)
            case Span(inlines=inlines) if node.attr.has("me"):
                return Strong(inlines, location=node.location)
            case _:
                return node

    return rewrite_document(document, change)


def _split(node: Text, pattern: re.Pattern[str]) -> list[Node]:
    out: list[Node] = []
    at = 0
    for match in pattern.finditer(node.text):
        if match.start() > at:
            out.append(_part(node, at, match.start()))
        out.append(Strong((_part(node, match.start(), match.end()),), location=node.location))
        at = match.end()
    if at < len(node.text):
        out.append(_part(node, at, len(node.text)))
    return out


def _part(node: Text, start: int, end: int) -> Text:
    location = node.location
    if location.line:
        location = location._replace(column=location.column + start, width=end - start)
    return structs.replace(node, text=node.text[start:end], location=location)


def _plain(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Bold inside bold, and bold in the middle of a link's text, is taken back."""
    return tuple(part for node in inlines for part in (node.inlines if isinstance(node, Strong) else (node,)))

"""Images that no output can show: their text takes their place. On the internet, it becomes a link."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import (
    Document,
    Image,
    Inline,
    Link,
    Node,
    Paragraph,
    Span,
    Text,
    plain_text,
    rewrite_document,
    walk,
)

_REMOTE = re.compile(r"(?i)(?:https?:)?//")


def link_remote_images(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with a link for each image on the internet, and one finding about all of them.

    An image inside a link becomes its text: the link stays what it is. Without a text, the file name is shown.
    """
    images = [node for node in walk(document) if isinstance(node, Image) and is_remote(node)]
    if not images:
        return document, ()
    linked = _images_in_links(document)

    def change(node: Node) -> Node:
        if not isinstance(node, Image) or not is_remote(node):
            return node
        shown: tuple[Inline, ...] = node.inlines if plain_text(node).strip() else (_file_name(node),)
        kind = Span if node.key in linked else Link
        fields = {"inlines": shown} if kind is Span else {"inlines": shown, "url": node.url, "title": node.title}
        return kind(**fields, attr=node.attr, location=node.location, key=node.key)

    first = images[0]
    places = list_places(image.location.line for image in images)
    message = f"the image {first.url[:80]} is on the internet; its text is shown as a link{places}"
    hint = "save the image in the folder of the CV, and use its file name"
    return rewrite_document(document, change), (warning("PV309", message, first.location, hint),)


def replace_images(document: Document, *, urls: Collection[str]) -> Document:
    """Return the document with their text in place of the images with these addresses; without a text, they go."""

    def change(node: Node) -> Node | None:
        if isinstance(node, Paragraph) and not node.inlines:
            return None  # It had only the image.
        if not isinstance(node, Image) or node.url not in urls:
            return node
        if not plain_text(node).strip():
            return Span((_file_name(node),), location=node.location, key=node.key) if node.key in linked else None
        return Span(node.inlines, attr=node.attr, location=node.location, key=node.key)

    linked = _images_in_links(document)
    return rewrite_document(document, change)


def is_remote(image: Image) -> bool:
    """Return whether an image is on the internet."""
    return bool(_REMOTE.match(image.url))


def _images_in_links(document: Document) -> set[int]:
    """Return the keys of the images inside links: a link must not lose all of its text."""
    links = (node for node in walk(document) if isinstance(node, Link))
    return {part.key for link in links for part in walk(link) if isinstance(part, Image)}


def _file_name(image: Image) -> Text:
    parts = urlsplit(image.url)
    name = parts.path.rstrip("/").rpartition("/")[2] or parts.netloc
    return Text(name, location=image.location)

"""Images on the internet: their text becomes a link, because nothing is downloaded."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import Document, Image, Inline, Link, Node, Span, Text, plain_text, rewrite_document, walk

_REMOTE = re.compile(r"(?i)(?:https?:)?//")


def link_remote_images(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with a link for each image on the internet, and one finding about all of them.

    An image inside a link becomes its text: the link stays what it is. Without a text, the file name is shown.
    """
    images = [node for node in walk(document) if isinstance(node, Image) and _REMOTE.match(node.url)]
    if not images:
        return document, ()
    linked = {
        part.key for node in walk(document) if isinstance(node, Link) for part in walk(node) if isinstance(part, Image)
    }

    def change(node: Node) -> Node:
        if not isinstance(node, Image) or not _REMOTE.match(node.url):
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


def _file_name(image: Image) -> Text:
    parts = urlsplit(image.url)
    name = parts.path.rstrip("/").rpartition("/")[2] or parts.netloc
    return Text(name, location=image.location)

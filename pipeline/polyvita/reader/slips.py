"""Find mistakes in Markdown that only the finished tree shows, and read task lists and links as GitHub does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

from msgspec import structs

from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import (
    Block,
    BulletList,
    DefinitionList,
    Document,
    Link,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Section,
    Table,
    Text,
    child_fields,
    plain_text,
    rewrite_document,
    walk,
)

_NUMBERED = re.compile(r"^[ >]*\d{1,9}[.)][ \t]", re.MULTILINE)
_INDENTED = re.compile(r"^(?:[ >]*>)? +\S", re.MULTILINE)


def find_broken_lists(document: Document) -> Iterator[Finding]:
    """Yield one finding about the blocks that were meant to be in a numbered list, but are not indented enough.

    Such a block ends the list, and the numbers begin again after it.
    """
    places = [place for blocks in _sibling_blocks(document) for place in _breaks(blocks)]
    if places:
        block, outer = places[0]
        text = plain_text(block).split("\n")[0]
        blanks = _content_column(document, outer) - outer.location.column
        quoted = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip() + "…"
        where = list_places(place.location.line for place, _ in places)
        message = f"“{quoted}” is not indented enough to be in the numbered list, so the list ends here{where}"
        yield warning("PV041", message, block.location, f"indent it by {blanks} blanks")


_LONGEST_QUOTE = 40


def _sibling_blocks(document: Document) -> Iterator[tuple[Block, ...]]:
    if not (_NUMBERED.search(document.text) and _INDENTED.search(document.text)):
        return
    yield document.blocks
    for node in walk(document):
        if "blocks" in child_fields(type(node)):
            yield getattr(node, "blocks")  # noqa: B009 - only some nodes have blocks


def _breaks(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, OrderedList]]:
    """Yield each block that is indented more than the numbered list before it, but is not in it."""
    for i, (before, block) in enumerate(pairwise(blocks)):
        if not isinstance(before, OrderedList) or block.location.column <= before.location.column:
            continue
        follows = isinstance(blocks[i + 2] if i + 2 < len(blocks) else None, OrderedList)
        if isinstance(block, BulletList) or (isinstance(block, Paragraph | Table | DefinitionList) and follows):
            yield block, before


def _content_column(document: Document, numbered: OrderedList) -> int:
    """Return the column at which the content of the last item begins."""
    item = numbered.items[-1]
    line = document.text.split("\n")[item.location.line - 1][item.location.column - 1 :]
    return item.location.column + len(line) - len(re.sub(r"^\d+[.)][ \t]*", "", line))


# ---------------------------------------------------------------- links to headings

_LINK_TO_HEADING = re.compile(r"\]\([ \t]*<?#|\]:[ \t]*<?#|\bhref=[\"']?#")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


def resolve_heading_links(document: Document) -> Document:
    """Return the document with links that name a heading in GitHub’s way, such as `#übung--co` for “Übung & Co.”.

    GitHub keeps each blank as a hyphen, and the numbers at the start. It ignores an id in braces.
    """
    if not _LINK_TO_HEADING.search(document.text):
        return document
    ids: set[str] = set()
    anchors: dict[str, str] = {}
    for node in walk(document):
        ids.add(node.attr.id)
        if isinstance(node, Section) and node.attr.id:
            base = _NOT_IN_ANCHOR.sub("", plain_text(node.heading).strip().lower()).replace(" ", "-")
            anchor, number = base, 0
            while anchor in anchors:
                number += 1
                anchor = f"{base}-{number}"
            anchors[anchor] = node.attr.id

    def resolve(node: Node) -> Node:
        if not isinstance(node, Link) or not node.url.startswith("#") or (id := unquote(node.url[1:])) in ids:
            return node
        target = anchors.get(id.lower())
        return structs.replace(node, url=f"#{target}") if target else node

    return rewrite_document(document, resolve)


# ---------------------------------------------------------------- task lists

_TASK = re.compile(r"^[ >]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\][ \t]", re.MULTILINE)
_BOXES = {"[ ] ": "☐ ", "[x] ": "☒ ", "[X] ": "☒ "}


def read_task_lists(document: Document) -> Document:
    """Return the document with a box instead of `[ ]` or `[x]` at the start of a list item, as Pandoc reads it."""
    if not _TASK.search(document.text):
        return document

    def read(node: Node) -> Node:
        match node:
            case ListItem(blocks=(Paragraph(inlines=(Text(text=text) as first, *rest)) as paragraph, *blocks)):
                if box := _BOXES.get(text[:4]):
                    inlines = (structs.replace(first, text=box + text[4:]), *rest)
                    return structs.replace(node, blocks=(structs.replace(paragraph, inlines=inlines), *blocks))
            case _:
                pass
        return node

    return rewrite_document(document, read)

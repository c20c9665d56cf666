"""The document: a CV as a tree of frozen nodes.

Nodes carry the names of Pandoc's own elements where Pandoc has one; `Section`, `ListItem`, `Row` and
`DefinitionItem` stand where Pandoc has none, because here each of them can carry attributes. Every node has
`attr` (its own attributes, not the inherited ones) and `location` (where it stands in the source). Places do not
count when two trees are compared.

`walk` and `rewrite` are the only two ways through a tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, cast

from msgspec import Struct, structs

from polyvita.core.location import NOWHERE, Location

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""How a language is written: BCP 47."""


class Attributes(Struct, frozen=True):
    """`{#id .tag key=value}` as written. A class is a tag; `keys` keeps the order of the source.

    `raw` is the source text from brace to brace and `location` its first character, so that a finding can
    point at one tag inside it; both are empty for attributes that no source holds, and neither counts when
    attributes are compared.
    """

    id: str = ""
    tags: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    raw: str = ""
    location: Location = NOWHERE

    def __bool__(self) -> bool:
        return bool(self.id or self.tags or self.keys)

    def __eq__(self, other: object) -> bool:
        mine = self.id, self.tags, self.keys
        return isinstance(other, Attributes) and mine == (other.id, other.tags, other.keys)

    def __hash__(self) -> int:
        return hash((self.id, self.tags, self.keys))

    def __repr__(self) -> str:
        return f"Attributes(id={self.id!r}, tags={self.tags!r}, keys={self.keys!r})"

    def get(self, key: str, default: str = "") -> str:
        """The value of `key`; the first one where it is written twice."""
        return next((value for name, value in self.keys if name == key), default)

    def has(self, tag: str) -> bool:
        return tag in self.tags

    def location_of(self, part: str) -> Location:
        """Where `part` (`.tag`, `#id`, `key=`) stands in the source; the whole where it cannot be found."""
        end = "" if "=" in part else r"(?![\w:.-])"
        found = re.search(rf"(?<![\w:.-]){re.escape(part)}{end}", self.raw)
        if not found or not self.location.line:
            return self.location
        at = found.start()
        before = self.raw[:at]
        line = self.location.line + before.count("\n")
        column = len(before) - before.rfind("\n") if "\n" in before else self.location.column + at
        return Location(self.location.file, line, column, len(part))


NO_ATTRIBUTES = Attributes()


class Node(Struct, frozen=True, kw_only=True, tag=True):
    attr: Attributes = NO_ATTRIBUTES
    location: Location = NOWHERE

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((type(self), *self._facts()))

    def __repr__(self) -> str:
        facts = zip(fields(type(self)), self._facts(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={fact!r}' for name, fact in facts)})"

    def _facts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in fields(type(self)))


@cache
def fields(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields of a kind of node, but that of its place."""
    return tuple(name for name in kind.__struct_fields__ if name != "location")


# ---------------------------------------------------------------- inlines


class Text(Node, frozen=True):
    """Running text, spaces included, entities and escapes already decoded."""

    text: str


class SoftBreak(Node, frozen=True):
    pass


class LineBreak(Node, frozen=True):
    pass


class Emph(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Strong(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Underline(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Strikeout(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Superscript(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Subscript(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Code(Node, frozen=True):
    text: str


class Link(Node, frozen=True):
    """A link. A bare address (`<https://…>`) has the tag `uri`, an e-mail address `email`, as in Pandoc."""

    inlines: tuple[Inline, ...]
    url: str
    title: str = ""


class Image(Node, frozen=True):
    inlines: tuple[Inline, ...]
    url: str
    title: str = ""


class Span(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Note(Node, frozen=True):
    """A footnote, at the place of its mark."""

    blocks: tuple[Block, ...]


class RawInline(Node, frozen=True):
    """Markup of one output format, which the other formats do not show."""

    format: str
    text: str


# ---------------------------------------------------------------- blocks


class Paragraph(Node, frozen=True):
    """A paragraph; `tight` inside a list whose items are not set apart (Pandoc's `Plain`)."""

    inlines: tuple[Inline, ...]
    tight: bool = False


class Heading(Node, frozen=True):
    """The heading of a section. Attributes written on it are the section's, so its own are empty."""

    level: int
    inlines: tuple[Inline, ...]


class Section(Node, frozen=True):
    """A heading and all that follows it, up to the next heading of the same or a higher level."""

    heading: Heading
    blocks: tuple[Block, ...] = ()


class CodeBlock(Node, frozen=True):
    text: str


class RawBlock(Node, frozen=True):
    """Markup of one output format, which the other formats do not show."""

    format: str
    text: str


class BlockQuote(Node, frozen=True):
    blocks: tuple[Block, ...]


class ListItem(Node, frozen=True):
    """One item. `number` is what stands before it in an ordered list, set by the numbering transform."""

    blocks: tuple[Block, ...]
    number: int | None = None


class BulletList(Node, frozen=True):
    items: tuple[ListItem, ...]


class OrderedList(Node, frozen=True):
    items: tuple[ListItem, ...]
    start: int = 1
    delimiter: Literal[".", ")"] = "."


class Definition(Node, frozen=True):
    blocks: tuple[Block, ...]


class DefinitionItem(Node, frozen=True):
    term: tuple[Inline, ...]
    definitions: tuple[Definition, ...]


class DefinitionList(Node, frozen=True):
    items: tuple[DefinitionItem, ...]


Alignment = Literal["default", "left", "center", "right"]


class Cell(Node, frozen=True):
    inlines: tuple[Inline, ...]


class Row(Node, frozen=True):
    cells: tuple[Cell, ...]


class Table(Node, frozen=True):
    """A pipe table; `head` has no cells where the table has no header row."""

    head: Row
    rows: tuple[Row, ...]
    alignments: tuple[Alignment, ...]


class ThematicBreak(Node, frozen=True):
    pass


class Div(Node, frozen=True):
    blocks: tuple[Block, ...]


Inline = (
    Text
    | SoftBreak
    | LineBreak
    | Emph
    | Strong
    | Underline
    | Strikeout
    | Superscript
    | Subscript
    | Code
    | Link
    | Image
    | Span
    | Note
    | RawInline
)
Block = (
    Paragraph
    | Section
    | CodeBlock
    | RawBlock
    | BlockQuote
    | BulletList
    | OrderedList
    | DefinitionList
    | Table
    | ThematicBreak
    | Div
)


class Document(Struct, frozen=True):
    """A whole CV: front matter (`meta`, plain YAML values by key) and blocks.

    `locations` says where in the source each front-matter key stands; `file` is the source's name as the user
    gave it, `lines` its text, which findings quote.
    """

    blocks: tuple[Block, ...]
    meta: Mapping[str, Any] = {}
    locations: Mapping[str, Location] = {}
    file: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and (self.blocks, self.meta) == (other.blocks, other.meta)

    def __hash__(self) -> int:
        return hash(self.blocks)  # front matter may hold lists, which have no hash

    def __repr__(self) -> str:
        return f"Document(blocks={self.blocks!r}, meta={self.meta!r})"


# ---------------------------------------------------------------- the two ways through a tree

N = TypeVar("N", bound=Node)
Rewrite = Callable[[Node], Node | Iterable[Node] | None]


_HOLDERS = {"inlines", "blocks", "items", "term", "definitions", "rows", "cells", "head", "heading"}


@cache
def child_fields(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields that hold nodes, in the order of the source."""
    return tuple(name for name in kind.__struct_fields__ if name in _HOLDERS)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside `node`, in the order of the source."""
    for name in child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def walk(root: Node | Document | Iterable[Node]) -> Iterator[Node]:
    """Every node from `root` down, parents first, in the order of the source. A document is not a node."""
    if isinstance(root, Node):
        waiting: list[Node] = [root]
    else:
        waiting = [*(root.blocks if isinstance(root, Document) else root)]
        waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        for name in _from_the_last(type(node)):
            value = getattr(node, name)
            if type(value) is tuple:
                waiting += value[::-1]
            else:
                waiting.append(value)


@cache
def _from_the_last(kind: type[Node]) -> tuple[str, ...]:
    return child_fields(kind)[::-1]


def rewrite(root: N, change: Rewrite) -> N:
    """A new tree, changed from the leaves up.

    `change` gets each node with its children already changed and gives back the node itself (keep), another
    one (replace), several (splice) or None (delete). The root, a section's heading and a table's head can be
    replaced by one of their own kind, not deleted.

        >>> shout = lambda node: Text(node.text.upper()) if isinstance(node, Text) else node
        >>> plain_text(rewrite(Paragraph((Text("note"),)), shout))
        'NOTE'
    """
    result = change(_with_children(root, change)) if isinstance(root, Node) else root
    if not isinstance(result, Node):
        raise TypeError(f"the root of a tree cannot be deleted or spliced ({type(root).__name__})")
    return cast(N, result)


def rewrite_document(document: Document, change: Rewrite) -> Document:
    """`rewrite` for every block of a document."""
    return structs.replace(document, blocks=_changed(document.blocks, change))


def _with_children(node: N, change: Rewrite) -> N:
    new: dict[str, Any] = {}
    for name in child_fields(type(node)):
        value = getattr(node, name)
        changed = _changed(value, change) if isinstance(value, tuple) else rewrite(value, change)
        if changed is not value:
            new[name] = changed
    return structs.replace(node, **new) if new else node


def _changed(nodes: tuple[Any, ...], change: Rewrite) -> tuple[Any, ...]:
    out: list[Node] | None = None  # once something is another than it was
    for at, node in enumerate(nodes):
        kind: type[Node] = type(node)
        result = change(_with_children(node, change) if child_fields(kind) else node)
        if out is None:
            if result is node:
                continue
            out = list(nodes[:at])
        if isinstance(result, Node):
            out.append(result)
        elif result is not None:
            out.extend(result)
    return nodes if out is None else tuple(out)


def plain_text(node: Node | Document | Iterable[Node]) -> str:
    """The words of a node without any markup; breaks become spaces, blocks are separated by a newline."""
    parts: list[str] = []
    for part in walk(node):
        if isinstance(part, Text):  # most of them, by far
            parts.append(part.text)
        elif type(part) in _SPEAKS:
            match part:
                case Code(text=text):
                    parts.append(text)
                case CodeBlock(text=text):
                    parts += ["\n", text]
                case SoftBreak() | LineBreak():
                    parts.append(" ")
                case Cell():
                    if parts and not parts[-1].endswith(("\n", " ")):
                        parts.append(" ")
                case _:
                    if parts and not parts[-1].endswith("\n"):
                        parts.append("\n")
    return "".join(parts).strip("\n")


_SPEAKS = {Code, CodeBlock, SoftBreak, LineBreak, Cell, Paragraph, Heading, Row, DefinitionItem}
"""Kinds of nodes that are words, or a gap between them."""

"""The document model: a CV as a tree of immutable nodes.

Nodes have the names of Pandoc's elements. `Section`, `ListItem`, `Row` and `DefinitionItem` do not exist in Pandoc;
they are nodes here because each of them can have attributes. Every node has `attr` (its own attributes, without the
inherited ones), `location` (its position in the source) and `key` (its number in the document). Comparing two trees
ignores locations and keys.

Use `walk` to read a tree, and `rewrite` to change it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Literal, TypeVar, cast

from msgspec import Struct, structs

from polyvita.core.bibliography import BibEntry
from polyvita.core.location import NOWHERE, Location


class Attributes(Struct, frozen=True):
    """The attributes `{#id .tag key=value}` of a node. Classes are called tags; `keys` has the order of the source.

    `raw` is the source text including the braces, and `location` is its first character. They let a finding point at
    one tag. Both are empty for attributes that do not come from a source. Comparing attributes ignores both.
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
        """Return the value of `key`, or `default`. If the key occurs twice, the first value is used."""
        return next((value for name, value in self.keys if name == key), default)

    def has(self, tag: str) -> bool:
        return tag in self.tags

    def location_of(self, part: str) -> Location:
        """Return the location of `part` (`.tag`, `#id` or `key=`), or of all attributes if it is not found."""
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
    """Base class of all nodes.

    `key` identifies the node in its document. The reader gives each node another key, and a transform that changes a
    node keeps its key. A node that a program has made has the key 0, until `number_nodes` gives it another one.
    """

    attr: Attributes = NO_ATTRIBUTES
    location: Location = NOWHERE
    key: int = 0

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), *self._values()))

    def __repr__(self) -> str:
        values = zip(fields(type(self)), self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values)})"

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in fields(type(self)))


@cache
def fields(cls: type[Node]) -> tuple[str, ...]:
    """Return the names of all fields of a node class that count in comparisons: all but `location` and `key`."""
    return tuple(name for name in cls.__struct_fields__ if name not in ("location", "key"))


# ---------------------------------------------------------------- inlines


class Text(Node, frozen=True):
    """Running text including spaces. Entities and escapes are decoded."""

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


class Math(Node, frozen=True):
    """A formula in TeX, in a line of its own (`display`) or not. `plain` is how it reads as plain text."""

    text: str
    display: bool = False
    plain: str = ""


class Link(Node, frozen=True):
    """A link. As in Pandoc, an address in angle brackets has the tag `uri`, and an e-mail address the tag `email`."""

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
    """A footnote, at the position of its mark in the text."""

    blocks: tuple[Block, ...]


class RawInline(Node, frozen=True):
    """Markup of one output format, which the other formats do not show."""

    format: str
    text: str


# ---------------------------------------------------------------- blocks


class Paragraph(Node, frozen=True):
    """A paragraph. `tight` is true in a list without blank lines between its items (Pandoc's `Plain`)."""

    inlines: tuple[Inline, ...]
    tight: bool = False


class Heading(Node, frozen=True):
    """The heading of a section. The attributes in its line belong to the section, so `attr` is empty."""

    level: int
    inlines: tuple[Inline, ...]


class Section(Node, frozen=True):
    """A heading and all content up to the next heading of the same or a higher level."""

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
    """One item. `number` is its number in an ordered list, which the numbering transform sets."""

    blocks: tuple[Block, ...]
    number: int | None = None


class BulletList(Node, frozen=True):
    items: tuple[ListItem, ...]


class OrderedList(Node, frozen=True):
    """An ordered list. `prefix` stands before each number, as in `J12`; a transform sets it."""

    items: tuple[ListItem, ...]
    start: int = 1
    delimiter: Literal[".", ")"] = "."
    prefix: str = ""


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
    """A pipe table. `head` has no cells if the table has no header row."""

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
    | Math
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


class Document(Struct, frozen=True, dict=True):
    """A whole CV: its blocks, and its front matter as plain YAML values by key (`meta`).

    `locations` has the location of each front matter key. `file` is the name of the source as the user wrote it, and
    `text` is what was read from it, with `\\n` as line end. `entries` has the entries of its bibliographies by key.
    """

    blocks: tuple[Block, ...]
    meta: Mapping[str, Any] = {}
    locations: Mapping[str, Location] = {}
    file: str = ""
    text: str = ""
    entries: Mapping[str, BibEntry] = {}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes of the document, parents first, in the order of the source."""
        return tuple(walk(self.blocks))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and (self.blocks, self.meta) == (other.blocks, other.meta)

    def __hash__(self) -> int:
        return hash(self.blocks)  # Front matter can contain lists, which are not hashable.

    def __repr__(self) -> str:
        return f"Document(blocks={self.blocks!r}, meta={self.meta!r})"


# ---------------------------------------------------------------- reading and changing a tree

N = TypeVar("N", bound=Node)
Rewrite = Callable[[Node], Node | Iterable[Node] | None]


_CHILD_FIELDS = {"inlines", "blocks", "items", "term", "definitions", "rows", "cells", "head", "heading"}


@cache
def child_fields(cls: type[Node]) -> tuple[str, ...]:
    """Return the names of the fields that contain nodes, in the order of the source."""
    return tuple(name for name in cls.__struct_fields__ if name in _CHILD_FIELDS)


def children(node: Node) -> Iterator[Node]:
    """Yield the direct children of `node`, in the order of the source."""
    for name in child_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def walk(root: Node | Document | Iterable[Node]) -> Iterator[Node]:
    """Yield `root` and all its descendants, parents first, in the order of the source. A document is not a node."""
    if isinstance(root, Document):  # Many steps walk through the same document.
        return iter(root.nodes)
    return _walk([root] if isinstance(root, Node) else [*root][::-1])


def _walk(stack: list[Node]) -> Iterator[Node]:
    while stack:
        node = stack.pop()
        yield node
        for name in _reversed_child_fields(type(node)):
            value = getattr(node, name)
            if type(value) is tuple:
                stack += value[::-1]
            else:
                stack.append(value)


@cache
def _reversed_child_fields(cls: type[Node]) -> tuple[str, ...]:
    return child_fields(cls)[::-1]


def rewrite(root: N, change: Rewrite) -> N:
    """Return a new tree in which `change` was applied to every node, children before parents.

    `change` gets a node with changed children. It returns the node itself (keep it), another node (replace it), several
    nodes (insert all of them) or None (delete it). The root, the heading of a section and the head of a table are
    required. They can only be replaced by a node of their class. Raises TypeError if `change` deletes the root.

        >>> shout = lambda node: Text(node.text.upper()) if isinstance(node, Text) else node
        >>> plain_text(rewrite(Paragraph((Text("note"),)), shout))
        'NOTE'
    """
    result = change(_change_children(root, change)) if isinstance(root, Node) else root
    if not isinstance(result, Node):
        raise TypeError(f"the root of a tree cannot be deleted or replaced by several nodes ({type(root).__name__})")
    return cast(N, result)


def rewrite_document(document: Document, change: Rewrite) -> Document:
    """Return a document in which `change` was applied to every node, as by `rewrite`."""
    return structs.replace(document, blocks=_change_all(document.blocks, change))


def number_nodes(document: Document) -> Document:
    """Return the document in which every node has a key of its own. A node keeps its key if no node before has it.

    The nodes of each line are counted on their own, so that a change in one line leaves the keys of all others.
    """
    taken, seen = {node.key for node in walk(document)}, {0}
    last: dict[int, int] = {}  # the last key that a node on a line got

    def number(node: Node) -> Node:
        key = node.key
        if key in seen:
            line = node.location.line
            key = last.get(line, line << 24) + 1
            while key in taken:
                key += 1
            last[line] = key
            taken.add(key)
            node = structs.replace(node, key=key)
        seen.add(key)
        return node

    return rewrite_document(document, number)


def _change_children(node: N, change: Rewrite) -> N:
    new: dict[str, Any] = {}
    for name in child_fields(type(node)):
        value = getattr(node, name)
        changed = _change_all(value, change) if isinstance(value, tuple) else rewrite(value, change)
        if changed is not value:
            new[name] = changed
    return structs.replace(node, **new) if new else node


def _change_all(nodes: tuple[Any, ...], change: Rewrite) -> tuple[Any, ...]:
    out: list[Node] | None = None  # Stays None until a node changes, so that an unchanged tuple is not copied.
    for at, node in enumerate(nodes):
        cls: type[Node] = type(node)
        result = change(_change_children(node, change) if child_fields(cls) else node)
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
    """Return the text of a node without markup. Line breaks become spaces; blocks are separated by newlines."""
    parts: list[str] = []
    for part in walk(node):
        if isinstance(part, Text):  # By far the most frequent node.
            parts.append(part.text)
        elif type(part) in _TEXT_OR_GAP:
            match part:
                case Code(text=text):
                    parts.append(text)
                case Math(text=text, plain=plain):
                    parts.append(plain or text)
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


_TEXT_OR_GAP = {Code, CodeBlock, Math, SoftBreak, LineBreak, Cell, Paragraph, Heading, Row, DefinitionItem}
"""Node classes that contain text themselves or separate the text around them."""

"""The document: a CV as a tree of frozen nodes.

Nodes carry the names of Pandoc's own elements where Pandoc has one; `Section`, `ListItem`, `Row` and
`DefinitionItem` stand where Pandoc has none, because here each of them can carry attributes. Every node has
`attr` (its own attributes, not the inherited ones) and `place` (where it stands in the source). Places do not
count when two trees are compared.

`walk` and `rewrite` are the only two ways through a tree.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from pipeline.place import NOWHERE, Place

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""How a language is written: BCP 47."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """`{#id .tag key=value}` as written. A class is a tag; `keys` keeps the order of the source.

    `raw` is the source text from brace to brace and `place` its first character, so that a finding can
    point at one tag inside it; both are empty for attributes that no source holds.
    """

    id: str = ""
    tags: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    raw: str = field(default="", compare=False, repr=False)
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.id or self.tags or self.keys)

    def get(self, key: str, default: str = "") -> str:
        """The value of `key`; the first one where it is written twice."""
        return next((value for name, value in self.keys if name == key), default)

    def has(self, tag: str) -> bool:
        return tag in self.tags

    def place_of(self, part: str) -> Place:
        """Where `part` (`.tag`, `#id`, `key=`) stands in the source; the whole where it cannot be found."""
        end = "" if "=" in part else r"(?![\w:.-])"
        found = re.search(rf"(?<![\w:.-]){re.escape(part)}{end}", self.raw)
        if not found or not self.place.line:
            return self.place
        at = found.start()
        before = self.raw[:at]
        line = self.place.line + before.count("\n")
        column = len(before) - before.rfind("\n") if "\n" in before else self.place.column + at
        return Place(self.place.file, line, column, len(part))


NONE = Attributes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    attr: Attributes = NONE
    place: Place = field(default=NOWHERE, compare=False, repr=False)


# ---------------------------------------------------------------- inlines


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Running text, spaces included, entities and escapes already decoded."""

    text: str


@dataclass(frozen=True, slots=True)
class SoftBreak(Node):
    pass


@dataclass(frozen=True, slots=True)
class LineBreak(Node):
    pass


@dataclass(frozen=True, slots=True)
class Emph(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Underline(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strikeout(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Link(Node):
    """A link. A bare address (`<https://…>`) has the tag `uri`, an e-mail address `email`, as in Pandoc."""

    inlines: tuple[Inline, ...]
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image(Node):
    inlines: tuple[Inline, ...]
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Span(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Note(Node):
    """A footnote, at the place of its mark."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class RawInline(Node):
    """Markup of one output format, which the other formats do not show."""

    format: str
    text: str


# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    """A paragraph; `tight` inside a list whose items are not set apart (Pandoc's `Plain`)."""

    inlines: tuple[Inline, ...]
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Heading(Node):
    """The heading of a section. Attributes written on it are the section's, so its own are empty."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Section(Node):
    """A heading and all that follows it, up to the next heading of the same or a higher level."""

    heading: Heading
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlock(Node):
    text: str


@dataclass(frozen=True, slots=True)
class RawBlock(Node):
    """Markup of one output format, which the other formats do not show."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockQuote(Node):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListItem(Node):
    """One item. `number` is what stands before it in an ordered list, set by the numbering transform."""

    blocks: tuple[Block, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class BulletList(Node):
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class OrderedList(Node):
    items: tuple[ListItem, ...]
    start: int = 1
    delimiter: Literal[".", ")"] = "."


@dataclass(frozen=True, slots=True)
class Definition(Node):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DefinitionItem(Node):
    term: tuple[Inline, ...]
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList(Node):
    items: tuple[DefinitionItem, ...]


Alignment = Literal["default", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Cell(Node):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Row(Node):
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A pipe table; `head` has no cells where the table has no header row."""

    head: Row
    rows: tuple[Row, ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True, slots=True)
class ThematicBreak(Node):
    pass


@dataclass(frozen=True, slots=True)
class Div(Node):
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


@dataclass(frozen=True, slots=True)
class Document:
    """A whole CV: front matter (`meta`, plain YAML values by key) and blocks.

    `places` says where in the source each front-matter key stands; `file` is the source's name as the user
    gave it, `lines` its text, which findings quote.
    """

    blocks: tuple[Block, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    file: str = field(default="", compare=False)


# ---------------------------------------------------------------- the two ways through a tree

N = TypeVar("N", bound=Node)
Rewrite = Callable[[Node], Node | Iterable[Node] | None]


_HOLDERS = {"inlines", "blocks", "items", "term", "definitions", "rows", "cells", "head", "heading"}
_child_fields_of: dict[type, tuple[str, ...]] = {}


def child_fields(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields that hold nodes, in the order of the source; looked up once per class."""
    known = _child_fields_of.get(kind)
    if known is None:
        known = _child_fields_of[kind] = tuple(f.name for f in dataclasses.fields(kind) if f.name in _HOLDERS)
    return known


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
        for name in reversed(child_fields(type(node))):
            value = getattr(node, name)
            if isinstance(value, tuple):
                waiting += reversed(value)
            else:
                waiting.append(value)


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
    return dataclasses.replace(document, blocks=_changed(document.blocks, change))


def _with_children(node: N, change: Rewrite) -> N:
    new: dict[str, Any] = {}
    for name in child_fields(type(node)):
        value = getattr(node, name)
        changed = _changed(value, change) if isinstance(value, tuple) else rewrite(value, change)
        if changed is not value:
            new[name] = changed
    return dataclasses.replace(node, **new) if new else node


def _changed(nodes: tuple[Any, ...], change: Rewrite) -> tuple[Any, ...]:
    out: list[Node] = []
    for node in nodes:
        result = change(_with_children(node, change))
        if isinstance(result, Node):
            out.append(result)
        elif result is not None:
            out.extend(result)
    same = len(out) == len(nodes) and all(a is b for a, b in zip(out, nodes, strict=True))
    return nodes if same else tuple(out)


def plain_text(node: Node | Document | Iterable[Node]) -> str:
    """The words of a node without any markup; breaks become spaces, blocks are separated by a newline."""
    parts: list[str] = []
    for part in walk(node):
        match part:
            case Text(text=text) | Code(text=text):
                parts.append(text)
            case CodeBlock(text=text):
                parts += ["\n", text]
            case SoftBreak() | LineBreak():
                parts.append(" ")
            case Paragraph() | Heading() | Row() | DefinitionItem():
                if parts and not parts[-1].endswith("\n"):
                    parts.append("\n")
            case Cell():
                if parts and not parts[-1].endswith(("\n", " ")):
                    parts.append(" ")
            case _:
                pass
    return "".join(parts).strip("\n")

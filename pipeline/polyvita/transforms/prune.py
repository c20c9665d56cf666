"""Leave parts of the tree out: the one mechanism behind selection, language, windows in time and limits.

A unit is the smallest block that can carry attributes: a paragraph, a list item, a table row, a code block, a
definition, a heading with nothing under it. Units are judged; a container stays where something in it stays, and
keeps its heading, its own first paragraph (an item with a list, or with anything else inside that can carry
attributes) and its table head.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeVar, cast

from msgspec import Struct, structs

from polyvita.core.document import (
    Attributes,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Inline,
    LineBreak,
    ListItem,
    Node,
    Note,
    OrderedList,
    Paragraph,
    RawBlock,
    Row,
    Section,
    SoftBreak,
    Table,
    Text,
    ThematicBreak,
    child_fields,
)
from polyvita.transforms.context import Context

N = TypeVar("N", bound=Node)
Judge = Callable[[Node, Context], bool]


def _never(_node: Node, _context: Context) -> bool:
    return False


def _no_span(_attr: Attributes) -> bool:
    return False


def _no_group(_node: Node) -> bool:
    return False


class Pruner(Struct, frozen=True):
    """What goes and what stays.

    `keep` is asked for units; `drop` for units and containers, and where it is true nothing inside can bring the
    node back; `own` says which inlines are judged for themselves, by the attributes they carry, and `whole` which
    containers are judged as one.
    """

    keep: Judge
    drop: Judge = _never
    own: Callable[[Attributes], bool] = _no_span
    whole: Callable[[Node], bool] = _no_group

    def document(self, document: Document, outer: Context | None = None) -> Document:
        """What stays of a document; `outer` is the context of its blocks, which starts empty."""
        blocks = self.many(document.blocks, outer or Context())
        return document if blocks is document.blocks else structs.replace(document, blocks=blocks)

    def many(self, nodes: tuple[N, ...], outer: Context) -> tuple[N, ...]:
        kept: list[N] = []
        same = True
        for node in nodes:
            new = self.one(node, outer)
            same = same and new is node
            if new is not None:
                kept.append(new)
        return nodes if same else tuple(kept)

    def one(self, node: N, outer: Context) -> N | None:
        """The node with what stays in it, or None where nothing does."""
        context = outer.enter(node.attr)
        if self.drop(node, context):
            return None
        match node:
            case ListItem(blocks=(Paragraph() as first, *rest)) if any(map(_judged_alone, rest)):
                return cast(N | None, self.item(node, first, tuple(rest), context))
            case _:
                pass
        parts = None if self.whole(node) else _inside(node)
        if parts is None:
            return self.unit(node, context)
        new: dict[str, Any] = {parts: self.many(getattr(node, parts), context)}
        if not new[parts]:
            return None
        match node:
            case Section(heading=heading):
                new["heading"] = self.inside(heading, context)
            case Table(head=head):
                new["head"] = self.inside(head, context)
            case _:
                pass
        changed = {name: value for name, value in new.items() if value is not getattr(node, name)}
        return structs.replace(node, **changed) if changed else node

    def unit(self, node: N, context: Context) -> N | None:
        if not self.keep(node, context):
            return None
        new = self.inside(node, context)
        match new:
            case Paragraph(inlines=()) if new is not node:  # all its spans went
                return None
            case _:
                return new

    def item(self, node: ListItem, first: Paragraph, rest: tuple[Block, ...], context: Context) -> ListItem | None:
        """An item with more in it than its text: its own first paragraph is judged with the rest, and stays with it."""
        kept = self.many(rest, context)
        if not kept and not self.keep(first, context):
            return None
        own = self.inside(first, context)
        same = own is first and kept is rest
        return node if same else structs.replace(node, blocks=(own, *kept))

    # ------------------------------------------------------------ spans

    def inside(self, node: N, context: Context) -> N:
        """A unit that stays, without the spans in it that do not."""
        if self.own is _no_span or isinstance(node, Text):
            return node
        new: dict[str, Any] = {}
        for name in child_fields(type(node)):
            value = getattr(node, name)
            if name in ("inlines", "term"):
                changed: Any = self.inlines(value, context)
            elif name == "heading":
                changed = self.inside(value, context)
            elif name in ("cells", "definitions", "blocks"):
                changed = self.nested(value, context)
            else:
                continue
            if changed is not value:
                new[name] = changed
        return structs.replace(node, **new) if new else node

    def nested(self, nodes: tuple[N, ...], outer: Context) -> tuple[N, ...]:
        changed = [self.inside(node, outer.enter(node.attr)) for node in nodes]
        return nodes if all(map(operator.is_, changed, nodes)) else tuple(changed)

    def inlines(self, nodes: tuple[Inline, ...], outer: Context) -> tuple[Inline, ...]:
        out: list[Inline] = []
        same = True
        for node in nodes:
            if not node.attr and type(node) in _PLAIN:  # most of them, by far
                out.append(node)
                continue
            context = outer.enter(node.attr)
            if self.own(node.attr) and (self.drop(node, context) or not self.keep(node, context)):
                same = False
                continue
            new = self.nested_inline(node, context)
            same = same and new is node
            out.append(new)
        return nodes if same else _closed_up(out, len(out) < len(nodes))

    def nested_inline(self, node: Inline, context: Context) -> Inline:
        match node:
            case Note(blocks=blocks):
                changed = self.nested(blocks, context)
                return node if changed is blocks else structs.replace(node, blocks=changed)
            case _:
                return self.inside(node, context)


_PLAIN = {Text, SoftBreak, LineBreak}
"""Inlines in which no other one stands."""


def _inside(node: Node) -> str | None:
    """The field of a container that holds what is judged; None for a unit. An empty container is a unit."""
    match node:
        case Section(blocks=blocks) | Div(blocks=blocks) | BlockQuote(blocks=blocks):
            return "blocks" if blocks else None
        case BulletList(items=items) | OrderedList(items=items) | DefinitionList(items=items):
            return "items" if items else None
        case Table(rows=rows):
            return "rows" if rows else None
        case ListItem(blocks=blocks):
            return "blocks" if any(map(_judged_alone, blocks)) else None
        case Paragraph() | CodeBlock() | RawBlock() | ThematicBreak() | Row() | DefinitionItem():
            return None
        case _:
            raise TypeError(f"{type(node).__name__} cannot be selected")


def _judged_alone(block: Block) -> bool:
    """Whether a block inside a list item is judged for itself, rather than as a part of the item's text."""
    match block:
        case Paragraph() | CodeBlock() | RawBlock() | ThematicBreak():
            return bool(block.attr.tags or block.attr.keys)
        case _:
            return True


def _closed_up(inlines: list[Inline], gap: bool) -> tuple[Inline, ...]:
    """No double space and no space before a full stop where something was taken out between two texts."""
    if not gap:
        return tuple(inlines)
    out: list[Inline] = []
    for node in inlines:
        match (out[-1] if out else None), node:
            case ((None | SoftBreak() | LineBreak()), SoftBreak()):
                continue
            case Text(text=before) as last, Text(text=after) if before.endswith(" ") and after[:1] in " .,;:!?)":
                out[-1] = structs.replace(last, text=before.rstrip(" "))
            case SoftBreak(), Text(text=after) if after[:1] in ".,;:!?)":
                out.pop()
            case ((None | SoftBreak()), Text(text=after)) if after.startswith(" "):
                node = structs.replace(node, text=after.lstrip(" "))  # noqa: PLW2901 - the trimmed one takes its place
            case _:
                pass
        out.append(node)
    while out and isinstance(out[-1], SoftBreak | LineBreak):
        out.pop()
    match out:
        case [*_, Text(text=text) as last] if text.endswith(" "):
            out[-1] = structs.replace(last, text=text.rstrip(" "))
        case _:
            pass
    return tuple(node for node in out if node != Text(""))

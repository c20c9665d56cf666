"""Leave out parts of the tree. Selection, languages, time windows, limits and fitting all use this.

A unit is the smallest block that can have attributes. It is a paragraph, a list item, a table row, a code block, a
definition, or a heading with nothing below it. A test decides which units stay. A container stays if something in it
stays; it then keeps its heading or its table head. If a list item contains a list, or another block that can have
attributes, the item is a container and keeps its first paragraph.
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
NodeTest = Callable[[Node, Context], bool]


def _drop_nothing(_node: Node, _context: Context) -> bool:
    return False


def _no_span_is_unit(_attr: Attributes) -> bool:
    return False


def _no_container_is_unit(_node: Node) -> bool:
    return False


class Pruner(Struct, frozen=True):
    """The tests that decide what stays in a tree.

    `keep` is called for units. `drop` is called for units and containers; if it is true, the node is left out with
    everything in it. `span_is_unit` returns whether a span with these attributes is a unit, too. `container_is_unit`
    returns whether a container is one unit.
    """

    keep: NodeTest
    drop: NodeTest = _drop_nothing
    span_is_unit: Callable[[Attributes], bool] = _no_span_is_unit
    container_is_unit: Callable[[Node], bool] = _no_container_is_unit

    def prune(self, document: Document, outer: Context | None = None) -> Document:
        """Return what stays of a document. `outer` is the context of its blocks, by default an empty one."""
        blocks = self.prune_nodes(document.blocks, outer or Context())
        return document if blocks is document.blocks else structs.replace(document, blocks=blocks)

    def prune_nodes(self, nodes: tuple[N, ...], outer: Context) -> tuple[N, ...]:
        kept: list[N] = []
        same = True
        for node in nodes:
            new = self.prune_node(node, outer)
            same = same and new is node
            if new is not None:
                kept.append(new)
        return nodes if same else tuple(kept)

    def prune_node(self, node: N, outer: Context) -> N | None:
        """Return the node with what stays in it, or None if nothing stays."""
        context = outer.enter(node.attr)
        if self.drop(node, context):
            return None
        match node:
            case ListItem(blocks=(Paragraph() as first, *rest)) if any(map(_is_separate_unit, rest)):
                return cast(N | None, self._prune_item(node, first, tuple(rest), context))
            case _:
                pass
        field = None if self.container_is_unit(node) else _content_field(node)
        if field is None:
            return self._prune_unit(node, context)
        new: dict[str, Any] = {field: self.prune_nodes(getattr(node, field), context)}
        if not new[field]:
            return None
        match node:
            case Section(heading=heading):
                new["heading"] = self._prune_spans(heading, context)
            case Table(head=head):
                new["head"] = self._prune_spans(head, context)
            case _:
                pass
        changed = {name: value for name, value in new.items() if value is not getattr(node, name)}
        return structs.replace(node, **changed) if changed else node

    def _prune_unit(self, node: N, context: Context) -> N | None:
        if not self.keep(node, context):
            return None
        new = self._prune_spans(node, context)
        match new:
            case Paragraph(inlines=()) if new is not node:  # All of its spans are left out.
                return None
            case _:
                return new

    def _prune_item(
        self, node: ListItem, first: Paragraph, rest: tuple[Block, ...], context: Context
    ) -> ListItem | None:
        """Return a list item that is a container. It stays if its first paragraph or something after that stays."""
        keeps_first = self.keep(first, context)  # Also asked if something after it stays, to collect all units.
        kept = self.prune_nodes(rest, context)
        if not kept and not keeps_first:
            return None
        new_first = self._prune_spans(first, context)
        same = new_first is first and kept is rest
        return node if same else structs.replace(node, blocks=(new_first, *kept))

    # ------------------------------------------------------------ spans

    def _prune_spans(self, node: N, context: Context) -> N:
        """Return a unit without the spans in it that are left out."""
        if self.span_is_unit is _no_span_is_unit or isinstance(node, Text):
            return node
        new: dict[str, Any] = {}
        for name in child_fields(type(node)):
            value = getattr(node, name)
            if name in ("inlines", "term"):
                changed: Any = self._prune_inlines(value, context)
            elif name == "heading":
                changed = self._prune_spans(value, context)
            elif name in ("cells", "definitions", "blocks"):
                changed = self._prune_spans_in(value, context)
            else:
                continue
            if changed is not value:
                new[name] = changed
        return structs.replace(node, **new) if new else node

    def _prune_spans_in(self, nodes: tuple[N, ...], outer: Context) -> tuple[N, ...]:
        changed = [self._prune_spans(node, outer.enter(node.attr)) for node in nodes]
        return nodes if all(map(operator.is_, changed, nodes)) else tuple(changed)

    def _prune_inlines(self, nodes: tuple[Inline, ...], outer: Context) -> tuple[Inline, ...]:
        kept: list[Inline] = []
        same = True
        for node in nodes:
            if not node.attr and type(node) in _LEAVES:  # Most inlines are leaves, so this saves time.
                kept.append(node)
                continue
            context = outer.enter(node.attr)
            if self.span_is_unit(node.attr) and (self.drop(node, context) or not self.keep(node, context)):
                same = False
                continue
            new = self._prune_inline(node, context)
            same = same and new is node
            kept.append(new)
        return nodes if same else _close_gaps(kept, len(kept) < len(nodes))

    def _prune_inline(self, node: Inline, context: Context) -> Inline:
        match node:
            case Note(blocks=blocks):
                changed = self._prune_spans_in(blocks, context)
                return node if changed is blocks else structs.replace(node, blocks=changed)
            case _:
                return self._prune_spans(node, context)


_LEAVES = {Text, SoftBreak, LineBreak}
"""Inlines that contain no other inlines."""


def _content_field(node: Node) -> str | None:
    """Return the name of the field with the content of a container, or None for a unit. Empty containers are units."""
    match node:
        case Section(blocks=blocks) | Div(blocks=blocks) | BlockQuote(blocks=blocks):
            return "blocks" if blocks else None
        case BulletList(items=items) | OrderedList(items=items) | DefinitionList(items=items):
            return "items" if items else None
        case Table(rows=rows):
            return "rows" if rows else None
        case ListItem(blocks=blocks):
            return "blocks" if any(map(_is_separate_unit, blocks)) else None
        case Paragraph() | CodeBlock() | RawBlock() | ThematicBreak() | Row() | DefinitionItem():
            return None
        case _:
            raise TypeError(f"{type(node).__name__} cannot be selected")


def _is_separate_unit(block: Block) -> bool:
    """Return whether a block inside a list item is a unit or container itself, not a part of the item's text."""
    match block:
        case Paragraph() | CodeBlock() | RawBlock() | ThematicBreak():
            return bool(block.attr.tags or block.attr.keys)
        case _:
            return True


def _close_gaps(inlines: list[Inline], has_gap: bool) -> tuple[Inline, ...]:
    """Return the inlines without double spaces, or spaces before punctuation, that a left-out span leaves behind."""
    if not has_gap:
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
                node = structs.replace(node, text=after.lstrip(" "))  # noqa: PLW2901 - the trimmed text replaces it
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

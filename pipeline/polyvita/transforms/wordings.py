"""`::: {.wording}` … `:::`: one thing said at several lengths, of which exactly one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from msgspec import structs

from polyvita.core.document import Block, Div, Document, Node, plain_text

WORDING = "wording"
"""The tag of such a group. Each block in it is one wording."""


def is_wording(node: Node) -> TypeGuard[Div]:
    """Whether a node is a group of wordings."""
    return isinstance(node, Div) and node.attr.has(WORDING) and bool(node.blocks)


def wordings(group: Div) -> list[Block]:
    """The wordings of a group, the longest first."""
    return sorted(group.blocks, key=lambda block: -len(plain_text(block)))


def choose_wordings(document: Document, *, picks: Mapping[int, int] | None = None) -> Document:
    """Every group as one of its wordings: the one that `picks` has for the group's `id()`, counted from the longest,
    or the longest itself. What the group carries (tags, priority) goes with it."""

    def change(nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        changed = tuple(within(node) for node in nodes)
        return nodes if all(a is b for a, b in zip(changed, nodes, strict=True)) else changed

    def within(node: Any) -> Any:
        if is_wording(node):
            return structs.replace(node, blocks=(wordings(node)[(picks or {}).get(id(node), 0)],))
        new = {name: change(value) for name in ("blocks", "items") if (value := getattr(node, name, None))}
        new = {name: value for name, value in new.items() if value is not getattr(node, name)}
        return structs.replace(node, **new) if new else node

    return structs.replace(document, blocks=change(document.blocks))

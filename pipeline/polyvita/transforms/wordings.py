"""`::: {.wording}` … `:::`: one statement in several lengths. Each output shows exactly one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from msgspec import structs

from polyvita.core.document import Block, Div, Document, Node, plain_text

WORDING = "wording"
"""The class of a group of wordings. Each block in the group is one wording."""


def is_wording_group(node: Node) -> TypeGuard[Div]:
    """Return whether a node is a group of wordings."""
    return isinstance(node, Div) and node.attr.has(WORDING) and bool(node.blocks)


def wordings_by_length(group: Div) -> list[Block]:
    """Return the wordings of a group, longest first."""
    return sorted(group.blocks, key=lambda block: -len(plain_text(block)))


def choose_wordings(document: Document, *, choices: Mapping[int, int] | None = None) -> Document:
    """Return the document with one wording of each group. The group keeps its attributes, such as tags and priority.

    `choices` has, by key of a group, the wording to show, counted from the longest (0). The default is the longest.
    """

    def choose_in(nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        changed = tuple(choose(node) for node in nodes)
        return nodes if all(a is b for a, b in zip(changed, nodes, strict=True)) else changed

    def choose(node: Any) -> Any:
        if is_wording_group(node):
            return structs.replace(node, blocks=(wordings_by_length(node)[(choices or {}).get(node.key, 0)],))
        new = {name: choose_in(value) for name in ("blocks", "items") if (value := getattr(node, name, None))}
        new = {name: value for name, value in new.items() if value is not getattr(node, name)}
        return structs.replace(node, **new) if new else node

    return structs.replace(document, blocks=choose_in(document.blocks))

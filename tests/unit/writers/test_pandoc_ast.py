"""`rewrite_ast` changes Pandoc's AST from the leaves up, and shares all parts that it does not change."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given

from polyvita import to_pandoc
from polyvita.core.document import Document
from polyvita.writers.pandoc_ast import Ast, NodeRewrites, chain_rewrites, div, rewrite_ast, span
from random_documents import documents

X: Ast = {"t": "Str", "c": "x"}
Y: Ast = {"t": "Str", "c": "y"}
TREE = [div([{"t": "Para", "c": [X, span([X, Y], "a"), {"t": "Space"}]}], "b", keys=[("Str", "x")])]


def kinds(value: Any) -> list[str]:
    """Return the type of every node, children first."""
    if isinstance(value, list):
        return [kind for part in value for kind in kinds(part)]
    if isinstance(value, dict):
        return [*kinds(value.get("c")), *([value["t"]] if "t" in value else [])]
    return []


@given(documents)
def test_each_node_is_rewritten_once_from_the_leaves_up(document: Document) -> None:
    tree = to_pandoc(document)["blocks"]
    visited: list[str] = []

    def visit(node: Ast) -> Ast:
        visited.append(node["t"])
        return node

    assert rewrite_ast(tree, dict.fromkeys(kinds(tree), visit)) is tree
    assert visited == kinds(tree)


def test_unchanged_parts_are_shared_and_the_input_is_not_modified() -> None:
    before = copy.deepcopy(TREE)
    changed = rewrite_ast(TREE, {"Span": lambda node: node["c"][1]})
    assert before == TREE
    assert changed[0]["c"][1][0]["c"] == [X, X, Y, {"t": "Space"}]
    assert changed[0]["c"][0] is TREE[0]["c"][0]
    assert rewrite_ast(TREE, {"Emph": lambda _node: []}) is TREE


def test_a_node_can_become_several_or_none() -> None:
    assert rewrite_ast([X, Y], {"Str": lambda node: [node, node] if node is X else []}) == [X, X]


def test_attributes_and_urls_are_not_rewritten() -> None:
    link: Ast = {"t": "Link", "c": [["", ["Str"], [["t", "Str"]]], [X], ["#x", "Str"]]}
    assert rewrite_ast([link], {"Str": lambda _node: Y}) == [
        {"t": "Link", "c": [["", ["Str"], [["t", "Str"]]], [Y], ["#x", "Str"]]}
    ]


def test_a_chain_of_rewrites_ends_at_a_list_of_nodes() -> None:
    bold: NodeRewrites = {"Str": lambda node: {"t": "Strong", "c": [node]} if node == X else node}
    twice: NodeRewrites = {"Strong": lambda node: [node, node], "Str": lambda node: [node, node]}
    assert rewrite_ast([X], chain_rewrites(bold, twice)) == [{"t": "Strong", "c": [X]}] * 2
    assert rewrite_ast([Y], chain_rewrites(twice, bold)) == [Y, Y]
    assert chain_rewrites(bold, twice).keys() == {"Str", "Strong"}

"""Pandoc's tree is changed from the leaves up, by tables of functions: what is not meant is passed over, and shared."""

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
    """The kind of every node, children first."""
    if isinstance(value, list):
        return [kind for part in value for kind in kinds(part)]
    if isinstance(value, dict):
        return [*kinds(value.get("c")), *([value["t"]] if "t" in value else [])]
    return []


@given(documents)
def test_each_node_that_is_meant_is_met_once_from_the_leaves_up(document: Document) -> None:
    tree = to_pandoc(document)["blocks"]
    met: list[str] = []

    def meet(node: Ast) -> Ast:
        met.append(node["t"])
        return node

    assert rewrite_ast(tree, dict.fromkeys(kinds(tree), meet)) is tree
    assert met == kinds(tree)


def test_what_is_not_changed_is_shared_and_the_given_tree_stays_as_it_is() -> None:
    before = copy.deepcopy(TREE)
    changed = rewrite_ast(TREE, {"Span": lambda node: node["c"][1]})
    assert before == TREE
    assert changed[0]["c"][1][0]["c"] == [X, X, Y, {"t": "Space"}]
    assert changed[0]["c"][0] is TREE[0]["c"][0]
    assert rewrite_ast(TREE, {"Emph": lambda _node: []}) is TREE


def test_a_node_may_become_several_or_none() -> None:
    assert rewrite_ast([X, Y], {"Str": lambda node: [node, node] if node is X else []}) == [X, X]


def test_attributes_and_addresses_are_no_nodes() -> None:
    link: Ast = {"t": "Link", "c": [["", ["Str"], [["t", "Str"]]], [X], ["#x", "Str"]]}
    assert rewrite_ast([link], {"Str": lambda _node: Y}) == [
        {"t": "Link", "c": [["", ["Str"], [["t", "Str"]]], [Y], ["#x", "Str"]]}
    ]


def test_changes_in_turn_end_where_one_gives_several() -> None:
    bold: NodeRewrites = {"Str": lambda node: {"t": "Strong", "c": [node]} if node == X else node}
    twice: NodeRewrites = {"Strong": lambda node: [node, node], "Str": lambda node: [node, node]}
    assert rewrite_ast([X], chain_rewrites(bold, twice)) == [{"t": "Strong", "c": [X]}] * 2
    assert rewrite_ast([Y], chain_rewrites(twice, bold)) == [Y, Y]
    assert chain_rewrites(bold, twice).keys() == {"Str", "Strong"}

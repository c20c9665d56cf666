"""Pandoc's JSON AST: how to build its nodes and how to change a tree of them.

A node is a dict with a type `t` and, for most, a content `c`; attributes are the triple
`[id, [classes], [[key, value], …]]`. The types are those of `pandoc-types` 1.23.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Ast = dict[str, Any]
NodeRewrite = Callable[[Ast], Ast | list[Ast]]
NodeRewrites = Mapping[str, NodeRewrite]
"""What becomes of nodes, by their kind."""

API_VERSION = [1, 23, 1]


def attributes(id: str = "", classes: Iterable[str] = (), keys: Iterable[tuple[str, str]] = ()) -> list[Any]:
    """The triple in which Pandoc keeps attributes."""
    return [id, list(classes), [list(pair) for pair in keys]]


def div(blocks: list[Ast], *classes: str, id: str = "", keys: Iterable[tuple[str, str]] = ()) -> Ast:
    """A Div with these classes."""
    return {"t": "Div", "c": [attributes(id, classes, keys), blocks]}


def span(inlines: list[Ast], *classes: str, id: str = "", keys: Iterable[tuple[str, str]] = ()) -> Ast:
    """A Span with these classes."""
    return {"t": "Span", "c": [attributes(id, classes, keys), inlines]}


def raw_block(format: str, text: str) -> Ast:
    """Markup of one format, as a block."""
    return {"t": "RawBlock", "c": [format, text]}


def raw_inline(format: str, text: str) -> Ast:
    """Markup of one format, as an inline."""
    return {"t": "RawInline", "c": [format, text]}


def classes_of(node: Ast) -> list[str]:
    """The classes of a node that has attributes; none for any other."""
    match node:
        case {"t": "Div" | "Span" | "Code" | "CodeBlock" | "Link" | "Image" | "Table", "c": [[_, classes, _], *_]}:
            return list(classes)
        case {"t": "Header", "c": [_, [_, classes, _], _]}:
            return list(classes)
        case _:
            return []


def rewrite_ast(value: Any, change: NodeRewrites) -> Any:
    """A new tree, changed from the leaves up; the given one stays as it is, and unchanged parts are shared.

    `change` has a function for each kind of node that is meant, as the table of a Lua filter has in Pandoc. It gets
    such a node with its content already changed and gives back a node, or a list of nodes that takes its place, where
    the node stands in a list.
    """
    passed = _WORDS - change.keys()

    def in_node(node: Ast) -> Any:
        content: Any = node.get("c")
        kind = type(content)
        changed = in_list(content) if kind is list else in_node(content) if kind is dict else content
        if changed is not content:
            node = {**node, "c": changed}
        own = change.get(node.get("t", ""))
        return node if own is None else own(node)

    def in_list(items: list[Any]) -> list[Any]:
        if items and type(items[0]) is str:  # an id and its classes, a key and its value, an address
            return items
        out: list[Any] | None = None
        for at, item in enumerate(items):
            kind = type(item)
            if kind is dict:
                new = item if item.get("t") in passed else in_node(item)
            elif kind is list:
                new = in_list(item)
            else:
                new = item
            if out is None:
                if new is item:
                    continue
                out = items[:at]
            if type(new) is list and kind is dict:
                out.extend(new)
            else:
                out.append(new)
        return items if out is None else out

    return in_list(value) if type(value) is list else in_node(value) if type(value) is dict else value


def chain_rewrites(*changes: NodeRewrites) -> NodeRewrites:
    """Several changes as one, each made to what the one before gives back; a list of nodes goes no further."""

    def one_after_another(functions: list[NodeRewrite]) -> NodeRewrite:
        def change(node: Ast) -> Ast | list[Ast]:
            result: Ast | list[Ast] = node
            for one in functions:
                if isinstance(result, list):
                    break
                result = one(result)
            return result

        return change if len(functions) > 1 else functions[0]

    kinds = {kind for change in changes for kind in change}
    return {kind: one_after_another([change[kind] for change in changes if kind in change]) for kind in kinds}


_RUNS = re.compile(r" +|[^ ]+")
_SPACE: Ast = {"t": "Space"}


def text_to_words(text: str) -> list[Ast]:
    """A text as Pandoc's readers have it: words and spaces."""
    return [_SPACE if run[0] == " " else {"t": "Str", "c": run} for run in _RUNS.findall(text)]


def split_texts(tree: Any) -> Any:
    """The tree with each text in words, for those who look at words."""
    return rewrite_ast(tree, {"Str": lambda node: text_to_words(node["c"]) if " " in node["c"] else node})


def join_texts(value: Any) -> Any:
    """The reverse: words and the spaces between them as one text."""
    if isinstance(value, dict):
        return {**value, "c": join_texts(value["c"])} if "c" in value else value
    if not isinstance(value, list):
        return value
    out: list[Any] = []
    for item in map(join_texts, value):
        if isinstance(item, dict) and item.get("t") in _WORDS:
            before = out.pop()["c"] if out and isinstance(out[-1], dict) and out[-1].get("t") == "Str" else ""
            out.append({"t": "Str", "c": before + item.get("c", " ")})
        else:
            out.append(item)
    return out


_WORDS = frozenset({"Str", "Space", "SoftBreak"})


def stringify(value: Any) -> str:
    """The words of a node or a list of nodes, as Pandoc's own `stringify` gives them."""
    if isinstance(value, list):
        return "".join(map(stringify, value))
    match value:
        case {"t": "Str", "c": str(text)}:
            return text
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": "Code" | "Math", "c": [_, str(text)]}:
            return text
        case {"t": "Note" | "RawInline" | "RawBlock"}:
            return ""
        case {"t": "Link" | "Image", "c": [_, inlines, _]}:
            return stringify(inlines)
        case {"c": content}:
            return stringify(content)
        case _:
            return ""

"""Build and rewrite trees of Pandoc's JSON AST.

A node is a dict with a type `t` and, for most types, a content `c`. Attributes are the triple
`[id, [classes], [[key, value], …]]`. The types are those of `pandoc-types` 1.23.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Ast = dict[str, Any]
NodeRewrite = Callable[[Ast], Ast | list[Ast]]
NodeRewrites = Mapping[str, NodeRewrite]
"""One function for each type of node to change, like the table of a Lua filter in Pandoc."""

API_VERSION = [1, 23, 1]


def attributes(id: str = "", classes: Iterable[str] = (), keys: Iterable[tuple[str, str]] = ()) -> list[Any]:
    """Return the triple in which Pandoc stores attributes."""
    return [id, list(classes), [list(pair) for pair in keys]]


def div(blocks: list[Ast], *classes: str, id: str = "", keys: Iterable[tuple[str, str]] = ()) -> Ast:
    """Return a Div with these classes."""
    return {"t": "Div", "c": [attributes(id, classes, keys), blocks]}


def span(inlines: list[Ast], *classes: str, id: str = "", keys: Iterable[tuple[str, str]] = ()) -> Ast:
    """Return a Span with these classes."""
    return {"t": "Span", "c": [attributes(id, classes, keys), inlines]}


def raw_block(format: str, text: str) -> Ast:
    """Return a block with raw markup, which only the writer of `format` uses."""
    return {"t": "RawBlock", "c": [format, text]}


def raw_inline(format: str, text: str) -> Ast:
    """Return an inline with raw markup, which only the writer of `format` uses."""
    return {"t": "RawInline", "c": [format, text]}


def classes_of(node: Ast) -> list[str]:
    """Return the classes of a node, or an empty list if nodes of its type have no attributes."""
    at = _PLACE_OF_ATTRIBUTES.get(node["t"])
    return [] if at is None else list(node["c"][at][1])


_PLACE_OF_ATTRIBUTES = {
    **dict.fromkeys(("Div", "Span", "Code", "CodeBlock", "Link", "Image", "Table"), 0),
    "Header": 1,
}
"""Where the content of a node has its attributes, by type."""


def rewrite_ast(value: Any, rewrites: NodeRewrites) -> Any:
    """Return a new tree, rewritten from the leaves up. `value` is unchanged, and unchanged parts are shared.

    A function in `rewrites` gets a node whose content is already rewritten. It returns a node, or a list of nodes that
    replaces the node in the list around it.
    """
    skipped = _TEXT_TYPES - rewrites.keys()

    def rewrite_node(node: Ast) -> Any:
        content: Any = node.get("c")
        kind = type(content)
        new_content = rewrite_list(content) if kind is list else rewrite_node(content) if kind is dict else content
        if new_content is not content:
            node = {**node, "c": new_content}
        rewrite = rewrites.get(node.get("t", ""))
        return node if rewrite is None else rewrite(node)

    def rewrite_list(items: list[Any]) -> list[Any]:
        if items and type(items[0]) is str:  # Attributes, a key and its value, or a URL and its title hold no nodes.
            return items
        out: list[Any] | None = None
        for at, item in enumerate(items):
            kind = type(item)
            if kind is dict and item.get("t") not in skipped:
                new = rewrite_node(item)
            elif kind is list and item and type(item[0]) is not str:
                new = rewrite_list(item)
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

    return rewrite_list(value) if type(value) is list else rewrite_node(value) if type(value) is dict else value


def chain_rewrites(*stages: NodeRewrites) -> NodeRewrites:
    """Combine several rewrites into one. Each gets the result of the one before; a list of nodes ends the chain."""

    def chain(functions: list[NodeRewrite]) -> NodeRewrite:
        def rewrite(node: Ast) -> Ast | list[Ast]:
            result: Ast | list[Ast] = node
            for function in functions:
                if isinstance(result, list):
                    break
                result = function(result)
            return result

        return rewrite if len(functions) > 1 else functions[0]

    kinds = {kind for stage in stages for kind in stage}
    return {kind: chain([stage[kind] for stage in stages if kind in stage]) for kind in kinds}


_WORD_OR_SPACES = re.compile(r" +|[^ ]+")
_SPACE: Ast = {"t": "Space"}


def text_to_words(text: str) -> list[Ast]:
    """Split `text` into Str nodes for words and Space nodes, as the readers of Pandoc do."""
    return [_SPACE if run[0] == " " else {"t": "Str", "c": run} for run in _WORD_OR_SPACES.findall(text)]


def split_texts(tree: Any) -> Any:
    """Return the tree with each text split into words, as Pandoc filters and some writers of Pandoc expect."""
    return rewrite_ast(tree, {"Str": lambda node: text_to_words(node["c"]) if " " in node["c"] else node})


def join_texts(value: Any) -> Any:
    """Return the tree with words and the spaces between them joined to one text: the reverse of `split_texts`."""
    if isinstance(value, dict):
        return {**value, "c": join_texts(value["c"])} if "c" in value else value
    if not isinstance(value, list):
        return value
    out: list[Any] = []
    for item in map(join_texts, value):
        if isinstance(item, dict) and item.get("t") in _TEXT_TYPES:
            before = out.pop()["c"] if out and isinstance(out[-1], dict) and out[-1].get("t") == "Str" else ""
            out.append({"t": "Str", "c": before + item.get("c", " ")})
        else:
            out.append(item)
    return out


_TEXT_TYPES = frozenset({"Str", "Space", "SoftBreak"})


def stringify(value: Any) -> str:
    """Return the text of a node or a list of nodes, like `pandoc.utils.stringify`."""
    if isinstance(value, list):
        return "".join(map(stringify, value))
    if not isinstance(value, dict):
        return ""
    kind: str = value["t"]
    content: Any = value.get("c")
    if kind == "Str":
        return str(content)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Code", "Math"):
        return str(content[1])
    if kind in ("Note", "RawInline", "RawBlock"):
        return ""
    return stringify(content[1] if kind in ("Link", "Image") else content)

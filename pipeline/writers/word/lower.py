"""The tree's conventions in the words that Pandoc's Word writer knows: style names, and a tab before a date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.writers.ast import Ast, attributes, classes_of, div, raw_block, raw_inline, rewrite_ast, span

STYLES = {"name": "Title", "subtitle": "Subtitle", "contact": "Contact", "where": "Entry Details"}
"""The presentation classes of blocks, and the style that each becomes."""
TAB = raw_inline("openxml", "<w:r><w:tab/></w:r>")
RULE = raw_block("openxml", '<w:p><w:pPr><w:pStyle w:val="HorizontalRule"/></w:pPr></w:p>')
NO_BREAK_SPACE = {"t": "Str", "c": "\N{NO-BREAK SPACE}"}


def lower(ast: Ast) -> Ast:
    """`ast` for Pandoc's Word writer. Tags and keys of the author's are gone; ids stay where something needs them."""
    targets = {url[1:] for url in _links(ast) if url.startswith("#")}
    known = set(_ids(ast))

    def change(node: Ast) -> Ast | list[Ast]:
        match node:
            case {"t": "Header", "c": [level, [id, _, keys], inlines]}:
                return {
                    "t": "Header",
                    "c": [level, attributes(id, (), _lang(keys)), _dated(_unbold(inlines), "Heading Date")],
                }
            case {"t": "Para" | "Plain" as kind, "c": inlines}:
                return {"t": kind, "c": _dated(inlines, "Entry Date")}
            case {"t": "DefinitionList", "c": items}:
                return {
                    "t": "DefinitionList",
                    "c": [[_dated(_unbold(term), "Heading Date"), defs] for term, defs in items],
                }
            case {"t": "Div"}:
                return _div(node, targets)
            case {"t": "Span", "c": [[id, _, keys], inlines]} if "when" not in classes_of(node):
                kept = _kept(id, keys, targets)
                return {"t": "Span", "c": [kept, inlines]} if kept[0] or kept[2] else inlines
            case {"t": "Link", "c": [_, inlines, [url, _]]} if url.startswith("#") and url[1:] not in known:
                return list(inlines)  # its target is not part of this output
            case {"t": "Link" | "Image" | "Code" | "CodeBlock", "c": [[id, _, keys], *rest]}:
                return {"t": node["t"], "c": [attributes(id if id in targets else "", (), _size(keys)), *rest]}
            case {"t": "Table", "c": [[id, *_], caption, columns, head, *rest]}:
                return {
                    "t": "Table",
                    "c": [attributes(id if id in targets else ""), caption, columns, _unbold(head), *rest],
                }
            case {"t": "HorizontalRule"}:
                return RULE
            case _:
                return node

    lowered = rewrite_ast(ast["blocks"], change)
    return {"pandoc-api-version": ast["pandoc-api-version"], "meta": {}, "blocks": rewrite_ast(lowered, _loose_date)}


def _div(node: Ast, targets: set[str]) -> Ast | list[Ast]:
    (id, classes, keys), blocks = node["c"]
    style = next((STYLES[name] for name in classes if name in STYLES), "")
    _, _, kept = _kept(id, keys, targets)
    if style:
        kept = [*kept, ["custom-style", style]]
    wanted = id if id in targets else ""
    # A div that says nothing would only hide the list or paragraph in it from Pandoc.
    return div(blocks, id=wanted, keys=[(key, value) for key, value in kept]) if wanted or kept else blocks


def _kept(id: str, keys: list[list[str]], targets: set[str]) -> list[Any]:
    return attributes(id if id in targets else "", (), _lang(keys))


def _lang(keys: list[list[str]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in keys if key in ("lang", "dir")]


def _size(keys: list[list[str]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in keys if key in ("width", "height")]


def _dated(inlines: list[Ast], style: str) -> list[Ast]:
    """Inlines whose closing date stands at the right tab, in one piece."""
    if not inlines or "when" not in classes_of(inlines[-1]):
        return inlines
    before, date = inlines[:-1], inlines[-1]["c"][1]
    while before and before[-1]["t"] in ("Space", "SoftBreak"):
        before = before[:-1]
    return [*before, TAB, _date(date, style)]


def _date(inlines: list[Ast], style: str = "Entry Date") -> Ast:
    whole = [NO_BREAK_SPACE if part["t"] in ("Space", "SoftBreak") else part for part in inlines]
    return span(whole, keys=[("custom-style", style)])


def _loose_date(node: Ast) -> Ast:
    """A date that is not at an end keeps its style and its place."""
    return _date(node["c"][1]) if node["t"] == "Span" and "when" in classes_of(node) else node


def _unbold(value: Any) -> Any:
    """Text for a place that is bold by its style: bold on bold would turn it regular."""
    return rewrite_ast(value, lambda node: node["c"] if node["t"] == "Strong" else node)


def _links(value: Any) -> Iterator[str]:
    match value:
        case {"t": "Link", "c": [_, inlines, [url, _]]}:
            yield url
            yield from _links(inlines)
        case dict():
            yield from _links(list(value.values()))
        case list():
            for item in value:
                yield from _links(item)
        case _:
            pass


def _ids(value: Any) -> Iterator[str]:
    """The ids of all nodes that can have one."""
    match value:
        case {"t": "Header", "c": [_, [str(id), *_], _]}:
            yield id
        case {"t": "Div" | "Span" | "Code" | "CodeBlock" | "Link" | "Image" | "Table", "c": [[str(id), *_], *_]}:
            yield id
        case _:
            pass
    match value:
        case dict():
            yield from _ids(list(value.values()))
        case list():
            for item in value:
                yield from _ids(item)
        case _:
            pass

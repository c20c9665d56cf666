"""The tree in the words that Pandoc's Word writer knows: names of styles, and a tab before a date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from polyvita.writers.images import data_url
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    attributes,
    classes_of,
    div,
    raw_block,
    raw_inline,
    rewrite_ast,
    span,
)
from polyvita.writers.prepare import (
    INLINE_DATE,
    RIGHT_DATE,
    SECOND_LINE,
    Letterhead,
    PreparedDocument,
    strip_trailing_space,
)

NAMED_STYLES = ("Title", "Subtitle", "Contact", "Entry Details", "Entry Date", "Heading Date")
"""The styles that a tree asks for by name."""
TAB = raw_inline("openxml", "<w:r><w:tab/></w:r>")
RULE = raw_block("openxml", '<w:p><w:pPr><w:pStyle w:val="HorizontalRule"/></w:pPr></w:p>')
NO_BREAK_SPACE = {"t": "Str", "c": "\N{NO-BREAK SPACE}"}


def to_word(page: PreparedDocument, folder: Path) -> Ast:
    """The whole document for Pandoc's Word writer; `folder` is where images are looked for.

    Raises `InputError` for an image that is not there.
    """
    linked = {url.removeprefix("#") for url in _link_targets(page.blocks)}
    blocks = [*_letterhead(page.letterhead), *page.blocks]
    return page.ast(rewrite_ast(blocks, _to_word(linked, folder)))


def _to_word(linked: set[str], folder: Path) -> NodeRewrites:
    """What becomes of each kind of node; `linked` are the ids that a link leads to."""

    def heading(node: Ast) -> Ast:
        level, [id, _, keys], inlines = node["c"]
        return {
            "t": "Header",
            "c": [level, [id, [], keys], _with_tab_before_date(_without_bold(inlines), "Heading Date")],
        }

    def paragraph(node: Ast) -> Ast:
        dated = _with_tab_before_date(node["c"], "Entry Date")
        return node if dated is node["c"] else {"t": node["t"], "c": dated}

    def span_node(node: Ast) -> Ast | list[Ast]:
        classes = node["c"][0][1]
        if INLINE_DATE in classes:
            return _styled_date(node)
        return node if RIGHT_DATE in classes else container(node)

    def container(node: Ast) -> Ast | list[Ast]:
        [id, classes, keys], inside = node["c"]
        style = [["custom-style", "Entry Details"]] if SECOND_LINE in classes else []
        attr = [_if_linked(id, linked), [], [*keys, *style]]
        # A div that says nothing would only hide from Pandoc what stands in it.
        return {"t": node["t"], "c": [attr, inside]} if any(attr) else list(inside)

    def definitions(node: Ast) -> Ast:
        return {"t": "DefinitionList", "c": [[_without_bold(term), definitions] for term, definitions in node["c"]]}

    def image(node: Ast) -> Ast:
        [id, _, keys], inlines, [url, title] = node["c"]
        return {"t": "Image", "c": [[_if_linked(id, linked), [], keys], inlines, [data_url(url, folder), title]]}

    def leaf(node: Ast) -> Ast:
        [id, _, keys], *rest = node["c"]
        return {"t": node["t"], "c": [[_if_linked(id, linked), [], keys], *rest]}

    def table(node: Ast) -> Ast:
        [id, *_], caption, columns, head, *rest = node["c"]
        return {"t": "Table", "c": [attributes(_if_linked(id, linked)), caption, columns, _without_bold(head), *rest]}

    return {
        "Header": heading,
        **dict.fromkeys(("Para", "Plain"), paragraph),
        "Span": span_node,
        "Div": container,
        "DefinitionList": definitions,
        "Image": image,
        **dict.fromkeys(("Link", "Code", "CodeBlock"), leaf),
        "Table": table,
        "HorizontalRule": lambda _node: RULE,
    }


def _letterhead(head: Letterhead | None) -> list[Ast]:
    if head is None:
        return []
    lines = [("Title", head.name), *([("Subtitle", head.subtitle)] if head.subtitle else [])]
    lines += [("Contact", line) for line in head.contact]
    return [div([{"t": "Para", "c": inlines}], keys=[("custom-style", style)]) for style, inlines in lines]


def _if_linked(id: str, linked: set[str]) -> str:
    """Ids become bookmarks: a heading keeps its own, of the others those that a link leads to."""
    return id if id in linked else ""


def _with_tab_before_date(inlines: list[Ast], style: str) -> list[Ast]:
    """Inlines whose closing date stands at the right tab."""
    if not inlines or RIGHT_DATE not in classes_of(inlines[-1]):
        return inlines
    return [*strip_trailing_space(inlines[:-1]), TAB, _styled_date(inlines[-1], style)]


def _styled_date(node: Ast, style: str = "Entry Date") -> Ast:
    """A date in its style, and in one piece."""
    whole = rewrite_ast(node["c"][1], _NO_BREAK)
    return span(whole, keys=[("custom-style", style)])


_NO_BREAK: NodeRewrites = {
    **dict.fromkeys(("Space", "SoftBreak"), lambda _node: NO_BREAK_SPACE),
    "Str": lambda node: {"t": "Str", "c": node["c"].replace(" ", "\N{NO-BREAK SPACE}")},
}


def _without_bold(value: Any) -> Any:
    """Text for a place that is bold by its style: bold on bold would turn it regular."""
    return rewrite_ast(value, {"Strong": lambda node: list(node["c"])})


def _link_targets(value: list[Any]) -> Iterator[str]:
    """Where the links in a tree lead."""
    waiting: list[Any] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node["t"] == "Link":
                yield node["c"][2][0]
            node = node.get("c")
        if isinstance(node, list):
            waiting += [part for part in node if isinstance(part, (list, dict))]

"""What keys say is put where a reader sees it: dates at the edge, organisation and place on a second line.

A heading, a list item, a paragraph, a definition and a table row with a `date` of their own show it as a span with
the tag `when`. `dates=hidden`, on the node or on anything around it, keeps the date for sorting alone.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import structs

from polyvita.core.dates import parse_date, show_date
from polyvita.core.document import (
    Attributes,
    Cell,
    DefinitionItem,
    Div,
    Document,
    Inline,
    ListItem,
    Node,
    Paragraph,
    Row,
    Section,
    Span,
    Text,
    child_fields,
)
from polyvita.transforms.context import Context

N = TypeVar("N", bound=Node)
C = TypeVar("C", Paragraph, Cell)

_INSIDE = ("blocks", "items", "rows", "definitions")


def show_entries(document: Document, *, lang: str) -> Document:
    """The document with dates in the words of `lang`, and with the second lines of its entries."""
    return structs.replace(document, blocks=_all(document.blocks, Context(), lang))


def _all(nodes: tuple[N, ...], outer: Context, lang: str) -> tuple[N, ...]:
    new = tuple(_one(node, outer.enter(node.attr), lang) for node in nodes)
    return nodes if all(a is b for a, b in zip(new, nodes, strict=True)) else new


def _one(node: N, context: Context, lang: str) -> N:
    names = [name for name in child_fields(type(node)) if name in _INSIDE]
    inside: dict[str, Any] = {name: _all(getattr(node, name), context, lang) for name in names}
    changed = {name: value for name, value in inside.items() if value is not getattr(node, name)}
    node = structs.replace(node, **changed) if changed else node
    when = _when(node.attr, context, lang)
    match node:
        case Section(heading=heading, blocks=blocks):
            inlines = (*heading.inlines, *when)
            where = _where(node.attr)
            return structs.replace(node, heading=structs.replace(heading, inlines=inlines), blocks=(*where, *blocks))
        case _ if not when:
            return node
        case ListItem(blocks=(Paragraph() as first, *rest)):
            return structs.replace(node, blocks=(_with(first, when), *rest))
        case Paragraph(inlines=inlines):
            return structs.replace(node, inlines=(*inlines, *when))
        case Row(cells=(*cells, last)):
            return structs.replace(node, cells=(*cells, _with(last, when)))
        case DefinitionItem(term=term):
            return structs.replace(node, term=(*term, *when))
        case _:
            return node


def _with(node: C, when: tuple[Inline, ...]) -> C:
    return structs.replace(node, inlines=(*node.inlines, *when))


def _when(attr: Attributes, context: Context, lang: str) -> tuple[Inline, ...]:
    text = attr.get("date")
    if not text or context.keys.get("dates") == "hidden":
        return ()
    try:
        shown = show_date(parse_date(text), lang)
    except ValueError:  # a finding says so; the reader of the output still sees what was written
        shown = text
    location = attr.location_of("date=")
    return (
        Text(" "),
        Span((Text(shown),), attr=Attributes(tags=("when",), keys=(("datetime", text),)), location=location),
    )


def _where(attr: Attributes) -> tuple[Div, ...]:
    parts = [part for part in (attr.get("org"), attr.get("place")) if part]
    if not parts:
        return ()
    line = Paragraph((Text(", ".join(parts)),), location=attr.location)
    return (Div((line,), attr=Attributes(tags=("where",)), location=attr.location),)

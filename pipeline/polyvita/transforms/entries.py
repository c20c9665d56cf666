"""Show the keys of entries as text: dates at the right edge, organisation and place on a second line.

Headings, list items, paragraphs, definitions and table rows with their own `date` show it as a span with the class
`when`. `dates=hidden`, on the node or on any node around it, keeps the date for sorting only.
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
from polyvita.core.i18n import join_list
from polyvita.transforms.context import Context

N = TypeVar("N", bound=Node)
C = TypeVar("C", Paragraph, Cell)

_BLOCK_FIELDS = ("blocks", "items", "rows", "definitions")


def show_entries(document: Document, *, lang: str) -> Document:
    """Return the document with visible dates, written in the language `lang`, and with the second lines of entries."""
    return structs.replace(document, blocks=_show_in_all(document.blocks, Context(), lang))


def _show_in_all(nodes: tuple[N, ...], outer: Context, lang: str) -> tuple[N, ...]:
    new = tuple(_show_in(node, outer.enter(node.attr), lang) for node in nodes)
    return nodes if all(a is b for a, b in zip(new, nodes, strict=True)) else new


def _show_in(node: N, context: Context, lang: str) -> N:
    names = [name for name in child_fields(type(node)) if name in _BLOCK_FIELDS]
    new: dict[str, Any] = {name: _show_in_all(getattr(node, name), context, lang) for name in names}
    changed = {name: value for name, value in new.items() if value is not getattr(node, name)}
    node = structs.replace(node, **changed) if changed else node
    date = _date_inlines(node.attr, context, lang)
    match node:
        case Section(heading=heading, blocks=blocks):
            heading = structs.replace(heading, inlines=(*heading.inlines, *date))
            return structs.replace(node, heading=heading, blocks=(*_second_line(node.attr, lang), *blocks))
        case _ if not date:
            return node
        case ListItem(blocks=(Paragraph() as first, *rest)):
            return structs.replace(node, blocks=(_append(first, date), *rest))
        case Paragraph(inlines=inlines):
            return structs.replace(node, inlines=(*inlines, *date))
        case Row(cells=(*cells, last)):
            return structs.replace(node, cells=(*cells, _append(last, date)))
        case DefinitionItem(term=term):
            return structs.replace(node, term=(*term, *date))
        case _:
            return node


def _append(node: C, inlines: tuple[Inline, ...]) -> C:
    return structs.replace(node, inlines=(*node.inlines, *inlines))


def _date_inlines(attr: Attributes, context: Context, lang: str) -> tuple[Inline, ...]:
    date = attr.get("date")
    if not date or context.keys.get("dates") == "hidden":
        return ()
    try:
        text = show_date(parse_date(date), lang)
    except ValueError:  # `check_values` reports the date; the output shows it as it is in the source.
        text = date
    location = attr.location_of("date=")
    return (
        Text(" "),
        Span((Text(text),), attr=Attributes(tags=("when",), keys=(("datetime", date),)), location=location),
    )


def _second_line(attr: Attributes, lang: str) -> tuple[Div, ...]:
    parts = [part for part in (attr.get("org"), attr.get("place")) if part]
    if not parts:
        return ()
    line = Paragraph((Text(join_list(parts, lang)),), location=attr.location)
    return (Div((line,), attr=Attributes(tags=("where",)), location=attr.location),)

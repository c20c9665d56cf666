"""Show the keys of entries as text: dates at the right edge, organisation and place on a second line.

Headings that contain entries, such as “Talks”, get the class `subsection`, so that they do not look like entries.

Headings, list items, paragraphs, definitions and table rows with their own `date` show it as a span with the class
`when`. `dates=hidden`, on the node or on any node around it, keeps the date for sorting only. A definition without a
term, whose date was its term, becomes a paragraph with the date at the right edge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Literal, TypeVar

from msgspec import structs

from polyvita.core.dates import parse_date, show_date
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    Cell,
    Definition,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Inline,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Row,
    Section,
    Span,
    Text,
    child_fields,
    rewrite_document,
)
from polyvita.core.i18n import join_list
from polyvita.transforms.context import Context

N = TypeVar("N", bound=Node)
C = TypeVar("C", Paragraph, Cell)

_SECOND_LINE = ("where",)
_BLOCK_FIELDS = ("blocks", "items", "rows", "definitions")


def show_entries(document: Document, *, lang: str, one_line: bool = False) -> Document:
    """Return the document with visible dates, written in the language `lang`, and with the second lines of entries.

    With `one_line`, the organisation and the place of an entry follow its title, and there is no second line.
    """
    shown = structs.replace(document, blocks=_show_in_all(_mark_subsections(document.blocks), Context(), lang))
    return rewrite_document(shown, _join_second_line) if one_line else shown


def _join_second_line(node: Node) -> Node:
    """Move the second line of an entry into its heading, before the date."""
    match node:
        case Section(heading=heading, blocks=(Div(blocks=(Paragraph(inlines=line),), attr=attr), *rest)) if (
            attr.tags == _SECOND_LINE
        ):
            dated = heading.inlines[-2:] if _is_date(heading.inlines[-1:]) else ()
            title = heading.inlines[: len(heading.inlines) - len(dated)]
            joined = (*title, Span((Text(", "), *line), attr=Attributes(tags=("entry-where",))), *dated)
            return structs.replace(node, heading=structs.replace(heading, inlines=joined), blocks=tuple(rest))
        case _:
            return node


def _is_date(inlines: tuple[Inline, ...]) -> bool:
    return bool(inlines) and isinstance(inlines[0], Span) and inlines[0].attr.tags == ("when",)


def label_by_year(document: Document, *, label: Literal["year", "badge"]) -> Document:
    """Return the document with years instead of numbers before the items of numbered lists.

    With `year`, the first of several items of one year has the label; with `badge`, all have. Lists in which an item
    has no date keep their numbers, as do lists inside an item.
    """

    def change(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(change_block(block) for block in blocks)

    def change_block(block: Block) -> Block:
        match block:
            case Section() | Div():
                return structs.replace(block, blocks=change(block.blocks))
            case OrderedList(items=items) if all(years := [_year(item) for item in items]):
                shown = [y if label == "badge" or i == 0 or years[i - 1] != y else "" for i, y in enumerate(years)]
                labelled = tuple(_label(item, year, label) for item, year in zip(items, shown, strict=True))
                return BulletList(labelled, attr=block.attr, location=block.location, key=block.key)
            case _:
                return block

    return structs.replace(document, blocks=change(document.blocks))


def _year(item: ListItem) -> str:
    """Return the year of an item that starts with a paragraph: the last one of its date."""
    years = re.findall(r"\d{4}", item.attr.get("date") or "")
    return years[-1] if years and isinstance(item.blocks[0], Paragraph) else ""


def _label(item: ListItem, year: str, label: str) -> ListItem:
    first, *rest = item.blocks
    assert isinstance(first, Paragraph)
    shown = Span((Text(year),) if year else (), attr=Attributes(tags=(f"label-{label}",)))
    hidden = structs.replace(item.attr, keys=(*item.attr.keys, ("dates", "hidden")))
    blocks = (structs.replace(first, inlines=(shown, Text(" "), *first.inlines)), *rest)
    return structs.replace(item, blocks=blocks, attr=hidden)


def _mark_subsections(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Mark the headings below level 1 that contain entries, and those beside them that are no entries.

    Without an entry beside it, a heading is like the others of its section: in a form, “Achievements” with only a text
    beside “Ten Outputs” with a list. Beside an entry, a heading without list and headings may be an entry, too.
    """
    sections = [block for block in blocks if isinstance(block, Section) and block.heading.level > 1]
    some_are_containers = any(_contains_entries(section.blocks) and not _is_entry(section) for section in sections)
    all_alike = some_are_containers and not any(map(_is_entry, sections))

    def mark(block: Block) -> Block:
        if not isinstance(block, Section):
            return block
        inside, attr = _mark_subsections(block.blocks), block.attr
        if block.heading.level > 1 and not _is_entry(block) and (all_alike or _contains_entries(block.blocks)):
            attr = structs.replace(attr, tags=(*attr.tags, "subsection"))
        elif inside is block.blocks:
            return block
        return structs.replace(block, attr=attr, blocks=inside)

    marked = tuple(map(mark, blocks))
    return blocks if all(new is old for new, old in zip(marked, blocks, strict=True)) else marked


def _is_entry(section: Section) -> bool:
    return any(section.attr.get(key) for key in ("date", "org", "place"))


def _contains_entries(blocks: Iterable[Block]) -> bool:
    """Return whether blocks have a heading, a numbered list, or an item with a date."""
    for block in blocks:
        match block:
            case Section() | OrderedList():
                return True
            case BulletList(items=items) | DefinitionList(items=items):
                if any(item.attr.get("date") for item in items):
                    return True
            case Div(blocks=inside):
                if _contains_entries(inside):
                    return True
    return False


def _show_in_all(nodes: tuple[N, ...], outer: Context, lang: str) -> tuple[N, ...]:
    new = [_show_in(node, outer.enter(node.attr), lang) for node in nodes]
    if all(a is b for a, b in zip(new, nodes, strict=True)):
        return nodes
    if not any(map(_has_entries, new)):
        return tuple(new)
    return tuple(part for node in new for part in (_split_entries(node) if _has_entries(node) else [node]))


def _has_entries(node: Node) -> bool:
    return isinstance(node, DefinitionList) and not all(item.term for item in node.items)


def _split_entries(definitions: Any) -> Iterator[Any]:
    """Yield the parts of a definition list: items without a term, which are entries, become divs."""
    for is_entry, items in groupby(definitions.items, lambda item: not item.term):
        if not is_entry:
            yield structs.replace(definitions, items=tuple(items))
            continue
        for item in items:
            blocks = [block for definition in item.definitions for block in definition.blocks]
            loose = (structs.replace(block, tight=False) if isinstance(block, Paragraph) else block for block in blocks)
            yield Div(tuple(loose), attr=definitions.attr, location=item.location)


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
        case DefinitionItem(term=(), definitions=(Definition(blocks=(Paragraph() as first, *rest)) as one, *others)):
            one = structs.replace(one, blocks=(_append(first, date), *rest))
            return structs.replace(node, definitions=(one, *others))
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
    return (Div((line,), attr=Attributes(tags=_SECOND_LINE), location=attr.location),)

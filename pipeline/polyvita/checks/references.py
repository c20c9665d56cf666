"""What can be wrong between a CV and a filter: names that the CV does not have, and parts that meet nothing."""

from __future__ import annotations

from collections.abc import Iterator, Set

from polyvita.config.expression import Expression
from polyvita.config.filter import Limit, Part, Sort, Variant
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, error, nearest, there_are, warning
from polyvita.core.document import Attributes, Code, CodeBlock, Document, Node, walk
from polyvita.core.location import Place
from polyvita.transforms.context import Vocabulary, satisfying, tags_of, vocabulary


def check_vocabulary(document: Document) -> Iterator[Finding]:
    """Tags in the source that its own front matter does not list, where it lists any."""
    listed = document.meta.get("tags")
    if not listed:
        return
    for node in walk(document):
        if isinstance(node, Code | CodeBlock):  # its classes name the language of the code
            continue
        for tag in node.attr.tags:
            if tag in tags_of(node.attr) and tag not in listed:
                place = node.attr.place_of(f".{tag}")
                hint = nearest(tag, listed) or "list it in the front matter under “tags”"
                yield error("PV112", f"the tag “{tag}” is not among those that the front matter lists", place, hint)


def check_values(document: Document) -> Iterator[Finding]:
    """Dates and priorities that cannot be read, which sorting, windows and fitting take as not there."""
    for node in walk(document):
        if not node.attr.keys:
            continue
        keys = dict(reversed(node.attr.keys))
        if "date" in keys:
            try:
                parse_date(keys["date"])
            except ValueError as problem:
                place = place_of_value(node.attr, "date", node.place)
                yield error("PV213", f"“{keys['date']}” is no date: {problem}", place)
        if "priority" in keys and keys["priority"] not in set("123456789"):
            place = place_of_value(node.attr, "priority", node.place)
            yield error("PV213", f"“{keys['priority']}” is no priority: these are 1 to 9", place)


def place_of(node: Node, part: str) -> Place:
    """Where a part of a node's attributes stands; the node's own place where they are written in no braces."""
    return node.attr.place_of(part) if node.attr.place.line else node.place


def place_of_value(attr: Attributes, key: str, fallback: Place) -> Place:
    """Where the value of a key stands, without the quotes around it."""
    value = attr.get(key)
    for quote in ("", '"', "'"):
        found = attr.place_of(f"{key}={quote}{value}")
        if found.line and found.width == len(f"{key}={quote}{value}"):
            skipped = len(key) + 1 + len(quote)
            return found._replace(column=found.column + skipped, width=max(1, len(value)))
    return place_of(Node(attr=attr, place=fallback), f"{key}=")


def check_filter(document: Document, variant: Variant, known: Vocabulary | None = None) -> Iterator[Finding]:
    """Tags, keys and section ids in a filter file that the CV does not have; `known` is the CV's vocabulary, where the
    caller has it already."""
    tags, keys, ids, *_ = known or vocabulary(document)
    for expression in expressions(variant):
        yield from expression.unknown(tags, keys)
    for i, sort in enumerate(variant.sort):
        for j, key in enumerate(sort.by):
            if key.key not in keys and key.key != "priority":
                place = variant.place(f"sort[{i}].by[{j}]")
                if key.reverse:
                    place = place._replace(column=place.column + 1, width=place.width - 1)
                hint = nearest(key.key, keys) or there_are(keys)
                yield error("PV111", f"no key “{key.key}” in this CV", place, hint)
    parts = list(outline(variant))
    named = [(id, f"{path}.from[{i}]") for path, part in parts for i, id in enumerate(part.from_)]
    yield from _unknown_sections(variant, named, ids)
    named = [(id, f"order[{i}]") for i, id in enumerate(variant.order)]
    named += [(id, f"titles.{id}#") for id in variant.titles]
    yield from _unknown_sections(variant, named, ids | {part.id for _, part in parts if part.id})


def _unknown_sections(variant: Variant, named: list[tuple[str, str]], ids: Set[str]) -> Iterator[Finding]:
    for id, path in named:
        if id not in ids:
            # a part that is only an id has no “from” of its own
            place = variant.places.get(path, variant.place(path.partition(".from[")[0]))
            yield error("PV113", f"no section “{id}” in this CV", place, nearest(id, ids) or there_are(ids))


def check_idle(document: Document, variant: Variant, known: Vocabulary | None = None) -> Iterator[Finding]:
    """A `drop`, `limit` or `sort` that meets nothing in the whole CV: most often a slip. What names something unknown
    is a finding already."""
    tags, keys, _, contexts, of_items = known or vocabulary(document)

    def unknown(expression: Expression) -> bool:
        return any(expression.unknown(tags, keys))

    hint = "correct it, or take it out"
    if variant.drop and not unknown(variant.drop) and not any(map(satisfying(variant.drop), contexts)):
        message = f"“drop” meets nothing: nothing in the CV is “{variant.drop.text}”"
        yield warning("PV114", message, variant.place("drop"), hint)
    counted: dict[str, tuple[Limit | Sort, ...]] = {"limit": variant.limit, "sort": variant.sort}
    for key, parts in counted.items():
        for i, part in enumerate(parts):
            if not unknown(part.items) and not any(map(satisfying(part.items), of_items)):
                place = variant.place(f"{key}[{i}].items")
                message = f"“{key}” meets nothing: nothing in the CV is “{part.items.text}”"
                yield warning("PV114", message, place, hint)


def keeps_nothing(variant: Variant) -> Finding:
    """An output without content is never what was meant."""
    place = next((variant.places[key] for key in ("select", "drop", "since", "lang") if key in variant.places), None)
    hint = f"“polyvita explain {variant.name}” says what left out each line"
    message = f"“{variant.name}” keeps nothing of the CV"
    return error("PV115", message, place or variant.place("sections"), hint)


def expressions(variant: Variant) -> Iterator[Expression]:
    """Every expression of a filter file."""
    yield from (expression for expression in (variant.select, variant.drop) if expression)
    yield from (limit.items for limit in variant.limit)
    yield from (sort.items for sort in variant.sort)
    yield from (part.items for _, part in outline(variant) if part.items)


def outline(variant: Variant) -> Iterator[tuple[str, Part]]:
    """Every part of the outline that a filter file has, with its path there."""

    def within(parts: tuple[Part, ...], path: str) -> Iterator[tuple[str, Part]]:
        for i, part in enumerate(parts):
            yield f"{path}[{i}]", part
            yield from within(part.sections, f"{path}[{i}].sections")

    yield from within(variant.sections, "sections")

"""What can be wrong between a CV and a filter: names that the CV does not have, and parts that meet nothing."""

from __future__ import annotations

from collections.abc import Iterator, Set

from polyvita.config.expression import Expression
from polyvita.config.filter import Filter, Limit, Part, Sort
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, did_you_mean, error, list_available, warning
from polyvita.core.document import Attributes, Code, CodeBlock, Document, Node, walk
from polyvita.core.location import Location
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
                location = node.attr.location_of(f".{tag}")
                hint = did_you_mean(tag, listed) or "list it in the front matter under “tags”"
                yield error("PV112", f"the tag “{tag}” is not among those that the front matter lists", location, hint)


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
                location = location_of_value(node.attr, "date", node.location)
                yield error("PV213", f"“{keys['date']}” is no date: {problem}", location)
        if "priority" in keys and keys["priority"] not in set("123456789"):
            location = location_of_value(node.attr, "priority", node.location)
            yield error("PV213", f"“{keys['priority']}” is no priority: these are 1 to 9", location)


def location_of(node: Node, part: str) -> Location:
    """Where a part of a node's attributes stands; the node's own place where they are written in no braces."""
    return node.attr.location_of(part) if node.attr.location.line else node.location


def location_of_value(attr: Attributes, key: str, fallback: Location) -> Location:
    """Where the value of a key stands, without the quotes around it."""
    value = attr.get(key)
    for quote in ("", '"', "'"):
        found = attr.location_of(f"{key}={quote}{value}")
        if found.line and found.width == len(f"{key}={quote}{value}"):
            skipped = len(key) + 1 + len(quote)
            return found._replace(column=found.column + skipped, width=max(1, len(value)))
    return location_of(Node(attr=attr, location=fallback), f"{key}=")


def check_filter(document: Document, filter: Filter, known: Vocabulary | None = None) -> Iterator[Finding]:
    """Tags, keys and section ids in a filter file that the CV does not have; `known` is the CV's vocabulary, where the
    caller has it already."""
    tags, keys, ids, *_ = known or vocabulary(document)
    for expression in expressions(filter):
        yield from expression.find_unknown(tags, keys)
    for i, sort in enumerate(filter.sort):
        for j, key in enumerate(sort.by):
            if key.key not in keys and key.key != "priority":
                location = filter.location(f"sort[{i}].by[{j}]")
                if key.reverse:
                    location = location._replace(column=location.column + 1, width=location.width - 1)
                hint = did_you_mean(key.key, keys) or list_available(keys)
                yield error("PV111", f"no key “{key.key}” in this CV", location, hint)
    parts = list(outline(filter))
    named = [(id, f"{path}.from[{i}]") for path, part in parts for i, id in enumerate(part.from_)]
    yield from _unknown_sections(filter, named, ids)
    named = [(id, f"order[{i}]") for i, id in enumerate(filter.order)]
    named += [(id, f"titles.{id}#") for id in filter.titles]
    yield from _unknown_sections(filter, named, ids | {part.id for _, part in parts if part.id})


def _unknown_sections(filter: Filter, named: list[tuple[str, str]], ids: Set[str]) -> Iterator[Finding]:
    for id, path in named:
        if id not in ids:
            # a part that is only an id has no “from” of its own
            location = filter.locations.get(path, filter.location(path.partition(".from[")[0]))
            yield error(
                "PV113", f"no section “{id}” in this CV", location, did_you_mean(id, ids) or list_available(ids)
            )


def check_idle(document: Document, filter: Filter, known: Vocabulary | None = None) -> Iterator[Finding]:
    """A `drop`, `limit` or `sort` that meets nothing in the whole CV: most often a slip. What names something unknown
    is a finding already."""
    tags, keys, _, contexts, of_items = known or vocabulary(document)

    def unknown(expression: Expression) -> bool:
        return any(expression.find_unknown(tags, keys))

    hint = "correct it, or take it out"
    if filter.drop and not unknown(filter.drop) and not any(map(satisfying(filter.drop), contexts)):
        message = f"“drop” meets nothing: nothing in the CV is “{filter.drop.text}”"
        yield warning("PV114", message, filter.location("drop"), hint)
    counted: dict[str, tuple[Limit | Sort, ...]] = {"limit": filter.limit, "sort": filter.sort}
    for key, parts in counted.items():
        for i, part in enumerate(parts):
            if not unknown(part.items) and not any(map(satisfying(part.items), of_items)):
                location = filter.location(f"{key}[{i}].items")
                message = f"“{key}” meets nothing: nothing in the CV is “{part.items.text}”"
                yield warning("PV114", message, location, hint)


def keeps_nothing(filter: Filter) -> Finding:
    """An output without content is never what was meant."""
    location = next(
        (filter.locations[key] for key in ("select", "drop", "since", "lang") if key in filter.locations), None
    )
    hint = f"“polyvita explain {filter.name}” says what left out each line"
    message = f"“{filter.name}” keeps nothing of the CV"
    return error("PV115", message, location or filter.location("sections"), hint)


def expressions(filter: Filter) -> Iterator[Expression]:
    """Every expression of a filter file."""
    yield from (expression for expression in (filter.select, filter.drop) if expression)
    yield from (limit.items for limit in filter.limit)
    yield from (sort.items for sort in filter.sort)
    yield from (part.items for _, part in outline(filter) if part.items)


def outline(filter: Filter) -> Iterator[tuple[str, Part]]:
    """Every part of the outline that a filter file has, with its path there."""

    def within(parts: tuple[Part, ...], path: str) -> Iterator[tuple[str, Part]]:
        for i, part in enumerate(parts):
            yield f"{path}[{i}]", part
            yield from within(part.sections, f"{path}[{i}].sections")

    yield from within(filter.sections, "sections")

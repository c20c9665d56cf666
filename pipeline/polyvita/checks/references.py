"""Checks of a CV against its front matter and of a filter against the CV.

They find names that the CV does not have, values that cannot be read, and parts of a filter that match nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from polyvita.config.expression import COMPARABLE_KEYS, Expression
from polyvita.config.filter import Filter, Limit, Part, Sort
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, did_you_mean, error, list_available, warning
from polyvita.core.document import Attributes, Code, CodeBlock, Document, Node, Section, walk
from polyvita.core.location import Location
from polyvita.core.vocabulary import HAND_TAGS, SECTIONS, TAGS
from polyvita.transforms.context import Context, Vocabulary, collect_vocabulary, context_test, selection_tags


def check_vocabulary(document: Document) -> Iterator[Finding]:
    """Find the tags in the source that the front matter does not list. Do nothing if it lists no tags.

    A section may have its tags of the standard vocabulary in any case, and so may items that get their tags by hand.
    """
    listed = document.meta.get("tags")
    if not listed:
        return
    for node in walk(document):
        if isinstance(node, Code | CodeBlock):  # The classes of code name its language.
            continue
        for tag in node.attr.tags:
            if tag in selection_tags(node.attr) and tag not in listed and tag not in _standard_tags(node):
                location = node.attr.location_of(f".{tag}")
                hint = did_you_mean(tag, listed) or "add it to “tags” in the front matter"
                yield error("PV112", f"the front matter does not list the tag “{tag}”", location, hint)


def _standard_tags(node: Node) -> tuple[str, ...]:
    section = SECTIONS.get(node.attr.id) if isinstance(node, Section) else None
    return HAND_TAGS + section.tags if section else HAND_TAGS


def check_section_names(document: Document, ids: Set[str]) -> Iterator[Finding]:
    """Find wrong names under `sections` in the front matter. `ids` are the ids of the sections of the CV."""
    for standard, own in (document.meta.get("sections") or {}).items():
        location = document.locations.get(f"sections.{standard}", Location(document.file))
        if standard not in SECTIONS:
            hint = did_you_mean(standard, SECTIONS) or list_available(SECTIONS)
            yield error("PV431", f"“{standard}” is not a section of the standard vocabulary", location, hint)
        elif own not in ids:
            hint = did_you_mean(own, ids) or list_available(ids)
            yield error("PV113", f"no section in this CV has the id “{own}”", location, hint)
        elif standard in ids and standard != own:
            message = f"“sections” renames “{standard}” to “{own}”, but the CV has a section “{standard}”, too"
            yield error("PV431", message, location, f"remove the line, or change the id of the section “{standard}”")


DATES_VALUES = ("read", "shown", "hidden")
"""The values of the key `dates`."""


def check_values(document: Document) -> Iterator[Finding]:
    """Find dates and priorities that cannot be read. Sorting, `since` and `fit` treat them as missing."""
    for node in walk(document):
        if not node.attr.keys:
            continue
        keys = dict(reversed(node.attr.keys))
        if "date" in keys:
            try:
                parse_date(keys["date"])
            except ValueError as problem:
                location = location_of_value(node.attr, "date", node.location)
                yield error("PV213", f"“{keys['date']}” is not a date: {problem}", location)
        if "dates" in keys and keys["dates"] not in DATES_VALUES:
            location = location_of_value(node.attr, "dates", node.location)
            hint = did_you_mean(keys["dates"], DATES_VALUES) or list_available(DATES_VALUES)
            yield error("PV213", f"“{keys['dates']}” is not a value of “dates”", location, hint)
        if "priority" in keys and keys["priority"] not in set("123456789"):
            location = location_of_value(node.attr, "priority", node.location)
            yield error(
                "PV213", f"“{keys['priority']}” is not a priority: a priority is a number from 1 to 9", location
            )


def location_of_attribute(node: Node, part: str) -> Location:
    """Return the location of `part` (such as `.tag` or `key=`) in the attributes of a node.

    If the attributes of the node are not written in braces, return the location of the node.
    """
    return node.attr.location_of(part) if node.attr.location.line else node.location


def location_of_value(attr: Attributes, key: str, fallback: Location) -> Location:
    """Return the location of the value of a key, without the quotes around it."""
    value = attr.get(key)
    for quote in ("", '"', "'"):
        found = attr.location_of(f"{key}={quote}{value}")
        if found.line and found.width == len(f"{key}={quote}{value}"):
            skipped = len(key) + 1 + len(quote)
            return found._replace(column=found.column + skipped, width=max(1, len(value)))
    return location_of_attribute(Node(attr=attr, location=fallback), f"{key}=")


def check_filter(document: Document, filter: Filter, known: Vocabulary | None = None) -> Iterator[Finding]:
    """Find the tags, keys and section ids of a filter file that the CV does not have.

    `known` is the vocabulary of the CV. It is computed if the caller does not pass it.
    """
    tags, keys, ids, *_ = known or collect_vocabulary(document)
    if filter.vocabulary == "standard":
        tags, keys, ids = tags | TAGS.keys(), keys | {*COMPARABLE_KEYS}, ids | SECTIONS.keys()
    for expression in expressions(filter):
        yield from expression.find_unknown(tags, keys, ids)
    for i, sort in enumerate(filter.sort):
        for j, key in enumerate(sort.by):
            if key.key not in keys and key.key != "priority":
                location = filter.location(f"sort[{i}].by[{j}]")
                if key.reverse:
                    location = location._replace(column=location.column + 1, width=location.width - 1)
                usable = {*keys, "date", "priority"} - {key.key}
                hint = did_you_mean(key.key, usable) or list_available(usable)
                if key.key == "date":
                    hint = "add date=… to the items, or dates=read to their section if the text shows their dates"
                yield error("PV111", f"no key “{key.key}” in this CV", location, hint)
    parts = list(outline_parts(filter))
    named = [(id, f"{path}.from[{i}]") for path, part in parts for i, id in enumerate(part.from_)]
    yield from _unknown_sections(filter, named, ids)
    named = [(id, f"order[{i}]") for i, id in enumerate(filter.order)]
    named += [(id, f"#titles.{id}") for id in filter.titles]
    named += [(id, f"#prefixes.{id}") for id in filter.prefixes]
    named += [(limit.section, f"limit[{i}].section") for i, limit in enumerate(filter.limit) if limit.section]
    yield from _unknown_sections(filter, named, ids | {part.id for _, part in parts if part.id})


def _unknown_sections(filter: Filter, named: list[tuple[str, str]], ids: Set[str]) -> Iterator[Finding]:
    for id, path in named:
        if id not in ids:
            # A part that is written as an id alone has no key “from”.
            location = filter.locations.get(path, filter.location(path.partition(".from[")[0]))
            yield error(
                "PV113",
                f"no section in this CV has the id “{id}”",
                location,
                did_you_mean(id, ids) or list_available(ids),
            )


def check_unmatched(document: Document, filter: Filter, known: Vocabulary | None = None) -> Iterator[Finding]:
    """Find each `drop`, `limit` or `sort` that matches nothing in the CV, which is most often a mistake.

    Expressions with unknown names are left out, because `check_filter` reports them. So is a filter for many CVs.
    """
    if filter.vocabulary == "standard":
        return
    tags, keys, _, contexts, item_contexts = known or collect_vocabulary(document)

    def has_unknown_names(expression: Expression) -> bool:
        return any(expression.find_unknown(tags, keys))

    hint = "correct this expression, or delete it"
    if filter.drop and not has_unknown_names(filter.drop) and not any(map(context_test(filter.drop), contexts)):
        message = f"“drop” matches nothing: no content in the CV is “{filter.drop.text}”"
        yield warning("PV114", message, filter.location("drop"), hint)
    counted: dict[str, tuple[Limit | Sort, ...]] = {"limit": filter.limit, "sort": filter.sort}
    for key, parts in counted.items():
        for i, part in enumerate(parts):
            if part.items is None or has_unknown_names(part.items):
                continue
            matches = context_test(part.items)
            items = [context for context in item_contexts if matches(context)]
            if not items:
                location = filter.location(f"{key}[{i}].items")
                message = f"“{key}” matches nothing: no item in the CV is “{part.items.text}”"
                yield warning("PV114", message, location, hint)
            elif isinstance(part, Sort):
                yield from _unused_sort_keys(filter, part, i, items, keys)


def _unused_sort_keys(
    filter: Filter, sort: Sort, index: int, items: Sequence[Context], keys: Set[str]
) -> Iterator[Finding]:
    """Find the keys of a sort that the CV has, but none of the items."""
    for i, key in enumerate(sort.by):
        if key.key in keys and not any(key.key in context.keys for context in items):
            message = f"“sort” has no effect: no item that is “{sort.items.text}” has the key “{key.key}”"
            hint = f"add {key.key}=… to the items, or correct “by”"
            yield warning("PV114", message, filter.location(f"sort[{index}].by[{i}]"), hint)


def empty_selection(filter: Filter) -> Finding:
    """Return the error for a filter that selects no content at all."""
    location = next(
        (filter.locations[key] for key in ("select", "drop", "since", "lang") if key in filter.locations), None
    )
    hint = f"run “polyvita explain {filter.name}” to see why each line is left out"
    message = f"filter “{filter.name}” selects no content"
    return error("PV115", message, location or filter.location("sections"), hint)


def expressions(filter: Filter) -> Iterator[Expression]:
    """Yield every expression of a filter file."""
    yield from (expression for expression in (filter.select, filter.drop) if expression)
    yield from (limit.items for limit in filter.limit if limit.items)
    yield from (sort.items for sort in filter.sort)
    yield from (part.items for _, part in outline_parts(filter) if part.items)


def outline_parts(filter: Filter) -> Iterator[tuple[str, Part]]:
    """Yield every part of the outline in a filter file, with its path there: `sections[0].sections[2]`."""

    def walk_parts(parts: tuple[Part, ...], path: str) -> Iterator[tuple[str, Part]]:
        for i, part in enumerate(parts):
            yield f"{path}[{i}]", part
            yield from walk_parts(part.sections, f"{path}[{i}].sections")

    yield from walk_parts(filter.sections, "sections")

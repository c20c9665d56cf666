"""`sections` in the front matter: the own names of a CV for the sections of the standard vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from polyvita.config.filter import Filter, Part
from polyvita.core.document import Document, Node, Section, rewrite_document
from polyvita.core.vocabulary import SECTIONS


def add_standard_tags(document: Document) -> Document:
    """Return the document with the standard tags on the sections that the front matter names under `sections`."""
    names: Mapping[str, str] | None = document.meta.get("sections")
    if not names:
        return document
    tags = {own: SECTIONS[standard].tags for standard, own in names.items() if standard in SECTIONS}

    def add(node: Node) -> Node:
        if not isinstance(node, Section) or node.attr.id not in tags:
            return node
        missing = tuple(tag for tag in tags[node.attr.id] if tag not in node.attr.tags)
        return structs.replace(node, attr=structs.replace(node.attr, tags=(*node.attr.tags, *missing)))

    return rewrite_document(document, add)


def name_sections(filter: Filter, names: Mapping[str, str] | None) -> Filter:
    """Return the filter with the ids of the CV in place of those of the standard vocabulary, the keys of `names`.

    Ids that the filter gives to parts of its outline stay as they are.
    """
    if not names:
        return filter

    def own(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(id, id) for id in ids)

    def in_part(part: Part) -> Part:
        return structs.replace(part, from_=own(part.from_), sections=tuple(map(in_part, part.sections)))

    return structs.replace(
        filter,
        order=own(filter.order),
        titles={names.get(id, id): title for id, title in filter.titles.items()},
        prefixes={names.get(id, id): prefix for id, prefix in filter.prefixes.items()},
        sections=tuple(map(in_part, filter.sections)),
        limit=tuple(structs.replace(limit, section=names.get(limit.section, limit.section)) for limit in filter.limit),
    )

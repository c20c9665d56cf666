"""`[94]{count="publication"}`: numbers that are computed from the CV, so that they cannot go stale."""

from __future__ import annotations

import re

from msgspec import structs

from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import InputError, Report, warning
from polyvita.core.document import Attributes, Document, Node, Span, Text, plain_text, rewrite, walk
from polyvita.core.location import Location
from polyvita.transforms.context import Vocabulary, items, vocabulary

_NUMBER = re.compile(r"\d+")


def fill_counts(document: Document, *, report: Report, known: Vocabulary | None = None) -> Document:
    """Every span with a `count` shows how many items of the whole CV its expression is true of.

    A written number that disagrees is a finding; the computed one is shown. An expression that cannot be read,
    or that names an unknown tag, is an error, and the span stays as written. `known` is the CV's vocabulary, where the
    caller has it already.
    """
    counting = {id(block) for block in document.blocks if any(map(_is_count, walk(block)))}
    if not counting:
        return document
    tags, keys, *_ = known or vocabulary(document)

    def change(node: Node) -> Node:
        match node:
            case Span(attr=attr, inlines=inlines) if text := attr.get("count"):
                pass
            case _:
                return node
        try:
            expression = parse_expression(text, _place(attr, text))
        except InputError as problem:
            report.add(*problem.findings)
            return node
        if unknown := list(expression.find_unknown(tags, keys)):
            report.add(*unknown)
            return node
        number = sum(1 for _ in items(document, expression))
        written = plain_text(inlines)
        stated = _NUMBER.search(written)
        if stated and int(stated[0]) != number:
            there = f"there {'is 1 item' if number == 1 else f'are {number} items'} with “{text}”"
            message = f"the text says {stated[0]}, but {there}"
            report.add(warning("PV201", message, node.location, f"write [{number}], or leave the brackets empty"))
        shown = _NUMBER.sub(str(number), written, count=1) if stated else f"{number}"
        return structs.replace(node, inlines=(Text(shown, location=node.location),))

    blocks = tuple(rewrite(block, change) if id(block) in counting else block for block in document.blocks)
    return structs.replace(document, blocks=blocks)


def _is_count(node: Node) -> bool:
    return isinstance(node, Span) and bool(node.attr.get("count"))


def _place(attr: Attributes, text: str) -> Location:
    """Where the expression in `count` stands; the whole attributes where it is not written as it is read."""
    for before in ('count="', "count='", "count="):
        if before + text in attr.raw:
            location = attr.location_of(before + text)
            return location._replace(column=location.column + len(before), width=len(text))
    return attr.location

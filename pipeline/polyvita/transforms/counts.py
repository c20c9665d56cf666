"""`[94]{count="publication"}`: numbers that are computed from the CV, so that they are never out of date."""

from __future__ import annotations

import re

from msgspec import structs

from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import Finding, InputError, warning
from polyvita.core.document import Attributes, Document, Node, Span, Text, plain_text, rewrite, walk
from polyvita.core.location import Location
from polyvita.transforms.context import Vocabulary, collect_vocabulary, find_items

_NUMBER = re.compile(r"\d+")


def fill_counts(document: Document, *, vocabulary: Vocabulary | None = None) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document in which every span with a `count` shows how many items match its expression, and findings.

    Items of the whole CV count. A number in the source that is wrong is reported, and the computed one is shown. An
    expression that cannot be read, or that names an unknown tag, is an error; the span stays as it is. `vocabulary` is
    the one of the CV, if the caller already has it.
    """
    counting = [any(map(_is_count, walk(block))) for block in document.blocks]
    if not any(counting):
        return document, ()
    tags, keys, *_ = vocabulary or collect_vocabulary(document)
    findings: list[Finding] = []

    def fill(node: Node) -> Node:
        match node:
            case Span(attr=attr, inlines=inlines) if text := attr.get("count"):
                pass
            case _:
                return node
        try:
            expression = parse_expression(text, _expression_location(attr, text))
        except InputError as problem:
            findings.extend(problem.findings)
            return node
        if unknown := list(expression.find_unknown(tags, keys)):
            findings.extend(unknown)
            return node
        number = sum(1 for _ in find_items(document, expression))
        old_text = plain_text(inlines)
        old_number = _NUMBER.search(old_text)
        if old_number and int(old_number[0]) != number:
            items = "is 1 item" if number == 1 else f"are {number} items"
            message = f"the text says {old_number[0]}, but there {items} with “{text}”"
            hint = f"write [{number}], or leave the brackets empty"
            findings.append(warning("PV201", message, node.location, hint))
        new_text = _NUMBER.sub(str(number), old_text, count=1) if old_number else f"{number}"
        return structs.replace(node, inlines=(Text(new_text, location=node.location),))

    blocks = tuple(rewrite(block, fill) if has else block for block, has in zip(document.blocks, counting, strict=True))
    return structs.replace(document, blocks=blocks), tuple(findings)


def _is_count(node: Node) -> bool:
    return isinstance(node, Span) and bool(node.attr.get("count"))


def _expression_location(attr: Attributes, text: str) -> Location:
    """Return the location of the expression in `count`, or of all attributes if the source has escapes in it."""
    for before in ('count="', "count='", "count="):
        if before + text in attr.raw:
            location = attr.location_of(before + text)
            return location._replace(column=location.column + len(before), width=len(text))
    return attr.location

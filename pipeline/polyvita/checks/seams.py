"""Sentences that do not read well without the spans that a filter takes out: “prizes, and .” or “one,, two”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import (
    Cell,
    Code,
    DefinitionItem,
    Document,
    Heading,
    LineBreak,
    Node,
    Note,
    Paragraph,
    SoftBreak,
    Span,
    Text,
    children,
    walk,
)
from polyvita.transforms.context import selection_tags

_WORD = (
    "and|or|und|oder|sowie|et|ou|y|e|o|ed|i|ili|og|eller|och|en|of|a|nebo|lub|oraz|и|или|та|або|va|veya|"
    "ve|ja|tai|és|vagy|și|sau|και|ή"
)
"""“And” and “or” in many languages."""
_GAP = "\N{OBJECT REPLACEMENT CHARACTER}"
_BROKEN = re.compile(
    rf"(?:[,;:–—&(/、，]|(?<!\w)(?:{_WORD}))\s*{_GAP}[\s{_GAP}]*(?:[.,;:!?)、，。；]|$)"
    rf"|(?:^|[(])\s*{_GAP}[\s{_GAP}]*(?:[,;:)、，]|(?:{_WORD})(?!\w))"
    rf"|(?<!\w)(?:{_WORD})\s+{_GAP}[\s{_GAP}]*(?:{_WORD})(?!\w)"
)
"""What disturbs a reader: a comma or an “and” before a full stop, two commas, one at the start, empty brackets."""


def find_seams(document: Document, shown: Document) -> Iterator[Finding]:
    """Yield a warning for each sentence in `shown` that a span was taken out of, if it does not read well without it.

    `document` is the CV before selection. Both have the same keys. What `document` itself has is left out.
    """
    kept = {node.key for node in walk(shown)}
    for unit in _cut_units(document, kept):
        parts = list(_parts(unit, kept))
        text = "".join(text for text, _ in parts)
        for found in _BROKEN.finditer(text):
            span = _span_at(parts, found.start() + found[0].index(_GAP))
            before = re.sub(r"\s+(?=[.,;:!?)])", "", text[: found.end()].replace(_GAP, "")).split()
            quoted = " ".join(before[-_QUOTED_WORDS:])
            message = f"without this span, the text reads “… {quoted}”"
            hint = "put the words and the commas around it into the span, too"
            yield warning("PV043", message, span.location, hint)
            break


_UNITS = {Paragraph, Heading, Cell, DefinitionItem}
_QUOTED_WORDS = 4


def _inlines(unit: Node) -> tuple[Node, ...]:
    return unit.term if isinstance(unit, DefinitionItem) else tuple(children(unit))


def _cut_units(document: Document, kept: set[int]) -> list[Node]:
    """Return the units that are shown without one of their spans, and those with a footnote."""
    cut: dict[int, Node] = {}
    unit: Node | None = None
    for node in walk(document):
        kind = type(node)
        if kind in _UNITS:
            unit = node
        elif unit is None or unit.key not in kept:
            continue
        elif kind is Note or (kind is Span and node.key not in kept and _is_judged(node)):
            cut[unit.key] = unit  # What follows a footnote seems to be inside it, so its unit is looked at anyway.
    return [*cut.values()]


def _is_judged(node: Node) -> bool:
    """Return whether a filter judges a span on its own. The names of the owner are spans that it does not judge."""
    return isinstance(node, Span) and bool(selection_tags(node.attr) or node.attr.keys)


def _parts(unit: Node, kept: set[int]) -> Iterator[tuple[str, Node]]:
    """Yield the texts of a unit with their nodes, and a gap for each span that is not kept."""
    pending = [*reversed(_inlines(unit))]
    while pending:
        node = pending.pop()
        if _is_judged(node) and node.key not in kept:
            yield _GAP, node
        elif isinstance(node, Text | Code):
            yield node.text, node
        elif isinstance(node, SoftBreak | LineBreak):
            yield " ", node
        else:
            pending += reversed(tuple(children(node)))


def _span_at(parts: list[tuple[str, Node]], offset: int) -> Node:
    for text, node in parts:
        if offset < len(text):
            return node
        offset -= len(text)
    raise AssertionError("the offset of a gap is inside its parts")

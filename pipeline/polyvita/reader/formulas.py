"""Check the formulas of a document, and find out how they read as plain text."""

from __future__ import annotations

from msgspec import structs

from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import Document, Math, Node, Text, rewrite_document, walk
from polyvita.core.formulas import read_formulas
from polyvita.reader.parse_context import on_one_line

_LONGEST_QUOTE = 60


def check_formulas(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with the plain text of each formula. A formula that is not valid becomes text, as written."""
    formulas = [node.text for node in walk(document) if isinstance(node, Math)]
    if not formulas:
        return document, ()
    readings, findings = read_formulas(formulas), []

    def check(node: Node) -> Node:
        if not isinstance(node, Math):
            return node
        reading = readings[node.text]
        if reading.is_valid:
            return structs.replace(node, plain=reading.plain)
        sign = "$$" if node.display else "$"
        written = on_one_line(f"{sign}{node.text}{sign}")
        quoted = written if len(written) <= _LONGEST_QUOTE else f"{written[:_LONGEST_QUOTE].rstrip()}…"
        message = f"{quoted} is not a formula in TeX; every output shows it as text"
        findings.append(warning("PV046", message, node.location, "correct the formula, or write \\$ for currency"))
        return Text(written, location=node.location, key=node.key)

    return rewrite_document(document, check), tuple(findings)

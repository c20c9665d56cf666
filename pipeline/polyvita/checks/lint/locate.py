"""The locations of errors of writers: a writer knows the address of an image or a character, but not its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from polyvita.checks.lint.context import LintContext, NamesInUse
from polyvita.core.diagnostics import Finding, InputError, info, join_names, warning
from polyvita.core.document import Code, CodeBlock, Document, Image, Node, Text, walk
from polyvita.core.location import NOWHERE, Location
from polyvita.core.scripts import NAMES
from polyvita.writers.fonts import Substitute
from polyvita.writers.images import find_image
from polyvita.writers.pdf import MissingGlyph, missing_glyph_finding


def locate_findings(problem: InputError, document: Document, text: str, folder: Path) -> tuple[Finding, ...]:
    """Return the findings of a writer, each with the location of its image or characters in the source.

    `document` is what the writer was given, `text` the source, and `folder` contains the CV.
    """
    if isinstance(problem, MissingGlyph):
        return tuple(_locate_glyphs(problem, LintContext(document, tuple(text.split("\n")), folder, NamesInUse())))
    found = []
    for node in walk(document):
        if isinstance(node, Image):
            try:
                find_image(node.url, folder)
            except InputError as refusal:
                found += [*locate_image_findings(refusal, node)]
    codes = {finding.code for finding in found}
    return (*found, *(finding for finding in problem.findings if finding.location.line or finding.code not in codes))


def locate_image_findings(problem: InputError, node: Image) -> Iterator[Finding]:
    """Yield the findings about an image, with its location."""
    yield from (finding._replace(location=node.location) for finding in problem.findings)


def _locate_glyphs(problem: MissingGlyph, context: LintContext) -> Iterator[Finding]:
    """Yield a finding for each run of characters that no font can show, at its first location.

    Characters that do not come from the source, but from a filter file for example, share one finding without location.
    """
    remaining = dict.fromkeys(problem.characters)
    for node in context.nodes:
        text = node.text if isinstance(node, Text | Code | CodeBlock) else ""
        start = 0
        while start < len(text):
            if text[start] not in remaining:
                start += 1
                continue
            end = start
            while end < len(text) and text[end] in problem.characters:
                remaining.pop(text[end], None)
                end += 1
            location = _locate_characters(context, node, start, text[start:end])
            yield missing_glyph_finding(text[start:end], location, sans=problem.sans)
            start = end
    if remaining:
        yield missing_glyph_finding("".join(remaining), sans=problem.sans)


def locate_substitutes(
    substitutes: Iterable[Substitute], font: str, document: Document, text: str, folder: Path
) -> Iterator[Finding]:
    """Yield a finding for each font that a PDF uses in place of `font`, at the first character that needs it."""
    context = LintContext(document, tuple(text.split("\n")), folder, NamesInUse())
    for substitute in substitutes:
        for node in context.nodes:
            shown = node.text if isinstance(node, Text | Code | CodeBlock) else ""
            start = next((at for at, char in enumerate(shown) if char in substitute.characters), None)
            if start is not None:
                width = next((at for at, c in enumerate(shown[start:]) if c not in substitute.characters), None)
                end = len(shown) if width is None else start + width
                yield _substitute_finding(substitute, font, _locate_characters(context, node, start, shown[start:end]))
                break


def locate_signs(signs: str, document: Document, text: str, folder: Path) -> Iterator[Finding]:
    """Yield a finding about the signs that a PDF leaves out because no font has them, at the first of them."""
    if not (named := [sign for sign in signs if unicodedata.category(sign) == "So"]):
        return
    location, context = NOWHERE, LintContext(document, tuple(text.split("\n")), folder, NamesInUse())
    for node in context.nodes:
        shown = node.text if isinstance(node, Text | Code | CodeBlock) else ""
        start = next((at for at, char in enumerate(shown) if char in named), None)
        if start is not None:
            location = _locate_characters(context, node, start, shown[start])
            break
    listed = join_names([f"{sign} (U+{ord(sign):04X})" for sign in named[:_MAX_LISTED]])
    more = f" and {len(named) - _MAX_LISTED} more" if len(named) > _MAX_LISTED else ""
    hint = "put an emoji font into fonts/ beside the CV, or write the word"
    yield warning("PV352", f"no available font can show {listed}{more}; the PDF leaves this out", location, hint)


_MAX_LISTED = 5
"""The number of signs that the message lists; it counts the others."""


def _substitute_finding(substitute: Substitute, font: str, location: Location) -> Finding:
    script = NAMES.get(substitute.script, "")
    lacking = f"{script} characters" if script else f"sign {substitute.characters[0]}"
    message = f"“{font}” has no {lacking}; the PDF uses {substitute.family}"
    hint = "for another font, put its files into fonts/ beside the CV"
    return info("PV351", message, location, hint)


def _locate_characters(context: LintContext, node: Node, offset: int, characters: str) -> Location:
    """Return the location of characters of a node: in its text, in the lines of its code, or in the front matter."""
    if isinstance(node, Text) and node.location.line:
        return context.locate_in_text(node, offset, len(characters))
    first = node.location.line or 1
    for number, line in enumerate(context.lines[first - 1 :], first):
        column = line.find(characters)
        if column >= 0:
            return Location(context.document.file, number, column + 1, len(characters))
    return node.location

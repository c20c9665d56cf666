"""What the writers refuse, with its place in the source: they see no more than an address or a character."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from polyvita.checks.lint.context import LintContext, Named
from polyvita.core.diagnostics import Finding, InputError
from polyvita.core.document import Code, CodeBlock, Document, Image, Node, Text, walk
from polyvita.core.location import Location
from polyvita.writers.images import image_file
from polyvita.writers.pdf import MissingGlyph, no_font


def located(problem: InputError, document: Document, text: str, folder: Path) -> tuple[Finding, ...]:
    """The findings of a writer, each where the `document` that it was given has what they are about."""
    if isinstance(problem, MissingGlyph):
        return tuple(_glyphs(problem, LintContext(document, tuple(text.split("\n")), folder, Named())))
    found = []
    for node in walk(document):
        if isinstance(node, Image):
            try:
                image_file(node.url, folder)
            except InputError as refused:
                found += [*located_image(refused, node)]
    codes = {finding.code for finding in found}
    return (*found, *(finding for finding in problem.findings if finding.location.line or finding.code not in codes))


def located_image(problem: InputError, node: Image) -> Iterator[Finding]:
    """The findings about an image, at its place."""
    yield from (finding._replace(location=node.location) for finding in problem.findings)


def _glyphs(problem: MissingGlyph, manuscript: LintContext) -> Iterator[Finding]:
    """One finding for each run of characters that no font can show, where they stand first; those that the document
    has from elsewhere, from a filter or the front matter, in one without a place."""
    left = dict.fromkeys(problem.characters)
    for node in manuscript.nodes:
        text = node.text if isinstance(node, Text | Code | CodeBlock) else ""
        at = 0
        while at < len(text):
            if text[at] not in left:
                at += 1
                continue
            end = at
            while end < len(text) and text[end] in problem.characters:
                left.pop(text[end], None)
                end += 1
            location = _place(manuscript, node, at, text[at:end])
            yield no_font(text[at:end], location)
            at = end
    if left:
        yield no_font("".join(left))


def _place(manuscript: LintContext, node: Node, at: int, characters: str) -> Location:
    """Where characters of a node stand: in its text, in the lines of its code, or in the front matter."""
    if isinstance(node, Text) and node.location.line:
        return manuscript.inside(node, at, len(characters))
    first = node.location.line or 1
    for number, line in enumerate(manuscript.lines[first - 1 :], first):
        column = line.find(characters)
        if column >= 0:
            return Location(manuscript.document.file, number, column + 1, len(characters))
    return node.location

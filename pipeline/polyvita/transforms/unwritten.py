"""Sections that are not written yet: a heading with nothing below it but a comment, as `polyvita add` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from polyvita.core.diagnostics import Finding, info
from polyvita.core.document import Block, Div, Document, Section, plain_text
from polyvita.transforms.context import FixedContext, is_entry
from polyvita.transforms.prune import Pruner


def drop_unwritten_sections(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document without sections that have only a comment, and a note about each.

    A heading alone can be content, for example “References on request”. An entry without text is content, too.
    """
    if "<!--" not in document.text:
        return document, ()
    lines = document.text.split("\n")
    unwritten = [section for section in _empty_sections(document.blocks) if _has_comment(section, lines)]
    if not unwritten:
        return document, ()
    keys = {section.key for section in unwritten}
    pruner = Pruner(keep=lambda *_: True, drop=lambda node, _: node.key in keys)
    return pruner.prune(document, FixedContext()), tuple(map(_note, unwritten))


def _empty_sections(blocks: Iterable[Block]) -> Iterator[Section]:
    for block in blocks:
        if isinstance(block, Section | Div):
            yield from _empty_sections(block.blocks)
        if isinstance(block, Section) and not block.blocks and not is_entry(block):
            yield block


def _has_comment(section: Section, lines: list[str]) -> bool:
    """Return whether a comment follows the heading of a section. An underlined heading has a second line."""
    after = lines[section.heading.location.line :]
    below = [line.strip() for line in after[:20] if line.strip().strip("=-")]
    return bool(below) and below[0].startswith("<!--")


def _note(section: Section) -> Finding:
    title = plain_text(section.heading)
    message = f"the section “{title}” is not written yet, so no output shows it"
    hint = "write its text below the comment, or delete the section"
    return info("PV432", message, section.heading.location, hint)

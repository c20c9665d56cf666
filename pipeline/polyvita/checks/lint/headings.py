"""Headings that skip a level, and paragraphs in bold that stand for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from polyvita.checks.lint.context import LintContext
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import BlockQuote, Div, Node, Paragraph, Section, Strong, plain_text

_LONGEST = 60


def skipped_levels(manuscript: LintContext) -> Iterator[Finding]:
    """The first heading under another that is more than one level below it: its neighbours are mended with it."""
    yield from _skipped(manuscript.document.blocks, 0)


def _skipped(blocks: Iterable[Node], level: int) -> Iterator[Finding]:
    said = False
    for block in blocks:
        match block:
            case Section(heading=heading, blocks=inside):
                if level and heading.level > level + 1 and not said:
                    said = True
                    message = f"a heading of level {heading.level} stands right under one of level {level}"
                    hint = f"write {'#' * (level + 1)} before it; tables of contents and screen readers go by levels"
                    yield warning("PV220", message, heading.location, hint)
                yield from _skipped(inside, heading.level)
            case Div(blocks=inside) | BlockQuote(blocks=inside):
                yield from _skipped(inside, level)
            case _:
                pass


def bold_headings(manuscript: LintContext) -> Iterator[Finding]:
    """Short paragraphs that are bold alone, with something below them that they could be the heading of."""
    yield from _bold(manuscript.document.blocks, 0)


def _is_bold(block: Node) -> bool:
    return isinstance(block, Paragraph) and len(block.inlines) == 1 and isinstance(block.inlines[0], Strong)


def _bold(blocks: Sequence[Node], level: int) -> Iterator[Finding]:
    for block, following in zip(blocks, (*blocks[1:], None), strict=False):
        match block:
            case Paragraph(inlines=(Strong() as bold,), attr=attr) if (
                following and not attr and not _is_bold(following)
            ):
                text = plain_text(bold)
                if len(text) <= _LONGEST and text[-1:].isalnum() and not isinstance(following, Section) and level:
                    hint = f"write “{'#' * min(6, level + 1)} {text}”, so that filters and tables of contents know it"
                    yield warning(
                        "PV221", f"“{text}” is bold and looks like a heading, but is none", bold.location, hint
                    )
            case Section(heading=heading, blocks=inside):
                yield from _bold(inside, heading.level)
            case Div(blocks=inside):
                yield from _bold(inside, level)
            case _:
                pass

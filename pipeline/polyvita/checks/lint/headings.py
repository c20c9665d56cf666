"""Checks of headings that skip a level, and of bold paragraphs that are used as headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from polyvita.checks.lint.context import LintContext
from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import BlockQuote, Div, Node, Paragraph, Section, Strong, plain_text

_MAX_LENGTH = 60
_STARTS_WITH_DATE = re.compile(r"\W*(?:[^\W\d]{3,10}\.? )?(?:\d{1,2}[./-])*(?:19|20)\d\d\b")
"""“Jun 2021 – today | Remote” is the date of the entry above."""


def find_skipped_levels(context: LintContext) -> Iterator[Finding]:
    """Find headings that are more than one level below the heading above them.

    Only the first one below each heading is reported: the user corrects its neighbours together with it.
    """
    yield from _find_skipped(context.document.blocks, 0)


def _find_skipped(blocks: Iterable[Node], level: int) -> Iterator[Finding]:
    reported = False
    for block in blocks:
        match block:
            case Section(heading=heading, blocks=inside):
                if level and heading.level > level + 1 and not reported:
                    reported = True
                    message = f"a level {heading.level} heading is directly below a level {level} heading"
                    signs = "#" * (level + 1)
                    hint = f"start it with {signs}; tables of contents and screen readers rely on heading levels"
                    yield warning("PV220", message, heading.location, hint)
                yield from _find_skipped(inside, heading.level)
            case Div(blocks=inside) | BlockQuote(blocks=inside):
                yield from _find_skipped(inside, level)
            case _:
                pass


def find_bold_headings(context: LintContext) -> Iterator[Finding]:
    """Find short paragraphs that are entirely bold and that have content below them, as a heading has.

    Those of one level are one finding: whoever writes one heading so writes all of them so.
    """
    levels: dict[int, list[Strong]] = {}
    for level, bold in _find_bold(context.document.blocks, 0):
        levels.setdefault(level, []).append(bold)
    for level, bolds in levels.items():
        text, places = plain_text(bolds[0]), list_places(bold.location.line for bold in bolds)
        message = f"“{text}” looks like a heading, but is only bold text{places}"
        hint = f"write “{'#' * min(6, level + 1)} {text}”, so that filters and tables of contents find it"
        yield warning("PV221", message, bolds[0].location, hint)


def _is_bold(block: Node) -> bool:
    return isinstance(block, Paragraph) and len(block.inlines) == 1 and isinstance(block.inlines[0], Strong)


def _find_bold(blocks: Sequence[Node], level: int) -> Iterator[tuple[int, Strong]]:
    """Yield the bold paragraphs that look like headings, each with the level of the heading above it."""
    for block, following in zip(blocks, (*blocks[1:], None), strict=False):
        match block:
            case Paragraph(inlines=(Strong() as bold,), attr=attr) if (
                following and not attr and not _is_bold(following)
            ):
                text = plain_text(bold)
                ends = text[-1:].isalnum() and not isinstance(following, Section)
                if len(text) <= _MAX_LENGTH and ends and level and not _STARTS_WITH_DATE.match(text):
                    yield level, bold
            case Section(heading=heading, blocks=inside):
                yield from _find_bold(inside, heading.level)
            case Div(blocks=inside):
                yield from _find_bold(inside, level)
            case _:
                pass

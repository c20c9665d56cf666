"""Fit the content to the pages or words that a filter allows. Units are left out; the type size never changes.

Units are ranked by priority (1 first; the default is 5), then by date (newest first), then by their order in the
source. The longest run from the top of that ranking that fits stays. After that, lower units that still fit are added
again, one by one. Units of priority 1 are never left out.

Pages are measured on real layouts: each choice of units that is tried is typeset completely. One layout of many units
gives the height of each unit. These heights predict where the run ends and which units are worth a try. So the
number of layouts grows with the logarithm of the number of units, plus the number of units added again.
"""

from __future__ import annotations

from msgspec import structs

from polyvita.builder.fit.pages import LayoutFunction, fit_pages
from polyvita.builder.fit.units import FitResult, TooLongError, Unit, rank_units
from polyvita.builder.fit.words import count_words_of, fit_words
from polyvita.config.filter import Filter, Words
from polyvita.core.diagnostics import DoesNotFitError, Finding, error
from polyvita.core.document import Document, Table, walk
from polyvita.core.formats import format_of
from polyvita.transforms.wordings import choose_wordings

__all__ = [
    "FitResult",
    "LayoutFunction",
    "TooLongError",
    "Unit",
    "asks_to_fit",
    "fit",
    "fit_pages",
    "fit_words",
    "rank_units",
]

WORD_RESERVE = 1.5
"""Lines kept free at the end of the last page if a Word file is written, too.

Word and Typst do not break every paragraph in the same places.
"""
TABLE_RESERVE = 3
"""More lines kept free for each page break, if there is a table. Word keeps low rows whole, but Typst breaks them.

A long table needs as many more: its columns in Word are not exactly as wide as in the PDF, so some rows are higher.
"""
LONG_TABLE = 12
"""The number of rows from which on a table is long."""


def asks_to_fit(filter: Filter) -> bool:
    """Return whether a filter leaves out content that is too long."""
    return bool((filter.pages and filter.pages.fit) or any(words.fit for words in filter.words))


def fit(document: Document, filter: Filter, lay_out: LayoutFunction) -> FitResult:
    """Return the part of the document that the filter's `words` and `pages` allow, and what was left out.

    Too many or too few words are a finding if they are not fitted. Raises `DoesNotFitError` if the content of priority
    1 alone is too long.
    """
    left_out: tuple[Unit, ...] = ()
    findings: tuple[Finding, ...] = ()
    for number, words in enumerate(filter.words):
        try:
            result = _fit_words(document, filter, number, words)
        except DoesNotFitError as problem:
            raise DoesNotFitError(*findings, *problem.findings) from None
        document, left_out, findings = result.document, left_out + result.left_out, findings + result.findings
    pages = filter.pages
    if pages is None or pages.fit is None:
        return FitResult(document, left_out, findings=findings)
    reserve = 0.0
    if any(format_of(name).reflowed for name in filter.formats):
        rows = max((len(node.rows) for node in walk(document) if isinstance(node, Table)), default=0)
        breaks = (pages.most - 1) * (rows > 0) + (rows >= LONG_TABLE)
        reserve = WORD_RESERVE + TABLE_RESERVE * breaks
    try:
        result = fit_pages(document, lay_out, most=pages.most, reserve=reserve)
    except TooLongError as problem:
        excess, limit = _count(problem.excess, "line"), _count(pages.most, "page")
        message = f"the priority-1 content alone is {excess} too long for {limit}"
        hint = "give some content a lower priority (2 to 9), or allow more pages"
        raise DoesNotFitError(*findings, error("PV310", message, filter.location("pages.most"), hint)) from None
    return structs.replace(result, left_out=(*left_out, *result.left_out), findings=findings)


def _fit_words(document: Document, filter: Filter, number: int, words: Words) -> FitResult:
    """Return the document with as many words as one limit allows, and the units that were left out."""
    location = filter.location(f"words[{number}].most")
    fitted = FitResult(document)
    if words.fit and words.most is not None:
        try:
            fitted = fit_words(document, words.items, most=words.most)
        except TooLongError as problem:
            count = _count(words.most + problem.excess, "word")
            message = f"the priority-1 content alone has {count} (maximum {words.most})"
            hint = "give some content a lower priority (2 to 9), or allow more words"
            raise DoesNotFitError(error("PV310", message, location, hint)) from None
    total = count_words_of(choose_wordings(fitted.document), words.items)
    has_words = f"“{words.items.text}” has {_count(total, 'word')}"
    findings = []
    if words.most is not None and total > words.most:
        hint = "shorten the text" if words.fit else "shorten the text, or add “fit: drop”"
        findings.append(error("PV311", f"{has_words} (maximum {words.most})", location, hint))
    if words.least is not None and total < words.least:
        location = filter.location(f"words[{number}].least")
        hint = "write more text, or lower “least”"
        findings.append(error("PV311", f"{has_words} (minimum {words.least})", location, hint))
    return structs.replace(fitted, findings=tuple(findings))


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'s' if number != 1 else ''}"

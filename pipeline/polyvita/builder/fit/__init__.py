"""Fitting pages and words: content is chosen, type is never shrunk.

Units are ranked by priority (1 first, 5 where there is none), then by date (newest first), then as written. The
longest run of that order that fits stays; then later ones that still fit are put back. Priority 1 never goes.

What fits pages is measured on the real pages: each choice that is tried goes the whole way to a laid-out document.
One layout of plenty tells how high each unit is; that says where to look for the end of the run, and which of the
units left out are worth a try. So the number of layouts grows with the logarithm of the number of units, and with the
number of those put back.
"""

from __future__ import annotations

from msgspec import structs

from polyvita.builder.fit.pages import Lay, fit_pages
from polyvita.builder.fit.units import Fitted, TooLong, Unit, outermost, units
from polyvita.builder.fit.words import count_words, fit_words
from polyvita.config.filter import Filter, Words
from polyvita.core.diagnostics import DoesNotFitError, Report, error
from polyvita.core.document import Document
from polyvita.transforms.wordings import choose_wordings

__all__ = ["Fitted", "Lay", "TooLong", "Unit", "fit", "fit_pages", "fit_words", "units"]


def fit(document: Document, filter: Filter, lay: Lay, *, report: Report) -> tuple[Document, Fitted | None]:
    """The document as the filter's `words` and `pages` allow, and what was chosen, if anything was to be fitted.

    Words that are too many, or too few, and are not to be fitted, are findings. Raises `DoesNotFitError` where not even
    priority 1 fits.
    """
    left_out: list[Unit] = []
    for number, words in enumerate(filter.words):
        document, gone = _words(document, filter, number, words, report)
        left_out += gone
    pages = filter.pages
    if pages is None or pages.fit is None:
        fitting = any(words.fit for words in filter.words)
        return document, Fitted(document, tuple(left_out)) if fitting else None
    reserve = WORD_RESERVE if "docx" in filter.formats else 0
    try:
        fitted = fit_pages(document, lay, most=pages.most, reserve=reserve)
    except TooLong as problem:
        what = f"{pages.most} page{'s' if pages.most > 1 else ''}"
        message = f"not even what has priority 1 fits {what}: it is over by {problem.over:g} lines"
        hint = "give some of it a lower priority (2 to 9), or allow more pages"
        raise DoesNotFitError(error("PV310", message, filter.location("pages.most"), hint)) from None
    return fitted.document, structs.replace(fitted, left_out=(*left_out, *fitted.left_out))


WORD_RESERVE = 1.5
"""Lines kept free at the end of the last page where a Word file is written too: Word and Typst do not break every
paragraph alike."""


def _words(
    document: Document, filter: Filter, number: int, words: Words, report: Report
) -> tuple[Document, tuple[Unit, ...]]:
    """The document with as many words as it may have, and what was left out for that."""
    location = filter.location(f"words[{number}].most")
    gone: tuple[Unit, ...] = ()
    if words.fit and words.most is not None:
        try:
            fitted = fit_words(document, words.items, most=words.most)
        except TooLong as problem:
            message = f"not even what has priority 1 fits {words.most} words: it has {problem.over:g} more"
            raise DoesNotFitError(
                error("PV310", message, location, "give some of it a lower priority (2 to 9), or allow more")
            ) from None
        document, gone = fitted.document, fitted.left_out
    shown = choose_wordings(document)
    count = count_words([unit.node for unit in outermost(units(shown, words.items))])
    what = f"“{words.items.text}”"
    if words.most is not None and count > words.most:
        hint = "shorten it" if words.fit else "shorten it, or add “fit: drop”"
        report.add(error("PV311", f"{what} has {_words_of(count)}; {words.most} at most are allowed", location, hint))
    if words.least is not None and count < words.least:
        location = filter.location(f"words[{number}].least")
        message = f"{what} has {_words_of(count)}; {words.least} at least are asked for"
        report.add(error("PV311", message, location, "write more, or lower “least”"))
    return document, gone


def _words_of(count: int) -> str:
    return f"{count} word{'s' if count != 1 else ''}"

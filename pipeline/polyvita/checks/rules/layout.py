"""Rules on how a file lies on paper, judged on a PDF as it is set and on a Word file as its styles say."""

from __future__ import annotations

import re

from polyvita.checks.rules.model import Layout, MeasuredFile
from polyvita.checks.rules.outcome import Case, Outcome, Violation, bounds, cannot, of, within
from polyvita.checks.rules.ruleset import Count
from polyvita.config.filter import Edges
from polyvita.config.theme import PAPER, Pt

_NEAR = 0.5
"""Lengths that differ by half a millimetre are the same."""


def pages(asked: Count, file: MeasuredFile, _case: Case) -> Outcome:
    """The pages of the PDF; those of a Word file as the PDF breaks them, or LibreOffice where it is asked."""
    if file.pages is None:
        return cannot("its pages could not be counted")
    said = f", {file.pages_by}" if file.pages_by else ""
    return of(within(file.pages, asked), bounds(file.pages, asked) + said)


def typeface(allowed: tuple[str, ...], file: MeasuredFile, _case: Case) -> Outcome:
    """The typefaces of all words: the fonts in the PDF, and those that Word’s styles name."""
    wanted = {_plain(name): name for name in allowed}
    used = _layout(file).types
    others = [type for type in used if _plain(type.family) not in wanted]
    if not others:
        return Outcome("kept", ", ".join(sorted({wanted[_plain(type.family)] for type in used})))
    names = ", ".join(sorted({type.family for type in others}))
    return of(False, f"{names}, not {allowed[0]} or like it", Violation(message=f"{names} in {others[0].sample}"))


def _plain(family: str) -> str:
    """`timesnewroman` for Times New Roman and for TimesNewRomanPSMT."""
    return re.sub(r"(psmt|mt|ps)$", "", re.sub(r"[^a-z0-9]", "", family.lower()))


def type_size(least: Pt, file: MeasuredFile, _case: Case) -> Outcome:
    """The smallest type that words are set in, those of header and footer and raised figures aside."""
    smallest = min(_layout(file).types, key=lambda type: type.size, default=None)
    if smallest is None:
        return cannot("there are no words")
    figure = f"{smallest.size:.4g} of at least {least:.4g} pt"
    return of(smallest.size > least - 0.06, figure, Violation(message=f"{figure}: {smallest.sample}"))


def line_spacing(least: float, file: MeasuredFile, _case: Case) -> Outcome:
    """The least distance of lines in running paragraphs; single is 1.15 type sizes, as in word processors. Headings
    do not count."""
    found = _layout(file).line_spacing
    if found is None:
        return cannot("no paragraph has two lines")
    return of(found > least - 0.01, f"{found:.2f} of at least {least:.4g}")


def margins(least: Edges, file: MeasuredFile, _case: Case) -> Outcome:
    """The narrowest margins: where the text of the PDF comes nearest to each edge, and what Word is told to keep. Page
    header and footer may stand in them."""
    asked = {side: least_one for side in ("top", "right", "bottom", "left") if (least_one := getattr(least, side))}
    found = {side: round(length, 1) for side, length in _layout(file).margins.items() if side in asked}
    narrow = [side for side, length in found.items() if length < asked[side] - _NEAR]
    if not narrow:
        return Outcome("kept", ", ".join(f"{side} {length:g}" for side, length in found.items()) + " mm")
    return of(False, ", ".join(f"{side} {found[side]:g} of at least {asked[side]:g} mm" for side in narrow))


def paper(asked: str, file: MeasuredFile, _case: Case) -> Outcome:
    """The size of the paper, to a millimetre."""
    width, height = _layout(file).paper
    sizes = {name for name, (w, h) in PAPER.items() if abs(width - w) < 1 and abs(height - h) < 1}
    name = next(iter(sizes), f"{width:.0f} × {height:.0f} mm")
    return of(asked in sizes, name if asked in sizes else f"{name}, not {asked}")


def images(asked: Count, file: MeasuredFile, _case: Case) -> Outcome:
    """Pictures in the file."""
    number = _layout(file).images
    return of(within(number, asked), bounds(number, asked))


def header_footer(_none: str, file: MeasuredFile, _case: Case) -> Outcome:
    """Whether a page has words in its header or footer."""
    there = _layout(file).header_footer
    return of(not there, "there is one" if there else "there is none")


def _layout(file: MeasuredFile) -> Layout:
    assert file.layout is not None  # kinds that look at paper are given files that have one
    return file.layout

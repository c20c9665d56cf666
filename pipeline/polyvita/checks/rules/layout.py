"""Rules about the layout on paper, checked on the positions in a PDF and on the styles of a Word file.

The docstrings of public functions are part of the documentation, which describes with them how a rule is measured.
"""

from __future__ import annotations

import re

from polyvita.checks.inspect.model import Layout
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import (
    Outcome,
    RuleContext,
    Violation,
    describe_count,
    is_within,
    make_outcome,
    not_checkable,
)
from polyvita.checks.rules.ruleset import Count, Pages, RunningText
from polyvita.config.filter import Edges
from polyvita.config.theme import PAPER, Pt
from polyvita.core.formats import format_of

_TOLERANCE = 0.5
"""The difference in mm up to which two lengths are the same."""


def pages(limit: Pages, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Count the pages of the PDF. They also count for the Word file, unless LibreOffice counts its pages."""
    if file.pages is None:
        return not_checkable("the pages could not be counted")
    limit = limit.in_language(context.lang)
    if limit.most is None and limit.least is None:
        return not_checkable(f"the rule has no number for “{context.lang}”")
    counted_by = f", {file.pages_by}" if file.pages_by else ""
    return make_outcome(is_within(file.pages, limit), describe_count(file.pages, "page", limit) + counted_by)


def typeface(allowed: tuple[str, ...], file: MeasuredFile, context: RuleContext) -> Outcome:
    """Compare the fonts of all words: the fonts in the PDF, and the fonts that the styles of the Word file name.

    Words in a script that the font of the PDF does not have are left out, such as the name of a Chinese co-author.
    """
    names = {_normalized_family(name): name for name in allowed}
    substitutes = {_normalized_family(name) for name in context.substitutes} - names.keys()
    used = [font for font in _layout(file).fonts if _normalized_family(font.family) not in substitutes]
    if substitutes and not used:
        return not_checkable("no word is in a script that the font has")
    others = [font for font in used if _normalized_family(font.family) not in names]
    if not others:
        return Outcome("kept", ", ".join(sorted({names[_normalized_family(font.family)] for font in used})))
    found = ", ".join(sorted({font.family for font in others}))
    message = f"{found} in {others[0].sample}"
    return make_outcome(False, f"{found}; required: {allowed[0]} or similar", Violation(message=message))


def _normalized_family(family: str) -> str:
    """Return `timesnewroman` for Times New Roman and for TimesNewRomanPSMT.

    The fonts for Chinese, Japanese and Korean in one file have one name in a PDF.
    """
    return re.sub(r"(psmt|mt|ps|(?<=cjk)(jp|kr|sc|tc|hk))$", "", re.sub(r"[^a-z0-9]", "", family.lower()))


def type_size(least: Pt, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Take the smallest font size of all words, except page headers, page footers and superscript numbers."""
    smallest = min(_layout(file).fonts, key=lambda font: font.size, default=None)
    if smallest is None:
        return not_checkable("there are no words")
    figure = f"{smallest.size:.4g} pt, minimum {least:.4g} pt"
    violation = Violation(message=f"{figure}, in {smallest.sample}")
    return make_outcome(smallest.size > least - 0.06, figure, violation)


def line_spacing(least: float, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Take the smallest line spacing in running paragraphs.

    Single spacing is 1.15 times the font size, as in word processors. Headings do not count.
    """
    found = _layout(file).line_spacing
    if found is None:
        return not_checkable("no paragraph has two lines")
    return make_outcome(found > least - 0.01, f"{found:.2f}, minimum {least:.4g}")


def margins(least: Edges, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Take the smallest margins: the distance of the text from the edges of the PDF, and the page setup of Word.

    Page headers and footers may be in the margins.
    """
    required = {side: length for side in ("top", "right", "bottom", "left") if (length := getattr(least, side))}
    found = {side: round(length, 1) for side, length in _layout(file).margins.items() if side in required}
    narrow = [side for side, length in found.items() if length < required[side] - _TOLERANCE]
    if not narrow:
        return Outcome("kept", ", ".join(f"{side} {length:g}" for side, length in found.items()) + " mm")
    return make_outcome(
        False, "; ".join(f"{side} {found[side]:g} mm, minimum {required[side]:g} mm" for side in narrow)
    )


def paper(required: str, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Compare the paper size, with a tolerance of 1 mm."""
    width, height = _layout(file).paper
    sizes = {name for name, (w, h) in PAPER.items() if abs(width - w) < 1 and abs(height - h) < 1}
    name = next(iter(sizes), f"{width:.0f} × {height:.0f} mm")
    return make_outcome(required in sizes, name if required in sizes else f"{name} instead of {required}")


def images(limit: Count, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Count the pictures in the file."""
    number = _layout(file).images
    return make_outcome(is_within(number, limit), describe_count(number, "picture", limit))


def header_footer(_none: str, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Look for words in the header or footer of any page."""
    found = _layout(file).header_footer
    return make_outcome(not found, "has a header or footer" if found else "no header or footer")


def running_text(rule: RunningText, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for the text at the top or the bottom of each page of the PDF, and in any header or footer of Word."""
    texts = list(enumerate(_layout(file).running_texts, 1))
    missing = []
    if format_of(file.format).reflowed:
        wanted = rule.text.format(**context.names, page="PAGE")
        missing += ["the file"] if not any(_contains(text, wanted) for _, text in texts) else []
    else:
        for number, text in texts[rule.from_page - 1 :]:
            wanted = rule.text.format(**context.names, page=number)
            missing += [f"page {number}"] if not _contains(text, wanted) else []
    wanted = rule.text.format(**context.names, page="the page number")
    messages = [Violation(message=f"{where} is without “{wanted}” in header or footer") for where in missing]
    return make_outcome(not messages, f"“{wanted}” in header or footer", *messages)


def _contains(text: str, words: str) -> bool:
    """Return whether a text contains whole words, with any spaces between them."""
    pattern = r"\s*".join(re.escape(word) for word in words.split())
    start, end = (r"(?<!\d)", r"(?!\d)") if words.isdigit() else (r"(?<!\w)" if words[:1].isalpha() else "", "")
    return bool(re.search(f"{start}{pattern}{end}", text, re.IGNORECASE))


_BLACK = 0x20
"""The largest value of red, green and blue that a reader still takes for black."""


def colour(_black: str, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Take the colours of all words, except page headers and footers. Nearly black is black."""
    found = file.inspection.colours
    if not found:
        return not_checkable("there are no words")
    others = [use for use in found if max(_channels(use.colour)) > _BLACK]
    messages = (Violation(message=f"{use.colour} in {use.sample}") for use in others)
    figure = ", ".join(use.colour for use in others) if others else "black"
    return make_outcome(not others, figure, *messages)


def _channels(colour: str) -> tuple[int, ...]:
    """Return red, green and blue of a colour such as `#1f4e79`. Anything else counts as white."""
    match = re.fullmatch(r"#(..)(..)(..)", colour)
    return tuple(int(part, 16) for part in match.groups()) if match else (255, 255, 255)


def _layout(file: MeasuredFile) -> Layout:
    assert file.layout is not None  # `select_files` passes only files with a layout to these rules.
    return file.layout

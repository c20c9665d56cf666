"""Rules about the document as a whole: its date, and how it shows the name of its owner.

The docstrings of public functions are part of the documentation, which describes with them how a rule is measured.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from polyvita.checks.rules.locate import location_of
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import (
    Outcome,
    RuleContext,
    Violation,
    align_text,
    make_outcome,
    not_checkable,
)
from polyvita.checks.rules.ruleset import Dated
from polyvita.core.dates import babel_locale, parse_since
from polyvita.core.document import ListItem, Node, Span, Strong, Text, children, walk
from polyvita.core.location import Location

_END = 200
"""The number of characters at the end of a text in which a place and a date may stand, as below a signature."""


def dated(rule: Dated, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for a day with month and year before or in the first section, in page headers and footers, or at the end.

    Months are read in English and in the language of the output. A day after that of the build does not count.
    """
    text = align_text(context, file)
    plain = text.file_text.plain
    first_section = text.sections[0].text if text.sections else plain
    head = plain[: plain.find(first_section) + len(first_section)]
    running = file.layout.running_texts if file.layout else ()
    parts = (head, plain[-_END:], *running)
    days = [day for part in parts for day in _days(part, context.lang) if day <= context.today]
    newest = max(days, default=None)
    if newest is None:
        return make_outcome(False, "the document has no date", Violation(absent=True))
    first = parse_since(rule.since, context.today) if rule.since else datetime.date.min
    required = f", required since {first}" if rule.since else ""
    return make_outcome(newest >= first, f"dated {newest}{required}", Violation(absent=True))


def _days(text: str, lang: str) -> Iterator[datetime.date]:
    """Yield the days that a text names. One that can be read in two ways, as 03/04/2026, gives both.

    `find_written_dates` reads the one date of a line, and takes no date from prose.
    """
    months = {**_months("en"), **_months(lang)}
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    of = r"(?:\s+de)?\s+"
    for match in re.finditer(
        rf"\b(?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th|º)?{of}(?P<m1>{names})\.?{of}(?P<y1>\d{{4}})\b"
        rf"|\b(?P<m2>{names})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b"
        r"|\b(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d)\b"
        r"|\b(?P<d4>\d{1,2})[./]\s?(?P<m4>\d{1,2})[./]\s?(?P<y4>\d{4})\b",
        " ".join(text.split()),
        re.IGNORECASE,
    ):
        found = {key: value for key, value in match.groupdict().items() if value}
        year, month, day = (next(found[key] for key in found if key[0] == letter) for letter in "ymd")
        number = months.get(month.lower()) or int(month)
        readings = [(number, int(day)), (int(day), number)] if "d4" in found else [(number, int(day))]
        for one, other in dict.fromkeys(readings):
            try:
                yield datetime.date(int(year), one, other)
            except ValueError:
                continue


@cache
def _months(lang: str) -> dict[str, int]:
    """Return the numbers of months by their names in a language, long and short, in lower case."""
    locale = babel_locale(lang)
    forms = [locale.months[use][width] for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    return {str(name).lower().rstrip("."): number for form in forms for number, name in form.items()}


def own_name(required: Literal["bold", "plain"], _file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for the owner's name in list items, in all spellings that `own_names` in the front matter lists."""
    if not context.own_names:
        return not_checkable("the front matter has no “own_names”")
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in context.own_names))
    items = [node for node in walk(context.shown) if isinstance(node, ListItem)]
    inner = {part.key for item in items for part in walk(item) if isinstance(part, ListItem) and part is not item}
    found = [each for item in items if item.key not in inner for each in _names_in(item, pattern, is_bold=False)]
    if not found:
        return not_checkable("no list item has a name of “own_names”")
    wrong = [location for is_bold, location in found if is_bold != (required == "bold")]
    figure = f"{len(found) - len(wrong)} of {len(found)} names {required}"
    return make_outcome(not wrong, figure, *(Violation(location, f"your name is not {required}") for location in wrong))


def _names_in(node: Node, pattern: re.Pattern[str], *, is_bold: bool) -> Iterator[tuple[bool, Location | None]]:
    """Yield for each name inside a node whether it is bold, and its location."""
    if isinstance(node, Span) and node.attr.has("me"):
        yield is_bold, location_of(node)
    elif isinstance(node, Text):
        yield from ((is_bold, location_of(node)) for _ in pattern.finditer(node.text))
    else:
        for child in children(node):
            yield from _names_in(child, pattern, is_bold=is_bold or isinstance(node, Strong))

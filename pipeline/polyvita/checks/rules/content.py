"""Rules about the content of a file, checked on its text. A sequence of spaces and line breaks counts as one space.

The docstrings of public functions are part of the documentation, which describes with them how a rule is measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial

from polyvita.checks.rules.align import AlignedText, ItemText, SectionText, date_of, end_date
from polyvita.checks.rules.function_words import foreign_language
from polyvita.checks.rules.locate import locate_pattern, location_of
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.metric_words import pattern_of
from polyvita.checks.rules.outcome import (
    Outcome,
    RuleContext,
    Violation,
    align_text,
    describe_count,
    is_within,
    make_outcome,
    not_checkable,
)
from polyvita.checks.rules.patterns import Pattern, WordPattern
from polyvita.checks.rules.ruleset import (
    Age,
    Forbidden,
    FullDates,
    Headings,
    Items,
    Length,
    Links,
    Metrics,
    Required,
    Tables,
)
from polyvita.config.filter import Selector
from polyvita.core.dates import Date, Point, parse_since
from polyvita.core.document import Div, Document, Link, Node, Section, Table, Text, children, walk
from polyvita.core.formats import format_of
from polyvita.core.letters import letters_with_offsets
from polyvita.core.words import count_words


def length(count: Callable[[str], int], unit: str, limit: Length, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Measure the whole text without the letterhead, one section, or each item.

    Headings and the numbers of lists do not count. Words are counted as Word counts them. A sequence of spaces and line
    breaks counts as one character.
    """
    text = align_text(context, file)
    if limit.items:
        return _check_each_length(count, unit, limit, text.items(limit.items))
    if not limit.section:
        number = count(text.prose)
        return make_outcome(is_within(number, limit), describe_count(number, unit, limit))
    section = text.section(limit.section)
    if section is None:
        missing = _section_missing(limit.section)
        return Outcome("broken", f"no section “{limit.section}”", (Violation(absent=True),)) if limit.least else missing
    if limit.each:
        return _check_each_length(count, unit, limit, text.parts_of(section))
    prose = section.prose
    for item in text.items(limit.without, section.node) if limit.without else ():
        prose = prose.replace(item.text, "", 1)
    number = count(prose)
    return make_outcome(is_within(number, limit), describe_count(number, unit, limit), Violation(section.location))


def _check_each_length(count: Callable[[str], int], unit: str, limit: Length, items: list[ItemText]) -> Outcome:
    if not items:
        return _no_items(limit.items) if limit.items else _no_parts(limit.section)
    numbers = [count(item.text) for item in items]
    wrong = [(n, item) for n, item in zip(numbers, items, strict=True) if not is_within(n, limit)]
    figure = f"longest: {describe_count(max(numbers), unit, limit)}"
    violations = (Violation(item.location, describe_count(n, unit, limit)) for n, item in wrong)
    return make_outcome(not wrong, figure, *violations)


def _section_missing(id: str) -> Outcome:
    return not_checkable(f"the file has no section “{id}”")


def _no_items(items: Selector) -> Outcome:
    return not_checkable(f"no item in the file is “{items.text}”")


def _no_parts(section: str) -> Outcome:
    return not_checkable(f"section “{section}” has no parts")


def count_characters(text: str) -> int:
    """Return the number of characters, including spaces."""
    return len(" ".join(text.split()))


words = partial(length, count_words, "word")
characters = partial(length, count_characters, "character")


def lines(limit: Length, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Count the lines of the PDF: of the whole text without the letterhead, one section, or each item.

    Headings do not count.
    """
    if not format_of(file.format).paged:
        return not_checkable("only a PDF has fixed lines")
    return length(_count_lines, "line", limit, file, context)


def _count_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def items(limit: Items, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Count entries, list items, table rows and paragraphs, as `limit` does.

    An item counts if the file contains its words.
    """
    text = align_text(context, file)
    section = text.section(limit.section) if limit.section else None
    if limit.section and section is None:  # A section without content is not in the file.
        figure = f"no section “{limit.section}”: {describe_count(0, 'item', limit)}"
        return make_outcome(is_within(0, limit), figure, Violation(absent=True))
    if section and limit.each:
        return _check_items_in_each_part(limit, text, section)
    if section and not limit.items:
        found = text.parts_of(section)
    else:
        found = text.items(limit.items, section.node if section else None)
    if not found and limit.items and not section and not limit.least:
        return _no_items(limit.items)
    figure = describe_count(len(found), "item", limit)
    return make_outcome(is_within(len(found), limit), figure, _wrong_count(found, limit, section))


def _wrong_count(found: list[ItemText], limit: Items, section: SectionText | None = None) -> Violation:
    """Return a violation at the first item beyond the maximum, or at the section if there are too few items."""
    if limit.most is not None and len(found) > limit.most:
        return Violation(found[limit.most].location)
    return Violation(section.location if section else None)


def _check_items_in_each_part(limit: Items, text: AlignedText, section: SectionText) -> Outcome:
    found = [text.items(limit.items, inside=part.node) for part in text.parts_of(section)]
    if not found:
        return _no_parts(limit.section)
    figure = f"largest part: {describe_count(max(map(len, found)), 'item', limit)}"
    wrong = [items for items in found if not is_within(len(items), limit)]
    violations = (
        Violation(_wrong_count(items, limit).location, describe_count(len(items), "item", limit)) for items in wrong
    )
    return make_outcome(not wrong, figure, *violations)


def age(limit: Age, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for items that ended before a day.

    Items without a date do not break the rule, but their number is reported.
    """
    first_day = parse_since(limit.since, context.today)
    found = align_text(context, file).items(limit.items)
    if not found:
        return _no_items(limit.items)
    ends = [(end_date(item.keys), item) for item in found]
    old = [(end, item) for end, item in ends if end is not None and end < first_day]
    undated = sum(end is None for end, _ in ends)
    figure = f"{len(found) - len(old)} of {len(found)} items since {first_day}"
    figure += f", {undated} without a date" if undated else ""
    return make_outcome(
        not old, figure, *(Violation(item.location, f"{end} is before {first_day}") for end, item in old)
    )


def newest_first(selector: Selector, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Compare each dated item with the one before it in the same list or section."""

    def is_newer(item: ItemText, before: ItemText) -> bool:
        end, end_before = end_date(item.keys), end_date(before.keys)
        return end is not None and end_before is not None and end > end_before

    return _check_order(selector, file, context, is_newer, "newer than the item before it")


def oldest_first(selector: Selector, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Compare the first day of each dated item with that of the item before it in the same list or section."""

    def is_older(item: ItemText, before: ItemText) -> bool:
        date, date_before = date_of(item.keys), date_of(before.keys)
        return date is not None and date_before is not None and date.first < date_before.first

    return _check_order(selector, file, context, is_older, "older than the item before it")


def _check_order(
    selector: Selector,
    file: MeasuredFile,
    context: RuleContext,
    is_wrong: Callable[[ItemText, ItemText], bool],
    figure: str,
) -> Outcome:
    """Compare each item with the one before it. `figure` describes an item that is wrong."""
    found = align_text(context, file).items(selector)
    if not found:
        return _no_items(selector)
    wrong = [
        item
        for siblings in _sibling_groups(context.shown, found)
        for item, before in zip(siblings[1:], siblings, strict=False)
        if is_wrong(item, before)
    ]
    violations = (Violation(item.location, figure) for item in wrong)
    return make_outcome(not wrong, f"{len(found)} item{'' if len(found) == 1 else 's'}", *violations)


def full_dates(rule: FullDates, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for days or months in the dates of items. An item without a date must have one in its text.

    The open end of an interval is complete.
    """
    found = align_text(context, file).items(rule.items)
    if not found:
        return _no_items(rule.items)
    wrong = [(problem, item) for item in found if (problem := _date_problem(rule.to, item))]
    figure = f"{len(found) - len(wrong)} of {len(found)} items with complete dates"
    return make_outcome(not wrong, figure, *(Violation(item.location, problem, absent=True) for problem, item in wrong))


def _date_problem(unit: str, item: ItemText) -> str:
    """Return what is missing in the date of an item, or "" if it is complete."""
    date = date_of(item.keys)
    if date is None:
        return "" if re.search(_WRITTEN_DATES[unit], item.text) else f"has no date with a {unit}"
    short = [f"the {name}, {point}, has no {unit}" for name, point in _points(date) if getattr(point, unit) is None]
    return "; ".join(short)


_WRITTEN_DATES = {
    "day": r"\b(\d{1,2}[./]\s?\d{1,2}[./]\s?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\.?\s+[^\W\d_]+\.?\s+\d{4})\b",
    "month": r"\b(\d{1,2}[./]\s?\d{4}|\d{4}-\d\d|[^\W\d_]{3,}\.?\s+\d{4})\b",
}
"""Dates with a day, and with a month, as people write them in a text."""


def _points(date: Date) -> Iterator[tuple[str, Point]]:
    names = ("start", "end") if date.interval else ("date",)
    for name, point in zip(names, (date.start, date.end), strict=False):
        if point:
            yield name, point


def _sibling_groups(shown: Document, found: list[ItemText]) -> Iterator[list[ItemText]]:
    """Yield the items of each list or section."""
    by_node = {item.node.key: item for item in found}
    parents: list[Document | Node] = [shown, *walk(shown)]
    for parent in parents:
        nodes = parent.blocks if isinstance(parent, Document) else children(parent)
        yield [by_node[node.key] for node in nodes if node.key in by_node]


def headings(form: Headings, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for the headings of the form, in its order. Other headings may be between them."""
    assert file.text is not None
    required = _in_language(form.order, context.lang)
    if required is None:
        return not_checkable(f"the rule has headings in {' and '.join(form.order)} only, not in “{context.lang}”")
    optional = _in_language(form.optional, context.lang) or ()
    titles = [letters_with_offsets(heading.title)[0] for heading in file.text.headings]
    positions = {title: index for title in required if (index := _position_among(titles, title)) is not None}
    missing = [title for title in required if title not in positions and title not in optional]
    violations = [Violation(message=f"heading “{_first_wording(title)}” is missing", absent=True) for title in missing]
    found, order = list(positions), list(positions.values())
    for i in range(1, len(found)):
        if order[i] < max(order[:i]):
            message = f"heading “{_first_wording(found[i])}” must follow “{_first_wording(found[i - 1])}”"
            violations.append(Violation(message=message))
    figure = f"{len(found)} of {len(required)} headings{'' if violations else ', in order'}"
    return make_outcome(not violations, figure, *violations)


def _first_wording(heading: str) -> str:
    """Return the first of the wordings of a heading, which “ | ” separates."""
    return heading.partition(" | ")[0]


def _position_among(titles: list[str], required: str) -> int | None:
    """Return the index of the first title that is one of the wordings of the required heading, or starts with one.

    `titles` are letters as `letters_with_offsets` returns them.
    """
    wordings = required.split(" | ")
    whole = {letters_with_offsets(wording)[0] for wording in wordings if not wording.endswith("…")}
    starts = tuple(letters_with_offsets(wording)[0] for wording in wordings if wording.endswith("…"))
    return next((i for i, title in enumerate(titles) if title in whole or title.startswith(starts)), None)


def _in_language(by_language: Mapping[str, tuple[str, ...]], lang: str) -> tuple[str, ...] | None:
    return by_language.get(lang) or by_language.get(lang.partition("-")[0])


def forbidden(rule: Forbidden, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Search all files for whole words, in upper or lower case."""
    scopes = _search_scopes(rule, align_text(context, file), context)
    if not scopes:
        return _no_items(rule.items) if rule.items else _section_missing(rule.section)
    violations = [
        violation for text, root in scopes for violation in _occurrences(Pattern("|".join(rule.words)), text, root)
    ]
    return make_outcome(not violations, f"{len(violations) or 'none'} found", *violations)


def _search_scopes(rule: Forbidden, text: AlignedText, context: RuleContext) -> list[tuple[str, Node | Document]]:
    """Return the texts to search, each with the part of the document that it shows."""
    if rule.items:
        return [(item.text, item.node) for item in text.items(rule.items)]
    if rule.section:
        section = text.section(rule.section)
        return [(section.text, section.node)] if section else []
    return [(text.file_text.plain, context.shown)]


def metrics(rule: Metrics, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Search all files for words of the groups, in every language, in upper or lower case.

    With `single`, an item that is selected may state how often it is cited itself.
    """
    text = align_text(context, file)
    always = tuple(group for group in rule.words if group != "citations" or not rule.single)
    violations = list(_occurrences(pattern_of(always), text.file_text.plain, context.shown)) if always else []
    if len(always) < len(rule.words):
        rest, items = text.file_text.plain, text.items(rule.single)
        for item in items:
            rest = rest.replace(item.text, "\n", 1)
        inside = frozenset(node.key for item in items for node in walk(item.node)) - {0}
        violations += _occurrences(pattern_of(("citations",)), rest, context.shown, without=inside)
    return make_outcome(not violations, f"{len(violations) or 'none'} found", *violations)


def _occurrences(
    pattern: WordPattern, text: str, root: Node | Document, *, without: Set[int] = frozenset()
) -> Iterator[Violation]:
    """Yield a violation for each match in a text; `root` is what shows it, but for the nodes with keys in `without`."""
    found = list(pattern.find_words(" ".join(text.split())))
    locations = list(locate_pattern(pattern, root, without=without)) if found else []
    for i, match in enumerate(found):
        yield Violation(locations[i] if i < len(locations) else None, f"“{match.text}” is not allowed")


def required(rule: Required, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Search the text and the targets of links for a pattern."""
    text = align_text(context, file)
    if rule.items is None:
        is_found = any(rule.pattern.search(part) for part in (text.file_text.plain, *text.file_text.links))
        return make_outcome(is_found, f"{'contains' if is_found else 'does not contain'} {rule.what}")
    found = text.items(rule.items)
    if not found:
        return _no_items(rule.items)
    lacking = [item for item in found if not any(rule.pattern.search(part) for part in (item.text, *item.links))]
    figure = f"{len(found) - len(lacking)} of {len(found)} items with {rule.what}"
    return make_outcome(not lacking, figure, *(Violation(item.location, f"without {rule.what}") for item in lacking))


# ---------------------------------------------------------------- links, tables and language

_ADDRESS = Pattern(
    r"(?:https?://|www\.)\S+"
    r"|(?:[a-z0-9][a-z0-9-]*\.)+(?!(?:js|py|ts|cs|md|rs|sh|pl)/)(?:org|com|net|edu|gov|int|info|app|dev|[a-z]{2})/\S+"
)
"""A web address, also without `https://`, as in `doi.org/10.1234/one`."""


def links(rule: Links, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Count web addresses in the text, also without `https://`, and links behind other words.

    The letterhead, e-mail addresses and telephone numbers do not count.
    """
    text = align_text(context, file)
    scopes = _scopes_of_links(rule, text)
    if scopes is None:
        number = 0
        return make_outcome(is_within(number, rule), describe_count(number, "link", rule))
    inside = _keys_inside(item.node for item in text.items(rule.without)) if rule.without else frozenset()
    found = [
        violation
        for part, root in scopes
        for violation in _links_in(_without_items(part, text, rule.without), root, text.file_text.links, inside)
    ]
    figure = describe_count(len(found), "link", rule)
    if rule.most is not None and len(found) > rule.most:
        in_order = sorted(found, key=lambda each: each.location[1:3] if each.location else (0, 0))
        return make_outcome(False, figure, *in_order[rule.most :])
    return make_outcome(is_within(len(found), rule), figure)


def _scopes_of_links(rule: Links, text: AlignedText) -> list[tuple[str, tuple[Node, ...]]] | None:
    """Return the texts to search, each with the nodes that it shows, or None if the file has nothing to search."""
    if rule.items:
        return [(item.text, (item.node,)) for item in text.items(rule.items)] or None
    if rule.section:
        section = text.section(rule.section)
        return [(section.text, (section.node,))] if section else None
    blocks = text.shown.blocks
    if blocks and isinstance(blocks[0], Div) and blocks[0].attr.has("letterhead"):
        blocks = blocks[1:]
    return [(text.file_text.plain[text.start :], blocks)]


def _without_items(part: str, text: AlignedText, items: Selector | None) -> str:
    for item in text.items(items) if items else ():
        part = part.replace(item.text, "\n", 1)
    return part


def _keys_inside(nodes: Iterable[Node]) -> frozenset[int]:
    """Return the keys of nodes and of all nodes inside. Nodes that a transform has added have the key 0."""
    return frozenset(inner.key for node in nodes for inner in walk(node)) - {0}


def _links_in(text: str, roots: tuple[Node, ...], targets: frozenset[str], without: Set[int]) -> Iterator[Violation]:
    """Yield a violation for each address in a text, and for each link whose words are not an address."""
    found = list(_ADDRESS.find_words(" ".join(text.split())))
    places = [at for root in roots for at in locate_pattern(_ADDRESS, root, without=without)] if found else []
    for i, match in enumerate(found):
        yield Violation(places[i] if i < len(places) else None, f"the address {match.text.rstrip('.,;:!?)”’')}")
    for link in (node for root in roots for node in walk(root) if isinstance(node, Link)):
        words = "".join(node.text for node in walk(link) if isinstance(node, Text))
        is_web = re.match(r"(?i)https?:|www\.|//", link.url)
        if is_web and link.url in targets and link.key not in without and not _ADDRESS.search(words):
            yield Violation(location_of(link), f"a link to {link.url}")


def tables(rule: Tables, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Count the tables of the document that the file contains."""
    text = align_text(context, file)
    sections = [node for node in walk(context.shown) if isinstance(node, Section)]
    inside = _keys_inside(node for node in sections if node.attr.id in rule.sections) if rule.sections else None
    outside = _keys_inside(node for node in sections if node.attr.id in rule.without)
    counted = (node for node in walk(context.shown) if isinstance(node, Table) and node.key not in outside)
    found = [node for node in counted if (inside is None or node.key in inside) and text.contains(node)]
    figure = describe_count(len(found), "table", rule)
    if rule.most is not None and len(found) > rule.most:
        return make_outcome(False, figure, *(Violation(location_of(table)) for table in found[rule.most :]))
    return make_outcome(is_within(len(found), rule), figure)


def language(allowed: tuple[str, ...], file: MeasuredFile, context: RuleContext) -> Outcome:
    """Compare the language of the output with the allowed ones, and count frequent words.

    The words of seven languages are known: English, German, French, Spanish, Italian, Dutch and Portuguese.
    """
    lang = context.lang.partition("-")[0]
    required = " or ".join(allowed)
    if lang not in allowed:
        return make_outcome(False, f"“lang” is {context.lang}; required: {required}")
    foreign = foreign_language(align_text(context, file).prose, allowed)
    return make_outcome(not foreign, f"most words are in “{foreign}”; required: {required}" if foreign else lang)

"""Rules on what a file says, judged on its finished text. A run of spaces, line or paragraph breaks counts as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from polyvita.checks.rules.align import Item, Part, Reading, ended
from polyvita.checks.rules.locate import locations_of
from polyvita.checks.rules.model import MeasuredFile, squeezed
from polyvita.checks.rules.outcome import Case, Outcome, Violation, bounds, cannot, of, reading, within
from polyvita.checks.rules.ruleset import Age, Forbidden, Headings, Items, Length, Pattern, Required
from polyvita.config.filter import Selector
from polyvita.core.dates import parse_since
from polyvita.core.document import Document, Node


def length(unit: Callable[[str], int], asked: Length, file: MeasuredFile, case: Case) -> Outcome:
    """The length of the whole without its letterhead, of a section, or of each item; headings do not count. Words are
    what stands between spaces; a run of spaces or line breaks is one character; numbers of lists do not count."""
    text = reading(case, file)
    if asked.items:
        return _each_length(unit, asked, text.items(asked.items))
    if not asked.section:
        number = unit(text.prose)
        return of(within(number, asked), bounds(number, asked))
    part = text.part(asked.section)
    if part is None:
        return _lacking(asked.section)
    if asked.each:
        return _each_length(unit, asked, text.parts_of(part))
    prose = part.prose
    for item in text.items(asked.without, part.section) if asked.without else ():
        prose = prose.replace(item.text, "", 1)
    number = unit(prose)
    return of(within(number, asked), bounds(number, asked), Violation(part.location))


def _lacking(section: str) -> Outcome:
    return cannot(f"there is no section “{section}” in it")


def _each_length(unit: Callable[[str], int], asked: Length, items: list[Item]) -> Outcome:
    if not items:
        return cannot(f"nothing in it is “{asked.items.text}”" if asked.items else f"“{asked.section}” has no parts")
    numbers = [unit(item.text) for item in items]
    wrong = [(n, item) for n, item in zip(numbers, items, strict=True) if not within(n, asked)]
    longest = bounds(max(numbers), asked)
    return of(not wrong, f"the longest {longest}", *(Violation(item.location, bounds(n, asked)) for n, item in wrong))


def count_words(text: str) -> int:
    """Words as word processors count them: what stands between spaces."""
    return len(text.split())


def count_characters(text: str) -> int:
    """Characters with spaces."""
    return len(" ".join(text.split()))


words = partial(length, count_words)
characters = partial(length, count_characters)


def items(asked: Items, file: MeasuredFile, case: Case) -> Outcome:
    """Items as `limit` counts them: entries, list items, table rows, paragraphs. Those count whose words are in the
    file."""
    text = reading(case, file)
    part = text.part(asked.section) if asked.section else None
    if asked.section and part is None:
        return _lacking(asked.section)
    if part and asked.each:
        return _items_in_each(asked, text, part)
    found = text.parts_of(part) if part and not asked.items else text.items(asked.items, part.section if part else None)
    if not found and asked.items and not part and not asked.least:
        return cannot(f"nothing in it is “{asked.items.text}”")
    return of(within(len(found), asked), bounds(len(found), asked), _over(found, asked, part))


def _over(found: list[Item], asked: Items, part: Part | None = None) -> Violation:
    """The first item that is one too many; the section where there are too few."""
    if asked.most is not None and len(found) > asked.most:
        return Violation(found[asked.most].location)
    return Violation(part.location if part else None)


def _items_in_each(asked: Items, text: Reading, part: Part) -> Outcome:
    numbers = [text.items(asked.items, within=inner.node) for inner in text.parts_of(part)]
    if not numbers:
        return cannot(f"“{asked.section}” has no parts")
    most = bounds(max(len(found) for found in numbers), asked)
    wrong = [found for found in numbers if not within(len(found), asked)]
    slips = (Violation(_over(found, asked).location, bounds(len(found), asked)) for found in wrong)
    return of(not wrong, f"the most {most}", *slips)


def age(asked: Age, file: MeasuredFile, case: Case) -> Outcome:
    """Items whose date ended before a day; those without a date are only counted."""
    first = parse_since(asked.since.text, case.today)
    found = reading(case, file).items(asked.items)
    if not found:
        return cannot(f"nothing in it is “{asked.items.text}”")
    ends = [(ended(item.keys), item) for item in found]
    old = [(end, item) for end, item in ends if end is not None and end < first]
    undated = sum(end is None for end, _ in ends)
    figure = f"{len(found) - len(old)} of {len(found)} since {first}"
    figure += f", {undated} without a date" if undated else ""
    return of(not old, figure, *(Violation(item.location, f"{end} is before {first}") for end, item in old))


def newest_first(asked: Selector, file: MeasuredFile, case: Case) -> Outcome:
    """Dated items of one list or section, each compared with the one before it."""
    text = reading(case, file)
    found = text.items(asked)
    if not found:
        return cannot(f"nothing in it is “{asked.text}”")
    wrong = [
        item
        for neighbours in _neighbours(case.shown, found)
        for item, before in zip(neighbours[1:], neighbours, strict=False)
        if (end := ended(item.keys)) and (above := ended(before.keys)) and end > above
    ]
    return of(
        not wrong, f"{len(found)} items", *(Violation(item.location, "newer than the one before it") for item in wrong)
    )


def _neighbours(shown: Document, found: list[Item]) -> Iterator[list[Item]]:
    """Items that stand in the same list or section."""
    from polyvita.core.document import children, walk

    by_node = {id(item.node): item for item in found}
    parents: list[Document | Node] = [shown, *walk(shown)]
    for parent in parents:
        inside = parent.blocks if isinstance(parent, Document) else children(parent)
        yield [by_node[id(node)] for node in inside if id(node) in by_node]


def headings(asked: Headings, file: MeasuredFile, case: Case) -> Outcome:
    """The form’s headings in its order; others may stand between them."""
    assert file.wording is not None
    wanted = _in_language(asked.order, case.lang)
    if wanted is None:
        return cannot(f"the form’s headings are known in {' and '.join(asked.order)} only, not in “{case.lang}”")
    optional = _in_language(asked.optional, case.lang) or ()
    titles = [squeezed(heading.title)[0] for heading in file.wording.headings]
    at = {title: location for title in wanted if (location := _place_among(titles, title)) is not None}
    lacking = [title for title in wanted if title not in at and title not in optional]
    slips = [Violation(message=f"“{title.partition(' | ')[0]}” is missing") for title in lacking]
    there = [title.partition(" | ")[0] for title in at]
    locations = list(at.values())
    for i in range(1, len(there)):
        if locations[i] < max(locations[:i]):
            slips.append(Violation(message=f"“{there[i]}” has to follow “{there[i - 1]}”"))
    return of(not slips, f"{len(there)} of {len(wanted)}{'' if slips else ', in order'}", *slips)


def _place_among(titles: list[str], wanted: str) -> int | None:
    """Which of the squeezed titles is one of the wordings of the heading that is wanted."""
    wordings = {squeezed(wording)[0] for wording in wanted.split(" | ")}
    return next((i for i, title in enumerate(titles) if title in wordings), None)


def _in_language(by_language: Mapping[str, tuple[str, ...]], lang: str) -> tuple[str, ...] | None:
    return by_language.get(lang) or by_language.get(lang.partition("-")[0])


def forbidden(asked: Forbidden, file: MeasuredFile, case: Case) -> Outcome:
    """Whole words in any of the files, in upper or lower case."""
    stretches = _stretches(asked, reading(case, file), case)
    if not stretches:
        scope = f"there is no section “{asked.section}”" if asked.section else "there are no such items"
        return cannot(f"{scope} in it")
    slips = [slip for text, root in stretches for slip in _occurrences(asked, text, root)]
    return of(not slips, f"{len(slips) or 'none'} found", *slips)


def _stretches(asked: Forbidden, text: Reading, case: Case) -> list[tuple[str, Node | Document]]:
    """The texts that are searched, each with the part of the document that it shows."""
    if asked.items:
        return [(item.text, item.node) for item in text.items(asked.items)]
    if asked.section:
        part = text.part(asked.section)
        return [(part.text, part.section)] if part else []
    return [(text.wording.text, case.shown)]


def _occurrences(asked: Forbidden, text: str, root: Node | Document) -> Iterator[Violation]:
    pattern = Pattern("|".join(asked.words))
    found = list(pattern.words(" ".join(text.split())))
    locations = list(locations_of(pattern, root)) if found else []
    for i, match in enumerate(found):
        yield Violation(locations[i] if i < len(locations) else None, f"“{match[0]}” must not occur")


def required(asked: Required, file: MeasuredFile, case: Case) -> Outcome:
    """A pattern in the text or in the target of a link."""
    text = reading(case, file)
    if asked.items is None:
        there = any(asked.pattern.search(part) for part in (text.wording.text, *text.wording.links))
        return of(there, f"{'has' if there else 'lacks'} {asked.what}")
    found = text.items(asked.items)
    if not found:
        return cannot(f"nothing in it is “{asked.items.text}”")
    lacking = [item for item in found if not any(asked.pattern.search(part) for part in (item.text, *item.links))]
    figure = f"{len(found) - len(lacking)} of {len(found)} with {asked.what}"
    return of(not lacking, figure, *(Violation(item.location, f"without {asked.what}") for item in lacking))

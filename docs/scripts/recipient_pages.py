"""The documentation pages of the recipients, generated from the built-in rule files.

Each page answers first what an applicant asks: what to hand in, how long it may be, and what happens if it is longer.
Then it says how to start, what is checked in plain sentences, and what the applicant has to check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from polyvita.builder.fit import asks_to_fit
from polyvita.checks.rules.metric_words import MEANINGS
from polyvita.checks.rules.registry import KINDS
from polyvita.checks.rules.ruleset import (
    BUILT_IN,
    Count,
    Dated,
    Forbidden,
    Headings,
    Items,
    Length,
    Links,
    Metrics,
    Pages,
    Required,
    Rule,
    RuleSet,
    RunningText,
    Tables,
    built_in_names,
    read_rules,
)
from polyvita.config.filter import Selector
from polyvita.config.filter_file import load_filter
from polyvita.config.recipients import recipient_filters, recipients
from polyvita.core.dates import babel_locale
from polyvita.core.formats import FORMATS

_INDEX = """# Recipients

Find out what a recipient requires of a CV, and check your files before you send them. Each page has what to
upload or to paste, how long it may be, and what happens if it is longer. The rules come from public forms and guides.
Both change, and the call takes precedence. Therefore each rule has its source, how certain it is, and the day of the
last comparison with the source. Stored copies of the sources were read, not the websites of the recipients. So open the
address of the form before you rely on a page. “Not known” means that no source names a consequence.

[Rule files](../rules.md) explains how to set a limit of the call, and how to write your own rules.

| recipient | form | edition | what you do | formats | pages | language |
| --- | --- | --- | --- | --- | --- | --- |
"""
_ACTIONS = {
    "upload": "Upload the file.",
    "draft": "Paste the text into the form of the recipient. Your own file is not accepted.",
    "guidance": "Send the text. The recipient has no form.",
}
_SEVERITIES = {
    "error": "These must be right. A broken rule is an error, and `polyvita check` ends with status 1.",
    "warning": "These should be right. A broken rule is a warning.",
    "info": "These are for your information.",
}


def recipient_pages() -> dict[str, str]:
    """Return the texts of the pages by file name."""
    sets = [read_rules(BUILT_IN / f"{name}.yaml") for name in built_in_names()]
    rows = "".join(f"| {' | '.join(map(_in_cell, _row(rules)))} |\n" for rules in sets)
    return {"README.md": _INDEX + rows} | {f"{rules.name}.md": "".join(_page(rules)) for rules in sets}


def _row(rules: RuleSet) -> tuple[str, ...]:
    link = f"[{rules.recipient}]({rules.name}.md)"
    return link, rules.title, rules.edition, rules.kind, _formats(rules), _pages(rules), _languages(rules)


def _in_cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _values(rules: RuleSet, kind: str) -> list[Any]:
    return [rule.value for rule in rules.rules if rule.kind == kind]


def _formats(rules: RuleSet) -> str:
    names = [_join((FORMATS[name].label for name in value), "or") for value in _values(rules, "formats")]
    return names[0] if names else "any"


def _pages(rules: RuleSet) -> str:
    for pages in _values(rules, "pages"):
        if pages.most_in:
            return ", ".join(f"{most} ({_language(lang)})" for lang, most in pages.most_in.items())
        return str(pages.most)
    return "–"


def _languages(rules: RuleSet) -> str:
    allowed = [*_values(rules, "language"), *(tuple(value.order) for value in _values(rules, "headings"))]
    return _join(map(_language, allowed[0]), "or") if allowed else "any"


def _page(rules: RuleSet) -> Iterator[str]:
    yield f"# {rules.recipient}\n\n"
    yield f"{rules.title}.\n\n"
    yield "| question | answer |\n| --- | --- |\n"
    for question, answer in _answers(rules):
        yield f"| {question} | {_in_cell(answer)} |\n"
    yield f"\n## Start\n\n{_start(rules)}"
    yield "\n## What is checked\n"
    for level, sentence in _SEVERITIES.items():
        if found := [rule for rule in rules.rules if rule.level == level]:
            yield f"\n{sentence}\n\n"
            yield from (f"- **{rule.name}:** {describe(rule, rules)}\n" for rule in found)
    yield from _headings(rules)
    if rules.remains:
        yield "\n## What remains for you\n\n"
        yield from (f"- {sentence}\n" for sentence in rules.remains)
    yield "\n## Sources\n\n| rule | source | certainty | last compared |\n| --- | --- | --- | --- |\n"
    for rule in rules.rules:
        source = re.sub(r"(https?://[^\s,;|]+)", r"<\1>", rule.source)
        yield f"| {' | '.join(map(_in_cell, (rule.name, source, rule.sure, rule.checked)))} |\n"


def _answers(rules: RuleSet) -> Iterator[tuple[str, str]]:
    form = f"[{rules.form}]({rules.address})" if rules.address else rules.form
    yield "What is the form?", form
    yield "Which edition?", rules.edition
    yield "What do I do with the output?", rules.hand_in or f"{_ACTIONS[rules.kind]}{_accepted(rules)}"
    yield "How long may it be?", rules.limits
    yield "What if it is longer?", f"{rules.breach}{_fitted(rules)}"
    if rules.deadline:
        yield "When is the deadline?", f"{rules.deadline[0].upper()}{rules.deadline[1:]}."
    yield "When was this checked?", f"On {rules.checked}, with stored copies of the sources. The call takes precedence."


def _fitted(rules: RuleSet) -> str:
    """Return what the filter of a recipient does with content that is too long, as the end of an answer."""
    for name in sorted(recipients().get(rules.name, ())):
        filter = load_filter(recipient_filters()[name])
        if asks_to_fit(filter):
            return " The filter leaves out what is least important, and `polyvita build` lists it."
    return ""


def _accepted(rules: RuleSet) -> str:
    formats = _formats(rules)
    return "" if formats == "any" else f" Use {formats}."


def _start(rules: RuleSet) -> str:
    filters = sorted(recipients().get(rules.name, ()), key=lambda name: (name != rules.name, name))
    if filters:
        others = [f"`{name}`" for name in filters[1:]]
        first = f"`polyvita add` writes the filter `{filters[0]}` and the sections that your CV lacks."
        if others and rules.name in filters:
            first += f" To get another filter, name {_join(others, 'or')} instead."
        elif others:
            first += f" It also writes {_join(others, 'and')}."
        commands = [f"polyvita add {rules.name}", f"polyvita build {filters[0]}", f"polyvita check {filters[0]}"]
    else:
        first = f"Write `rules: {rules.name}` in a filter file, for example in `filters/{rules.name}.yaml`."
        commands = [f"polyvita build {rules.name}", f"polyvita check {rules.name}"]
    order = f"The order of dated items is a setting: `rules: {{use: {rules.name}, order: newest}}`, or `oldest`.\n\n"
    return (
        f"{first}\n\n{order if 'order' in rules.settings else ''}```sh\n{chr(10).join(commands)}\n```\n"
        f"\nTo send the result to a colleague, write it as a web page: `{commands[-1]} --html report.html`.\n"
        + (f"\n{_section_ids(rules)}" if rules.sections else "")
    )


def _section_ids(rules: RuleSet) -> str:
    names = "".join(f"- `{id}`: {name}\n" for id, name in rules.sections.items())
    return f"The check finds sections by their ids in the CV or in the filter:\n\n{names}"


def _headings(rules: RuleSet) -> Iterator[str]:
    """Yield the required headings as lists, one for each language."""
    for rule in rules.rules:
        if rule.headings is not None:
            for lang, titles in rule.headings.order.items():
                optional = rule.headings.optional.get(lang, ())
                of_several = f": {rule.name}" if rule.name != "headings" else ""
                yield f"\n## Headings in {_language(lang)}{of_several}\n\n"
                for title in titles:
                    first, *others = title.split(" | ")
                    yield f"1. {first}{' (optional)' if title in optional else ''}\n"
                    yield from (f"   - or: {other}\n" for other in others)


# ---------------------------------------------------------------- one rule as a sentence


def describe(rule: Rule, rules: RuleSet) -> str:
    """Return the requirement of a rule as a sentence."""
    text = _DESCRIPTIONS[rule.kind](rule.value, rules.sections)
    return f"{text[0].upper()}{text[1:]}."


_Names = Mapping[str, str]


def _join(words: Iterable[str], conjunction: str) -> str:
    *others, last = words
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def _language(tag: str) -> str:
    """Return the English name of a language."""
    return babel_locale(tag).get_language_name("en") or tag


def _limits(count: Count) -> str:
    match count.least, count.most:
        case None, 0:
            return "no"
        case None, most:
            return f"at most {most}"
        case least, None:
            return f"at least {least}"
        case least, most:
            return f"{least} to {most}"


def _unit(count: Count, plural: str) -> str:
    """Return a unit in singular after “at least 1” and “at most 1”."""
    number = count.most if count.most is not None else count.least
    return plural.removesuffix("s") if number == 1 else plural


def _items(selector: Selector | None, *, one: bool = False) -> str:
    """Return the items of a selector in words: “positions and degrees”, or “position or degree” with `one`."""
    if selector is None:
        return "item" if one else "items"
    words = selector.text.split(" or ")
    if not all(re.fullmatch(r"[a-z]+", word) for word in words):
        return f"{'item' if one else 'items'} of `{selector.text}`"
    return _join(words, "or") if one else _join((_plural(word) for word in words), "and")


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _section(id: str, names: _Names) -> str:
    return names.get(id, f"the section “{id}”")


def _describe_length(unit: str) -> Callable[[Length, _Names], str]:
    def describe_length(length: Length, names: _Names) -> str:
        scope = ""
        if length.items:
            scope = f" in each {_items(length.items, one=True)}"
        elif length.section:
            scope = f" in {'each part of ' if length.each else ''}{_section(length.section, names)}"
        without = f", without the {_items(length.without)}" if length.without else ""
        return f"{_limits(length)} {unit}{scope}{without}"

    return describe_length


def _describe_pages(pages: Pages, _names: _Names) -> str:
    if pages.most_in:
        each = (f"at most {most} pages in {_language(lang)}" for lang, most in pages.most_in.items())
        return _join(each, "and")
    return f"{_limits(pages)} {_unit(pages, 'pages')}"


def _describe_items(items: Items, names: _Names) -> str:
    counted = _items(items.items) if items.items else _unit(items, "items")
    scope = f" in {'each part of ' if items.each else ''}{_section(items.section, names)}" if items.section else ""
    return f"{_limits(items)} {counted}{scope}"


def _describe_forbidden(forbidden: Forbidden, names: _Names) -> str:
    scope = f" in {_section(forbidden.section, names)}" if forbidden.section else ""
    scope = f" in {_items(forbidden.items)}" if forbidden.items else scope
    return f"leave out {forbidden.what or _join((f'“{word}”' for word in forbidden.words), 'and')}{scope}"


def _describe_metrics(metrics: Metrics, _names: _Names) -> str:
    single = f". A {_items(metrics.single, one=True)} may state its own citations" if metrics.single else ""
    return f"leave out {'. Leave out '.join(MEANINGS[group] for group in metrics.words)}{single}"


def _describe_required(required: Required, _names: _Names) -> str:
    return f"{required.what} in {f'each {_items(required.items, one=True)}' if required.items else 'the text'}"


def _describe_headings(headings: Headings, _names: _Names) -> str:
    return f"the headings of the form in its order, as listed below, in {_join(map(_language, headings.order), 'or')}"


def _describe_links(links: Links, names: _Names) -> str:
    scope = f" in {_section(links.section, names)}" if links.section else ""
    scope = f" in {_items(links.items)}" if links.items else scope
    without = f", except in {_items(links.without)}" if links.without else ""
    return f"{_limits(links)} {_unit(links, 'links')}{scope}{without}"


def _describe_tables(tables: Tables, names: _Names) -> str:
    within = f" in {_join((_section(id, names) for id in tables.sections), 'and')}" if tables.sections else ""
    without = f", except {_join((_section(id, names) for id in tables.without), 'and')}" if tables.without else ""
    return f"{_limits(tables)} {_unit(tables, 'tables')}{within}{without}"


def _describe_dated(dated: Dated, _names: _Names) -> str:
    ago = re.fullmatch(r"-(\d+)([ymd])", dated.since or "")
    units = {"y": "years", "m": "months", "d": "days"}
    age = f" that is not older than {ago[1]} {units[ago[2]]}" if ago else f" since {dated.since}" if dated.since else ""
    return f"the date of the document{age}"


def _describe_running_text(rule: RunningText, _names: _Names) -> str:
    text = rule.text.format(name="your name", last="your last name", page="the page number")
    pages = f"each page from page {rule.from_page} on" if rule.from_page > 1 else "each page"
    return f"{text} at the top or the bottom of {pages}"


def _describe_size(size: float, _names: _Names) -> str:
    return f"at most {size / 1_000_000:g} MB" if size >= 1_000_000 else f"at most {size / 1_000:g} KB"


def _describe_margins(edges: Any, _names: _Names) -> str:
    lengths = {side: length for side in ("top", "right", "bottom", "left") if (length := getattr(edges, side))}
    if len(set(lengths.values())) == 1 and len(lengths) > 1:
        return f"margins of at least {next(iter(lengths.values())):.4g} mm"
    by_length: dict[float, list[str]] = {}
    for side, length in lengths.items():
        by_length.setdefault(length, []).append(side)
    sides = (f"{length:.4g} mm ({_join(names, 'and')})" for length, names in by_length.items())
    return f"margins of at least {_join(sides, 'and')}"


_SAME_WIDTHS = {
    *("Liberation Sans", "Arimo", "TeX Gyre Heros", "Nimbus Sans", "Carlito"),
    *("Liberation Serif", "Tinos", "TeX Gyre Termes", "Nimbus Roman", "Times"),
}
"""Free fonts whose letters have the widths of Arial, Times New Roman or Calibri."""


def _describe_typeface(fonts: tuple[str, ...], _names: _Names) -> str:
    free = ", or a free font with the same widths" if _SAME_WIDTHS & {*fonts} else ""
    return f"the font is {_join((font for font in fonts if font not in _SAME_WIDTHS), 'or')}{free}"


def _describe_filename(name: str, _names: _Names) -> str:
    shown = name.format(name="<name>", last="<last name>", lang="<language>", date="<date>", filter="<filter>")
    return f"the file is named “{shown}”"


_DESCRIPTIONS: dict[str, Callable[[Any, _Names], str]] = {
    "pages": _describe_pages,
    "words": _describe_length("words"),
    "characters": _describe_length("characters with spaces"),
    "items": _describe_items,
    "age": lambda age, _: f"only {_items(age.items)} since {age.since}",
    "newest_first": lambda items, _: f"{_items(items)} from the newest to the oldest",
    "headings": _describe_headings,
    "typeface": _describe_typeface,
    "type_size": lambda size, _: f"letters of at least {size:.4g} pt",
    "line_spacing": lambda lines, _: f"line spacing of at least {lines:.4g}, where 1 is single spacing",
    "margins": _describe_margins,
    "paper": lambda paper, _: f"the paper is {({'a4': 'A4', 'letter': 'US Letter'})[paper]}",
    "images": lambda count, _: f"{_limits(count)} {_unit(count, 'pictures')}",
    "header_footer": lambda *_: "no page header and no page footer",
    "forbidden": _describe_forbidden,
    "metrics": _describe_metrics,
    "required": _describe_required,
    "formats": lambda formats, _: f"a file as {_join((FORMATS[name].label for name in formats), 'or')}",
    "filename": _describe_filename,
    "oldest_first": lambda items, _: f"{_items(items)} from the oldest to the newest",
    "links": _describe_links,
    "running_text": _describe_running_text,
    "colour": lambda *_: "all text is black",
    "file_size": _describe_size,
    "language": lambda languages, _: f"the text is in {_join(map(_language, languages), 'or')}",
    "tables": _describe_tables,
    "lines": _describe_length("lines"),
    "dated": _describe_dated,
    "own_name": lambda style, _: f"your own name in lists is {style}",
    "full_dates": lambda dates, _: f"all dates of {_items(dates.items)} have {_with_unit(dates.to)}",
}
assert _DESCRIPTIONS.keys() == KINDS.keys()


def _with_unit(unit: str) -> str:
    return "day, month and year" if unit == "day" else "month and year"

"""The documentation pages of the recipients, generated from the built-in rule files.

Each page lists what is checked, the sources with the days of their comparison, and what the applicant has to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from polyvita.checks.rules.metric_words import MEANINGS
from polyvita.checks.rules.registry import KINDS
from polyvita.checks.rules.ruleset import (
    BUILT_IN,
    PURPOSES,
    Count,
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
from polyvita.core.dates import babel_locale

_INDEX = """# Recipients

These are the built-in rule sets. Each contains what one recipient requires of a CV, as far as a program can check it.
Write `rules: NAME` in a filter file, and run `polyvita check` to compare the finished files with the rules.
[Rule files](../rules.md) explains how to set a limit of the call, and how to write your own rules.

The rules come from public forms and guides. Both change, and the call takes precedence. Therefore each rule has its
source, how certain it is, and the day of the last comparison with the source.

| name | recipient | form | purpose of the output |
| --- | --- | --- | --- |
"""


def recipient_pages() -> dict[str, str]:
    """Return the texts of the pages by file name."""
    sets = [read_rules(BUILT_IN / f"{name}.yaml") for name in built_in_names()]
    rows = (f"| [`{s.name}`]({s.name}.md) | {s.recipient} | {s.form} | {PURPOSES[s.kind]} |\n" for s in sets)
    return {"README.md": _INDEX + "".join(rows)} | {f"{rules.name}.md": "".join(_page(rules)) for rules in sets}


def _page(rules: RuleSet) -> Iterator[str]:
    yield f"# {rules.recipient}\n\n"
    yield f"{rules.title}. Form: {rules.form}.\n"
    yield f"The output is {PURPOSES[rules.kind]}. In a filter file, write `rules: {rules.name}`.\n\n"
    yield "## What is checked\n\n"
    yield "| rule | requirement | severity | source | certainty | last compared |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    for rule in rules.rules:
        cells = (rule.name, describe(rule), rule.level, rule.source, rule.sure, rule.checked)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    if rules.remains:
        yield "\n## What to check yourself\n\n"
        yield from (f"- {sentence}\n" for sentence in rules.remains)


def describe(rule: Rule) -> str:
    """Return the requirement of a rule in words."""
    return _DESCRIPTIONS[rule.kind](rule.value)


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


def _describe_length(unit: str) -> Callable[[Length], str]:
    def describe_length(length: Length) -> str:
        scope = " in the whole text"
        if length.items:
            scope = f" in each item that is `{length.items.text}`"
        elif length.section:
            scope = f" in {'each part of ' if length.each else ''}the section `{length.section}`"
        if length.without:
            scope += f", without items that are `{length.without.text}`"
        return f"{_limits(length)} {unit}{scope}"

    return describe_length


def _describe_pages(pages: Pages) -> str:
    if pages.most_in:
        return "; ".join(f"at most {most} pages in {_language(lang)}" for lang, most in pages.most_in.items())
    return f"{_limits(pages)} pages"


def _language(tag: str) -> str:
    """Return the English name of a language."""
    return babel_locale(tag).get_language_name("en") or tag


def _describe_links(links: Links) -> str:
    scope = f" in the section `{links.section}`" if links.section else ""
    scope = f" in items that are `{links.items.text}`" if links.items else scope
    without = f", except in items that are `{links.without.text}`" if links.without else ""
    return f"{_limits(links)} links{scope}{without}"


def _describe_tables(tables: Tables) -> str:
    without = f", except in {' and '.join(f'`{id}`' for id in tables.without)}" if tables.without else ""
    within = f" in the sections {' and '.join(f'`{id}`' for id in tables.sections)}" if tables.sections else ""
    return f"{_limits(tables)} tables{within}{without}"


def _describe_running_text(rule: RunningText) -> str:
    text = rule.text.format(name="your name", last="your last name", page="the page number")
    pages = f", from page {rule.from_page} on" if rule.from_page > 1 else ""
    return f"{text} at the top or the bottom of the pages{pages}"


def _describe_size(size: float) -> str:
    return f"at most {size / 1_000_000:g} MB" if size >= 1_000_000 else f"at most {size / 1_000:g} KB"


def _describe_items(items: Items) -> str:
    counted = f"items that are `{items.items.text}`" if items.items else "items"
    scope = f" in {'each part of ' if items.each else ''}the section `{items.section}`" if items.section else ""
    return f"{_limits(items)} {counted}{scope}"


def _describe_forbidden(forbidden: Forbidden) -> str:
    scope = f" in the section `{forbidden.section}`" if forbidden.section else ""
    scope = f" in items that are `{forbidden.items.text}`" if forbidden.items else scope
    return f"none of these words{scope}: {', '.join(f'`{word}`' for word in forbidden.words)}"


def _describe_metrics(metrics: Metrics) -> str:
    single = f"; an item that is `{metrics.single.text}` may state its own citations" if metrics.single else ""
    return f"no {'; no '.join(MEANINGS[group] for group in metrics.words)}{single}"


def _describe_required(required: Required) -> str:
    scope = f" in each item that is `{required.items.text}`" if required.items else ""
    return f"{required.what}{scope}"


def _describe_headings(headings: Headings) -> str:
    lines = []
    for lang, titles in headings.order.items():
        optional = headings.optional.get(lang, ())
        names = [f"{t.partition(' | ')[0]}{' (optional)' if t in optional else ''}" for t in titles]
        order = "in this order" if len(headings.order) == 1 else f"in this order ({lang})"
        lines.append(f"{order}: {'; '.join(names)}")
    return "<br>".join(lines)


_DESCRIPTIONS: dict[str, Callable[[Any], str]] = {
    "pages": _describe_pages,
    "words": _describe_length("words"),
    "characters": _describe_length("characters, including spaces,"),
    "items": _describe_items,
    "age": lambda age: f"items that are `{age.items.text}` since {age.since}",
    "newest_first": lambda items: f"items that are `{items.text}` from the newest to the oldest",
    "headings": _describe_headings,
    "typeface": lambda names: f"one of {', '.join(names)}",
    "type_size": lambda size: f"at least {size:.4g} pt",
    "line_spacing": lambda lines: f"at least {lines:.4g} (single spacing is 1)",
    "margins": lambda edges: (
        "at least "
        + ", ".join(
            f"{side} {length:.4g} mm" for side in ("top", "right", "bottom", "left") if (length := getattr(edges, side))
        )
    ),
    "paper": lambda paper: {"a4": "A4", "letter": "US Letter"}[paper],
    "images": lambda count: f"{_limits(count)} pictures",
    "header_footer": lambda _: "no page header or footer",
    "forbidden": _describe_forbidden,
    "metrics": _describe_metrics,
    "required": _describe_required,
    "formats": lambda formats: f"one file as {' or '.join(formats)}",
    "filename": lambda name: f"`{name}`",
    "oldest_first": lambda items: f"items that are `{items.text}` from the oldest to the newest",
    "links": _describe_links,
    "running_text": _describe_running_text,
    "colour": lambda _: "all text is black",
    "file_size": _describe_size,
    "language": lambda languages: f"written in {' or '.join(map(_language, languages))}",
    "tables": _describe_tables,
    "full_dates": lambda dates: f"the {dates.to} of each date of items that are `{dates.items.text}`",
}
assert _DESCRIPTIONS.keys() == KINDS.keys()

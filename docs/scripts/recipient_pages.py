"""A page of the documentation for each recipient, made of its rule file: what is checked, from which source, as of
when, and what remains the applicant's to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from polyvita.checks.rules.registry import KINDS
from polyvita.checks.rules.ruleset import (
    SHIPPED,
    Count,
    Forbidden,
    Items,
    Length,
    Required,
    Rule,
    RuleSet,
    read_rules,
    shipped,
)

_INDEX = """# Recipients

What funding bodies and others ask of a CV, as far as a program can check it: `polyvita check` holds the finished files
against it, and `rules: NAME` in a filter file says which rules are meant. [Rule files](../rules.md) tells how a limit
of the call is set, and how to write rules of one's own.

The rules come from public forms and guides, and both change. Each rule names its source, how sure it is, and the day on
which it was last compared. What counts in the end is the call.

| name | recipient | form | what the output is |
| --- | --- | --- | --- |
"""


def recipient_pages() -> dict[str, str]:
    """The pages by file name."""
    sets = [read_rules(SHIPPED / f"{name}.yaml") for name in shipped()]
    rows = (f"| [`{s.name}`]({s.name}.md) | {s.recipient} | {s.form} | {s.purpose} |\n" for s in sets)
    return {"README.md": _INDEX + "".join(rows)} | {f"{rules.name}.md": "".join(_page(rules)) for rules in sets}


def _page(rules: RuleSet) -> Iterator[str]:
    yield f"# {rules.recipient}\n\n"
    yield f"{rules.title}. Form: {rules.form}.\n"
    yield f"The output is {rules.purpose}. In a filter file: `rules: {rules.name}`.\n\n"
    yield "## What is checked\n\n"
    yield "| rule | what is asked | broken, it is | source | how sure | compared on |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    for rule in rules.rules:
        cells = (rule.name, describe(rule), _LEVELS[rule.level], rule.source, rule.sure, rule.checked)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    if rules.remains:
        yield "\n## What remains yours to do\n\n"
        yield from (f"- {sentence}\n" for sentence in rules.remains)


_LEVELS = {"error": "an error", "warning": "a warning", "info": "a note"}


def describe(rule: Rule) -> str:
    """What a rule asks, in words."""
    return _WORDS[rule.kind](rule.value)


def _bounds(count: Count) -> str:
    match count.least, count.most:
        case None, 0:
            return "no"
        case None, most:
            return f"at most {most}"
        case least, None:
            return f"at least {least}"
        case least, most:
            return f"{least} to {most}"


def _length(unit: str) -> Callable[[Length], str]:
    def said(length: Length) -> str:
        scope = " in the whole text"
        if length.items:
            scope = f" in each item that is `{length.items.text}`"
        elif length.section:
            scope = f" in {'each part of ' if length.each else ''}the section `{length.section}`"
        if length.without:
            scope += f", without items that are `{length.without.text}`"
        return f"{_bounds(length)} {unit}{scope}"

    return said


def _items(items: Items) -> str:
    what = f"items that are `{items.items.text}`" if items.items else "items"
    scope = f" in {'each part of ' if items.each else ''}the section `{items.section}`" if items.section else ""
    return f"{_bounds(items)} {what}{scope}"


def _forbidden(forbidden: Forbidden) -> str:
    scope = f" in the section `{forbidden.section}`" if forbidden.section else ""
    scope = f" in items that are `{forbidden.items.text}`" if forbidden.items else scope
    return f"none of these words{scope}: {', '.join(f'`{word}`' for word in forbidden.words)}"


def _required(required: Required) -> str:
    scope = f" in each item that is `{required.items.text}`" if required.items else ""
    return f"{required.what}{scope}"


def _headings(by_language: Any) -> str:
    said = []
    for lang, titles in by_language.order.items():
        optional = by_language.optional.get(lang, ())
        names = [f"{t.partition(' | ')[0]}{' (may be missing)' if t in optional else ''}" for t in titles]
        said.append(f"{'in order' if len(by_language.order) == 1 else f'in order ({lang})'}: {'; '.join(names)}")
    return "<br>".join(said)


_WORDS: dict[str, Callable[[Any], str]] = {
    "pages": lambda count: f"{_bounds(count)} pages",
    "words": _length("words"),
    "characters": _length("characters, spaces included,"),
    "items": _items,
    "age": lambda age: f"items that are `{age.items.text}` since {age.since.text}",
    "newest_first": lambda items: f"items that are `{items.text}` from the newest to the oldest",
    "headings": _headings,
    "typeface": lambda names: f"one of {', '.join(names)}",
    "type_size": lambda size: f"{size:.4g} pt or more",
    "line_spacing": lambda lines: f"{lines:.4g} lines or more",
    "margins": lambda edges: (
        ", ".join(
            f"{side} {length:.4g} mm" for side in ("top", "right", "bottom", "left") if (length := getattr(edges, side))
        )
        + " or more"
    ),
    "paper": lambda paper: {"a4": "A4", "letter": "US Letter"}[paper],
    "images": lambda count: f"{_bounds(count)} pictures",
    "header_footer": lambda _: "no page header or footer",
    "forbidden": _forbidden,
    "required": _required,
    "formats": lambda formats: f"one file as {' or '.join(formats)}",
    "filename": lambda name: f"`{name}`",
}
assert _WORDS.keys() == KINDS.keys()

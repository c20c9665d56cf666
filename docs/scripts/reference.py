"""Pages of the documentation that follow from the code: `python docs/scripts/reference.py` writes them into `docs/`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT

from polyvita.checks.rules import ruleset
from polyvita.checks.rules.registry import KINDS
from polyvita.checks.rules.ruleset import Rule, RuleSet
from polyvita.config import filter_file, theme
from polyvita.config.filter import Filter
from polyvita.config.settings import Setting, Settings, keys_of
from polyvita.config.theme import Pt, Theme
from polyvita.core.codes import CODES, Code
from polyvita.reader import front_matter_schema
from recipient_pages import recipient_pages

_NAMES = {"Selector": "expression", "Since": "date", "Mm": "length", "Pt": "size", "Colour": "colour", "SortKey": "key"}
_PLAIN = {str: "text", int: "number", float: "number", bool: "true or false"}

FILTERS = """# Filter files

A filter file `filters/<name>.yaml` says what one output keeps of the CV, and how it looks. The word is DITA's.
`polyvita build` writes the outputs of all filters in the folder, `polyvita build NAME` those of one.

```yaml
title: Curriculum vitae for funding bodies
formats: [docx, pdf]
select: core or (publication and selected)
drop: metrics
order: [positions, education, funding, awards, publications]
sort: {items: publication, by: -date}
limit: {items: publication, most: 10}
```

What an expression is, and what selecting means, is told in [the language](language.md#selecting). A key that is not
in this table is an error with the nearest one that is; so is a value of the wrong kind, with file, line and column.

An editor that knows YAML completes these keys while you type, says what each is for, and underlines what is wrong, if
the file begins with the line

```yaml
# yaml-language-server: $schema=schema/filter.json
```

`polyvita init` writes the line and the schema; in VS Code the extension “YAML” (by Red Hat) reads both. For filters
that are there already, make a folder `filters/schema` and write the schema into it, with `polyvita schema >
filters/schema/filter.json`. `polyvita schema --rules`, `--themes` and `--front-matter` print those of rule files, of
themes and of `cv.private.yaml`.

Where a form prescribes the headings, `sections` is the outline of the output, filled from wherever the CV keeps what
belongs there:

```yaml
sections:
  - {title: Qualifications and Career, from: [positions, education]} # what is in two sections, under one heading
  - title: Scientific Results
    sections:
      - {id: a, title: Category A, items: publication and selected} # items of several lists, in one
      - {id: b, title: Category B, items: preprint or patent}
  - awards # a section as it is
sort: {items: position or degree, by: -date}
```

Nothing is shown twice: of two parts that name the same, the first has it, and the second shows the rest. What moves
keeps the tags and keys that it inherited. A part that nothing comes into is left out, with a warning; so is, where
there is a `select`, what it keeps and no part takes. Without `select`, the outline selects. `titles` and `order` know
the parts by their ids, so that a filter can extend another and say the same in another language.

"""
THEMES = """# Themes

A theme is a set of design values from which the CSS, the Typst preamble and the Word styles are all made: a change
there changes all formats. `theme: mine` in a filter file takes `themes/mine.yaml` beside the CV; what that file leaves
out is as in the default theme. `form`, which ships too, is for forms that prescribe a typeface and a size. A filter can
override four things directly: `font`, `leading`, `paper` and `margins`.

"""
RULES = """# Rule files

A rule set is what one recipient asks of a CV. [Recipients](recipients/README.md) lists those that ship. A filter file
names one, or several, and adds what the call itself allows:

```yaml
rules: {use: ukri, words: 1000}
```

`polyvita check NAME` builds the outputs of a filter and reports rule by rule: kept or broken, the figure and the limit,
and the files it is true of; for what is broken, the line in the source and what would mend it. `polyvita build` says in
short what is broken. Exit status 1 means that a rule of level error is broken. `polyvita check --json` gives it all as
data.

What is checked are the finished files, never the plan for them. How a text lies on paper is read off the PDF and off
the Word file’s styles; words, headings and items are read off the text of the most exact file there is (Word, then
plain text, web page, PDF). A rule that no file lets judge is reported as such, with the reason. Word’s own count of
pages depends on Word: the PDF’s stands for it and is called an estimate, or `polyvita check --word-pages` lets
LibreOffice count.

A file `rules/<name>.yaml` beside the CV adds a rule set, or takes the place of the one of that name that ships. Its
keys are checked as those of filter files are; `polyvita schema --rules` prints their JSON Schema. For example:

```yaml
title: Curriculum vitae
recipient: The Example Foundation
form: Guide for applicants, 2026
purpose: a file to upload
rules:
  - name: publications
    items: {items: publication, most: 5}
    level: error
    source: Guide for applicants, 2026, section 3
    sure: high
    checked: 2026-11-22
    hint: choose five, with “limit” or by their tags
```

"""


FINDINGS = """# Findings

What polyvita has to say about a CV, a filter or an output has a code, which keeps its meaning over versions; a
severity; a place, with the line of the file and a caret; one sentence, and often a hint. An error makes the exit status
1, or stops the run with 2 (3 where something outside failed); a warning is most often a slip, and changes nothing.
`--json` gives findings to other programs.

| codes | are about |
| --- | --- |
| PV0 | the CV as it is read |
| PV1 | filters, themes and rule files |
| PV2 | the CV as a text: the counts that it states, and what proofreading finds |
| PV3 | making the outputs |
| PV4 | recipients’ rules; each rule says itself whether to break it is an error |
"""


def pages() -> dict[str, str]:
    """The generated pages: file name in `docs/` and text."""
    extends = "| `extends` | text | another filter here: scalars and lists replace its, groups of keys merge | |\n"
    return {
        "filters.md": FILTERS + _table(Filter, extends, "example") + _groups(Filter),
        "themes.md": THEMES + _table(Theme, "", "default") + _groups(Theme),
        "rules.md": RULES + _table(RuleSet, "", "example") + _groups(RuleSet) + _groups(Rule) + _kinds(),
        "findings.md": FINDINGS + "".join(_entry(code, entry) for code, entry in CODES.items()),
        **{f"recipients/{name}": text for name, text in recipient_pages().items()},
        **{f"schema/{name}.json": json.dumps(data, ensure_ascii=False, indent=2) + "\n" for name, data in _schemas()},
    }


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """For editors: the files that `polyvita schema` prints."""
    yield "filter", filter_file.schema()
    yield "rules", ruleset.schema()
    yield "theme", theme.schema()
    yield "front-matter", front_matter_schema()


def _table(cls: Any, first: str, last: str) -> str:
    head = f"| key | value | meaning | {last} |\n| --- | --- | --- | --- |\n{first}"
    hints = get_type_hints(cls)
    rows = [(key, _kind(hints[f.name]), f.doc, _shown(f, last)) for key, f in keys_of(cls).items()]
    return head + "".join(f"| `{key}` | {kind} | {_cell(doc)} | {_cell(shown)} |\n" for key, kind, doc, shown in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _shown(field: Setting, last: str) -> str:
    value = field.example if last == "example" else field.default
    if isinstance(value, tuple):
        value = f"[{', '.join(str(_with_unit(part)) for part in value)}]"
    if isinstance(value, Settings):  # its own keys say so, one by one
        return ""
    value = _with_unit(value)
    return f"`{value}`" if value not in ("", NODEFAULT) else ""


def _with_unit(value: Any) -> Any:
    return f"{value:g}pt" if isinstance(value, Pt) else value


def _groups(cls: Any) -> str:
    """A table for each group of keys inside."""
    out = ""
    for key, field in keys_of(cls).items():
        kind = _inner(get_type_hints(cls)[field.name])
        if keys_of(kind):
            out += f"\n## Inside `{key}`\n\n" + _table(kind, "", "example")
    return out


def _kinds() -> str:
    rows = (f"| {kind.code} | `{name}` | {kind.meaning} | {kind.measure} |\n" for name, kind in KINDS.items())
    head = "| code | kind | what breaks it | how it is measured |\n| --- | --- | --- | --- |\n"
    return f"\n## Kinds of rule\n\n{head}{''.join(rows)}"


def _entry(code: str, entry: Code) -> str:
    """What a code means, under a heading that can be linked to by the code alone."""
    severity = entry.severity if entry.severity != "as the rule says" else "error, warning or info"
    example = f"```\n{severity.partition(',')[0]}[{code}]: {entry.example}\n```"
    said = f"**{entry.title[0].upper()}{entry.title[1:]}** ({severity})."
    return f"\n## {code}\n\n{said} {entry.meaning}\n\n{example}\n\n{entry.fix}\n"


def _inner(kind: Any) -> Any:
    if get_origin(kind) in (Union, type(int | None)):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return get_args(kind)[0] if get_origin(kind) is tuple else kind


def _kind(kind: Any) -> str:
    inner = _inner(kind)
    many = "one or a list: " if get_origin(kind) is tuple else ""
    if get_origin(inner) is Literal:
        return many + " \\| ".join(f"`{name}`" for name in get_args(inner))
    if get_origin(inner) is not None:
        return "group of keys"
    if keys_of(inner):
        return many + "group of keys"
    name = getattr(inner, "__name__", "")
    return many + (_PLAIN.get(inner) or _NAMES.get(name, name.lower()))


def main(folder: Path) -> None:
    """Write the generated pages into `folder`."""
    for name, text in pages().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))

"""Rule files: the requirements of one recipient for a CV, in YAML. The class `RuleSet` defines their keys.

A rule has a level, a source, and exactly one requirement; `registry.KINDS` maps each kind of requirement to its check.
Built-in rule files are in `data/`. A file `rules/<name>.yaml` beside the CV adds a rule set or replaces a built-in one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import structs

from polyvita.config.filter import Edges, Selector, Since, Use
from polyvita.config.filter_file import check_filename
from polyvita.config.json_schema import json_schema
from polyvita.config.settings import Settings, keys_of, read_into, setting
from polyvita.config.theme import Pt
from polyvita.config.yaml_loader import read_yaml
from polyvita.core.diagnostics import Finding, InputError, Report, did_you_mean, error, join_names, list_available
from polyvita.core.files import is_file
from polyvita.core.location import Location

BUILT_IN = Path(__file__).parent / "data"
"""The folder of the built-in rule files."""

Level = Literal["error", "warning", "info"]


class Day(str):
    """A day, written as `2026-01-31`."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Day:
        try:
            return cls(datetime.date.fromisoformat(text).isoformat())
        except ValueError:
            raise ValueError(f"“{text}” is not a day; write a day as 2026-01-31") from None


class Pattern(str):
    """A regular expression that ignores upper and lower case."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Pattern:
        try:
            re.compile(text)
        except re.error as problem:
            raise ValueError(f"“{text}” is not a regular expression: {problem}") from None
        return cls(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text, or None."""
        return re.search(self, text, re.IGNORECASE)

    def find_words(self, text: str) -> Iterator[re.Match[str]]:
        """Yield all matches that consist of whole words."""
        return re.finditer(rf"(?<!\w)(?:{self})(?!\w)", text, re.IGNORECASE)


class Count(Settings, frozen=True):
    """Limits for a number."""

    most: int | None = setting("maximum", default=None, example="4")
    least: int | None = setting("minimum", default=None)


class Length(Count, frozen=True):
    """Limits for the length of a text: the whole text without the letterhead, one section, or each item."""

    section: str = setting("id of the section to measure; by default, the whole text is measured", default="")
    without: Selector | None = setting("items in the section that do not count", default=None, example="publication")
    each: bool = setting("measure each part of the section: its subsections, or else its items", default=False)
    items: Selector | None = setting("measure each of these items", default=None, example="contribution")


class Items(Count, frozen=True):
    """Limits for the number of items."""

    items: Selector | None = setting("items to count", default=None, example="publication")
    section: str = setting(
        "id of the section to count in; without `items`, its subsections are counted, or else its own items",
        default="",
    )
    each: bool = setting("count separately in each part of the section", default=False)


class Age(Settings, frozen=True):
    """A limit for the age of items."""

    items: Selector = setting("items to check", example="publication")
    since: Since = setting("a date, or a time span before the day of the build", example="-5y")


class Headings(Settings, frozen=True):
    """Required headings, in order, by language."""

    order: Mapping[str, tuple[str, ...]] = setting(
        "headings by language; “ | ” separates alternative wordings of one heading",
        example="{en: [Education, Employment | Positions]}",
    )
    optional: Mapping[str, tuple[str, ...]] = setting("headings that may be missing, by language", default_factory=dict)


class Forbidden(Settings, frozen=True):
    """Forbidden words."""

    words: tuple[Pattern, ...] = setting("regular expressions for whole words", example="[h-index, 'impact factors?']")
    section: str = setting("search only this section", default="")
    items: Selector | None = setting("search only these items", default=None)


class Required(Settings, frozen=True):
    """A required pattern, in the text or in the target of a link."""

    pattern: Pattern = setting("a regular expression", example=r"10\.\d{4,}/\S+")
    what: str = setting("what the pattern finds, in words", example="a DOI")
    items: Selector | None = setting(
        "items that must each contain the pattern; by default, one match anywhere is enough", default=None
    )


class Rule(Settings, frozen=True):
    """One requirement and its source."""

    name: str = setting(
        "name of the rule in reports; each rule of a set has a different name", example="publications A"
    )
    level: Level = setting("severity of the finding if the rule is broken")
    source: str = setting("public form or guide that states the rule, with its version")
    sure: Literal["high", "medium", "low"] = setting("how certain it is that the recipient requires this")
    checked: Day = setting("day of the last comparison with the source", example="2026-11-22")
    hint: str = setting("how to fix a violation", default="")
    pages: Count | None = setting("number of pages", default=None, example="{most: 4}")
    words: Length | None = setting("number of words", default=None, example="{most: 150}")
    characters: Length | None = setting("number of characters, including spaces", default=None)
    items: Items | None = setting("number of items", default=None, example="{section: results, most: 10}")
    age: Age | None = setting("age of dated items", default=None, example="{items: publication, since: -5y}")
    newest_first: Selector | None = setting(
        "items that must be ordered from newest to oldest in each list", default=None
    )
    headings: Headings | None = setting("required headings and their order", default=None)
    typeface: tuple[str, ...] | None = setting("allowed fonts", default=None, example="[Arial, Arimo]")
    type_size: Pt | None = setting("minimum font size", default=None, example="11pt")
    line_spacing: float | None = setting(
        "minimum line spacing; 1 is single spacing, 1.15 times the font size", default=None
    )
    margins: Edges | None = setting("minimum margins", default=None, example="{left: 20mm, right: 20mm}")
    paper: Literal["a4", "letter"] | None = setting("paper size", default=None)
    images: Count | None = setting("number of pictures", default=None, example="{most: 0}")
    header_footer: Literal["none"] | None = setting("`none`: no page header and no page footer", default=None)
    forbidden: Forbidden | None = setting("forbidden words", default=None)
    required: Required | None = setting("a required pattern", default=None)
    formats: tuple[str, ...] | None = setting(
        "accepted formats; the filter must write at least one", default=None, example="[pdf]"
    )
    filename: str | None = setting(
        "file name without extension, with the placeholders {name}, {last}, {lang} and {date}", default=None
    )

    @property
    def kind(self) -> str:
        """The key of the requirement."""
        return next(name for name in KIND_NAMES if getattr(self, name) is not None)

    @property
    def value(self) -> Any:
        """The requirement, an object of the class for its kind."""
        return getattr(self, self.kind)


_COMMON_KEYS = ("name", "level", "source", "sure", "checked", "hint")
KIND_NAMES = tuple(kind.name for kind in keys_of(Rule).values() if kind.name not in _COMMON_KEYS)
"""The keys of all kinds of requirement in a rule file."""


class RuleSet(Settings, frozen=True):
    """All requirements of one recipient. `name` is the stem of the file; `locations` has the location of each key."""

    title: str = setting("the document that is required", example="Curriculum vitae")
    recipient: str = setting("the recipient", example="Deutsche Forschungsgemeinschaft")
    form: str = setting("form or guide, with its version")
    purpose: Literal["a file to upload", "a draft to paste from"] = setting("what the applicant does with the output")
    rules: tuple[Rule, ...] = setting("requirements")
    remains: tuple[str, ...] = setting(
        "requirements that a program cannot check, as sentences for the applicant", default=()
    )
    name: str = ""
    locations: Mapping[str, Location] = {}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of rule files."""
    return json_schema(RuleSet, "polyvita rule file")


def built_in_names() -> tuple[str, ...]:
    """Return the names of the built-in rule sets."""
    return tuple(sorted(path.stem for path in BUILT_IN.glob("*.yaml")))


def load_rules(use: Use, folder: Path, *, location: Location, read: Callable[[Path], RuleSet] | None = None) -> RuleSet:
    """Return the rule set that a filter names at `location`, with the limits of the call in the filter.

    `folder` contains the CV. `read` replaces `read_rules`, for example by a function with a cache. Raises `InputError`
    if the rule set does not exist, or with all errors in its file.
    """
    own = folder / "rules"
    path = next((p for p in (own / f"{use.use}.yaml", BUILT_IN / f"{use.use}.yaml") if is_file(p)), None)
    if path is None:
        names = {*built_in_names(), *(path.stem for path in own.glob("*.yaml"))}
        hint = did_you_mean(use.use, names) or list_available(names)
        raise InputError(error("PV138", f"rule set “{use.use}” not found", location, hint))
    return _with_limits_of_call((read or read_rules)(path), use, location)


def read_rules(path: Path) -> RuleSet:
    """Read a rule file. Raises `InputError` with all errors, each with its location."""
    report = Report()
    value = read_yaml(path, str(path))
    found = read_into(RuleSet, value, report, "a rule file") if value else None
    if value is None or not isinstance(value.data, dict):
        raise InputError(error("PV125", "a rule file must contain keys such as “title: …”", Location(str(path), 1)))
    if found is not None:
        report.add(*_check(found))
    if report.has_errors or found is None:
        raise InputError(*report)
    return structs.replace(found, name=path.stem)


def _check(rules: RuleSet) -> Iterator[Finding]:
    """Find the errors in a rule file that the types of its keys do not exclude."""
    names: set[str] = set()
    if not rules.rules:
        yield error("PV125", "“rules” is empty", rules.locations["rules"], "add a rule, or delete the file")
    for i, rule in enumerate(rules.rules):
        location = rules.locations[f"rules[{i}].name"]
        kinds = [name for name in KIND_NAMES if getattr(rule, name) is not None]
        if len(kinds) != 1:
            problem = f"has several requirements: {join_names(kinds)}" if kinds else "has no requirement"
            hint = f"use exactly one of these keys: {', '.join(sorted(KIND_NAMES))}"
            yield error("PV125", f"rule “{rule.name}” {problem}", location, hint)
        elif isinstance(rule.value, Count) and rule.value.most is None and rule.value.least is None:
            yield error("PV125", f"rule “{rule.name}” has no limit", location, "add “most” or “least”")
        if rule.filename is not None and (problem := check_filename(rule.filename)):
            yield error("PV125", f"“filename” {problem}", rules.locations[f"rules[{i}].filename"])
        if rule.name in names:
            yield error("PV125", f"two rules are named “{rule.name}”", location, "rename one of them")
        names.add(rule.name)


def _with_limits_of_call(rules: RuleSet, use: Use, location: Location) -> RuleSet:
    """Return the rule set with the limits of the call. They replace its own limits for the whole text."""
    own = [
        *([_rule_of_call("pages", location, pages=Count(use.pages))] if use.pages is not None else ()),
        *([_rule_of_call("words", location, words=Length(use.words))] if use.words is not None else ()),
        *(
            [_rule_of_call("characters", location, characters=Length(use.characters))]
            if use.characters is not None
            else ()
        ),
    ]
    given = {rule.kind for rule in own}
    kept = (rule for rule in rules.rules if not (rule.kind in given and _limits_whole_text(rule)))
    return structs.replace(rules, rules=(*kept, *own))


def _rule_of_call(name: str, location: Location, **limit: Any) -> Rule:
    return Rule(name, "error", f"the call, according to {location.file}", "high", Day(""), **limit)


def _limits_whole_text(rule: Rule) -> bool:
    return not isinstance(rule.value, Length) or not (rule.value.section or rule.value.items)

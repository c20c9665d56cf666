"""Rule sets: what a recipient asks of a CV, as data. One YAML file each, and `RuleSet` says what it may hold.

A rule has a level, its source, and exactly one kind of demand (`KINDS` in `registry.py` says how each is judged).
Sets that ship are in `data/`; a file `rules/<name>.yaml` beside the CV adds one, or takes the place of one.
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

SHIPPED = Path(__file__).parent / "data"

Level = Literal["error", "warning", "info"]


class Day(str):
    """A day, written `2026-01-31`."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Day:
        try:
            return cls(datetime.date.fromisoformat(text).isoformat())
        except ValueError:
            raise ValueError(f"a day is written 2026-01-31, not “{text}”") from None


class Pattern(str):
    """A regular expression; case does not count."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Pattern:
        try:
            re.compile(text)
        except re.error as problem:
            raise ValueError(f"“{text}” is not a regular expression: {problem}") from None
        return cls(text)

    def search(self, text: str) -> re.Match[str] | None:
        return re.search(self, text, re.IGNORECASE)

    def words(self, text: str) -> Iterator[re.Match[str]]:
        """Every occurrence that begins and ends with a word."""
        return re.finditer(rf"(?<!\w)(?:{self})(?!\w)", text, re.IGNORECASE)


class Count(Settings, frozen=True):
    """A number within bounds."""

    most: int | None = setting("at most so many", default=None, example="4")
    least: int | None = setting("at least so many", default=None)


class Length(Count, frozen=True):
    """How long a text may be: the whole without its letterhead, one section, or each item. Headings do not count."""

    section: str = setting("the id of the section that is measured; the whole text where left out", default="")
    without: Selector | None = setting("items of the section that do not count", default=None, example="publication")
    each: bool = setting("each part of the section is measured: its subsections, else its items", default=False)
    items: Selector | None = setting("each of these items is measured instead", default=None, example="contribution")


class Items(Count, frozen=True):
    """How many items there may be."""

    items: Selector | None = setting("which items are counted", default=None, example="publication")
    section: str = setting(
        "the id of the section whose parts are counted: these items, else its subsections, else its own items",
        default="",
    )
    each: bool = setting("count in each part of the section", default=False)


class Age(Settings, frozen=True):
    """How old items may be."""

    items: Selector = setting("which items", example="publication")
    since: Since = setting("a date, or a time back from the day of the build", example="-5y")


class Headings(Settings, frozen=True):
    """Headings that have to be there, in their order, by language."""

    order: Mapping[str, tuple[str, ...]] = setting(
        "the headings by language; “ | ” stands between wordings of which each will do",
        example="{en: [Education, Employment | Positions]}",
    )
    optional: Mapping[str, tuple[str, ...]] = setting("those of them that may be missing", default_factory=dict)


class Forbidden(Settings, frozen=True):
    """Words that must not occur."""

    words: tuple[Pattern, ...] = setting("regular expressions for whole words", example="[h-index, 'impact factors?']")
    section: str = setting("in this section alone", default="")
    items: Selector | None = setting("in these items alone", default=None)


class Required(Settings, frozen=True):
    """A pattern that has to occur, in the text or in the target of a link."""

    pattern: Pattern = setting("a regular expression", example=r"10\.\d{4,}/\S+")
    what: str = setting("what it finds, in words", example="a DOI")
    items: Selector | None = setting("once in each of these items; once in the whole where left out", default=None)


class Rule(Settings, frozen=True):
    """One demand, and where it comes from."""

    name: str = setting("what the report calls it, unlike all others of the set", example="publications A")
    level: Level = setting("what breaking it counts as")
    source: str = setting("the public form or guide that says so, with its version")
    sure: Literal["high", "medium", "low"] = setting("how sure it is that the recipient asks this")
    checked: Day = setting("the day on which the source was last compared", example="2026-11-22")
    hint: str = setting("what would mend it", default="")
    pages: Count | None = setting("number of pages", default=None, example="{most: 4}")
    words: Length | None = setting("number of words", default=None, example="{most: 150}")
    characters: Length | None = setting("number of characters, spaces included", default=None)
    items: Items | None = setting("number of items", default=None, example="{section: results, most: 10}")
    age: Age | None = setting("age of dated items", default=None, example="{items: publication, since: -5y}")
    newest_first: Selector | None = setting("dated items in falling order, list by list", default=None)
    headings: Headings | None = setting("headings and their order", default=None)
    typeface: tuple[str, ...] | None = setting("typefaces that may be used", default=None, example="[Arial, Arimo]")
    type_size: Pt | None = setting("the smallest size of type", default=None, example="11pt")
    line_spacing: float | None = setting("the least distance of lines; single is 1.15 of the type size", default=None)
    margins: Edges | None = setting("the least margins", default=None, example="{left: 20mm, right: 20mm}")
    paper: Literal["a4", "letter"] | None = setting("paper size", default=None)
    images: Count | None = setting("number of pictures", default=None, example="{most: 0}")
    header_footer: Literal["none"] | None = setting("`none`: no page header or footer", default=None)
    forbidden: Forbidden | None = setting("words that must not occur", default=None)
    required: Required | None = setting("patterns that have to occur", default=None)
    formats: tuple[str, ...] | None = setting("formats of which one has to be there", default=None, example="[pdf]")
    filename: str | None = setting(
        "name of the file, without its ending; {name}, {last}, {lang} and {date} are filled in", default=None
    )

    @property
    def kind(self) -> str:
        """The name of the one field that says what is asked."""
        return next(name for name in KIND_NAMES if getattr(self, name) is not None)

    @property
    def value(self) -> Any:
        """What is asked, of the kind’s own class."""
        return getattr(self, self.kind)


_ABOUT = ("name", "level", "source", "sure", "checked", "hint")
KIND_NAMES = tuple(kind.name for kind in keys_of(Rule).values() if kind.name not in _ABOUT)
"""The kinds of rule, as they are written in a file."""


class RuleSet(Settings, frozen=True):
    """All that one recipient asks."""

    title: str = setting("what is asked for", example="Curriculum vitae")
    recipient: str = setting("who asks for it", example="Deutsche Forschungsgemeinschaft")
    form: str = setting("the form or guide, with its version")
    purpose: Literal["a file to upload", "a draft to paste from"] = setting("what the output is for")
    rules: tuple[Rule, ...] = setting("what is asked, rule by rule")
    remains: tuple[str, ...] = setting("what no program can check: sentences to the applicant", default=())
    name: str = ""
    locations: Mapping[str, Location] = {}


def schema() -> dict[str, Any]:
    """The JSON Schema of rule files."""
    return json_schema(RuleSet, "polyvita rule file")


def shipped() -> tuple[str, ...]:
    """The names of the rule sets that ship."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load_rules(use: Use, folder: Path, *, asked: Location, read: Callable[[Path], RuleSet] | None = None) -> RuleSet:
    """The rule set that a filter asks for at `asked`, with the call's own limits; `folder` is where the CV stands.
    `read` is `read_rules`, or one that remembers.

    Raises `InputError` where there is no such set, or with every problem of its file.
    """
    own = folder / "rules"
    path = next((p for p in (own / f"{use.use}.yaml", SHIPPED / f"{use.use}.yaml") if is_file(p)), None)
    if path is None:
        known = {*shipped(), *(path.stem for path in own.glob("*.yaml"))}
        hint = did_you_mean(use.use, known) or list_available(known)
        raise InputError(error("PV138", f"there is no rule set “{use.use}”", asked, hint))
    return _with_call((read or read_rules)(path), use, asked)


def read_rules(path: Path) -> RuleSet:
    """A rule file. Raises `InputError` with every problem, each with its line."""
    report = Report()
    value = read_yaml(path, str(path))
    found = read_into(RuleSet, value, report, "a rule file") if value else None
    if value is None or not isinstance(value.data, dict):
        raise InputError(error("PV125", "a rule file is a group of keys such as “title: …”", Location(str(path), 1)))
    if found is not None:
        report.add(*_check(found))
    if report.has_errors or found is None:
        raise InputError(*report)
    return structs.replace(found, name=path.stem)


def _check(rules: RuleSet) -> Iterator[Finding]:
    """What the types alone cannot say."""
    names: set[str] = set()
    if not rules.rules:
        yield error("PV125", "“rules” has no rule in it", rules.locations["rules"], "write one, or take the file away")
    for i, rule in enumerate(rules.rules):
        location = rules.locations[f"rules[{i}].name"]
        kinds = [name for name in KIND_NAMES if getattr(rule, name) is not None]
        if len(kinds) != 1:
            said = f"asks {join_names(kinds)} at once" if kinds else "asks nothing"
            yield error(
                "PV125", f"the rule “{rule.name}” {said}", location, f"a rule asks one of {join_names(KIND_NAMES)}"
            )
        elif isinstance(rule.value, Count) and rule.value.most is None and rule.value.least is None:
            yield error("PV125", f"the rule “{rule.name}” has no bound", location, "add “most” or “least”")
        if rule.filename is not None and (problem := check_filename(rule.filename)):
            yield error("PV125", f"“filename” {problem}", rules.locations[f"rules[{i}].filename"])
        if rule.name in names:
            yield error("PV125", f"there are two rules “{rule.name}”", location, "give one of them another name")
        names.add(rule.name)


def _with_call(rules: RuleSet, use: Use, asked: Location) -> RuleSet:
    """The set with the call's limits, which replace what it says of the whole text itself."""
    own = [
        *([_of_call("pages", asked, pages=Count(use.pages))] if use.pages is not None else ()),
        *([_of_call("words", asked, words=Length(use.words))] if use.words is not None else ()),
        *([_of_call("characters", asked, characters=Length(use.characters))] if use.characters is not None else ()),
    ]
    given = {rule.kind for rule in own}
    kept = (rule for rule in rules.rules if not (rule.kind in given and _of_the_whole(rule)))
    return structs.replace(rules, rules=(*kept, *own))


def _of_call(name: str, asked: Location, **limit: Any) -> Rule:
    return Rule(name, "error", f"the call, as {asked.file} has it", "high", Day(""), **limit)


def _of_the_whole(rule: Rule) -> bool:
    return not isinstance(rule.value, Length) or not (rule.value.section or rule.value.items)

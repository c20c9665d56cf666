"""Rule files: the requirements of one recipient for a CV, in YAML. The class `RuleSet` defines their keys.

A rule has a level, a source, and exactly one requirement; `registry.KINDS` maps each kind of requirement to its check.
Built-in rule files are in `data/`. A file `rules/<name>.yaml` beside the CV adds a rule set or replaces a built-in one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import structs

from polyvita.checks.rules.metric_words import MetricGroup
from polyvita.checks.rules.patterns import Pattern
from polyvita.config.filter import Edges, Selector, Since, Use
from polyvita.config.filter_file import check_filename
from polyvita.config.json_schema import json_schema
from polyvita.config.settings import Language, Settings, about, keys_of, read_into
from polyvita.config.theme import Pt
from polyvita.config.yaml_loader import YamlKind, read_yaml
from polyvita.core.allowed import check_is_allowed
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error, join_names, list_available
from polyvita.core.files import is_file
from polyvita.core.location import Location

BUILT_IN = Path(__file__).parent / "data"
"""The folder of the built-in rule files."""

RULE_FILE = YamlKind("a rule file", "title: …")

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


class Count(Settings, frozen=True):
    """Limits for a number."""

    most: Annotated[int | None, about("maximum", 4)] = None
    least: Annotated[int | None, about("minimum")] = None


class Pages(Count, frozen=True):
    """Limits for the number of pages."""

    most_in: Annotated[
        Mapping[str, int], about("maximum by language of the output, which replaces `most`", {"en": 5, "fr": 6})
    ] = {}

    def in_language(self, lang: str) -> Pages:
        """Return the limits for an output in a language."""
        most = self.most_in.get(lang, self.most_in.get(lang.partition("-")[0], self.most))
        return structs.replace(self, most=most, most_in={})


class Length(Count, frozen=True):
    """Limits for the length of a text: the whole text without the letterhead, one section, or each item."""

    section: Annotated[str, about("id of the section to measure; by default, the whole text is measured")] = ""
    without: Annotated[Selector | None, about("items in the section that do not count", "publication")] = None
    each: Annotated[bool, about("measure each part of the section: its subsections, or else its items")] = False
    items: Annotated[Selector | None, about("measure each of these items", "contribution")] = None


class Items(Count, frozen=True):
    """Limits for the number of items."""

    items: Annotated[Selector | None, about("items to count", "publication")] = None
    section: Annotated[
        str, about("id of the section to count in; without `items`, its subsections are counted, or else its own items")
    ] = ""
    each: Annotated[bool, about("count separately in each part of the section")] = False


class Age(Settings, frozen=True):
    """A limit for the age of items."""

    items: Annotated[Selector, about("items to check", "publication")]
    since: Annotated[Since, about("a date, or a time span before the day of the build", "-5y")]


class Headings(Settings, frozen=True):
    """Required headings, in order, by language."""

    order: Annotated[
        Mapping[str, tuple[str, ...]],
        about(
            "headings by language; “ | ” separates alternative wordings of one heading; a wording that ends with “…” "
            "is the start of a heading",
            {"en": ["Education", "Employment | Positions"]},
        ),
    ]
    optional: Annotated[Mapping[str, tuple[str, ...]], about("headings that may be missing, by language")] = {}


class Forbidden(Settings, frozen=True):
    """Forbidden words."""

    words: Annotated[tuple[Pattern, ...], about("regular expressions for whole words", ["h-index", "impact factors?"])]
    what: Annotated[str, about("what the expressions find, in words", "the h-index")] = ""
    section: Annotated[str, about("search only this section")] = ""
    items: Annotated[Selector | None, about("search only these items")] = None


class Metrics(Settings, frozen=True):
    """Forbidden figures about citations, journals and ranks, in all languages that filters may have."""

    words: Annotated[
        tuple[MetricGroup, ...],
        about("groups of words: `journal`, `index`, `citations`, `rankings`, `praise`, `totals`", ["journal", "index"]),
    ]
    single: Annotated[
        Selector | None, about("items that may state how often they are cited themselves", "publication")
    ] = None


class Links(Count, frozen=True):
    """Limits for the number of links: addresses in the text, and targets behind other words."""

    section: Annotated[str, about("id of the section to search; by default, the whole text is searched")] = ""
    items: Annotated[Selector | None, about("search only these items")] = None
    without: Annotated[Selector | None, about("items whose links do not count", "publication")] = None


class Tables(Count, frozen=True):
    """Limits for the number of tables."""

    sections: Annotated[tuple[str, ...], about("ids of the sections to search; by default, all are searched")] = ()
    without: Annotated[tuple[str, ...], about("ids of sections whose tables do not count", ["education"])] = ()


class FullDates(Settings, frozen=True):
    """Items whose dates must be complete."""

    items: Annotated[Selector, about("items to check", "position or degree")]
    to: Annotated[Literal["day", "month"], about("smallest unit that each date must have")] = "day"


class RunningText(Settings, frozen=True):
    """A text that page headers or footers must contain."""

    text: Annotated[
        str,
        about("required text, with the placeholders {name}, {last} and {page}", "{name}, {page}"),
    ]
    from_page: Annotated[int, about("first page that needs the text", ge=1)] = 1


class FileSize(float):
    """A size of a file in bytes, written as `10MB` or `500KB`. 1 MB is 1000 KB, and 1 KB is 1000 bytes."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> FileSize:
        import re

        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(KB|MB)", text)
        if not match:
            raise ValueError(f"“{text}” is not the size of a file; write a size as 10MB or 500KB")
        return cls(float(match[1]) * (1_000 if match[2] == "KB" else 1_000_000))


class Required(Settings, frozen=True):
    """A required pattern, in the text or in the target of a link."""

    pattern: Annotated[Pattern, about("a regular expression", "10\\.\\d{4,}/\\S+")]
    what: Annotated[str, about("what the pattern finds, in words", "a DOI")]
    items: Annotated[
        Selector | None, about("items that must each contain the pattern; by default, one match anywhere is enough")
    ] = None


class Dated(Settings, frozen=True):
    """A required date of the document."""

    since: Annotated[Since | None, about("a time span before the day of the build, or a date", "-3m")] = None


class Rule(Settings, frozen=True):
    """One requirement and its source."""

    name: Annotated[
        str, about("name of the rule in reports; each rule of a set has a different name", "publications A")
    ]
    level: Annotated[Level, about("severity of the finding if the rule is broken")]
    source: Annotated[str, about("public form or guide that states the rule, with its version")]
    sure: Annotated[Literal["high", "medium", "low"], about("how certain it is that the recipient requires this")]
    checked: Annotated[Day, about("day of the last comparison with the source", "2026-11-22")]
    hint: Annotated[str, about("how to fix a violation")] = ""
    pages: Annotated[Pages | None, about("number of pages", {"most": 4})] = None
    words: Annotated[Length | None, about("number of words", {"most": 150})] = None
    characters: Annotated[Length | None, about("number of characters, including spaces")] = None
    items: Annotated[Items | None, about("number of items", {"section": "results", "most": 10})] = None
    age: Annotated[Age | None, about("age of dated items", {"items": "publication", "since": "-5y"})] = None
    newest_first: Annotated[Selector | None, about("items that must be ordered from newest to oldest in each list")] = (
        None
    )
    headings: Annotated[Headings | None, about("required headings and their order")] = None
    typeface: Annotated[tuple[str, ...] | None, about("allowed fonts", ["Arial", "Arimo"])] = None
    type_size: Annotated[Pt | None, about("minimum font size", "11pt")] = None
    line_spacing: Annotated[
        float | None, about("minimum line spacing; 1 is single spacing, 1.15 times the font size")
    ] = None
    margins: Annotated[Edges | None, about("minimum margins", {"left": "20mm", "right": "20mm"})] = None
    paper: Annotated[Literal["a4", "letter"] | None, about("paper size")] = None
    images: Annotated[Count | None, about("number of pictures", {"most": 0})] = None
    header_footer: Annotated[Literal["none"] | None, about("`none`: no page header and no page footer")] = None
    forbidden: Annotated[Forbidden | None, about("forbidden words")] = None
    required: Annotated[Required | None, about("a required pattern")] = None
    formats: Annotated[
        tuple[str, ...] | None, about("accepted formats; the filter must write at least one", ["pdf"])
    ] = None
    filename: Annotated[
        str | None, about("file name without extension, with the placeholders {name}, {last}, {lang} and {date}")
    ] = None
    metrics: Annotated[Metrics | None, about("forbidden figures about citations, journals and ranks")] = None
    oldest_first: Annotated[Selector | None, about("items that must be ordered from oldest to newest in each list")] = (
        None
    )
    links: Annotated[Links | None, about("number of links", {"section": "statement", "most": 0})] = None
    running_text: Annotated[RunningText | None, about("text that page headers or footers must contain")] = None
    colour: Annotated[Literal["black"] | None, about("`black`: no text in another colour")] = None
    file_size: Annotated[FileSize | None, about("maximum size of each file", "10MB")] = None
    language: Annotated[tuple[Language, ...] | None, about("languages that the text may be in", ["en"])] = None
    tables: Annotated[Tables | None, about("number of tables", {"most": 0})] = None
    full_dates: Annotated[FullDates | None, about("items whose dates must be complete")] = None
    dated: Annotated[Dated | None, about("the day on which the document was written", {"since": "-3m"})] = None
    own_name: Annotated[
        Literal["bold", "plain"] | None, about("how the owner's name is shown in list items: `bold` or `plain`")
    ] = None
    lines: Annotated[Length | None, about("number of lines in the PDF", {"section": "findings", "most": 5})] = None

    @property
    def kind(self) -> str:
        """The key of the requirement."""
        return next(name for name in KIND_NAMES if getattr(self, name) is not None)

    @property
    def value(self) -> Any:
        """The requirement, an object of the class for its kind."""
        return getattr(self, self.kind)


_COMMON_KEYS = ("name", "level", "source", "sure", "checked", "hint")
KIND_NAMES = tuple(key.field for key in keys_of(Rule).values() if key.field not in _COMMON_KEYS)
"""The keys of all kinds of requirement in a rule file."""


class RuleSet(Settings, frozen=True):
    """All requirements of one recipient. `name` is the stem of the file; `locations` has the location of each key."""

    title: Annotated[str, about("the document that is required", "Curriculum vitae")]
    recipient: Annotated[str, about("the recipient", "Deutsche Forschungsgemeinschaft")]
    form: Annotated[str, about("form or guide")]
    kind: Annotated[
        Literal["upload", "draft", "guidance"],
        about(
            "`upload`: the output is handed in; `draft`: its text is pasted into a form; `guidance`: there is no form"
        ),
    ]
    rules: Annotated[tuple[Rule, ...], about("requirements", min_length=1, hint="add a rule, or delete the file")]
    remains: Annotated[
        tuple[str, ...], about("requirements that a program cannot check, as sentences for the applicant")
    ] = ()
    edition: Annotated[str, about("version, year or date of the form", "07/25")] = ""
    address: Annotated[str, about("web address of the form or guide", "https://example.org/form")] = ""
    checked: Annotated[Day | None, about("day of the last comparison with the form", "2026-11-22")] = None
    deadline: Annotated[str, about("next deadlines, or where to find them")] = ""
    limits: Annotated[str, about("the limits of length in one sentence", "At most 4 pages.")] = ""
    hand_in: Annotated[
        str, about("what the applicant does with the output, if `kind` does not say enough, in one sentence")
    ] = ""
    breach: Annotated[str, about("what happens if the limits are not kept, in one sentence")] = ""
    sections: Annotated[
        Mapping[str, str], about("what the sections contain that rules name by id", {"dfg-a": "Category A"})
    ] = {}
    extends: Annotated[
        str, about("built-in rule set whose rules hold, too; a rule here replaces one of the same name", "nih-2021")
    ] = ""
    settings: Annotated[
        tuple[Literal["order"], ...],
        about("settings that a filter may add to the name of the rule set; `order`: the order of dated items"),
    ] = ()
    name: str = ""
    locations: Mapping[str, Location] = {}


PURPOSES = {"upload": "a file to upload", "draft": "a draft to paste from", "guidance": "a file without a form"}
"""What the applicant does with the output, by the kind of rule set."""


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
    if path.parent != BUILT_IN:
        check_is_allowed(path, folder, f"“rules” names {use.use}", location)
    found = _with_settings_of_call((read or read_rules)(path), use, location)
    return _with_limits_of_call(found, use, location)


def read_rules(path: Path) -> RuleSet:
    """Read a rule file. Raises `InputError` with all errors, each with its location."""
    found, findings = read_into(RuleSet, read_yaml(path, str(path), RULE_FILE), RULE_FILE)
    findings = findings if found is None else tuple(_check(found))
    if found is None or findings:
        raise InputError(*findings)
    return _with_extended_rules(structs.replace(found, name=path.stem))


def _with_extended_rules(rules: RuleSet) -> RuleSet:
    """Return the rule set with the rules of the built-in rule set that it extends."""
    if not rules.extends:
        return rules
    if rules.extends not in built_in_names():
        hint = did_you_mean(rules.extends, built_in_names()) or list_available(built_in_names())
        problem = f"“extends” names “{rules.extends}”, which is not a built-in rule set"
        raise InputError(error("PV138", problem, rules.locations["extends"], hint))
    base = read_rules(BUILT_IN / f"{rules.extends}.yaml")
    own = {rule.name for rule in rules.rules}
    kept = tuple(rule for rule in base.rules if rule.name not in own)
    return structs.replace(rules, rules=(*rules.rules, *kept), sections={**base.sections, **rules.sections})


def _check(rules: RuleSet) -> Iterator[Finding]:
    """Find the errors in a rule file that the types of its keys do not exclude."""
    names: set[str] = set()
    for i, rule in enumerate(rules.rules):
        location = rules.locations[f"rules[{i}].name"]
        kinds = [name for name in KIND_NAMES if getattr(rule, name) is not None]
        if len(kinds) != 1:
            problem = f"has several requirements: {join_names(kinds)}" if kinds else "has no requirement"
            hint = f"use exactly one of these keys: {', '.join(sorted(KIND_NAMES))}"
            yield error("PV125", f"rule “{rule.name}” {problem}", location, hint)
        elif isinstance(rule.value, Count) and not _has_limit(rule.value):
            yield error("PV125", f"rule “{rule.name}” has no limit", location, "add “most” or “least”")
        if rule.filename is not None and (problem := check_filename(rule.filename)):
            yield error("PV125", f"“filename” {problem}", rules.locations[f"rules[{i}].filename"])
        if rule.running_text is not None and (problem := _check_placeholders(rule.running_text.text)):
            yield error("PV125", f"“text” {problem}", rules.locations[f"rules[{i}].running_text.text"])
        if rule.name in names:
            yield error("PV125", f"two rules are named “{rule.name}”", location, "rename one of them")
        names.add(rule.name)


def _check_placeholders(text: str) -> str:
    """Return the problem with the placeholders of a text for page headers and footers, or ""."""
    from string import Formatter

    try:
        used = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return "has a single { or }"
    unknown = next((name for name in used if name not in ("name", "last", "page")), None)
    return "" if unknown is None else f"has the unknown placeholder {{{unknown}}}"


def _has_limit(count: Count) -> bool:
    return count.most is not None or count.least is not None or bool(isinstance(count, Pages) and count.most_in)


def _with_settings_of_call(rules: RuleSet, use: Use, location: Location) -> RuleSet:
    """Return the rule set with the order of the call. Raises `InputError` if its order is not a setting."""
    if not use.order:
        return rules
    if "order" not in rules.settings:
        hint = "remove “order”; the order is part of the rule set"
        raise InputError(error("PV430", f"rule set “{rules.name}” has no setting “order”", location, hint))
    return structs.replace(rules, rules=tuple(_with_orders(rules.rules, use.order)))


def _with_orders(rules: tuple[Rule, ...], order: str) -> Iterator[Rule]:
    for rule in rules:
        items = rule.newest_first or rule.oldest_first
        if items is None:
            yield rule
        elif order != "either":
            by_order = {"newest_first": None, "oldest_first": None, f"{order}_first": items}
            yield structs.replace(rule, **by_order)


def _with_limits_of_call(rules: RuleSet, use: Use, location: Location) -> RuleSet:
    """Return the rule set with the limits of the call. They replace its own limits for the whole text."""
    own = [
        *([_rule_of_call("pages", location, pages=Pages(use.pages))] if use.pages is not None else ()),
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

"""Filter files: what one output keeps of the CV, and how it looks.

`Variant` is the contract; the reading, the JSON Schema and the reference page follow from its fields.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline.dates import parse_since
from pipeline.diagnostics import Finding, InputError, Report, error, listing, nearest
from pipeline.document import Place
from pipeline.expression import Expression, parse_expression
from pipeline.settings import Value, json_schema, read_into, read_yaml, setting
from pipeline.theme import Margins, Mm

_FONT = re.compile(r"(?P<family>.*?)\s*(?:(?P<size>\d+(?:\.\d+)?)\s*pt)?")


@dataclass(frozen=True, slots=True)
class Selector(Expression):
    """An expression that reads itself from a filter file."""

    @classmethod
    def from_text(cls, text: str, place: Place) -> Selector:
        parsed = parse_expression(text, place)
        return cls(parsed.text, parsed.root, parsed.place)


@dataclass(frozen=True, slots=True)
class SortKey:
    """`date`, `-date`, `priority` or any other key; the sign turns the order round."""

    key: str
    reverse: bool = False

    @classmethod
    def from_text(cls, text: str, _place: Place) -> SortKey:
        key = text.removeprefix("-")
        if not re.fullmatch(r"[^\s=]+", key):
            raise ValueError(f"“{text}” is not a key")
        return cls(key, text.startswith("-"))


@dataclass(frozen=True, slots=True)
class Sort:
    items: Selector = setting("which items are sorted among their neighbours", example="publication")
    by: tuple[SortKey, ...] = setting("key to sort by, `-` before it for the reverse", example="-date")


@dataclass(frozen=True, slots=True)
class Limit:
    items: Selector = setting("which items are counted", example="publication and selected")
    most: int = setting("how many of them may stay", example="10")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an outline. The id of a section alone stands for that section as it is."""

    title: str = setting(
        "its heading; where left out, the sections it takes keep their own", default="", example="Scientific Results"
    )
    id: str = setting("a name, by which `titles` and `order` know it", default="", example="results")
    from_: tuple[str, ...] = setting(
        "ids of sections whose content moves here, each to the first part that names it",
        key="from",
        default=(),
        example="[positions, education]",
    )
    items: Selector | None = setting(
        "which items are gathered here, from all over the CV, in one list", default=None, example="publication"
    )
    sections: tuple[Part, ...] = setting("parts of this part", default=())

    @classmethod
    def from_text(cls, text: str, _place: Place) -> Part:
        return cls(from_=(text,))


@dataclass(frozen=True, slots=True)
class Since:
    """The start of a window in time, as written; its day depends on the day of the build."""

    text: str

    @classmethod
    def from_text(cls, text: str, _place: Place) -> Since:
        parse_since(text, datetime.date(2000, 1, 1))  # only to try the text out
        return cls(text)


@dataclass(frozen=True, slots=True)
class Pages:
    most: int = setting("how many pages the output may have", example="1")
    fit: Literal["drop"] | None = setting("`drop`: leave out what matters least until it fits", default=None)


@dataclass(frozen=True, slots=True)
class Words:
    items: Selector = setting("which units are counted, spans with a priority included", example="bio")
    most: int | None = setting("how many words they may have", default=None, example="100")
    least: int | None = setting("how many words they have to have", default=None, example="80")
    fit: Literal["drop"] | None = setting("`drop`: leave out what matters least until they fit", default=None)


@dataclass(frozen=True, slots=True)
class Font:
    """A typeface and a size in pt; either may be left to the theme."""

    family: str = ""
    size: float | None = None

    @classmethod
    def from_text(cls, text: str, _place: Place) -> Font:
        match = _FONT.fullmatch(text.strip())
        if not match or not (match["family"] or match["size"]):
            raise ValueError("a font is written as a name and a size in pt: Arial 11pt")
        size = float(match["size"]) if match["size"] else None
        if size is not None and not 4 <= size <= 40:
            raise ValueError("a type size lies between 4pt and 40pt")
        return cls(match["family"], size)


@dataclass(frozen=True, slots=True)
class Edges:
    """Margins: one length for all four, or each by name."""

    top: Mm | None = setting("from the upper edge", default=None, example="15mm")
    right: Mm | None = setting("from the right edge", default=None)
    bottom: Mm | None = setting("from the lower edge", default=None)
    left: Mm | None = setting("from the left edge", default=None)

    @classmethod
    def from_text(cls, text: str, place: Place) -> Edges:
        length = Mm.from_text(text, place)
        return cls(length, length, length, length)

    def over(self, margins: Margins) -> Margins:
        """`margins` with what is set here in its place."""
        set_here = {
            name: length for name in ("top", "right", "bottom", "left") if (length := getattr(self, name)) is not None
        }
        return replace(margins, **set_here)


@dataclass(frozen=True, slots=True)
class Use:
    """A recipient's rules, and the limits of the call itself."""

    use: str = setting(
        "name of the rule set: one that ships, or a file `rules/<name>.yaml` beside the CV", example="dfg"
    )
    pages: int | None = setting("the most pages that the call allows", default=None)
    words: int | None = setting("the most words that the call allows", default=None, example="1000")
    characters: int | None = setting("the most characters that the call allows, spaces included", default=None)

    @classmethod
    def from_text(cls, text: str, _place: Place) -> Use:
        return cls(text)


@dataclass(frozen=True, slots=True)
class Variant:
    """One output of the CV: the filter file `<name>.yaml`."""

    name: str = ""
    file: str = ""
    title: str = setting("heading of the output", default="", example="Curriculum vitae")
    lang: str = setting("language of the output (BCP 47); the CV’s where left out", default="", example="de")
    formats: tuple[str, ...] = setting(
        "`html`, `docx`, `pdf`, `txt`, or any of Pandoc’s writers",
        default=("html", "docx", "pdf"),
        example="[docx, pdf]",
    )
    select: Selector | None = setting("what to keep; everything where left out", default=None, example="core or award")
    drop: Selector | None = setting("what to leave out; wins over `select`", default=None, example="metrics")
    sections: tuple[Part, ...] = setting(
        "an outline for the output, where the recipient prescribes one: ids of sections, or parts made of what the CV"
        " keeps elsewhere; it shows what has a part and nothing else",
        default=(),
        example="[positions, {title: Results, items: publication}]",
    )
    order: tuple[str, ...] = setting(
        "ids of sections in their order; the rest follow as written", default=(), example="[education, positions]"
    )
    titles: Mapping[str, str] = setting(
        "other headings for sections, by id", default_factory=dict, example="{education: Ausbildung}"
    )
    sort: tuple[Sort, ...] = setting("order of items", default=(), example="{items: publication, by: -date}")
    limit: tuple[Limit, ...] = setting(
        "the most items of a kind, counted after sorting", default=(), example="{items: publication, most: 10}"
    )
    since: Since | None = setting(
        "a date, or a time back from the day of the build; dated content that ended before goes",
        default=None,
        example="-5y",
    )
    numbering: Literal["restart", "keep", "reverse"] = setting(
        "numbers of ordered lists: counted anew, as in the source, or downwards", default="restart"
    )
    counts: Literal["characters"] | None = setting(
        "show beside each heading how long the text under it is, for text that is pasted into a form; plain text then"
        " has each paragraph on one line",
        default=None,
        example="characters",
    )
    pages: Pages | None = setting("the most pages", default=None, example="{most: 1, fit: drop}")
    words: tuple[Words, ...] = setting("limits in words", default=(), example="{items: bio, most: 100, fit: drop}")
    paper: Literal["a4", "letter"] | None = setting("paper size", default=None, example="letter")
    margins: Edges | None = setting("margins: one length, or top, right, bottom, left", default=None, example="20mm")
    font: Font | None = setting("typeface and size", default=None, example="Arial 11pt")
    leading: float | None = setting(
        "distance of baselines, as a multiple of the type size", default=None, example="1.4"
    )
    theme: str = setting("name of the theme", default="default")
    reference: str = setting("a Word template of one’s own, in this folder or beside the CV", default="")
    rules: tuple[Use, ...] = setting(
        "the recipients’ rules that the output is checked against", default=(), example="{use: ukri, words: 1000}"
    )
    private: bool = setting("show the private data", default=False)
    filename: str = setting(
        "name of the file, without its ending, and of a folder for it if need be (`{lang}/CV`); {filter}, {name},"
        " {last}, {lang} and {date} are filled in",
        default="{filter}",
        example="CV_{last}",
    )
    pandoc_filters: tuple[str, ...] = setting("Lua or JSON filters in this folder, run by Pandoc", default=())
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    folder: Path = field(default=Path(), compare=False, repr=False)

    def place(self, path: str) -> Place:
        """Where the value at `path` (`order[0]`, `titles.bio`) is written; the file where it is not."""
        return self.places.get(path, Place(self.file))


def load_filter(path: str | Path, *, report: Report | None = None) -> Variant:
    """Read a filter file, with what it extends.

    Raises `InputError` with every problem of the file, each with its line and column.
    """
    path = Path(path)
    findings = report if report is not None else Report()
    value = _load(path, ())
    assert isinstance(value.data, dict)
    variant = read_into(Variant, value, findings)
    if variant is not None:
        findings.add(*_check(variant))
    if findings.has_errors or variant is None:
        raise InputError(*findings)
    return replace(variant, name=path.stem, file=str(path), folder=path.parent)


def _load(path: Path, chain: tuple[Path, ...]) -> Value:
    """The file as a mapping, laid over what it extends: scalars and lists replace, groups of keys merge."""
    value = read_yaml(path, str(path)) or Value({}, Place(str(path), 1), "map")
    if not isinstance(value.data, dict):
        raise InputError(error("PV125", "a filter file is a group of keys such as “select: core”", value.place))
    base = value.data.get("extends")
    if base is None:
        return value
    if not isinstance(base.data, str):
        raise InputError(error("PV125", "“extends” takes the name of one other filter", base.place))
    other = path.parent / f"{base.data}.yaml"
    if other in (*chain, path):
        raise InputError(error("PV128", f"“{base.data}” is extended in a circle", base.place))
    if not other.is_file():
        names = [file.stem for file in path.parent.glob("*.yaml") if file != path]
        message = f"there is no filter “{base.data}” to extend"
        raise InputError(
            error("PV128", message, base.place, nearest(base.data, names) or f"there are {listing(names)}")
        )
    merged = _merge(_load(other, (*chain, path)), value)
    assert isinstance(merged.data, dict)
    return Value({k: v for k, v in merged.data.items() if k != "extends"}, value.place, "map", merged.keys)


def _merge(under: Value, over: Value) -> Value:
    if not (isinstance(under.data, dict) and isinstance(over.data, dict)):
        return over
    data = dict(under.data)
    for key, value in over.data.items():
        data[key] = _merge(data[key], value) if key in data else value
    return Value(data, over.place, "map", {**under.keys, **over.keys})


def _check(variant: Variant) -> list[Finding]:
    """What the types alone cannot say."""
    found = []
    for i, words in enumerate(variant.words):
        if words.most is None and words.least is None:
            at = variant.places.get(f"words[{i}]", variant.place("words"))
            found.append(error("PV125", "“words” sets no limit", at, "words: {items: bio, most: 100}"))
        if words.fit and words.most is None:
            found.append(error("PV125", "“fit” needs a “most” to fit", variant.place(f"words[{i}].fit")))
    if variant.pages and variant.pages.most < 1:
        found.append(error("PV125", "an output has at least one page", variant.place("pages.most")))
    if variant.leading is not None and variant.leading < 1:
        found.append(error("PV125", "lines closer than their type size would touch", variant.place("leading")))
    for i, limit in enumerate(variant.limit):
        if limit.most < 1:
            at = variant.places.get(f"limit[{i}].most", variant.place("limit"))
            found.append(error("PV125", "a limit is 1 or more", at, "to leave all out, use “drop”"))
    found += _empty_parts(variant, variant.sections, "sections")
    if not variant.formats:
        found.append(error("PV125", "“formats” names no format", variant.place("formats")))
    if problem := _filename_problem(variant.filename):
        found.append(error("PV125", f"“filename” {problem}", variant.place("filename")))
    return found


def _empty_parts(variant: Variant, parts: tuple[Part, ...], path: str) -> Iterator[Finding]:
    for i, part in enumerate(parts):
        if not (part.from_ or part.items or part.sections):
            message = "a part of “sections” takes something from the CV"
            yield error("PV125", message, variant.place(f"{path}[{i}]"), "say what, with “from”, “items” or “sections”")
        yield from _empty_parts(variant, part.sections, f"{path}[{i}].sections")


def _filename_problem(pattern: str) -> str:
    try:
        name = pattern.format(filter="f", name="n", last="l", lang="en", date="2026-01-01")
    except (KeyError, IndexError, ValueError):
        return "may hold {filter}, {name}, {last}, {lang} and {date} only"
    if any(not part or part.startswith(".") or re.search(r'[\\:*?"<>|\x00-\x1f]', part) for part in name.split("/")):
        return 'has to be a plain name, of a folder too where there is one, without .. and without : * ? " < > |'
    return ""


def schema() -> dict[str, Any]:
    """The JSON Schema of filter files."""
    result = json_schema(Variant, "polyvita filter file")
    extends = {"extends": {"type": "string", "description": "another filter in this folder"}}
    return {**result, "properties": extends | result["properties"]}

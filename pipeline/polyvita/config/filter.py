"""Filter files: what one output keeps of the CV, and how it looks.

`Filter` is the contract; the reading, the JSON Schema and the reference page follow from its fields.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from msgspec import Struct, structs

from polyvita.config.expression import Expression
from polyvita.config.expression_parser import parse_expression
from polyvita.config.settings import Settings, setting
from polyvita.config.theme import Margins, Mm
from polyvita.core.dates import parse_since
from polyvita.core.location import Location

_FONT = re.compile(r"(?P<family>.*?)\s*(?:(?P<size>\d+(?:\.\d+)?)\s*pt)?")


class Selector(Expression, frozen=True):
    """An expression that reads itself from a filter file."""

    kind_name: ClassVar[str] = "an expression such as “core or award”"

    @classmethod
    def from_text(cls, text: str, location: Location) -> Selector:
        parsed = parse_expression(text, location)
        return cls(parsed.text, parsed.root, parsed.location)


class SortKey(Struct, frozen=True):
    """`date`, `-date`, `priority` or any other key; the sign turns the order round."""

    key: str
    reverse: bool = False

    @classmethod
    def from_text(cls, text: str, _place: Location) -> SortKey:
        key = text.removeprefix("-")
        if not re.fullmatch(r"[^\s=]+", key):
            raise ValueError(f"“{text}” is not a key")
        return cls(key, text.startswith("-"))


class Sort(Settings, frozen=True):
    items: Selector = setting("which items are sorted among their neighbours", example="publication")
    by: tuple[SortKey, ...] = setting("key to sort by, `-` before it for the reverse", example="-date")


class Limit(Settings, frozen=True):
    items: Selector = setting("which items are counted", example="publication and selected")
    most: int = setting("how many of them may stay", example="10")


class Part(Settings, frozen=True):
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
    def from_text(cls, text: str, _place: Location) -> Part:
        return cls(from_=(text,))


class Since(Struct, frozen=True):
    """The start of a window in time, as written; its day depends on the day of the build."""

    text: str

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Since:
        parse_since(text, datetime.date(2000, 1, 1))  # only to try the text out
        return cls(text)


class Pages(Settings, frozen=True):
    most: int = setting("how many pages the output may have", example="1")
    fit: Literal["drop"] | None = setting("`drop`: leave out what matters least until it fits", default=None)


class Words(Settings, frozen=True):
    items: Selector = setting("which units are counted, spans with a priority included", example="bio")
    most: int | None = setting("how many words they may have", default=None, example="100")
    least: int | None = setting("how many words they have to have", default=None, example="80")
    fit: Literal["drop"] | None = setting("`drop`: leave out what matters least until they fit", default=None)


class Font(Struct, frozen=True):
    """A typeface and a size in pt; either may be left to the theme."""

    family: str = ""
    size: float | None = None

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Font:
        match = _FONT.fullmatch(text.strip())
        if not match or not (match["family"] or match["size"]):
            raise ValueError("a font is written as a name and a size in pt: Arial 11pt")
        size = float(match["size"]) if match["size"] else None
        if size is not None and not 4 <= size <= 40:
            raise ValueError("a type size lies between 4pt and 40pt")
        return cls(match["family"], size)


class Edges(Settings, frozen=True):
    """Margins: one length for all four, or each by name."""

    top: Mm | None = setting("from the upper edge", default=None, example="15mm")
    right: Mm | None = setting("from the right edge", default=None)
    bottom: Mm | None = setting("from the lower edge", default=None)
    left: Mm | None = setting("from the left edge", default=None)

    @classmethod
    def from_text(cls, text: str, location: Location) -> Edges:
        length = Mm.from_text(text, location)
        return cls(length, length, length, length)

    def applied_to(self, margins: Margins) -> Margins:
        """`margins` with what is set here in its place."""
        set_here = {
            name: length for name in ("top", "right", "bottom", "left") if (length := getattr(self, name)) is not None
        }
        return structs.replace(margins, **set_here)


class Use(Settings, frozen=True):
    """A recipient's rules, and the limits of the call itself."""

    use: str = setting(
        "name of the rule set: one that ships, or a file `rules/<name>.yaml` beside the CV", example="dfg"
    )
    pages: int | None = setting("the most pages that the call allows", default=None)
    words: int | None = setting("the most words that the call allows", default=None, example="1000")
    characters: int | None = setting("the most characters that the call allows, spaces included", default=None)

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Use:
        return cls(text)


class Filter(Settings, frozen=True):
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
    locations: Mapping[str, Location] = {}
    folder: Path = Path()

    def location(self, path: str) -> Location:
        """Where the value at `path` (`order[0]`, `titles.bio`) is written; the file where it is not."""
        return self.locations.get(path, Location(self.file))

"""Filter files: what one output selects from the CV, and how it looks.

The fields of `Filter` define the format of the files. The reader, the JSON Schema and the reference page are derived
from them.
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
    """An expression as the value of a setting."""

    kind_name: ClassVar[str] = "an expression such as “core or award”"

    @classmethod
    def from_text(cls, text: str, location: Location) -> Selector:
        parsed = parse_expression(text, location)
        return cls(parsed.text, parsed.root, parsed.location)


class SortKey(Struct, frozen=True):
    """A key to sort by: `date`, `priority` or any other key. With `-` before it (`-date`), the order is reversed."""

    key: str
    reverse: bool = False

    @classmethod
    def from_text(cls, text: str, _location: Location) -> SortKey:
        key = text.removeprefix("-")
        if not re.fullmatch(r"[^\s=]+", key):
            raise ValueError(f"“{text}” is not a key")
        return cls(key, text.startswith("-"))


class Sort(Settings, frozen=True):
    items: Selector = setting("items to sort, each within its list or section", example="publication")
    by: tuple[SortKey, ...] = setting("key to sort by; with `-` before it, in reverse order", example="-date")


class Limit(Settings, frozen=True):
    items: Selector = setting("items to count", example="publication and selected")
    most: int = setting("maximum number of these items; further ones are left out", example="10")


class Part(Settings, frozen=True):
    """A part of an outline. In YAML, the id of a section alone is a part that takes this section unchanged."""

    title: str = setting(
        "heading of the part; by default, its sections keep their own headings",
        default="",
        example="Scientific Results",
    )
    id: str = setting("id of the part, for use in `titles` and `order`", default="", example="results")
    from_: tuple[str, ...] = setting(
        "ids of sections whose content moves here; if several parts name a section, the first one gets it",
        key="from",
        default=(),
        example="[positions, education]",
    )
    items: Selector | None = setting(
        "items from the whole CV to collect here in one list", default=None, example="publication"
    )
    sections: tuple[Part, ...] = setting("parts inside this part", default=())

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Part:
        return cls(from_=(text,))


class Since(Struct, frozen=True):
    """The value of `since` as written. The day that it means can depend on the day of the build."""

    text: str

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Since:
        parse_since(text, datetime.date(2000, 1, 1))  # Only checks the text, so any day will do.
        return cls(text)


class Pages(Settings, frozen=True):
    most: int = setting("maximum number of pages", example="1")
    fit: Literal["drop"] | None = setting("`drop`: leave out the least important content until it fits", default=None)


class Words(Settings, frozen=True):
    items: Selector = setting("units whose words are counted; a span with a priority is a unit, too", example="bio")
    most: int | None = setting("maximum number of words", default=None, example="100")
    least: int | None = setting("minimum number of words", default=None, example="80")
    fit: Literal["drop"] | None = setting("`drop`: leave out the least important content until it fits", default=None)


class Font(Struct, frozen=True):
    """A font family and a size in pt. Either can be missing; the theme then sets it."""

    family: str = ""
    size: float | None = None

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Font:
        match = _FONT.fullmatch(text.strip())
        if not match or not (match["family"] or match["size"]):
            raise ValueError("write a font as a name and a size in pt: Arial 11pt")
        size = float(match["size"]) if match["size"] else None
        if size is not None and not 4 <= size <= 40:
            raise ValueError("the font size must be between 4pt and 40pt")
        return cls(match["family"], size)


class Edges(Settings, frozen=True):
    """Margins of the page. In YAML, a single length sets all four."""

    top: Mm | None = setting("top margin", default=None, example="15mm")
    right: Mm | None = setting("right margin", default=None)
    bottom: Mm | None = setting("bottom margin", default=None)
    left: Mm | None = setting("left margin", default=None)

    @classmethod
    def from_text(cls, text: str, location: Location) -> Edges:
        length = Mm.from_text(text, location)
        return cls(length, length, length, length)

    def applied_to(self, margins: Margins) -> Margins:
        """Return `margins`, replaced by the margins that are set here."""
        replaced = {
            name: length for name in ("top", "right", "bottom", "left") if (length := getattr(self, name)) is not None
        }
        return structs.replace(margins, **replaced)


class Use(Settings, frozen=True):
    """A rule set, and the limits of one call for applications."""

    use: str = setting(
        "name of the rule set: a built-in one, or a file `rules/<name>.yaml` beside the CV", example="dfg"
    )
    pages: int | None = setting("maximum number of pages in the call", default=None)
    words: int | None = setting("maximum number of words in the call", default=None, example="1000")
    characters: int | None = setting("maximum number of characters in the call, including spaces", default=None)

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Use:
        return cls(text)


class Filter(Settings, frozen=True):
    """One output of the CV, as described by the filter file `<name>.yaml`."""

    name: str = ""
    file: str = ""
    title: str = setting("title of the output", default="", example="Curriculum vitae")
    lang: str = setting("language of the output (BCP 47); by default, the language of the CV", default="", example="de")
    formats: tuple[str, ...] = setting(
        "output formats: `html`, `docx`, `pdf`, `txt`, or any output format of Pandoc",
        default=("html", "docx", "pdf"),
        example="[docx, pdf]",
    )
    select: Selector | None = setting("content to keep; by default, all content", default=None, example="core or award")
    drop: Selector | None = setting("content to leave out, even if `select` keeps it", default=None, example="metrics")
    sections: tuple[Part, ...] = setting(
        "outline of the output, for example if the recipient prescribes one: ids of sections, or parts that collect"
        " content from the whole CV; content without a part is not shown",
        default=(),
        example="[positions, {title: Results, items: publication}]",
    )
    order: tuple[str, ...] = setting(
        "ids of sections in the order of the output; the other sections follow in the order of the CV",
        default=(),
        example="[education, positions]",
    )
    titles: Mapping[str, str] = setting(
        "new headings for sections, by id", default_factory=dict, example="{education: Ausbildung}"
    )
    sort: tuple[Sort, ...] = setting("how to sort items", default=(), example="{items: publication, by: -date}")
    limit: tuple[Limit, ...] = setting(
        "maximum number of items, counted after sorting", default=(), example="{items: publication, most: 10}"
    )
    since: Since | None = setting(
        "a date, or a time before the day of the build; dated content that ended earlier is left out",
        default=None,
        example="-5y",
    )
    numbering: Literal["restart", "keep", "reverse"] = setting(
        "numbers of ordered lists: count from the start (`restart`), keep the numbers of the source (`keep`), or count"
        " down (`reverse`)",
        default="restart",
    )
    counts: Literal["characters"] | None = setting(
        "`characters`: show the length of the text beside each heading, for pasting into a form; plain text has each"
        " paragraph on one line",
        default=None,
        example="characters",
    )
    pages: Pages | None = setting("page limit", default=None, example="{most: 1, fit: drop}")
    words: tuple[Words, ...] = setting("word limits", default=(), example="{items: bio, most: 100, fit: drop}")
    paper: Literal["a4", "letter"] | None = setting("paper size", default=None, example="letter")
    margins: Edges | None = setting(
        "margins: one length, or `top`, `right`, `bottom` and `left`", default=None, example="20mm"
    )
    font: Font | None = setting("font and size", default=None, example="Arial 11pt")
    leading: float | None = setting("line spacing, as a multiple of the font size", default=None, example="1.4")
    theme: str = setting("name of the theme", default="default")
    reference: str = setting("your own Word template, in the folder of the filter or of the CV", default="")
    rules: tuple[Use, ...] = setting(
        "rule sets that the output must follow", default=(), example="{use: ukri, words: 1000}"
    )
    private: bool = setting("show the private data of the CV", default=False)
    filename: str = setting(
        "file name without its ending, if necessary with a folder (`{lang}/CV`); `{filter}`, `{name}`, `{last}`,"
        " `{lang}` and `{date}` are replaced by their values",
        default="{filter}",
        example="CV_{last}",
    )
    pandoc_filters: tuple[str, ...] = setting("Lua or JSON filters for Pandoc, in the folder of the filter", default=())
    locations: Mapping[str, Location] = {}
    folder: Path = Path()

    def location(self, path: str) -> Location:
        """Return the location of the value at `path` (`order[0]`, `titles.bio`), or the file if it is not set."""
        return self.locations.get(path, Location(self.file))

"""Filter files: what one output selects from the CV, and how it looks.

The fields of `Filter` define the format of the files. The reader, the JSON Schema and the reference page are derived
from them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from msgspec import field, structs

from polyvita.config.expression import DEFAULT_PRIORITY, Expression
from polyvita.config.expression_parser import parse_expression
from polyvita.config.settings import Language, Settings, about
from polyvita.config.theme import DEFAULT_THEME, FONT_NAME, Leading, Margins, Mm
from polyvita.core.dates import parse_since
from polyvita.core.location import Location

_FONT = re.compile(r"(?P<family>.*?)\s*(?:(?P<size>\d+(?:\.\d+)?)\s*pt)?")


class Selector(Expression):
    """An expression as the value of a setting."""

    __slots__ = ()
    expected = "an expression such as “core or award”"

    @classmethod
    def from_text(cls, text: str, location: Location) -> Selector:
        return cls(text, parse_expression(text, location).root, location)


class SortKey(str):
    """A key to sort by: `date`, `priority` or any other key. With `-` before it (`-date`), the order is reversed."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> SortKey:
        if not re.fullmatch(r"-?[^\s=]+", text):
            raise ValueError(f"“{text}” is not a key")
        return cls(text)

    @property
    def key(self) -> str:
        return self.removeprefix("-")

    @property
    def reverse(self) -> bool:
        return self.startswith("-")


class Since(str):
    """The value of `since` as written. The day that it means can depend on the day of the build."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Since:
        parse_since(text, datetime.date(2000, 1, 1))  # Only checks the text, so any day will do.
        return cls(text)


class Font(str):
    """A font family and a size in pt (`Arial 11pt`). Either can be missing; the theme then sets it."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Font:
        font = cls(text.strip())
        if not (font.family or font.size is not None):
            raise ValueError("write a font as a name and a size in pt: Arial 11pt")
        if font.family and not re.fullmatch(FONT_NAME, font.family):
            raise ValueError("the name of a font has only letters, digits, blanks and - _ . & ' +")
        if font.size is not None and not 4 <= font.size <= 40:
            raise ValueError("the font size must be between 4pt and 40pt")
        return font

    @property
    def family(self) -> str:
        match = _FONT.fullmatch(self)
        return match["family"] if match else ""

    @property
    def size(self) -> float | None:
        match = _FONT.fullmatch(self)
        return float(match["size"]) if match and match["size"] else None


class Sort(Settings, frozen=True):
    items: Annotated[Selector, about("items to sort, each within its list or section", "publication")]
    by: Annotated[tuple[SortKey, ...], about("key to sort by; with `-` before it, in reverse order", "-date")]


class Limit(Settings, frozen=True):
    most: Annotated[
        int,
        about(
            "maximum number of these items; further ones are left out",
            10,
            ge=1,
            hint="use “drop” to leave out all items",
        ),
    ]
    items: Annotated[Selector | None, about("items to count", "publication and selected")] = None
    section: Annotated[
        str,
        about(
            "id of the section to count in; without `items`, its subsections are counted, or else its own items",
            "contributions",
        ),
    ] = ""
    each: Annotated[bool, about("count separately in each subsection of the section, or else in each item")] = False

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        section = f"{'each part of ' if self.each else ''}section “{self.section}”" if self.section else ""
        items = f"“{self.items.text}”" if self.items else "the parts" if section else ""
        return " of ".join(filter(None, (items, section)))


class Part(Settings, frozen=True):
    """A part of an outline. In YAML, the id of a section alone is a part that takes this section unchanged."""

    title: Annotated[
        str, about("heading of the part; by default, its sections keep their own headings", "Scientific Results")
    ] = ""
    id: Annotated[str, about("id of the part, for use in `titles` and `order`", "results")] = ""
    from_: Annotated[
        tuple[str, ...],
        about(
            "ids of sections whose content moves here; if several parts name a section, the first one gets it",
            ["positions", "education"],
        ),
    ] = field(default=(), name="from")
    items: Annotated[Selector | None, about("items from the whole CV to collect here in one list", "publication")] = (
        None
    )
    priority: Annotated[
        int, about("priority of content that has none; content of priority 1 is never left out to fit", 1, ge=1, le=9)
    ] = DEFAULT_PRIORITY
    tables: Annotated[
        Literal["lines"] | None, about("`lines`: show each row of a table as a line, for forms that forbid tables")
    ] = None
    sections: Annotated[tuple[Part, ...], about("parts inside this part")] = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Part:
        return cls(from_=(text,))


class Pages(Settings, frozen=True):
    most: Annotated[int, about("maximum number of pages", 1, ge=1)]
    fit: Annotated[Literal["drop"] | None, about("`drop`: leave out the least important content until it fits")] = None


class Words(Settings, frozen=True):
    items: Annotated[Selector, about("units whose words are counted; a span with a priority is a unit, too", "bio")]
    most: Annotated[int | None, about("maximum number of words", 100)] = None
    least: Annotated[int | None, about("minimum number of words", 80)] = None
    fit: Annotated[Literal["drop"] | None, about("`drop`: leave out the least important content until it fits")] = None


class Edges(Settings, frozen=True):
    """Margins of the page. In YAML, a single length sets all four."""

    top: Annotated[Mm | None, about("top margin", "15mm")] = None
    right: Annotated[Mm | None, about("right margin")] = None
    bottom: Annotated[Mm | None, about("bottom margin")] = None
    left: Annotated[Mm | None, about("left margin")] = None

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

    use: Annotated[
        str, about("name of the rule set: a built-in one, or a file `rules/<name>.yaml` beside the CV", "dfg")
    ]
    pages: Annotated[int | None, about("maximum number of pages in the call")] = None
    words: Annotated[int | None, about("maximum number of words in the call", 1000)] = None
    characters: Annotated[int | None, about("maximum number of characters in the call, including spaces")] = None
    order: Annotated[
        Literal["newest", "oldest", "either"] | None,
        about("which dated items come first, if the rule set leaves this open"),
    ] = None

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Use:
        return cls(text)


Prefix = Annotated[
    str, about(pattern="^[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ.-]{0,5}$", expected="a letter, and up to five more letters or digits")
]


class Authors(Settings, frozen=True):
    """How many authors a list of publications shows."""

    most: Annotated[int, about("maximum number of authors before “et al.”", 6, ge=1)]
    keep: Annotated[Literal["own"] | None, about("`own`: show the owner of the CV in any case")] = None


class Citations(Settings, frozen=True):
    """How an output shows the entries of bibliographies. In YAML, a text alone is the style."""

    style: Annotated[
        str, about("citation style: its name, or a .csl file beside the CV; by default, the style of the CV", "apa")
    ] = ""
    authors: Annotated[
        Authors | Literal["all", "style"],
        about(
            "`all`; a maximum number; or as many as the style shows (`style`)",
            {"most": 6, "keep": "own"},
            hint="write authors: {most: 6, keep: own}",
        ),
    ] = "all"
    year_suffixes: Annotated[bool, about("tell works of one year apart, as 2024a and 2024b")] = False
    repeated_authors: Annotated[bool, about("let the style replace repeated authors, for example by a dash")] = False

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Citations:
        return cls(text)


class Filter(Settings, frozen=True):
    """One output of the CV, as described by the filter file `<name>.yaml`."""

    name: str = ""
    file: str = ""
    extends: Annotated[
        str, about("another filter to start from: scalars and lists replace its values, groups merge")
    ] = ""
    title: Annotated[str, about("title of the output", "Curriculum vitae")] = ""
    lang: Annotated[Language, about("language of the output (BCP 47); by default, the language of the CV", "de")] = ""
    formats: Annotated[
        tuple[str, ...],
        about(
            "output formats: `html`, `docx`, `pdf`, `txt`, `bib`, `ris`, `csljson`, `coa`, `sciencv`, `html-fragment`, "
            "`atom`, or any format of Pandoc",
            ["docx", "pdf"],
            min_length=1,
            hint="name a format, or delete the line to get html, docx and pdf",
        ),
    ] = ("html", "docx", "pdf")
    select: Annotated[Selector | None, about("content to keep; by default, all content", "core or award")] = None
    drop: Annotated[Selector | None, about("content to leave out, even if `select` keeps it", "metrics")] = None
    vocabulary: Annotated[
        Literal["standard"] | None,
        about(
            "`standard`: the filter is for many CVs; names of the [standard vocabulary](vocabulary.md) that the CV does"
            " not use match nothing, and are not reported"
        ),
    ] = None
    sections: Annotated[
        tuple[Part, ...],
        about(
            "outline of the output, for example if the recipient prescribes one: ids of sections, or parts that collect"
            " content from the whole CV; content without a part is not shown",
            ["positions", {"title": "Results", "items": "publication"}],
        ),
    ] = ()
    order: Annotated[
        tuple[str, ...],
        about(
            "ids of sections in the order of the output; the other sections follow in the order of the CV",
            ["education", "positions"],
        ),
    ] = ()
    titles: Annotated[Mapping[str, str], about("new headings for sections, by id", {"education": "Ausbildung"})] = {}
    sort: Annotated[tuple[Sort, ...], about("how to sort items", {"items": "publication", "by": "-date"})] = ()
    limit: Annotated[
        tuple[Limit, ...], about("maximum number of items, counted after sorting", {"items": "publication", "most": 10})
    ] = ()
    since: Annotated[
        Since | None,
        about("a date, or a time before the day of the build; dated content that ended earlier is left out", "-5y"),
    ] = None
    numbering: Annotated[
        Literal["restart", "keep", "reverse"],
        about(
            "numbers of ordered lists: count from the start (`restart`), keep the numbers of the source (`keep`), or"
            " count down (`reverse`)"
        ),
    ] = "restart"
    prefixes: Annotated[
        Mapping[str, Prefix],
        about("letters before the numbers of the ordered lists of sections, by id", {"journal-articles": "J"}),
    ] = {}
    citations: Annotated[
        Citations | None,
        about("how entries of bibliographies are shown", {"style": "apa", "authors": {"most": 6, "keep": "own"}}),
    ] = None
    own_name: Annotated[
        Literal["bold", "plain"], about("how your name is shown in lists of authors: `bold` or `plain`")
    ] = "bold"
    counts: Annotated[
        Literal["characters"] | None,
        about(
            "`characters`: show the length of the text beside each heading, for pasting into a form; plain text has"
            " each paragraph on one line",
            "characters",
        ),
    ] = None
    pages: Annotated[Pages | None, about("page limit", {"most": 1, "fit": "drop"})] = None
    words: Annotated[tuple[Words, ...], about("word limits", {"items": "bio", "most": 100, "fit": "drop"})] = ()
    paper: Annotated[Literal["a4", "letter"] | None, about("paper size", "letter")] = None
    margins: Annotated[Edges | None, about("margins: one length, or `top`, `right`, `bottom` and `left`", "20mm")] = (
        None
    )
    font: Annotated[Font | None, about("font and size", "Arial 11pt")] = None
    leading: Annotated[Leading | None, about("line spacing, as a multiple of the font size", 1.4)] = None
    footer: Annotated[
        Literal["none"] | None,
        about("`none`: no name and page number at the foot of the pages; an output of one page never has them"),
    ] = None
    theme: Annotated[str, about("name of the theme")] = DEFAULT_THEME
    reference: Annotated[str, about("your own Word template, in the folder of the filter or of the CV")] = ""
    rules: Annotated[
        tuple[Use, ...], about("rule sets that the output must follow", {"use": "ukri", "words": 1000})
    ] = ()
    private: Annotated[bool, about("show the private data of the CV")] = False
    photo: Annotated[bool, about("show the photo of the front matter beside the name")] = False
    filename: Annotated[
        str,
        about(
            "file name without its ending, if necessary with a folder (`{lang}/CV`); `{filter}`, `{name}`, `{last}`,"
            " `{lang}` and `{date}` are replaced by their values",
            "CV_{last}",
        ),
    ] = "{filter}"
    url: Annotated[
        str,
        about(
            "address at which you publish the web page; search engines then know which copy is the original",
            "https://ada.example/cv",
            pattern="^(https?://.+)?$",
            expected="an address that starts with https://",
        ),
    ] = ""
    pandoc_filters: Annotated[
        tuple[str, ...], about("Lua or JSON filters for Pandoc, in the folder of the filter")
    ] = ()
    unsafe_html: Annotated[
        bool,
        about("keep all raw HTML of the CV, also scripts; only for a CV that you trust"),
    ] = False
    locations: Mapping[str, Location] = {}
    folder: Path = field(default_factory=Path)

    def location(self, path: str) -> Location:
        """Return the location of the value at `path` (`order[0]`, `titles.bio`), or the file if it is not set."""
        return self.locations.get(path, Location(self.file))

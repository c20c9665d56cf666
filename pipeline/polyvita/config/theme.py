"""Themes: design values for the CSS, the Typst preamble and the Word styles.

A theme is a YAML file: `themes/<name>.yaml` beside the CV, or a built-in one. It can set any field of `Theme`; the
theme `classic` sets the others. Font sizes are in points (pt), lengths on paper in millimetres (mm).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Struct, field, structs

from polyvita.config.json_schema import json_schema
from polyvita.config.settings import Settings, about, read_into
from polyvita.config.yaml_loader import YamlKind, merge_values, read_yaml
from polyvita.core.allowed import check_is_allowed
from polyvita.core.diagnostics import InputError, did_you_mean, error, join_names, list_available
from polyvita.core.files import is_file
from polyvita.core.location import NOWHERE, Location

T = TypeVar("T")
_KIND = YamlKind("a theme", "size: 11pt")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}
_BUILT_IN = Path(__file__).parent / "themes"
DEFAULT_THEME = "classic"
_FORMER_NAME = "default"
"""The earlier name of the theme `classic`, which older filters use."""

PAPER = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height of each paper size in mm."""


class Mm(float):
    """A length on paper in mm. In YAML: `20mm`, `2cm`, `1in` or `36pt`."""

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Mm:
        return cls(round(_millimetres(text, "25mm, 2.5cm, 1in"), 2))


class Pt(float):
    """A font size or a vertical distance in pt. In YAML: `10.5pt`."""

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Pt:
        size = round(_millimetres(text, "10.5pt") / _MM["pt"], 2)
        if not MIN_SIZE <= size <= MAX_SIZE:
            raise ValueError(f"a size must be between {MIN_SIZE:g}pt and {MAX_SIZE:g}pt, not “{text}”")
        return cls(size)


MIN_SIZE, MAX_SIZE = 0.5, 400.0
"""The smallest and the largest size in points. Other sizes depend on it, so it cannot be 0."""


def _millimetres(text: str, examples: str) -> float:
    match = _LENGTH.fullmatch(text.strip())
    if not match:
        raise ValueError(f"a length needs a number and a unit ({examples}), not “{text}”")
    return float(match[1]) * _MM[match[2]]


class Colour(str):
    """A colour. In YAML: `'#1f4e79'`."""

    __slots__ = ()
    missing_value_hint = "put the colour in quotes: '#1f4e79'"

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Colour:
        if not re.fullmatch("#[0-9a-fA-F]{6}", text):
            raise ValueError(f"a colour needs # and six hexadecimal digits in quotes ('#1f4e79'), not “{text}”")
        return cls(text.lower())


Leading = Annotated[float, about(ge=1, le=4)]

# What the name of a font does not have. Python takes milliseconds to compile a set of all letters, which is large.
_CONTROLS_AND_SIGNS = (
    r"\x00-\x1f!-%(-*/:-@\[-^`{-\u00a9\u2000-\u2bff\u2ff0-\u3004"
    r"\ud800-\uf8ff"  # halves of characters, and those that Unicode leaves to private fonts
    r"\ufe00-\ufe6f\ufeff\ufff0-\uffff"
)
FONT_NAME = rf"[^{_CONTROLS_AND_SIGNS},]+"
"""Matches the name of a font. CSS, Typst and Word’s XML give these characters no meaning in a quoted text."""
_WEB_FONT = r" *(?:\"[^\",\n]+\"|'[^'\",\n]+'|[^ .&'+\",\n]+(?: [^ .&'+\",\n]+)*) *"
FontName = Annotated[
    str, about(pattern=f"^{FONT_NAME}$", expected="the name of a font: letters, digits, blanks and - _ . & ' +")
]
WebFonts = Annotated[
    str,
    about(
        pattern=rf"^(?=(?:[^{_CONTROLS_AND_SIGNS}]|\")+$){_WEB_FONT}(?:,{_WEB_FONT})*$",
        expected="names of fonts with commas between them, in quotes if they have other characters than letters",
    ),
]


def _default(value: T) -> T:
    """Return a default value that msgspec cannot write into a JSON Schema, as a field."""
    return field(default_factory=lambda: value)


class Margins(Settings, frozen=True):
    """Distances of the text from the edges of the paper."""

    top: Annotated[Mm, about("top margin")] = _default(Mm(20))
    right: Annotated[Mm, about("right margin")] = _default(Mm(22))
    bottom: Annotated[Mm, about("bottom margin")] = _default(Mm(20))
    left: Annotated[Mm, about("left margin")] = _default(Mm(22))


class Fonts(Settings, frozen=True):
    """Fonts for each format; those of the body text follow them. In YAML, the name of one font sets all three."""

    word: Annotated[FontName | None, about("font for Word", "Calibri")] = None
    pdf: Annotated[tuple[FontName, ...], about("fonts for PDF; the first one that is found is used")] = ()
    web: Annotated[WebFonts | None, about("fonts for the web page, as in CSS")] = None

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Fonts:
        if not re.fullmatch(FONT_NAME, text):
            raise ValueError("the name of a font has only letters, digits, blanks and - _ . & ' +")
        return cls(text, (text,), f'"{text}"')


class Theme(Settings, frozen=True):
    """Design values. The writers take all design values from here."""

    extends: Annotated[str, about("another theme to start from: values replace its values, groups merge")] = ""
    font_word: Annotated[FontName, about("font for Word")] = "Cambria"
    font_pdf: Annotated[
        tuple[FontName, ...],
        about("fonts for PDF; the first one that is found is used. Choose fonts as wide as `font_word`"),
    ] = ("Caladea",)
    font_web: Annotated[WebFonts, about("fonts for the web page, as in CSS")] = (
        'Cambria, Caladea, "Noto Serif", Georgia, serif'
    )
    font_heading: Annotated[
        Fonts | None,
        about("font of the name and of headings, if they have another one: a name, or one for each format"),
    ] = None
    size: Annotated[Pt, about("font size of body text")] = _default(Pt(10.5))
    leading: Annotated[Leading, about("line spacing, as a multiple of the font size")] = 1.25
    size_name: Annotated[Pt, about("font size of the name at the top")] = _default(Pt(22))
    size_headings: Annotated[
        tuple[Pt, ...],
        about(
            "font sizes of headings of level 1, 2 and 3. Those of entries should be more than 5 % larger than body "
            "text. Then programs that read a PDF find the date of an entry before its second line",
            min_length=3,
            max_length=3,
            hint="write the sizes for level 1, 2 and 3",
        ),
    ] = _default((Pt(13.5), Pt(11.5), Pt(11.1)))
    size_small: Annotated[Pt, about("font size of page footers and footnotes")] = _default(Pt(9))
    unit: Annotated[Pt, about("base of all vertical distances, which are multiples of it")] = _default(Pt(3))
    ink: Annotated[Colour, about("colour of text")] = _default(Colour("#1a1a1a"))
    muted: Annotated[Colour, about("colour of second lines and page footers; contrast with white at least 4.5:1")] = (
        _default(Colour("#555555"))
    )
    accent: Annotated[Colour, about("colour of section lines and links; contrast with white at least 4.5:1")] = (
        _default(Colour("#1f4e79"))
    )
    photo_size: Annotated[Mm, about("width of the photo")] = _default(Mm(25))
    photo_shape: Annotated[
        Literal["portrait", "square", "round"],
        about("what the photo is cropped to: an upright rectangle of 7 to 9, a square or a circle"),
    ] = "portrait"
    paper: Annotated[Literal["a4", "letter"], about("paper size")] = "a4"
    margins: Annotated[Margins, about("page margins")] = _default(Margins())
    header: Annotated[
        Literal["left", "centred", "band"],
        about("the name and the address: at the left, centred, or on a coloured band"),
    ] = "left"
    contact: Annotated[
        Literal["line", "stacked", "icons"],
        about("the parts of the address: in lines with bars between them, each on a line of its own, or after icons"),
    ] = "line"
    section: Annotated[
        Literal["rule", "bar", "small-caps", "plain"],
        about("headings of sections: above a line, after a coloured bar, in small capitals, or plain"),
    ] = "rule"
    subsection: Annotated[
        Literal["rule", "plain", "italic"],
        about("headings inside sections that contain entries: above a thin line, plain, or in italics"),
    ] = "rule"
    dates: Annotated[
        Literal["right", "left", "inline"],
        about("dates: in a column at the right, in a column at the left, or in the text"),
    ] = "right"
    date_width: Annotated[Mm, about("width of the column of the dates, if they are at the left")] = _default(Mm(30))
    entry: Annotated[
        Literal["two-line", "one-line"],
        about("organisation and place of an entry: on a second line, or on the line of its title"),
    ] = "two-line"
    publications: Annotated[
        Literal["number", "year", "badge"],
        about(
            "before each item of a numbered list: its number; its year, once for each year; or its year in a frame. "
            "A list with an item without a date keeps its numbers"
        ),
    ] = "number"
    links: Annotated[
        Literal["underline", "colour"],
        about("links: underlined, or only in the accent colour, which readers who see no colours do not notice"),
    ] = "underline"
    justify: Annotated[bool, about("make the lines of paragraphs equally long")] = False
    navigation: Annotated[bool, about("show links to the sections at the top of the web page")] = False

    @property
    def column(self) -> float:
        """The width in mm of the column of the dates at the left; 0 if there is none."""
        return self.date_width if self.dates == "left" else 0.0

    def subsection_size(self, level: int) -> float:
        """Return the font size of a heading that contains entries: between sections and the headings of its level.

        It is a multiple of half a point. The lower one is used: section headings should be clearly larger.
        """
        return int(self.size_headings[0] + self.size_headings[min(level, 3) - 1]) / 2

    @property
    def text_area(self) -> tuple[float, float]:
        """Width and height in mm of the page without its margins."""
        (width, height), margins = PAPER[self.paper], self.margins
        return width - margins.left - margins.right, height - margins.top - margins.bottom


class DocumentInfo(Struct, frozen=True):
    """Metadata of an output: document properties in Word and PDF, `<head>` in HTML.

    `timestamp` is the time of the build in seconds since 1970 (UTC). Outputs contain no other time, so the same input
    gives the same bytes.
    """

    title: str
    author: str
    lang: str = "en"
    subject: str = ""
    keywords: tuple[str, ...] = ()
    timestamp: int = 0
    footer: bool = True
    """Whether pages have a footer with name and page number. False if the output may have only one page."""
    wrap: bool = True
    """Whether plain text is broken into short lines. False for text to be pasted into a form."""
    unsafe_html: bool = False
    """Whether raw HTML may run scripts and load from elsewhere."""
    url: str = ""
    """The address at which a web page is published."""
    person: tuple[tuple[str, str], ...] = ()
    """Properties of the schema.org type `Person`, without private data: name, affiliation, email, url …"""


def choices(theme: Theme) -> Iterator[str]:
    """Yield the choices of a theme that are not the usual ones, as `dates-left` or `justify`."""
    for name in _CHOICES:
        value, usual = getattr(theme, name), getattr(_USUAL, name)
        if value != usual:
            yield name if value is True else f"{name}-{value}"


_CHOICES = (
    "header",
    "contact",
    "section",
    "subsection",
    "dates",
    "entry",
    "publications",
    "links",
    "justify",
    "navigation",
)
_USUAL = Theme()


def load_theme(name: str, folder: Path, *, asked: Location) -> Theme:
    """Return the theme `name` from `folder` (beside the CV) or from the built-in themes.

    `asked` is the location that names the theme. Raises `InputError` if there is no such theme or its file has errors.
    """
    chain: list[Path] = []
    while name:
        path = _find(name, folder, "extends" if chain else "theme", asked)
        if path in chain:
            names = [f"“{one.stem}”" for one in chain[chain.index(path) :]]
            message = f"{join_names(names)} extend each other" if len(names) > 1 else f"{names[0]} extends itself"
            raise InputError(
                error("PV128", message, asked, "delete “extends”" + " from one of them" * (len(names) > 1))
            )
        chain.append(path)
        name, asked = _extended(path, path.stat().st_mtime_ns)
    return _read(tuple(chain), tuple(path.stat().st_mtime_ns for path in chain))


def theme_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the built-in themes and of those in `folder`: `classic` first, then by name."""
    names = {path.stem for location in (folder, _BUILT_IN) for path in location.glob("*.yaml")}
    return tuple(sorted(names, key=lambda name: (name != DEFAULT_THEME, name)))


def theme_summary(name: str, folder: Path) -> str:
    """Return the first sentence of the comment at the top of a theme file; empty if it has none."""
    path = next(p for p in (folder / f"{name}.yaml", _BUILT_IN / f"{name}.yaml") if is_file(p))
    lines = itertools.takewhile(lambda line: line.startswith("#"), path.read_text(encoding="utf-8").splitlines())
    comment = " ".join(line.lstrip("# ").rstrip() for line in lines)
    return comment.split(". ")[0].rstrip(".")


def _find(name: str, folder: Path, key: str, asked: Location) -> Path:
    own, built_in = folder / f"{name}.yaml", _BUILT_IN / f"{DEFAULT_THEME if name == _FORMER_NAME else name}.yaml"
    path = next(filter(is_file, (own, built_in)), None)
    if path is None:
        names = theme_names(folder)
        hint = did_you_mean(name, names) or list_available(names)
        raise InputError(error("PV129", f"theme “{name}” not found", asked, hint))
    if path.parent != _BUILT_IN:
        check_is_allowed(path, folder.parent, f"“{key}” names {name}", asked)
    return path


@lru_cache(maxsize=32)
def _extended(path: Path, _changed: int) -> tuple[str, Location]:
    """Return the name of the theme that a theme file extends, and the location of the name."""
    keys = read_yaml(path, str(path), _KIND).data
    base = keys.get("extends") if isinstance(keys, dict) else None
    return (base.data, base.location) if base and isinstance(base.data, str) else ("", NOWHERE)


@lru_cache(maxsize=32)
def _read(paths: tuple[Path, ...], _changed: tuple[int, ...]) -> Theme:
    """Read a theme file and those that it extends. Cached, because many filters use the same theme.

    A changed file has a new `_changed`.
    """
    values = [read_yaml(path, str(path), _KIND) for path in reversed(paths)]
    theme, findings = read_into(Theme, functools.reduce(merge_values, values), _KIND)
    if theme is None:
        raise InputError(*findings)
    return theme


def with_font(theme: Theme, family: str, size: float | None) -> Theme:
    """Return the theme with another font or size. The other sizes keep their ratio to the body text."""
    if family:
        web = f'"{family}", {theme.font_web}'
        theme = structs.replace(theme, font_word=family, font_pdf=(family, *theme.font_pdf), font_web=web)
    if size is None or size == theme.size:
        return theme
    ratio = size / theme.size
    headings = tuple(Pt(round(h * ratio * 2) / 2) for h in theme.size_headings)
    name, small = (Pt(round(s * ratio * 2) / 2) for s in (theme.size_name, theme.size_small))
    return structs.replace(theme, size=Pt(size), size_headings=headings, size_name=name, size_small=small)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of themes."""
    return json_schema(Theme, "polyvita theme")

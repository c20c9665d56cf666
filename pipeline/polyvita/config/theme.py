"""Themes: design values for the CSS, the Typst preamble and the Word styles.

A theme is a YAML file: `themes/<name>.yaml` beside the CV, or a built-in one. It can set any field of `Theme`; the
default theme sets the others. Font sizes are in points (pt), lengths on paper in millimetres (mm).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, structs

from polyvita.config.json_schema import json_schema
from polyvita.config.settings import Settings, read_into, setting
from polyvita.config.yaml_loader import Value, read_yaml
from polyvita.core.diagnostics import InputError, Report, did_you_mean, error, list_available
from polyvita.core.files import is_file
from polyvita.core.location import Location

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}
_BUILT_IN = Path(__file__).parent / "themes"

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
        return cls(round(_millimetres(text, "10.5pt") / _MM["pt"], 2))


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


class Margins(Settings, frozen=True):
    """Distances of the text from the edges of the paper."""

    top: Mm = setting("top margin", default=Mm(20))
    right: Mm = setting("right margin", default=Mm(22))
    bottom: Mm = setting("bottom margin", default=Mm(20))
    left: Mm = setting("left margin", default=Mm(22))


class Theme(Settings, frozen=True):
    """Design values. The writers take all design values from here."""

    font_word: str = setting("font for Word", default="Cambria")
    font_pdf: tuple[str, ...] = setting(
        "fonts for PDF; the first one that is found is used. Choose fonts as wide as `font_word`", default=("Caladea",)
    )
    font_web: str = setting(
        "fonts for the web page, as in CSS", default='Cambria, Caladea, "Noto Serif", Georgia, serif'
    )
    size: Pt = setting("font size of body text", default=Pt(10.5))
    leading: float = setting("line spacing, as a multiple of the font size", default=1.25)
    size_name: Pt = setting("font size of the name at the top", default=Pt(22))
    size_headings: tuple[Pt, ...] = setting(
        "font sizes of headings of level 1, 2 and 3", default=(Pt(13.5), Pt(11), Pt(10.5))
    )
    size_small: Pt = setting("font size of page footers and footnotes", default=Pt(9))
    unit: Pt = setting("base of all vertical distances, which are multiples of it", default=Pt(3))
    ink: Colour = setting("colour of text", default=Colour("#1a1a1a"))
    muted: Colour = setting(
        "colour of second lines and page footers; contrast with white at least 4.5:1", default=Colour("#555555")
    )
    accent: Colour = setting(
        "colour of section lines and links; contrast with white at least 4.5:1", default=Colour("#1f4e79")
    )
    paper: Literal["a4", "letter"] = setting("paper size", default="a4")
    margins: Margins = setting("page margins", default_factory=Margins)

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
    person: tuple[tuple[str, str], ...] = ()
    """Properties of the schema.org type `Person`, without private data: name, affiliation, email, url …"""


def load_theme(name: str, folder: Path, *, asked: Location) -> Theme:
    """Return the theme `name` from `folder` (beside the CV) or from the built-in themes.

    `asked` is the location that names the theme. Raises `InputError` if there is no such theme or its file has errors.
    """
    path = next((p for p in (folder / f"{name}.yaml", _BUILT_IN / f"{name}.yaml") if is_file(p)), None)
    if path is None:
        names = {p.stem for location in (folder, _BUILT_IN) for p in location.glob("*.yaml")}
        hint = did_you_mean(name, names) or list_available(names)
        raise InputError(error("PV129", f"theme “{name}” not found", asked, hint))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> Theme:
    """Read a theme file. Cached, because many filters use the same theme; a changed file has a new `_changed`."""
    report = Report()
    value = read_yaml(path, str(path)) or Value({}, Location(str(path), 1), "map")
    theme = read_into(Theme, value, report, "a theme") if isinstance(value.data, dict) else None
    if theme is None and not report:
        report.add(error("PV125", "a theme must contain keys such as “size: 11pt”", value.location))
    if theme is None:
        raise InputError(*report)
    if len(theme.size_headings) != 3:
        assert isinstance(value.data, dict)  # Otherwise `theme` is None.
        location = value.data["size_headings"].location
        message = f"“size_headings” must have three sizes, not {len(theme.size_headings)}"
        raise InputError(error("PV125", message, location, "write the sizes for level 1, 2 and 3"))
    if not is_valid_leading(theme.leading):
        assert isinstance(value.data, dict)  # Otherwise `leading` has its default value.
        raise InputError(error("PV125", LEADING_PROBLEM, value.data["leading"].location))
    return theme


LEADING_PROBLEM = "“leading” must be between 1 and 4, as a multiple of the font size"


def is_valid_leading(leading: float) -> bool:
    """Return whether a line spacing is in the range that keeps text readable."""
    return 1 <= leading <= 4


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

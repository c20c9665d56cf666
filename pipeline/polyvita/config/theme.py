"""A theme: one set of design values from which the CSS, the Typst preamble and the Word styles are all made.

A theme is a YAML file, `themes/<name>.yaml` beside the CV or one that ships; it may hold any of the values of
`Theme`, the rest are the default's. Type is measured in points (pt), paper in millimetres (mm).
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
_SHIPPED = Path(__file__).parent / "themes"

PAPER = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height of each paper in mm."""


class Mm(float):
    """A length on paper in mm, written `20mm`, `2cm`, `1in` or `36pt`."""

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Mm:
        return cls(round(_millimetres(text, "25mm, 2.5cm, 1in"), 2))


class Pt(float):
    """A size of type or a distance between lines in pt, written `10.5pt`."""

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Pt:
        return cls(round(_millimetres(text, "10.5pt") / _MM["pt"], 2))


def _millimetres(text: str, examples: str) -> float:
    match = _LENGTH.fullmatch(text.strip())
    if not match:
        raise ValueError(f"a length is written with its unit ({examples}), not “{text}”")
    return float(match[1]) * _MM[match[2]]


class Colour(str):
    """A colour, written `#1f4e79`."""

    __slots__ = ()
    missing_value_hint = "a colour stands in quotes: '#1f4e79'"

    @classmethod
    def from_text(cls, text: str, _place: Location) -> Colour:
        if not re.fullmatch("#[0-9a-fA-F]{6}", text):
            raise ValueError(f"a colour is written in six hexadecimal digits ('#1f4e79', in quotes), not “{text}”")
        return cls(text.lower())


class Margins(Settings, frozen=True):
    """Distance of the text from the paper’s edges."""

    top: Mm = setting("from the upper edge", default=Mm(20))
    right: Mm = setting("from the right edge", default=Mm(22))
    bottom: Mm = setting("from the lower edge", default=Mm(20))
    left: Mm = setting("from the left edge", default=Mm(22))


class Theme(Settings, frozen=True):
    """Design values. Every writer takes what it shows from here and nowhere else."""

    font_word: str = setting("the typeface that Word is told to use", default="Cambria")
    font_pdf: tuple[str, ...] = setting(
        "typefaces for PDF, the first that is there serves; as wide as the one for Word", default=("Caladea",)
    )
    font_web: str = setting("the CSS font stack", default='Cambria, Caladea, "Noto Serif", Georgia, serif')
    size: Pt = setting("body text", default=Pt(10.5))
    leading: float = setting("distance of baselines, as a multiple of the type size", default=1.25)
    size_name: Pt = setting("the owner’s name at the top", default=Pt(22))
    size_headings: tuple[Pt, ...] = setting("headings of level 1, 2 and 3", default=(Pt(13.5), Pt(11), Pt(10.5)))
    size_small: Pt = setting("page furniture and notes", default=Pt(9))
    unit: Pt = setting("all vertical space is a multiple of this", default=Pt(3))
    ink: Colour = setting("text", default=Colour("#1a1a1a"))
    muted: Colour = setting("second lines and page furniture; at least 4.5:1 against white", default=Colour("#555555"))
    accent: Colour = setting("section rules and links; at least 4.5:1 against white", default=Colour("#1f4e79"))
    paper: Literal["a4", "letter"] = setting("paper size", default="a4")
    margins: Margins = setting("margins of the page", default_factory=Margins)

    @property
    def text_area(self) -> tuple[float, float]:
        """Width and height in mm that the margins leave for the text."""
        (width, height), edges = PAPER[self.paper], self.margins
        return width - edges.left - edges.right, height - edges.top - edges.bottom


class DocumentInfo(Struct, frozen=True):
    """What an output says about itself: properties in Word, metadata in PDF, `<head>` in HTML.

    `timestamp` is in seconds since 1970 (UTC) and stands for the moment of building everywhere, so that the
    same input gives the same bytes.
    """

    title: str
    author: str
    lang: str = "en"
    subject: str = ""
    keywords: tuple[str, ...] = ()
    timestamp: int = 0
    footer: bool = True
    """Name and page number on the pages; off where the output is held to one page."""
    wrap: bool = True
    """Plain text in lines of a readable length; off where it is to be pasted, so that the form breaks its lines."""
    person: tuple[tuple[str, str], ...] = ()
    """Public facts for schema.org's `Person`: name, honorificPrefix, affiliation, email, telephone, url …"""


def load_theme(name: str, folder: Path, *, asked: Location) -> Theme:
    """The theme `name` from `folder` (beside the CV) or from those that ship; `asked` is where it is named.

    Raises `InputError` where there is none of that name, or where its file is wrong.
    """
    path = next((p for p in (folder / f"{name}.yaml", _SHIPPED / f"{name}.yaml") if is_file(p)), None)
    if path is None:
        names = {p.stem for location in (folder, _SHIPPED) for p in location.glob("*.yaml")}
        hint = did_you_mean(name, names) or list_available(names)
        raise InputError(error("PV129", f"there is no theme “{name}”", asked, hint))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> Theme:
    """The theme in a file; the same one serves many filters."""
    report = Report()
    value = read_yaml(path, str(path)) or Value({}, Location(str(path), 1), "map")
    theme = read_into(Theme, value, report, "a theme") if isinstance(value.data, dict) else None
    if theme is None and not report:
        report.add(error("PV125", "a theme is a group of keys such as “size: 11pt”", value.location))
    if theme is None:
        raise InputError(*report)
    if len(theme.size_headings) != 3:
        assert isinstance(value.data, dict)  # else there is no theme
        location = value.data["size_headings"].location
        raise InputError(error("PV125", "“size_headings” takes three sizes", location, "those of level 1, 2 and 3"))
    if not is_valid_leading(theme.leading):
        assert isinstance(value.data, dict)  # else it is the default's
        raise InputError(error("PV125", LEADING_PROBLEM, value.data["leading"].location))
    return theme


LEADING_PROBLEM = "“leading” lies between 1 and 4, as a multiple of the type size"


def is_valid_leading(leading: float) -> bool:
    """Whether lines neither touch nor lose each other."""
    return 1 <= leading <= 4


def with_font(theme: Theme, family: str, size: float | None) -> Theme:
    """The theme in another typeface or size; the larger sizes keep their ratio to the text."""
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
    """The JSON Schema of themes."""
    return json_schema(Theme, "polyvita theme")

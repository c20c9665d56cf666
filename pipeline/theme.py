"""A theme: one set of design values from which the CSS, the Typst preamble and the Word styles are all made.

Lengths are in points (pt) where they belong to type and in millimetres (mm) where they belong to paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Margins:
    """Distance of the text from the paper's edges, in mm."""

    top: float = 20
    right: float = 22
    bottom: float = 20
    left: float = 22


@dataclass(frozen=True, slots=True)
class Theme:
    """Design values. Every writer takes what it shows from here and nowhere else."""

    font_word: str = "Cambria"
    """The typeface that Word is told to use."""
    font_pdf: tuple[str, ...] = ("Caladea",)
    """Typefaces for PDF, the first that is there serves; of the same widths as the one for Word."""
    font_web: str = 'Cambria, Caladea, "Noto Serif", Georgia, serif'
    """The CSS font stack."""
    size: float = 10.5
    """Body text, pt."""
    leading: float = 1.25
    """Distance of baselines as a multiple of the type size."""
    size_name: float = 22
    """The owner's name at the top, pt."""
    size_headings: tuple[float, float, float] = (13.5, 11, 10.5)
    """Headings of level 1 to 3, pt."""
    size_small: float = 9
    """Page furniture and notes, pt."""
    unit: float = 3
    """All vertical space is a multiple of this, pt."""
    ink: str = "#1a1a1a"
    muted: str = "#555555"
    """For the second line of an entry and the page furniture; at least 4.5:1 against white."""
    accent: str = "#1f4e79"
    """Section rules and links; at least 4.5:1 against white."""
    paper: Literal["a4", "letter"] = "a4"
    margins: Margins = field(default_factory=Margins)


@dataclass(frozen=True, slots=True)
class Info:
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
    furniture: bool = True
    """Name and page number on the pages; off where the output is held to one page."""
    person: tuple[tuple[str, str], ...] = ()
    """Public facts for schema.org's `Person`: name, honorificPrefix, affiliation, email, telephone, url …"""

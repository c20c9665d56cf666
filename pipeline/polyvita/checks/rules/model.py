"""What a finished file says about itself, in the same words for every format.

Lengths on paper are in mm, sizes of type in pt.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property, lru_cache
from typing import Literal

from msgspec import Struct

SINGLE = 1.15
"""The distance of lines that word processors call single, in type sizes: that of Arial, and about that of others."""


class Heading(Struct, frozen=True):
    """A heading in a text: its level (1 to 6), and where its line begins and ends there."""

    level: int
    title: str
    start: int
    end: int


class FileText(Struct, frozen=True, dict=True):
    """The text of a file as a reader meets it, without the furniture of pages and the numbers of lists."""

    text: str
    headings: tuple[Heading, ...] = ()
    links: frozenset[str] = frozenset()
    """The targets of all links."""

    @cached_property
    def letters(self) -> tuple[str, tuple[int, ...]]:
        """`squeezed` of the text."""
        return squeezed(self.text)


class Type(Struct, frozen=True):
    """A typeface and size in use; `sample` says where: words from a PDF, the name of a style in Word."""

    family: str
    size: float
    sample: str


class Layout(Struct, frozen=True):
    """How a file lies on paper. `margins` are those that the text keeps, or that Word is told to keep."""

    types: tuple[Type, ...]
    line_spacing: float | None
    """The least distance of lines in running paragraphs, in lines (`SINGLE`); None where no paragraph has two."""
    paper: tuple[float, float]
    margins: dict[Literal["top", "right", "bottom", "left"], float]
    images: int
    header_footer: bool


class MeasuredFile(Struct, frozen=True):
    """A finished file. `layout` is there for PDF and Word, `pages` for PDF, `wording` for all but unknown formats."""

    name: str
    format: str
    wording: FileText | None = None
    layout: Layout | None = None
    pages: int | None = None
    pages_by: str = ""
    """What counted the pages, where that is not the file itself."""


LABEL = re.compile(r"^\s*(?:\d{1,3}[.)]|\[\d{1,3}\]|[-•–])\s+(?=\S)", re.MULTILINE)
"""The number or sign of a list item or footnote at the start of a line, which is no word of the text."""
_EDGE = re.compile(r" \([^()]*\d[^()]*\)$")
"""A date or a length that stands at the edge of a heading elsewhere."""
_UNDERLINE = re.compile(r"(=+|-+)")


def plain_wording(text: str) -> FileText:
    """Plain text as this program writes it: headings underlined with = or -, paragraphs set apart by an empty line."""
    out = ""
    headings = []
    for part in re.split(r"\n{2,}", text.strip("\n")):
        lines = part.split("\n")
        under = next((i for i, line in enumerate(lines) if i and _UNDERLINE.fullmatch(line)), None)
        if under is not None:
            title = " ".join(lines[:under])
            level = 1 if lines[under].startswith("=") else 2
            headings.append(Heading(level, _EDGE.sub("", title), len(out), len(out) + len(title)))
            lines = [title, *lines[under + 1 :]]
        out += LABEL.sub("", "\n".join(lines)) + "\n"
    return FileText(out, tuple(headings))


@lru_cache(maxsize=4096)
def squeezed(text: str) -> tuple[str, tuple[int, ...]]:
    """The letters and figures of a text alone, without case, and where each stands in it.

    Two texts that differ in line breaks, hyphens, quotation marks or ligatures are the same squeezed.
    """
    if text.isascii():
        at = [i for i, char in enumerate(text) if char.isalnum()]
        return "".join([text[i] for i in at]).lower(), tuple(at)
    letters = list(map(_letters, text))
    return "".join(letters), tuple([i for i, some in enumerate(letters) for _ in some])


@cache
def _letters(char: str) -> str:
    """What a character is squeezed to: `fi` for a ligature, nothing for a sign."""
    plain = unicodedata.normalize("NFKC", char).casefold()
    return "".join([letter for letter in plain if letter.isalnum()])

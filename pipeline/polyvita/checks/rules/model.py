"""The content and layout of a finished file, in the same terms for every format.

Lengths on paper are in mm, font sizes in pt.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property, lru_cache
from typing import Literal

from msgspec import Struct

SINGLE_SPACING = 1.15
"""The line distance that word processors call single, in font sizes: that of Arial, and about that of other fonts."""


class Heading(Struct, frozen=True):
    """A heading in a text: its level (1 to 6), its title, and the offsets at which its line begins and ends."""

    level: int
    title: str
    start: int
    end: int


class FileText(Struct, frozen=True, dict=True):
    """The text of a file as a person reads it, without page headers and footers and without the numbers of lists."""

    plain: str
    headings: tuple[Heading, ...] = ()
    links: frozenset[str] = frozenset()
    """The targets of all links."""

    @cached_property
    def letters(self) -> tuple[str, tuple[int, ...]]:
        """The letters of the text and their offsets, as `letters_with_offsets` returns them."""
        return letters_with_offsets(self.plain)


class FontUse(Struct, frozen=True):
    """A font family and size in use. `sample` has its first words in a PDF, or the name of its style in Word."""

    family: str
    size: float
    sample: str


class Layout(Struct, frozen=True):
    """The layout of a file on paper. `margins` are measured in a PDF, and read from the settings of a Word file."""

    fonts: tuple[FontUse, ...]
    line_spacing: float | None
    """The smallest line spacing in running text, relative to `SINGLE_SPACING`. None if no paragraph has two lines."""
    paper: tuple[float, float]
    margins: dict[Literal["top", "right", "bottom", "left"], float]
    images: int
    header_footer: bool


class MeasuredFile(Struct, frozen=True):
    """A finished file. PDF and Word files have a `layout`, PDF files have `pages`, all known formats have a `text`."""

    name: str
    format: str
    text: FileText | None = None
    layout: Layout | None = None
    pages: int | None = None
    pages_by: str = ""
    """How the pages were counted, if they were not read from the file itself."""


LIST_MARKER = re.compile(r"^\s*(?:\d{1,3}[.)]|\[\d{1,3}\]|[-•–])\s+(?=\S)", re.MULTILINE)
"""The number or bullet of a list item or footnote at the start of a line. It does not count as text."""
_HEADING_SUFFIX = re.compile(r" \([^()]*\d[^()]*\)$")
"""A date or a length in parentheses after a heading. Other formats show it at the margin."""
_UNDERLINE = re.compile(r"(=+|-+)")


def parse_plain_text(text: str) -> FileText:
    """Parse a plain text output: headings are underlined with = or -, and blank lines separate paragraphs."""
    out = ""
    headings = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        lines = block.split("\n")
        under = next((i for i, line in enumerate(lines) if i and _UNDERLINE.fullmatch(line)), None)
        if under is not None:
            title = " ".join(lines[:under])
            level = 1 if lines[under].startswith("=") else 2
            headings.append(Heading(level, _HEADING_SUFFIX.sub("", title), len(out), len(out) + len(title)))
            lines = [title, *lines[under + 1 :]]
        out += LIST_MARKER.sub("", "\n".join(lines)) + "\n"
    return FileText(out, tuple(headings))


@lru_cache(maxsize=4096)
def letters_with_offsets(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters and digits of a text in lower case, and the offset of each in the text.

    The letters of two texts are equal if the texts differ only in line breaks, hyphens, quotation marks or ligatures.
    """
    if text.isascii():
        at = [i for i, char in enumerate(text) if char.isalnum()]
        return "".join([text[i] for i in at]).lower(), tuple(at)
    letters = list(map(_letters_of, text))
    return "".join(letters), tuple([i for i, some in enumerate(letters) for _ in some])


@cache
def _letters_of(char: str) -> str:
    """Return the letters of a character: `fi` for a ligature, "" for punctuation."""
    normalized = unicodedata.normalize("NFKC", char).casefold()
    return "".join([letter for letter in normalized if letter.isalnum()])

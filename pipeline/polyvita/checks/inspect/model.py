"""The content and layout of a finished file, in the same terms for every format.

Lengths on paper are in mm, font sizes in pt.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import Struct

from polyvita.core.letters import letters_with_offsets

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
    """A font family and size in use. `sample` has its first words and their page in a PDF, or its style in Word."""

    family: str
    size: float
    sample: str


class ColourUse(Struct, frozen=True):
    """A colour of text as `#rrggbb`. `sample` has its first words in a PDF, or its style in Word."""

    colour: str
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
    running_texts: tuple[str, ...] = ()
    """The texts of page headers and footers: one for each page of a PDF, and one for a Word file as a whole."""


class HiddenString(NamedTuple):
    """A string in a file that its pages do not show: metadata, an alternative text, a comment, the target of a link."""

    where: str
    string: str


class Inspection:
    """A finished file. Each property is computed when it is first asked for, from one reading of the file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    @property
    def text(self) -> str:
        """All visible text, with page headers and footers, in the order of the file."""
        raise NotImplementedError  # Each format has its own, and none can do without.

    @property
    def hidden(self) -> tuple[HiddenString, ...]:
        """All other strings."""
        return ()

    @property
    def body(self) -> FileText | None:
        """The text that rules measure, or None if the format has no rules about text."""
        return None

    @property
    def layout(self) -> Layout | None:
        """The layout, or None if the format has none."""
        return None

    @property
    def colours(self) -> tuple[ColourUse, ...]:
        """The colours of all words in the text, without page headers and footers."""
        return ()

    @property
    def pages(self) -> int | None:
        """The number of pages, or None if the file does not fix it."""
        return None

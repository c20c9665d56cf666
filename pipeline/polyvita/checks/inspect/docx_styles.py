"""The styles of a Word file: the font and line spacing of every style, with what it inherits."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from msgspec import Struct, structs

from polyvita.checks.inspect.model import SINGLE_SPACING
from polyvita.writers.word.xml import length_in_twips, whole_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class TextFormat(Struct, frozen=True):
    """The font and line spacing that a style, a paragraph or a run sets. None means that the value is inherited."""

    family: str | None = None
    half_points: float | None = None
    line: float | None = None
    """The line spacing in twips or, if the rule is `auto`, in 240ths of a line."""
    rule: str | None = None
    outline: int | None = None
    colour: str | None = None
    """Six hexadecimal digits, or `auto`, which is black on white paper."""

    def over(self, base: TextFormat) -> TextFormat:
        """Return the values set here, completed with those of `base`."""
        if self is NO_FORMAT:
            return base
        given = {name: value for name, value in structs.asdict(self).items() if value is not None}
        return structs.replace(base, **given)

    @property
    def size(self) -> float:
        return (self.half_points or 20) / 2

    @property
    def spacing(self) -> float:
        """The line spacing relative to single spacing."""
        match self.rule:
            case "exact":
                return (self.line or 0) / 20 / self.size / SINGLE_SPACING
            case "atLeast":
                return max((self.line or 0) / 20 / self.size / SINGLE_SPACING, 1)
            case _:
                return (self.line or 240) / 240


NO_FORMAT = TextFormat()
_FORMAT_TAGS = tuple(f"{W}{tag}" for tag in ("rFonts", "sz", "spacing", "outlineLvl", "color"))
"""The elements that set a value of `TextFormat`."""


class Styles:
    """The styles in the part `root`. `theme` is the part with the theme, whose fonts styles can name."""

    def __init__(self, root: Element, theme: Element) -> None:
        self._theme_fonts: dict[str, str] = {}
        """The fonts of the theme: `major` for headings, `minor` for text."""
        for which in ("major", "minor"):
            latin = theme.find(f".//{_A}{which}Font/{_A}latin")
            self._theme_fonts[which] = latin.get("typeface", "") if latin is not None else ""
        self._elements = {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
        self._formats: dict[str, TextFormat] = {}
        self._full_formats: dict[str, TextFormat] = {}
        self._defaults = self.format_in(root.find(f"{W}docDefaults"))
        default = (s for s in self._elements.values() if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        self._normal = next((style.get(f"{W}styleId", "") for style in default), "")

    def format_in(self, element: Element | None) -> TextFormat:
        """Return the format that `element` sets: a style, the properties of a paragraph or run, or the defaults."""
        parts: dict[str, Element] = {}
        for part in element.iter() if element is not None else ():
            if part.tag in _FORMAT_TAGS and (part.tag != f"{W}spacing" or part.get(f"{W}line")):
                parts.setdefault(part.tag, part)
        if not parts:  # Most properties only name a style.
            return NO_FORMAT
        fonts, size, spacing, outline, colour = map(parts.get, _FORMAT_TAGS)
        return TextFormat(
            family=None if fonts is None else self._family(fonts),
            half_points=None if size is None else length_in_twips(size.get(f"{W}val", "20")),
            line=None if spacing is None else length_in_twips(spacing.get(f"{W}line", "240")),
            rule=None if spacing is None else spacing.get(f"{W}lineRule", "auto"),
            outline=None if outline is None else whole_number(outline.get(f"{W}val"), 9),
            colour=None if colour is None else colour.get(f"{W}val", "auto"),
        )

    def _family(self, fonts: Element) -> str | None:
        theme = fonts.get(f"{W}asciiTheme")
        return self._theme_fonts.get(theme[:5]) if theme else fonts.get(f"{W}ascii")

    def format_of(self, style: str) -> TextFormat:
        """Return the format of a style and of the styles that it is based on, without the defaults of the document."""
        if style not in self._formats:
            self._formats[style] = NO_FORMAT  # This ends the recursion if styles are based on each other.
            element = self._elements.get(style)
            based = attribute(element.find(f"{W}basedOn")) if element is not None else ""
            own = self.format_in(element)
            self._formats[style] = own.over(self.format_of(based)) if based else own
        return self._formats[style]

    def full_format_of(self, style: str) -> TextFormat:
        """Return the format of a style, completed with the defaults of the document."""
        if style not in self._full_formats:
            self._full_formats[style] = self.format_of(style).over(self._defaults)
        return self._full_formats[style]

    def style_of(self, paragraph: Element) -> str:
        """Return the id of the style of a paragraph."""
        return attribute(paragraph.find(f"{W}pPr/{W}pStyle")) or self._normal

    def name_of(self, style: str) -> str:
        """Return the name that Word shows for the style with an id."""
        element = self._elements.get(style)
        return style if element is None else attribute(element.find(f"{W}name")) or style


def attribute(element: Element | None) -> str:
    """Return the attribute `w:val`, or "" without an element."""
    return "" if element is None else element.get(f"{W}val", "")

"""The model of a Word style: its character format, its paragraph format and its name, and the XML of each."""

from __future__ import annotations

from typing import Literal
from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.config.theme import Theme
from polyvita.core.scripts import Direction
from polyvita.writers.word.xml import el

TWIPS_PER_MM = 1440 / 25.4
"""Twips (twentieths of a point) in a millimetre."""
PAPER_TWIPS = {"a4": (11906, 16838), "letter": (12240, 15840)}
"""Width and height of a page, in twips."""
LIST_LEVELS = 5
"""The number of levels that Word has list styles for: List Bullet, List Bullet 2 … 5."""
MONOSPACED = "Consolas"
BAR_WIDTH, BAR_SPACE = 4, 6
"""The width of the bar before a heading, and its distance from the text, in points."""
WHITE = "#ffffff"

Role = Literal["ink", "muted", "accent", "white"]
_THEME_COLOURS: dict[Role, str] = {"ink": "text1", "muted": "text2", "accent": "accent1", "white": "background1"}
TRAIT_STYLES = {
    "b": "Strong",
    "i": "Emphasis",
    "smallCaps": "Small Caps",
    "strike": "Strikethrough",
    "u": "Underline",
    "superscript": "Superscript",
    "subscript": "Subscript",
}
"""The direct formatting of a run by Pandoc, and the character style that replaces it."""


class StyleContext(Struct, frozen=True):
    """The values that styles depend on."""

    theme: Theme
    width: int
    """The width of the text area in twips, which is also the position of the right tab."""
    direction: Direction = "ltr"
    """The direction of the output's language. Word mirrors what a style calls left and right."""

    @property
    def column(self) -> int:
        """The width of the column of the dates at the left, in twips; 0 if there is none."""
        return round(self.theme.column * TWIPS_PER_MM)


def twips(points: float) -> int:
    """Convert points to twips (twentieths of a point), the unit of most lengths in Word."""
    return round(points * 20)


def text_width(theme: Theme) -> int:
    """Return the width of the text area in twips."""
    return (
        PAPER_TWIPS[theme.paper][0]
        - round(theme.margins.left * TWIPS_PER_MM)
        - round(theme.margins.right * TWIPS_PER_MM)
    )


def style_id(name: str) -> str:
    """Return the id that both Pandoc and Word give to a style with this name."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


class TextFormat(Struct, frozen=True):
    """The character format of a style. `size` is in points. None, False, () and "" leave a property unset."""

    size: float | None = None
    traits: tuple[str, ...] = ()
    colour: Role | None = None
    font: Literal["", "major", "minor", "mono"] = ""
    tabular: bool = False
    framed: bool = False

    def element(self, theme: Theme) -> Element | None:
        on, mono = self.traits, self.font == "mono"
        parts = [
            theme_fonts(self.font) if self.font in ("major", "minor") else None,
            el("rFonts", ascii=MONOSPACED, hAnsi=MONOSPACED, cs=MONOSPACED) if mono else None,
            *(el(tag, val=0) for tag in ("b", "bCs") if "regular" in on),
            *(el(tag) for trait, tags in (("b", ("b", "bCs")), ("i", ("i", "iCs"))) if trait in on for tag in tags),
            *(el(tag) for tag in ("smallCaps", "strike") if tag in on),
            el("noProof") if mono else None,
            colour(theme, self.colour) if self.colour else None,
            *([el(tag, val=round(self.size * 2)) for tag in ("sz", "szCs")] if self.size else []),
            el("u", val="single") if "u" in on else None,
            el("bdr", **line_border(theme), space=0) if self.framed else None,
            *(el("vertAlign", val=tag) for tag in ("superscript", "subscript") if tag in on),
            el("w14:numSpacing", w14_val="tabular") if self.tabular else None,
        ]
        return _element_with_children("rPr", parts)


class ParagraphFormat(Struct, frozen=True):
    """The paragraph format of a style. Lengths are in twips.

    `leading` is the line spacing: a multiple of the font size, which the file has as a multiple of what Word calls
    single spacing, so that it stays when somebody chooses another size. "single" is that of the font, and needed where
    the sizes of lines differ. `line` is the least height of a line in points.

    `tab` is the position of a right tab. None, False and "" leave a property unset.
    """

    before: int | None = None
    after: int | None = None
    leading: float | Literal["single"] | None = None
    line: float | None = None
    left: int | None = None
    hanging: int | None = None
    right: int | None = None
    tab: int | None = None
    align: str = ""
    keep_next: bool = False
    keep_lines: bool = False
    rule: tuple[Literal["top", "bottom", "left", "right"], Role] | None = None
    """The side and the colour of a thin line."""
    hairline: bool = False
    """Whether this line is the thinnest one of Word."""
    bar: bool = False
    """Whether this line is a bar."""
    band: str = ""
    """The colour of a band behind the paragraph, which neighbours of the same kind share."""
    outline: int | None = None
    numbering: tuple[int, int] | None = None
    """The number of a list, and the level in the list."""
    hyphenate: bool = True
    bidi: bool | None = None
    """Whether paragraphs are written from right to left."""

    def element(self, theme: Theme) -> Element | None:
        # No rule is "exact", which would cut off images in a line.
        line: int | None = None if self.line is None else twips(self.line)
        rule = "atLeast" if line else None
        if self.leading is not None:
            multiple = 1.0 if self.leading == "single" else self.leading / line_height(theme.font_word)
            line, rule = round(240 * multiple), "auto"
        parts = [
            el("keepNext") if self.keep_next else None,
            el("keepLines") if self.keep_lines else None,
            el("numPr", *self._numbering()) if self.numbering else None,
            el("pBdr", self._border(theme)) if self.rule else None,
            el("pBdr", *self._edges_of_band(theme)) if self.band else None,
            el("shd", val="clear", color="auto", fill=hex_digits(self.band)) if self.band else None,
            el("tabs", el("tab", val="right", pos=self.tab)) if self.tab else None,
            None if self.hyphenate else el("suppressAutoHyphens"),
            None if self.bidi is None else bidi_mark(self.bidi),
            _element_with_attributes("spacing", before=self.before, after=self.after, line=line, lineRule=rule),
            _element_with_attributes("ind", left=self.left, right=self.right, hanging=self.hanging),
            el("jc", val=self.align) if self.align else None,
            None if self.outline is None else el("outlineLvl", val=self.outline),
        ]
        return _element_with_children("pPr", parts)

    def _border(self, theme: Theme) -> Element:
        side, role = self.rule or ("bottom", "accent")
        size = {"sz": 2} if self.hairline else {"sz": BAR_WIDTH * 8} if self.bar else {}
        space = BAR_SPACE if self.bar else round(theme.unit)
        return el(side, **line_border(theme, role) | size, space=space)

    def _edges_of_band(self, theme: Theme) -> list[Element]:
        """Return borders in the colour of the band. Only within equal borders does Word fill the space between."""
        edge: dict[str, str | int] = {
            "val": "single",
            "sz": 4,
            "color": hex_digits(self.band),
            "space": round(3 * theme.unit),
        }
        return [el(side, **edge) for side in ("top", "left", "bottom", "right")]

    def _numbering(self) -> list[Element | None]:
        number, level = self.numbering or (0, 0)
        return [el("ilvl", val=level) if level else None, el("numId", val=number)]


class Style(Struct, frozen=True):
    """A paragraph or character style.

    `name` is the name that users see. `quick` shows the style in the style gallery, and `priority` is its position in
    the list of styles. `custom` marks names that are not built into Word.
    """

    name: str
    kind: Literal["paragraph", "character"] = "paragraph"
    based_on: str = "Normal"
    next: str = ""
    paragraph: ParagraphFormat = ParagraphFormat()
    text: TextFormat = TextFormat()
    priority: int = 10
    quick: bool = False
    custom: bool = False

    def element(self, theme: Theme) -> Element:
        return el(
            "style",
            el("name", val=self.name),
            el("basedOn", val=style_id(self.based_on)) if self.based_on else None,
            el("next", val=style_id(self.next)) if self.next else None,
            el("uiPriority", val=self.priority),
            *([] if self.quick or not self.based_on else [el("semiHidden"), el("unhideWhenUsed")]),
            el("qFormat") if self.quick else None,
            self.paragraph.element(theme) if self.kind == "paragraph" else None,
            self.text.element(theme),
            type=self.kind,
            styleId=style_id(self.name),
            **({} if self.based_on else {"default": 1}),
            **({"customStyle": 1} if self.custom else {}),
        )


def line_height(family: str) -> float:
    """Return the height of a line in single spacing, in multiples of the font size."""
    return _LINE_HEIGHTS.get(family.lower(), _USUAL_LINE_HEIGHT)


_LINE_HEIGHTS = {
    **dict.fromkeys(("arial", "helvetica", "times new roman", "liberation sans", "liberation serif"), 1.15),
    **{"cambria": 1.172, "caladea": 1.172, "calibri": 1.221, "carlito": 1.221, "georgia": 1.136, "garamond": 1.125},
    **{"palatino linotype": 1.349, "verdana": 1.215, "tahoma": 1.207, "source sans 3": 1.257, "courier new": 1.133},
}
"""The heights of the fonts that people have in Word, from the tables of the fonts."""
_USUAL_LINE_HEIGHT = 1.2


def colour(theme: Theme, role: Role) -> Element:
    """Return a colour, with its value and with its role in the theme of Word, where users can change it."""
    value = WHITE if role == "white" else getattr(theme, role)
    return el("color", val=hex_digits(value), themeColor=_THEME_COLOURS[role])


def line_border(theme: Theme, role: Role = "accent") -> dict[str, str | int]:
    """Return the attributes of a border that is a thin line."""
    return {"val": "single", "sz": 5, "color": hex_digits(getattr(theme, role)), "themeColor": _THEME_COLOURS[role]}


def hex_digits(colour: str) -> str:
    """Return a colour as Word writes it: `1F4E79` for `#1f4e79`."""
    return colour.lstrip("#").upper()


def bidi_mark(right_to_left: bool) -> Element:
    """Return the paragraph property for a direction."""
    return el("bidi") if right_to_left else el("bidi", val=0)


def theme_fonts(which: Literal["major", "minor"]) -> Element:
    """Return a reference to the font of Word's theme, so that users can change it in one place."""
    return el(
        "rFonts",
        asciiTheme=f"{which}HAnsi",
        eastAsiaTheme=f"{which}EastAsia",
        hAnsiTheme=f"{which}HAnsi",
        cstheme=f"{which}Bidi",
    )


def _element_with_children(name: str, parts: list[Element | None]) -> Element | None:
    return el(name, *parts) if any(part is not None for part in parts) else None


def _element_with_attributes(name: str, **values: int | str | None) -> Element | None:
    attributes = {key: value for key, value in values.items() if value is not None}
    return el(name, **attributes) if attributes else None

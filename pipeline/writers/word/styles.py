"""The styles of a Word file, all made from the theme's values.

Space between paragraphs is always space *before* the lower one: programs differ in whether they add the space
after one paragraph to the space before the next or take the larger of the two, and so they can't differ here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from pipeline.theme import Theme
from pipeline.writers.word.xml import el

MM = 1440 / 25.4
"""Twips (twentieths of a point) in a millimetre."""
PAPER = {"a4": (11906, 16838), "letter": (12240, 15840)}
"""Width and height in twips."""
LEVELS = 5
"""List styles that Word has names for: List Bullet, List Bullet 2 … 5."""
BULLETS, NUMBERS = 1, 2
"""The numbering definitions (`w:num`) of the list styles."""
MONOSPACED = "Consolas"
Role = Literal["ink", "muted", "accent"]
THEME_COLOURS: dict[Role, str] = {"ink": "text1", "muted": "text2", "accent": "accent1"}
TRAITS: dict[str, str] = {
    # What Pandoc sets on a run directly, and the style that stands for it.
    "b": "Strong",
    "i": "Emphasis",
    "smallCaps": "Small Caps",
    "strike": "Strikethrough",
    "u": "Underline",
    "superscript": "Superscript",
    "subscript": "Subscript",
}


def twips(points: float) -> int:
    return round(points * 20)


def text_width(theme: Theme) -> int:
    """The width of the text area, in twips: where the right tab stands."""
    return PAPER[theme.paper][0] - round(theme.margins.left * MM) - round(theme.margins.right * MM)


def list_indent(theme: Theme, level: int) -> int:
    """Where the text of a list item at `level` (from 0) begins, in twips."""
    return twips(theme.unit * (8 + 6 * level))


def date_column(theme: Theme) -> int:
    """The width kept free at the right edge for a date, in twips: enough for two short months and years."""
    return twips(theme.size * 8.5)


def style_id(name: str) -> str:
    """The id that Pandoc and Word both give a style of this name."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


@dataclass(frozen=True, slots=True)
class Text:
    """What a style says about characters; sizes in points. None and False say nothing."""

    size: float | None = None
    bold: bool = False
    italic: bool = False
    colour: Role | None = None
    font: Literal["major", "mono"] | None = None
    traits: tuple[str, ...] = ()
    tabular: bool = False
    no_proof: bool = False

    def element(self, theme: Theme) -> Element | None:
        on = {*self.traits, *(["b"] if self.bold else []), *(["i"] if self.italic else [])}
        parts = [
            self._fonts(),
            *(el(tag) for flag, tags in (("b", ("b", "bCs")), ("i", ("i", "iCs"))) if flag in on for tag in tags),
            *(el(tag) for tag in ("smallCaps", "strike") if tag in on),
            el("noProof") if self.no_proof else None,
            colour(theme, self.colour) if self.colour else None,
            *([el(tag, val=round(self.size * 2)) for tag in ("sz", "szCs")] if self.size else []),
            el("u", val="single") if "u" in on else None,
            *(el("vertAlign", val=tag) for tag in ("superscript", "subscript") if tag in on),
            el("w14:numSpacing", w14_val="tabular") if self.tabular else None,
        ]
        return el("rPr", *parts) if any(part is not None for part in parts) else None

    def _fonts(self) -> Element | None:
        match self.font:
            case "major":
                return theme_fonts("major")
            case "mono":
                return el("rFonts", ascii=MONOSPACED, hAnsi=MONOSPACED, cs=MONOSPACED)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a style says about paragraphs; lengths in twips, `line` in points. None and False say nothing."""

    before: int | None = None
    after: int | None = None
    line: float | None = None
    left: int | None = None
    hanging: int | None = None
    right: int | None = None
    tab: int | None = None
    align: str = ""
    keep_next: bool = False
    keep_lines: bool = False
    rule: bool = False
    outline: int | None = None
    numbering: tuple[int, int] | None = None
    hyphenate: bool = True

    def element(self, theme: Theme) -> Element | None:
        parts = [
            el("keepNext") if self.keep_next else None,
            el("keepLines") if self.keep_lines else None,
            self._numbering(),
            el("pBdr", self._rule(theme)) if self.rule else None,
            el("tabs", el("tab", val="right", pos=self.tab)) if self.tab else None,
            None if self.hyphenate else el("suppressAutoHyphens"),
            _with("spacing", before=self.before, after=self.after, **self._line()),
            _with("ind", left=self.left, right=self.right, hanging=self.hanging),
            el("jc", val=self.align) if self.align else None,
            None if self.outline is None else el("outlineLvl", val=self.outline),
        ]
        return el("pPr", *parts) if any(part is not None for part in parts) else None

    def _numbering(self) -> Element | None:
        if self.numbering is None:
            return None
        number, level = self.numbering
        return el("numPr", el("ilvl", val=level) if level else None, el("numId", val=number))

    def _line(self) -> dict[str, int | str | None]:
        # "at least": the distance of baselines is the theme's, and a picture in the line is still not cut off.
        return {} if self.line is None else {"line": twips(self.line), "lineRule": "atLeast"}

    def _rule(self, theme: Theme) -> Element:
        return el("bottom", val="single", sz=6, space=2, **_colour_values(theme, "accent", "color"))


@dataclass(frozen=True, slots=True)
class Style:
    """One style by the name that people see. `priority` is its place in Word's list; `quick` shows it in the ribbon."""

    name: str
    kind: Literal["paragraph", "character", "table", "numbering"] = "paragraph"
    based: str = "Normal"
    next: str = ""
    shape: Shape = Shape()
    text: Text = Text()
    priority: int = 10
    quick: bool = False
    default: bool = False
    own: bool = False

    def element(self, theme: Theme) -> Element:
        based = "" if self.default else self.based
        return el(
            "style",
            el("name", val=self.name),
            el("basedOn", val=style_id(based)) if based else None,
            el("next", val=style_id(self.next)) if self.next else None,
            el("uiPriority", val=self.priority),
            el("qFormat") if self.quick else None,
            self.shape.element(theme) if self.kind == "paragraph" else None,
            self.text.element(theme),
            type=self.kind,
            styleId=style_id(self.name),
            **({"default": 1} if self.default else {}),
            **({"customStyle": 1} if self.own else {}),
        )


def colour(theme: Theme, role: Role) -> Element:
    return el("color", **_colour_values(theme, role, "val"))


def theme_fonts(which: Literal["major", "minor"]) -> Element:
    """The typeface by way of the theme, so that a reader changes it in one place."""
    return el(
        "rFonts",
        asciiTheme=f"{which}HAnsi",
        eastAsiaTheme=f"{which}EastAsia",
        hAnsiTheme=f"{which}HAnsi",
        cstheme=f"{which}Bidi",
    )


def _colour_values(theme: Theme, role: Role, key: str) -> dict[str, str]:
    return {key: getattr(theme, role).lstrip("#").upper(), "themeColor": THEME_COLOURS[role]}


def _with(name: str, **values: int | str | None) -> Element | None:
    given = {key: value for key, value in values.items() if value is not None}
    return el(name, **given) if given else None

"""All styles of our Word files, by name. The names that Word itself has are used where it has one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

from pipeline.theme import Theme
from pipeline.writers.word.styles import (
    BULLETS,
    LEVELS,
    MM,
    NUMBERS,
    PAPER,
    TRAITS,
    Shape,
    Style,
    Text,
    colour,
    date_column,
    list_indent,
    style_id,
    text_width,
    theme_fonts,
    twips,
)
from pipeline.writers.word.xml import el

LATIN_LANGUAGES = {
    "en": "en-GB",
    "de": "de-DE",
    "fr": "fr-FR",
    "es": "es-ES",
    "it": "it-IT",
    "pt": "pt-PT",
    "nl": "nl-NL",
}
EAST_ASIAN = {"zh": "zh-CN", "ja": "ja-JP", "ko": "ko-KR"}
BIDI = {"ar": "ar-SA", "he": "he-IL", "fa": "fa-IR", "ur": "ur-PK"}


def catalogue(theme: Theme) -> Iterator[Style]:
    """Every style, in the order of the file: what the others are based on first."""
    yield Style("Normal", default=True, priority=0, quick=True)
    yield Style("Default Paragraph Font", "character", based="", default=True, priority=1)
    yield Style("Body Text", shape=_body(theme), priority=1, quick=True)
    yield Style("Body Text Dated", based="Body Text", shape=_dated(theme), priority=1, own=True)
    yield from _letterhead(theme)
    yield from _headings(theme)
    yield from _lists(theme)
    yield from _other_paragraphs(theme)
    yield from _characters(theme)


def _body(theme: Theme) -> Shape:
    return Shape(before=twips(2 * theme.unit), tab=text_width(theme))


def _dated(theme: Theme) -> Shape:
    # The text keeps out of the dates' column, so that a date always finds its place on the last line.
    return Shape(right=date_column(theme))


def _letterhead(theme: Theme) -> Iterator[Style]:
    line = theme.size_name * 1.15
    name = Shape(before=0, line=line, keep_next=True, hyphenate=False)
    yield Style("Title", next="Contact", shape=name, text=Text(theme.size_name, bold=True, font="major"), quick=True)
    subtitle = Shape(before=twips(theme.unit), keep_next=True, hyphenate=False)
    yield Style(
        "Subtitle", next="Contact", shape=subtitle, text=Text(theme.size_headings[1], colour="accent"), quick=True
    )
    contact = Shape(before=twips(theme.unit / 2), hyphenate=False, tab=text_width(theme))
    yield Style("Contact", shape=contact, text=Text(colour="muted"), quick=True, own=True)


def _headings(theme: Theme) -> Iterator[Style]:
    above = (6, 3, 3, 2, 2, 2)
    for level in range(1, 7):
        size = theme.size_headings[min(level, 3) - 1]
        shape = Shape(
            before=twips(above[level - 1] * theme.unit),
            after=twips(theme.unit) if level == 1 else 0,
            line=size * theme.leading,
            right=date_column(theme) if level > 1 else None,  # the first level's rule runs the whole width
            tab=text_width(theme),
            keep_next=True,
            keep_lines=True,
            rule=level == 1,
            outline=level - 1,
            hyphenate=False,
        )
        text = Text(size, bold=level < 4, italic=level > 3, font="major", colour="accent" if level == 1 else None)
        after = "Body Text" if level != 2 else "Entry Details"
        yield Style(f"heading {level}", next=after, shape=shape, text=text, priority=9, quick=level < 4)
    details = Shape(before=0, right=date_column(theme), tab=text_width(theme), keep_next=True, keep_lines=True)
    yield Style("Entry Details", next="Body Text", shape=details, text=Text(colour="muted"), quick=True, own=True)


def _lists(theme: Theme) -> Iterator[Style]:
    tab, gap = text_width(theme), twips(2 * theme.unit)
    for name, number in (("List Bullet", BULLETS), ("List Number", NUMBERS), ("List Continue", None)):
        for level in range(LEVELS):
            shape = Shape(
                before=twips(theme.unit),
                left=list_indent(theme, level),
                hanging=None if number is None else gap,
                tab=tab,
                keep_lines=number is not None,
                numbering=None if number is None else (number, level),
            )
            yield Style(f"{name} {level + 1}" if level else name, shape=shape, priority=20, quick=level == 0)
        if number is not None:
            yield Style(f"{name} Dated", based=name, shape=_dated(theme), priority=20, own=True)


def _other_paragraphs(theme: Theme) -> Iterator[Style]:
    unit, width = theme.unit, text_width(theme)
    indent = list_indent(theme, 0)
    small = Text(theme.size_small)
    quote = Shape(before=twips(2 * unit), left=indent, right=indent)
    yield Style("Block Text", shape=quote, quick=True)
    yield Style("Block Text Dated", based="Block Text", shape=_dated(theme), own=True)
    code = Shape(before=twips(2 * unit), keep_lines=True, hyphenate=False)
    yield Style("Source Code", shape=code, text=Text(theme.size_small, font="mono", no_proof=True), own=True)
    term = Shape(before=twips(2 * unit), keep_next=True, right=date_column(theme), tab=width)
    yield Style("Definition Term", next="Definition", shape=term, text=Text(bold=True), own=True)
    yield Style("Definition", shape=Shape(before=0, left=indent, tab=width), own=True)
    yield Style("Definition Dated", based="Definition", shape=_dated(theme), own=True)
    yield Style("Horizontal Rule", next="Body Text", shape=Shape(before=0, after=twips(unit), rule=True), own=True)
    yield Style("Figure", shape=Shape(before=twips(2 * unit)), own=True)
    yield Style("Captioned Figure", based="Figure", shape=Shape(keep_next=True), own=True)
    yield Style("caption", shape=Shape(before=twips(unit)), text=Text(theme.size_small, colour="muted"), priority=35)
    yield Style("Image Caption", based="caption", own=True)
    yield Style("Table Caption", based="caption", shape=Shape(before=twips(2 * unit), keep_next=True), own=True)
    cell = Shape(before=twips(unit / 2), after=twips(unit / 2))
    yield Style("Table Text", shape=cell, own=True)
    yield Style("Table Text Centred", based="Table Text", shape=Shape(align="center"), own=True)
    yield Style("Table Text Right", based="Table Text", shape=Shape(align="right"), own=True)
    yield Style("footnote text", shape=Shape(line=theme.size_small * theme.leading), text=small, priority=99)
    yield Style("Footnote Block Text", based="footnote text", shape=Shape(left=indent, right=indent), own=True)
    furniture = Shape(line=theme.size_small * theme.leading, tab=width, hyphenate=False)
    yield Style("header", shape=furniture, text=Text(theme.size_small, colour="muted"), priority=99)
    yield Style("footer", shape=furniture, text=Text(theme.size_small, colour="muted"), priority=99)


def _characters(theme: Theme) -> Iterator[Style]:
    def style(
        name: str, text: Text, *, based: str = "Default Paragraph Font", quick: bool = False, own: bool = False
    ) -> Style:
        return Style(name, "character", based=based, text=text, quick=quick, own=own)

    for trait, name in TRAITS.items():
        yield style(name, Text(traits=(trait,)), quick=trait in "bi", own=trait not in "bi")
    yield style("Entry Date", Text(tabular=True), own=True)
    # Bold in a character style turns bold over, not on: within a heading, which is bold, it makes a date regular.
    yield style("Heading Date", Text(theme.size, bold=True), based="Entry Date", own=True)
    yield style("Hyperlink", Text(colour="accent"))
    yield style("Verbatim Char", Text(theme.size_small, font="mono", no_proof=True), own=True)
    yield style("footnote reference", Text(traits=("superscript",)))
    yield style("page number", Text())


def combined_style(name: str, based: str, traits: tuple[str, ...]) -> Style:
    """A character style for traits that come together, such as bold and italic, or a bold link."""
    return Style(name, "character", based=based, text=Text(traits=traits), own=True)


@cache
def styles(theme: Theme) -> dict[str, Element]:
    """Every style's element by its id; callers copy what they change."""
    found = {style_id(style.name): style.element(theme) for style in catalogue(theme)}
    return found | {"TableNormal": _table_normal(), "Table": _table(theme), "NoList": _no_list()}


def styles_part(theme: Theme, lang: str) -> Element:
    """The root of `styles.xml`."""
    defaults = el(
        "docDefaults",
        el(
            "rPrDefault",
            el(
                "rPr",
                theme_fonts("minor"),
                colour(theme, "ink"),
                *(el(tag, val=round(theme.size * 2)) for tag in ("sz", "szCs")),
                languages(lang, "lang"),
            ),
        ),
        el("pPrDefault", Shape(before=0, after=0, line=theme.size * theme.leading).element(theme)),
    )
    latent = el(
        "latentStyles",
        defLockedState=0,
        defUIPriority=99,
        defSemiHidden=1,
        defUnhideWhenUsed=1,
        defQFormat=0,
        count=376,
    )
    root = el("styles", defaults, latent, *styles(theme).values())
    root.set("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", "w14")
    return root


def languages(lang: str, tag: str) -> Element:
    """`lang` as Word wants it: a region with the language, and a place for each family of scripts."""
    language = lang.partition("-")[0].lower()
    script = "eastAsia" if language in EAST_ASIAN else "bidi" if language in BIDI else "val"
    defaults = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}
    full = lang if "-" in lang else (LATIN_LANGUAGES | EAST_ASIAN | BIDI).get(language, lang)
    return el(tag, **(defaults | {script: full}))


def _table_normal() -> Element:
    sides = (("top", 0), ("left", 108), ("bottom", 0), ("right", 108))
    margins = el("tblCellMar", *(el(side, w=width, type="dxa") for side, width in sides))
    return el(
        "style",
        el("name", val="Normal Table"),
        el("uiPriority", val=99),
        el("semiHidden"),
        el("unhideWhenUsed"),
        el("tblPr", el("tblInd", w=0, type="dxa"), margins),
        type="table",
        default=1,
        styleId="TableNormal",
    )


def _table(theme: Theme) -> Element:
    def line(side: str, size: int) -> Element:
        return el(side, val="single", sz=size, space=0, color=theme.accent.lstrip("#").upper(), themeColor="accent1")

    sides = (("left", 0), ("right", twips(2 * theme.unit)))
    margins = el("tblCellMar", *(el(side, w=width, type="dxa") for side, width in sides))
    head = el(
        "tblStylePr",
        el("rPr", el("b"), el("bCs")),
        el("tcPr", el("tcBorders", line("bottom", 6))),
        type="firstRow",
    )
    return el(
        "style",
        el("name", val="Table"),
        el("basedOn", val="TableNormal"),
        el("uiPriority", val=30),
        el("qFormat"),
        el("tblPr", el("tblBorders", line("top", 6), line("bottom", 6)), margins),
        head,
        type="table",
        customStyle=1,
        styleId="Table",
    )


def _no_list() -> Element:
    return el(
        "style",
        el("name", val="No List"),
        el("uiPriority", val=99),
        el("semiHidden"),
        el("unhideWhenUsed"),
        type="numbering",
        default=1,
        styleId="NoList",
    )


def section_properties(theme: Theme, footer: str = "") -> Element:
    """The page: paper, margins, and the relationship of a footer that the first page does not show."""
    width, height = PAPER[theme.paper]
    sides = {side: round(getattr(theme.margins, side) * MM) for side in ("top", "right", "bottom", "left")}
    edge = round(min(theme.margins.top, theme.margins.bottom) * MM / 2)
    return el(
        "sectPr",
        el("footerReference", type="default", r_id=footer) if footer else None,
        el("pgSz", w=width, h=height),
        el("pgMar", **sides, header=edge, footer=edge, gutter=0),
        el("titlePg") if footer else None,
    )

"""All styles of Word files without a template. Built-in style names of Word are used where they exist.

Vertical space is set before paragraphs, not after them, because programs combine the two in different ways: some add
them, others use the larger one. The sizes are those of the PDF, so that both break pages at the same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal
from xml.etree.ElementTree import Element

from msgspec import structs

from polyvita.config.theme import Theme
from polyvita.core.scripts import direction_of
from polyvita.writers.colour import AA_CONTRAST, reach_contrast
from polyvita.writers.prepare import LABEL_WIDTH
from polyvita.writers.word.style_model import (
    BAR_SPACE,
    BAR_WIDTH,
    LIST_LEVELS,
    TRAIT_STYLES,
    WHITE,
    ParagraphFormat,
    Role,
    Style,
    StyleContext,
    TextFormat,
    colour,
    line_border,
    theme_fonts,
    twips,
)
from polyvita.writers.word.xml import el, qn

COLUMN_GAP = 4
"""The space between the columns of a table, in units of the theme."""
BULLETS, NUMBERS = 1, 2
"""The ids of the numberings (`w:num`) of the list styles."""
_DEFAULT_CHARACTER_STYLE = "Default Paragraph Font"
_DEFAULT_REGIONS = {
    "val": {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "pt": "pt-PT", "nl": "nl-NL"},
    "eastAsia": {"zh": "zh-CN", "ja": "ja-JP", "ko": "ko-KR"},
    "bidi": {
        **{"ar": "ar-SA", "he": "he-IL", "iw": "he-IL", "fa": "fa-IR", "ur": "ur-PK", "yi": "yi-001", "dv": "dv-MV"},
        **{"ps": "ps-AF", "sd": "sd-Arab-PK", "ug": "ug-CN", "syr": "syr-SY", "ckb": "ku-Arab-IQ"},
    },
}
_DEFAULT_LANGUAGES = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}


def list_indent(context: StyleContext, kind: str, level: int) -> int:
    """Return the indent of the text of a list item, in twips. It leaves space for a bullet or two digits.

    `level` counts from 0.
    """
    mark = 1.07 if kind == "bullet" else 0 if context.column else 1.9  # Numbers are in the column of the dates.
    return context.column + twips(context.theme.size * (1.9 * level + mark))


def label_width(context: StyleContext) -> int:
    """Return the width of the dates or years before the items of a list, in twips."""
    return context.column or twips(LABEL_WIDTH * context.theme.size)


def list_gap(context: StyleContext, kind: str, *, centred: bool) -> int:
    """Return the distance between the bullet or number and the text, in twips.

    A number ends at this distance, or has its centre there. Numbers from right to left have to be centred, because
    programs disagree about which of their ends is the right one.
    """
    return twips(context.theme.size * (1.1 if centred and kind != "bullet" else 0.6))


def all_styles(context: StyleContext) -> Iterator[Style]:
    """Yield every style of an empty document. Styles that others are based on come first."""
    for style in _usual_styles(context):
        yield _beside_column(style, context.column) if context.column else style


def _usual_styles(context: StyleContext) -> Iterator[Style]:
    direction = ParagraphFormat(bidi=True if context.direction == "rtl" else None)
    yield Style("Normal", based_on="", paragraph=direction, priority=0, quick=True)
    yield Style(_DEFAULT_CHARACTER_STYLE, "character", based_on="", priority=1)
    justified = "both" if context.theme.justify else ""
    yield Style(
        "Body Text",
        paragraph=ParagraphFormat(before=_twips_of_units(context, 1.5), tab=context.width, align=justified),
        priority=1,
        quick=True,
    )
    yield from _letterhead(context)
    yield from _headings(context)
    yield from _lists(context)
    yield from _other_paragraphs(context)
    yield from _characters(context)


def _beside_column(style: Style, column: int) -> Style:
    """Return a style with its text beside the column of the dates, if it is for such text."""
    if style.kind != "paragraph" or style.name.startswith(_ACROSS_COLUMN):
        return style
    if style.name.startswith("Subsection"):
        return structs.replace(style, paragraph=structs.replace(style.paragraph, left=0))
    if style.based_on != "Normal":
        return style
    left = (style.paragraph.left or 0) + column
    # No date is at the right. After one that is too long for the column, the tab would lead to the right tab.
    return structs.replace(style, paragraph=structs.replace(style.paragraph, left=left, tab=None))


_ACROSS_COLUMN = (
    *("Normal", "Title", "Subtitle", "Headline", "Contact", "heading 1", "List", "Table", "header", "footer"),
    "footnote",
)
"""The starts of the names of styles whose text is not beside the column, or which count it already."""


def _twips_of_units(context: StyleContext, units: float, size: float = 0) -> int:
    """Return a vertical space of `units` times the unit of the theme, in twips.

    A line in Word is higher than its font size, but a line in the PDF is not. Next to a heading of `size` points, the
    space is smaller by this difference.
    """
    return twips(context.theme.unit * units - 0.17 * size)


def _letterhead(context: StyleContext) -> Iterator[Style]:
    theme = context.theme
    look = _letterhead_format(theme)
    white: Role | None = "white" if theme.header == "band" else None
    name = structs.replace(look, before=0, after=_twips_of_units(context, 2, theme.size_name), keep_next=True)
    title = TextFormat(theme.size_name, ("b",), white, font="major")
    yield Style("Title", next="Contact", paragraph=name, text=title, quick=True)
    second = structs.replace(look, before=0, after=_twips_of_units(context, 3, theme.size_headings[0]), keep_next=True)
    muted = TextFormat(theme.size_headings[0], colour=white or "muted", font="major")
    yield Style("Subtitle", next="Contact", paragraph=second, text=muted, quick=True)
    lines = structs.replace(look, before=0, leading=theme.leading, tab=context.width)
    yield Style("Contact", paragraph=lines, text=TextFormat(theme.size_small, colour=white), quick=True, custom=True)


def _letterhead_format(theme: Theme) -> ParagraphFormat:
    """Return the alignment and the band of the letterhead."""
    band = reach_contrast(theme.accent, "#000000", WHITE, AA_CONTRAST) if theme.header == "band" else ""
    align = "center" if theme.header == "centred" else ""
    return ParagraphFormat(align=align, band=band, hyphenate=False, leading="single")


def _section(context: StyleContext) -> tuple[ParagraphFormat, TextFormat]:
    """Return what the theme adds to the format of the headings of sections."""
    size = context.theme.size_headings[0]
    bold = TextFormat(size, ("b",), font="major")
    match context.theme.section:
        case "rule":
            return ParagraphFormat(rule=("bottom", "accent")), bold
        case "bar":
            side: Literal["left", "right"] = "right" if context.direction == "rtl" else "left"
            return ParagraphFormat(left=twips(BAR_WIDTH + BAR_SPACE), rule=(side, "accent"), bar=True), bold
        case "small-caps":
            # Without space between the letters: pdftotext would read words in pieces in the PDF of an office program.
            small = TextFormat(size, ("smallCaps",), font="major")
            return ParagraphFormat(rule=("bottom", "muted")), small
        case "plain":
            return ParagraphFormat(), bold


def _subsection_text(theme: Theme, size: float) -> TextFormat:
    if theme.subsection != "italic":
        return TextFormat(size, colour="accent", font="major")
    # Bold is a toggle between styles of one kind, so the regular weight has to be said.
    return TextFormat(size, ("i", "regular"), font="major")


def _headings(context: StyleContext) -> Iterator[Style]:
    theme = context.theme
    for level in range(1, 7):
        size = theme.size_headings[min(level, 3) - 1]
        look, text = _section(context) if level == 1 else (ParagraphFormat(), None)
        paragraph = structs.replace(
            look,
            before=_twips_of_units(context, {1: 6, 2: 4}.get(level, 3), size),
            after=_twips_of_units(context, 1) if level == 1 else 0,
            tab=context.width,
            keep_next=True,
            keep_lines=True,
            outline=level - 1,
            hyphenate=False,
            leading="single",
        )
        text = text or TextFormat(size, ("b",) if level < 4 else ("i",), font="major")
        follows = "Entry Details" if level == 2 else "Body Text"
        yield Style(f"heading {level}", next=follows, paragraph=paragraph, text=text, priority=9, quick=level < 4)
        if level > 1:
            larger = theme.subsection_size(level)
            ruled = ParagraphFormat(
                before=_twips_of_units(context, 5, larger),
                after=_twips_of_units(context, 0.5),
                rule=("bottom", "muted") if theme.subsection == "rule" else None,
                hairline=True,
                outline=level - 1,  # Some readers of Word files look at the style only, and not at its parent.
            )
            yield Style(
                f"Subsection {level}",
                based_on=f"heading {level}",
                next=f"heading {min(level + 1, 6)}",
                paragraph=ruled,
                text=_subsection_text(theme, larger),
                priority=9,
                quick=level < 4,
                custom=True,
            )
    second = ParagraphFormat(before=_twips_of_units(context, 0.5), tab=context.width, keep_next=True, keep_lines=True)
    yield Style(
        "Entry Details", next="Body Text", paragraph=second, text=TextFormat(colour="muted"), quick=True, custom=True
    )


def _lists(context: StyleContext) -> Iterator[Style]:
    bullet, number = _twips_of_units(context, 0.5), _twips_of_units(context, 1.5)
    kinds: tuple[tuple[str, str, int, tuple[int, ...]], ...] = (
        ("List Bullet", "bullet", bullet, (BULLETS,)),
        ("List Number", "decimal", number, (NUMBERS,)),
        ("List Continue", "bullet", bullet, ()),
        ("List Number Continue", "decimal", bullet, ()),
    )
    for level in range(LIST_LEVELS):
        for name, kind, before, numberings in kinds:
            paragraph = ParagraphFormat(
                before=before,
                left=list_indent(context, kind, level),
                hanging=list_gap(context, kind, centred=context.direction == "rtl") if numberings else None,
                tab=context.width,
                keep_lines=bool(numberings),
                numbering=(numberings[0], level) if numberings else None,
                align="both" if context.theme.justify else "",
            )
            custom = name == "List Number Continue"
            yield Style(
                _list_style_name(name, level),
                paragraph=paragraph,
                priority=20,
                quick=bool(numberings) and not level,
                custom=custom,
            )


def _list_style_name(name: str, level: int) -> str:
    return f"{name} {level + 1}" if level else name


def _other_paragraphs(context: StyleContext) -> Iterator[Style]:
    theme, width = context.theme, context.width
    indent, above = _twips_of_units(context, 5), _twips_of_units(context, 2.5)
    small, furniture = TextFormat(theme.size_small), TextFormat(theme.size_small, colour="muted")
    quote = ParagraphFormat(before=above, left=indent, tab=width)
    yield Style("Block Text", paragraph=quote, text=TextFormat(colour="muted"), quick=True)
    code = ParagraphFormat(
        before=above, left=_twips_of_units(context, 2), rule=("left", "accent"), keep_lines=True, hyphenate=False
    )
    yield Style("Source Code", paragraph=code, text=TextFormat(theme.size_small, font="mono"), custom=True)
    term = ParagraphFormat(before=_twips_of_units(context, 1.5), tab=width, keep_next=True)
    yield Style("Definition Term", next="Definition", paragraph=term, text=TextFormat(traits=("b",)), custom=True)
    yield Style("Definition", paragraph=ParagraphFormat(before=0, left=indent, tab=width), custom=True)
    # Word draws one box around neighbours with equal borders. So the line is above here, and below for headings.
    line = ParagraphFormat(before=_twips_of_units(context, 3), rule=("top", "muted"))
    yield Style("Horizontal Rule", next="Body Text", paragraph=line, custom=True)
    yield Style("Figure", paragraph=ParagraphFormat(before=above, leading="single"), custom=True)
    yield Style("Captioned Figure", based_on="Figure", paragraph=ParagraphFormat(keep_next=True), custom=True)
    yield Style("caption", paragraph=ParagraphFormat(before=_twips_of_units(context, 1)), text=furniture, priority=35)
    yield Style("Image Caption", based_on="caption", custom=True)
    yield Style(
        "Table Caption", based_on="caption", paragraph=ParagraphFormat(before=above, keep_next=True), custom=True
    )
    cell = ParagraphFormat(before=_twips_of_units(context, 0.5), after=_twips_of_units(context, 0.5))
    yield Style("Table Text", paragraph=cell, custom=True)
    yield Style(
        "Table Heading",
        based_on="Table Text",
        paragraph=ParagraphFormat(before=_twips_of_units(context, 2), keep_next=True),
        custom=True,
    )
    for name in ("Table Text", "Table Heading"):
        yield Style(f"{name} Centred", based_on=name, paragraph=ParagraphFormat(align="center"), custom=True)
        yield Style(f"{name} Right", based_on=name, paragraph=ParagraphFormat(align="right"), custom=True)
    # Word merges two tables that touch, so a very low line separates them.
    yield Style("Table Gap", paragraph=ParagraphFormat(line=theme.unit), text=TextFormat(theme.unit), custom=True)
    yield Style("footnote text", text=small, priority=99)
    yield Style("Footnote Block Text", based_on="footnote text", paragraph=ParagraphFormat(left=indent), custom=True)
    for name in ("header", "footer"):
        yield Style(name, paragraph=ParagraphFormat(tab=width, hyphenate=False), text=furniture, priority=99)


def _characters(context: StyleContext) -> Iterator[Style]:
    theme = context.theme

    def character_style(
        name: str, text: TextFormat, based_on: str = _DEFAULT_CHARACTER_STYLE, custom: bool = True
    ) -> Style:
        return Style(name, "character", based_on=based_on, text=text, custom=custom)

    for trait, name in TRAIT_STYLES.items():
        yield character_style(name, TextFormat(traits=(trait,)), custom=trait not in "bi")
    yield character_style("Entry Date", TextFormat(tabular=True))
    body: Literal["", "minor"] = "minor" if theme.font_heading else ""
    lines = ("u",) if theme.links == "underline" else ()
    yield character_style("Heading Date", TextFormat(theme.size, font=body), based_on="Entry Date")
    yield character_style("Hyperlink", TextFormat(traits=lines, colour="accent"), custom=False)
    yield character_style("Verbatim Char", TextFormat(theme.size_small, font="mono"))
    yield character_style("footnote reference", TextFormat(traits=("superscript",)), custom=False)


def rare_styles(context: StyleContext) -> Iterator[Style]:
    """Yield the styles that only few documents need. They are added to those that do."""
    theme, width = context.theme, label_width(context)
    headline = structs.replace(_letterhead_format(theme), before=0, after=_twips_of_units(context, 2), keep_next=True)
    colour: Role | None = "white" if theme.header == "band" else None
    text = TextFormat(theme.size_headings[1], colour=colour, font="major")
    yield Style("Headline", next="Contact", paragraph=headline, text=text, custom=True)
    above, aligned = _twips_of_units(context, 1), "both" if theme.justify else ""
    item = ParagraphFormat(before=above, left=width, keep_lines=True, align=aligned)
    yield Style("List Margin", paragraph=item, custom=True)
    yield Style("List Margin Continue", paragraph=ParagraphFormat(before=above, left=width, align=aligned), custom=True)

    def character_style(name: str, text: TextFormat, based_on: str = _DEFAULT_CHARACTER_STYLE) -> Style:
        return Style(name, "character", based_on=based_on, text=text, custom=True)

    yield character_style("Margin Date", TextFormat(theme.size_small, colour="muted", font="minor", tabular=True))
    yield character_style("Margin Heading Date", TextFormat(), based_on="Margin Date")
    yield character_style("Badge", TextFormat(theme.size_small, colour="accent", tabular=True, framed=True))
    yield character_style("Entry Where", TextFormat(theme.size, colour="muted", font="minor"))
    yield character_style("Contact Link", TextFormat(traits=("u",), colour="white"))


def margin_style(context: StyleContext, name: str) -> Style:
    """Return a style for paragraphs of style `name` that begin with a date in the column at the left."""
    paragraph = ParagraphFormat(left=context.column, hanging=context.column)
    return Style(f"{name} Dated", based_on=name, paragraph=paragraph, priority=20, custom=True)


def combined_style(name: str, based_on: str, traits: tuple[str, ...]) -> Style:
    """Return a character style for several traits, such as bold and italic, or for a bold link."""
    return Style(
        name, "character", based_on=based_on or _DEFAULT_CHARACTER_STYLE, text=TextFormat(traits=traits), custom=True
    )


def dated_style(context: StyleContext, name: str) -> Style:
    """Return a style that adds a right tab for dates to the paragraph style `name` of a template."""
    return Style(f"{name} Dated", based_on=name, paragraph=ParagraphFormat(tab=context.width), priority=20, custom=True)


@lru_cache(maxsize=32)
def style_elements(context: StyleContext) -> dict[str, Element]:
    """Map the name of each style, in lower case, to its XML. The elements are shared, so copy them into documents."""
    styles = (*all_styles(context), *rare_styles(context))
    found = {style.name.lower(): style.element(context.theme) for style in styles}
    return found | {"normal table": _table_normal(), "table": _table(context), "no list": _no_list()}


def styles_part(context: StyleContext, lang: str) -> Element:
    """Return the root of `styles.xml`."""
    theme = context.theme
    sizes = [el(tag, val=round(theme.size * 2)) for tag in ("sz", "szCs")]
    ligatures = el("w14:ligatures", w14_val="standard")
    kerned = el("kern", val=2)  # Kerning from 1 pt up, because it is off by default in Word.
    text = el("rPr", theme_fonts("minor"), colour(theme, "ink"), kerned, *sizes, languages(lang, "lang"), ligatures)
    paragraph = ParagraphFormat(before=0, after=0, leading=theme.leading).element(theme)
    defaults = el("docDefaults", el("rPrDefault", text), el("pPrDefault", paragraph))
    hidden = {"defLockedState": 0, "defUIPriority": 99, "defSemiHidden": 1, "defUnhideWhenUsed": 1, "defQFormat": 0}
    rare = {style.name.lower() for style in rare_styles(context)}
    usual = (style for name, style in style_elements(context).items() if name not in rare)
    root = el("styles", defaults, el("latentStyles", **hidden), *usual)
    root.set(qn("mc:Ignorable"), "w14")
    return root


def languages(lang: str, tag: str) -> Element:
    """Return the element `tag` with `lang` for its group of scripts, and usual languages for the other groups."""
    return el(tag, **(_DEFAULT_LANGUAGES | language_attribute(lang)))


def language_attribute(lang: str) -> dict[str, str]:
    """Return the attribute of `w:lang` for a language. Word requires a region, so add a default one."""
    primary = lang.partition("-")[0].lower()
    group = "bidi" if direction_of(lang) == "rtl" else "eastAsia" if primary in _DEFAULT_REGIONS["eastAsia"] else "val"
    return {group: lang if "-" in lang else _DEFAULT_REGIONS[group].get(primary, lang)}


def _cell_margins(left: int, right: int) -> Element:
    sides = {"top": 0, "left": left, "bottom": 0, "right": right}
    return el("tblCellMar", *(el(side, w=width, type="dxa") for side, width in sides.items()))


def _column_gap(context: StyleContext) -> Element:
    """Return the space between columns. From right to left, programs disagree about its side, so it is on both."""
    gap = _twips_of_units(context, COLUMN_GAP)
    return _cell_margins(gap // 2, gap // 2) if context.direction == "rtl" else _cell_margins(0, gap)


def _table_normal() -> Element:
    return el(
        "style",
        el("name", val="Normal Table"),
        el("uiPriority", val=99),
        el("semiHidden"),
        el("unhideWhenUsed"),
        el("tblPr", el("tblInd", w=0, type="dxa"), _cell_margins(108, 108)),
        type="table",
        default=1,
        styleId="TableNormal",
    )


def _table(context: StyleContext) -> Element:
    under_head = el("tcBorders", el("bottom", **line_border(context.theme)))
    head = el("tblStylePr", el("rPr", el("b"), el("bCs")), el("tcPr", under_head), type="firstRow")
    return el(
        "style",
        el("name", val="Table"),
        el("basedOn", val="TableNormal"),
        el("uiPriority", val=30),
        el("qFormat"),
        el("tblPr", _column_gap(context)),
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

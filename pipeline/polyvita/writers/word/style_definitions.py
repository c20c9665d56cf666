"""All styles of our Word files. Word's own names are used where it has one.

Space stands before a paragraph, not after the one above it: programs differ in whether they add the two or take the
larger, and so here there is nothing to differ in. The amounts are the PDF's, so that both break their pages alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

from polyvita.writers.word.style_model import (
    LEVELS,
    TRAITS,
    Frame,
    Shape,
    Style,
    Text,
    colour,
    rule_values,
    theme_fonts,
    twips,
)
from polyvita.writers.word.xml import el, q

BULLETS, NUMBERS = 1, 2
"""The numberings (`w:num`) of the list styles."""
_CHARACTERS = "Default Paragraph Font"
_REGIONS = {
    "val": {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "pt": "pt-PT", "nl": "nl-NL"},
    "eastAsia": {"zh": "zh-CN", "ja": "ja-JP", "ko": "ko-KR"},
    "bidi": {"ar": "ar-SA", "he": "he-IL", "fa": "fa-IR", "ur": "ur-PK"},
}
_DEFAULT_LANGUAGES = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}


def list_indent(frame: Frame, kind: str, level: int) -> int:
    """Where the text of a list item at `level` (from 0) begins, in twips: right of a sign, or of two figures."""
    return twips(frame.theme.size * (1.9 * level + (1.07 if kind == "bullet" else 1.9)))


def list_gap(frame: Frame) -> int:
    """How far the sign or the number's point stands from the text, in twips."""
    return twips(frame.theme.size * 0.6)


def catalogue(frame: Frame) -> Iterator[Style]:
    """Every style, those that others are based on first."""
    yield Style("Normal", based="", priority=0, quick=True)
    yield Style(_CHARACTERS, "character", based="", priority=1)
    yield Style("Body Text", shape=Shape(before=_space(frame, 1.5), tab=frame.width), priority=1, quick=True)
    yield from _letterhead(frame)
    yield from _headings(frame)
    yield from _lists(frame)
    yield from _other_paragraphs(frame)
    yield from _characters(frame)


def _space(frame: Frame, units: float, size: float = 0) -> int:
    """Vertical space; beside a heading of `size` less what Word's line is higher than the type, as the PDF's is not."""
    return twips(frame.theme.unit * units - 0.17 * size)


def _letterhead(frame: Frame) -> Iterator[Style]:
    theme = frame.theme
    name = Shape(before=0, after=_space(frame, 2, theme.size_name), keep_next=True, hyphenate=False)
    yield Style("Title", next="Contact", shape=name, text=Text(theme.size_name, ("b",), font="major"), quick=True)
    second = Shape(before=0, after=_space(frame, 3, theme.size_headings[0]), keep_next=True, hyphenate=False)
    muted = Text(theme.size_headings[0], colour="muted", font="major")
    yield Style("Subtitle", next="Contact", shape=second, text=muted, quick=True)
    lines = Shape(before=0, line=theme.size_small * theme.leading, tab=frame.width, hyphenate=False)
    yield Style("Contact", shape=lines, text=Text(theme.size_small), quick=True, own=True)


def _headings(frame: Frame) -> Iterator[Style]:
    theme = frame.theme
    for level in range(1, 7):
        size = theme.size_headings[min(level, 3) - 1]
        shape = Shape(
            before=_space(frame, {1: 6, 2: 4}.get(level, 3), size),
            after=_space(frame, 1) if level == 1 else 0,
            tab=frame.width,
            keep_next=True,
            keep_lines=True,
            rule=("bottom", "accent") if level == 1 else None,
            outline=level - 1,
            hyphenate=False,
        )
        text = Text(size, ("b",) if level < 4 else ("i",), font="major")
        follows = "Entry Details" if level == 2 else "Body Text"
        yield Style(f"heading {level}", next=follows, shape=shape, text=text, priority=9, quick=level < 4)
    second = Shape(before=_space(frame, 0.5), tab=frame.width, keep_next=True, keep_lines=True)
    yield Style("Entry Details", next="Body Text", shape=second, text=Text(colour="muted"), quick=True, own=True)


def _lists(frame: Frame) -> Iterator[Style]:
    bullet, number = _space(frame, 0.5), _space(frame, 1.5)
    kinds: tuple[tuple[str, str, int, tuple[int, ...]], ...] = (
        ("List Bullet", "bullet", bullet, (BULLETS,)),
        ("List Number", "decimal", number, (NUMBERS,)),
        ("List Continue", "bullet", bullet, ()),
        ("List Number Continue", "decimal", bullet, ()),
    )
    for level in range(LEVELS):
        for name, kind, before, numberings in kinds:
            shape = Shape(
                before=before,
                left=list_indent(frame, kind, level),
                hanging=list_gap(frame) if numberings else None,
                tab=frame.width,
                keep_lines=bool(numberings),
                numbering=(numberings[0], level) if numberings else None,
            )
            own = name == "List Number Continue"
            yield Style(_levelled(name, level), shape=shape, priority=20, quick=bool(numberings) and not level, own=own)


def _levelled(name: str, level: int) -> str:
    return f"{name} {level + 1}" if level else name


def _other_paragraphs(frame: Frame) -> Iterator[Style]:
    theme, width = frame.theme, frame.width
    indent, above = _space(frame, 5), _space(frame, 2.5)
    small, furniture = Text(theme.size_small), Text(theme.size_small, colour="muted")
    small_line = theme.size_small * theme.leading
    quote = Shape(before=above, left=indent, tab=width)
    yield Style("Block Text", shape=quote, text=Text(colour="muted"), quick=True)
    code = Shape(before=above, left=_space(frame, 2), rule=("left", "accent"), keep_lines=True, hyphenate=False)
    yield Style("Source Code", shape=code, text=Text(theme.size_small, font="mono"), own=True)
    term = Shape(before=_space(frame, 1.5), tab=width, keep_next=True)
    yield Style("Definition Term", next="Definition", shape=term, text=Text(traits=("b",)), own=True)
    yield Style("Definition", shape=Shape(before=0, left=indent, tab=width), own=True)
    # Of paragraphs with the same lines Word draws one box: this one has its line above, section headings below.
    line = Shape(before=_space(frame, 3), rule=("top", "muted"))
    yield Style("Horizontal Rule", next="Body Text", shape=line, own=True)
    yield Style("Figure", shape=Shape(before=above), own=True)
    yield Style("Captioned Figure", based="Figure", shape=Shape(keep_next=True), own=True)
    yield Style("caption", shape=Shape(before=_space(frame, 1)), text=furniture, priority=35)
    yield Style("Image Caption", based="caption", own=True)
    yield Style("Table Caption", based="caption", shape=Shape(before=above, keep_next=True), own=True)
    cell = Shape(before=_space(frame, 0.5), after=_space(frame, 0.5))
    yield Style("Table Text", shape=cell, own=True)
    yield Style("Table Heading", based="Table Text", shape=Shape(before=_space(frame, 2), keep_next=True), own=True)
    for name in ("Table Text", "Table Heading"):
        yield Style(f"{name} Centred", based=name, shape=Shape(align="center"), own=True)
        yield Style(f"{name} Right", based=name, shape=Shape(align="right"), own=True)
    # Two tables that touch become one: a line of no more than this keeps them apart.
    yield Style("Table Gap", shape=Shape(line=theme.unit), text=Text(theme.unit), own=True)
    yield Style("footnote text", shape=Shape(line=small_line), text=small, priority=99)
    yield Style("Footnote Block Text", based="footnote text", shape=Shape(left=indent), own=True)
    for name in ("header", "footer"):
        yield Style(name, shape=Shape(line=small_line, tab=width, hyphenate=False), text=furniture, priority=99)


def _characters(frame: Frame) -> Iterator[Style]:
    theme = frame.theme

    def of(name: str, text: Text, based: str = _CHARACTERS, own: bool = True) -> Style:
        return Style(name, "character", based=based, text=text, own=own)

    for trait, name in TRAITS.items():
        yield of(name, Text(traits=(trait,)), own=trait not in "bi")
    yield of("Entry Date", Text(tabular=True))
    # Bold in a character style turns bold over, not on: in a heading, which is bold, it makes a date regular.
    yield of("Heading Date", Text(theme.size, ("b",)), based="Entry Date")
    yield of("Hyperlink", Text(colour="accent"), own=False)
    yield of("Verbatim Char", Text(theme.size_small, font="mono"))
    yield of("footnote reference", Text(traits=("superscript",)), own=False)


def combined_style(name: str, based: str, traits: tuple[str, ...]) -> Style:
    """A character style for traits that come together, such as bold and italic, or a bold link."""
    return Style(name, "character", based=based or _CHARACTERS, text=Text(traits=traits), own=True)


def dated_style(frame: Frame, name: str) -> Style:
    """The paragraph style `name` of a template that has no right tab for dates, with one."""
    return Style(f"{name} Dated", based=name, shape=Shape(tab=frame.width), priority=20, own=True)


@cache
def styles(frame: Frame) -> dict[str, Element]:
    """Every style's element by its name in lower case. They are shared: copy what is put into a document."""
    found = {style.name.lower(): style.element(frame.theme) for style in catalogue(frame)}
    return found | {"normal table": _table_normal(), "table": _table(frame), "no list": _no_list()}


def styles_part(frame: Frame, lang: str) -> Element:
    """The root of `styles.xml`."""
    theme = frame.theme
    sizes = [el(tag, val=round(theme.size * 2)) for tag in ("sz", "szCs")]
    ligatures = el("w14:ligatures", w14_val="standard")
    kerned = el("kern", val=2)  # from 1 pt on: Word sets letters as they were designed only when it is told to
    text = el("rPr", theme_fonts("minor"), colour(theme, "ink"), kerned, *sizes, languages(lang, "lang"), ligatures)
    shape = Shape(before=0, after=0, line=theme.size * theme.leading).element(theme)
    defaults = el("docDefaults", el("rPrDefault", text), el("pPrDefault", shape))
    hidden = {"defLockedState": 0, "defUIPriority": 99, "defSemiHidden": 1, "defUnhideWhenUsed": 1, "defQFormat": 0}
    root = el("styles", defaults, el("latentStyles", **hidden), *styles(frame).values())
    root.set(q("mc:Ignorable"), "w14")
    return root


def languages(lang: str, tag: str) -> Element:
    """`lang` as Word wants it: with a region, and at the place of its family of scripts."""
    primary = lang.partition("-")[0].lower()
    script = next((script for script in ("eastAsia", "bidi") if primary in _REGIONS[script]), "val")
    region = lang if "-" in lang else _REGIONS[script].get(primary, lang)
    return el(tag, **(_DEFAULT_LANGUAGES | {script: region}))


def _cell_margins(left: int, right: int) -> Element:
    sides = {"top": 0, "left": left, "bottom": 0, "right": right}
    return el("tblCellMar", *(el(side, w=width, type="dxa") for side, width in sides.items()))


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


def _table(frame: Frame) -> Element:
    under_head = el("tcBorders", el("bottom", **rule_values(frame.theme)))
    head = el("tblStylePr", el("rPr", el("b"), el("bCs")), el("tcPr", under_head), type="firstRow")
    return el(
        "style",
        el("name", val="Table"),
        el("basedOn", val="TableNormal"),
        el("uiPriority", val=30),
        el("qFormat"),
        el("tblPr", _cell_margins(0, _space(frame, 4))),
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

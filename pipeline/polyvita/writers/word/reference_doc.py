"""Create the reference document: an empty Word file with the styles, page, numbering and footer of a theme."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element

from polyvita.config.theme import Theme
from polyvita.core.i18n import page_labels
from polyvita.core.scripts import RIGHT_TO_LEFT_LETTER
from polyvita.writers.script_fonts import METRIC_COMPATIBLE, WORD_FONTS, is_sans
from polyvita.writers.word.numbering import numbering_part
from polyvita.writers.word.style_definitions import languages, styles_part
from polyvita.writers.word.style_model import MONOSPACED, PAPER_TWIPS, TWIPS_PER_MM, StyleContext, hex_digits, twips
from polyvita.writers.word.xml import DECLARATION, el, serialise

OFFICE_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006"
RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPE_PREFIX = "application/vnd.openxmlformats-officedocument"
FOOTER_RELATIONSHIP = "rId100"
FOOTER_PART = "word/footer1.xml"
SEPARATOR_IDS = (-1, 0)
"""The ids of the two separator lines above footnotes, as Pandoc writes them."""
PARTS = {  # name: kind of relationship, content type
    "styles": ("styles", "wordprocessingml.styles"),
    "numbering": ("numbering", "wordprocessingml.numbering"),
    "settings": ("settings", "wordprocessingml.settings"),
    "webSettings": ("webSettings", "wordprocessingml.webSettings"),
    "fontTable": ("fontTable", "wordprocessingml.fontTable"),
    "theme/theme1": ("theme", "theme"),
    "footer1": ("footer", "wordprocessingml.footer"),
}


def reference_parts(context: StyleContext, lang: str, footer_name: str = "") -> dict[str, bytes]:
    """Return the parts of a Word file for Pandoc's `--reference-doc`.

    The footer shows `footer_name` and the page number. An empty `footer_name` means no footer.
    """
    theme = context.theme
    footer = FOOTER_RELATIONSHIP if footer_name else ""
    names = [name for name in PARTS if name != "footer1" or footer]
    word: dict[str, Element] = {
        "document": el("document", el("body", el("p"), _section_properties(context, footer))),
        "styles": styles_part(context, lang),
        "numbering": numbering_part(context),
        "settings": settings_part(theme, lang, notes=False),
        "webSettings": el("webSettings"),
        "fontTable": el("fonts", _font(theme.font_word, "roman", "variable"), _font(MONOSPACED, "modern", "fixed")),
    }
    if footer:
        word["footer1"] = footer_part(footer_name, lang)
    parts = {f"word/{name}.xml": serialise(root) for name, root in word.items()}
    parts["word/theme/theme1.xml"] = _theme_part(theme)
    parts[APP_PROPERTIES_PART] = APP_PROPERTIES
    parts["[Content_Types].xml"] = _content_types_part(names)
    parts["_rels/.rels"] = _relationships_part(
        [("rId1", "officeDocument", "word/document.xml"), ("rId2", "extended-properties", "docProps/app.xml")]
    )
    parts["word/_rels/document.xml.rels"] = _relationships_part(
        (FOOTER_RELATIONSHIP if name == "footer1" else f"rId{number}", PARTS[name][0], f"{name}.xml")
        for number, name in enumerate(names, start=1)
    )
    return parts


def _section_properties(context: StyleContext, footer: str) -> Element:
    """Return the paper size, the margins, and the id of the footer, which the first page does not show."""
    theme = context.theme
    width, height = PAPER_TWIPS[theme.paper]
    sides = {side: round(getattr(theme.margins, side) * TWIPS_PER_MM) for side in ("top", "right", "bottom", "left")}
    edge = {"header": sides["top"] // 2, "footer": sides["bottom"] // 2}
    return el(
        "sectPr",
        el("footerReference", type="default", r_id=footer) if footer else None,
        el("pgSz", w=width, h=height),
        el("pgMar", **sides, **edge, gutter=0),
        el("titlePg") if footer else None,
        el("bidi") if context.direction == "rtl" else None,
    )


APP_PROPERTIES_PART = "docProps/app.xml"
APP_PROPERTIES = (
    DECLARATION
    + f'<Properties xmlns="{OFFICE_NAMESPACE}/extended-properties"><Application>polyvita</Application>'
    "<AppVersion>16.0000</AppVersion></Properties>".encode()
)
"""The properties of the file that name its program, and no company and no manager."""


def settings_part(theme: Theme, lang: str, *, notes: bool) -> Element:
    """Return the root of `settings.xml`: hyphenation, the language, and the layout of Word 2013.

    `notes` states whether the file has a part for footnotes, with the lines that separate them from the text.
    """
    names = ("bg1", "t1", "bg2", "t2", *(f"accent{n}" for n in range(1, 7)), "hyperlink", "followedHyperlink")
    colours = {name: name for name in names} | {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"}
    compat = {
        "compatibilityMode": 15,
        "overrideTableStyleFontSizeAndJustification": 1,
        "enableOpenTypeFeatures": 1,
        "doNotFlipMirrorIndents": 1,
        "differentiateMultirowTableHeaders": 1,
        "useWord2013TrackBottomHyphenation": 0,
    }
    uri = "http://schemas.microsoft.com/office/word"
    return el(
        "settings",
        el("zoom", percent=100),
        el("defaultTabStop", val=twips(12 * theme.unit)),
        el("autoHyphenation"),
        el("consecutiveHyphenLimit", val=2),
        el("hyphenationZone", val=twips(6 * theme.unit)),
        el("doNotHyphenateCaps"),
        el("characterSpacingControl", val="doNotCompress"),
        el("footnotePr", *(el("footnote", id=id) for id in SEPARATOR_IDS)) if notes else None,
        el("compat", *(el("compatSetting", name=name, uri=uri, val=val) for name, val in compat.items())),
        languages(lang, "themeFontLang"),
        el("clrSchemeMapping", **colours),
        el("decimalSymbol", val="."),
        el("listSeparator", val=","),
    )


def footer_part(name: str, lang: str) -> Element:
    """Return the root of a footer with a name and the page number."""
    page, of = page_labels(lang)

    def words(text: str) -> Element:
        node = el("t")
        node.text = text
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return el("r", el("rPr", el("rtl")) if RIGHT_TO_LEFT_LETTER.search(text) else None, node)

    def field(instruction: str) -> Element:
        return el("fldSimple", words("1"), instr=f" {instruction} ")

    line = [
        words(name),
        el("r", el("tab")),
        *([words(f"{page} ")] if page else []),
        field("PAGE"),
        words(f" {of} "),
        field("NUMPAGES"),
    ]
    return el("ftr", el("p", el("pPr", el("pStyle", val="Footer")), *line))


def _font(name: str, family: str, pitch: str) -> Element:
    similar = next(iter(METRIC_COMPATIBLE.get(name.lower(), ())), "")
    alternative = el("altName", val=similar) if similar else None
    return el("font", alternative, el("charset", val="00"), el("family", val=family), el("pitch", val=pitch), name=name)


def _content_types_part(names: Iterable[str]) -> bytes:
    overrides = [("/word/document.xml", "wordprocessingml.document.main"), ("/docProps/app.xml", "extended-properties")]
    overrides += [(f"/word/{name}.xml", PARTS[name][1]) for name in names]
    body = "".join(
        f'<Override PartName="{name}" ContentType="{CONTENT_TYPE_PREFIX}.{kind}+xml"/>' for name, kind in overrides
    )
    return (
        DECLARATION
        + (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{body}</Types>'
        ).encode()
    )


def _relationships_part(relationships: Iterable[tuple[str, str, str]]) -> bytes:
    body = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE_NAMESPACE}/relationships/{kind}" Target="{target}"/>'
        for id, kind, target in relationships
    )
    return DECLARATION + f'<Relationships xmlns="{RELATIONSHIPS_NAMESPACE}">{body}</Relationships>'.encode()


def _face(font: str, *, sans: bool) -> str:
    face = f'<a:latin typeface="{escape(font)}"/><a:ea typeface=""/><a:cs typeface=""/>'
    others = (f'<a:font script="{script}" typeface="{fonts[sans]}"/>' for script, fonts in WORD_FONTS.items())
    return face + "".join(others)


def _theme_part(theme: Theme) -> bytes:
    """Return Word's theme with the colours and the font. The styles refer to them by their roles."""
    ink, muted, accent = (hex_digits(value) for value in (theme.ink, theme.muted, theme.accent))
    colours = {"dk1": ink, "lt1": "FFFFFF", "dk2": muted, "lt2": "EEEEEE"}
    colours |= {f"accent{number}": accent for number in range(1, 7)} | {"hlink": accent, "folHlink": accent}
    scheme = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in colours.items())
    heading = theme.font_heading and theme.font_heading.word
    major, minor = (_face(font, sans=is_sans(theme)) for font in (heading or theme.font_word, theme.font_word))
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{solid}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        DECLARATION
        + (
            '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="polyvita"><a:themeElements>'
            f'<a:clrScheme name="polyvita">{scheme}</a:clrScheme>'
            f'<a:fontScheme name="polyvita"><a:majorFont>{major}</a:majorFont><a:minorFont>{minor}</a:minorFont>'
            f'</a:fontScheme><a:fmtScheme name="polyvita"><a:fillStyleLst>{solid * 3}</a:fillStyleLst>'
            f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
            f"<a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst></a:fmtScheme>"
            "</a:themeElements></a:theme>"
        ).encode()
    )

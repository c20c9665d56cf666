"""Replace the direct formatting in Word files of Pandoc by named styles."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from msgspec import Struct, structs

from polyvita.writers.word.columns import is_low, set_columns
from polyvita.writers.word.numbering import Numbering
from polyvita.writers.word.pandoc_tree import LIST_MARGIN, MARKED, PREFIXED
from polyvita.writers.word.style_definitions import language_attribute, list_indent
from polyvita.writers.word.style_model import TRAIT_STYLES, bidi_mark
from polyvita.writers.word.stylesheet import StyleSheet
from polyvita.writers.word.xml import child_value, el, qn

PLAIN_TEXT_STYLES = {"", "body text", "first paragraph", "compact"}
"""Styles of Pandoc for ordinary text. The context of the paragraph decides which style replaces them."""
CONTAINER_STYLES = {"definition", "block text"}
"""Styles that Pandoc gives to everything inside a definition or quotation, including list items."""
ALIGNMENT_SUFFIXES = {"right": " Right", "center": " Centred"}
"""The suffixes of the names of the styles for cells that are not aligned left."""
DATE_STYLES = {"entry date", "heading date"}
LABEL_STYLES = {"margin date", "margin heading date", "badge"}
REGULAR_STYLES = {"heading date", "margin heading date", "entry where"}
"""Character styles for text in headings that is not bold."""
KEPT_RUN_PROPERTIES = {qn("w:lang"), qn("w:rtl"), qn("w:cs")}
"""Run properties that describe the text and not its appearance."""


class Postprocessor(Struct, frozen=True):
    """Replaces direct formatting in `document.xml` and `footnotes.xml`."""

    sheet: StyleSheet
    numbering: Numbering
    rtl_styles: bool = False
    """Whether the styles are for paragraphs from right to left. Then only those from left to right are marked."""
    lang: str = ""
    """The language of the styles, which only text in other languages has to name. Empty if it is not known."""

    def process(self, root: Element) -> None:
        """Give every paragraph, run and table of the part a named style. Changes `root`."""
        self._blocks(root)

    def _blocks(self, parent: Element, cell: str = "") -> None:
        """Process the blocks in `parent`. `cell` is the style for text in the table row around them, if any."""
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child, cell)
            elif child.tag == qn("w:tr"):
                self._blocks(child, "Table Heading" if _has(child, "w:tblHeader") else "Table Text")
            else:
                if child.tag == qn("w:tbl"):
                    self._table(child)
                self._blocks(child, cell)

    # ---------------------------------------------------------------- paragraphs

    def _paragraph(self, paragraph: Element, cell: str) -> None:
        old = paragraph.find(qn("w:pPr"))
        if old is None:
            old = el("pPr")
        else:
            paragraph.remove(old)
        is_subsection = _remove_mark(paragraph)
        labelled = self._begins_with_label(paragraph)
        dated = self._inlines(paragraph)
        is_rtl = old.find(qn("w:bidi")) is not None
        numbering_properties = old.find(qn("w:numPr"))
        if numbering_properties is not None:
            opposite = is_rtl != self.rtl_styles
            name, numbers = self._list_style(old, numbering_properties, opposite=opposite, labelled=labelled)
        else:
            name, numbers = self._text_style(paragraph, old, cell), None
        name = self.sheet.subsection_style_name(name) if is_subsection else name
        name = self.sheet.dated_style_name(name) if dated else name
        if labelled and numbers is None:
            name = self.sheet.margin_style_name(name)
        if name == "contact" and self.sheet.context.theme.header == "band":
            self._whiten_links(paragraph)
        mark = None if is_rtl == self.rtl_styles else bidi_mark(is_rtl)
        kept = [part for part in old if part.tag == qn("w:sectPr")]
        paragraph.insert(0, el("pPr", el("pStyle", val=self.sheet.id(name)), numbers, mark, *kept))

    def _begins_with_label(self, paragraph: Element) -> bool:
        """Return whether a paragraph begins with a date or a year in the margin, or with the tab after it."""
        runs = list(paragraph.iter(qn("w:r")))[:3]
        for run in runs:
            if run.find(qn("w:tab")) is not None:
                return True
            if self.sheet.name(child_value(run.find(qn("w:rPr")), "w:rStyle")) not in LABEL_STYLES:
                return False
        return False

    def _whiten_links(self, paragraph: Element) -> None:
        """Give links on the band of the letterhead a style that can be read there."""
        for run_style in paragraph.iter(qn("w:rStyle")):
            if self.sheet.name(run_style.get(qn("w:val"))) == "hyperlink":
                run_style.set(qn("w:val"), self.sheet.id("Contact Link"))

    def _list_style(
        self, old: Element, numbering_properties: Element, *, opposite: bool, labelled: bool
    ) -> tuple[str, Element | None]:
        """Return the style and the numbering of a paragraph in a list, which may have the opposite direction."""
        number = child_value(numbering_properties, "w:numId") or ""
        level = child_value(numbering_properties, "w:ilvl") or "0"
        name = self.sheet.name(child_value(old, "w:pStyle"))
        marker = structs.replace(self.numbering.marker(number, level), opposite=opposite)
        if name.startswith(LIST_MARGIN.lower()):
            marker = structs.replace(marker, margin="label" if labelled else "dot")
            numbers = None if marker.continuation else self.numbering.properties(number, marker)
            return marker.style, numbers
        is_text = name in PLAIN_TEXT_STYLES | CONTAINER_STYLES
        style = child_value(old, "w:pStyle") or ""
        if style.startswith(PREFIXED):
            is_text, prefix = True, bytes.fromhex(style.removeprefix(PREFIXED)).decode()
            marker = structs.replace(marker, pattern=prefix + marker.pattern)
        # The style of an additional paragraph sets its indent. Code and quotations get the indent from the numbering.
        numbers = None if is_text and marker.continuation else self.numbering.properties(number, marker)
        return (marker.style if is_text else name), numbers

    def _text_style(self, paragraph: Element, old: Element, cell: str) -> str:
        """Return the name of the style of a paragraph outside lists."""
        name = self.sheet.name(child_value(old, "w:pStyle"))
        if _has(paragraph, "w:separator") or _has(paragraph, "w:continuationSeparator"):
            return "Footnote Text"
        if name not in PLAIN_TEXT_STYLES:
            return name
        if cell:
            return cell + ALIGNMENT_SUFFIXES.get(child_value(old, "w:jc") or "", "")
        if len(paragraph) == 0:
            return "Table Gap"
        words = "".join(text.text or "" for text in paragraph.iter(qn("w:t"))).strip()
        return "Figure" if _has(paragraph, "w:drawing") and not words else "Body Text"

    # ---------------------------------------------------------------- runs

    def _inlines(self, parent: Element) -> bool:
        """Give runs a character style, and merge equal neighbours. Return whether there is a date after a tab."""
        tab = dated = False
        for child in parent:
            if child.tag == qn("w:r"):
                tab |= child.find(qn("w:tab")) is not None
                dated |= self._run(child) in DATE_STYLES and tab
            elif child.tag != qn("w:pPr"):
                dated |= self._inlines(child)
        _merge_runs(parent)
        return dated

    def _run(self, run: Element) -> str:
        """Replace the formatting of the run by a character style. Return the name of its previous style.

        Bold and italics stay in the run beside the style, because many programs that read Word files ignore character
        styles. There, the date in a bold heading is regular.
        """
        old = run.find(qn("w:rPr"))
        if old is None:
            return ""
        run.remove(old)
        base = self.sheet.name(child_value(old, "w:rStyle"))
        on = {part.tag.rpartition("}")[2] for part in old} | {child_value(old, "w:vertAlign") or ""}
        traits = tuple(trait for trait in TRAIT_STYLES if trait in on)
        style = el("rStyle", val=self.sheet.character_style(base, traits)) if base or traits else None
        toggles = [el(tag) for trait in "bi" if trait in traits for tag in (trait, f"{trait}Cs")]
        toggles += [el(tag, val=0) for tag in ("b", "bCs") if base in REGULAR_STYLES]
        hints = [part for part in old if _is_font_hint(part)]
        kept = [_language(part) for part in old if part.tag in KEPT_RUN_PROPERTIES]
        kept = [part for part in kept if part.tag != qn("w:lang") or not self._is_main_language(part)]
        if style is not None or kept or hints:
            run.insert(0, el("rPr", style, *hints, *toggles, *kept))
        return base

    def _is_main_language(self, part: Element) -> bool:
        return bool(self.lang) and language_attribute(part.get(qn("w:val"), "")) == language_attribute(self.lang)

    # ---------------------------------------------------------------- tables

    def _table(self, table: Element) -> None:
        old = table.find(qn("w:tblPr"))
        kept: list[Element] = []
        indent, fixed = self.sheet.context.column, False
        if old is not None:
            fixed = _has(old, "w:tblLayout")
            kept = [part for part in old if part.tag in (qn("w:tblLook"), qn("w:tblCaption"))]
            indent = list_indent(self.sheet.context, "bullet", 0) if old.find(qn("w:tblInd")) is not None else indent
            table.remove(old)
        width = self.sheet.context.width - indent
        mirrored = el("bidiVisual") if _has(table, "w:bidi") else None
        widths = set_columns(table, width, self.sheet.context, has_own_widths=fixed)
        properties = [
            el("tblStyle", val=self.sheet.id("Table")),
            mirrored,
            el("tblW", w=sum(widths) or width, type="dxa"),
        ]
        if indent:
            properties.append(el("tblInd", w=indent, type="dxa"))
        table.insert(0, el("tblPr", *properties, *kept))
        _mark_keys(table)
        for row in table.findall(qn("w:tr")):
            _set_row_properties(row, whole=is_low(row, widths, self.sheet.context))


def _language(part: Element) -> Element:
    """Return a run property; a language becomes that of the group of scripts for which Word uses it."""
    lang = part.get(qn("w:val"), "")
    if part.tag != qn("w:lang") or "val" in (attribute := language_attribute(lang)):
        return part
    return el("lang", **attribute)


def _remove_mark(paragraph: Element) -> bool:
    """Remove the mark of a heading that contains entries. Return whether there was one."""
    for run in paragraph.findall(qn("w:r")):
        if child_value(run.find(qn("w:rPr")), "w:rStyle") == MARKED:
            paragraph.remove(run)
            return True
    return False


def _has(element: Element, name: str) -> bool:
    return next(element.iter(qn(name)), None) is not None


def _mark_keys(table: Element) -> None:
    """Mark the first column of a table with two columns and no header row, whose cells are keys, as its headers."""
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    columns = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    if look is not None and len(columns) == 2 and not _has(table, "w:tblHeader"):
        look.set(qn("w:firstColumn"), "1")
        look.set(qn("w:val"), f"{int(look.get(qn('w:val'), '0'), 16) | _FIRST_COLUMN:04X}")


_FIRST_COLUMN = 0x80
"""The bit of the attribute `val` that says the same as `firstColumn`, for older programs."""


def _set_row_properties(row: Element, *, whole: bool) -> None:
    """Keep a row on one page if it is `whole`, and repeat a header row on each page."""
    old = row.find(qn("w:trPr"))
    header = old is not None and old.find(qn("w:tblHeader")) is not None
    if old is not None:
        row.remove(old)
    if whole or header:
        row.insert(0, el("trPr", el("cantSplit") if whole else None, el("tblHeader") if header else None))


def _is_font_hint(part: Element) -> bool:
    """Return whether `part` is Pandoc's hint that a text is East Asian, so that Word uses the right font for it."""
    return part.tag == qn("w:rFonts") and list(part.keys()) == [qn("w:hint")]


def _merge_runs(parent: Element) -> None:
    """Merge neighbouring text runs with the same formatting, as in a file that was typed in Word."""
    last: Element | None = None
    for child in list(parent):
        before, text = (None if last is None else _only_text(last)), _only_text(child)
        if (
            last is not None
            and before is not None
            and text is not None
            and _run_formatting(last) == _run_formatting(child)
        ):
            before.text = (before.text or "") + (text.text or "")
            parent.remove(child)
        else:
            last = child


def _only_text(run: Element) -> Element | None:
    """Return the `w:t` of a run that has no other content, and otherwise None."""
    inside = [part for part in run if part.tag != qn("w:rPr")] if run.tag == qn("w:r") else []
    return inside[0] if len(inside) == 1 and inside[0].tag == qn("w:t") else None


def _run_formatting(run: Element) -> list[tuple[str, list[tuple[str, str]]]]:
    properties = run.find(qn("w:rPr"))
    return [] if properties is None else [(part.tag, sorted(part.items())) for part in properties]

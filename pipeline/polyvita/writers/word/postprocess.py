"""What Pandoc writes for Word, brought to named styles alone: no formatting on single paragraphs and runs."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.writers.word.numbering import Numbering
from polyvita.writers.word.style_definitions import list_indent
from polyvita.writers.word.style_model import TRAITS
from polyvita.writers.word.stylesheet import StyleSheet
from polyvita.writers.word.xml import el, q, value

TEXT = {"", "body text", "first paragraph", "compact"}
"""Styles by which Pandoc says no more than that this is text; where it stands decides which style it gets."""
INSIDE = {"definition", "block text"}
"""Styles that Pandoc gives to all that is inside, also to the items of a list."""
ALIGNED = {"right": " Right", "center": " Centred"}
"""How the styles for cells are called that stand at another edge than the left one."""
DATES = {"entry date", "heading date"}
FACTS = {q("w:lang"), q("w:rtl"), q("w:cs")}
"""What a run says of its text, and not of its looks."""
MOST_CHARACTERS = 40
"""A column asks for no more room than a text of this length does."""


class Finish(Struct, frozen=True):
    """Goes once through `document.xml` or `footnotes.xml`."""

    sheet: StyleSheet
    numbering: Numbering

    def part(self, root: Element) -> None:
        """Puts every paragraph, run and table of the part into named styles, in place."""
        self._blocks(root)

    def _blocks(self, parent: Element, cell: str = "") -> None:
        """All that is in `parent`; `cell` is the style for text in the table row that it belongs to."""
        for child in parent:
            if child.tag == q("w:p"):
                self._paragraph(child, cell)
            elif child.tag == q("w:tr"):
                self._blocks(child, "Table Heading" if _keep_whole(child) else "Table Text")
            else:
                if child.tag == q("w:tbl"):
                    self._table(child)
                self._blocks(child, cell)

    # ---------------------------------------------------------------- paragraphs

    def _paragraph(self, paragraph: Element, cell: str) -> None:
        old = paragraph.find(q("w:pPr"))
        if old is None:
            old = el("pPr")
        else:
            paragraph.remove(old)
        dated = self._inlines(paragraph)
        listed = old.find(q("w:numPr"))
        if listed is not None:
            name, numbers = self._item(old, listed)
        else:
            name, numbers = self._name(paragraph, old, cell), None
        name = self.sheet.dated(name) if dated else name
        kept = [part for part in old if part.tag in (q("w:bidi"), q("w:sectPr"))]
        paragraph.insert(0, el("pPr", el("pStyle", val=self.sheet.id(name)), numbers, *kept))

    def _item(self, old: Element, listed: Element) -> tuple[str, Element | None]:
        """The style and numbering of a paragraph in a list."""
        number, level = value(listed, "w:numId") or "", value(listed, "w:ilvl") or "0"
        name = self.sheet.name(value(old, "w:pStyle"))
        marker = self.numbering.marker(number, level)
        ordinary = name in TEXT | INSIDE
        # What goes on with an item has its indent from its style; code or a quotation there has it from numbering.
        numbers = None if ordinary and marker.further else self.numbering.properties(number, marker)
        return (marker.style if ordinary else name), numbers

    def _name(self, paragraph: Element, old: Element, cell: str) -> str:
        """The name of the style of a paragraph that is in no list."""
        name = self.sheet.name(value(old, "w:pStyle"))
        if _has(paragraph, "w:separator") or _has(paragraph, "w:continuationSeparator"):
            return "Footnote Text"
        if name not in TEXT:
            return name
        if cell:
            return cell + ALIGNED.get(value(old, "w:jc") or "", "")
        if len(paragraph) == 0:
            return "Table Gap"
        words = "".join(text.text or "" for text in paragraph.iter(q("w:t"))).strip()
        return "Figure" if _has(paragraph, "w:drawing") and not words else "Body Text"

    # ---------------------------------------------------------------- runs

    def _inlines(self, parent: Element) -> bool:
        """Puts runs into character styles and joins those of the same one. Says whether a tab leads to a date."""
        tab = dated = False
        for child in parent:
            if child.tag == q("w:r"):
                tab |= child.find(q("w:tab")) is not None
                dated |= self._run(child) in DATES and tab
            elif child.tag != q("w:pPr"):
                dated |= self._inlines(child)
        _join(parent)
        return dated

    def _run(self, run: Element) -> str:
        """Turns the run's formatting into a character style, and gives back the name of the one it had."""
        old = run.find(q("w:rPr"))
        if old is None:
            return ""
        run.remove(old)
        base = self.sheet.name(value(old, "w:rStyle"))
        on = {part.tag.rpartition("}")[2] for part in old} | {value(old, "w:vertAlign") or ""}
        traits = tuple(trait for trait in TRAITS if trait in on)
        style = el("rStyle", val=self.sheet.with_traits(base, traits)) if base or traits else None
        kept = [part for part in old if part.tag in FACTS or _is_hint(part)]
        if style is not None or kept:
            run.insert(0, el("rPr", style, *kept))
        return base

    # ---------------------------------------------------------------- tables

    def _table(self, table: Element) -> None:
        old = table.find(q("w:tblPr"))
        kept: list[Element] = []
        indent = 0
        if old is not None:
            kept = [part for part in old if part.tag in (q("w:tblLook"), q("w:tblCaption"))]
            indent = list_indent(self.sheet.frame, "bullet", 0) if old.find(q("w:tblInd")) is not None else 0
            table.remove(old)
        width = self.sheet.frame.width - indent
        properties = [el("tblStyle", val=self.sheet.id("Table")), el("tblW", w=width, type="dxa")]
        if indent:
            properties.append(el("tblInd", w=indent, type="dxa"))
        table.insert(0, el("tblPr", *properties, *kept))
        _set_columns(table, width)


def _has(element: Element, name: str) -> bool:
    return next(element.iter(q(name)), None) is not None


def _set_columns(table: Element, width: int) -> None:
    """Columns as wide as their texts ask, within bounds. Word fits them further when it opens the file."""
    grid = table.findall(f"{q('w:tblGrid')}/{q('w:gridCol')}")
    longest = [4] * len(grid)
    for row in table.findall(q("w:tr")):
        cells = row.findall(q("w:tc"))
        if len(cells) == len(grid):
            lengths = [sum(len(text.text or "") for text in cell.iter(q("w:t"))) for cell in cells]
            longest = [max(old, min(new + 2, MOST_CHARACTERS)) for old, new in zip(longest, lengths, strict=True)]
    for column, share in zip(grid, longest, strict=True):
        column.set(q("w:w"), str(width * share // sum(longest)))


def _keep_whole(row: Element) -> bool:
    """A row stays on one page, and a header row comes again on the next one. Says whether it is a header row."""
    old = row.find(q("w:trPr"))
    header = old is not None and old.find(q("w:tblHeader")) is not None
    if old is not None:
        row.remove(old)
    row.insert(0, el("trPr", el("cantSplit"), el("tblHeader") if header else None))
    return header


def _is_hint(part: Element) -> bool:
    """Pandoc's hint that a character is of an East Asian script, by which Word takes the theme's typeface for it."""
    return part.tag == q("w:rFonts") and list(part.keys()) == [q("w:hint")]


def _join(parent: Element) -> None:
    """Joins runs of text that stand side by side and differ in nothing, as they would be had someone typed them."""
    last: Element | None = None
    for child in list(parent):
        before, text = (None if last is None else _text(last)), _text(child)
        if last is not None and before is not None and text is not None and _looks(last) == _looks(child):
            before.text = (before.text or "") + (text.text or "")
            parent.remove(child)
        else:
            last = child


def _text(run: Element) -> Element | None:
    """The text of a run that holds nothing but one."""
    inside = [part for part in run if part.tag != q("w:rPr")] if run.tag == q("w:r") else []
    return inside[0] if len(inside) == 1 and inside[0].tag == q("w:t") else None


def _looks(run: Element) -> list[tuple[str, list[tuple[str, str]]]]:
    properties = run.find(q("w:rPr"))
    return [] if properties is None else [(part.tag, sorted(part.items())) for part in properties]

"""What Pandoc writes for Word, brought to named styles alone: no formatting on single paragraphs and runs."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.theme import Theme
from pipeline.writers.word.catalogue import combined_style, styles
from pipeline.writers.word.numbering import Numbering
from pipeline.writers.word.styles import TRAITS, list_indent, style_id, text_width
from pipeline.writers.word.xml import el, q, value

PLAIN = {"", "Body Text", "First Paragraph", "Compact"}
"""Styles by which Pandoc says no more than that here is text; where it stands says what style it gets."""
CELL_STYLES = {"right": "Table Text Right", "center": "Table Text Centred"}
DATED = {"Body Text", "Block Text", "Definition"}
DATES = {"Entry Date", "Heading Date"}
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class StyleSheet:
    """The styles of one document by name and id; those that are wanted and missing are taken from our own."""

    root: Element
    theme: Theme
    _ids: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for style in self.root.findall(q("w:style")):
            self._know(style)

    def _know(self, style: Element) -> None:
        name, id = value(style, "w:name") or "", style.get(q("w:styleId"), "")
        self._ids[name.lower()] = id
        self._names[id] = name

    def name(self, id: str | None) -> str:
        """The name of the style with this id; an id that is not defined is what Pandoc makes of a name."""
        known = {style_id(name): name for name in PLAIN if name}
        return self._names.get(id or "") or known.get(id or "", id or "")

    def id(self, name: str) -> str:
        """The id of the style with this name, which is added where the document has none."""
        if name.lower() not in self._ids:
            ours = styles(self.theme)[style_id(name)]
            self._add(ours)
            for link in ("w:basedOn", "w:next"):
                if (other := value(ours, link)) and other not in self._names:
                    self.id(value(styles(self.theme)[other], "w:name") or other)
        return self._ids[name.lower()]

    def combined(self, base: str, traits: tuple[str, ...]) -> str:
        """The id of the character style for `traits` over the style named `base` (none: over plain text)."""
        names = [*([base] if base else []), *(TRAITS[trait] for trait in traits)]
        if len(names) > 1 and " ".join(names).lower() not in self._ids:
            # Toggles such as bold add up within one chain of styles, so the whole set is said once more.
            self._add(combined_style(" ".join(names), base or "Default Paragraph Font", traits).element(self.theme))
        return self.id(" ".join(names)) if len(names) == 1 else self._ids[" ".join(names).lower()]

    def numbers(self) -> dict[str, tuple[str, int]]:
        """The numbering that paragraph styles have by themselves: name → (`numId`, level)."""
        found = {}
        for style in self.root.findall(q("w:style")):
            numbering = style.find(q("w:pPr") + "/" + q("w:numPr"))
            if numbering is not None and (number := value(numbering, "w:numId")):
                found[value(style, "w:name") or ""] = (number, int(value(numbering, "w:ilvl") or 0))
        return found

    def _add(self, style: Element) -> None:
        self.root.append(copy.deepcopy(style))
        self._know(style)


@dataclass(frozen=True, slots=True)
class Finish:
    """Goes once through `document.xml` or `footnotes.xml` and leaves everything in named styles."""

    sheet: StyleSheet
    numbering: Numbering
    theme: Theme

    def part(self, root: Element) -> None:
        self._blocks(root, in_cell=False)

    def _blocks(self, parent: Element, *, in_cell: bool) -> None:
        for child in parent:
            match child.tag:
                case tag if tag == q("w:p"):
                    self._paragraph(child, in_cell=in_cell)
                case tag if tag == q("w:tbl"):
                    self._table(child)
                    self._blocks(child, in_cell=True)
                case _:
                    self._blocks(child, in_cell=in_cell)

    def _paragraph(self, paragraph: Element, *, in_cell: bool) -> None:
        old = paragraph.find(q("w:pPr"))
        if old is not None:
            paragraph.remove(old)
        dated = self._inlines(paragraph, in_cell=in_cell)
        name = self.sheet.name(value(old, "w:pStyle"))
        numbers = None if old is None else old.find(q("w:numPr"))
        number, level = value(numbers, "w:numId"), value(numbers, "w:ilvl") or "0"
        new_numbers: Element | None = None
        if number is not None:
            marker = self.numbering.marker(number, level)
            if name in PLAIN | {"Definition", "Block Text"}:
                name = marker.dated_style if dated and marker.kind != "none" else marker.style
            # A further paragraph of an item needs no numbering, its style has the indent; a quotation or code does.
            if name != marker.style or marker.kind != "none":
                new_numbers = self.numbering.assign(number, level)
        elif in_cell and name in PLAIN:
            name = CELL_STYLES.get(value(old, "w:jc") or "", "Table Text")
        else:
            name = "Footnote Text" if _separates(paragraph) else "Body Text" if name in PLAIN else name
            name = "Figure" if name == "Body Text" and _only_picture(paragraph) else name
            name = f"{name} Dated" if dated and name in DATED else name
        bidi = None if old is None else old.find(q("w:bidi"))
        section = None if old is None else old.find(q("w:sectPr"))
        paragraph.insert(0, el("pPr", el("pStyle", val=self.sheet.id(name)), new_numbers, bidi, section))

    def _inlines(self, parent: Element, *, in_cell: bool) -> bool:
        """Runs in character styles, neighbours of the same style joined; says whether a date stands at the tab."""
        dated = False
        for place, child in enumerate(list(parent)):
            if child.tag != q("w:r"):
                dated |= self._inlines(child, in_cell=in_cell) if child.tag != q("w:drawing") else False
                continue
            name = self._run(child)
            if child.find(q("w:tab")) is not None and in_cell:
                _replace_tab(child, first=place == 0)
            dated |= name in DATES
        _join(parent)
        return dated and not in_cell

    def _run(self, run: Element) -> str:
        """Puts the run's formatting into a character style, and gives back the name of the one it had."""
        old = run.find(q("w:rPr"))
        if old is None:
            return ""
        run.remove(old)
        base = self.sheet.name(value(old, "w:rStyle"))
        on = {part.tag.rpartition("}")[2] for part in old} | {value(old, "w:vertAlign") or ""}
        traits = tuple(trait for trait in TRAITS if trait in on)
        kept = [part for part in old if _is_text_fact(part)]
        if base or traits:
            kept.insert(0, el("rStyle", val=self.sheet.combined(base, traits)))
        if kept:
            run.insert(0, el("rPr", *kept))
        return base

    def _table(self, table: Element) -> None:
        old = table.find(q("w:tblPr"))
        caption = None if old is None else old.find(q("w:tblCaption"))
        look = None if old is None else old.find(q("w:tblLook"))
        indented = old is not None and old.find(q("w:tblInd")) is not None
        indent = list_indent(self.theme, 0) if indented else 0
        if old is not None:
            table.remove(old)
        table.insert(
            0,
            el(
                "tblPr",
                el("tblStyle", val=self.sheet.id("Table")),
                el("tblW", w=0 if indent else 5000, type="auto" if indent else "pct"),
                el("tblInd", w=indent, type="dxa") if indent else None,
                look,
                caption,
            ),
        )
        self._columns(table, text_width(self.theme) - indent)
        for row in table.findall(q("w:tr")):
            _keep_row_whole(row)

    def _columns(self, table: Element, width: int) -> None:
        """Columns as wide as their longest text asks, within bounds; Word fits them further when it opens the file."""
        grid = table.find(q("w:tblGrid"))
        if grid is None:
            return
        longest = [4] * len(grid)
        for row in table.findall(q("w:tr")):
            cells = row.findall(q("w:tc"))
            if len(cells) == len(longest):
                texts = ("".join(part.text or "" for part in cell.iter(q("w:t"))) for cell in cells)
                longest = [max(old, min(len(text), 40)) for old, text in zip(longest, texts, strict=True)]
        for column, share in zip(grid, longest, strict=True):
            column.set(q("w:w"), str(width * share // sum(longest)))


def _separates(paragraph: Element) -> bool:
    """Whether this is the line above the footnotes."""
    return any(
        paragraph.iter(
            q("w:separator"),
        )
    ) or any(paragraph.iter(q("w:continuationSeparator")))


def _only_picture(paragraph: Element) -> bool:
    return any(paragraph.iter(q("w:drawing"))) and not any(
        (part.text or "").strip() for part in paragraph.iter(q("w:t"))
    )


def _is_text_fact(part: Element) -> bool:
    """What says something of the text and not of its looks: language, direction, the script of a character."""
    if part.tag == q("w:rFonts"):
        return list(part.keys()) == [q("w:hint")]
    return part.tag in {q("w:lang"), q("w:rtl"), q("w:cs")}


def _replace_tab(run: Element, *, first: bool) -> None:
    """In a table the date's column is the cell itself: a space does."""
    tab = run.find(q("w:tab"))
    if tab is None:
        return
    place = list(run).index(tab)
    run.remove(tab)
    if not first:
        text = el("t")
        text.text = " "
        text.set(XML_SPACE, "preserve")
        run.insert(place, text)


def _keep_row_whole(row: Element) -> None:
    properties = row.find(q("w:trPr"))
    header = properties is not None and properties.find(q("w:tblHeader")) is not None
    if properties is not None:
        row.remove(properties)
    row.insert(0, el("trPr", el("cantSplit"), el("tblHeader") if header else None))


def _join(parent: Element) -> None:
    """Joins runs that stand side by side and differ in nothing, as a person typing would have left them."""
    last: Element | None = None
    for child in list(parent):
        same = (
            last is not None and _is_text_run(last) and _is_text_run(child) and _properties(last) == _properties(child)
        )
        if same and last is not None:
            text, more = last.find(q("w:t")), child.find(q("w:t"))
            if text is not None and more is not None:
                text.text = (text.text or "") + (more.text or "")
                parent.remove(child)
                continue
        last = child


def _is_text_run(run: Element) -> bool:
    return run.tag == q("w:r") and [part.tag for part in run if part.tag != q("w:rPr")] == [q("w:t")]


def _properties(run: Element) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    properties = run.find(q("w:rPr"))
    return [] if properties is None else [(part.tag, tuple(sorted(part.items()))) for part in properties]

"""The numbering of lists in Word files.

Pandoc writes a definition with nine levels for each start value, with its own indents. This module replaces them by
the definitions of the list styles. All lists share these, and an ordered list adds only its start value.
"""

from __future__ import annotations

from typing import Literal
from xml.etree.ElementTree import Element

from msgspec import Struct, structs

from polyvita.writers.word.style_definitions import BULLETS, NUMBERS, label_width, list_gap, list_indent
from polyvita.writers.word.style_model import LIST_LEVELS, StyleContext, style_id
from polyvita.writers.word.xml import child_value, el, qn, whole_number

FIRST_PANDOC_NUM = 1000
"""The lowest number of a list by Pandoc. This number itself marks an additional paragraph of a list item."""
FIRST_PANDOC_ABSTRACT_NUM = 990
"""The lowest number of a list definition by Pandoc."""
MAX_LEVEL = 8
BULLET_SIGN = "•"


class Marker(Struct, frozen=True):
    """The sign or number before a list item.

    `kind` is the number format of Word, such as "decimal", or "bullet". `pattern` has `{}` in the place of the number.
    `level` counts from 0. `continuation` marks an additional paragraph of an item, which has no sign or number.
    """

    kind: str
    level: int
    pattern: str = "{}."
    start: int = 1
    continuation: bool = False
    opposite: bool = False
    """Whether the paragraph has the other direction than the styles."""
    margin: Literal["", "label", "dot"] = ""
    """What is in the margin of the item: a date or a year, which is part of its text, or a dot."""

    @property
    def style(self) -> str:
        """The name of the style of the paragraph."""
        if self.margin:
            return "List Margin Continue" if self.continuation else "List Margin"
        names = ("List Bullet", "List Continue") if self.kind == "bullet" else ("List Number", "List Number Continue")
        step = min(self.level, LIST_LEVELS - 1)
        return f"{names[self.continuation]} {step + 1}" if step else names[self.continuation]

    @property
    def uses_style_numbering(self) -> bool:
        """Whether the numbering of the list style fits. It does not for letters, parentheses and the deepest levels."""
        simple = self.kind == "bullet" or (self.kind, self.pattern) == ("decimal", "{}.")
        return simple and not self.margin and not self.continuation and not self.opposite and self.level < LIST_LEVELS


def numbering_part(context: StyleContext) -> Element:
    """Return the root of `numbering.xml` with the definitions of the styles List Bullet and List Number."""
    return el(
        "numbering",
        _definition(context, BULLETS, Marker("bullet", 0), linked=True),
        _definition(context, NUMBERS, Marker("decimal", 0), linked=True),
        *(el("num", el("abstractNumId", val=number), numId=number) for number in (BULLETS, NUMBERS)),
    )


def _definition(context: StyleContext, id: int, marker: Marker, *, linked: bool = False) -> Element:
    """Return a `w:abstractNum`. Numbers are aligned at their right end, or centred.

    `linked` levels name their list styles.
    """
    centred = (context.direction == "rtl") != marker.opposite
    gap = list_gap(context, marker.kind, centred=centred)

    def level(step: int) -> Element:
        style = style_id(structs.replace(marker, level=step).style) if linked and step < LIST_LEVELS else ""
        sign = BULLET_SIGN if marker.kind == "bullet" else marker.pattern.format(f"%{step + 1}")
        in_margin = marker.margin and not step
        left = label_width(context) if in_margin else list_indent(context, marker.kind, step)
        hanging = label_width(context) if in_margin and marker.margin == "label" else gap
        is_empty = marker.continuation or (in_margin and marker.margin == "label")
        # From right to left, LibreOffice does not take the indent for a tab stop beside a column.
        tabs = el("tabs", el("tab", val="num", pos=left)) if centred and context.column else None
        return el(
            "lvl",
            el("start", val=1),
            el("numFmt", val="none" if is_empty else marker.kind),
            el("pStyle", val=style) if style else None,
            el("suff", val="nothing") if in_margin and marker.margin == "label" else None,
            el("lvlText", val="" if is_empty else sign),
            el("lvlJc", val="left" if in_margin and marker.margin == "label" else "center" if centred else "right"),
            el("pPr", tabs, el("ind", left=left, hanging=0 if marker.continuation else hanging)),
            el("rPr", el("color", val=context.theme.muted.lstrip("#").upper(), themeColor="text2")),
            ilvl=step,
        )

    levels = [level(step) for step in range(MAX_LEVEL + 1)]
    # Word identifies a definition by this number, so it must be unique.
    unique_id = el("nsid", val=f"{0x506F6C00 + id:08X}")
    return el("abstractNum", unique_id, el("multiLevelType", val="multilevel"), *levels, abstractNumId=id)


class Numbering(Struct):
    """The lists of one document. It replaces the numberings of Pandoc.

    `root` is the root of `numbering.xml`. The definitions of Pandoc are removed from it, and new ones are added.
    `by_style` maps paragraph styles to their own list number and level.
    """

    root: Element
    context: StyleContext
    by_style: dict[str, tuple[str, int]]
    _markers: dict[tuple[str, str], Marker] = {}
    _open: dict[str, str] = {}
    _definitions: dict[Marker, str] = {}
    _numbers: dict[object, str] = {}

    def __post_init__(self) -> None:
        definitions = {each.get(qn("w:abstractNumId"), ""): each for each in self.root.findall(qn("w:abstractNum"))}
        for num in self.root.findall(qn("w:num")):
            if whole_number(id := num.get(qn("w:numId"), "")) >= FIRST_PANDOC_NUM:
                definition = definitions.get(child_value(num, "w:abstractNumId") or "")
                for level in [] if definition is None else definition.findall(qn("w:lvl")):
                    step = level.get(qn("w:ilvl"), "")
                    self._markers[id, step] = _marker(level, whole_number(step))
                self.root.remove(num)
        for id, definition in definitions.items():
            if whole_number(id) >= FIRST_PANDOC_ABSTRACT_NUM:
                self.root.remove(definition)

    def marker(self, number: str, level: str) -> Marker:
        """Return the marker of the next paragraph, which is at `level` of Pandoc's list `number`.

        Word has nine levels, and Pandoc may write more. Deeper lists look like those of the last level.
        """
        step = min(int(level), MAX_LEVEL)
        level = str(step)
        if number == str(FIRST_PANDOC_NUM):
            return Marker(self._open.get(level, "bullet"), step, continuation=True)
        marker = self._markers.get((number, level)) or Marker("bullet", step)
        self._open[level] = marker.kind
        return marker

    def properties(self, number: str, marker: Marker) -> Element:
        """Return the `w:numPr` of a paragraph with this marker, in Pandoc's list `number`."""
        num_id, level = self.by_style.get(marker.style.lower(), ("", 0)) if marker.uses_style_numbering else ("", 0)
        level = level if num_id else marker.level
        if marker.kind != "bullet" and not marker.continuation:
            start = el("lvlOverride", el("startOverride", val=marker.start), ilvl=level)
            num_id = self._number_for(number, num_id, marker, start)
        elif not num_id:
            num_id = self._number_for(
                (marker.kind, marker.continuation, marker.opposite, marker.margin), num_id, marker
            )
        return el("numPr", el("ilvl", val=level), el("numId", val=num_id))

    def _number_for(self, key: object, like: str, marker: Marker, *overrides: Element) -> str:
        """Return the id of the `w:num` for `key`. Add it if it does not exist yet.

        It uses the definition of the number `like`, or one for `marker` if `like` is empty.
        """
        if key not in self._numbers:
            numbers = {num.get(qn("w:numId")): num for num in self.root.findall(qn("w:num"))}
            definition = child_value(numbers.get(like), "w:abstractNumId") or self._definition_for(marker)
            self._numbers[key] = str(_unused_id(self.root, "num", "numId"))
            num = el("num", el("abstractNumId", val=definition), *overrides, numId=self._numbers[key])
            self.root.append(num)
        return self._numbers[key]

    def _definition_for(self, marker: Marker) -> str:
        kind = structs.replace(marker, level=0, start=1)
        if kind not in self._definitions:
            id = _unused_id(self.root, "abstractNum", "abstractNumId")
            self.root.insert(len(self.root.findall(qn("w:abstractNum"))), _definition(self.context, id, kind))
            self._definitions[kind] = str(id)
        return self._definitions[kind]


def _unused_id(root: Element, tag: str, attribute: str) -> int:
    used = (whole_number(element.get(qn(f"w:{attribute}"))) for element in root.findall(qn(f"w:{tag}")))
    return max(used, default=0) + 1


def _marker(level: Element, step: int) -> Marker:
    pattern = (child_value(level, "w:lvlText") or "").replace(f"%{step + 1}", "{}")
    return Marker(child_value(level, "w:numFmt") or "", step, pattern, whole_number(child_value(level, "w:start"), 1))

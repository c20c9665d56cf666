"""Word's own lists: the numbering definitions behind the list styles, and Pandoc's lists brought to them.

Pandoc defines a list of nine levels for every start value and sets the indent in each. Here all lists share the
definitions that the list styles use, and an ordered list only says where it starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.theme import Theme
from pipeline.writers.word.styles import BULLETS, LEVELS, NUMBERS, list_indent, style_id, twips
from pipeline.writers.word.xml import el, q, value

PANDOC_NUM = 1000
"""Pandoc's own numberings start here; this very one stands for a further paragraph of an item."""
PANDOC_ABSTRACT = 990
MAX_LEVEL = 8
SIGNS = "•–"


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before an item: `kind` is Word's number format, "bullet" or "none"; `pattern` has `{}` for the
    number; `level` counts from 0."""

    kind: str
    level: int
    pattern: str = "{}."
    start: int = 1

    @property
    def style(self) -> str:
        """The name of the item's paragraph style."""
        name = {"bullet": "List Bullet", "none": "List Continue"}.get(self.kind, "List Number")
        step = min(self.level, LEVELS - 1)
        return f"{name} {step + 1}" if step else name

    @property
    def dated_style(self) -> str:
        """The name of the style for an item with a date at its end."""
        return f"{self.style.rstrip(' 2345')} Dated"

    @property
    def counts(self) -> bool:
        return self.kind not in ("bullet", "none")


def numbering_part(theme: Theme) -> Element:
    """The root of `numbering.xml`, with the definitions of List Bullet and List Number in all their levels."""
    return el(
        "numbering",
        _definition(theme, BULLETS, "bullet", style="List Bullet"),
        _definition(theme, NUMBERS, "decimal", style="List Number"),
        *(el("num", el("abstractNumId", val=number), numId=number) for number in (BULLETS, NUMBERS)),
    )


def _definition(theme: Theme, id: int, kind: str, pattern: str = "{}.", style: str = "") -> Element:
    """A `w:abstractNum`. Signs and numbers end at one distance from the text, so that numbers align at the point."""

    def level(step: int) -> Element:
        linked = Marker(kind, step).style if style and step < LEVELS else ""
        text = {"bullet": SIGNS[step % 2], "none": ""}.get(kind, pattern.format(f"%{step + 1}"))
        return el(
            "lvl",
            el("start", val=1),
            el("numFmt", val=kind),
            el("pStyle", val=style_id(linked)) if linked else None,
            el("lvlText", val=text),
            el("lvlJc", val="right"),
            el("pPr", el("ind", left=list_indent(theme, step), hanging=0 if kind == "none" else twips(2 * theme.unit))),
            ilvl=step,
        )

    levels = [level(step) for step in range(MAX_LEVEL + 1)]
    # Word tells definitions apart by this number; any will do that no other definition has.
    tell = el("nsid", val=f"{0x506F6C00 + id:08X}")
    return el("abstractNum", tell, el("multiLevelType", val="multilevel"), *levels, abstractNumId=id)


@dataclass(slots=True)
class Numbering:
    """The lists of one document: knows what Pandoc's mean, and hands out numberings in their place."""

    root: Element
    """The root of `numbering.xml`, from which Pandoc's definitions are taken and to which ours are added."""
    theme: Theme
    style_numbers: dict[str, tuple[str, int]]
    """The numbering and level that a paragraph style has by itself, by the style's name."""
    _markers: dict[tuple[str, str], Marker] = field(default_factory=dict)
    _given: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        abstracts = {a.get(q("w:abstractNumId"), ""): a for a in self.root.findall(q("w:abstractNum"))}
        for num in self.root.findall(q("w:num")):
            id = num.get(q("w:numId"), "")
            if int(id) >= PANDOC_NUM:
                for level in abstracts[value(num, "w:abstractNumId") or ""].findall(q("w:lvl")):
                    step = level.get(q("w:ilvl"), "")
                    self._markers[id, step] = _marker(level, int(step), none=id == str(PANDOC_NUM))
                self.root.remove(num)
        for id, abstract in abstracts.items():
            if int(id) >= PANDOC_ABSTRACT:
                self.root.remove(abstract)

    def marker(self, num: str, level: str) -> Marker:
        """What Pandoc's list `num` shows at `level`."""
        return self._markers[num, level]

    def assign(self, num: str, level: str) -> Element:
        """The `w:numPr` for an item of Pandoc's list `num` at `level`."""
        marker = self.marker(num, level)
        number, step = self._of_style(marker) or ("", marker.level)
        if marker.counts:
            key: tuple[str, ...] = ("list", num)
            if key not in self._given:
                self._given[key] = self._num(self._abstract(marker, number), el_start(step, marker.start))
            number = self._given[key]
        elif not number:
            key = ("kind", marker.kind)
            if key not in self._given:
                self._given[key] = self._num(self._abstract(marker))
            number = self._given[key]
        return el("numPr", el("ilvl", val=step), el("numId", val=number))

    def _of_style(self, marker: Marker) -> tuple[str, int] | None:
        """The numbering of the item's style where it serves: not for letters, brackets or the deepest levels."""
        ordinary = marker.kind == "bullet" or (marker.kind, marker.pattern) == ("decimal", "{}.")
        return self.style_numbers.get(marker.style) if ordinary and marker.level < LEVELS else None

    def _abstract(self, marker: Marker, number: str = "") -> str:
        """The id of the definition behind numbering `number`, or of one made for this marker."""
        for num in self.root.findall(q("w:num")):
            if number and num.get(q("w:numId")) == number:
                return value(num, "w:abstractNumId") or ""
        key = ("definition", marker.kind, marker.pattern)
        if key not in self._given:
            id = self._free("abstractNum", "abstractNumId")
            place = len(self.root.findall(q("w:abstractNum")))
            self.root.insert(place, _definition(self.theme, id, marker.kind, marker.pattern))
            self._given[key] = str(id)
        return self._given[key]

    def _num(self, abstract: str, *overrides: Element) -> str:
        id = str(self._free("num", "numId"))
        self.root.append(el("num", el("abstractNumId", val=abstract), *overrides, numId=id))
        return id

    def _free(self, tag: str, attribute: str) -> int:
        used = (int(element.get(q(f"w:{attribute}"), "0")) for element in self.root.findall(q(f"w:{tag}")))
        return max(used, default=0) + 1


def el_start(level: int, start: int) -> Element:
    """What makes a list start anew, at `start`."""
    return el("lvlOverride", el("startOverride", val=start), ilvl=level)


def _marker(level: Element, step: int, *, none: bool) -> Marker:
    if none:
        return Marker("none", step)
    pattern = (value(level, "w:lvlText") or "").replace(f"%{step + 1}", "{}")
    return Marker(value(level, "w:numFmt") or "", step, pattern, int(value(level, "w:start") or 1))

"""The styles of one finished document: found by name, and added where a template lacks them."""

from __future__ import annotations

import copy
from functools import cache
from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.writers.word.style_definitions import combined_style, dated_style, styles
from polyvita.writers.word.style_model import TRAITS, Frame
from polyvita.writers.word.xml import q, value


class StyleSheet(Struct):
    """The styles in `root`, by name and by id; names are compared without regard to case, as Word does."""

    root: Element
    frame: Frame
    grown: bool = False
    """Whether a style was added."""
    _by_name: dict[str, Element] = {}
    _by_id: dict[str, Element] = {}

    def __post_init__(self) -> None:
        for style in self.root.findall(q("w:style")):
            self._know(style)

    def name(self, id: str | None) -> str:
        """The name of the style with this id, in lower case; where there is none, the name that Pandoc meant by it.

        Nothing for a name that we do not have: it says no more than that this is text.
        """
        style = self._by_id.get(id or "")
        return _meant(self.frame, id or "") if style is None else (value(style, "w:name") or "").lower()

    def id(self, name: str) -> str:
        """The id of the style with this name. Where there is none it is taken from our own styles."""
        if name.lower() not in self._by_name:
            self._add(styles(self.frame)[name.lower()])
        return self._by_name[name.lower()].get(q("w:styleId"), "")

    def with_traits(self, base: str, traits: tuple[str, ...]) -> str:
        """The id of the character style for `traits` over the style named `base`, or over plain text."""
        names = [*([base] if base else []), *(TRAITS[trait] for trait in traits)]
        if len(names) == 1:
            return self.id(names[0])
        name = " ".join(part[:1].upper() + part[1:] for part in names)
        if name.lower() not in self._by_name:
            based = self._name_of(base) if base else ""
            self._add(combined_style(name, based, traits).element(self.frame.theme))
        return self.id(name)

    def dated(self, name: str) -> str:
        """The name of the style for a paragraph of style `name` that ends with a date."""
        if self._has_right_tab(name):
            return name
        found = f"{name} Dated"
        if found.lower() not in self._by_name:
            self._add(dated_style(self.frame, self._name_of(name)).element(self.frame.theme))
        return found

    def numberings(self) -> dict[str, tuple[str, int]]:
        """The list number and level that paragraph styles have by themselves, by the style's name."""
        found = {}
        for name, style in self._by_name.items():
            numbering = style.find(f"{q('w:pPr')}/{q('w:numPr')}")
            if numbering is not None and (number := value(numbering, "w:numId")):
                found[name] = (number, int(value(numbering, "w:ilvl") or 0))
        return found

    def _name_of(self, name: str) -> str:
        self.id(name)
        return value(self._by_name[name.lower()], "w:name") or name

    def _has_right_tab(self, name: str) -> bool:
        """Whether the style has a right tab, or one that it is based on."""
        id, seen = self.id(name), set[str]()
        while id in self._by_id and id not in seen:
            tabs = self._by_id[id].findall(f"{q('w:pPr')}/{q('w:tabs')}/{q('w:tab')}")
            if any(tab.get(q("w:val")) == "right" for tab in tabs):
                return True
            seen.add(id)
            id = value(self._by_id[id], "w:basedOn") or ""
        return False

    def _add(self, style: Element) -> None:
        """Adds a copy of one of our styles, and what it builds on; ids of a template's own styles are kept to."""
        added = copy.deepcopy(style)
        while (id := added.get(q("w:styleId"), "")) in self._by_id:
            added.set(q("w:styleId"), f"{id}1")  # the template calls another style by this id
        shape = added.find(q("w:pPr"))
        numbering = None if shape is None else shape.find(q("w:numPr"))
        if shape is not None and numbering is not None:
            shape.remove(numbering)  # its number belongs to our own file; here paragraphs bring theirs
        self.root.append(added)
        self.grown = True
        self._know(added)
        for tag in ("w:basedOn", "w:next"):
            link = added.find(q(tag))
            if link is not None:
                link.set(q("w:val"), self.id(_meant(self.frame, link.get(q("w:val"), ""))))

    def _know(self, style: Element) -> None:
        self._by_name.setdefault((value(style, "w:name") or "").lower(), style)
        self._by_id[style.get(q("w:styleId"), "")] = style


def _meant(frame: Frame, id: str) -> str:
    """The name of our style that has this id; nothing where we have none."""
    return _names(frame).get(id, "")


@cache
def _names(frame: Frame) -> dict[str, str]:
    """The names of our styles by their ids."""
    return {style.get(q("w:styleId"), ""): name for name, style in styles(frame).items()}

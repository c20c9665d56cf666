"""Look up the styles of one Word document, and add those that its template lacks."""

from __future__ import annotations

import copy
from functools import lru_cache
from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.writers.word.style_definitions import combined_style, dated_style, margin_style, style_elements
from polyvita.writers.word.style_model import TRAIT_STYLES, StyleContext
from polyvita.writers.word.xml import child_value, qn, whole_number


class StyleSheet(Struct):
    """The styles in `root`, by name and by id. Names are case-insensitive, as in Word."""

    root: Element
    context: StyleContext
    styles_added: bool = False
    """Whether at least one style was added."""
    _by_name: dict[str, Element] = {}
    _by_id: dict[str, Element] = {}

    def __post_init__(self) -> None:
        for style in self.root.findall(qn("w:style")):
            self._register(style)

    def name(self, id: str | None) -> str:
        """Return the name, in lower case, of the style with this id.

        If the document has no such style, return the name of the built-in style with this id. If that does not exist
        either, return an empty string, which means ordinary text.
        """
        style = self._by_id.get(id or "")
        return _built_in_name(self.context, id or "") if style is None else (child_value(style, "w:name") or "").lower()

    def id(self, name: str) -> str:
        """Return the id of the style with this name. Add the built-in style if the document has none."""
        if name.lower() not in self._by_name:
            self._add(style_elements(self.context)[name.lower()])
        return self._by_name[name.lower()].get(qn("w:styleId"), "")

    def character_style(self, base: str, traits: tuple[str, ...]) -> str:
        """Return the id of the style that adds `traits` to the character style `base`, if any. Add it if needed."""
        names = [*([base] if base else []), *(TRAIT_STYLES[trait] for trait in traits)]
        if len(names) == 1:
            return self.id(names[0])
        name = " ".join(part[:1].upper() + part[1:] for part in names)
        if name.lower() not in self._by_name:
            based = self._actual_name(base) if base else ""
            self._add(combined_style(name, based, traits).element(self.context.theme))
        return self.id(name)

    def subsection_style_name(self, name: str) -> str:
        """Return the name of the style for a heading of style `name` that contains entries; `name` in a template."""
        found = name.replace("heading", "subsection")
        return found if found in self._by_name else name

    def dated_style_name(self, name: str) -> str:
        """Return the name of the style for a paragraph of style `name` that ends with a date. Add it if needed."""
        if self._has_right_tab(name):
            return name
        found = f"{name} Dated"
        if found.lower() not in self._by_name:
            self._add(dated_style(self.context, self._actual_name(name)).element(self.context.theme))
        return found

    def margin_style_name(self, name: str) -> str:
        """Return the name of the style for a paragraph of style `name` that begins with a date in the margin."""
        found = f"{name} Dated"
        if found.lower() not in self._by_name:
            self._add(margin_style(self.context, self._actual_name(name)).element(self.context.theme))
        return found

    @property
    def is_right_to_left(self) -> bool:
        """Whether the style of ordinary text is for paragraphs from right to left."""
        normal = self._by_name.get("normal")
        mark = None if normal is None else normal.find(f"{qn('w:pPr')}/{qn('w:bidi')}")
        return mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false", "off")

    def numberings(self) -> dict[str, tuple[str, int]]:
        """Map the names of paragraph styles to their own list number and level."""
        found = {}
        for name, style in self._by_name.items():
            numbering = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if numbering is not None and (number := child_value(numbering, "w:numId")):
                found[name] = (number, whole_number(child_value(numbering, "w:ilvl")))
        return found

    def _actual_name(self, name: str) -> str:
        self.id(name)
        return child_value(self._by_name[name.lower()], "w:name") or name

    def _has_right_tab(self, name: str) -> bool:
        """Return whether the style, or one that it is based on, has a right tab."""
        id, seen = self.id(name), set[str]()
        while id in self._by_id and id not in seen:
            tabs = self._by_id[id].findall(f"{qn('w:pPr')}/{qn('w:tabs')}/{qn('w:tab')}")
            if any(tab.get(qn("w:val")) == "right" for tab in tabs):
                return True
            seen.add(id)
            id = child_value(self._by_id[id], "w:basedOn") or ""
        return False

    def _add(self, style: Element) -> None:
        """Add a copy of a built-in style, and the styles it refers to. Ids of the template stay unchanged."""
        added = copy.deepcopy(style)
        while (id := added.get(qn("w:styleId"), "")) in self._by_id:
            added.set(qn("w:styleId"), f"{id}1")  # Another style of the template has this id.
        properties = added.find(qn("w:pPr"))
        numbering = None if properties is None else properties.find(qn("w:numPr"))
        if properties is not None and numbering is not None:
            properties.remove(numbering)  # The number is not valid in this file. Paragraphs have their own numbers.
        self.root.append(added)
        self.styles_added = True
        self._register(added)
        for tag in ("w:basedOn", "w:next"):
            link = added.find(qn(tag))
            if link is not None:
                link.set(qn("w:val"), self.id(_built_in_name(self.context, link.get(qn("w:val"), ""))))

    def _register(self, style: Element) -> None:
        self._by_name.setdefault((child_value(style, "w:name") or "").lower(), style)
        self._by_id[style.get(qn("w:styleId"), "")] = style


def _built_in_name(context: StyleContext, id: str) -> str:
    """Return the name of the built-in style with this id, or an empty string."""
    return _built_in_names(context).get(id, "")


@lru_cache(maxsize=32)
def _built_in_names(context: StyleContext) -> dict[str, str]:
    """Map the ids of the built-in styles to their names."""
    return {style.get(qn("w:styleId"), ""): name for name, style in style_elements(context).items()}

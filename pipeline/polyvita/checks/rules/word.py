"""A finished Word file: what its styles say of every paragraph in use, page by section, text."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msgspec import Struct, structs

from polyvita.checks.rules.model import SINGLE, FileText, Heading, Layout, MeasuredFile, Type

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TWIP = 25.4 / 1440
_T = f"{W}t"
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def measure(name: str, content: bytes) -> MeasuredFile:
    """The Word file `name`."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {part: file.read(part) for part in file.namelist() if part.endswith((".xml", ".rels"))}
    book = _Book(parts)
    layout = Layout(
        types=tuple(book.types()),
        line_spacing=book.line_spacing(),
        paper=book.paper,
        margins=book.margins,
        images=sum(1 for root in book.all for tag in ("drawing", "pict", "object") for _ in root.iter(W + tag)),
        header_footer=any(_text(root).strip() for root in book.furniture),
    )
    return MeasuredFile(name, "docx", book.wording(), layout)


class _Look(Struct, frozen=True):
    """What styles and paragraphs say of type and lines; what is None is said elsewhere."""

    family: str | None = None
    half_points: float | None = None
    line: float | None = None
    """In twips, or in 240ths of a line where the rule is `auto`."""
    rule: str | None = None
    outline: int | None = None

    def over(self, under: _Look) -> _Look:
        """This look where it says something, `under` elsewhere."""
        if self is _NOTHING:
            return under
        given = {name: value for name, value in structs.asdict(self).items() if value is not None}
        return structs.replace(under, **given)

    @property
    def size(self) -> float:
        return (self.half_points or 20) / 2

    @property
    def spacing(self) -> float:
        """The distance of lines, where single is 1."""
        match self.rule:
            case "exact":
                return (self.line or 0) / 20 / self.size / SINGLE
            case "atLeast":
                return max((self.line or 0) / 20 / self.size / SINGLE, 1)
            case _:
                return (self.line or 240) / 240


_NOTHING = _Look()
_SAYING = {f"{W}{tag}" for tag in ("rFonts", "sz", "spacing", "outlineLvl")}
"""The elements that say something of it."""


class _Book:
    """The parts of a Word file, read."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = parts
        self.body = _parse(parts["word/document.xml"])
        self.notes = [_parse(parts[name]) for name in ("word/footnotes.xml", "word/endnotes.xml") if name in parts]
        furniture = re.compile(r"word/(header|footer)\d*\.xml")
        self.furniture = [_parse(content) for name, content in parts.items() if furniture.fullmatch(name)]
        self.all = [self.body, *self.notes, *self.furniture]
        styles = _parse(parts["word/styles.xml"])
        self.looks: dict[str, _Look] = {}
        self.wholes: dict[str, _Look] = {}
        self.styles = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
        self.defaults = self._of(styles.find(f"{W}docDefaults"))
        default = (s for s in self.styles.values() if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        self.normal = next((style.get(f"{W}styleId", "") for style in default), "")

    # ------------------------------------------------------------ looks

    @cached_property
    def fonts(self) -> dict[str, str]:
        """The typefaces of Word's theme: `major` for headings, `minor` for text."""
        names = {}
        if "word/theme/theme1.xml" in self.parts:
            theme = _parse(self.parts["word/theme/theme1.xml"])
            for which in ("major", "minor"):
                latin = theme.find(f".//{_A}{which}Font/{_A}latin")
                names[which] = latin.get("typeface", "") if latin is not None else ""
        return names

    def _of(self, element: Element | None) -> _Look:
        """What is said directly inside `element`: a style, a paragraph’s or a run’s properties, the defaults."""
        if element is None or _SAYING.isdisjoint([part.tag for part in element.iter()]):  # as most name a style alone
            return _NOTHING
        fonts, size = element.find(f".//{W}rFonts"), element.find(f".//{W}sz")
        spacing, outline = element.find(f".//{W}spacing[@{W}line]"), element.find(f".//{W}outlineLvl")
        return _Look(
            family=None if fonts is None else self._family(fonts),
            half_points=None if size is None else float(size.get(f"{W}val", "20")),
            line=None if spacing is None else float(spacing.get(f"{W}line", "240")),
            rule=None if spacing is None else spacing.get(f"{W}lineRule", "auto"),
            outline=None if outline is None else int(outline.get(f"{W}val", "9")),
        )

    def _family(self, fonts: Element) -> str | None:
        theme = fonts.get(f"{W}asciiTheme")
        return self.fonts.get(theme[:5]) if theme else fonts.get(f"{W}ascii")

    def look(self, style: str) -> _Look:
        """What the style says, with all that it is based on; the document’s defaults are not in it."""
        if style not in self.looks:
            self.looks[style] = _NOTHING  # so that styles based on each other come to an end
            element = self.styles.get(style)
            based = _value(element.find(f"{W}basedOn")) if element is not None else ""
            mine = self._of(element)
            self.looks[style] = mine.over(self.look(based)) if based else mine
        return self.looks[style]

    def whole(self, style: str) -> _Look:
        """The same, over the document’s defaults."""
        if style not in self.wholes:
            self.wholes[style] = self.look(style).over(self.defaults)
        return self.wholes[style]

    def style_of(self, paragraph: Element) -> str:
        return _value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.normal

    @cached_property
    def paragraphs(self) -> list[tuple[Element, str, _Look]]:
        """Every paragraph that has words, with its style and its look."""
        found = []
        for root in (self.body, *self.notes):
            for paragraph in root.iter(f"{W}p"):
                if re.search(r"\w", _text(paragraph)):
                    style = self.style_of(paragraph)
                    properties = paragraph.find(f"{W}pPr")
                    own = self._of(properties if properties is None else _without_mark(properties))
                    found.append((paragraph, style, own.over(self.whole(style))))
        return found

    @cached_property
    def runs(self) -> list[tuple[str, str, _Look]]:
        """Every run that has words: its text, the name of its style, its look."""
        found = []
        for paragraph, style, look in self.paragraphs:
            for run in paragraph.iter(f"{W}r"):
                if re.search(r"\w", text := _text(run)):
                    properties = run.find(f"{W}rPr")
                    own = "" if properties is None else _value(properties.find(f"{W}rStyle"))
                    direct = self._of(properties)
                    found.append((text, self._name(own or style), direct.over(self.look(own)).over(look)))
        return found

    def _name(self, style: str) -> str:
        element = self.styles.get(style)
        return style if element is None else _value(element.find(f"{W}name")) or style

    def types(self) -> Iterator[Type]:
        seen: dict[tuple[str, float], str] = {}
        for _, style, look in self.runs:
            seen.setdefault((look.family or "Times New Roman", look.size), style)
        for (family, size), style in seen.items():
            yield Type(family, size, f"style “{style}”")

    def line_spacing(self) -> float | None:
        """The least distance of lines of paragraphs as large as running text; headings are left aside."""
        lengths: Counter[float] = Counter()
        for text, _style, look in self.runs:
            lengths[look.size] += len(text)
        body = max(lengths, key=lambda size: lengths[size], default=0)
        looks = [look for _, _, look in self.paragraphs if look.outline is None and look.size <= body]
        return min((look.spacing for look in looks), default=None)

    # ------------------------------------------------------------ page

    @property
    def paper(self) -> tuple[float, float]:
        size = next(self.body.iter(f"{W}pgSz"), None)
        return (0.0, 0.0) if size is None else (_mm(size, "w"), _mm(size, "h"))

    @property
    def margins(self) -> dict[Any, float]:
        """The least of all sections."""
        found = list(self.body.iter(f"{W}pgMar"))
        sides = ("top", "right", "bottom", "left")
        return {side: min(abs(_mm(margin, side)) for margin in found) for side in sides} if found else {}

    # ------------------------------------------------------------ text

    def wording(self) -> FileText:
        out = ""
        headings = []
        for root in (self.body, *self.notes):
            for paragraph in root.iter(f"{W}p"):
                text = _text(paragraph)
                outline = self.look(self.style_of(paragraph)).outline
                if outline is not None and outline < 9 and text.strip():
                    title = text.partition("\t")[0].strip()
                    headings.append(Heading(outline + 1, title, len(out), len(out) + len(text)))
                out += text + "\n"
        return FileText(out, tuple(headings), frozenset(self._links()))

    def _links(self) -> Iterator[str]:
        for name, content in self.parts.items():
            if name.startswith("word/_rels/"):
                for relation in _parse(content):
                    if relation.get("Type", "").endswith("/hyperlink"):
                        yield relation.get("Target", "")


def _parse(part: bytes) -> Element:
    # What is read was just written, from styles that the user may have chosen; expat resolves no external entity.
    return ElementTree.fromstring(part)  # noqa: S314 - a part of a file just written


def _mm(element: Element, name: str) -> float:
    return float(element.get(W + name, "0")) * _TWIP


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _without_mark(properties: Element) -> Element:
    """A paragraph’s properties without those of the mark that ends it, which nobody sees."""
    copy = Element(properties.tag)
    copy.extend(child for child in properties if child.tag != f"{W}rPr")
    return copy


def _text(element: Element) -> str:
    return "".join([(node.text or "") if node.tag == _T else _BREAKS.get(node.tag, "") for node in element.iter()])

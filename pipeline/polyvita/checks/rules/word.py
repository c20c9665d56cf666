"""The measurement of a finished Word file: fonts and line spacing by its styles, page setup, and text."""

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

from polyvita.checks.rules.model import SINGLE_SPACING, FileText, FontUse, Heading, Layout, MeasuredFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MM_PER_TWIP = 25.4 / 1440
_T = f"{W}t"
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def measure(name: str, content: bytes) -> MeasuredFile:
    """Measure the Word file `name`."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {part: file.read(part) for part in file.namelist() if part.endswith((".xml", ".rels"))}
    document = _WordFile(parts)
    layout = Layout(
        fonts=tuple(document.font_uses()),
        line_spacing=document.line_spacing(),
        paper=document.paper,
        margins=document.margins,
        images=sum(1 for root in document.all for tag in ("drawing", "pict", "object") for _ in root.iter(W + tag)),
        header_footer=any(_text(root).strip() for root in document.headers_and_footers),
    )
    return MeasuredFile(name, "docx", document.text(), layout)


class _TextFormat(Struct, frozen=True):
    """The font and line spacing that a style, a paragraph or a run sets. None means that the value is inherited."""

    family: str | None = None
    half_points: float | None = None
    line: float | None = None
    """The line spacing in twips or, if the rule is `auto`, in 240ths of a line."""
    rule: str | None = None
    outline: int | None = None

    def over(self, base: _TextFormat) -> _TextFormat:
        """Return the values set here, completed with those of `base`."""
        if self is _NO_FORMAT:
            return base
        given = {name: value for name, value in structs.asdict(self).items() if value is not None}
        return structs.replace(base, **given)

    @property
    def size(self) -> float:
        return (self.half_points or 20) / 2

    @property
    def spacing(self) -> float:
        """The line spacing relative to single spacing."""
        match self.rule:
            case "exact":
                return (self.line or 0) / 20 / self.size / SINGLE_SPACING
            case "atLeast":
                return max((self.line or 0) / 20 / self.size / SINGLE_SPACING, 1)
            case _:
                return (self.line or 240) / 240


_NO_FORMAT = _TextFormat()
_FORMAT_TAGS = {f"{W}{tag}" for tag in ("rFonts", "sz", "spacing", "outlineLvl")}
"""The elements that set a value of `_TextFormat`."""


class _WordFile:
    """The parsed parts of a Word file."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = parts
        self.body = _parse(parts["word/document.xml"])
        self.notes = [_parse(parts[name]) for name in ("word/footnotes.xml", "word/endnotes.xml") if name in parts]
        is_header_or_footer = re.compile(r"word/(header|footer)\d*\.xml")
        self.headers_and_footers = [_parse(xml) for name, xml in parts.items() if is_header_or_footer.fullmatch(name)]
        self.all = [self.body, *self.notes, *self.headers_and_footers]
        styles = _parse(parts["word/styles.xml"])
        self.style_formats: dict[str, _TextFormat] = {}
        self.full_formats: dict[str, _TextFormat] = {}
        self.styles = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
        self.defaults = self._format_in(styles.find(f"{W}docDefaults"))
        default = (s for s in self.styles.values() if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        self.normal = next((style.get(f"{W}styleId", "") for style in default), "")

    # ------------------------------------------------------------ formats

    @cached_property
    def theme_fonts(self) -> dict[str, str]:
        """The fonts of the theme of the file: `major` for headings, `minor` for text."""
        names = {}
        if "word/theme/theme1.xml" in self.parts:
            theme = _parse(self.parts["word/theme/theme1.xml"])
            for which in ("major", "minor"):
                latin = theme.find(f".//{_A}{which}Font/{_A}latin")
                names[which] = latin.get("typeface", "") if latin is not None else ""
        return names

    def _format_in(self, element: Element | None) -> _TextFormat:
        """Return the format that `element` sets: a style, the properties of a paragraph or run, or the defaults."""
        # Most properties only name a style.
        if element is None or _FORMAT_TAGS.isdisjoint([part.tag for part in element.iter()]):
            return _NO_FORMAT
        fonts, size = element.find(f".//{W}rFonts"), element.find(f".//{W}sz")
        spacing, outline = element.find(f".//{W}spacing[@{W}line]"), element.find(f".//{W}outlineLvl")
        return _TextFormat(
            family=None if fonts is None else self._family(fonts),
            half_points=None if size is None else float(size.get(f"{W}val", "20")),
            line=None if spacing is None else float(spacing.get(f"{W}line", "240")),
            rule=None if spacing is None else spacing.get(f"{W}lineRule", "auto"),
            outline=None if outline is None else int(outline.get(f"{W}val", "9")),
        )

    def _family(self, fonts: Element) -> str | None:
        theme = fonts.get(f"{W}asciiTheme")
        return self.theme_fonts.get(theme[:5]) if theme else fonts.get(f"{W}ascii")

    def style_format(self, style: str) -> _TextFormat:
        """Return the format of a style and of the styles that it is based on, without the defaults of the document."""
        if style not in self.style_formats:
            self.style_formats[style] = _NO_FORMAT  # This ends the recursion if styles are based on each other.
            element = self.styles.get(style)
            based = _value(element.find(f"{W}basedOn")) if element is not None else ""
            own = self._format_in(element)
            self.style_formats[style] = own.over(self.style_format(based)) if based else own
        return self.style_formats[style]

    def full_format(self, style: str) -> _TextFormat:
        """Return the format of a style, completed with the defaults of the document."""
        if style not in self.full_formats:
            self.full_formats[style] = self.style_format(style).over(self.defaults)
        return self.full_formats[style]

    def style_of(self, paragraph: Element) -> str:
        """Return the id of the style of a paragraph."""
        return _value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.normal

    @cached_property
    def paragraphs(self) -> list[tuple[Element, str, _TextFormat]]:
        """Every paragraph that contains words, with the id of its style and its format."""
        found = []
        for root in (self.body, *self.notes):
            for paragraph in root.iter(f"{W}p"):
                if re.search(r"\w", _text(paragraph)):
                    style = self.style_of(paragraph)
                    properties = paragraph.find(f"{W}pPr")
                    own = self._format_in(properties if properties is None else _without_mark(properties))
                    found.append((paragraph, style, own.over(self.full_format(style))))
        return found

    @cached_property
    def runs(self) -> list[tuple[str, str, _TextFormat]]:
        """Every run that contains words: its text, the name of its style, and its format."""
        found = []
        for paragraph, style, format in self.paragraphs:
            for run in paragraph.iter(f"{W}r"):
                if re.search(r"\w", text := _text(run)):
                    properties = run.find(f"{W}rPr")
                    own_style = "" if properties is None else _value(properties.find(f"{W}rStyle"))
                    direct = self._format_in(properties)
                    run_format = direct.over(self.style_format(own_style)).over(format)
                    found.append((text, self._style_name(own_style or style), run_format))
        return found

    def _style_name(self, style: str) -> str:
        element = self.styles.get(style)
        return style if element is None else _value(element.find(f"{W}name")) or style

    def font_uses(self) -> Iterator[FontUse]:
        """Yield each font family and size, with the first style that uses it."""
        seen: dict[tuple[str, float], str] = {}
        for _, style, format in self.runs:
            seen.setdefault((format.family or "Times New Roman", format.size), style)
        for (family, size), style in seen.items():
            yield FontUse(family, size, f"style “{style}”")

    def line_spacing(self) -> float | None:
        """Return the smallest line spacing of paragraphs in the size of running text or smaller, without headings."""
        lengths: Counter[float] = Counter()
        for text, _style, format in self.runs:
            lengths[format.size] += len(text)
        body_size = max(lengths, key=lambda size: lengths[size], default=0)
        running = [format for _, _, format in self.paragraphs if format.outline is None and format.size <= body_size]
        return min((format.spacing for format in running), default=None)

    # ------------------------------------------------------------ page setup

    @property
    def paper(self) -> tuple[float, float]:
        """Width and height of the paper of the first section, in mm."""
        size = next(self.body.iter(f"{W}pgSz"), None)
        return (0.0, 0.0) if size is None else (_mm(size, "w"), _mm(size, "h"))

    @property
    def margins(self) -> dict[Any, float]:
        """The smallest margins of all sections, in mm."""
        found = list(self.body.iter(f"{W}pgMar"))
        sides = ("top", "right", "bottom", "left")
        return {side: min(abs(_mm(margin, side)) for margin in found) for side in sides} if found else {}

    # ------------------------------------------------------------ text

    def text(self) -> FileText:
        """Return the text with one paragraph per line."""
        out = ""
        headings = []
        for root in (self.body, *self.notes):
            for paragraph in root.iter(f"{W}p"):
                text = _text(paragraph)
                outline = self.style_format(self.style_of(paragraph)).outline
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
    # This program has just written the file. Its styles may come from the user; expat resolves no external entities.
    return ElementTree.fromstring(part)  # noqa: S314 - a part of a file just written


def _mm(element: Element, name: str) -> float:
    """Return an attribute in twips as mm."""
    return float(element.get(W + name, "0")) * _MM_PER_TWIP


def _value(element: Element | None) -> str:
    """Return the attribute `w:val`, or "" without an element."""
    return "" if element is None else element.get(f"{W}val", "")


def _without_mark(properties: Element) -> Element:
    """Return the properties of a paragraph without those of the invisible mark at its end."""
    copy = Element(properties.tag)
    copy.extend(child for child in properties if child.tag != f"{W}rPr")
    return copy


def _text(element: Element) -> str:
    """Return the text inside an element."""
    return "".join([(node.text or "") if node.tag == _T else _BREAKS.get(node.tag, "") for node in element.iter()])

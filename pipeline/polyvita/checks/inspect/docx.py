"""The reading of a finished Word file: text, hidden strings, fonts and line spacing by its styles, page setup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from polyvita.checks.inspect.docx_styles import Styles, TextFormat, W, attribute
from polyvita.checks.inspect.model import ColourUse, FileText, FontUse, Heading, Layout
from polyvita.checks.inspect.package import Package
from polyvita.writers.word.xml import length_in_twips

_MM_PER_TWIP = 25.4 / 1440
_SHOWN = (f"{W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
"""The elements with visible text: of runs, and of equations."""
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_VISIBLE_PART = re.compile(r"word/(document|footnotes|endnotes|(header|footer)\d*)\.xml")
_WORD = re.compile(r"\w")
_TITLES = ("Title", "Subtitle")
"""The ids of the styles of the name and the title at the top, which have no outline level."""


class WordFile(Package):
    """A Word file. Each paragraph of its text is on a line of its own."""

    @cached_property
    def text(self) -> str:
        out = [text for _, text in self._paragraphs]
        out += [_text(paragraph) for root in self._headers_and_footers for paragraph in root.iter(f"{W}p")]
        return "\n".join(out)

    def strings(self, name: str) -> Iterator[str]:
        yield from super().strings(name)
        if name in self.xml:
            shown = _SHOWN if _VISIBLE_PART.fullmatch(name) else ()
            yield "\n".join([e.text for e in self.xml[name].root.iter() if e.text and e.tag not in shown])

    @cached_property
    def body(self) -> FileText:
        out = ""
        headings = []
        for paragraph, text in self._paragraphs:
            outline = self._styles.format_of(self._styles.style_of(paragraph)).outline
            if outline is not None and outline < 9 and text.strip():
                headings.append(Heading(outline + 1, _title(paragraph, text), len(out), len(out) + len(text)))
            out += text + "\n"
        return FileText(out, tuple(headings), frozenset(self._links()))

    @cached_property
    def layout(self) -> Layout:
        visible = (*self._texts, *self._headers_and_footers)
        return Layout(
            fonts=tuple(self._font_uses()),
            line_spacing=self._line_spacing(),
            paper=self._paper(),
            margins=self._margins(),
            images=sum(1 for root in visible for tag in ("drawing", "pict", "object") for _ in root.iter(W + tag)),
            header_footer=any(_text(root).strip() for root in self._headers_and_footers),
            running_texts=("\n".join(map(_text_with_fields, self._headers_and_footers)),),
        )

    @cached_property
    def colours(self) -> tuple[ColourUse, ...]:
        seen: dict[str, str] = {}
        for _, style, format in self._run_formats:
            colour = (format.colour or "auto").lower()
            seen.setdefault("#000000" if colour == "auto" else f"#{colour}", style)
        return tuple(ColourUse(colour, f"style “{style}”") for colour, style in seen.items())

    # ------------------------------------------------------------ parts

    def _root(self, name: str) -> Element:
        """Return the root of a part, or an empty element if the file does not have it."""
        return self.xml[name].root if name in self.xml else Element("")

    @cached_property
    def _texts(self) -> list[Element]:
        return [self._root(f"word/{name}.xml") for name in ("document", "footnotes", "endnotes")]

    @cached_property
    def _headers_and_footers(self) -> list[Element]:
        return [xml.root for name, xml in self.xml.items() if (part := _VISIBLE_PART.fullmatch(name)) and part[2]]

    @cached_property
    def _paragraphs(self) -> list[tuple[Element, str]]:
        """Every paragraph of the text, with its text."""
        return [(paragraph, _text(paragraph)) for root in self._texts for paragraph in root.iter(f"{W}p")]

    @cached_property
    def _styles(self) -> Styles:
        return Styles(self._root("word/styles.xml"), self._root("word/theme/theme1.xml"))

    def _links(self) -> Iterator[str]:
        for name in self.xml:
            if name.startswith("word/_rels/"):
                for relation in self._root(name):
                    if relation.get("Type", "").endswith("/hyperlink"):
                        yield relation.get("Target", "")

    # ------------------------------------------------------------ fonts and line spacing

    @cached_property
    def _paragraph_formats(self) -> list[tuple[Element, str, TextFormat]]:
        """Every paragraph that contains words, with the id of its style and its format."""
        found = []
        for paragraph, text in self._paragraphs:
            if _WORD.search(text):
                style = self._styles.style_of(paragraph)
                properties = paragraph.find(f"{W}pPr")
                own = self._styles.format_in(properties if properties is None else _without_mark(properties))
                found.append((paragraph, style, own.over(self._styles.full_format_of(style))))
        return found

    @cached_property
    def _run_formats(self) -> list[tuple[str, str, TextFormat]]:
        """Every run that contains words: its text, the name of its style, and its format."""
        found = []
        for paragraph, style, format in self._paragraph_formats:
            for run in paragraph.iter(f"{W}r"):
                if _WORD.search(text := _text(run)):
                    properties = run.find(f"{W}rPr")
                    own_style = "" if properties is None else attribute(properties.find(f"{W}rStyle"))
                    direct = self._styles.format_in(properties)
                    run_format = direct.over(self._styles.format_of(own_style)).over(format)
                    found.append((text, self._styles.name_of(own_style or style), run_format))
        return found

    def _font_uses(self) -> Iterator[FontUse]:
        """Yield each font family and size, with the first style that uses it."""
        seen: dict[tuple[str, float], str] = {}
        for _, style, format in self._run_formats:
            seen.setdefault((format.family or "Times New Roman", format.size), style)
        for (family, size), style in seen.items():
            yield FontUse(family, size, f"style “{style}”")

    def _line_spacing(self) -> float | None:
        """Return the smallest line spacing of paragraphs in the size of running text or smaller, without headings."""
        titles = {self._styles.name_of(style) for style in _TITLES}
        lengths: Counter[float] = Counter()
        for text, style, format in self._run_formats:
            if style not in titles:
                lengths[format.size] += len(text)
        body_size = max(lengths, key=lambda size: lengths[size], default=0)
        formats = (format for _, style, format in self._paragraph_formats if style not in _TITLES)
        running = (format for format in formats if format.outline is None and format.size <= body_size)
        return min((format.spacing for format in running), default=None)

    # ------------------------------------------------------------ page setup

    def _paper(self) -> tuple[float, float]:
        """Return width and height of the paper of the first section, in mm."""
        size = next(self._root("word/document.xml").iter(f"{W}pgSz"), None)
        return (0.0, 0.0) if size is None else (_mm(size, "w"), _mm(size, "h"))

    def _margins(self) -> dict[Any, float]:
        """Return the smallest margins of all sections, in mm."""
        found = list(self._root("word/document.xml").iter(f"{W}pgMar"))
        sides = ("top", "right", "bottom", "left")
        return {side: min(abs(_mm(margin, side)) for margin in found) for side in sides} if found else {}


inspect = WordFile


def _mm(element: Element, name: str) -> float:
    """Return an attribute in twips as mm."""
    return length_in_twips(element.get(W + name)) * _MM_PER_TWIP


def _without_mark(properties: Element) -> Element:
    """Return the properties of a paragraph without those of the invisible mark at its end."""
    copy = Element(properties.tag)
    copy.extend(child for child in properties if child.tag != f"{W}rPr")
    return copy


def _text_with_fields(element: Element) -> str:
    """Return the text inside an element, and the instructions of its fields, such as PAGE."""
    fields = [node.text or "" for node in element.iter(f"{W}instrText")]
    fields += [node.get(f"{W}instr", "") for node in element.iter(f"{W}fldSimple")]
    return "\n".join([_text(element), *fields])


def _title(heading: Element, text: str) -> str:
    """Return the text of a heading without its date, which is after a tab, or before one in the column at the left."""
    before, _, after = text.partition("\t")
    first = attribute(next(heading.iter(f"{W}rStyle"), None))
    return (after if first == "MarginHeadingDate" else before.strip() or after).strip()


def _text(element: Element) -> str:
    """Return the text inside an element."""
    return "".join([(node.text or "") if node.tag in _SHOWN else _BREAKS.get(node.tag, "") for node in element.iter()])

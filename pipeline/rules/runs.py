"""The text of a PDF page run by run, with its position, font and size, as pypdf comes by it.

What is marked as an artifact (header, footer, rules) is furniture and no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject


@dataclass(frozen=True)
class Run:
    """Words in one font on one line: from `left` to `right` on the baseline `y`, in pt from the lower left corner."""

    page: int
    text: str
    font: str
    size: float
    left: float
    right: float
    y: float


@dataclass
class Line:
    """A line of a page as it is read; `y` is the baseline of its first words, None where it has none."""

    text: str = ""
    y: float | None = None


@dataclass
class _Mark:
    """A marked stretch of a page: whether it is furniture, and whether there is a picture in it."""

    furniture: bool
    picture: bool = False


@dataclass
class RunPage:
    """What pypdf's two visitors are told, put together: operators give the geometry, text comes at the end of a run."""

    number: int
    page: PageObject
    runs: list[Run] = field(default_factory=list)
    lines: list[Line] = field(default_factory=lambda: [Line()])
    furniture: str = ""
    pictures: int = 0
    """Photos and drawings, each time one is shown."""
    _marks: list[_Mark] = field(default_factory=list)
    _font: str = ""
    _widths: dict[str, _Widths] = field(default_factory=dict)
    _size: float = 0
    _shown: list[float] = field(default_factory=list)
    """The widths of the glyphs since the last text."""
    _start: tuple[float, float, float] = (0, 0, 1)

    def __post_init__(self) -> None:
        self.page.extract_text(visitor_operand_before=self._operator, visitor_text=self._text)

    def _operator(self, operator: bytes, operands: Any, cm: list[float], tm: list[float]) -> None:
        match operator:
            case b"BDC" | b"BMC":
                self._marks.append(_Mark(operands[0] == "/Artifact"))
                if operator == b"BDC" and "/Alt" in operands[1]:
                    self._picture()
            case b"EMC" if self._marks:
                self._marks.pop()
            case b"Do" | b"W":  # a photo; the frame of a drawing
                self._picture()
            case b"Tf":
                self._font, self._size = operands[0], float(operands[1])
            case b"TJ" | b"Tj":
                if not self._shown:
                    x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
                    self._start = (x, y, abs(tm[0] * cm[0]))
                parts = operands[0] if operator == b"TJ" else operands
                self._shown += self._glyphs(parts)
            case _:
                pass

    def _picture(self) -> None:
        """A picture counts once, however many operators draw it."""
        if not any(mark.picture for mark in self._marks):
            self.pictures += 1
        if self._marks:
            self._marks[-1].picture = True

    def _glyphs(self, parts: Iterable[Any]) -> Iterator[float]:
        """The widths of glyphs, each with the room that kerning adds after it, in thousandths of the size."""
        if self._font not in self._widths:
            fonts: Any = self.page["/Resources"]["/Font"]  # type: ignore[index] # pypdf does not know a dictionary here
            self._widths[self._font] = _Widths.of(fonts[self._font])
        widths = self._widths[self._font]
        shown: list[float] = []
        for part in parts:
            if isinstance(part, (int, float)):
                if shown:
                    shown[-1] -= float(part)
            else:
                shown += widths.of_string(part)
        return iter(shown)

    def _text(self, text: str, _cm: Any, _tm: Any, font: Any, _size: float) -> None:
        if any(mark.furniture for mark in self._marks):
            self.furniture += text
            self._shown = []
            return
        first, *rest = text.split("\n")
        self.lines[-1].text += first
        self.lines += map(Line, rest)
        if not text.strip():
            if text.strip("\n"):
                self._shown = []
            return
        x, y, scale = self._start
        hanging = len(text) - len(re.sub(r"[^\w]+$", "", text))  # a sign that ends a line may hang over its edge
        widths = self._shown[:-hanging] if 0 < hanging < len(self._shown) else self._shown
        if self.lines[-1].y is None:
            self.lines[-1].y = y
        right = x + sum(widths) * self._size * scale / 1000
        self.runs.append(Run(self.number, text, _family(font), self._size * scale, x, right, y))
        self._shown = []


@dataclass(frozen=True)
class _Widths:
    """The widths of a font's glyphs by their number, which takes one or two `bytes` in a string."""

    bytes: int
    default: float
    by_glyph: dict[int, float]

    @classmethod
    def of(cls, font: Any) -> _Widths:
        """Of a font with as many glyphs as it likes, or of a simple one (emoji) with 256."""
        if "/DescendantFonts" not in font:
            scale = 1000 * float(font.get("/FontMatrix", [0.001])[0])
            widths = [float(width) * scale for width in font.get("/Widths", ())]
            return cls(1, 0, dict(enumerate(widths, int(font.get("/FirstChar", 0)))))
        inner = font["/DescendantFonts"][0].get_object()
        return cls(2, float(inner.get("/DW", 1000)), dict(_wide(list(inner.get("/W", ())))))

    def of_string(self, string: Any) -> list[float]:
        raw = string if isinstance(string, bytes) else string.original_bytes
        glyphs = (int.from_bytes(raw[i : i + self.bytes]) for i in range(0, len(raw), self.bytes))
        return [self.by_glyph.get(glyph, self.default) for glyph in glyphs]


def _wide(entries: list[Any]) -> Iterator[tuple[int, float]]:
    """The entries of a font's list of widths: `first [w w w …]`, or `first last w`."""
    while entries:
        first = int(entries[0])
        if isinstance(entries[1], list):
            yield from ((first + i, float(width)) for i, width in enumerate(entries[1]))
            del entries[:2]
        else:
            yield from ((glyph, float(entries[2])) for glyph in range(first, int(entries[1]) + 1))
            del entries[:3]


def _family(font: Any) -> str:
    """`Liberation Sans` for the font `/ABCDEF+LiberationSans-Bold`."""
    name = str(font.get("/BaseFont", "")).lstrip("/").rpartition("+")[2] if font else ""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition("-")[0])

"""A finished PDF: pages, typefaces, margins, distance of lines, text.

The text is read run by run, with the position of each, as pypdf comes by it. What is marked as an artifact (header,
footer, rules) is furniture and no text.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import Destination

from pipeline.rules.measure import LABEL, SINGLE, Heading, Layout, Measured, Type, Wording, squeezed

_MM = 25.4 / 72
_ABOVE, _BELOW = 0.75, 0.25
"""How far a line reaches above and below its baseline, in type sizes."""


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


def measure(name: str, content: bytes) -> Measured:
    """The PDF `name`."""
    reader = PdfReader(io.BytesIO(content))
    pages = [_Page(i, page) for i, page in enumerate(reader.pages)]
    runs = [run for page in pages for run in page.runs]
    box = reader.pages[0].mediabox
    width, height = float(box.width), float(box.height)
    layout = Layout(
        types=tuple(_types(runs)),
        line_spacing=_line_spacing(runs),
        paper=(width * _MM, height * _MM),
        margins=_margins(runs, width, height),
        images=max(_figures(reader), sum(_images(page) for page in reader.pages)),
        header_footer=any(page.furniture.strip() for page in pages),
    )
    text = LABEL.sub("", _joined("\n".join(page.text.strip("\n") for page in pages)))
    wording = Wording(text, tuple(_headings(reader, text)), frozenset(_links(reader)))
    return Measured(name, "pdf", wording, layout, len(reader.pages))


# ---------------------------------------------------------------- runs


@dataclass
class _Page:
    """What pypdf's two visitors are told, put together: operators give the geometry, text comes at the end of a run."""

    number: int
    page: PageObject
    runs: list[Run] = field(default_factory=list)
    text: str = ""
    furniture: str = ""
    _marks: list[bool] = field(default_factory=list)
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
                self._marks.append(operands[0] == "/Artifact")
            case b"EMC" if self._marks:
                self._marks.pop()
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

    def _glyphs(self, parts: Iterable[Any]) -> Iterator[float]:
        """The widths of glyphs, each with the room that kerning adds after it, in thousandths of the size."""
        widths = self._widths.setdefault(self._font, _Widths.of(self.page, self._font))
        shown: list[float] = []
        for part in parts:
            if isinstance(part, (int, float)):
                if shown:
                    shown[-1] -= float(part)
            else:
                shown += widths.of_string(part)
        return iter(shown)

    def _text(self, text: str, _cm: Any, _tm: Any, font: Any, _size: float) -> None:
        if self._marks and any(self._marks):
            self.furniture += text
            self._shown = []
            return
        self.text += text
        if not text.strip():
            if text.strip("\n"):
                self._shown = []
            return
        x, y, scale = self._start
        hanging = len(text) - len(re.sub(r"[^\w]+$", "", text))  # a sign that ends a line may hang over its edge
        widths = self._shown[:-hanging] if 0 < hanging < len(self._shown) else self._shown
        right = x + sum(widths) * self._size * scale / 1000
        self.runs.append(Run(self.number, text, _family(font), self._size * scale, x, right, y))
        self._shown = []


@dataclass
class _Widths:
    """The widths of a font's glyphs by their number."""

    default: float = 1000
    by_glyph: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, page: PageObject, name: str) -> _Widths:
        font: Any = page["/Resources"]["/Font"][name]  # type: ignore[index] # pypdf types neither dictionary
        inner = font["/DescendantFonts"][0].get_object()
        widths: dict[int, float] = {}
        rest = list(inner.get("/W", ()))
        while rest:  # first [w w w …] or first last w
            if isinstance(rest[1], list):
                widths.update({int(rest[0]) + i: float(width) for i, width in enumerate(rest[1])})
                del rest[:2]
            else:
                widths.update(dict.fromkeys(range(int(rest[0]), int(rest[1]) + 1), float(rest[2])))
                del rest[:3]
        return cls(float(inner.get("/DW", 1000)), widths)

    def of_string(self, string: Any) -> list[float]:
        raw = string if isinstance(string, bytes) else string.original_bytes
        glyphs = [raw[i] << 8 | raw[i + 1] for i in range(0, len(raw) - 1, 2)]
        return [self.by_glyph.get(glyph, self.default) for glyph in glyphs]


def _family(font: Any) -> str:
    """`Liberation Sans` for the font `/ABCDEF+LiberationSans-Bold`."""
    name = str(font["/BaseFont"]).lstrip("/").rpartition("+")[2] if font else ""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition("-")[0])


# ---------------------------------------------------------------- figures


def _types(runs: list[Run]) -> Iterator[Type]:
    """Each family and size once, with the first words in it. What is raised or lowered is as small as it has to be."""
    seen: dict[tuple[str, float], str] = {}
    for line in _lines(runs):
        for run in line.runs:
            small = run.size < line.size and abs(run.y - line.y) > 0.3
            if re.search(r"\w", run.text) and not small:
                seen.setdefault((run.font, round(run.size, 1)), run.text.strip())
    for (family, size), sample in seen.items():
        yield Type(family, size, f"“{sample[:40]}{'…' if len(sample) > 40 else ''}”")


@dataclass(frozen=True)
class _Line:
    """Runs side by side; `size` and `y` are those of the largest."""

    runs: tuple[Run, ...]

    @property
    def main(self) -> Run:
        return max(self.runs, key=lambda run: (bool(re.search(r"\w", run.text)), run.size, len(run.text)))

    @property
    def size(self) -> float:
        return self.main.size

    @property
    def y(self) -> float:
        return self.main.y


def _lines(runs: list[Run]) -> Iterator[_Line]:
    """Runs of one page that stand on one line, in the order of the file."""
    gathered: list[Run] = []
    for run in runs:
        last = gathered[-1] if gathered else None
        if last and (run.page != last.page or abs(run.y - last.y) > 0.5 * max(run.size, last.size)):
            yield _Line(tuple(gathered))
            gathered = []
        gathered.append(run)
    if gathered:
        yield _Line(tuple(gathered))


def _line_spacing(runs: list[Run]) -> float | None:
    """The least distance of two lines of running text that follow each other, headings left aside."""
    lengths: Counter[float] = Counter()
    for run in runs:
        lengths[round(run.size, 1)] += len(run.text)
    body = max(lengths, key=lambda size: lengths[size], default=0)
    lines = [line for line in _lines(runs) if line.size <= body + 0.1 and "Bold" not in line.main.font]
    ratios = [
        (above.y - below.y) / below.size / SINGLE
        for above, below in pairwise(lines)
        if above.main.page == below.main.page and above.y > below.y and abs(above.size - below.size) < 0.1
    ]
    return min(ratios, default=None)


def _margins(runs: list[Run], width: float, height: float) -> dict[Any, float]:
    """From each edge of the paper to the text that comes nearest, in mm."""
    runs = [run for run in runs if re.search(r"\w", run.text)]
    if not runs:
        return {}
    return {
        "top": min(height - run.y - _ABOVE * run.size for run in runs) * _MM,
        "right": min(width - run.right for run in runs) * _MM,
        "bottom": min(run.y - _BELOW * run.size for run in runs) * _MM,
        "left": min(run.left for run in runs) * _MM,
    }


def _images(page: PageObject) -> int:
    """Photos on a page, by their data."""
    objects: Any = page.get("/Resources", {}).get("/XObject", {})
    return sum(objects[name].get("/Subtype") == "/Image" for name in objects)


def _figures(reader: PdfReader) -> int:
    """Pictures of any kind, drawings too, by the structure that a screen reader is told."""
    todo: list[Any] = [reader.root_object.get("/StructTreeRoot")]
    found = 0
    while todo:
        node = todo.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            found += node.get("/S") == "/Figure"
            todo.append(node.get("/K"))
    return found


# ---------------------------------------------------------------- text


def _joined(text: str) -> str:
    """Words that a line breaks after a hyphen in one piece; a soft hyphen goes."""
    text = re.sub(r"\u00ad\s*", "", text)
    return re.sub(r"(?<=\w)-[ ]*\n(?=\w)", "-", text)


def _headings(reader: PdfReader, text: str) -> Iterator[Heading]:
    """The bookmarks, each with the line of the text that it names."""
    letters, at = squeezed(text)
    cursor = 0
    for level, title in _bookmarks(reader.outline, 1):
        wanted, _ = squeezed(title)
        found = letters.find(wanted, cursor)
        while found >= 0 and not _begins_line(text, at[found]):
            found = letters.find(wanted, found + 1)
        if found >= 0 and wanted:
            cursor = found + len(wanted)
            end = text.find("\n", at[cursor - 1])
            yield Heading(level, title, at[found], end if end >= 0 else len(text))


def _begins_line(text: str, at: int) -> bool:
    return not text[:at].rpartition("\n")[2].strip()


def _bookmarks(outline: Iterable[Any], level: int) -> Iterator[tuple[int, str]]:
    for entry in outline:
        if isinstance(entry, Destination):
            yield level, str(entry.title)
        else:
            yield from _bookmarks(entry, level + 1)


def _links(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            action = annotation.get_object().get("/A", {})
            if "/URI" in action:
                yield str(action["/URI"])

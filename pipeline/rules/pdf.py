"""A finished PDF: pages, typefaces, margins, distance of lines, text.

Margins and the distance of lines are taken from where the words are, since a PDF says neither.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from pipeline.rules.measure import LABEL, SINGLE, Heading, Layout, Measured, Type, Wording, squeezed
from pipeline.rules.runs import Run, RunPage

_MM = 25.4 / 72
_ABOVE, _BELOW = 0.75, 0.25
"""How far a line reaches above and below its baseline, in type sizes."""


def measure(name: str, content: bytes) -> Measured:
    """The PDF `name`."""
    reader = PdfReader(io.BytesIO(content))
    pages = [RunPage(i, page) for i, page in enumerate(reader.pages)]
    runs = [run for page in pages for run in page.runs]
    box = reader.pages[0].mediabox
    width, height = float(box.width), float(box.height)
    layout = Layout(
        types=tuple(_types(runs)),
        line_spacing=_line_spacing(runs),
        paper=(width * _MM, height * _MM),
        margins=_margins(runs, width, height),
        images=sum(page.pictures for page in pages),
        header_footer=any(page.furniture.strip() for page in pages),
    )
    return Measured(name, "pdf", _wording(reader, pages), layout, len(reader.pages))


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


# ---------------------------------------------------------------- text


def _wording(reader: PdfReader, pages: list[RunPage]) -> Wording:
    titles = _titled(reader, pages)
    text = ""
    headings = []
    for page in pages:
        for line in page.lines:
            words = LABEL.sub("", line.text.strip()).replace("\u00ad", "")
            # A word that a line breaks after a hyphen goes on in the next.
            broken = re.search(r"\w-$", text) and re.match(r"\w", words)
            text += words if broken or not text else f"\n{words}"
            if id(line) in titles:
                level, title = titles[id(line)]
                headings.append(Heading(level, title, len(text) - len(words), len(text)))
    return Wording(f"{text}\n", tuple(headings), frozenset(_links(reader)))


def _titled(reader: PdfReader, pages: list[RunPage]) -> dict[int, tuple[int, str]]:
    """The lines that bookmarks lead to, by `id`, each with its level and title."""
    found = {}
    for level, bookmark in _bookmarks(reader.outline, 1):
        number, top = reader.get_destination_page_number(bookmark), float(bookmark.top or 0)
        title = str(bookmark.title)
        for line in pages[number or 0].lines:
            words = squeezed(line.text)[0]
            if line.y is not None and line.y < top and words and _begin_alike(words, squeezed(title)[0]):
                found[id(line)] = level, title
                break
    return found


def _begin_alike(one: str, other: str) -> bool:
    """Whether one of two texts is the beginning of the other: a heading may take two lines, a line end with a date."""
    return one.startswith(other) or other.startswith(one)


def _bookmarks(outline: Iterable[Any], level: int) -> Iterator[tuple[int, Destination]]:
    for entry in outline:
        if isinstance(entry, Destination):
            yield level, entry
        else:
            yield from _bookmarks(entry, level + 1)


def _links(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            action = annotation.get_object().get("/A", {})
            if "/URI" in action:
                yield str(action["/URI"])

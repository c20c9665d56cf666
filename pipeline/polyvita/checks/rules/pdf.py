"""A finished PDF: pages, typefaces, margins, distance of lines, text.

Margins and the distance of lines are taken from where the words are, since a PDF says neither.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from polyvita.checks.inspect import pdfium
from polyvita.checks.inspect.pdfium import Bookmark, Run
from polyvita.checks.rules.lines import Line, lines
from polyvita.checks.rules.model import LABEL, SINGLE, FileText, Heading, Layout, MeasuredFile, Type, squeezed

_MM = 25.4 / 72
_ABOVE, _BELOW = 0.75, 0.25
"""How far a line reaches above and below its baseline, in type sizes."""


def measure(name: str, content: bytes) -> MeasuredFile:
    """The PDF `name`."""
    pages, bookmarks = pdfium.read(content)
    shown = [line for number, page in enumerate(pages) for line in lines(number, page.runs)]
    width, height = pages[0].width, pages[0].height
    layout = Layout(
        types=tuple(_types(shown)),
        line_spacing=_line_spacing(shown),
        paper=(width * _MM, height * _MM),
        margins=_margins([run for line in shown for run in line.runs], width, height),
        images=sum(page.pictures for page in pages),
        header_footer=any(page.artifact_text.strip() for page in pages),
    )
    links = frozenset(link for page in pages for link in page.links)
    return MeasuredFile(name, "pdf", _wording(shown, bookmarks, links), layout, len(pages))


# ---------------------------------------------------------------- figures


def _types(shown: list[Line]) -> Iterator[Type]:
    """Each family and size once, with the first words in it. What is raised or lowered is as small as it has to be."""
    seen: dict[tuple[str, float], str] = {}
    for line in shown:
        for run in line.runs:
            small = run.size < line.size and abs(run.y - line.y) > 0.3
            if run.has_words and not small:
                seen.setdefault((run.font, round(run.size, 1)), run.text.strip())
    for (family, size), sample in seen.items():
        yield Type(family, size, f"“{sample[:40]}{'…' if len(sample) > 40 else ''}”")


def _line_spacing(shown: list[Line]) -> float | None:
    """The least distance of two lines of running text that follow each other, headings left aside."""
    lengths: Counter[float] = Counter()
    for line in shown:
        for run in line.runs:
            lengths[round(run.size, 1)] += len(run.text)
    body = max(lengths, key=lambda size: lengths[size], default=0)
    running = [line for line in shown if line.size <= body + 0.1 and "Bold" not in line.main.font]
    ratios = [
        (above.y - below.y) / below.size / SINGLE
        for above, below in pairwise(running)
        if above.page == below.page and above.y > below.y and abs(above.size - below.size) < 0.1
    ]
    return min(ratios, default=None)


def _margins(runs: list[Run], width: float, height: float) -> dict[Any, float]:
    """From each edge of the paper to the text that comes nearest, in mm."""
    runs = [run for run in runs if run.has_words]
    if not runs:
        return {}
    return {
        "top": min(height - run.y - _ABOVE * run.size for run in runs) * _MM,
        "right": min(width - run.right for run in runs) * _MM,
        "bottom": min(run.y - _BELOW * run.size for run in runs) * _MM,
        "left": min(run.left for run in runs) * _MM,
    }


# ---------------------------------------------------------------- text


def _wording(shown: list[Line], bookmarks: list[Bookmark], links: frozenset[str]) -> FileText:
    titles = _titled(shown, bookmarks)
    text = ""
    headings = []
    for line in shown:
        words = re.sub("\u00ad(?!$)", "", LABEL.sub("", line.text))
        # A word that a line breaks goes on in the next; a hyphen that was put there for that is no part of it.
        broken = re.search(r"(\w-|\u00ad)$", text[-2:]) and re.match(r"\w", words)
        text = text.removesuffix("\u00ad") + (words if broken or not text else f"\n{words}")
        if line in titles:
            level, title = titles[line]
            headings.append(Heading(level, title, len(text) - len(words), len(text)))
    return FileText(f"{text}\n", tuple(headings), links)


def _titled(shown: list[Line], bookmarks: list[Bookmark]) -> dict[Line, tuple[int, str]]:
    """The lines that bookmarks lead to, each with its level and title."""
    found = {}
    for bookmark in bookmarks:
        title = squeezed(bookmark.title)[0]
        below = (line for line in shown if line.page == bookmark.page and line.y < bookmark.top)
        line = next((line for line in below if _begin_alike(squeezed(line.text)[0], title)), None)
        if line:
            found[line] = bookmark.level, bookmark.title
    return found


def _begin_alike(one: str, other: str) -> bool:
    """Whether one of two texts is the beginning of the other: a heading may take two lines, a line end with a date."""
    return bool(one) and (one.startswith(other) or other.startswith(one))

"""The reading of a finished PDF: text, pages, fonts, margins and line spacing by PDFium, hidden strings by pypdf.

A PDF contains neither margins nor line spacing. Both are measured from the positions of the text.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Any

from polyvita.checks.inspect import pdfium
from polyvita.checks.inspect.images import image_strings
from polyvita.checks.inspect.lines import Line, group_into_lines
from polyvita.checks.inspect.model import (
    SINGLE_SPACING,
    ColourUse,
    FileText,
    FontUse,
    Heading,
    HiddenString,
    Inspection,
    Layout,
)
from polyvita.checks.inspect.package import as_text, parse_xml
from polyvita.checks.inspect.pdfium import Bookmark, Run
from polyvita.checks.inspect.txt import LIST_MARKER
from polyvita.core.letters import letters_with_offsets

_MM_PER_PT = 25.4 / 72
_ASCENT, _DESCENT = 0.75, 0.25
"""The height of a line above and below its baseline, in font sizes."""


class PdfFile(Inspection):
    """A PDF."""

    @cached_property
    def _contents(self) -> tuple[list[pdfium.PdfPage], list[Bookmark]]:
        return pdfium.read(self.content)

    @cached_property
    def _lines(self) -> list[Line]:
        pages, _ = self._contents
        return [line for number, page in enumerate(pages) for line in group_into_lines(number, page.runs)]

    @property
    def text(self) -> str:
        pages, _ = self._contents
        return "\n".join([*(line.text for line in self._lines), *(page.artifact_text for page in pages)])

    @cached_property
    def hidden(self) -> tuple[HiddenString, ...]:
        return tuple(_hidden_strings(self.content))

    @cached_property
    def body(self) -> FileText:
        pages, bookmarks = self._contents
        return _text(self._lines, bookmarks, frozenset(link for page in pages for link in page.links))

    @cached_property
    def layout(self) -> Layout:
        pages, _ = self._contents
        width, height = pages[0].width, pages[0].height
        return Layout(
            fonts=tuple(_fonts(self._lines)),
            line_spacing=_line_spacing(self._lines),
            paper=(width * _MM_PER_PT, height * _MM_PER_PT),
            margins=_margins([run for line in self._lines for run in line.runs], width, height),
            images=sum(page.pictures for page in pages),
            header_footer=any(page.artifact_text.strip() for page in pages),
            running_texts=tuple(page.artifact_text for page in pages),
        )

    @cached_property
    def colours(self) -> tuple[ColourUse, ...]:
        seen: dict[str, str] = {}
        for colour, text, page in pdfium.read_colours(self.content):
            seen.setdefault(colour, _with_page(text.strip(), page))
        return tuple(ColourUse(colour, sample) for colour, sample in seen.items())

    @cached_property
    def pages(self) -> int:
        return pdfium.page_count(self.content)  # Much faster than to read the pages.


inspect = PdfFile


# ---------------------------------------------------------------- layout


def _fonts(lines: list[Line]) -> Iterator[FontUse]:
    """Yield each font family and size with its first words, except superscripts and subscripts, which must be small."""
    seen: dict[tuple[str, float], tuple[str, int]] = {}
    for line in lines:
        for run in line.runs:
            is_script = run.size < line.size and abs(run.y - line.y) > 0.3
            if run.has_words and not is_script:
                seen.setdefault((run.font, round(run.size, 1)), (run.text.strip(), line.page))
    for (family, size), (sample, page) in seen.items():
        yield FontUse(family, size, _with_page(sample, page))


def _with_page(sample: str, page: int) -> str:
    """Return the start of a text with its page; `page` counts from 0."""
    return f"“{sample[:40]}{'…' if len(sample) > 40 else ''}” on page {page + 1}"


def _line_spacing(lines: list[Line]) -> float | None:
    """Return the smallest distance of two consecutive lines of running text, without headings."""
    lengths: Counter[float] = Counter()
    for line in lines:
        for run in line.runs:
            lengths[round(run.size, 1)] += len(run.text)
    body_size = max(lengths, key=lambda size: lengths[size], default=0)
    running = [line for line in lines if line.size <= body_size + 0.1 and "Bold" not in line.main_run.font]
    ratios = [
        (above.y - below.y) / below.size / SINGLE_SPACING
        for above, below in pairwise(running)
        if above.page == below.page and above.y > below.y and abs(above.size - below.size) < 0.1
    ]
    return min(ratios, default=None)


def _margins(runs: list[Run], width: float, height: float) -> dict[Any, float]:
    """Return the distance of each edge of the paper from the nearest text, in mm."""
    runs = [run for run in runs if run.has_words]
    if not runs:
        return {}
    return {
        "top": min(height - run.y - _ASCENT * run.size for run in runs) * _MM_PER_PT,
        "right": min(width - run.right for run in runs) * _MM_PER_PT,
        "bottom": min(run.y - _DESCENT * run.size for run in runs) * _MM_PER_PT,
        "left": min(run.left for run in runs) * _MM_PER_PT,
    }


# ---------------------------------------------------------------- text


def _text(lines: list[Line], bookmarks: list[Bookmark], links: frozenset[str]) -> FileText:
    titles = _heading_lines(lines, bookmarks)
    text = ""
    headings = []
    for line in lines:
        words = re.sub("\u00ad(?!$)", "", LIST_MARKER.sub("", line.text))
        # A word that is broken at the end of a line continues here. A soft hyphen at the break is not part of the word.
        is_broken = re.search(r"(\w-|\u00ad)$", text[-2:]) and re.match(r"\w", words)
        text = text.removesuffix("\u00ad") + (words if is_broken or not text else f"\n{words}")
        if line in titles:
            level, title = titles[line]
            headings.append(Heading(level, title, len(text) - len(words), len(text)))
    return FileText(f"{text}\n", tuple(headings), links)


def _heading_lines(lines: list[Line], bookmarks: list[Bookmark]) -> dict[Line, tuple[int, str]]:
    """Return the lines that bookmarks lead to, each with its level and title."""
    found = {}
    for bookmark in bookmarks:
        title = letters_with_offsets(bookmark.title)[0]
        below = (line for line in lines if line.page == bookmark.page and line.y < bookmark.top)
        line = next((line for line in below if _begin_alike(letters_with_offsets(line.text)[0], title)), None)
        if line:
            found[line] = bookmark.level, bookmark.title
    return found


def _begin_alike(one: str, other: str) -> bool:
    """Return whether one text is the start of the other. A heading may take two lines, or end with a date."""
    return bool(one) and (one.startswith(other) or other.startswith(one))


# ---------------------------------------------------------------- hidden strings


def _hidden_strings(content: bytes) -> Iterator[HiddenString]:
    """Yield all strings outside the pages: properties, outline, targets of links, descriptions, file names."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    size: Any = reader.trailer["/Size"]
    without = _objects_without_strings(content, reader.xref.get(0, {}))
    for number in range(1, size):
        if number not in without:
            for string in _strings(reader.get_object(number)):
                yield HiddenString(f"object {number}", string)


def _objects_without_strings(content: bytes, offsets: Mapping[int, int]) -> set[int]:
    """Return the numbers of the objects that start at these offsets and have neither a string nor a stream.

    Most objects of a tagged PDF are its structure, and pypdf takes long to read them.
    """
    found = set()
    for (number, start), (_, end) in pairwise([*sorted(offsets.items(), key=itemgetter(1)), (0, len(content))]):
        written = content[start:end].rstrip()
        begin = _START_OF_OBJECT.match(written)
        is_whole = begin and int(begin[1]) == number and written.endswith(b"endobj")
        has_strings = b"(" in written or b"<" in written.replace(b"<<", b"")
        if is_whole and not has_strings and b"stream" not in written:
            found.add(number)
    return found


_START_OF_OBJECT = re.compile(rb"\s*(\d+)\s+0\s+obj\b")


def _strings(value: Any) -> Iterator[str]:
    """Yield the strings in an object of pypdf."""
    from pypdf.generic import ByteStringObject, StreamObject, TextStringObject

    match value:
        case TextStringObject():
            yield str(value)
        case ByteStringObject():
            yield as_text(bytes(value))
        case StreamObject() if value.get("/Type") in ("/Metadata", "/EmbeddedFile"):
            xml = parse_xml(value.get_data())
            yield from ("\n".join(xml.root.itertext()), *xml.strings()) if xml else [as_text(value.get_data())]
        case StreamObject() if "/DCTDecode" in str(value.get("/Filter")):  # A JPEG, with its metadata.
            yield from image_strings(value.get_data())
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list():
            for part in value:
                yield from _strings(part)

"""A reader of finished PDFs, by PDFium: texts with fonts and positions, pictures, links and bookmarks.

PDFium is not thread-safe. Therefore all calls to it are in this module, under one lock. Lengths are in pt, positions
are measured from the lower left corner of the page.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cached_property
from typing import Any, NamedTuple

import pypdfium2
from msgspec import Struct, field
from pypdfium2 import raw

_LOCK = threading.Lock()
_BUFFER, _LENGTH, _SIZE = (ctypes.c_ushort * 1024)(), ctypes.c_ulong(), ctypes.c_float()
_BOX = (ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float())
"""Buffers for the results of PDFium: texts, their lengths in bytes, and numbers. Use them only under the lock."""
_LETTER = re.compile(r"\w").search
_MAX_DEPTH = 15
"""The number of levels that are read: of bookmarks, and of form objects inside form objects."""


class Run(Struct, frozen=True, dict=True):
    """A text in one font on the baseline `y`, from `left` to `right`.

    `right` is the end of the last letter; punctuation after it may extend into the margin. In a run that ends further
    left than others on the page, `right` is the end of its ink, which is quicker to read.
    """

    text: str
    font: str
    size: float
    left: float
    right: float
    y: float

    @cached_property
    def has_words(self) -> bool:
        """Whether the text contains a letter or a digit."""
        return bool(_LETTER(self.text))


class PdfPage(Struct, frozen=True):
    """One page: its texts in the order of the file, the targets of its links, and the number of its pictures.

    `artifact_text` is the text that is marked as an artifact, such as the page header and footer.
    """

    width: float
    height: float
    runs: tuple[Run, ...]
    artifact_text: str
    links: tuple[str, ...]
    pictures: int


class Bookmark(Struct, frozen=True):
    """An entry of the outline: its level (from 1), its title, and the page (from 0) and height of its target."""

    level: int
    title: str
    page: int
    top: float


def page_count(content: bytes) -> int:
    """Return the number of pages of a PDF. Raises `pypdfium2.PdfiumError` if `content` is not a PDF."""
    with _LOCK, closing(pypdfium2.PdfDocument(content)) as document:
        return len(document)


def read(content: bytes) -> tuple[list[PdfPage], list[Bookmark]]:
    """Return the pages and the outline of a PDF. Raises `pypdfium2.PdfiumError` if `content` is not a PDF."""
    with _LOCK, closing(pypdfium2.PdfDocument(content)) as document:
        return [_read_page(document, number) for number in range(len(document))], list(_read_bookmarks(document))


def read_colours(content: bytes) -> list[tuple[str, str, int]]:
    """Return the text objects of a PDF that contain letters: colour as `#rrggbb`, text, and page (from 0)."""
    with _LOCK, closing(pypdfium2.PdfDocument(content)) as document:
        found = []
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as text:
                objects = [raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page))]
                reader = _PageReader(text)
                found += [(_colour(item), reader.words(item), number) for item in _text_objects(objects)]
    return [each for each in found if _LETTER(each[1])]


def _text_objects(objects: Iterable[Any], depth: int = 1) -> Iterator[Any]:
    """Yield the text objects among objects and inside them, except page headers and footers."""
    for item in objects:
        kind = raw.FPDFPageObj_GetType(item)
        if any(mark.is_artifact for mark in _read_marks(item)):
            continue
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = (raw.FPDFFormObj_GetObject(item, i) for i in range(raw.FPDFFormObj_CountObjects(item)))
            yield from _text_objects(inner, depth + 1)


def _colour(item: Any) -> str:
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item, *channels)
    return "#" + "".join(f"{channel.value:02x}" for channel in channels[:3])


def _read_page(document: Any, number: int) -> PdfPage:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        left, bottom, right, top = page.get_mediabox()
        reader = _PageReader(text)
        count = raw.FPDFPage_CountObjects(page)
        reader.read((raw.FPDFPage_GetObject(page, i) for i in range(count)), None, [])
        links = tuple(_read_links(document, page))
        return PdfPage(right - left, top - bottom, tuple(reader.runs), reader.artifact_text, links, reader.pictures)


# ---------------------------------------------------------------- what a page shows


class _Mark(NamedTuple):
    """A marked-content sequence that contains an object of a page."""

    pointer: Any
    is_artifact: bool
    is_picture: bool
    """Whether the mark has an alternative text, or is an artifact without a type: a decorative picture."""
    replacement: str | None
    """The actual text of the mark, if it has one. For the hyphen of a broken word, this is a soft hyphen."""


class _PageReader(Struct):
    """A collector of what one page shows. `text` is PDFium's text page."""

    text: Any
    runs: list[Run] = []
    artifact_text: str = ""
    pictures: int = 0
    _counted: set[int] = field(default_factory=set)
    """The addresses of the marks whose pictures have been counted."""
    _replaced: set[int] = field(default_factory=set)
    """The addresses of the marks whose replacement has been read."""
    _families: dict[int, str] = {}
    _rightmost: float = 0

    def read(self, objects: Iterable[Any], transform: Any, outer: list[_Mark], depth: int = 1) -> None:
        """Read objects inside the marks `outer`. `transform` is the matrix of the form object around them, or None."""
        for item in objects:
            marks = [*outer, *_read_marks(item)]
            kind = raw.FPDFPageObj_GetType(item)
            if kind in _PICTURES or (any(mark.is_picture for mark in marks) and not _is_rule(kind, item)):
                self._count_picture(marks)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._read_text_object(item, transform, marks)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inner = (raw.FPDFFormObj_GetObject(item, i) for i in range(raw.FPDFFormObj_CountObjects(item)))
                self.read(inner, pypdfium2.PdfMatrix.from_raw(_matrix(item, transform)), marks, depth + 1)

    def _count_picture(self, marks: list[_Mark]) -> None:
        """Count a picture once, even if several objects draw it."""
        if not any(_address(mark.pointer) in self._counted for mark in marks):
            self.pictures += 1
        self._counted.update(_address(mark.pointer) for mark in marks[-1:])

    def _read_text_object(self, item: Any, transform: Any, marks: list[_Mark]) -> None:
        text = self._text(item, marks)
        if any(mark.is_artifact for mark in marks):
            self.artifact_text += text
        elif text:
            raw.FPDFTextObj_GetFontSize(item, _SIZE)
            matrix = _matrix(item, transform)
            height = _SIZE.value * abs(matrix.a)
            right = self._right(item, transform, matrix.f, height)
            self.runs.append(Run(text, self._family(item), height, matrix.e, right, matrix.f))

    def words(self, item: Any) -> str:
        """Return the text of a text object."""
        return self._text(item, [])

    def _text(self, item: Any, marks: list[_Mark]) -> str:
        """Return the text of a text object. A replacement belongs to all objects of its mark, and is returned once."""
        for mark in marks:
            if mark.replacement is not None:
                is_repeated = _address(mark.pointer) in self._replaced
                self._replaced.add(_address(mark.pointer))
                return "" if is_repeated else mark.replacement
        buffer = _BUFFER
        length = raw.FPDFTextObj_GetText(item, self.text, buffer, ctypes.sizeof(buffer))
        if length > ctypes.sizeof(buffer):
            buffer = (ctypes.c_ushort * (length // 2))()
            raw.FPDFTextObj_GetText(item, self.text, buffer, length)
        # PDFium writes U+0002 for a hyphen at the end of a line.
        return ctypes.string_at(buffer, max(length - 2, 0)).decode("utf-16-le", errors="replace").replace("\x02", "-")

    def _family(self, item: Any) -> str:
        """Return the family of a font: `Liberation Sans` for `ABCDEF+LiberationSans-Bold`."""
        font = raw.FPDFTextObj_GetFont(item)
        address = _address(font)
        if address not in self._families:
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            family = name.value.decode(errors="replace").rpartition("+")[2].partition("-")[0]
            self._families[address] = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", family)
        return self._families[address]

    def _right(self, item: Any, transform: Any, y: float, size: float) -> float:
        """Return the end of the last letter of a text. Only texts that may reach furthest are read by character."""
        _, _, end, top = _bounds(item)
        if transform:
            end, _ = transform.on_point(end, top)
        if end > self._rightmost - size / 4:
            last = raw.FPDFText_GetCharIndexAtPos(self.text, end - 0.01, y, size / 10, 2 * size)
            while self._belongs_to(last, item):
                if _LETTER(chr(raw.FPDFText_GetUnicode(self.text, last))):
                    end = self._end_of_letter(last, item)
                    self._rightmost = max(self._rightmost, end)
                    break
                last -= 1
        return end

    def _belongs_to(self, index: int, item: Any) -> bool:
        """Return whether a character of the page belongs to a text object."""
        owner = raw.FPDFText_GetTextObject(self.text, index) if index >= 0 else None
        return bool(owner) and _address(owner) == _address(item)

    def _end_of_letter(self, index: int, item: Any) -> float:
        """Return the origin of the next character; for the last one, which may be a ligature, the end of its box."""
        if self._belongs_to(index + 1, item):
            x, y = ctypes.c_double(), ctypes.c_double()
            raw.FPDFText_GetCharOrigin(self.text, index + 1, x, y)
            return x.value
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self.text, index, box)
        return float(box.right)


_PICTURES = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING}
_MAX_RULE_WIDTH = 2
"""A path that is at most this high or this wide is a rule (a line), not a picture."""


def _read_marks(item: Any) -> Iterator[_Mark]:
    """Yield the marks around an object, the outermost first."""
    for i in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, i)
        raw.FPDFPageObjMark_GetName(mark, _BUFFER, ctypes.sizeof(_BUFFER), _LENGTH)
        is_artifact = _LENGTH.value == len(_ARTIFACT) and bytes(_BUFFER).startswith(_ARTIFACT)
        is_picture = not _has(mark, b"Type") if is_artifact else _has(mark, b"Alt")
        yield _Mark(mark, is_artifact, is_picture, _replacement(mark))


def _has(mark: Any, key: bytes) -> bool:
    return bool(raw.FPDFPageObjMark_GetParamValueType(mark, key) != raw.FPDF_OBJECT_UNKNOWN)


_ARTIFACT = "Artifact\0".encode("utf-16-le")
_UTF_16 = b"\xfe\xff"
"""The byte order mark at the start of UTF-16 strings in a PDF."""


def _replacement(mark: Any) -> str | None:
    """Return the actual text of a mark, or None."""
    if not _has(mark, b"ActualText"):
        return None

    raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", None, 0, _LENGTH)
    content = (ctypes.c_ubyte * _LENGTH.value)()
    raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", content, len(content), _LENGTH)
    encoding = "utf-16" if bytes(content[:2]) == _UTF_16 else "utf-8-sig"
    return bytes(content).decode(encoding, errors="replace")


def _is_rule(kind: int, item: Any) -> bool:
    left, bottom, right, top = _bounds(item)
    return kind == raw.FPDF_PAGEOBJ_PATH and min(right - left, top - bottom) <= _MAX_RULE_WIDTH


def _bounds(item: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of an object."""
    left, bottom, right, top = _BOX
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(item: Any, transform: Any) -> Any:
    """Return the matrix of an object, combined with that of the form object around it."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return pypdfium2.PdfMatrix.from_raw(matrix).multiply(transform) if transform else matrix


def _address(pointer: Any) -> int:
    """Return the address of an object of PDFium, which identifies the object."""
    return ctypes.addressof(pointer.contents)


# ---------------------------------------------------------------- links and bookmarks


def _read_links(document: Any, page: Any) -> Iterator[str]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, position, link):
        action = raw.FPDFLink_GetAction(link)
        if length := raw.FPDFAction_GetURIPath(document, action, None, 0):
            url = ctypes.create_string_buffer(length)
            raw.FPDFAction_GetURIPath(document, action, url, length)
            yield url.value.decode(errors="replace")


def _read_bookmarks(document: Any) -> Iterator[Bookmark]:
    for bookmark in document.get_toc(max_depth=_MAX_DEPTH):
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        if page is not None:
            x, top, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
            is_set = (ctypes.c_int(), ctypes.c_int(), ctypes.c_int())
            raw.FPDFDest_GetLocationInPage(target, *is_set, x, top, zoom)
            yield Bookmark(bookmark.level + 1, bookmark.get_title(), page, top.value)

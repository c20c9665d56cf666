"""Finished PDFs as PDFium reads them: object by object, with fonts, places and marks.

One thread at a time may enter PDFium, so that all that is asked of it is asked here, under one lock. Lengths are in pt,
places count from the lower left corner of the page.
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
_ROOM, _LENGTH, _SIZE = (ctypes.c_ushort * 1024)(), ctypes.c_ulong(), ctypes.c_float()
_BOX = (ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float())
"""Where PDFium puts texts, how many bytes they take, and figures, read at once by whoever holds the lock."""
_LETTER = re.compile(r"\w").search
_DEEPEST = 15
"""So many levels of bookmarks are read, and of forms that show forms."""


class Run(Struct, frozen=True, dict=True):
    """Words in one font on the baseline `y`, from `left` to `right`, where the last letter ends: a sign after it may
    hang over the edge. What reaches less far than other words on the page ends where its ink does."""

    text: str
    font: str
    size: float
    left: float
    right: float
    y: float

    @cached_property
    def has_words(self) -> bool:
        """Whether there is a letter or a figure in it."""
        return bool(_LETTER(self.text))


class PdfPage(Struct, frozen=True):
    """A page: its words in the order of the file; those marked as artifacts (header, footer); the targets of its links;
    how many photos and drawings it shows."""

    width: float
    height: float
    runs: tuple[Run, ...]
    furniture: str
    links: tuple[str, ...]
    pictures: int


class Bookmark(Struct, frozen=True):
    """An entry of the outline: its level from 1, and the page (from 0) and height that it leads to."""

    level: int
    title: str
    page: int
    top: float


def page_count(content: bytes) -> int:
    """How many pages a PDF has. Raises `pypdfium2.PdfiumError` where `content` is no PDF."""
    with _LOCK, closing(pypdfium2.PdfDocument(content)) as document:
        return len(document)


def read(content: bytes) -> tuple[list[PdfPage], list[Bookmark]]:
    """The pages and the outline of a PDF. Raises `pypdfium2.PdfiumError` where `content` is no PDF."""
    with _LOCK, closing(pypdfium2.PdfDocument(content)) as document:
        return [_page(document, number) for number in range(len(document))], list(_bookmarks(document))


def _page(document: Any, number: int) -> PdfPage:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        left, bottom, right, top = page.get_mediabox()
        shown = _Shown(text)
        count = raw.FPDFPage_CountObjects(page)
        shown.take((raw.FPDFPage_GetObject(page, i) for i in range(count)), None, [])
        links = tuple(_links(document, page))
        return PdfPage(right - left, top - bottom, tuple(shown.runs), shown.furniture, links, shown.pictures)


# ---------------------------------------------------------------- what a page shows


class _Mark(NamedTuple):
    """What a stretch of a page is marked with."""

    itself: Any
    furniture: bool
    picture: bool
    """Whether it describes what it shows in words, or is furniture of no type: a picture that nobody has to see."""
    meant: str | None
    """The text it stands for, where that is not the one it shows: the hyphen of a broken word is a soft one."""


class _Shown(Struct):
    """What a page shows, gathered object by object; `text` is PDFium's own look at its words."""

    text: Any
    runs: list[Run] = []
    furniture: str = ""
    pictures: int = 0
    _pictured: set[int] = field(default_factory=set)
    _told: set[int] = field(default_factory=set)
    _families: dict[int, str] = {}
    _furthest: float = 0

    def take(self, objects: Iterable[Any], at: Any, outer: list[_Mark], depth: int = 1) -> None:
        """Objects inside the marks `outer`; those of a form stand `at` its matrix on the page."""
        for thing in objects:
            marks = [*outer, *_marks(thing)]
            kind = raw.FPDFPageObj_GetType(thing)
            if kind in _PICTURES or (any(mark.picture for mark in marks) and not _is_rule(kind, thing)):
                self._picture(marks)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._words(thing, at, marks)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                inside = (raw.FPDFFormObj_GetObject(thing, i) for i in range(raw.FPDFFormObj_CountObjects(thing)))
                self.take(inside, pypdfium2.PdfMatrix.from_raw(_matrix(thing, at)), marks, depth + 1)

    def _picture(self, marks: list[_Mark]) -> None:
        """A picture counts once, however many objects draw it."""
        if not any(_number(mark.itself) in self._pictured for mark in marks):
            self.pictures += 1
        self._pictured.update(_number(mark.itself) for mark in marks[-1:])

    def _words(self, thing: Any, at: Any, marks: list[_Mark]) -> None:
        text = self._text(thing, marks)
        if any(mark.furniture for mark in marks):
            self.furniture += text
        elif text:
            raw.FPDFTextObj_GetFontSize(thing, _SIZE)
            matrix = _matrix(thing, at)
            height = _SIZE.value * abs(matrix.a)
            right = self._right(thing, at, matrix.f, height)
            self.runs.append(Run(text, self._family(thing), height, matrix.e, right, matrix.f))

    def _text(self, thing: Any, marks: list[_Mark]) -> str:
        for mark in marks:
            if mark.meant is not None:
                again = _number(mark.itself) in self._told
                self._told.add(_number(mark.itself))
                return "" if again else mark.meant
        room = _ROOM
        length = raw.FPDFTextObj_GetText(thing, self.text, room, ctypes.sizeof(room))
        if length > ctypes.sizeof(room):
            room = (ctypes.c_ushort * (length // 2))()
            raw.FPDFTextObj_GetText(thing, self.text, room, length)
        # PDFium has a sign of its own for a hyphen that ends a line.
        return ctypes.string_at(room, max(length - 2, 0)).decode("utf-16-le", errors="replace").replace("\x02", "-")

    def _family(self, thing: Any) -> str:
        """`Liberation Sans` for the font `ABCDEF+LiberationSans-Bold`."""
        font = raw.FPDFTextObj_GetFont(thing)
        number = _number(font)
        if number not in self._families:
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            family = name.value.decode(errors="replace").rpartition("+")[2].partition("-")[0]
            self._families[number] = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", family)
        return self._families[number]

    def _right(self, thing: Any, at: Any, y: float, size: float) -> float:
        """Where the last letter of a text ends. Only what may reach furthest is looked at sign by sign."""
        _, _, end, top = _bounds(thing)
        if at:
            end, _ = at.on_point(end, top)
        if end > self._furthest - size / 4:
            last = raw.FPDFText_GetCharIndexAtPos(self.text, end - 0.01, y, size / 10, 2 * size)
            while self._belongs(last, thing):
                if _LETTER(chr(raw.FPDFText_GetUnicode(self.text, last))):
                    end = self._end(last, thing)
                    self._furthest = max(self._furthest, end)
                    break
                last -= 1
        return end

    def _belongs(self, number: int, thing: Any) -> bool:
        """Whether a sign of the page's text is one of a text object."""
        owner = raw.FPDFText_GetTextObject(self.text, number) if number >= 0 else None
        return bool(owner) and _number(owner) == _number(thing)

    def _end(self, number: int, thing: Any) -> float:
        """Where a letter makes room for the next; that of the last, which may be a ligature, includes its ink."""
        if self._belongs(number + 1, thing):
            x, y = ctypes.c_double(), ctypes.c_double()
            raw.FPDFText_GetCharOrigin(self.text, number + 1, x, y)
            return x.value
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self.text, number, box)
        return float(box.right)


_PICTURES = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING}
_THIN = 2
"""What is drawn no higher or no wider than this is a rule."""


def _marks(thing: Any) -> Iterator[_Mark]:
    """The stretches that an object stands in, from the outermost."""
    for i in range(raw.FPDFPageObj_CountMarks(thing)):
        mark = raw.FPDFPageObj_GetMark(thing, i)
        raw.FPDFPageObjMark_GetName(mark, _ROOM, ctypes.sizeof(_ROOM), _LENGTH)
        furniture = _LENGTH.value == len(_ARTIFACT) and bytes(_ROOM).startswith(_ARTIFACT)
        picture = not _has(mark, b"Type") if furniture else _has(mark, b"Alt")
        yield _Mark(mark, furniture, picture, _meant(mark))


def _has(mark: Any, key: bytes) -> bool:
    return bool(raw.FPDFPageObjMark_GetParamValueType(mark, key) != raw.FPDF_OBJECT_UNKNOWN)


_ARTIFACT = "Artifact\0".encode("utf-16-le")
_UTF_16 = b"\xfe\xff"
"""What texts in a PDF begin with that are coded in this way."""


def _meant(mark: Any) -> str | None:
    if not _has(mark, b"ActualText"):
        return None

    raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", None, 0, _LENGTH)
    content = (ctypes.c_ubyte * _LENGTH.value)()
    raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", content, len(content), _LENGTH)
    coding = "utf-16" if bytes(content[:2]) == _UTF_16 else "utf-8-sig"
    return bytes(content).decode(coding, errors="replace")


def _is_rule(kind: int, thing: Any) -> bool:
    left, bottom, right, top = _bounds(thing)
    return kind == raw.FPDF_PAGEOBJ_PATH and min(right - left, top - bottom) <= _THIN


def _bounds(thing: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what an object draws."""
    left, bottom, right, top = _BOX
    raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(thing: Any, at: Any) -> Any:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, matrix)
    return pypdfium2.PdfMatrix.from_raw(matrix).multiply(at) if at else matrix


def _number(pointer: Any) -> int:
    """What tells one of PDFium's things from the others."""
    return ctypes.addressof(pointer.contents)


# ---------------------------------------------------------------- where it leads


def _links(document: Any, page: Any) -> Iterator[str]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, position, link):
        action = raw.FPDFLink_GetAction(link)
        if length := raw.FPDFAction_GetURIPath(document, action, None, 0):
            address = ctypes.create_string_buffer(length)
            raw.FPDFAction_GetURIPath(document, action, address, length)
            yield address.value.decode(errors="replace")


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for bookmark in document.get_toc(max_depth=_DEEPEST):
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        if page is not None:
            x, top, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
            known = (ctypes.c_int(), ctypes.c_int(), ctypes.c_int())
            raw.FPDFDest_GetLocationInPage(target, *known, x, top, zoom)
            yield Bookmark(bookmark.level + 1, bookmark.get_title(), page, top.value)

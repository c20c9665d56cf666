"""Write PDF files: Typst typesets the source from `typst_source`.

The files conform to PDF/UA-1 and PDF/A-2a: tagged, searchable, all fonts embedded. Typst checks both standards. Fonts
of the machine are used only if the theme names them, or for a script that the bundled fonts do not have. So every
machine writes the same bytes for most CVs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from msgspec import Struct

from polyvita.config.theme import PAPER, DocumentInfo, Theme
from polyvita.core.allowed import common_folder
from polyvita.core.diagnostics import ExternalError, Finding, InputError, error
from polyvita.core.location import NOWHERE, Location
from polyvita.writers import WriterOptions
from polyvita.writers.fonts import (
    missing_characters,
    missing_glyphs,
    resolve_fonts,
)
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.photo import photo_drawing
from polyvita.writers.prepare import PreparedDocument, prepare
from polyvita.writers.script_fonts import SYMBOL_FONTS, is_sans, suggest_font
from polyvita.writers.typst_runner import TypstTask, run_typst
from polyvita.writers.typst_source import font_list, typst_source

STANDARDS: list[Any] = ["ua-1", "a-2a"]


class Layout(Struct, frozen=True):
    """The measures of a laid-out document; all lengths are in pt.

    `text_end` is the distance from the top of the text area of the last page to the end of the text. `area_height` is
    the height of the text area of a page. `spans` maps the number of each marked text to its top and bottom, measured
    as if the document were one long page.
    """

    pages: int
    text_end: float
    area_height: float
    line_height: float
    spans: Mapping[int, tuple[float, float]] = {}

    @property
    def height(self) -> float:
        """The height of the whole text, measured as if the document were one long page."""
        return (self.pages - 1) * self.area_height + self.text_end

    @property
    def last_page_fill(self) -> float:
        """The share of the last page that is filled, from 0 to 1."""
        return min(1.0, self.text_end / self.area_height)


def lay_out(prepared: PreparedDocument, theme: Theme, info: DocumentInfo, *, folder: Path) -> Layout:
    """Measure the pages that `write` would write.

    To mark a text, put the Typst code `#metadata((number, 0))<unit>` before it and `#metadata((number, 1))<unit>` after
    it. Raises the same errors as `write`.
    """
    source, fonts = _with_fonts(typst_source(prepared, theme, info, folder), theme, info, folder)
    found = query_marks(source, folder, fonts, _inputs(prepared, theme, folder))
    top, area_height = (
        theme.margins.top / _MM_PER_POINT,
        (PAPER[theme.paper][1] - theme.margins.top - theme.margins.bottom) / _MM_PER_POINT,
    )

    def height(location: Mapping[str, Any]) -> float:
        return (int(location["page"]) - 1) * area_height + float(location["y"].removesuffix("pt")) - top

    line_height = theme.size * theme.leading
    marks: dict[int, list[float]] = {}
    for (number, _), location in found["units"]:
        marks.setdefault(number, []).append(height(location))
    spans = {number: (min(heights), max(heights) + line_height) for number, heights in marks.items()}
    pages = int(found["end"]["page"])
    return Layout(pages, height(found["end"]) - (pages - 1) * area_height, area_height, line_height, spans)


def query_marks(source: str, folder: Path, fonts: tuple[Path, ...], inputs: dict[str, str]) -> dict[str, Any]:
    """Lay out a Typst source and return the positions of its marks, as `_MARKS_QUERY` describes them."""
    try:
        task = TypstTask(source, common_folder(folder), fonts, query=_MARKS_QUERY, inputs=inputs)
        found: dict[str, Any] = run_typst(task)
    except typst.TypstError as problem:
        message = f"Typst could not lay out the pages: {problem.message}"
        raise ExternalError(message, " ".join(problem.hints)) from problem
    return found


_END_MARK = "\n#metadata(none)<end>\n"
_MARKS_QUERY = """(
  end: query(<end>).first().location().position(),
  units: query(<unit>).map(mark => (mark.value, mark.location().position())),
)"""
_MM_PER_POINT = 25.4 / 72
"""The length of a point in mm."""


def draw_first_page(prepared: PreparedDocument, options: WriterOptions, pixels_per_inch: float) -> bytes:
    """Return the first page as a PNG. Raises `InputError` and `ExternalError` as `write` does."""
    theme, info, folder = options.theme, options.info, options.folder
    source, fonts = _with_fonts(typst_source(prepared, theme, info, folder), theme, info, folder)
    settings = {"format": "png", "ppi": pixels_per_inch}
    task = TypstTask(source, common_folder(folder), fonts, settings, inputs=_inputs(prepared, theme, folder))
    try:
        pages = run_typst(task)
    except typst.TypstError as problem:
        raise ExternalError(f"Typst could not draw the page: {problem.message}", " ".join(problem.hints)) from problem
    return bytes(pages[0] if isinstance(pages, list) else pages)


def _inputs(prepared: PreparedDocument, theme: Theme, folder: Path) -> dict[str, str]:
    """Return what the source reads beside its files: the photo."""
    head = prepared.letterhead
    return {"photo": photo_drawing(head.photo[0], theme, folder)} if head and head.photo else {}


def write(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return `ast` as a PDF.

    Raises `InputError` if an image is missing, `MissingGlyph` if no font has a character, and `ExternalError` if Pandoc
    or Typst fails for another reason.
    """
    info, folder = options.info, options.folder
    prepared = prepare(ast)
    source, fonts = _with_fonts(typst_source(prepared, options.theme, info, folder), options.theme, info, folder)
    try:
        return _typeset(source, folder, fonts, info, _inputs(prepared, options.theme, folder))
    except typst.TypstError as problem:
        if missing := missing_characters(problem):
            faces = resolve_fonts(options.theme, folder, source, info.lang)
            missing += missing_glyphs((), faces.folders, "".join(sorted({*source} - {*missing, *_ASCII})))
            raise MissingGlyph(missing, sans=is_sans(options.theme)) from problem
        hint = " ".join(problem.hints) or "check the {=typst} code in the CV, if there is any"
        raise ExternalError(f"Typst could not write the PDF: {problem.message}", hint) from problem


_ASCII = frozenset(map(chr, range(128)))


def _with_fonts(source: str, theme: Theme, info: DocumentInfo, folder: Path) -> tuple[str, tuple[Path, ...]]:
    """Return the source with the list of its fonts and without signs that no font has, and the folders of the fonts."""
    faces = resolve_fonts(theme, folder, source, info.lang)
    if faces.without_font:
        source = re.sub(f"[{re.escape(faces.without_font)}][\u200d\ufe0e\ufe0f]*", "", source)  # with its joiners
    heading = tuple(dict.fromkeys([*faces.heading, *faces.families])) if faces.heading else ()
    return font_list(faces.families, heading) + source + _END_MARK, faces.folders


def _typeset(source: str, folder: Path, fonts: tuple[Path, ...], info: DocumentInfo, inputs: dict[str, str]) -> bytes:
    options = {"pdf_standards": STANDARDS, "timestamp": info.timestamp}
    pdf = run_typst(TypstTask(source, common_folder(folder), fonts, options, inputs=inputs))
    if not isinstance(pdf, bytes):
        raise ExternalError("Typst did not return a PDF")
    return pdf


class MissingGlyph(InputError):
    """An error about characters that no font can show."""

    def __init__(self, characters: str, *, sans: bool = False) -> None:
        super().__init__(missing_glyph_finding(characters, sans=sans))
        self.characters, self.sans = characters, sans


def missing_glyph_finding(characters: str, location: Location = NOWHERE, *, sans: bool = False) -> Finding:
    """Return a finding about characters that no font can show. The hint names a font that has them."""
    each = list(dict.fromkeys(characters))
    names = [f"{char} (U+{ord(char):04X})" for char in each[:_MAX_LISTED]]
    names += [f"{len(each) - _MAX_LISTED} more"] * (len(each) > _MAX_LISTED)
    listed = f"{', '.join(names[:-1])}{' and ' * (len(names) > 1)}{names[-1]}"
    family = suggest_font(each[0], sans=sans)
    hint = f"install a font such as {family}, or put its files into fonts/ beside the CV"
    hint += "; or use other characters" * (family in SYMBOL_FONTS)
    if unicodedata.category(each[0]) == "Co":
        hint = "use another character: Unicode leaves this one to private fonts"
    return error("PV304", f"no available font can show {listed}", location, hint)


_MAX_LISTED = 8
"""The number of characters that the message lists; it counts the others."""

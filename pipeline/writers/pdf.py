"""PDF: Typst sets what `typst_source` wrote.

The result is PDF/UA-1 and PDF/A-2a at once: tagged, searchable, with every font inside. Typst checks both as it
writes. No font of the machine is used, so that every machine writes the same bytes.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import font_caladea
import typst

from pipeline.diagnostics import InputError, OutsideError, error, listing
from pipeline.theme import Info, Theme
from pipeline.writers.ast import Ast
from pipeline.writers.typst_source import typst_source

STANDARDS: list[Any] = ["ua-1", "a-2a"]
_MISSING = re.compile(r"the text `\"(.*)\"` could not be displayed")


def write(ast: Ast, theme: Theme, info: Info, *, folder: Path | None = None) -> bytes:
    """The PDF of `ast`; `folder` is where the source stands, for the images it names.

    Raises `InputError` for characters that no font can show and for images that are not there, `OutsideError`
    where Pandoc or Typst fails otherwise.
    """
    folder = folder or Path()
    return _compile(typst_source(ast, theme, info, folder), info, folder)


@cache
def _fonts() -> typst.Fonts:
    """Caladea, and what comes with Typst. Read once: finding fonts takes longer than setting a page."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[Path(font_caladea.font_directory)]
    )


def _compile(source: str, info: Info, folder: Path) -> bytes:
    compiler = typst.Compiler(root=folder, font_paths=_fonts())
    try:
        return _set(compiler, source, info)
    except typst.TypstError as problem:
        if missing := _missing(problem):
            raise _cannot_show(compiler, source, info, missing) from problem
        raise OutsideError(f"Typst could not write the PDF: {problem.message}", " ".join(problem.hints)) from problem


def _set(compiler: typst.Compiler, source: str, info: Info) -> bytes:
    pdf = compiler.compile(source.encode(), format="pdf", pdf_standards=STANDARDS, timestamp=info.timestamp)
    if not isinstance(pdf, bytes):
        raise OutsideError("Typst wrote no PDF")
    return pdf


def _missing(problem: typst.TypstError) -> str:
    """The characters that Typst says it cannot show."""
    found = _MISSING.search(problem.message)
    return found[1] if found else ""


def _cannot_show(compiler: typst.Compiler, source: str, info: Info, missing: str) -> InputError:
    """One error for all such characters: Typst stops at the first, so each is taken out in turn."""
    shown = ""
    while missing:
        shown += "".join(char for char in missing if char not in shown)
        source = source.translate(dict.fromkeys(map(ord, missing)))
        try:
            _set(compiler, source, info)
        except typst.TypstError as problem:
            missing = "".join(char for char in _missing(problem) if char in source)
        else:
            missing = ""
    names = listing(f"{char} (U+{ord(char):04X})" for char in shown)
    hint = "write it another way, or leave it out of this output"
    return InputError(error("no-glyph", f"no font at hand can show {names}", hint=hint))

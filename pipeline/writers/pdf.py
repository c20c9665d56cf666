"""PDF: Typst sets what `typst_source` wrote.

The result is PDF/UA-1 and PDF/A-2a at once: tagged, searchable, with every font inside. Typst checks both as it
writes. No font of the machine is used unless one is asked for by name, so that every machine writes the same bytes.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import typst

from pipeline.diagnostics import InputError, OutsideError, error, listing
from pipeline.theme import Info, Theme
from pipeline.writers.ast import Ast
from pipeline.writers.fonts import loaded, typefaces
from pipeline.writers.lower import Page
from pipeline.writers.typst_source import typst_source

STANDARDS: list[Any] = ["ua-1", "a-2a"]
_MISSING = re.compile(r"the text `\"(.*)\"` could not be displayed")


def write(ast: Ast | Page, theme: Theme, info: Info, *, folder: Path | None = None) -> bytes:
    """The PDF of `ast`; `folder` is where the source stands, for the images it names.

    Raises `InputError` for characters that no font can show and for images that are not there, `OutsideError`
    where Pandoc or Typst fails otherwise.
    """
    folder = folder or Path()
    faces = typefaces(theme, folder)
    source = typst_source(ast, dataclasses.replace(theme, font_pdf=faces.families), info, folder)
    return _compile(source, info, folder, loaded(faces.folders))


def _compile(source: str, info: Info, folder: Path, fonts: typst.Fonts) -> bytes:
    compiler = typst.Compiler(root=folder, font_paths=fonts)
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
    hint = "put a font that has it into fonts/ beside the CV, or write it another way"
    return InputError(error("PV304", f"no font at hand can show {names}", hint=hint))

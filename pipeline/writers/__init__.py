"""From the tree to a file: one module per format over one bridge to Pandoc."""

from __future__ import annotations

from pathlib import Path

from pipeline.theme import Info, Theme
from pipeline.writers.ast import Ast
from pipeline.writers.lower import Page
from pipeline.writers.pandoc import output_formats

ENDINGS = {
    "html": "html",
    "docx": "docx",
    "pdf": "pdf",
    "txt": "txt",
    "asciidoc": "adoc",
    "commonmark": "md",
    "commonmark_x": "md",
    "context": "tex",
    "epub3": "epub",
    "gfm": "md",
    "json": "json",
    "latex": "tex",
    "markdown": "md",
    "native": "native",
    "plain": "plain.txt",
    "typst": "typ",
}
"""How a file of a format ends, where that is not the format's own name."""

OWN = ("html", "docx", "pdf", "txt")
"""The formats that this package dresses itself; Pandoc alone writes the others."""


def is_format(name: str) -> bool:
    """Whether an output can be written in this format. Asks Pandoc only for formats that are not our own."""
    return name in OWN or name in output_formats()


def write(
    ast: Ast | Page, format: str, *, theme: Theme, info: Info, folder: Path, reference: bytes | None = None
) -> bytes:
    """The finished file.

    `folder` is where images are looked for; `reference` is a Word template whose styles replace the theme's.
    """
    # Each writer is imported when it is needed: a run that writes text alone should not wait for Typst.
    match format:
        case "html":
            from pipeline.writers import html

            return html.write(ast, theme, info, folder=folder)
        case "docx":
            from pipeline.writers import docx

            return docx.write(ast, theme, info, folder=folder, reference=reference)
        case "pdf":
            from pipeline.writers import pdf

            return pdf.write(ast, theme, info, folder=folder)
        case "txt":
            from pipeline.writers import text

            return text.write(ast, theme, info)
        case _:
            from pipeline.writers import other

            return other.write(ast, format, info)


def page_count(pdf: bytes) -> int:
    """How many pages a finished PDF has."""
    from pipeline import pdfium

    return pdfium.page_count(pdf)

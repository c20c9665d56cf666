"""From the tree to a file: one module per format over one bridge to Pandoc."""

from __future__ import annotations

from pathlib import Path

from polyvita.config.theme import DocumentInfo, Theme
from polyvita.writers.pandoc import output_formats
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument

FILE_SUFFIXES = {
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
    ast: Ast | PreparedDocument,
    format: str,
    *,
    theme: Theme,
    info: DocumentInfo,
    folder: Path,
    reference: bytes | None = None,
) -> bytes:
    """The finished file.

    `folder` is where images are looked for; `reference` is a Word template whose styles replace the theme's.
    """
    # Each writer is imported when it is needed: a run that writes text alone should not wait for Typst.
    match format:
        case "html":
            from polyvita.writers import html

            return html.write(ast, theme, info, folder=folder)
        case "docx":
            from polyvita.writers import docx

            return docx.write(ast, theme, info, folder=folder, reference=reference)
        case "pdf":
            from polyvita.writers import pdf

            return pdf.write(ast, theme, info, folder=folder)
        case "txt":
            from polyvita.writers import text

            return text.write(ast, theme, info)
        case _:
            from polyvita.writers import pandoc_formats

            return pandoc_formats.write(ast, format, info)

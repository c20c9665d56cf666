"""Write a document as a finished file, one module for each format.

`docx`, `html`, `pdf` and `text` write the formats that this package designs itself; `pandoc_formats` leaves all others
to Pandoc. `prepare` does the work that all formats share.
"""

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
"""The file name suffix of each format. A format that is not listed uses its own name as suffix."""

OWN_FORMATS = ("html", "docx", "pdf", "txt")
"""The formats with a layout of this package. Pandoc alone writes all others."""


def is_format(name: str) -> bool:
    """Return whether `write` supports the format `name`. Pandoc is asked only if the name is not in `OWN_FORMATS`."""
    return name in OWN_FORMATS or name in output_formats()


def write(
    ast: Ast | PreparedDocument,
    format: str,
    *,
    theme: Theme,
    info: DocumentInfo,
    folder: Path,
    reference: bytes | None = None,
) -> bytes:
    """Return `ast` as the bytes of a finished file in `format`.

    Image paths are relative to `folder`. The styles of the Word template `reference` replace those of the theme.
    """
    # Each writer is imported only when it is needed, so that a run that writes only text does not load Typst.
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

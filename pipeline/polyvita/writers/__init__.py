"""Write a document as a finished file, one module for each format.

`docx`, `html`, `pdf` and `text` write the formats that this package designs itself; `pandoc_formats` leaves all others
to Pandoc. `prepare` does the work that all formats share.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name

from msgspec import Struct

from polyvita.config.theme import DocumentInfo, Theme
from polyvita.core.bibliography import BibEntry
from polyvita.core.document import Document
from polyvita.core.formats import FORMATS, format_of
from polyvita.writers.pandoc import output_formats
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument


class WriterOptions(Struct, frozen=True):
    """What a writer gets besides the document. Each writer uses what its format needs."""

    theme: Theme
    info: DocumentInfo
    folder: Path = Path()
    """The folder to which the paths of images are relative."""
    reference: bytes | None = None
    """A Word template, whose styles, page and footer replace those of the theme."""
    style: str = ""
    """Additional CSS."""
    format: str = ""
    """The name of the format, for the writer of all formats of Pandoc."""
    entries: tuple[BibEntry, ...] = ()
    """The entries of bibliographies in the document, in order, for formats that contain nothing else."""
    document: Document | None = None
    """The document before it became Pandoc's AST, for formats that are data and not text."""


Writer = Callable[[Ast | PreparedDocument, WriterOptions], bytes]
"""A function that returns a document as the bytes of a finished file.

It raises `InputError` if an image is missing, and `ExternalError` if a program fails that it needs.
"""


def is_format(name: str) -> bool:
    """Return whether `write` supports the format `name`. Pandoc is asked only if the name is not in `FORMATS`."""
    return name in FORMATS or name in output_formats()


def write(
    ast: Ast | PreparedDocument,
    format: str,
    *,
    theme: Theme,
    info: DocumentInfo,
    folder: Path,
    reference: bytes | None = None,
    entries: tuple[BibEntry, ...] = (),
    document: Document | None = None,
) -> bytes:
    """Return `ast` as the bytes of a finished file in `format`. The other parameters are those of `WriterOptions`."""
    # Each writer is imported only when it is needed, so that a run that writes only text does not load Typst.
    writer: Writer = resolve_name(format_of(format).writer)
    return writer(ast, WriterOptions(theme, info, folder, reference, format=format, entries=entries, document=document))

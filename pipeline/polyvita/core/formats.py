"""The registry of output formats: all that the program knows about each of them.

To add a format, write a module with a writer and add a line to `FORMATS`. No other module compares the name of a format
with a string.
"""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """An output format."""

    name: str
    """The name in `formats:` of a filter."""
    label: str
    """The name for readers."""
    suffix: str
    writer: str
    """The function that writes a file, as `module:function`. See `polyvita.writers.Writer`."""
    media_type: str = ""
    """How a browser is told to show a file. Empty if that depends on the content."""
    paged: bool = False
    """Whether the file has fixed pages, so that the fonts of the machine matter."""
    reflowed: bool = False
    """Whether a word processor breaks the text into pages, not always in the same places as a paged format."""
    dated: bool = False
    """Whether the file contains the time of its build."""
    inputs: tuple[str, ...] = ("info", "theme", "images", "reference", "fonts")
    """What the writer uses besides the document. A file is written again only if the document or one of these changes.
    `wrap` is one part of `info`."""
    losses: str = ""
    """The function that returns findings about content that the format has no place for, as `module:function`."""
    cost: int = 1
    """How long a file takes, relative to the fastest formats."""
    inspector: str = ""
    """The function that reads a finished file, as `module:function`. Empty if the file is text or a ZIP file of XML.
    See `polyvita.checks.inspect`."""
    holds_images: bool = False
    """Whether a file that Pandoc writes contains its images. In other formats of Pandoc they stay beside it."""


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WRITERS, _INSPECTORS = "polyvita.writers", "polyvita.checks.inspect"

_DESIGNED = (
    Format(
        "docx", "Word", "docx", f"{_WRITERS}.docx:write", _WORD, reflowed=True, dated=True, cost=2,
        inputs=("info", "theme", "images", "reference"), inspector=f"{_INSPECTORS}.docx:inspect",
    ),
    Format(
        "txt", "Text", "txt", f"{_WRITERS}.text:write", "text/plain; charset=utf-8",
        inputs=("wrap",), inspector=f"{_INSPECTORS}.txt:inspect",
    ),
    Format(
        "html", "HTML", "html", f"{_WRITERS}.html:write", "text/html; charset=utf-8",
        inputs=("info", "theme", "images"), inspector=f"{_INSPECTORS}.html:inspect",
    ),
    Format(
        "pdf", "PDF", "pdf", f"{_WRITERS}.pdf:write", "application/pdf", paged=True, dated=True, cost=3,
        inputs=("info", "theme", "images", "fonts"), inspector=f"{_INSPECTORS}.pdf:inspect",
    ),
)  # fmt: skip
"""The formats that this package designs itself. Rules about the text use the first one that a filter writes: in it, the
text of the CV is best preserved."""


def _of_pandoc(name: str, suffix: str) -> Format:
    """Return a format that Pandoc writes without a design of this package."""
    writer, holds_images = f"{_WRITERS}.pandoc_formats:write", name in _WITH_IMAGES
    return Format(name, name, suffix, writer, inputs=("info", "images"), holds_images=holds_images)


_WITH_IMAGES = ("epub", "epub2", "epub3", "fb2", "odt", "pptx")
"""The formats of Pandoc whose files contain their images."""


_OF_ENTRIES = tuple(
    Format(
        name, label, suffix, f"{_WRITERS}.bibliography:{function}", media_type, inputs=("entries",), inspector=reader
    )
    for name, label, suffix, function, media_type, reader in (
        ("bib", "BibLaTeX", "bib", "write_bib", "text/plain; charset=utf-8", f"{_INSPECTORS}.bib:inspect"),
        ("ris", "RIS", "ris", "write_ris", "text/plain; charset=utf-8", ""),
        ("csljson", "CSL-JSON", "json", "write_csl_json", "application/json", ""),
    )
)
"""The formats that contain the entries of bibliographies that a filter shows, and nothing else."""

_OF_WEBSITES = (
    Format(
        "html-fragment", "HTML fragment", "fragment.html", f"{_WRITERS}.html:write_fragment",
        "text/html; charset=utf-8", inputs=("info", "theme", "images"), inspector=f"{_INSPECTORS}.html:inspect",
    ),
    Format(
        "atom", "Atom feed", "atom.xml", f"{_WRITERS}.atom:write", "application/atom+xml",
        inputs=("info", "document"), losses=f"{_WRITERS}.atom:find_losses", inspector=f"{_INSPECTORS}.html:inspect",
    ),
)  # fmt: skip
"""Parts of websites: the sections for a page of one's own, and a feed of what is new."""

_OF_DATA = (
    Format(
        "coa", "co-authors for the NSF", "coa.xlsx", f"{_WRITERS}.coa:write",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", dated=True, inputs=("entries", "info"),
    ),
    Format(
        "jsonresume", "JSON Resume", "resume.json", f"{_WRITERS}.json_resume:write", "application/json",
        inputs=("document",), losses=f"{_WRITERS}.json_resume:find_losses",
    ),
    Format(
        "sciencv", "Current and Pending (Other) Support for SciENcv", "sciencv.xml", f"{_WRITERS}.sciencv:write",
        "application/xml", dated=True, inputs=("info", "document"), losses=f"{_WRITERS}.sciencv:find_losses",
    ),
)  # fmt: skip
"""The formats that contain the content as data, for other programs."""

_PANDOC_SUFFIXES = {
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
"""The suffixes of those formats of Pandoc that have another suffix than their name, or that are common."""

FORMATS = {format.name: format for format in (*_DESIGNED, *_OF_ENTRIES, *_OF_WEBSITES, *_OF_DATA)} | {
    name: _of_pandoc(name, suffix) for name, suffix in _PANDOC_SUFFIXES.items()
}
"""The known formats by name."""


def format_of(name: str) -> Format:
    """Return the format `name`. A name that is not in `FORMATS` is taken for a format of Pandoc."""
    return FORMATS.get(name) or _of_pandoc(name, name)

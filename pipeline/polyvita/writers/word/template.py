"""What a Word file begins with: the parts of a template, the styles in it, and what Pandoc is handed of it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.core.diagnostics import ExternalError
from polyvita.writers.word.pandoc_tree import OURS
from polyvita.writers.word.reference_doc import reference_parts
from polyvita.writers.word.style_model import Frame
from polyvita.writers.word.xml import el, pack, parse, q, serialise, unpack, value

STYLES = "word/styles.xml"
_ASKED_FOR = {
    *("normal", "body text", "first paragraph", "compact", "block text", "source code", "verbatim char", "hyperlink"),
    *(f"heading {level}" for level in range(1, 10)),
    *("footnote text", "footnote block text", "footnote reference", "definition term", "definition", "table"),
    *("caption", "table caption", "image caption", "figure", "captioned figure"),
    *(name.lower() for name in OURS),
}
"""The names of the styles, in lower case, that Pandoc's Word writer uses by itself, and those that our trees name."""


class Template(Struct, frozen=True):
    """A template, of which all is only to be looked at: many files begin with it.

    `styles` are its styles, as a part and as a tree; None where it has none, and what Pandoc puts in has to do.
    `outline` is a Word file with no more of the styles than the names that Pandoc asks for: all that it goes by. Each
    further one costs it time with every paragraph.
    """

    styles: tuple[bytes, Element] | None
    outline: bytes

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> Template:
        """The template with these parts. Raises `ExternalError` where its styles are no XML."""
        if STYLES not in parts:
            return cls(None, pack(parts, small=False))
        styles = parse(parts[STYLES])
        return cls((parts[STYLES], styles), pack({**parts, STYLES: serialise(_names(styles))}, small=False))


@lru_cache(maxsize=32)
def own(frame: Frame, lang: str, footer_name: str) -> Template:
    """Our own, in the theme's look; the footer shows `footer_name`, none means no footer."""
    return Template.of(reference_parts(frame, lang, footer_name))


@lru_cache(maxsize=32)
def given(file: bytes) -> Template:
    """An institution's own. What is no Word file is handed on as it is, for Pandoc to say so."""
    try:
        return Template.of(unpack(file))
    except (zipfile.BadZipFile, ExternalError):
        return Template(None, file)


def _names(styles: Element) -> Element:
    """The styles that Pandoc asks for, each with its name alone."""
    outline = el("styles")
    for style in styles.iter(q("w:style")):
        name = value(style, "w:name") or ""
        if name.lower() in _ASKED_FOR:
            named = Element(q("w:style"), style.attrib)
            named.append(el("name", val=name))
            outline.append(named)
    return outline

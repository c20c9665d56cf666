"""What a Word file begins with: the parts of a template, the styles in it, and what Pandoc is handed of it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element

from msgspec import Struct

from polyvita.core.diagnostics import ExternalError
from polyvita.writers.word.pandoc_tree import NAMED_STYLES
from polyvita.writers.word.reference_doc import reference_parts
from polyvita.writers.word.style_model import StyleContext
from polyvita.writers.word.xml import child_value, el, pack, parse, qn, serialise, unpack

STYLES_PART = "word/styles.xml"
_PANDOC_STYLES = {
    *("normal", "body text", "first paragraph", "compact", "block text", "source code", "verbatim char", "hyperlink"),
    *(f"heading {level}" for level in range(1, 10)),
    *("footnote text", "footnote block text", "footnote reference", "definition term", "definition", "table"),
    *("caption", "table caption", "image caption", "figure", "captioned figure"),
    *(name.lower() for name in NAMED_STYLES),
}
"""The names of the styles, in lower case, that Pandoc's Word writer uses by itself, and those that our trees name."""


class Template(Struct, frozen=True):
    """A template, of which all is only to be looked at: many files begin with it.

    `styles` are its styles, as a part and as a tree; None where it has none, and what Pandoc puts in has to do.
    `pandoc_reference` is a Word file with no more of the styles than the names that Pandoc asks for: all that it goes by. Each
    further one costs it time with every paragraph.
    """

    styles: tuple[bytes, Element] | None
    pandoc_reference: bytes

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> Template:
        """The template with these parts. Raises `ExternalError` where its styles are no XML."""
        if STYLES_PART not in parts:
            return cls(None, pack(parts, compress=False))
        styles = parse(parts[STYLES_PART])
        return cls(
            (parts[STYLES_PART], styles),
            pack({**parts, STYLES_PART: serialise(_without_properties(styles))}, compress=False),
        )


@lru_cache(maxsize=32)
def theme_template(context: StyleContext, lang: str, footer_name: str) -> Template:
    """Our own, in the theme's look; the footer shows `footer_name`, none means no footer."""
    return Template.from_parts(reference_parts(context, lang, footer_name))


@lru_cache(maxsize=32)
def custom_template(file: bytes) -> Template:
    """An institution's own. What is no Word file is handed on as it is, for Pandoc to say so."""
    try:
        return Template.from_parts(unpack(file))
    except (zipfile.BadZipFile, ExternalError):
        return Template(None, file)


def _without_properties(styles: Element) -> Element:
    """The styles that Pandoc asks for, each with its name alone."""
    pandoc_reference = el("styles")
    for style in styles.iter(qn("w:style")):
        name = child_value(style, "w:name") or ""
        if name.lower() in _PANDOC_STYLES:
            named = Element(qn("w:style"), style.attrib)
            named.append(el("name", val=name))
            pandoc_reference.append(named)
    return pandoc_reference

"""Templates of Word files: the styles of a template, and the reference document for Pandoc."""

from __future__ import annotations

import io
import zipfile
import zlib
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
"""The names, in lower case, of the styles that Pandoc's Word writer uses and that the AST names."""


class Template(Struct, frozen=True):
    """A template that many files share, so its parts must not be changed.

    `styles` are its styles, as bytes and as XML. If it has none, `styles` is None, and the styles of Pandoc are used.
    `pandoc_reference` is the template for Pandoc, reduced to the names of the styles that Pandoc uses. Pandoc needs
    only these, and each further style takes time for every paragraph.
    """

    styles: tuple[bytes, Element] | None
    pandoc_reference: bytes

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> Template:
        """Return the template with these parts. Raises `ExternalError` if its styles are not valid XML."""
        if STYLES_PART not in parts:
            return cls(None, pack(parts, compress=False))
        styles = parse(parts[STYLES_PART])
        return cls(
            (parts[STYLES_PART], styles),
            pack({**parts, STYLES_PART: serialise(_without_properties(styles))}, compress=False),
        )


@lru_cache(maxsize=32)
def theme_template(context: StyleContext, lang: str, has_footer: bool) -> Template:
    """Return the template that a theme defines. Its footer is a placeholder, so that many people can share it."""
    return Template.from_parts(reference_parts(context, lang, "name" if has_footer else ""))


@lru_cache(maxsize=32)
def custom_template(file: bytes) -> Template:
    """Return a template from a Word file of the user. If `file` is not a Word file, Pandoc will report that."""
    try:
        return Template.from_parts(unpack(file))
    except (zipfile.BadZipFile, ExternalError):
        return Template(None, file)


NOT_WORD = "is not a Word file"
_MAX_UNPACKED = 100_000_000
"""The largest size of all parts of a template together, in bytes."""


def find_template_problem(file: bytes) -> str:
    """Return why a file cannot be used as a template, as the end of a sentence; empty if it can be used.

    The sizes of its parts are read from its directory before any part is unpacked, and no part may be larger than that.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            parts = archive.infolist()
            if STYLES_PART not in {part.filename for part in parts}:
                return NOT_WORD
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                return "is encrypted"
            if sum(part.file_size for part in parts) > _MAX_UNPACKED:
                return f"has more than {_MAX_UNPACKED // 10**6} MB when it is unpacked"
            for part in parts:
                content = archive.read(part)
                if part.filename.endswith((".xml", ".rels")):
                    parse(content)
    except (zipfile.BadZipFile, ValueError):
        return NOT_WORD
    except (zlib.error, NotImplementedError, EOFError, OSError, ExternalError) as problem:
        return f"is damaged: {problem}"
    return ""


_ENCRYPTED = 1
"""The bit of a part of a ZIP file that is encrypted."""


def _without_properties(styles: Element) -> Element:
    """Return the styles that Pandoc uses, each with its name only."""
    reduced = el("styles")
    for style in styles.iter(qn("w:style")):
        name = child_value(style, "w:name") or ""
        if name.lower() in _PANDOC_STYLES:
            named = Element(qn("w:style"), style.attrib)
            named.append(el("name", val=name))
            reduced.append(named)
    return reduced


_SETTINGS_PART = "word/settings.xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def without_connections(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a Word file without what its template connects to: another template, a database, an image.

    Word would open these when it opens the file, and so tell their owner who reads it. Links that somebody clicks stay.
    """
    kept = dict(parts)
    kept.pop("word/_rels/settings.xml.rels", None)
    settings = parse(parts[_SETTINGS_PART])
    prefix = qn("r:")
    connected = [one for one in settings if any(at.startswith(prefix) for part in one.iter() for at in part.attrib)]
    for part in connected:
        settings.remove(part)
    if connected:
        kept[_SETTINGS_PART] = serialise(settings, parts[_SETTINGS_PART])
    for name, content in parts.items():
        if name in kept and name.endswith(".rels") and b"External" in content:
            root = parse(content)
            outside = [one for one in root.iter(_RELATIONSHIP) if one.get("TargetMode") == "External"]
            opened = [one for one in outside if not one.get("Type", "").endswith("/hyperlink")]
            for one in opened:
                one.set("Target", "about:blank")
            if opened:
                kept[name] = serialise(root, content)
    return kept

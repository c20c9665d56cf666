"""Word: Pandoc's file on our reference document, brought to named styles alone."""

from __future__ import annotations

import copy
import tempfile
import zipfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

from msgspec import structs

from pipeline.diagnostics import OutsideError
from pipeline.theme import Info, Theme
from pipeline.writers.ast import Ast
from pipeline.writers.lower import Page, lower
from pipeline.writers.word.finish import Finish
from pipeline.writers.word.lower import to_word
from pipeline.writers.word.numbering import Numbering
from pipeline.writers.word.reference import reference_document, settings_part
from pipeline.writers.word.sheet import StyleSheet
from pipeline.writers.word.styles import Frame, text_width
from pipeline.writers.word.xml import el, pack, parse, q, serialise, unpack, value
from pipeline.writers.worker import convert

DOCUMENT, FOOTNOTES, STYLES = "word/document.xml", "word/footnotes.xml", "word/styles.xml"
NUMBERING, SETTINGS, CORE = "word/numbering.xml", "word/settings.xml", "docProps/core.xml"


def write(
    ast: Ast | Page, theme: Theme, info: Info, *, folder: Path | None = None, reference: bytes | None = None
) -> bytes:
    """A Word file of `ast`. `folder` is where images are looked for.

    `reference` is a Word file whose styles, page and footer win over the theme's. Raises `InputError` for an image
    that is not there, `OutsideError` where Pandoc fails, as it does on a reference that is no Word file.
    """
    page = lower(ast)
    frame = Frame(theme, text_width(theme))
    footer = info.author if info.furniture else ""
    template = reference_document(frame, info.lang, footer) if reference is None else reference
    parts = unpack(_pandoc(to_word(page, folder or Path()), _outline(template)))
    if reference is None:
        parts[SETTINGS] = serialise(settings_part(theme, info.lang, notes=True))
    else:
        frame = structs.replace(frame, width=_text_width(parse(parts[DOCUMENT])) or frame.width)
    if own := _styles(template):
        parts[STYLES] = own[0]
    styles, lists = copy.deepcopy(own[1]) if own else parse(parts[STYLES]), parse(parts[NUMBERING])
    sheet = StyleSheet(styles, frame)
    finish = Finish(sheet, Numbering(lists, frame, sheet.numberings()))
    for name in (DOCUMENT, FOOTNOTES):
        root = parse(parts[name])
        finish.part(root)
        _describe_pictures(root)
        parts[name] = serialise(root, parts[name])
    changed = {STYLES: serialise(styles, parts[STYLES]), NUMBERING: serialise(lists, parts[NUMBERING])}
    return pack(parts | changed | {CORE: serialise(_core_properties(info))})


@lru_cache(maxsize=32)
def _styles(template: bytes) -> tuple[bytes, Element] | None:
    """The styles of a template, as its part and as a tree, which is only to be looked at: many files begin with it.
    None where it has none, and what Pandoc puts in has to do."""
    part = unpack(template).get(STYLES)
    return (part, parse(part)) if part is not None else None


@lru_cache(maxsize=32)
def _outline(template: bytes) -> bytes:
    """The template with no more than the names of its styles: all that Pandoc goes by, and half of what it reads.

    What is no Word file stays as it is, for Pandoc to say so.
    """
    try:
        parts = unpack(template)
        styles = parse(parts[STYLES]).iter(q("w:style"))
    except (zipfile.BadZipFile, KeyError, OutsideError):
        return template
    names = [(style.attrib, el("name", val=value(style, "w:name") or "")) for style in styles]
    outline = el("styles", *(Element(q("w:style"), attributes) for attributes, _ in names))
    for style, (_, name) in zip(outline, names, strict=True):
        style.append(name)
    return pack(parts | {STYLES: serialise(outline)})


def _text_width(document: Element) -> int:
    """The width of the text in twips, 0 where the document does not say."""
    size, margins = next(document.iter(q("w:pgSz")), None), next(document.iter(q("w:pgMar")), None)
    if size is None or margins is None:
        return 0
    return int(size.get(q("w:w"), "0")) - sum(int(margins.get(q(f"w:{side}"), "0")) for side in ("left", "right"))


def _pandoc(ast: Ast, template: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="polyvita-") as folder:
        path = Path(folder, "reference.docx")
        path.write_bytes(template)
        return convert(ast, "docx", {"reference_doc": str(path), "highlight_method": "none"})


def _core_properties(info: Info) -> Element:
    moment = datetime.fromtimestamp(info.timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def of(name: str, text: str) -> Element:
        element = el(name)
        element.text = text
        return element

    def date(name: str) -> Element:
        element = of(name, moment)
        element.set(q("xsi:type"), "dcterms:W3CDTF")
        return element

    facts = {
        "dc:title": info.title,
        "dc:subject": info.subject,
        "dc:creator": info.author,
        "cp:keywords": ", ".join(info.keywords),
        "cp:lastModifiedBy": info.author,
    }
    given = [of(name, text) for name, text in facts.items() if text]
    return el(
        "cp:coreProperties", *given, date("dcterms:created"), date("dcterms:modified"), of("dc:language", info.lang)
    )


def _describe_pictures(root: Element) -> None:
    """A picture's description is its text, also where Pandoc writes its address."""
    for inline in root.iter(q("wp:inline")):
        outer, inner = inline.find(q("wp:docPr")), next(inline.iter(q("pic:cNvPr")), None)
        if outer is not None and inner is not None:
            inner.set("descr", outer.get("descr", ""))

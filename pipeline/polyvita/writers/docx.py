"""Word: Pandoc's file on our reference document, brought to named styles alone."""

from __future__ import annotations

import copy
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from msgspec import structs

from polyvita.config.theme import DocumentInfo, Theme
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.pandoc_worker import convert
from polyvita.writers.prepare import Page, prepare
from polyvita.writers.word.numbering import Numbering
from polyvita.writers.word.pandoc_tree import to_word
from polyvita.writers.word.postprocess import Finish
from polyvita.writers.word.reference_doc import settings_part
from polyvita.writers.word.style_model import Frame, text_width
from polyvita.writers.word.stylesheet import StyleSheet
from polyvita.writers.word.template import STYLES, given, own
from polyvita.writers.word.xml import el, pack, parse, q, serialise, unpack

DOCUMENT, FOOTNOTES = "word/document.xml", "word/footnotes.xml"
NUMBERING, SETTINGS, CORE = "word/numbering.xml", "word/settings.xml", "docProps/core.xml"


def write(
    ast: Ast | Page, theme: Theme, info: DocumentInfo, *, folder: Path | None = None, reference: bytes | None = None
) -> bytes:
    """A Word file of `ast`. `folder` is where images are looked for.

    `reference` is a Word file whose styles, page and footer win over the theme's. Raises `InputError` for an image
    that is not there, `ExternalError` where Pandoc fails, as it does on a reference that is no Word file.
    """
    page = prepare(ast)
    frame = Frame(theme, text_width(theme))
    footer = info.author if info.footer else ""
    template = own(frame, info.lang, footer) if reference is None else given(reference)
    parts = unpack(_pandoc(to_word(page, folder or Path()), template.outline))
    if reference is None:
        parts[SETTINGS] = serialise(settings_part(theme, info.lang, notes=True))
    else:
        frame = structs.replace(frame, width=_text_width(parse(parts[DOCUMENT])) or frame.width)
    if template.styles:
        parts[STYLES], shared = template.styles
        styles = copy.copy(shared)  # which takes what is added
    else:
        styles = parse(parts[STYLES])
    lists = parse(parts[NUMBERING])
    sheet = StyleSheet(styles, frame)
    finish = Finish(sheet, Numbering(lists, frame, sheet.numberings()))
    for name in (DOCUMENT, FOOTNOTES):
        root = parse(parts[name])
        finish.part(root)
        _describe_pictures(root)
        parts[name] = serialise(root, parts[name])
    if sheet.grown:
        parts[STYLES] = serialise(styles, parts[STYLES])
    parts[NUMBERING] = serialise(lists, parts[NUMBERING])
    return pack(parts | {CORE: serialise(_core_properties(info))})


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


def _core_properties(info: DocumentInfo) -> Element:
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

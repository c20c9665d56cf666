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
from polyvita.writers.prepare import PreparedDocument, prepare
from polyvita.writers.word.numbering import Numbering
from polyvita.writers.word.pandoc_tree import to_word
from polyvita.writers.word.postprocess import Postprocessor
from polyvita.writers.word.reference_doc import settings_part
from polyvita.writers.word.style_model import StyleContext, text_width
from polyvita.writers.word.stylesheet import StyleSheet
from polyvita.writers.word.template import STYLES_PART, custom_template, theme_template
from polyvita.writers.word.xml import el, pack, parse, qn, serialise, unpack

DOCUMENT_PART, FOOTNOTES_PART = "word/document.xml", "word/footnotes.xml"
NUMBERING_PART, SETTINGS_PART, CORE_PROPERTIES_PART = "word/numbering.xml", "word/settings.xml", "docProps/core.xml"


def write(
    ast: Ast | PreparedDocument,
    theme: Theme,
    info: DocumentInfo,
    *,
    folder: Path | None = None,
    reference: bytes | None = None,
) -> bytes:
    """A Word file of `ast`. `folder` is where images are looked for.

    `reference` is a Word file whose styles, page and footer win over the theme's. Raises `InputError` for an image
    that is not there, `ExternalError` where Pandoc fails, as it does on a reference that is no Word file.
    """
    page = prepare(ast)
    context = StyleContext(theme, text_width(theme))
    footer = info.author if info.footer else ""
    template = theme_template(context, info.lang, footer) if reference is None else custom_template(reference)
    parts = unpack(_pandoc(to_word(page, folder or Path()), template.pandoc_reference))
    if reference is None:
        parts[SETTINGS_PART] = serialise(settings_part(theme, info.lang, notes=True))
    else:
        context = structs.replace(context, width=_text_width(parse(parts[DOCUMENT_PART])) or context.width)
    if template.styles:
        parts[STYLES_PART], shared = template.styles
        styles = copy.copy(shared)  # which takes what is added
    else:
        styles = parse(parts[STYLES_PART])
    lists = parse(parts[NUMBERING_PART])
    sheet = StyleSheet(styles, context)
    postprocessor = Postprocessor(sheet, Numbering(lists, context, sheet.numberings()))
    for name in (DOCUMENT_PART, FOOTNOTES_PART):
        root = parse(parts[name])
        postprocessor.process(root)
        _describe_pictures(root)
        parts[name] = serialise(root, parts[name])
    if sheet.styles_added:
        parts[STYLES_PART] = serialise(styles, parts[STYLES_PART])
    parts[NUMBERING_PART] = serialise(lists, parts[NUMBERING_PART])
    return pack(parts | {CORE_PROPERTIES_PART: serialise(_core_properties(info))})


def _text_width(document: Element) -> int:
    """The width of the text in twips, 0 where the document does not say."""
    size, margins = next(document.iter(qn("w:pgSz")), None), next(document.iter(qn("w:pgMar")), None)
    if size is None or margins is None:
        return 0
    return int(size.get(qn("w:w"), "0")) - sum(int(margins.get(qn(f"w:{side}"), "0")) for side in ("left", "right"))


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
        element.set(qn("xsi:type"), "dcterms:W3CDTF")
        return element

    facts = {
        "dc:title": info.title,
        "dc:subject": info.subject,
        "dc:creator": info.author,
        "cp:keywords": ", ".join(info.keywords),
        "cp:lastModifiedBy": info.author,
    }
    custom_template = [of(name, text) for name, text in facts.items() if text]
    return el(
        "cp:coreProperties",
        *custom_template,
        date("dcterms:created"),
        date("dcterms:modified"),
        of("dc:language", info.lang),
    )


def _describe_pictures(root: Element) -> None:
    """A picture's description is its text, also where Pandoc writes its address."""
    for inline in root.iter(qn("wp:inline")):
        outer, inner = inline.find(qn("wp:docPr")), next(inline.iter(qn("pic:cNvPr")), None)
        if outer is not None and inner is not None:
            inner.set("descr", outer.get("descr", ""))

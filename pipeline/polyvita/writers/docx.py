"""Write Word files.

Pandoc writes the file with the styles of a template, either the one that the theme defines or one of an institution.
`word.postprocess` then replaces all direct formatting by named styles.
"""

from __future__ import annotations

import copy
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from msgspec import structs

from polyvita.config.theme import DocumentInfo
from polyvita.core.pandoc_worker import convert
from polyvita.core.scripts import direction_of
from polyvita.writers import WriterOptions
from polyvita.writers.direction import with_directions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument, prepare
from polyvita.writers.word.numbering import Numbering
from polyvita.writers.word.pandoc_tree import to_word
from polyvita.writers.word.photo import anchor_photo
from polyvita.writers.word.postprocess import Postprocessor
from polyvita.writers.word.reference_doc import (
    APP_PROPERTIES,
    APP_PROPERTIES_PART,
    FOOTER_PART,
    footer_part,
    settings_part,
)
from polyvita.writers.word.style_model import StyleContext, text_width
from polyvita.writers.word.stylesheet import StyleSheet
from polyvita.writers.word.template import STYLES_PART, custom_template, theme_template, without_connections
from polyvita.writers.word.xml import el, length_in_twips, pack, parse, qn, serialise, unpack

DOCUMENT_PART, FOOTNOTES_PART = "word/document.xml", "word/footnotes.xml"
NUMBERING_PART, SETTINGS_PART, CORE_PROPERTIES_PART = "word/numbering.xml", "word/settings.xml", "docProps/core.xml"


def write(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return `ast` as a Word file.

    Raises `InputError` if an image is missing, and `ExternalError` if Pandoc fails, for example because the template is
    not a Word file.
    """
    theme, info, reference = options.theme, options.info, options.reference
    if reference is not None:  # The styles of the template have no column for dates.
        theme = structs.replace(theme, dates="right", header="left")
    direction = direction_of(info.lang)
    prepared = with_directions(prepare(ast), info.lang, "run")
    context = StyleContext(theme, text_width(theme), direction)
    footer = info.author if info.footer else ""
    template = theme_template(context, info.lang, bool(footer)) if reference is None else custom_template(reference)
    parts = unpack(_run_pandoc(to_word(prepared, options.folder, theme, direction), template.pandoc_reference))
    if reference is None:
        parts[SETTINGS_PART] = serialise(settings_part(theme, info.lang, notes=True))
        if footer:
            parts[FOOTER_PART] = serialise(footer_part(footer, info.lang))
    else:
        parts = without_connections(parts) | {APP_PROPERTIES_PART: APP_PROPERTIES}
        context = structs.replace(context, width=_text_width(parse(parts[DOCUMENT_PART])) or context.width)
    if template.styles:
        parts[STYLES_PART], shared = template.styles
        styles = copy.copy(shared)  # Styles are added to the copy; the shared element stays unchanged.
    else:
        styles = parse(parts[STYLES_PART])
    lists = parse(parts[NUMBERING_PART])
    sheet = StyleSheet(styles, context)
    lang = info.lang if reference is None else ""
    postprocessor = Postprocessor(sheet, Numbering(lists, context, sheet.numberings()), sheet.is_right_to_left, lang)
    for name in (DOCUMENT_PART, FOOTNOTES_PART):
        root = parse(parts[name])
        postprocessor.process(root)
        if name == DOCUMENT_PART and prepared.letterhead and prepared.letterhead.photo:
            anchor_photo(root, prepared.letterhead, theme, direction)
        _set_image_descriptions(root)
        parts[name] = serialise(root, parts[name])
    if sheet.styles_added:
        parts[STYLES_PART] = serialise(styles, parts[STYLES_PART])
    parts[NUMBERING_PART] = serialise(lists, parts[NUMBERING_PART])
    return pack(parts | {CORE_PROPERTIES_PART: serialise(_core_properties(info))})


def _text_width(document: Element) -> int:
    """Return the width of the text area in twips, or 0 if the document has no page size or margins."""
    size, margins = next(document.iter(qn("w:pgSz")), None), next(document.iter(qn("w:pgMar")), None)
    if size is None or margins is None:
        return 0
    edges = (length_in_twips(margins.get(qn(f"w:{side}"))) for side in ("left", "right"))
    return max(0, length_in_twips(size.get(qn("w:w"))) - sum(edges))


def _run_pandoc(ast: Ast, template: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="polyvita-") as folder:
        path = Path(folder, "reference.docx")
        path.write_bytes(template)
        return convert(ast, "docx", {"reference_doc": str(path), "highlight_method": "none"})


def _core_properties(info: DocumentInfo) -> Element:
    timestamp = datetime.fromtimestamp(info.timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def text_element(name: str, text: str) -> Element:
        element = el(name)
        element.text = text
        return element

    def date_element(name: str) -> Element:
        element = text_element(name, timestamp)
        element.set(qn("xsi:type"), "dcterms:W3CDTF")
        return element

    properties = {
        "dc:title": info.title,
        "dc:subject": info.subject,
        "dc:creator": info.author,
        "cp:keywords": ", ".join(info.keywords),
        "cp:lastModifiedBy": info.author,
    }
    return el(
        "cp:coreProperties",
        *(text_element(name, text) for name, text in properties.items() if text),
        date_element("dcterms:created"),
        date_element("dcterms:modified"),
        text_element("dc:language", info.lang),
    )


def _set_image_descriptions(root: Element) -> None:
    """Copy the alternative text of each image to its second description, where Pandoc writes the URL.

    An image without such a text is decoration, and is marked as such.
    """
    for inline in root.iter(qn("wp:inline")):
        outer, inner = inline.find(qn("wp:docPr")), next(inline.iter(qn("pic:cNvPr")), None)
        if outer is not None and inner is not None:
            inner.set("descr", outer.get("descr", ""))
            if not outer.get("descr"):
                outer.insert(0, _decorative())
                inline.attrib.update(dict.fromkeys(("distT", "distB", "distL", "distR"), "0"))
    for run in root.iter(qn("w:r")):
        if run.find(f"{qn('w:drawing')}/{qn('wp:inline')}/{qn('wp:docPr')}[@descr='']") is not None:
            _lower(run)


def _decorative() -> Element:
    mark = Element(f"{{{_DECORATIVE}}}decorative", {"val": "1"})
    extension = Element(qn("a:ext"), {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"})
    extension.append(mark)
    extensions = Element(qn("a:extLst"))
    extensions.append(extension)
    return extensions


_DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"


def _lower(run: Element) -> None:
    """Put a small picture without a text, such as an icon, a bit below the line, where the middle of the text is."""
    height = next((int(extent.get("cy", "0")) for extent in run.iter(qn("wp:extent"))), 0)
    if height < _EMU_PER_POINT * 20 and run.find(qn("w:rPr")) is None:
        run.insert(0, el("rPr", el("position", val=-3)))


_EMU_PER_POINT = 12700

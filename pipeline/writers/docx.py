"""Word: Pandoc's file on our reference document, brought to named styles alone."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.theme import Info, Theme
from pipeline.writers.ast import Ast
from pipeline.writers.pandoc import run_pandoc
from pipeline.writers.word.finish import Finish, StyleSheet
from pipeline.writers.word.lower import lower
from pipeline.writers.word.numbering import Numbering
from pipeline.writers.word.reference import reference_document, settings_part
from pipeline.writers.word.xml import el, pack, parse, q, serialise, unpack

DOCUMENT, FOOTNOTES, STYLES = "word/document.xml", "word/footnotes.xml", "word/styles.xml"
NUMBERING, SETTINGS, CORE = "word/numbering.xml", "word/settings.xml", "docProps/core.xml"


def write(ast: Ast, theme: Theme, info: Info, *, reference: bytes | None = None) -> bytes:
    """A Word file of `ast`. `reference` is a Word file whose styles, page and footer win over the theme's.

    Raises `OutsideError` where Pandoc fails, as it does on a reference that is no Word file.
    """
    footer = info.author if info.furniture else ""
    template = reference if reference is not None else reference_document(theme, info.lang, footer)
    parts = unpack(_pandoc(lower(ast), template))
    sheet_root, numbering_root = parse(parts[STYLES]), parse(parts[NUMBERING])
    sheet = StyleSheet(sheet_root, theme)
    finish = Finish(sheet, Numbering(numbering_root, theme, sheet.numbers()), theme)
    for name in (DOCUMENT, FOOTNOTES):
        root = parse(parts[name])
        finish.part(root)
        _describe_pictures(root)
        parts[name] = serialise(root, parts[name])
    parts[STYLES] = serialise(sheet_root, parts[STYLES])
    parts[NUMBERING] = serialise(numbering_root, parts[NUMBERING])
    parts[CORE] = serialise(_core_properties(info))
    if reference is None:
        parts[SETTINGS] = serialise(settings_part(theme, info.lang))
    return pack(parts)


def _pandoc(ast: Ast, template: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="polyvita-") as folder:
        path = Path(folder, "reference.docx")
        path.write_bytes(template)
        return run_pandoc(ast, "docx", [f"--reference-doc={path}", "--syntax-highlighting=none"])


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

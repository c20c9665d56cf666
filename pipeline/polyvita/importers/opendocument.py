"""Prepare an OpenDocument text for Pandoc, which drops tabs, bold paragraph styles, page headers and text boxes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from polyvita.core.diagnostics import InputError, error
from polyvita.importers.runs import TAB
from polyvita.importers.safe_xml import parse_part, unpack_safely, write_part

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BOLD = "PolyvitaBold"


@dataclass
class OdtText:
    """An OpenDocument text, ready for Pandoc, and what Pandoc does not read."""

    content: bytes
    texts: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    title: str = ""
    author: str = ""
    lang: str = ""


def prepare_odt(content: bytes) -> OdtText:
    """Return an OpenDocument text as `OdtText`. Raises `InputError` if it is damaged or encrypted."""
    parts = unpack_safely(content)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise InputError(error("PV511", "the file is protected by a password", hint="save it without one"))
    if "content.xml" not in parts:
        raise InputError(error("PV501", "the file is damaged: it has no text part", hint="save it again"))
    root = parse_part(parts["content.xml"])
    styles = parse_part(parts["styles.xml"]) if "styles.xml" in parts else Element("none")
    result = OdtText(b"")
    bold = _bold_styles([styles, root])
    _remove_changes(root)
    _hoist_boxes(root)
    _open_nested_tables(root)
    for paragraph in [*root.iter(f"{_TEXT}p"), *root.iter(f"{_TEXT}h")]:
        text = "".join(_texts(paragraph))
        if text.strip():
            result.texts.append(text)
    for paragraph in root.iter(f"{_TEXT}p"):
        if paragraph.get(f"{_TEXT}style-name", "") in bold:
            _wrap_bold(paragraph)
    _mark_tabs(root)
    _add_bold_style(root)
    parts["content.xml"] = write_part(root, parts["content.xml"])
    _read_margins(styles, result)
    _read_properties(parts, styles, result)
    result.pictures = {name: data for name, data in parts.items() if name.startswith("Pictures/")}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    result.content = buffer.getvalue()
    return result


def _bold_styles(roots: list[Element]) -> set[str]:
    """Return the names of paragraph styles that are bold, by themselves or by the style that they are based on."""
    styles = {style.get(f"{_STYLE}name", ""): style for root in roots for style in root.iter(f"{_STYLE}style")}

    def is_bold(name: str, depth: int = 0) -> bool:
        style = styles.get(name)
        if style is None or depth > 20:
            return False
        properties = style.find(f"{_STYLE}text-properties")
        weight = properties.get(f"{_FO}font-weight") if properties is not None else None
        return weight == "bold" if weight else is_bold(style.get(f"{_STYLE}parent-style-name", ""), depth + 1)

    return {name for name, style in styles.items() if style.get(f"{_STYLE}family") == "paragraph" and is_bold(name)}


def _wrap_bold(paragraph: Element) -> None:
    span = Element(f"{_TEXT}span", {f"{_TEXT}style-name": _BOLD})
    span.text, paragraph.text = paragraph.text, None
    for child in list(paragraph):
        paragraph.remove(child)
        span.append(child)
    paragraph.append(span)


def _add_bold_style(root: Element) -> None:
    styles = root.find(f"{_OFFICE}automatic-styles")
    if styles is None:
        styles = Element(f"{_OFFICE}automatic-styles")
        root.insert(0, styles)
    style = SubElement(styles, f"{_STYLE}style", {f"{_STYLE}name": _BOLD, f"{_STYLE}family": "text"})
    SubElement(style, f"{_STYLE}text-properties", {f"{_FO}font-weight": "bold"})


def _mark_tabs(root: Element) -> None:
    """Put a character in the place of each tab."""
    for parent in list(root.iter()):
        previous: Element | None = None
        for child in list(parent):
            if child.tag == f"{_TEXT}tab":
                text = TAB + (child.tail or "")
                parent.remove(child)
                if previous is None:
                    parent.text = (parent.text or "") + text
                else:
                    previous.tail = (previous.tail or "") + text
            else:
                previous = child


def _remove_changes(root: Element) -> None:
    """Remove the texts that tracked changes deleted, which stand at the start of the file."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}table-of-content"):
                tail = child.tail or ""
                at = list(parent).index(child)
                parent.remove(child)
                if at:
                    parent[at - 1].tail = (parent[at - 1].tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail


def _hoist_boxes(root: Element) -> None:
    """Move the paragraphs of text boxes behind the paragraph that holds the box."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag != f"{_TEXT}p":
                continue
            at = list(parent).index(child) + 1
            for box in [element for element in child.iter() if element.tag.startswith(_DRAW)]:
                for inner in list(box):
                    if inner.tag.startswith((_TEXT, _TABLE)):
                        box.remove(inner)
                        parent.insert(at, inner)
                        at += 1


def _open_nested_tables(root: Element) -> None:
    """Put lines with tabs in the place of tables inside the cells of tables, which Pandoc drops."""
    for cell in list(root.iter(f"{_TABLE}table-cell")):
        for table in list(cell.findall(f"{_TABLE}table")):
            at = list(cell).index(table)
            cell.remove(table)
            for row in table.iter(f"{_TABLE}table-row"):
                cells = [list(inner.findall(f"{_TEXT}p")) for inner in row.findall(f"{_TABLE}table-cell")]
                firsts = [paragraphs[0] for paragraphs in cells if paragraphs]
                line = Element(f"{_TEXT}p")
                for paragraph in firsts:
                    if len(line):
                        SubElement(line, f"{_TEXT}tab")
                    span = SubElement(line, f"{_TEXT}span")
                    span.text = paragraph.text
                    span.extend(paragraph)
                lines = [line, *(paragraph for paragraphs in cells for paragraph in paragraphs[1:])]
                for paragraph in lines:
                    cell.insert(at, paragraph)
                    at += 1


def _texts(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}s":
            yield " "
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag == f"{_TEXT}note":
            pass  # Its paragraphs are read like all others.
        elif child.tag != f"{_TEXT}p":
            yield from _texts(child)
        if child.tail:
            yield child.tail


def _read_margins(styles: Element, result: OdtText) -> None:
    seen = " ".join(" ".join(result.texts).split()).casefold()
    for tag in ("header", "footer", "header-first", "footer-first"):
        for margin in styles.iter(f"{_STYLE}{tag}"):
            for paragraph in margin.iter(f"{_TEXT}p"):
                for number in (*paragraph.iter(f"{_TEXT}page-number"), *paragraph.iter(f"{_TEXT}page-count")):
                    number.text = ""
                text = " ".join("".join(_texts(paragraph)).split())
                rest = re.sub(r"\b(?:page|seite|p|s|de|of|von|sur|di|van)\b", "", text, flags=re.IGNORECASE)
                if re.search(r"[^\W\d]", rest) and text.casefold() not in seen:
                    result.texts.append(text)
                    result.margins.append(text)


def _read_properties(parts: dict[str, bytes], styles: Element, result: OdtText) -> None:
    meta = parse_part(parts["meta.xml"]) if "meta.xml" in parts else Element("none")
    title, author = next(meta.iter(f"{_DC}title"), None), next(meta.iter(f"{_DC}creator"), None)
    result.title = (title.text or "").strip() if title is not None else ""
    result.author = (author.text or "").strip() if author is not None else ""
    for properties in styles.iter(f"{_STYLE}text-properties"):
        if lang := properties.get(f"{_FO}language"):
            result.lang = lang if lang != "none" else ""
            break

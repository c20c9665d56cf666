"""Office Open XML in a few words: building elements, reading parts and writing them back unharmed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from pipeline.diagnostics import OutsideError

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "o": "urn:schemas-microsoft-com:office:office",
    "v": "urn:schemas-microsoft-com:vml",
    "w10": "urn:schemas-microsoft-com:office:word",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

for _prefix, _uri in NAMESPACES.items():
    ET.register_namespace(_prefix, _uri)


@cache
def q(name: str) -> str:
    """`w:p` as ElementTree spells it; a name without a prefix stays as it is."""
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def el(name: str, /, *children: Element | None, **attributes: str | int) -> Element:
    """The element `w:<name>` with children (None is left out) and `w:` attributes; `r_id` stands for `r:id`."""
    element = Element(q(name if ":" in name else f"w:{name}"))
    for key, value in attributes.items():
        prefix, _, local = key.rpartition("_")
        element.set(q(f"{prefix or 'w'}:{local}"), str(value))
    element.extend(child for child in children if child is not None)
    return element


def value(parent: Element | None, child: str) -> str | None:
    """The `w:val` of a child, for the many elements that hold one value; None where there is none."""
    found = None if parent is None else parent.find(q(child))
    return None if found is None else found.get(q("w:val"))


def parse(part: bytes) -> Element:
    """The root of a part. Its own prefixes are kept for writing, since some attributes name prefixes. Raises
    `OutsideError` where the part is no XML."""
    try:
        return _parse(part)
    except ET.ParseError as problem:
        hint = "look at what the CV has in {=openxml}, and at the Word template"
        message = f"the Word file would not open: {str(problem).partition(':')[0]} in its XML"
        raise OutsideError(message, hint) from problem


def _parse(part: bytes) -> Element:
    found = ET.iterparse(io.BytesIO(part), events=["start-ns"])  # noqa: S314 - parts of a file that the user chose; expat resolves no external entity
    for _, (prefix, uri) in found:
        if prefix and prefix not in NAMESPACES and not re.fullmatch(r"ns\d+", prefix):
            _register(prefix, uri)
    root: Element = found.root  # type: ignore[attr-defined] # documented, and not yet known to the types
    return root


@cache
def _register(prefix: str, uri: str) -> None:
    """Once each: writers run side by side, and while a prefix is registered anew no other may need it."""
    ET.register_namespace(prefix, uri)


def serialise(root: Element, source: bytes = b"") -> bytes:
    """The bytes of a part. Prefixes that `source` declared stay declared, even where no element uses them:
    `mc:Ignorable` lists prefixes by name, and Word refuses a file where one of them is unknown."""
    text = ET.tostring(root, encoding="unicode")
    end = text.index(">")
    start = re.search(rb"<\w+(:\w+)?[^>]*>", source)
    declared = re.findall(r'xmlns:(\w+)="([^"]*)"', start[0].decode()) if start else []
    missing = "".join(f' xmlns:{p}="{uri}"' for p, uri in declared if f"xmlns:{p}=" not in text[:end])
    name = re.match(r"<[\w:]+", text)
    at = name.end() if name else end
    return DECLARATION + (text[:at] + missing + text[at:]).encode()


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of `parts`, the content types first; the same parts give the same bytes."""
    buffer = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", not name.startswith("_rels"), name))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, parts[name])
    return buffer.getvalue()


def unpack(file: bytes) -> dict[str, bytes]:
    """The parts of a zip file by name, folders left out."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}

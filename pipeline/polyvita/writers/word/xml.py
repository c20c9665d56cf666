"""Build elements of Office Open XML, and read and write the parts of a file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from html import unescape
from itertools import count
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from polyvita.core.diagnostics import ExternalError

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

_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_DECLARED = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
_PACKAGE_NAMESPACE = re.compile(r"""xmlns\s*=\s*["'](http://schemas\.openxmlformats\.org/package/[^"']*)["']""")
"""Matches the namespace of a list of relationships or of types, which has no attributes with a namespace."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNSAFE_IN_TEXT = re.compile("[&<>]")
_UNSAFE_IN_VALUE = re.compile('[&<>"\r\n\t]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}


@cache
def qn(name: str) -> str:
    """Return the name of `w:p` in ElementTree, which is `{namespace}p`. A name without a prefix is unchanged."""
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def el(name: str, /, *children: Element | None, **attributes: str | int) -> Element:
    """Return the element `w:<name>` with `w:` attributes. `r_id` means the attribute `r:id`. None is not a child."""
    element = Element(_tag(name))
    for key, value in attributes.items():
        element.set(_attribute(key), str(value))
    for child in children:
        if child is not None:
            element.append(child)
    return element


@cache
def _tag(name: str) -> str:
    return qn(name if ":" in name else f"w:{name}")


@cache
def _attribute(key: str) -> str:
    prefix, _, local = key.rpartition("_")
    return qn(f"{prefix or 'w'}:{local}")


def child_value(parent: Element | None, child: str) -> str | None:
    """Return the `w:val` of a child, or None if there is no such child or value."""
    found = None if parent is None else parent.find(qn(child))
    return None if found is None else found.get(qn("w:val"))


def whole_number(text: str | None, default: int = 0) -> int:
    """Return the whole number in a value of a template, or `default` if there is none."""
    found = re.fullmatch(r"-?\d{1,9}", text or "")
    return int(found[0]) if found else default


def length_in_twips(text: str | None) -> int:
    """Return a length in twips: a number of twips, or a number with a unit such as `21cm`; 0 if it is neither.

    >>> length_in_twips("11906.5"), length_in_twips("21cm"), length_in_twips("wide")
    (11906, 11906, 0)
    """
    found = re.fullmatch(r"(-?\d{1,9}(?:\.\d{1,9})?)(mm|cm|in|pt|pc|pi)?", text or "")
    return round(float(found[1]) * _TWIPS[found[2]]) if found else 0


_TWIPS = {None: 1, "mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440, "pt": 20, "pc": 240, "pi": 240}
"""The units of lengths in Office Open XML, in twips."""


def parse(part: bytes) -> Element:
    """Return the root of a part. Raises `ExternalError` if the part is not valid XML."""
    try:
        return ET.fromstring(part)  # noqa: S314 - parts of a file that the user chose; expat resolves no external entity
    except ET.ParseError as problem:
        hint = "check the {=openxml} code in the CV, and the Word template"
        message = f"Word could not open the file, because its XML is invalid: {str(problem).partition(':')[0]}"
        raise ExternalError(message, hint) from problem


def serialise(root: Element, source: bytes = b"") -> bytes:
    """Return a part as bytes, with the namespace prefixes of `source`, the bytes that it was parsed from.

    Prefixes that the root of `source` declares stay declared, even if no element uses them. `mc:Ignorable` lists
    prefixes, and Word does not open a file if one of them is not declared. ElementTree does not support this, and it is
    slower, because it goes through the tree twice.
    """
    text = source.decode("utf-16" if source[:2] in _UTF_16 else "utf-8", errors="replace")
    opening = re.search(r"<[\w.-]+(:[\w.-]+)?[^>]*>", text)
    default = _PACKAGE_NAMESPACE.search(opening[0]) if opening else None
    names = _PrefixedNames(_declared(text), default[1] if default else "")
    out: list[str] = []
    _write(root, names, out)
    used = {prefix: uri for uri, prefix in names.used.items()}
    kept = {prefix: uri for prefix, uri in _declared(opening[0] if opening else "") if prefix not in used}
    declarations = [f' xmlns:{prefix}="{_quoted(uri)}"' for prefix, uri in [*kept.items(), *sorted(used.items())]]
    declarations += [f' xmlns="{_quoted(names.default)}"'] if names.default else []
    return DECLARATION + "".join((out[0], *declarations, *out[1:])).encode()


def _declared(text: str) -> list[tuple[str, str]]:
    """Return the prefixes that a part declares, and their namespaces."""
    return [(prefix, unescape(uri)) for prefix, uri in _DECLARED.findall(text)]


class _PrefixedNames(dict[str, str]):
    """Maps names of ElementTree to names with a prefix, such as `w:p`.

    `declared` are the prefixes to choose from. `used` maps each namespace to its prefix. Names in `default` have none:
    LibreOffice does not open a file if its relationships have a prefix.
    """

    def __init__(self, declared: Sequence[tuple[str, str]], default: str = "") -> None:
        super().__init__()
        self.default = default
        self.used: dict[str, str] = {}
        self._prefixes = {uri: prefix for prefix, uri in reversed(declared)} | _PREFIXES
        self._declared = {prefix for prefix, _ in declared}

    def __missing__(self, name: str) -> str:
        uri, brace, local = name[1:].rpartition("}")
        if not brace:
            written = name
        elif uri == self.default:
            written = local
        elif uri == _XML:
            written = f"xml:{local}"
        else:
            if uri not in self.used:
                usual = self._prefixes.get(uri, "")
                generated = (f"ns{number}" for number in count())
                taken = {*self.used.values()}
                use_usual = usual and usual not in taken
                self.used[uri] = usual if use_usual else next(n for n in generated if n not in taken | self._declared)
            written = f"{self.used[uri]}:{local}"
        self[name] = written
        return written


def _write(element: Element, names: _PrefixedNames, out: list[str]) -> None:
    name = names[element.tag]
    out.append(f"<{name}")
    for key, value in element.items():
        out.append(f' {names[key]}="{_quoted(value)}"')
    text = element.text
    if text or len(element):
        out.append(">" if not text else f">{_UNSAFE_IN_TEXT.sub(_escaped, text)}")
        for child in element:
            _write(child, names, out)
        out.append(f"</{name}>")
    else:
        out.append(" />")
    if element.tail:
        out.append(_UNSAFE_IN_TEXT.sub(_escaped, element.tail))


@lru_cache(maxsize=10_000)
def _quoted(value: str) -> str:
    """Return a value as it is written between quotation marks. Cached, because the same values occur often."""
    return _UNSAFE_IN_VALUE.sub(_escaped, value)


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]


def pack(parts: Mapping[str, bytes], *, compress: bool = True) -> bytes:
    """Return a zip file of `parts`, the content types first. The same parts give the same bytes.

    Use `compress=False` for a file that only Pandoc reads.
    """
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    buffer = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", not name.startswith("_rels"), name))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = method
            entry.create_system = 3
            archive.writestr(entry, parts[name])
    return buffer.getvalue()


def unpack(file: bytes) -> dict[str, bytes]:
    """Return the parts of a zip file by name, without folders."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}

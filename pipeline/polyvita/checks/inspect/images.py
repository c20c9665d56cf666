"""The strings in images: text of SVG, and metadata of PNG and JPEG."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from polyvita.checks.inspect.package import as_text, parse_xml

_DATA_URL = re.compile(r"data:([^,]*),", re.IGNORECASE)
_PNG, _JPEG, _GZIP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\x1f\x8b"
_PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf"})
_JPEG_COMMENT = 0xFE
_JPEG_SCAN = 0xDA
_MAX_INFLATED = 10_000_000
"""The number of bytes up to which compressed texts are read."""
_MAX_DEPTH = 3
"""How deep images inside images are read."""


def data_url_strings(url: str, depth: int = 0) -> Iterator[str]:
    """Yield the strings in the file that a `data:` URL contains. Any other text yields nothing."""
    if found := _DATA_URL.match(url):
        data = url[found.end() :]
        if not found[1].lower().endswith(";base64"):
            yield from image_strings(unquote_to_bytes(data), depth)
            return
        encoded = re.sub(rb"[^A-Za-z0-9+/]", b"", unquote_to_bytes(data))
        yield from image_strings(base64.b64decode(encoded + b"=" * (-len(encoded) % 4)), depth)


def image_strings(content: bytes, depth: int = 0) -> Iterator[str]:
    """Yield the strings in an image. A file of another kind counts as one string."""
    if content.startswith(_PNG):
        for text in _png_texts(content):
            yield from _decodings(text)
    elif content.startswith(_JPEG):
        for text in _jpeg_texts(content):
            yield from _decodings(text)
    elif content.startswith(_GZIP):  # A compressed SVG.
        yield from _svg_strings(_inflate(content, gzip=True), depth)
    else:
        yield from _svg_strings(content, depth)


def _svg_strings(content: bytes, depth: int) -> Iterator[str]:
    xml = parse_xml(content)
    if not xml:
        yield as_text(content)
        return
    yield "".join(xml.root.itertext())  # Adjacent elements may have parts of one word.
    yield "\n".join(xml.root.itertext())
    for string in xml.strings():
        yield string
        if depth < _MAX_DEPTH:
            yield from data_url_strings(string, depth + 1)


def _png_texts(content: bytes) -> Iterator[bytes]:
    """Yield the text chunks of a PNG, uncompressed."""
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind in _PNG_TEXTS:
            data = content[at + 8 : at + 8 + length]
            yield data
            yield from (_inflate(data[start:]) for start in _compressed_starts(kind, data))
        at += length + 12
        if kind == b"IEND":
            break
    yield content[at:]  # What follows the image.


def _compressed_starts(kind: bytes, data: bytes) -> Iterator[int]:
    """Yield where the compressed text of a chunk may start."""
    keyword_end = data.find(b"\0")
    if kind == b"zTXt":
        yield keyword_end + 2
    elif kind == b"iTXt" and data[keyword_end + 1 : keyword_end + 2] == b"\1":
        yield data.find(b"\0", data.find(b"\0", keyword_end + 3) + 1) + 1


def _jpeg_texts(content: bytes) -> Iterator[bytes]:
    """Yield the comments and the application data of a JPEG, such as Exif, XMP and IPTC."""
    at = len(_JPEG)
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != _JPEG_SCAN:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xE0 <= marker <= 0xEF or marker == _JPEG_COMMENT:
            yield content[at + 4 : at + 2 + length]
        at += length + 2
    yield content[content.rfind(b"\xff\xd9") + 2 :]  # What follows the end of the image.


def _inflate(data: bytes, *, gzip: bool = False) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS).decompress(data, _MAX_INFLATED)
    except zlib.error:
        return b""


def _decodings(data: bytes) -> Iterator[str]:
    """Yield `data` as text in the encodings that metadata use."""
    yield as_text(data)
    yield data.decode("latin-1")
    if b"\0" in data:  # Windows writes UTF-16, which starts anywhere.
        for start in (0, 1):
            yield data[start:].decode("utf-16-le", "replace")
            yield data[start:].decode("utf-16-be", "replace")

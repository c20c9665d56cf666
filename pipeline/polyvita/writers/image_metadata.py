"""Images without their metadata: no output tells where, when, how and by whom a photograph was taken.

Only the pixels stay, with what is needed to show them: the colour profile, the resolution, and the orientation, which
cameras keep in the metadata. A file whose structure is not understood stays as it is.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"})
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0b00001100
"""The bits of a WebP head that announce Exif and XMP."""
_JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})
"""The application segments of a JPEG that decide how it looks: JFIF, the colour profile and that of Adobe."""
_APPLICATION, _COMMENT, _SCAN, _END = range(0xE0, 0xF0), 0xFE, 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112


def without_metadata(content: bytes) -> bytes:
    """Return a PNG, JPEG or WebP without its metadata. Any other file, or a damaged one, is returned as it is."""
    try:
        if content.startswith(_PNG):
            return _PNG + b"".join(_png_parts(content))
        if content.startswith(b"\xff\xd8"):
            return b"\xff\xd8" + b"".join(_jpeg_parts(content))
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            body = b"WEBP" + b"".join(_webp_parts(content))
            return b"RIFF" + struct.pack("<I", len(body)) + body
    except (ValueError, struct.error):
        pass
    return content


def _png_parts(content: bytes) -> Iterator[bytes]:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + length + 12
        if end > len(content):
            raise ValueError("the chunk is cut off")
        if kind not in _PNG_DROPPED:
            yield content[at:end]
        at = end


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Yield the segments of a JPEG after its first two bytes."""
    at = 2
    while True:
        mark, marker, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF or length < 2 or at + 2 + length > len(content):
            raise ValueError("the segment is damaged")
        segment = content[at : at + 2 + length]
        at += 2 + length
        if marker == _SCAN:  # The pixels follow, up to the next marker.
            found = _NEXT_MARKER.search(content, at)
            if not found:
                raise ValueError("the end is missing")
            yield segment + content[at : found.start()]
            at = found.start()
            if content[at + 1] == _END:  # What follows is another picture, such as a preview.
                yield content[at : at + 2]
                return
        elif marker == 0xE1 and segment[4:].startswith(_EXIF):
            yield from _orientation(segment[4 + len(_EXIF) :])
        elif marker in _JPEG_KEPT or (marker not in _APPLICATION and marker != _COMMENT):
            yield segment


def _orientation(exif: bytes) -> Iterator[bytes]:
    """Yield a segment that has only the orientation in these Exif data, if they turn the picture."""
    order = "<" if exif.startswith(b"II") else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, first)
        for at in range(first + 2, first + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at)
            if tag == _ORIENTATION and kind == 3 and 1 < value <= 8:
                entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, value, 0)
                data = _EXIF + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
                yield struct.pack(">BBH", 0xFF, 0xE1, len(data) + 2) + data
                return
    except struct.error:  # The data are cut off.
        return


def _webp_parts(content: bytes) -> Iterator[bytes]:
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    at = 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", content, at)
        part = content[at : at + 8 + length + length % 2]
        at += len(part)
        if kind == b"VP8X":
            part = part[:8] + bytes((part[8] & ~_WEBP_FLAGS,)) + part[9:]
        if kind not in _WEBP_DROPPED:
            yield part

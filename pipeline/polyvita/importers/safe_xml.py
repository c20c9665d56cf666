"""Read the parts of files that others wrote: ZIP files with limits, and XML without entities."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from polyvita.core.diagnostics import InputError, error
from polyvita.writers.word.xml import serialise

LARGEST_PART, LARGEST_ARCHIVE, MOST_PARTS = 60_000_000, 150_000_000, 5000
"""The maximum size of a part of a ZIP file and of all parts, in bytes, and the maximum number of parts."""
_OPEN_AGAIN = "open it in the program that wrote it, and save it again"


def unpack_safely(content: bytes) -> dict[str, bytes]:
    """Return the parts of a ZIP file by name. Raises `InputError` if it is damaged, encrypted or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
                message = "the file unpacks to far more data than a CV has"
                raise InputError(error("PV510", message, hint="check that the file is a CV"))
            parts: dict[str, bytes] = {}
            total = 0
            for entry in entries:
                if entry.flag_bits & 1:
                    raise InputError(error("PV511", "the file is protected by a password", hint="save it without one"))
                with archive.open(entry) as part:
                    data = part.read(LARGEST_PART + 1)
                total += len(data)
                if len(data) > LARGEST_PART or total > LARGEST_ARCHIVE:
                    message = "the file unpacks to far more data than a CV has"
                    raise InputError(error("PV510", message, hint="check that the file is a CV"))
                parts[entry.filename] = data
            return parts
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise InputError(error("PV501", "the file is damaged: it cannot be unpacked", hint=_OPEN_AGAIN)) from None


_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_part(part: bytes) -> Element:
    """Return the root of an XML part. Raises `InputError` if it is not valid, or declares entities."""
    head = part
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = part.decode("utf-16", errors="replace").encode()
    if _DOCTYPE.search(head[:100_000]):
        message = "the file declares entities of XML, which can read other files; it is not read"
        raise InputError(error("PV513", message, hint=_OPEN_AGAIN))
    try:
        return ElementTree.fromstring(part)  # noqa: S314 - without a document type, there are no entities to expand
    except ElementTree.ParseError:
        raise InputError(error("PV501", "the file is damaged: its XML is not valid", hint=_OPEN_AGAIN)) from None


def write_part(root: Element, source: bytes) -> bytes:
    """Return a part as bytes, with the prefixes of the part that it was read from."""
    return serialise(root, source)

"""Find the XML files that a PDF carries. Europass attaches the CV to the PDF that it makes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location


def xml_attachments(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each attached XML file. Raises `InputError` if the PDF cannot be read."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # A repaired detail of the file is nothing to tell.
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(
                error("PV504", "the PDF is protected with a password", Location(name), "save it without a password")
            )
        attachments: dict[str, Any] = dict(reader.attachments)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as problem:
        message = f"the PDF cannot be read: {str(problem)[:100] or type(problem).__name__}"
        raise InputError(error("PV504", message, Location(name), "save it again")) from None
    for path, contents in attachments.items():
        for content in contents if isinstance(contents, list) else [contents]:
            if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                yield path, content

"""Run Pandoc's readers on a document of the user."""

from __future__ import annotations

import json
from typing import Any

from polyvita.core.diagnostics import ExternalError, InputError, error
from polyvita.core.pandoc import run_pandoc


def read_with_pandoc(content: bytes, reader: str) -> dict[str, Any]:
    """Return the AST of a document in the format `reader`. Raises `InputError` if Pandoc cannot read it."""
    ast: dict[str, Any] = json.loads(convert(content, reader, "json"))
    return ast


def convert(content: bytes, reader: str, writer: str) -> bytes:
    """Convert a document with Pandoc, which opens no other file. Raises `InputError` if Pandoc cannot read it."""
    arguments = [f"--from={reader}", f"--to={writer}", "--sandbox", "--wrap=none", *_LIMITS]
    try:
        return run_pandoc(arguments, content, task="read the file")
    except ExternalError as problem:
        raise InputError(error("PV501", f"the file is damaged: {problem}")) from None


_LIMITS = ("+RTS", "-M2g", "-RTS")
"""The memory that Pandoc may use. A document that needs more is not a CV."""

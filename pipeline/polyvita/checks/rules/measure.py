"""A finished file as rules measure it."""

from __future__ import annotations

from msgspec import Struct

from polyvita.checks.inspect.model import FileText, Inspection, Layout


class MeasuredFile(Struct, frozen=True):
    """A finished file.

    PDF and Word files have a `layout`, PDF files have `pages`, and all formats that this package designs have a `text`.
    """

    name: str
    format: str
    text: FileText | None = None
    layout: Layout | None = None
    pages: int | None = None
    pages_by: str = ""
    """How the pages were counted, if they were not read from the file itself."""
    inspection: Inspection = Inspection(b"")
    """The file itself, for what few rules need."""


def measure(name: str, format: str, inspection: Inspection) -> MeasuredFile:
    """Measure the finished file `name`."""
    return MeasuredFile(name, format, inspection.body, inspection.layout, inspection.pages, inspection=inspection)

"""Readers of finished files: what a file shows, and where on the page."""

from __future__ import annotations


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF."""
    # PDFium is loaded only if there is a PDF to read.
    from polyvita.checks.inspect import pdfium

    return pdfium.page_count(pdf)

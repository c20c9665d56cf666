"""Reads finished files back: what they show, what they hide, and where it stands on the page."""

from __future__ import annotations


def page_count(pdf: bytes) -> int:
    """Return how many pages a finished PDF has."""
    from polyvita.checks.inspect import pdfium  # loaded only where there is a PDF to read

    return pdfium.page_count(pdf)

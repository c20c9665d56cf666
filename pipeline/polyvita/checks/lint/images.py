"""A check of images that cannot be shown, or that are far larger than any output needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import imagesize

from polyvita.checks.lint.context import LintContext
from polyvita.checks.unusable_images import find_unusable_images
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import Image
from polyvita.transforms import is_remote
from polyvita.writers.images import css_length, find_image

MAX_BYTES = 5_000_000
"""The largest image file. HTML, Word and PDF outputs contain it whole, and the portals of funders limit uploads."""
MAX_DPI = 900
"""The highest resolution of an image at its width on the page: three times that of a good printer."""

_PAGE_WIDTH = 21 / 2.54
_INCHES = {"cm": 1 / 2.54, "mm": 1 / 25.4, "in": 1.0, "pt": 1 / 72, "em": 1 / 6, "%": _PAGE_WIDTH / 100}
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|em|%)")


def find_unsuitable_images(context: LintContext) -> Iterator[Finding]:
    """Find images that are missing, outside the folder, of a format that cannot be shown, or too large."""
    unusable, findings = find_unusable_images(context.nodes, context.folder)
    yield from findings
    for node in context.nodes:
        if not isinstance(node, Image) or node.url in unusable or is_remote(node):
            continue
        try:
            path = find_image(node.url, context.folder)
        except (OSError, ValueError):
            continue
        too_large = _describe_excess(path, node)
        if too_large:
            message = f"the image {node.url} {too_large}"
            yield warning("PV224", message, node.location, "save a smaller copy, and use that file")


def _describe_excess(path: Path, node: Image) -> str:
    """Return in what way an image is too large, as the end of a sentence, or ""."""
    try:
        size = path.stat().st_size
        width, _ = imagesize.get(path) if path.suffix.lower() != ".svg" else (0, 0)
    except (OSError, ValueError):
        return ""
    if size > MAX_BYTES:
        return f"has {size / 1e6:.1f} MB, more than the recommended {MAX_BYTES / 1e6:.0f} MB"
    most = round(_width_in_inches(node) * MAX_DPI)
    if width > most:
        return f"is {width} pixels wide; for its width on the page, print needs {most // 3}"
    return ""


def _width_in_inches(node: Image) -> float:
    """Return the width of an image on the page by its attribute `width`, or the width of the page without one."""
    found = _LENGTH.fullmatch(css_length(node.attr.get("width")))
    return min(_PAGE_WIDTH, float(found[1]) * _INCHES[found[2]]) if found else _PAGE_WIDTH

"""Images that cannot be shown, or that are far larger than any output needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import imagesize

from polyvita.checks.lint.context import LintContext
from polyvita.checks.lint.locate import located_image
from polyvita.core.diagnostics import Finding, InputError, warning
from polyvita.core.document import Image
from polyvita.writers.images import image_file, length

LARGEST = 5_000_000
"""So many bytes an image may have: HTML, Word and PDF each carry it whole, and funders' portals limit uploads."""
FINEST = 900
"""So many dots per inch an image may have where it stands: three times what a good printer shows."""

_WIDEST = 21 / 2.54
_INCHES = {"cm": 1 / 2.54, "mm": 1 / 25.4, "in": 1.0, "pt": 1 / 72, "em": 1 / 6, "%": _WIDEST / 100}
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|em|%)")


def suspicious_images(manuscript: LintContext) -> Iterator[Finding]:
    """Images that are not there, lie elsewhere or are of a kind that cannot be shown; and those that are too large."""
    for node in manuscript.nodes:
        if not isinstance(node, Image):
            continue
        try:
            path = image_file(node.url, manuscript.folder)
        except (InputError, OSError, ValueError) as problem:
            if isinstance(problem, InputError):
                yield from located_image(problem, node)
            continue
        large = _too_large(path, node)
        if large:
            yield warning(
                "PV224", f"the image {node.url} {large}", node.location, "save a smaller copy and name that one"
            )


def _too_large(path: Path, node: Image) -> str:
    """In what an image is too large, as the end of a sentence."""
    try:
        size = path.stat().st_size
        across, _ = imagesize.get(path) if path.suffix.lower() != ".svg" else (0, 0)
    except (OSError, ValueError):
        return ""
    if size > LARGEST:
        return f"has {size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} MB are the most that an output should carry"
    most = round(_inches(node) * FINEST)
    if across > most:
        return f"is {across} pixels wide; print needs {most // 3} for its width on the page"
    return ""


def _inches(node: Image) -> float:
    """How wide an image stands on the page, as far as its attributes say; the page's width where they do not."""
    found = _LENGTH.fullmatch(length(node.attr.get("width")))
    return min(_WIDEST, float(found[1]) * _INCHES[found[2]]) if found else _WIDEST

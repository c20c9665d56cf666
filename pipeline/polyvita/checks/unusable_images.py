"""Images that no output can show: their files are missing, outside the folder of the CV, damaged or too large."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from polyvita.core.diagnostics import Finding, InputError, list_places
from polyvita.core.document import Image, Node, plain_text
from polyvita.transforms import is_remote
from polyvita.writers.images import find_image


def find_unusable_images(nodes: Iterable[Node], folder: Path) -> tuple[set[str], tuple[Finding, ...]]:
    """Return the addresses of the images that no output can show, and one error for each reason.

    Images on the internet are left out, because `link_remote_images` reports them.
    """
    urls: set[str] = set()
    found: dict[str, list[tuple[Image, Finding]]] = {}
    for node in nodes:
        if isinstance(node, Image) and not is_remote(node):
            try:
                find_image(node.url, folder)
            except InputError as problem:
                urls.add(node.url)
                found.setdefault(problem.findings[0].code, []).append((node, problem.findings[0]))
    return urls, tuple(map(_finding_about, found.values()))


def _finding_about(images: list[tuple[Image, Finding]]) -> Finding:
    image, finding = images[0]
    places = list_places(each.location.line for each, _ in images)
    effect = "the outputs show its text instead" if plain_text(image).strip() else "the outputs leave it out"
    return finding._replace(message=f"{finding.message}; {effect}{places}", location=image.location)

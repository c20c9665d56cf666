"""Text in one language: an output leaves out text that has another `lang`."""

from __future__ import annotations

from polyvita.core.document import Document
from polyvita.transforms.prune import Pruner


def drop_other_languages(document: Document, *, lang: str) -> Document:
    """Return the document without text in other languages than `lang`. Regions of a language count as the same."""
    wanted = _primary_language(lang)
    return Pruner(
        keep=lambda _node, context: _primary_language(context.keys.get("lang", wanted)) == wanted,
        span_is_unit=lambda attr: bool(attr.get("lang")),
    ).prune(document)


def _primary_language(tag: str) -> str:
    return tag.partition("-")[0].lower()

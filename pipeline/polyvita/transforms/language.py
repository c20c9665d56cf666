"""Text in one language: what carries a `lang` of its own is left out of an output in another."""

from __future__ import annotations

from polyvita.core.document import Document
from polyvita.transforms.prune import Pruner


def only_language(document: Document, *, lang: str) -> Document:
    """Without the text that is in another language than `lang`; regions of one language count as the same."""
    wanted = _language(lang)
    return Pruner(
        keep=lambda _node, context: _language(context.keys.get("lang", wanted)) == wanted,
        own=lambda attr: bool(attr.get("lang")),
    ).document(document)


def _language(tag: str) -> str:
    return tag.partition("-")[0].lower()

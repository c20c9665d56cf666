"""Text in one language: an output leaves out text that has another `lang`."""

from __future__ import annotations

from collections.abc import Iterator

from polyvita.core.document import Document, Span, walk
from polyvita.core.i18n import primary_language
from polyvita.core.scripts import script_of_language
from polyvita.transforms.prune import Pruner


def drop_other_languages(document: Document, *, lang: str) -> Document:
    """Return the document without text in other languages than `lang`. Regions of a language count as the same.

    A span in another script, such as an Arabic name in an English sentence, is not a translation. It stays, unless a
    span beside it has the same text in the language `lang`.
    """
    wanted = primary_language(lang)
    foreign = frozenset(_foreign_spans(document, wanted, script_of_language(lang)))
    return Pruner(
        keep=lambda node, context: (
            primary_language(context.keys.get("lang", wanted)) == wanted or (node.key in foreign and node.key > 0)
        ),
        span_is_unit=lambda attr: bool(attr.get("lang")),
    ).prune(document)


def _foreign_spans(document: Document, wanted: str, script: str) -> Iterator[int]:
    """Yield the keys of the spans in another script that have no counterpart in the wanted language beside them."""
    for node in walk(document):
        inlines = getattr(node, "inlines", getattr(node, "term", ()))
        spans = [inline for inline in inlines if isinstance(inline, Span) and inline.attr.get("lang")]
        if spans and not any(primary_language(span.attr.get("lang")) == wanted for span in spans):
            yield from (span.key for span in spans if script_of_language(span.attr.get("lang")) not in ("", script))

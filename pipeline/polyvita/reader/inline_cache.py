"""Parse the text of leaf blocks into inline nodes, and cache the result for the next time the CV is read.

The preview reads a CV after each save, and most leaf blocks are the same as before.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from msgspec import structs

from polyvita.core.document import NO_ATTRIBUTES, Attributes, Inline, LineBreak, SoftBreak, Text
from polyvita.reader.inline_builder import FootnoteReader, InlineBuilder, without_spaces_after, without_spaces_before
from polyvita.reader.inlines import tokenize
from polyvita.reader.links import References
from polyvita.reader.parse_context import ParseContext
from polyvita.reader.source_map import MappedText
from polyvita.reader.tokens import TrailingAttributes

InlineContent = tuple[tuple[Inline, ...], Attributes]
"""The inline nodes of a leaf block, and the attributes at its end."""

MAX_CACHED_LEAVES = 10_000
_CACHE: dict[tuple[object, ...], tuple[InlineContent, ParseContext]] = {}
"""The content of leaf blocks, and the context with what was found in them. The key is all that both depend on."""


def clear_inline_cache() -> None:
    """Forget the content of all leaf blocks, for example before the CV of somebody else is read."""
    _CACHE.clear()


class InlineCache:
    """Parses the inline content of leaf blocks, or takes it from the cache."""

    def __init__(
        self,
        context: ParseContext,
        references: References,
        footnotes: Container[str],
        read_footnote: FootnoteReader,
    ) -> None:
        self.context, self.references, self.footnotes = context, references, footnotes
        self.read_footnote = read_footnote

    def read(self, mapped: MappedText, *, trailing_attributes: bool = False, cell: bool = False) -> InlineContent:
        """Return the inline content of a leaf block or (with `cell`) of a table cell.

        Attributes at the end of the text are parsed only if the block takes them (`trailing_attributes`).
        """
        if self.references or self.footnotes:
            # The content depends on definitions elsewhere in the source, which are not part of the key.
            return self._parse(self.context, mapped, trailing_attributes, cell)
        lines = tuple(self.context.lines[line - 1] for line, _ in mapped.line_starts)
        key = self.context.file, self.context.like_pandoc, mapped, lines, trailing_attributes, cell
        cached = _CACHE.get(key)
        if cached is None:
            context = structs.replace(self.context, findings=[], lost_emphasis=[], lone_stars=[])
            cached = self._parse(context, mapped, trailing_attributes, cell), structs.replace(context, lines=[])
            if len(_CACHE) >= MAX_CACHED_LEAVES:
                _CACHE.clear()
            _CACHE[key] = cached
        content, found = cached
        self.context.findings.extend(found.findings)
        self.context.lost_emphasis.extend(found.lost_emphasis)
        self.context.lone_stars.extend(found.lone_stars)
        return content

    def _parse(self, context: ParseContext, mapped: MappedText, trailing_attributes: bool, cell: bool) -> InlineContent:
        text = mapped.text.rstrip(" \t\n")
        extended = not context.like_pandoc
        tokens = tokenize(
            text, self.references, self.footnotes, trailing_attributes=trailing_attributes, extended=extended
        )
        attr = NO_ATTRIBUTES
        for index, token in enumerate(tokens):
            if isinstance(token, TrailingAttributes):
                attr = context.locate_attributes(token.attr, mapped, token.start, token.end)
                tokens = tokens[:index]
                break
        inlines = InlineBuilder(context, mapped, text, self.read_footnote, cell=cell).build(tokens)
        return trim_inlines(inlines), attr


def trim_inlines(inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return `inlines` without spaces and soft breaks at both ends, and without line breaks at the end."""
    nodes = list(inlines)
    while nodes and isinstance(last := nodes[-1], SoftBreak | LineBreak | Text):
        nodes[-1:] = rest = without_spaces_after(last) if isinstance(last, Text) else []
        if rest:
            break
    while nodes and isinstance(first := nodes[0], SoftBreak | Text):
        nodes[:1] = rest = without_spaces_before(first) if isinstance(first, Text) else []
        if rest:
            break
    return tuple(nodes)

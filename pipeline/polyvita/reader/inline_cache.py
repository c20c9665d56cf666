"""The inlines of a leaf, and the attributes at its end."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from polyvita.core.diagnostics import Finding, Report
from polyvita.core.document import NO_ATTRIBUTES, Attributes, Inline, LineBreak, SoftBreak, Text
from polyvita.reader.inline_builder import InlineBuilder, NoteReader, without_blanks_after, without_blanks_before
from polyvita.reader.inlines import InlineReader
from polyvita.reader.source import Source
from polyvita.reader.source_map import MappedText

Phrase = tuple[tuple[Inline, ...], Attributes]

MOST_KNOWN = 10_000
_KNOWN: dict[tuple[object, ...], tuple[Phrase, tuple[Finding, ...]]] = {}
"""What leaves were read as, and what was found in them: a CV is read after each save, and most of it is as it was."""


class InlineCache:
    """Builds the inline nodes of leaves. `note` gives the blocks of a footnote."""

    def __init__(self, source: Source, reader: InlineReader, note: NoteReader) -> None:
        self.source, self.reader, self.note = source, reader, note

    def read(self, stretch: MappedText, *, carries: bool = False, cell: bool = False) -> Phrase:
        """The inlines of a leaf, and the attributes at its end where its block `carries` such."""
        if self.reader.references or self.reader.notes:  # what they lead to may be another each time
            return self._read(self.source, stretch, carries, cell)
        lines = tuple(self.source.lines[line - 1] for line, _ in stretch.line_starts)
        key = self.source.file, self.source.plain, stretch, lines, carries, cell
        known = _KNOWN.get(key)
        if known is None:
            source = structs.replace(self.source, report=Report())
            known = self._read(source, stretch, carries, cell), tuple(source.report)
            if len(_KNOWN) >= MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[key] = known
        phrase, found = known
        self.source.report.add(*found)
        return phrase

    def _read(self, source: Source, stretch: MappedText, carries: bool, cell: bool) -> Phrase:
        text = stretch.text.rstrip(" \t\n")
        tokens = self.reader.read(text, carries=carries)
        attr = NO_ATTRIBUTES
        for index, token in enumerate(tokens):
            if token["type"] == "attributes":
                attr = source.located(token["attr"], stretch, token["start"], token["end"])
                tokens = tokens[:index]
                break
        inlines = InlineBuilder(source, stretch, text, self.note, cell=cell).nodes(tokens)
        return trimmed(inlines), attr


def trimmed(inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """Without blanks and breaks at both ends."""
    nodes = list(inlines)
    while nodes and isinstance(last := nodes[-1], SoftBreak | LineBreak | Text):
        nodes[-1:] = rest = without_blanks_after(last) if isinstance(last, Text) else []
        if rest:
            break
    while nodes and isinstance(first := nodes[0], SoftBreak | Text):
        nodes[:1] = rest = without_blanks_before(first) if isinstance(first, Text) else []
        if rest:
            break
    return tuple(nodes)

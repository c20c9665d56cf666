"""The inlines of a leaf, and the attributes at its end."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import NONE, Attributes, Inline, LineBreak, SoftBreak, Text
from pipeline.reader.inlines import InlineReader
from pipeline.reader.nodes import Leaf, NoteReader, without_blanks_after, without_blanks_before
from pipeline.reader.places import Stretch
from pipeline.reader.source import Source


class Phrases:
    """Builds the inline nodes of leaves. `note` gives the blocks of a footnote."""

    def __init__(self, source: Source, reader: InlineReader, note: NoteReader) -> None:
        self.source, self.reader, self.note = source, reader, note

    def read(
        self, stretch: Stretch, *, carries: bool = False, cell: bool = False
    ) -> tuple[tuple[Inline, ...], Attributes]:
        """The inlines of a leaf, and the attributes at its end where its block `carries` such."""
        text = stretch.text.rstrip(" \t\n")
        tokens = self.reader.read(text, carries=carries)
        attr = NONE
        for index, token in enumerate(tokens):
            if token["type"] == "attributes":
                attr = self.source.placed(token["attr"], stretch, token["start"], token["end"])
                tokens = tokens[:index]
                break
        inlines = Leaf(self.source, stretch, text, self.note, cell=cell).nodes(tokens)
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

"""The content of a table cell that is written in several blocks: a cell of the document holds one line of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from polyvita.core import document as d
from polyvita.reader.inline_cache import trim_inlines

_Line = Sequence[d.Inline]


def blocks_to_inlines(blocks: Iterable[d.Block]) -> tuple[d.Inline, ...]:
    """Return blocks as the content of a cell, with a line break between their lines.

    The items of lists begin with a bullet or their number, and the cells of an inner table are separated by dots.
    """
    out: list[d.Inline] = []
    for line in _lines(blocks):
        if out:
            out.append(d.LineBreak(location=line[0].location))
        out += line
    return trim_inlines(out)


def _lines(blocks: Iterable[d.Block]) -> Iterator[_Line]:
    for block in blocks:
        for line in _lines_of(block):
            if line:
                yield [d.Span(tuple(line), attr=block.attr, location=line[0].location)] if block.attr else line


def _lines_of(block: d.Block) -> Iterator[_Line]:
    match block:
        case d.Paragraph():
            yield block.inlines
        case d.Section():
            yield block.heading.inlines
            yield from _lines(block.blocks)
        case d.Div() | d.BlockQuote():
            yield from _lines(block.blocks)
        case d.BulletList():
            for item in block.items:
                yield from _item("• ", item)
        case d.OrderedList():
            for number, item in enumerate(block.items, block.start):
                yield from _item(f"{number}{block.delimiter} ", item)
        case d.DefinitionList():
            for definition_item in block.items:
                yield definition_item.term
                for definition in definition_item.definitions:
                    yield from _lines(definition.blocks)
        case d.Table():
            for row in (block.head, *block.rows):
                cells = [cell for cell in row.cells if cell.inlines]
                dots = [[d.Text(" · ", location=cell.location), *cell.inlines] for cell in cells]
                yield [inline for cell in dots for inline in cell][1:]
        case d.CodeBlock():
            for line in block.text.split("\n"):
                yield [d.Code(line, location=block.location)] if line.strip() else []
        case d.RawBlock():
            yield [d.RawInline(block.format, block.text, location=block.location)]
        case d.ThematicBreak():
            pass
        case _:
            raise TypeError(f"unexpected kind of block: {type(block).__name__}")


def _item(marker: str, item: d.ListItem) -> Iterator[_Line]:
    for index, line in enumerate(_lines(item.blocks)):
        marked = [d.Text(marker, location=item.location), *line] if index == 0 else line
        yield [d.Span(tuple(marked), attr=item.attr, location=item.location)] if item.attr else marked

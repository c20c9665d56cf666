"""Convert the document tree to Pandoc's JSON AST."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from polyvita.core import document as d
from polyvita.writers.pandoc_ast import API_VERSION, Ast, attributes, div, text_to_words

_ALIGNMENTS = {"default": "AlignDefault", "left": "AlignLeft", "center": "AlignCenter", "right": "AlignRight"}
_INLINE_TYPES = {
    d.Emph: "Emph",
    d.Strong: "Strong",
    d.Underline: "Underline",
    d.Strikeout: "Strikeout",
    d.Superscript: "Superscript",
    d.Subscript: "Subscript",
}
_MERGED_TYPES = frozenset({*_INLINE_TYPES.values(), "Str", "Space"})


def to_pandoc(document: d.Document, *, split_words: bool = True) -> Ast:
    """Return `document` as Pandoc's JSON AST, without the front matter.

    Pandoc has no attributes on list items, paragraphs and definitions. There, a `Div` around the content has them.
    With `split_words`, text is split into words and spaces, as Pandoc filters expect. Without, each text is one `Str`
    that includes its spaces and line ends, so that the AST has a fifth of the nodes.
    """
    return {
        "pandoc-api-version": API_VERSION,
        "meta": {},
        "blocks": _PandocBuilder(split_words=split_words).blocks(document.blocks),
    }


class _PandocBuilder:
    """Converts blocks and inlines. With `split_words`, text becomes words and the spaces between them."""

    def __init__(self, *, split_words: bool) -> None:
        self.split_words = split_words

    def blocks(self, blocks: Iterable[d.Block]) -> list[Ast]:
        """Convert blocks. A section becomes its heading, followed by its blocks."""
        return [node for block in blocks for node in self.block(block)]

    def inlines(self, inlines: Iterable[d.Inline]) -> list[Ast]:
        """Convert inlines. Join neighbours of the same type, such as two texts, as the readers of Pandoc do."""
        out: list[Ast] = []
        for inline in inlines:
            nodes = self.inline(inline)
            if out and nodes and out[-1]["t"] == (kind := nodes[0]["t"]) and kind in _MERGED_TYPES:
                first = nodes.pop(0)
                if kind != "Space":
                    out[-1] = {"t": kind, "c": out[-1]["c"] + first["c"]}
            out += nodes
        return out

    def block(self, block: d.Block) -> list[Ast]:
        match block:
            case d.Paragraph():
                kind = "Plain" if block.tight else "Para"
                return _wrap_in_div(block.attr, [{"t": kind, "c": self.inlines(block.inlines)}])
            case d.Section():
                content = [block.heading.level, _attr(block.attr), self.inlines(block.heading.inlines)]
                return [{"t": "Header", "c": content}, *self.blocks(block.blocks)]
            case d.CodeBlock():
                return [{"t": "CodeBlock", "c": [_attr(block.attr), block.text]}]
            case d.RawBlock():
                return [{"t": "RawBlock", "c": [block.format, block.text]}]
            case d.BlockQuote():
                return _wrap_in_div(block.attr, [{"t": "BlockQuote", "c": self.blocks(block.blocks)}])
            case d.BulletList():
                return _wrap_in_div(block.attr, [{"t": "BulletList", "c": [self.item(item) for item in block.items]}])
            case d.OrderedList():
                return _wrap_in_div(block.attr, self.ordered(block))
            case d.DefinitionList():
                return _wrap_in_div(
                    block.attr, [{"t": "DefinitionList", "c": [self.definition(item) for item in block.items]}]
                )
            case d.Table():
                return [self.table(block)]
            case d.ThematicBreak():
                return [{"t": "HorizontalRule"}]
            case d.Div():
                return [{"t": "Div", "c": [_attr(block.attr), self.blocks(block.blocks)]}]
            case _:
                raise TypeError(f"unknown type of block: {type(block).__name__}")

    def item(self, item: d.ListItem | d.Definition) -> list[Ast]:
        return _wrap_in_div(item.attr, self.blocks(item.blocks))

    def definition(self, item: d.DefinitionItem) -> list[Any]:
        term = self.inlines(item.term)
        if item.attr:
            term = [{"t": "Span", "c": [_attr(item.attr), term]}]
        return [term, [self.item(definition) for definition in item.definitions]]

    def ordered(self, block: d.OrderedList) -> list[Ast]:
        """Return one list, or a `Div` with one list for each run of consecutive numbers if there are several runs.

        A list with a prefix is always in a `Div`, which has the prefix.
        """
        numbers = [
            block.start + index if item.number is None else item.number for index, item in enumerate(block.items)
        ]
        runs: list[list[d.ListItem]] = []
        starts: list[int] = []
        for index, item in enumerate(block.items):
            if index and numbers[index] == numbers[index - 1] + 1:
                runs[-1].append(item)
            else:
                runs.append([item])
                starts.append(numbers[index])
        style = {"t": "OneParen" if block.delimiter == ")" else "Period"}
        lists: list[Ast] = [
            {"t": "OrderedList", "c": [[start, {"t": "Decimal"}, style], [self.item(item) for item in run]]}
            for start, run in zip(starts, runs, strict=True)
        ]
        if block.prefix:
            return [div(lists, "numbered", keys=[("prefix", block.prefix)])]
        return lists if len(lists) == 1 else [div(lists, "numbered")]

    def table(self, table: d.Table) -> Ast:
        columns = [[{"t": _ALIGNMENTS[alignment]}, {"t": "ColWidthDefault"}] for alignment in table.alignments]
        head = [self.row(table.head)] if table.head.cells else []
        body = [attributes(), 0, [], [self.row(row) for row in table.rows]]
        return {
            "t": "Table",
            "c": [_attr(table.attr), [None, []], columns, [attributes(), head], [body], [attributes(), []]],
        }

    def row(self, row: d.Row) -> list[Any]:
        return [_attr(row.attr), [self.cell(cell) for cell in row.cells]]

    def cell(self, cell: d.Cell) -> list[Any]:
        inside = [{"t": "Plain", "c": self.inlines(cell.inlines)}] if cell.inlines else []
        return [_attr(cell.attr), {"t": "AlignDefault"}, 1, 1, inside]

    def inline(self, inline: d.Inline) -> list[Ast]:
        match inline:
            case d.Text():
                return text_to_words(inline.text) if self.split_words else _whole_text(inline.text)
            case d.SoftBreak():
                return [{"t": "SoftBreak"}] if self.split_words else [{"t": "Str", "c": " "}]
            case d.LineBreak():
                return [{"t": "LineBreak"}]
            case d.Emph() | d.Strong() | d.Underline() | d.Strikeout() | d.Superscript() | d.Subscript():
                node: Ast = {"t": _INLINE_TYPES[type(inline)], "c": self.inlines(inline.inlines)}
                return [{"t": "Span", "c": [_attr(inline.attr), [node]]}] if inline.attr else [node]
            case d.Code():
                return [{"t": "Code", "c": [_attr(inline.attr), inline.text]}]
            case d.Math():
                kind = "DisplayMath" if inline.display else "InlineMath"
                return [{"t": "Math", "c": [{"t": kind}, inline.text]}]
            case d.Link():
                return [
                    {"t": "Link", "c": [_attr(inline.attr), self.inlines(inline.inlines), [inline.url, inline.title]]}
                ]
            case d.Image():
                return [
                    {"t": "Image", "c": [_attr(inline.attr), self.inlines(inline.inlines), [inline.url, inline.title]]}
                ]
            case d.Span():
                return [{"t": "Span", "c": [_attr(inline.attr), self.inlines(inline.inlines)]}]
            case d.Note():
                return [{"t": "Note", "c": self.blocks(inline.blocks)}]
            case d.RawInline():
                return [{"t": "RawInline", "c": [inline.format, inline.text]}]
            case _:
                raise TypeError(f"unknown type of inline: {type(inline).__name__}")


def _whole_text(text: str) -> list[Ast]:
    """Return a text in one piece. Blanks in a row become one, as in all Markdown."""
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    return [{"t": "Str", "c": text}] if text else []


_BLANKS = re.compile(r"[ \t]+")


def _attr(attr: d.Attributes) -> list[Any]:
    return attributes(attr.id, attr.tags, attr.keys)


def _wrap_in_div(attr: d.Attributes, blocks: list[Ast]) -> list[Ast]:
    return [{"t": "Div", "c": [_attr(attr), blocks]}] if attr else blocks

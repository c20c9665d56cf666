"""Mark the parts of a document that are written in the other direction, so that each format keeps their order.

A language implies a direction: every node with a `lang` gets a `dir`. The Unicode bidirectional algorithm then does
most of the work. It has no way to know where a foreign phrase begins and ends, so it moves the full stop of an English
title to the wrong end. Therefore text without any letter of the direction around it is isolated, and so are links,
telephone numbers and names such as C++. Each format does that in its own way, an `Isolation`.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec import Struct, structs

from polyvita.core.scripts import (
    RIGHT_TO_LEFT_LETTER,
    Direction,
    direction_of,
    letter_of,
    phrase_of,
)
from polyvita.writers.nonbreaking import NUMBER_RANGE
from polyvita.writers.pandoc_ast import Ast, classes_of, div, span, stringify
from polyvita.writers.prepare import (
    RIGHT_DATE,
    Inlines,
    Letterhead,
    PreparedDocument,
    contact_items,
    icon_of,
    join_contact_items,
)

Isolation = Literal["span", "run", "mark"]
"""How a format keeps the order of a phrase in the other direction.

- `span`: a span with a `dir`, as in HTML.
- `run`: the same for each phrase, as Word expects, with marks at its ends.
- `mark`: an invisible mark of the direction at each end that has no letter. Typst would write the `dir` of a span as
  invisible characters inside of words, where they disturb a search in the PDF.
"""
_OPPOSITE: dict[Direction, Direction] = {"ltr": "rtl", "rtl": "ltr"}
_UNITS = re.compile(r"\+\d(?:[\d\s/.-]|\(\d+\))*\d|[A-Za-z][A-Za-z0-9]*[+#]+")
"""A telephone number with its country code, or a name that ends with a sign, such as C++ or C#."""
_NUMBER_RANGE = re.compile(NUMBER_RANGE)
_ENDS: dict[Direction, str] = {"ltr": "[+#%]*", "rtl": ""}
"""The signs that belong to a phrase of a direction if they follow it."""
_MARKS: dict[Direction, str] = {"ltr": "\N{LEFT-TO-RIGHT MARK}", "rtl": "\N{RIGHT-TO-LEFT MARK}"}
_ALIGNMENTS = {"AlignLeft": "AlignRight", "AlignRight": "AlignLeft"}


def with_directions(
    prepared: PreparedDocument, lang: str, isolation: Isolation, *, mirror_columns: bool = False
) -> PreparedDocument:
    """Return the document with a `dir` where it is needed. `lang` is the language of the output.

    `mirror_columns` swaps the left and right alignment of columns in tables from right to left, for formats that do not
    do so themselves.
    """
    base = direction_of(lang)
    if base == "ltr" and not prepared.has_directions:
        return prepared
    marker = _Marker(isolation, mirror_columns)
    head = prepared.letterhead and marker.letterhead(prepared.letterhead, base)
    return structs.replace(prepared, letterhead=head, blocks=marker.blocks(prepared.blocks, base), has_directions=True)


def direction_in(keys: list[list[str]], outer: Direction) -> Direction:
    """Return the direction inside a node with these keys; `outer` is the direction around it."""
    found = dict(reversed([(key, value) for key, value in keys]))
    if found.get("dir") in _OPPOSITE:
        return "rtl" if found["dir"] == "rtl" else "ltr"
    return direction_of(found["lang"]) if "lang" in found else outer


class _Marker(Struct, frozen=True):
    """Goes through a tree from the outside to the inside. `direction` is always that of the text around a node."""

    isolation: Isolation
    mirror_columns: bool
    base: Direction = "ltr"
    """The direction of the paragraph."""

    def letterhead(self, head: Letterhead, direction: Direction) -> Letterhead:
        top = (head.name, head.headline, head.subtitle)
        name, headline, subtitle = (self.text(inlines, direction) if inlines else [] for inlines in top)
        lines = []
        for line in head.contact:
            lines.append(join_contact_items([self.contact_item(item, direction) for item in contact_items(line)]))
        return structs.replace(head, name=name, headline=headline, subtitle=subtitle, contact=lines)

    def contact_item(self, item: Inlines, direction: Direction) -> Inlines:
        """Mark a part of the address. An item without letters is a telephone number."""
        if icon_of(item):
            return [{"t": "Span", "c": [item[0]["c"][0], self.contact_item(item[0]["c"][1], direction)]}]
        if direction == "rtl" and not RIGHT_TO_LEFT_LETTER.search(stringify(item)):
            return self.isolated(self.inlines(item, "ltr"), "ltr")
        return self.inlines(item, direction)

    # ---------------------------------------------------------------- blocks

    def blocks(self, blocks: list[Ast], outer: Direction) -> list[Ast]:
        """Mark blocks. A heading with a language or direction sets it for the whole section."""
        sections: list[tuple[int, Direction]] = []
        out = []
        for block in blocks:
            if block["t"] == "Header":
                while sections and sections[-1][0] >= block["c"][0]:
                    sections.pop()
                around = sections[-1][1] if sections else outer
                sections.append((block["c"][0], direction_in(block["c"][1][2], around)))
            out.append(self.block(block, sections[-1][1] if sections else outer))
        return out

    def block(self, block: Ast, outer: Direction) -> Ast:
        match block:
            case {"t": "Para" | "Plain" as kind, "c": inlines}:
                return {"t": kind, "c": self.text(inlines, outer)}
            case {"t": "Header", "c": [level, attr, inlines]}:
                return {"t": "Header", "c": [level, _marked(attr), self.text(inlines, direction_in(attr[2], outer))]}
            case {"t": "Div", "c": [attr, inside]}:
                return {"t": "Div", "c": [_marked(attr), self.blocks(inside, direction_in(attr[2], outer))]}
            case {"t": "BlockQuote", "c": inside}:
                return {"t": "BlockQuote", "c": self.blocks(inside, outer)}
            case {"t": "BulletList", "c": items}:
                return {"t": "BulletList", "c": [self.blocks(item, outer) for item in items]}
            case {"t": "OrderedList", "c": [start, items]}:
                return {"t": "OrderedList", "c": [start, [self.blocks(item, outer) for item in items]]}
            case {"t": "DefinitionList", "c": items}:
                marked = [
                    [self.text(t, outer), [self.blocks(each, outer) for each in meanings]] for t, meanings in items
                ]
                return {"t": "DefinitionList", "c": marked}
            case {"t": "CodeBlock"} if outer == "rtl":
                return div([block], keys=[("dir", "ltr")])
            case {"t": "LineBlock", "c": lines}:
                return {"t": "LineBlock", "c": [self.text(line, outer) for line in lines]}
            case {"t": "Figure", "c": [attr, caption, inside]}:
                return {"t": "Figure", "c": [_marked(attr), caption, self.blocks(inside, direction_in(attr[2], outer))]}
            case {"t": "Table", "c": content}:
                return {"t": "Table", "c": self.table(content, outer)}
            case _:
                return block

    def table(self, content: list[Any], outer: Direction) -> list[Any]:
        attr, caption, columns, [top, head], bodies, [end, foot] = content
        inner = direction_in(attr[2], outer)
        if self.mirror_columns and inner == "rtl":
            columns = [[{"t": _ALIGNMENTS.get(align["t"], align["t"])}, width] for align, width in columns]
        marked = [[each, stub, self.rows(over, inner), self.rows(rows, inner)] for each, stub, over, rows in bodies]
        head, foot = self.rows(head, inner), self.rows(foot, inner)
        return [_marked(attr), caption, columns, [top, head], marked, [end, foot]]

    def rows(self, rows: list[Any], outer: Direction) -> list[Any]:
        return [[_marked(attr), [self.cell(cell, direction_in(attr[2], outer)) for cell in row]] for attr, row in rows]

    def cell(self, cell: list[Any], outer: Direction) -> list[Any]:
        attr, *rest, inside = cell
        return [_marked(attr), *rest, self.blocks(inside, direction_in(attr[2], outer))]

    # ---------------------------------------------------------------- inlines

    def text(self, inlines: Inlines, outer: Direction) -> Inlines:
        """Mark the inlines of a block. If all letters have the other direction, the whole text becomes a span."""
        date = inlines[-1:] if inlines and RIGHT_DATE in classes_of(inlines[-1]) else []
        content = inlines[: len(inlines) - len(date)]
        words, other = stringify(content), _OPPOSITE[outer]
        inner = structs.replace(self, base=outer)
        if letter_of(other).search(words) and not letter_of(outer).search(words):
            content = inner.isolated(inner.inlines(content, other), other)
        else:
            content = inner.inlines(content, outer)
        return [*content, *inner.inlines(date, outer)]

    def inlines(self, inlines: Inlines, outer: Direction) -> Inlines:
        return [part for inline in inlines for part in self.inline(inline, outer)]

    def inline(self, inline: Ast, outer: Direction) -> Inlines:
        match inline:
            case {"t": "Str", "c": str(text)}:
                return self.string(text, outer)
            case {"t": "Span", "c": [attr, inside]}:
                own = direction_in(attr[2], outer)
                marked = self.inlines(inside, own)
                attr = _marked(attr, self.base if self.isolation == "mark" else own)
                return [{"t": "Span", "c": [attr, marked if own == outer else self.bounded(marked, own)]}]
            case {"t": "Link", "c": [attr, inside, target]}:
                own = direction_in(attr[2], outer)
                if own == "rtl" and not RIGHT_TO_LEFT_LETTER.search(stringify(inside)):
                    own = "ltr"
                link = {"t": "Link", "c": [attr, self.inlines(inside, own), target]}
                return [link] if own == outer else self.isolated([link], own)
            case {"t": "Note", "c": blocks}:
                return [{"t": "Note", "c": self.blocks(blocks, self.base)}]
            case {"t": "Quoted" | "Cite" as kind, "c": [what, inside]}:
                return [{"t": kind, "c": [what, self.inlines(inside, outer)]}]
            case {"t": str(kind), "c": [{"t": _}, *_] as inside}:
                return [{"t": kind, "c": self.inlines(inside, outer)}]
            case {"t": "Code", "c": [attr, _]} if outer == "rtl":
                return self.isolated([{"t": "Code", "c": [attr, inline["c"][1]]}], "ltr")
            case _:
                return [inline]

    def string(self, text: str, outer: Direction) -> Inlines:
        """Split a text into its phrases in the other direction, and what is between them."""
        if self.isolation == "mark" and outer == "ltr" != self.base:
            text = _NUMBER_RANGE.sub(f"{_MARKS['ltr']}\\g<0>", text)
        patterns = [_UNITS] if outer == "rtl" else []
        other = _OPPOSITE[outer]
        patterns += [phrase_of(other, _ENDS[other])] if self.isolation == "run" else []
        return self.split(text, patterns, other)

    def split(self, text: str, patterns: list[re.Pattern[str]], direction: Direction) -> Inlines:
        """Return `text` as nodes. Each match of a pattern is isolated, with the bracket that closes one in it."""
        if not patterns or not text:
            return [{"t": "Str", "c": text}] if text else []
        out: Inlines = []
        at = 0
        for found in patterns[0].finditer(text):
            start, end = found.span()
            while text[end : end + 1] in (")", "]") and text.count("(", start, end) + text.count("[", start, end) > (
                text.count(")", start, end) + text.count("]", start, end)
            ):
                end += 1
            out += self.split(text[at:start], patterns[1:], direction)
            out += self.isolated([{"t": "Str", "c": text[start:end]}], direction)
            at = end
        return out + self.split(text[at:], patterns[1:], direction)

    def isolated(self, inlines: Inlines, direction: Direction) -> Inlines:
        bounded = self.bounded(inlines, direction)
        return bounded if self.isolation == "mark" else [span(bounded, keys=[("dir", direction)])]

    def bounded(self, inlines: Inlines, direction: Direction) -> Inlines:
        """Put a mark of the direction at each end that has no letter, where text around it would move the signs."""
        words = stringify(inlines)
        if self.isolation == "span" or not words:
            return inlines
        mark: Ast = {"t": "Str", "c": _MARKS[direction]}
        first, last = (bool(letter_of(direction).match(words[end])) for end in (0, -1))
        return [*([] if first else [mark]), *inlines, *([] if last else [mark])]


def _marked(attr: list[Any], direction: Direction | None = None) -> list[Any]:
    """Return attributes in which a language is followed by its direction, or by another one."""
    id, classes, keys = attr
    if not any(map(_is_language, keys)):
        return attr
    others = [pair for pair in keys if pair[0] != "dir"]
    return [id, classes, [*others, ["dir", direction or direction_in(keys, "ltr")]]]


def section_scopes(blocks: list[Ast]) -> list[Ast]:
    """Put sections with a language or direction into a Div, because Pandoc's AST does not nest sections."""
    out: list[Ast] = []
    at = 0
    while at < len(blocks):
        match blocks[at]:
            case {"t": "Header", "c": [level, [id, classes, keys], inlines]} if any(map(_is_language, keys)):
                end = at + 1
                while end < len(blocks) and not (blocks[end]["t"] == "Header" and blocks[end]["c"][0] <= level):
                    end += 1
                rest = [pair for pair in keys if not _is_language(pair)]
                head = {"t": "Header", "c": [level, [id, classes, rest], inlines]}
                inside = section_scopes(blocks[at + 1 : end])
                out.append({"t": "Div", "c": [["", [], list(filter(_is_language, keys))], [head, *inside]]})
                at = end
            case block:
                out.append(block)
                at += 1
    return out


def _is_language(pair: list[str]) -> bool:
    return pair[0] in ("lang", "dir")

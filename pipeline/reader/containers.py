"""How containers begin: quotes, lists, definitions, fenced divs, footnotes. See `grammar` for what a rule is."""

from __future__ import annotations

import re

from pipeline.document import Attributes
from pipeline.reader.attributes import parse_attributes
from pipeline.reader.blocks import (
    Block,
    Definition,
    Definitions,
    Division,
    Item,
    Items,
    NoteDefinition,
    Paragraph,
    Quote,
)
from pipeline.reader.places import Line
from pipeline.reader.structure import MOST_NESTED, BlockReader

_MARKER = re.compile(r"(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)")
_DEFINITION = re.compile(r"[:~](?=[ \t]|$)")
_NOTE = re.compile(r"\[\^([^\s\[\]\\]+)\]:")
_DIV = re.compile(r":{3,}[ \t]*(?P<what>.*?)[ \t]*:*[ \t]*$")
_WORD = re.compile(r"[^\s{}:][^\s{}]*$")


def start_quote(reader: BlockReader, _container: Block, line: Line) -> bool:
    if line.indent > 3 or not line.words.startswith(">") or len(reader.stack) > MOST_NESTED:
        return False
    quote = reader.open(Quote(line.here))
    return quote.continues(line)


def start_item(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 and not isinstance(container, Items):
        return False
    found = _MARKER.match(line.words) if line.indent <= 3 else None
    if not found or len(reader.stack) > MOST_NESTED:
        return False
    number = int(found[2]) if found[2] else None
    empty = not line.words[found.end() :].strip(" \t")
    if isinstance(container, Paragraph) and (empty or number not in (None, 1)):
        return False
    marker, here, indent = found[1] or found[3], line.here, line.indent
    width = _width_of_marker(line, found.end())
    if not (
        isinstance(container, Items) and container.marker == marker and (container.number is None) == (number is None)
    ):
        reader.open(Items(here, marker=marker, number=number))
    reader.open(Item(here, width=indent + width))
    return True


def _width_of_marker(line: Line, marker: int) -> int:
    """Go past a marker of so many characters and the blanks after it; how many columns that was."""
    line.skip_blanks()
    line.skip(marker)
    if line.blank:
        line.skip_blanks()
        return marker + 1
    blanks = line.indent if line.indent <= 4 else 1
    line.advance(blanks)
    return marker + blanks


def start_div(reader: BlockReader, _container: Block, line: Line) -> bool:
    if line.indent > 3 or not line.words.startswith(":::"):
        return False
    found = _DIV.match(line.words)
    what = found["what"] if found else ""
    if not what:
        inner = [block for block in reader.stack[: reader.matched] if isinstance(block, Division)]
        if not inner:
            reader.stray_fences.append(line.here)
            return False
        inner[-1].closed = True
        reader.close_to(inner[-1], line.number)
        return line.use_up()
    column = line.word + line.words.index(what)
    attr = _attributes_of_div(what)
    if attr is None or len(reader.stack) > MOST_NESTED:
        return False
    reader.open(Division(line.here, attr=attr, attr_column=column + 1, attr_text=what))
    return line.use_up()


def _attributes_of_div(what: str) -> Attributes | None:
    if parsed := parse_attributes(what):
        return parsed[0] if parsed[1] == len(what) else None
    return Attributes(tags=(what,)) if _WORD.match(what) else None


def start_note(reader: BlockReader, _container: Block, line: Line) -> bool:
    found = _NOTE.match(line.words) if line.indent <= 3 else None
    if not found or len(reader.stack) > MOST_NESTED:
        return False
    note = NoteDefinition(line.here, label=found[1])
    reader.open(note)
    if reader.notes.setdefault(found[1].casefold(), note) is not note:
        reader.repeated_notes.append(note)
    line.skip_blanks()
    line.skip(found.end())
    line.skip_blanks()
    return True


def start_definition(reader: BlockReader, container: Block, line: Line) -> bool:
    found = _DEFINITION.match(line.words) if line.indent <= 3 else None
    if not found or len(reader.stack) > MOST_NESTED:
        return False
    if not isinstance(container, Definitions):
        if not _take_term(reader, container):
            return False
        container = reader.stack[-1]
    reader.close_unmatched()
    before = container.children[-1]
    loose = before.loose if isinstance(before, Definition) else before.end < line.number - 1
    here, indent = line.here, line.indent
    width = _width_of_marker(line, 1)
    reader.open(Definition(here, width=indent + width, loose=loose))
    return True


def _take_term(reader: BlockReader, container: Block) -> bool:
    """Make the paragraph just before a term of a definition list that is open then."""
    if isinstance(container, Paragraph):
        if reader.settle_paragraph() is None:
            return False
        reader.stack.pop()
        container.finish(reader.number - 1)
        reader.matched = len(reader.stack)
    else:
        reader.close_unmatched()
        if not container.children or not isinstance(container.children[-1], Paragraph):
            return False
    parent = reader.stack[-1]
    term = parent.children.pop()
    if parent.children and isinstance(parent.children[-1], Definitions):
        reader.stack.append(parent.children[-1])
    else:
        definitions = Definitions(term.start)
        parent.children.append(definitions)
        reader.stack.append(definitions)
    reader.stack[-1].children.append(term)
    reader.matched = len(reader.stack)
    return True

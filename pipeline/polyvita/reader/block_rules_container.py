"""How containers begin: quotes, lists, definitions, fenced divs, footnotes. See `grammar` for what a rule is."""

from __future__ import annotations

import re

from polyvita.core.document import Attributes
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.block_parser import MOST_NESTED, BlockReader
from polyvita.reader.blocks import (
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
from polyvita.reader.source_map import Line, Start

_MARKER = re.compile(r"(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)")
_DEFINITION = re.compile(r"[:~](?=[ \t]|$)")
_NOTE = re.compile(r"\[\^([^\s\[\]\\]+)\]:")
_FENCE = re.compile(r":{3,}[ \t]*")
_WORD = re.compile(r"([^\s{}:][^\s{}]*)[ \t]*:*[ \t]*$")
_END_OF_FENCE = re.compile(r"[ \t]*:*[ \t]*$")
_MOST_WRAPPED = 10


def start_quote(reader: BlockReader, _container: Block, line: Line) -> bool:
    """`> ` before a line."""
    """Begin a block quote: `>`."""
    if line.indent > 3 or not line.words.startswith(">") or len(reader.stack) > MOST_NESTED:
        return False
    quote = reader.open(Quote(line.here))
    return quote.continues(line)


def start_item(reader: BlockReader, container: Block, line: Line) -> bool:
    """A bullet or a number before an item; the list begins with its first item."""
    """Begin a list item, and a list where none of its kind is open."""
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
    """`::: {.tag}` or `::: tag`; colons alone close a div."""
    """Begin or end a fenced division: `:::`."""
    if line.indent > 3 or not line.words.startswith(":::"):
        return False
    opening = _FENCE.match(line.words)
    what = line.words[opening.end() :] if opening else ""
    if not what:
        return _close_div(reader, line)
    start = (line.number, line.word + 1 + len(line.words) - len(what))
    found = _attributes_of_div(reader, what, start)
    if found is None or len(reader.stack) > MOST_NESTED:
        return False
    attr, end = found
    reader.used_up_to = end[0]
    reader.open(Division(line.here, attr=attr, attr_start=start, attr_end=end))
    return line.use_up()


def _close_div(reader: BlockReader, line: Line) -> bool:
    inner = [block for block in reader.stack[: reader.matched] if isinstance(block, Division)]
    if not inner:
        reader.stray_fences.append(line.here)
        return False
    inner[-1].closed = True
    reader.close_to(inner[-1], line.number)
    return line.use_up()


def _attributes_of_div(reader: BlockReader, what: str, start: Start) -> tuple[Attributes, Start] | None:
    """What stands after the colons that open a div, braces or a word, and where it ends."""
    line, column = start
    if word := _WORD.match(what):
        return Attributes(tags=(word[1],)), (line, column + word.end(1))
    text, lines, indents = what, [what], [column]
    if "}" not in what:
        for following in reader.following(_MOST_WRAPPED):
            lines.append(following.lstrip(" \t>"))
            indents.append(1 + len(following) - len(lines[-1]))
            if not lines[-1] or "}" in following:
                break
        text = "\n".join(lines)
    parsed = parse_attributes(text)
    if not parsed or not _END_OF_FENCE.match(text, parsed[1]):
        return None
    attr, end = parsed
    last = text.count("\n", 0, end)
    return attr, (line + last, indents[last] + end - (text.rfind("\n", 0, end) + 1))


def start_note(reader: BlockReader, _container: Block, line: Line) -> bool:
    """`[^label]:` before the text of a footnote."""
    """Begin the text of a footnote: `[^1]:`."""
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
    """`: ` or `~ ` below a paragraph, which becomes the term that is defined."""
    """Begin a definition of the term on the line before: `:`."""
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
    elif not container.children or not isinstance(container.children[-1], Paragraph):
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

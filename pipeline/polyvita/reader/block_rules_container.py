"""The starts of container blocks: quotes, lists, fenced divs, footnotes, definitions. See `block_rules`."""

from __future__ import annotations

import re

from polyvita.core.document import Attributes
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.block_parser import MAX_BLOCK_DEPTH, BlockParser
from polyvita.reader.blocks import (
    Block,
    BlockQuote,
    Definition,
    DefinitionList,
    FencedDiv,
    FootnoteDefinition,
    ListBlock,
    ListItem,
    Paragraph,
)
from polyvita.reader.source_map import Line, Position

_LIST_MARKER = re.compile(r"(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)")
_DEFINITION_MARKER = re.compile(r"[:~](?=[ \t]|$)")
_FOOTNOTE_MARKER = re.compile(r"\[\^([^\s\[\]\\]+)\]:")
_DIV_FENCE = re.compile(r":{3,}[ \t]*")
_DIV_TAG = re.compile(r"([^\s{}:][^\s{}]*)[ \t]*:*[ \t]*$")
_AFTER_DIV_ATTRIBUTES = re.compile(r"[ \t]*:*[ \t]*$")
_MAX_ATTRIBUTE_LINES = 10
"""The number of lines after a div's fence that are searched for the closing brace of its attributes."""


def start_quote(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start a block quote: `>`."""
    if line.indent > 3 or not line.unindented.startswith(">") or len(parser.stack) > MAX_BLOCK_DEPTH:
        return False
    quote = parser.open(BlockQuote(line.position))
    return quote.continues(line)


def start_list_item(parser: BlockParser, container: Block, line: Line) -> bool:
    """Start a list item: `-`, `*`, `+`, `1.` or `1)`. If no list of the same kind is open, start the list too."""
    found = _LIST_MARKER.match(line.unindented) if line.indent <= 3 else None
    if not found or len(parser.stack) > MAX_BLOCK_DEPTH:
        return False
    number = int(found[2]) if found[2] else None
    empty = not line.unindented[found.end() :].strip(" \t")
    if isinstance(container, Paragraph) and (empty or number not in (None, 1)):
        return False
    marker, start, indent = found[1] or found[3], line.position, line.indent
    width = _skip_marker(line, found.end())
    if not (
        isinstance(container, ListBlock)
        and container.marker == marker
        and (container.number is None) == (number is None)
    ):
        parser.open(ListBlock(start, marker=marker, number=number))
    parser.open(ListItem(start, width=indent + width))
    return True


def _skip_marker(line: Line, length: int) -> int:
    """Move past a marker of `length` characters and the blanks after it; return the number of columns skipped."""
    line.skip_indent()
    line.advance_chars(length)
    if line.is_blank:
        line.skip_indent()
        return length + 1
    blanks = line.indent if line.indent <= 4 else 1
    line.advance_columns(blanks)
    return length + blanks


def start_or_close_div(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start a fenced div, `::: {.tag}` or `::: tag`, or close the innermost one, `:::`."""
    if line.indent > 3 or not line.unindented.startswith(":::"):
        return False
    fence = _DIV_FENCE.match(line.unindented)
    after_fence = line.unindented[fence.end() :] if fence else ""
    if not after_fence:
        return _close_div(parser, line)
    start = (line.number, line.next_nonblank + 1 + len(line.unindented) - len(after_fence))
    found = _parse_div_attributes(parser, after_fence, start)
    if found is None or len(parser.stack) > MAX_BLOCK_DEPTH:
        return False
    attr, end = found
    parser.consumed_up_to = end[0]
    parser.open(FencedDiv(line.position, attr=attr, attr_start=start, attr_end=end))
    return line.consume()


def _close_div(parser: BlockParser, line: Line) -> bool:
    open_divs = [block for block in parser.stack[: parser.matched] if isinstance(block, FencedDiv)]
    if not open_divs:
        parser.stray_fences.append(line.position)
        return False
    open_divs[-1].closed = True
    parser.close_through(open_divs[-1], line.number)
    return line.consume()


def _parse_div_attributes(parser: BlockParser, text: str, start: Position) -> tuple[Attributes, Position] | None:
    """Return the attributes in `text`, what follows a div's fence at `start`, and the position where they end.

    They are one word (a tag) or braces, which can continue on the next lines.
    """
    line, column = start
    if tag := _DIV_TAG.match(text):
        return Attributes(tags=(tag[1],)), (line, column + tag.end(1))
    lines, columns = [text], [column]
    if "}" not in text:
        for following in parser.next_lines(_MAX_ATTRIBUTE_LINES):
            lines.append(following.lstrip(" \t>"))
            columns.append(1 + len(following) - len(lines[-1]))
            if not lines[-1] or "}" in following:
                break
        text = "\n".join(lines)
    parsed = parse_attributes(text)
    if not parsed or not _AFTER_DIV_ATTRIBUTES.match(text, parsed[1]):
        return None
    attr, end = parsed
    last = text.count("\n", 0, end)
    return attr, (line + last, columns[last] + end - (text.rfind("\n", 0, end) + 1))


def start_footnote(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start the definition of a footnote: `[^label]:`."""
    found = _FOOTNOTE_MARKER.match(line.unindented) if line.indent <= 3 else None
    if not found or len(parser.stack) > MAX_BLOCK_DEPTH:
        return False
    footnote = FootnoteDefinition(line.position, label=found[1])
    parser.open(footnote)
    if parser.footnotes.setdefault(found[1].casefold(), footnote) is not footnote:
        parser.duplicate_footnotes.append(footnote)
    line.skip_indent()
    line.advance_chars(found.end())
    line.skip_indent()
    return True


def start_definition(parser: BlockParser, container: Block, line: Line) -> bool:
    """Start a definition, `:` or `~`; the paragraph before it becomes the term."""
    found = _DEFINITION_MARKER.match(line.unindented) if line.indent <= 3 else None
    if not found or len(parser.stack) > MAX_BLOCK_DEPTH:
        return False
    if not isinstance(container, DefinitionList):
        if not _paragraph_to_term(parser, container):
            return False
        container = parser.stack[-1]
    parser.close_unmatched()
    previous = container.children[-1]
    loose = previous.loose if isinstance(previous, Definition) else previous.end < line.number - 1
    start, indent = line.position, line.indent
    width = _skip_marker(line, 1)
    parser.open(Definition(start, width=indent + width, loose=loose))
    return True


def _paragraph_to_term(parser: BlockParser, container: Block) -> bool:
    """Move the paragraph before the line into a definition list, and leave that list open.

    Return False if no paragraph precedes the line.
    """
    if isinstance(container, Paragraph):
        if parser.paragraph_without_definitions() is None:
            return False
        parser.stack.pop()
        container.finalize(parser.line_number - 1)
        parser.matched = len(parser.stack)
    elif not container.children or not isinstance(container.children[-1], Paragraph):
        return False
    parent = parser.stack[-1]
    term = parent.children.pop()
    if parent.children and isinstance(parent.children[-1], DefinitionList):
        parser.stack.append(parent.children[-1])
    else:
        definition_list = DefinitionList(term.start)
        parent.children.append(definition_list)
        parser.stack.append(definition_list)
    parser.stack[-1].children.append(term)
    parser.matched = len(parser.stack)
    return True

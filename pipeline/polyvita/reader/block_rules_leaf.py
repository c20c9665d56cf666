"""The starts of leaf blocks: headings, code, HTML, thematic breaks, tables. See `block_rules`."""

from __future__ import annotations

import re

from polyvita.reader.attributes import parse_attributes
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.blocks import (
    Block,
    BlockAttributes,
    BlockQuote,
    FencedCode,
    FencedDiv,
    Heading,
    HtmlBlock,
    IndentedCode,
    Paragraph,
    PipeTable,
    ThematicBreak,
)
from polyvita.reader.mistune_adapter import BLOCK_TAGS, HTML_ATTRIBUTES, HTML_TAGNAME
from polyvita.reader.source_map import Line
from polyvita.reader.tables import is_delimiter_row, split_cells

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_CODE_FENCE = re.compile(r"(`{3,})(?!.*`)|(~{3,})")
_SETEXT_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_MAX_FORMULA_LINES = 50
_THEMATIC_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_HTML_CONDITIONS = [
    (
        re.compile(r"<(?:script|pre|textarea|style)(?:\s|>|$)", re.I | re.A),
        re.compile(r"</(?:script|pre|textarea|style)>", re.I | re.A),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{'|'.join(BLOCK_TAGS)})(?:\s|/?>|$)", re.I | re.A), None),
    (re.compile(rf"(?:<{HTML_TAGNAME}{HTML_ATTRIBUTES}\s*/?>|</{HTML_TAGNAME}\s*>)\s*$", re.A), None),
]
"""The start and end conditions of CommonMark's seven kinds of HTML blocks; None is a blank line."""


def start_heading(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Add an ATX heading: `#` to `######`."""
    found = _ATX.match(line.unindented) if line.indent <= 3 else None
    if not found:
        return False
    heading = parser.open(Heading(line.position, level=len(found[1])))
    text = line.unindented[found.end() :]
    column = line.next_nonblank + 1 + found.end()
    text = _ATX_END.sub("", text).rstrip(" \t")
    stripped = text.lstrip(" \t")
    heading.lines.append((stripped, line.number, column + len(text) - len(stripped)))
    return line.consume()


def start_fenced_code(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start a fenced code block: three or more backticks or tildes."""
    found = _CODE_FENCE.match(line.unindented) if line.indent <= 3 else None
    if not found:
        return False
    info = line.unindented[found.end() :]
    stripped = info.strip(" \t")
    column = line.next_nonblank + 1 + found.end() + len(info) - len(info.lstrip(" \t"))
    parser.open(
        FencedCode(line.position, fence=found[0], indent=line.indent, info=stripped, info_start=(line.number, column))
    )
    return line.consume()


def start_html(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start an HTML block of one of CommonMark's seven kinds."""
    if line.indent > 3 or not line.unindented.startswith("<"):
        return False
    for index, (start_condition, end_condition) in enumerate(_HTML_CONDITIONS):
        if start_condition.match(line.unindented):
            if index == len(_HTML_CONDITIONS) - 1 and parser.in_paragraph:
                return False
            closed = bool(end_condition and end_condition.search(line.unindented))
            in_div = any(isinstance(block, FencedDiv) for block in parser.stack)
            html = parser.open(HtmlBlock(line.position, end_condition=end_condition, in_div=in_div, closed=closed))
            html.lines.append((line.rest, line.number, line.offset + 1))
            return line.consume()
    return False


def start_display_math(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Add a formula over several lines, `$$` to `$$`, to the paragraph; no block can start inside it."""
    text = line.unindented
    if line.indent > 3 or not text.startswith("$$") or text.count("$$") % 2 == 0:
        return False
    following = parser.next_lines(_MAX_FORMULA_LINES)
    closing = next((at for at, each in enumerate(following) if "$$" in each or not each.strip()), None)
    in_quote = any(isinstance(block, BlockQuote) for block in parser.stack[: parser.matched])
    if closing is None or not following[closing].strip() or in_quote:
        return False
    paragraph = parser.stack[-1] if parser.in_paragraph else parser.open(Paragraph(line.position))
    paragraph.lines.append((text, *line.position))
    for number, each in enumerate(following[: closing + 1], line.number + 1):
        stripped = each.lstrip(" \t")
        paragraph.lines.append((stripped, number, len(each) - len(stripped) + 1))
    parser.consumed_up_to = line.number + closing + 1
    return line.consume()


def start_block_attributes(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Add a line of attributes in kramdown's syntax, `{: .tag}`, unless it ends a paragraph, which reads it itself."""
    text = line.unindented.rstrip(" \t")
    if line.indent > 3 or not text.startswith("{:") or (parser.in_paragraph and parser.matched == len(parser.stack)):
        return False
    parsed = parse_attributes(text, kramdown=True)
    if not parsed or not parsed[0] or parsed[1] != len(text):
        return False
    block = parser.open(BlockAttributes(line.position, attr=parsed[0]))
    block.lines.append((text, *line.position))
    return line.consume()


def start_setext_heading(parser: BlockParser, container: Block, line: Line) -> bool:
    """Make the paragraph above the line a setext heading: a line of `=` or `-`."""
    found = _SETEXT_UNDERLINE.match(line.unindented) if line.indent <= 3 and isinstance(container, Paragraph) else None
    if not found:
        return False
    paragraph = parser.paragraph_without_definitions()
    if paragraph is None:
        return False
    parser.stack.pop()
    heading = Heading(paragraph.start, lines=paragraph.lines, level=1 if found[1][0] == "=" else 2)
    heading.end = line.number
    parser.stack[-1].children[-1] = heading
    parser.matched = len(parser.stack)
    return line.consume()


def start_thematic_break(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Add a thematic break: three or more `*`, `-` or `_` and nothing else."""
    if line.indent > 3 or not _THEMATIC_BREAK.match(line.unindented):
        return False
    parser.open(ThematicBreak(line.position))
    return line.consume()


def start_indented_code(parser: BlockParser, _container: Block, line: Line) -> bool:
    """Start an indented code block: four or more columns of indentation, outside a paragraph."""
    if line.indent <= 3 or line.is_blank or parser.in_paragraph:
        return False
    line.advance_columns(4)
    code = parser.open(IndentedCode(line.position))
    code.lines.append((line.rest, line.number, line.offset + 1))
    return line.consume()


def start_table(parser: BlockParser, container: Block, line: Line) -> bool:
    """Make the paragraph of one line above a delimiter row the header of a pipe table.

    The two lines must have the same number of cells.
    """
    if not isinstance(container, Paragraph) or len(container.lines) != 1 or line.indent > 3:
        return False
    header = container.lines[0][0]
    if "|" not in header or "|" not in line.unindented or not is_delimiter_row(line.unindented):
        return False
    if len(split_cells(line.unindented)) != len(split_cells(header)):
        return False
    table = PipeTable(container.start, lines=[*container.lines, (line.unindented, *line.position)])
    parser.stack[-1] = table
    parser.stack[-2].children[-1] = table
    return line.consume()

"""How leaves begin: headings, code, HTML, rules, tables. See `grammar` for what a rule is."""

from __future__ import annotations

import re

from mistune.helpers import BLOCK_TAGS, HTML_ATTRIBUTES, HTML_TAGNAME

from polyvita.reader.block_parser import BlockReader
from polyvita.reader.blocks import (
    Block,
    Division,
    FencedCode,
    HeadingBlock,
    Html,
    IndentedCode,
    Paragraph,
    PipeTable,
    Rule,
)
from polyvita.reader.source_map import Line
from polyvita.reader.tables import is_delimiter_row, split_cells

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_FENCE = re.compile(r"(`{3,})(?!.*`)|(~{3,})")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_HTML = [
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


def start_heading(reader: BlockReader, _container: Block, line: Line) -> bool:
    """`# ` to `###### `."""
    """An ATX heading: `#`."""
    found = _ATX.match(line.words) if line.indent <= 3 else None
    if not found:
        return False
    title = reader.open(HeadingBlock(line.here, level=len(found[1])))
    text = line.words[found.end() :]
    column = line.word + 1 + found.end()
    text = _ATX_END.sub("", text).rstrip(" \t")
    stripped = text.lstrip(" \t")
    title.pieces.append((stripped, line.number, column + len(text) - len(stripped)))
    return line.use_up()


def start_fenced_code(reader: BlockReader, _container: Block, line: Line) -> bool:
    """Three or more backticks or tildes."""
    """Begin a fenced code block."""
    found = _FENCE.match(line.words) if line.indent <= 3 else None
    if not found:
        return False
    info = line.words[found.end() :]
    stripped = info.strip(" \t")
    column = line.word + 1 + found.end() + len(info) - len(info.lstrip(" \t"))
    reader.open(
        FencedCode(line.here, fence=found[0], indent=line.indent, info=stripped, info_start=(line.number, column))
    )
    return line.use_up()


def start_html(reader: BlockReader, _container: Block, line: Line) -> bool:
    """A tag, comment or the like at the beginning of a line; see CommonMark's seven kinds of HTML blocks."""
    """Begin a block of raw HTML, of one of CommonMark’s seven kinds."""
    if line.indent > 3 or not line.words.startswith("<"):
        return False
    for index, (begin, until) in enumerate(_HTML):
        if begin.match(line.words):
            if index == len(_HTML) - 1 and reader.in_paragraph:
                return False
            closed = bool(until and until.search(line.words))
            in_div = any(isinstance(block, Division) for block in reader.stack)
            html = reader.open(Html(line.here, until=until, in_div=in_div, closed=closed))
            html.pieces.append((line.rest, line.number, line.offset + 1))
            return line.use_up()
    return False


def start_setext_heading(reader: BlockReader, container: Block, line: Line) -> bool:
    """`===` or `---` below a paragraph."""
    """Make the paragraph above a heading: a line of `=` or `-`."""
    if line.indent > 3 or not isinstance(container, Paragraph) or not (found := _SETEXT.match(line.words)):
        return False
    paragraph = reader.settle_paragraph()
    if paragraph is None:
        return False
    reader.stack.pop()
    title = HeadingBlock(paragraph.start, pieces=paragraph.pieces, level=1 if found[1][0] == "=" else 2)
    title.end = line.number
    reader.stack[-1].children[-1] = title
    reader.matched = len(reader.stack)
    return line.use_up()


def start_rule(reader: BlockReader, _container: Block, line: Line) -> bool:
    """Three or more `*`, `-` or `_` on a line of their own."""
    """A thematic break."""
    if line.indent > 3 or not _RULE.match(line.words):
        return False
    reader.open(Rule(line.here))
    return line.use_up()


def start_indented_code(reader: BlockReader, _container: Block, line: Line) -> bool:
    """Four blanks, not within a paragraph."""
    """Begin an indented code block."""
    if line.indent <= 3 or line.blank or reader.in_paragraph:
        return False
    line.advance(4)
    code = reader.open(IndentedCode(line.here))
    code.pieces.append((line.rest, line.number, line.offset + 1))
    return line.use_up()


def start_table(reader: BlockReader, container: Block, line: Line) -> bool:
    """A delimiter row below a paragraph of one line, with as many cells."""
    """Make the line above the head of a pipe table."""
    if not isinstance(container, Paragraph) or len(container.pieces) != 1 or line.indent > 3:
        return False
    header = container.pieces[0][0]
    if "|" not in header or "|" not in line.words or not is_delimiter_row(line.words):
        return False
    if len(split_cells(line.words)) != len(split_cells(header)):
        return False
    table = PipeTable(container.start, pieces=[*container.pieces, (line.words, *line.here)])
    reader.stack[-1] = table
    reader.stack[-2].children[-1] = table
    return line.use_up()

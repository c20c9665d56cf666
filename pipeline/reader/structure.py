"""From lines to blocks: the rules by which blocks begin, and the reader that applies them line by line."""

from __future__ import annotations

import re
from collections.abc import Callable

from mistune.helpers import BLOCK_TAGS, HTML_ATTRIBUTES, HTML_TAGNAME

from pipeline.document import Attributes
from pipeline.reader.attributes import parse_attributes
from pipeline.reader.blocks import (
    Block,
    Definition,
    Definitions,
    Division,
    FencedCode,
    Html,
    IndentedCode,
    Item,
    Items,
    NoteDefinition,
    Paragraph,
    PipeTable,
    Quote,
    Root,
    Rule,
    Title,
)
from pipeline.reader.links import References, take_references
from pipeline.reader.places import Line
from pipeline.reader.tables import is_delimiter_row, split_cells

MOST_NESTED = 60
"""So many containers may stand in one another; deeper ones are read as text, so that no text exhausts the stack."""

_MAY_START = frozenset(">#`~<=-_*+0123456789:|[")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_FENCE = re.compile(r"(`{3,})(?!.*`)|(~{3,})")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_MARKER = re.compile(r"(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)")
_DEFINITION = re.compile(r"[:~](?=[ \t]|$)")
_NOTE = re.compile(r"\[\^([^\s\[\]\\]+)\]:")
_DIV = re.compile(r":{3,}[ \t]*(?P<what>.*?)[ \t]*:*[ \t]*$")
_WORD = re.compile(r"[^\s{}:][^\s{}]*$")
_HTML = [
    (
        re.compile(r"<(?:script|pre|textarea|style)(?:\s|>|$)", re.I),
        re.compile(r"</(?:script|pre|textarea|style)>", re.I),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{'|'.join(BLOCK_TAGS)})(?:\s|/?>|$)", re.I), None),
    (re.compile(rf"(?:<{HTML_TAGNAME}{HTML_ATTRIBUTES}\s*/?>|</{HTML_TAGNAME}\s*>)\s*$"), None),
]


class BlockReader:
    """Reads lines into blocks. `stack` holds the open blocks, the outermost first; the first `matched` of them
    continue on the line that is being read."""

    def __init__(self) -> None:
        self.root = Root((1, 1))
        self.stack: list[Block] = [self.root]
        self.matched = 1
        self.number = 0
        self.references: References = {}
        self.notes: dict[str, NoteDefinition] = {}
        self.unclosed: list[Division] = []

    def read(self, lines: list[str], first: int = 1) -> Root:
        """The blocks of `lines`, the first of which is line `first` of the file."""
        for number, text in enumerate(lines, first):
            self._read_line(Line(text, number))
        self.number += 1
        self.matched = 0
        self.close_unmatched()
        return self.root

    def _read_line(self, line: Line) -> None:
        self.number = line.number
        self.matched = 1
        for block in self.stack[1:]:
            if not block.continues(line):
                if isinstance(block, FencedCode) and block.closed:
                    self._close(line.number)
                    return
                break
            self.matched += 1
        container = self.stack[self.matched - 1]
        while not container.takes_lines and (line.indent > 3 or line.words[:1] in _MAY_START):
            if not any(start(self, container, line) for start in STARTS):
                break
            if line.offset > len(line.text):
                return
            container = self.stack[-1]
        self._add_text(line)

    def _add_text(self, line: Line) -> None:
        tip = self.stack[-1]
        if self.matched < len(self.stack) and not line.blank and isinstance(tip, Paragraph):
            tip.pieces.append((line.words, *line.here))
            return
        self.close_unmatched()
        tip = self.stack[-1]
        if tip.takes_lines:
            tip.pieces.append((line.rest, line.number, line.offset + 1))
            if isinstance(tip, Html) and tip.until and tip.until.search(line.text, line.offset):
                tip.closed = True
        elif not line.blank:
            if not isinstance(tip, Paragraph):
                tip = self.open(Paragraph(line.here))
            tip.pieces.append((line.words, *line.here))

    # ------------------------------------------------------------ what the rules need

    @property
    def tip(self) -> Block:
        return self.stack[-1]

    @property
    def in_paragraph(self) -> bool:
        """Whether a line without any marker would go on with a paragraph."""
        return isinstance(self.stack[-1], Paragraph)

    def close_unmatched(self) -> None:
        while len(self.stack) > self.matched:
            self._close(self.number - 1)

    def open(self, block: Block) -> Block:
        """Put `block` into the innermost open block that can hold it."""
        self.close_unmatched()
        while not self.stack[-1].holds(block):
            self._close(self.number - 1)
        self.stack[-1].children.append(block)
        self.stack.append(block)
        self.matched = len(self.stack)
        return block

    def _close(self, end: int) -> None:
        block = self.stack.pop()
        block.finish(end)
        if isinstance(block, Division) and not block.closed:
            self.unclosed.append(block)
        if isinstance(block, Paragraph):
            block.pieces = take_references(block.pieces, self.references)
            if not block.pieces:
                self.stack[-1].children.remove(block)

    def close_to(self, block: Block, end: int) -> None:
        """Close all blocks down to `block`, and `block` itself."""
        while self.stack[-1] is not block:
            self._close(end - 1)
        self._close(end)
        self.matched = len(self.stack)

    def settle_paragraph(self) -> Paragraph | None:
        """The open paragraph without the reference definitions at its beginning; None where nothing is left."""
        paragraph = self.stack[-1]
        assert isinstance(paragraph, Paragraph)
        paragraph.pieces = take_references(paragraph.pieces, self.references)
        return paragraph if paragraph.pieces else None


# ---------------------------------------------------------------- how blocks begin
# Each rule gets the reader, the innermost block that the line continues, and the line. It opens a block, goes
# past what it has read and says True, or leaves all as it is and says False. A line that is used up is put
# beyond its end.

Start = Callable[[BlockReader, Block, Line], bool]


def _use_up(line: Line) -> bool:
    line.offset = len(line.text) + 1
    return True


def start_quote(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 or not line.words.startswith(">") or len(reader.stack) > MOST_NESTED:
        return False
    quote = reader.open(Quote(line.here))
    return quote.continues(line)


def start_heading(reader: BlockReader, container: Block, line: Line) -> bool:
    found = _ATX.match(line.words) if line.indent <= 3 else None
    if not found:
        return False
    title = reader.open(Title(line.here, level=len(found[1])))
    text = line.words[found.end() :]
    column = line.word + 1 + found.end()
    text = _ATX_END.sub("", text).rstrip(" \t")
    stripped = text.lstrip(" \t")
    title.pieces.append((stripped, line.number, column + len(text) - len(stripped)))
    return _use_up(line)


def start_fenced_code(reader: BlockReader, container: Block, line: Line) -> bool:
    found = _FENCE.match(line.words) if line.indent <= 3 else None
    if not found:
        return False
    info = line.words[found.end() :]
    stripped = info.strip(" \t")
    column = line.word + 1 + found.end() + len(info) - len(info.lstrip(" \t"))
    reader.open(
        FencedCode(line.here, fence=found[0], indent=line.indent, info=stripped, info_start=(line.number, column))
    )
    return _use_up(line)


def start_html(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 or not line.words.startswith("<"):
        return False
    for index, (begin, until) in enumerate(_HTML):
        if begin.match(line.words):
            if index == len(_HTML) - 1 and reader.in_paragraph:
                return False
            html = reader.open(Html(line.here, until=until))
            html.pieces.append((line.rest, line.number, line.offset + 1))
            html.closed = bool(until and until.search(line.words))
            return _use_up(line)
    return False


def start_setext_heading(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 or not isinstance(container, Paragraph) or not (found := _SETEXT.match(line.words)):
        return False
    paragraph = reader.settle_paragraph()
    if paragraph is None:
        return False
    reader.stack.pop()
    title = Title(paragraph.start, pieces=paragraph.pieces, level=1 if found[1][0] == "=" else 2)
    title.end = line.number
    reader.stack[-1].children[-1] = title
    reader.matched = len(reader.stack)
    return _use_up(line)


def start_rule(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 or not _RULE.match(line.words):
        return False
    reader.open(Rule(line.here))
    return _use_up(line)


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


def start_indented_code(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent <= 3 or line.blank or reader.in_paragraph:
        return False
    line.advance(4)
    code = reader.open(IndentedCode(line.here))
    code.pieces.append((line.rest, line.number, line.offset + 1))
    return _use_up(line)


def start_div(reader: BlockReader, container: Block, line: Line) -> bool:
    if line.indent > 3 or not line.words.startswith(":::"):
        return False
    found = _DIV.match(line.words)
    what = found["what"] if found else ""
    if not what:
        inner = [block for block in reader.stack[: reader.matched] if isinstance(block, Division)]
        if not inner:
            return False
        inner[-1].closed = True
        reader.close_to(inner[-1], line.number)
        return _use_up(line)
    column = line.word + line.words.index(what)
    attr = _attributes_of_div(what)
    if attr is None or len(reader.stack) > MOST_NESTED:
        return False
    reader.open(Division(line.here, attr=attr, attr_column=column + 1, attr_text=what))
    return _use_up(line)


def _attributes_of_div(what: str) -> Attributes | None:
    if parsed := parse_attributes(what):
        return parsed[0] if parsed[1] == len(what) else None
    return Attributes(tags=(what,)) if _WORD.match(what) else None


def start_note(reader: BlockReader, container: Block, line: Line) -> bool:
    found = _NOTE.match(line.words) if line.indent <= 3 else None
    if not found or len(reader.stack) > MOST_NESTED:
        return False
    note = NoteDefinition(line.here, label=found[1])
    reader.open(note)
    reader.notes.setdefault(found[1].casefold(), note)
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
    before = container.children[-1]
    if reader.matched < len(reader.stack):
        reader.close_unmatched()
    loose = before.end < line.number - 1
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
        if not container.children or not isinstance(container.children[-1], Paragraph):
            return False
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


def start_table(reader: BlockReader, container: Block, line: Line) -> bool:
    if not isinstance(container, Paragraph) or len(container.pieces) != 1 or line.indent > 3:
        return False
    header = container.pieces[0][0]
    if "|" not in header + line.words or not is_delimiter_row(line.words):
        return False
    if len(split_cells(line.words)) != len(split_cells(header)):
        return False
    table = PipeTable(container.start, pieces=[*container.pieces, (line.words, *line.here)])
    reader.stack[-1] = table
    reader.stack[-2].children[-1] = table
    return _use_up(line)


STARTS: tuple[Start, ...] = (
    start_quote,
    start_heading,
    start_fenced_code,
    start_html,
    start_table,
    start_setext_heading,
    start_rule,
    start_item,
    start_div,
    start_note,
    start_definition,
    start_indented_code,
)

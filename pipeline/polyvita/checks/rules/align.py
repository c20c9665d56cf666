"""The alignment of the text of a finished file with its document: which sections and items are in the file, and where.

Sections are found by their headings, and items by their words. Nodes of the document that the file does not show are
ignored.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile

from msgspec import Struct

from polyvita.checks.inspect.model import FileText
from polyvita.checks.inspect.model import Heading as TextHeading
from polyvita.checks.rules.locate import location_of
from polyvita.config.expression import Expression
from polyvita.config.expression_parser import parse_expression
from polyvita.core.dates import Date, parse_date
from polyvita.core.document import (
    Cell,
    Code,
    CodeBlock,
    DefinitionItem,
    Div,
    Document,
    Heading,
    Image,
    LineBreak,
    Link,
    ListItem,
    Node,
    Note,
    Paragraph,
    RawBlock,
    RawInline,
    Row,
    Section,
    SoftBreak,
    Span,
    Text,
    children,
    walk,
)
from polyvita.core.letters import letters_with_offsets
from polyvita.core.location import Location
from polyvita.transforms.context import find_items, is_entry

_MATCH_LENGTH = 60
"""The number of letters at the start and the end of an item that identify the item in the text."""
_ANY = parse_expression("untagged or not untagged")


class ItemText(Struct, frozen=True):
    """One item in the file: its node in the document, its keys, and its text in the file."""

    node: Node
    keys: Mapping[str, str]
    text: str
    links: frozenset[str]
    """The targets of the links of the item that the file contains."""

    @property
    def location(self) -> Location:
        return location_of(self.node)


class SectionText(Struct, frozen=True):
    """One section in the file: its text without its own heading, and its prose without any headings."""

    node: Section
    text: str
    prose: str

    @property
    def location(self) -> Location:
        return location_of(self.node)


class AlignedText:
    """The document `shown` and the text of a file that was built from it."""

    def __init__(self, shown: Document, file_text: FileText) -> None:
        self.shown = shown
        self.file_text = file_text

    @cached_property
    def start(self) -> int:
        """The offset at which the text after the letterhead begins."""
        head = next(iter(self.shown.blocks), None)
        if isinstance(head, Div) and head.attr.has("letterhead"):
            return max((self._end_of(block) for block in walk(head) if isinstance(block, Paragraph)), default=0)
        return 0

    @property
    def prose(self) -> str:
        """The text without the letterhead and without headings."""
        return self._without_headings(self.file_text.headings, self.start, len(self.file_text.plain))

    def section(self, id: str) -> SectionText | None:
        """Return the section with an id, or None if the file does not contain it."""
        return next((found for found in self.sections if found.node.attr.id == id), None)

    @cached_property
    def sections(self) -> tuple[SectionText, ...]:
        """All sections that the file contains, in its order."""
        return tuple(self._find_sections())

    def _find_sections(self) -> Iterator[SectionText]:
        headings = self.file_text.headings
        cursor = 0
        for section in (node for node in walk(self.shown) if isinstance(node, Section)):
            title, _ = letters_with_offsets(title_of(section))
            found = next((i for i in range(cursor, len(headings)) if _has_title(headings[i].title, title)), None)
            if found is None or not title:
                continue
            cursor = found + 1
            yield self._section_text(section, headings[found], headings[cursor:])

    def _section_text(self, section: Section, heading: TextHeading, after: Sequence[TextHeading]) -> SectionText:
        """Return the text below `heading`; `after` are the headings that follow it."""
        inside = list(takewhile(lambda other: other.level > heading.level, after))
        end = after[len(inside)].start if len(inside) < len(after) else len(self.file_text.plain)
        text = self.file_text.plain[heading.end : end]
        return SectionText(section, text, self._without_headings(inside, heading.end, end))

    def _without_headings(self, headings: Iterable[TextHeading], start: int, end: int) -> str:
        """Return the text from `start` to `end` without the given headings."""
        stops = [start, *(at for heading in headings for at in (heading.start, heading.end)), end]
        return "\n".join(self.file_text.plain[a:b] for a, b in zip(stops[::2], stops[1::2], strict=True))

    def parts_of(self, section: SectionText) -> list[ItemText]:
        """Return the parts of a section: its subsections or, without subsections, its items."""
        below = {node.key for node in section.node.blocks if isinstance(node, Section)}
        subsections = (found for found in self.sections if found.node.key in below)
        parts = [ItemText(found.node, {}, found.prose, frozenset()) for found in subsections]
        return parts or self.items(None, section.node)

    def items(self, expression: Expression | None, inside: Node | None = None) -> list[ItemText]:
        """Return the items that the file contains, in its order.

        Without an expression, these are entries, list items, table rows and definitions. With `inside`, only items
        inside that node are returned.
        """
        allowed = None if inside is None else {node.key for node in walk(inside)}
        cursor = self._letter_index(self.start)
        found = []
        for node, context in find_items(self.shown, expression or _ANY):
            if expression is None and not (is_entry(node) or isinstance(node, ListItem | Row | DefinitionItem)):
                continue
            span = self._find(node, cursor)
            if span is None:
                continue
            cursor = span[0] + 1
            if allowed is None or (node.key in allowed and node is not inside):
                found.append(self._item_text(node, context.keys, span))
        return found

    def _item_text(self, node: Node, keys: Mapping[str, str], span: tuple[int, int]) -> ItemText:
        _, offsets = self.file_text.letters
        links = frozenset(link.url for link in walk(node) if isinstance(link, Link)) & self.file_text.links
        text = self.file_text.plain[offsets[span[0]] : offsets[span[1] - 1] + 1]
        return ItemText(node, keys, text, links)

    def _letter_index(self, offset: int) -> int:
        """Return the number of letters before `offset`."""
        from bisect import bisect_left

        return bisect_left(self.file_text.letters[1], offset)

    def contains(self, node: Node) -> bool:
        """Return whether the text contains a node."""
        return self._find(node, 0) is not None

    def _find(self, node: Node, cursor: int) -> tuple[int, int] | None:
        """Return the start and the end of a node among the letters of the text, or None if it is not there."""
        letters, _ = self.file_text.letters
        pieces = [piece for text in _pieces(node) if (piece := letters_with_offsets(text)[0])]
        if not pieces:
            return None
        start = letters.find(pieces[0][:_MATCH_LENGTH], cursor)
        if start < 0:
            return None
        cursor = start
        for piece in pieces:
            found = letters.find(piece[:_MATCH_LENGTH], cursor)
            if found >= 0:
                tail = piece[-_MATCH_LENGTH:]
                cursor = max(found, letters.find(tail, found + len(piece) - len(tail))) + len(tail)
        return start, cursor

    def _end_of(self, node: Node) -> int:
        """Return the offset at which a node ends, or 0 if the text does not contain it."""
        span = self._find(node, 0)
        return self.file_text.letters[1][span[1] - 1] + 1 if span else 0


def _has_title(heading: str, title: str) -> bool:
    """Return whether a heading of a file starts with a title, given as letters. A date may follow."""
    return letters_with_offsets(heading)[0].startswith(title)


def title_of(section: Section) -> str:
    """Return the title of a section, without the date after its heading."""
    match section.heading.inlines:
        case (*before, Span() as last) if last.attr.has("when"):
            return " ".join(_pieces(*before))
        case inlines:
            return " ".join(_pieces(*inlines))


def _pieces(*nodes: Node) -> Iterator[str]:
    """Yield the text of nodes, split at footnotes, images and raw markup, which formats show in different ways."""
    piece: list[str] = []
    for text in (text for node in nodes for text in _texts_of(node)):
        if text is None:
            yield "".join(piece)
            piece = []
        else:
            piece.append(text)
    yield "".join(piece)


def _texts_of(node: Node) -> Iterator[str | None]:
    """Yield the texts of a node, and None at each position that splits the text."""
    match node:
        case Text(text=text) | Code(text=text) | CodeBlock(text=text):
            yield text
        case SoftBreak() | LineBreak():
            yield " "
        case Note() | Image() | RawInline() | RawBlock():
            yield None
        case _:
            for child in children(node):
                yield from _texts_of(child)
            if isinstance(node, Paragraph | Heading | Cell):
                yield " "


def date_of(keys: Mapping[str, str]) -> Date | None:
    """Return the date of an item, or None if the item has no date."""
    try:
        return parse_date(keys["date"])
    except (KeyError, ValueError):
        return None


def end_date(keys: Mapping[str, str]) -> datetime.date | None:
    """Return the last day of the date of an item, or None if the item has no date."""
    date = date_of(keys)
    return date.last if date else None

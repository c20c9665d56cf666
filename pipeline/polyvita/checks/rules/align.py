"""A finished text beside the document that it shows: which items and sections are in it, where, and in which line of
the source they stand.

Items are found by their words. What the document holds and the file does not show is not there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile

from msgspec import Struct

from polyvita.checks.rules.locate import location_of
from polyvita.checks.rules.model import FileText, squeezed
from polyvita.checks.rules.model import Heading as TextHeading
from polyvita.config.expression import Expression
from polyvita.config.expression_parser import parse_expression
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
from polyvita.core.location import Location
from polyvita.transforms.context import find_items, is_entry

_ENDS = 60
"""So many letters of an item's first and last words tell it from others."""
_ANY = parse_expression("untagged or not untagged")


class Item(Struct, frozen=True):
    """One item as the file shows it: its words there, its keys, and its node in the document."""

    node: Node
    keys: Mapping[str, str]
    text: str
    links: frozenset[str]
    """The targets of the item's links that the file has too."""

    @property
    def location(self) -> Location:
        return location_of(self.node)


class Part(Struct, frozen=True):
    """A section as the file shows it: its text there without its heading, and its prose, without those inside too."""

    section: Section
    text: str
    prose: str

    @property
    def location(self) -> Location:
        return location_of(self.section)


class Reading:
    """The document `shown` in the text `wording`."""

    def __init__(self, shown: Document, wording: FileText) -> None:
        self.shown = shown
        self.wording = wording

    @cached_property
    def start(self) -> int:
        """Where the text begins that follows the letterhead."""
        head = next(iter(self.shown.blocks), None)
        if isinstance(head, Div) and head.attr.has("letterhead"):
            return max((self._end(block) for block in walk(head) if isinstance(block, Paragraph)), default=0)
        return 0

    @property
    def prose(self) -> str:
        """The text without letterhead and headings."""
        return self._without(self.wording.headings, self.start, len(self.wording.text))

    def part(self, id: str) -> Part | None:
        """The section `id`, None where the file does not have it."""
        return next((part for part in self.sections if part.section.attr.id == id), None)

    @cached_property
    def sections(self) -> tuple[Part, ...]:
        """All sections that the file has, in its order."""
        return tuple(self._sections())

    def _sections(self) -> Iterator[Part]:
        headings = self.wording.headings
        cursor = 0
        for section in (node for node in walk(self.shown) if isinstance(node, Section)):
            wanted, _ = squeezed(title_of(section))
            found = next((i for i in range(cursor, len(headings)) if _is(headings[i].title, wanted)), None)
            if found is None or not wanted:
                continue
            cursor = found + 1
            yield self._part(section, headings[found], headings[cursor:])

    def _part(self, section: Section, heading: TextHeading, after: Sequence[TextHeading]) -> Part:
        inside = list(takewhile(lambda other: other.level > heading.level, after))
        end = after[len(inside)].start if len(inside) < len(after) else len(self.wording.text)
        return Part(section, self.wording.text[heading.end : end], self._without(inside, heading.end, end))

    def _without(self, headings: Iterable[TextHeading], start: int, end: int) -> str:
        """The text from `start` to `end` without these headings in it."""
        stops = [start, *(at for heading in headings for at in (heading.start, heading.end)), end]
        return "\n".join(self.wording.text[a:b] for a, b in zip(stops[::2], stops[1::2], strict=True))

    def parts_of(self, part: Part) -> list[Item]:
        """What a section consists of: the sections directly in it; where there are none, its items."""
        below = {id(node) for node in part.section.blocks if isinstance(node, Section)}
        sections = [Item(p.section, {}, p.prose, frozenset()) for p in self.sections if id(p.section) in below]
        return sections or self.items(None, part.section)

    def items(self, expression: Expression | None, within: Node | None = None) -> list[Item]:
        """The items that the file shows, in its order; without an expression those of a list, a table, entries."""
        inside = None if within is None else {id(node) for node in walk(within)}
        cursor = self._letter(self.start)
        found = []
        for node, context in find_items(self.shown, expression or _ANY):
            if expression is None and not (is_entry(node) or isinstance(node, ListItem | Row | DefinitionItem)):
                continue
            stretch = self._find(node, cursor)
            if stretch is None:
                continue
            cursor = stretch[0] + 1
            if inside is None or (id(node) in inside and node is not within):
                found.append(self._item(node, context.keys, stretch))
        return found

    def _item(self, node: Node, keys: Mapping[str, str], stretch: tuple[int, int]) -> Item:
        _, at = self.wording.letters
        links = frozenset(link.url for link in walk(node) if isinstance(link, Link)) & self.wording.links
        return Item(node, keys, self.wording.text[at[stretch[0]] : at[stretch[1] - 1] + 1], links)

    def _letter(self, offset: int) -> int:
        """The number of letters before `offset`."""
        from bisect import bisect_left

        return bisect_left(self.wording.letters[1], offset)

    def _find(self, node: Node, cursor: int) -> tuple[int, int] | None:
        """Where the words of a node begin and end among the letters of the text."""
        letters, _ = self.wording.letters
        pieces = [piece for text in _pieces(node) if (piece := squeezed(text)[0])]
        if not pieces:
            return None
        start = letters.find(pieces[0][:_ENDS], cursor)
        if start < 0:
            return None
        cursor = start
        for piece in pieces:
            found = letters.find(piece[:_ENDS], cursor)
            if found >= 0:
                tail = piece[-_ENDS:]
                cursor = max(found, letters.find(tail, found + len(piece) - len(tail))) + len(tail)
        return start, cursor

    def _end(self, node: Node) -> int:
        stretch = self._find(node, 0)
        return self.wording.letters[1][stretch[1] - 1] + 1 if stretch else 0


def _is(title: str, wanted: str) -> bool:
    """Whether a heading of a file is that of a section; some formats have its date after it."""
    return squeezed(title)[0].startswith(wanted)


def title_of(section: Section) -> str:
    """The words of a section's heading, without the date at its edge."""
    match section.heading.inlines:
        case (*before, Span() as last) if last.attr.has("when"):
            return " ".join(_pieces(*before))
        case inlines:
            return " ".join(_pieces(*inlines))


def _pieces(*nodes: Node) -> Iterator[str]:
    """The words of nodes, cut where formats put something of their own: a footnote's mark, a caption, raw markup."""
    gathered: list[str] = []
    for part in (part for node in nodes for part in _spoken(node)):
        if part is None:
            yield "".join(gathered)
            gathered = []
        else:
            gathered.append(part)
    yield "".join(gathered)


def _spoken(node: Node) -> Iterator[str | None]:
    match node:
        case Text(text=text) | Code(text=text) | CodeBlock(text=text):
            yield text
        case SoftBreak() | LineBreak():
            yield " "
        case Note() | Image() | RawInline() | RawBlock():
            yield None
        case _:
            for child in children(node):
                yield from _spoken(child)
            if isinstance(node, Paragraph | Heading | Cell):
                yield " "


def ended(keys: Mapping[str, str]) -> datetime.date | None:
    """The last day of an item's date, None where it has none."""
    from polyvita.core.dates import parse_date

    try:
        return parse_date(keys["date"]).last
    except (KeyError, ValueError):
        return None

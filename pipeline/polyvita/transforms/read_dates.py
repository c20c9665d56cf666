"""`dates=read`: the date that the text of an item shows becomes the `date` of the item.

Items are headings, list items, table rows and definitions inside the part with `dates=read`, and paragraphs that begin
or end with a date. A date at the start or end of the text leaves the text, because outputs show it at the right edge. A
date in the middle of the text, in a table, or with more meaning than its EDTF (“Spring 2020”) stays where it is, and is
not shown again (`dates=hidden`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec import Struct, structs

from polyvita.core.dates import Date, parse_date
from polyvita.core.diagnostics import Finding, list_places, warning
from polyvita.core.document import (
    Attributes,
    Block,
    Cell,
    Definition,
    DefinitionItem,
    Document,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    ListItem,
    Node,
    Note,
    Paragraph,
    RawInline,
    Row,
    Section,
    SoftBreak,
    Span,
    Text,
    child_fields,
    walk,
)
from polyvita.core.location import Location

if TYPE_CHECKING:
    from polyvita.core.written_dates import WrittenDate  # Most CVs do not need it, and it takes 10 ms to load.

N = TypeVar("N", bound=Node)

_ASKS_FOR_DATES = re.compile(r"""\bdates\s*=\s*["']?read\b""")
_BLOCK_FIELDS = ("blocks", "items", "rows", "definitions")


def read_dates(document: Document, *, lang: str) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with the dates that `dates=read` asks for, and findings about items without a clear date.

    `lang` is the language of the CV. The words of dates count if they are English, in `lang`, or in the `lang` of the
    part that contains them.
    """
    asks = _ASKS_FOR_DATES.search(document.text) if document.text else any(map(_is_carrier, walk(document)))
    if not asks:
        return document, ()
    reader = _DateReader()
    blocks = reader.all(document.blocks, _State(languages=(lang,)))
    return structs.replace(document, blocks=blocks), reader.findings()


class _State(Struct, frozen=True):
    """What holds inside a node.

    `reading` is whether dates are read. `group` is the date of a heading that is only a date, for the items below it.
    `dated` is whether an item around it has a date.
    """

    languages: tuple[str, ...]
    reading: bool = False
    group: str = ""
    dated: bool = False

    def enter(self, attr: Attributes) -> _State:
        if not attr.keys:
            return self
        dates, lang = attr.get("dates"), attr.get("lang")
        state = structs.replace(self, languages=(*self.languages, lang)) if lang else self
        return structs.replace(state, reading=dates == "read") if dates else state


class _Found(NamedTuple):
    """The dates in the inlines of one item. `size` is the length of their text that was searched."""

    inlines: tuple[Inline, ...]
    dates: tuple[WrittenDate, ...]
    size: int

    @property
    def is_only_date(self) -> bool:
        return len(self.dates) == 1 and self.dates[0].start == 0 and self.dates[0].end >= self.size

    def without_date(self) -> tuple[Inline, ...] | None:
        """Return the inlines without their date, or None if it cannot be cut out."""
        [date] = self.dates
        at_edge = date.start == 0 or not _text(self.inlines)[date.end : self.size].strip(" .,;:")
        return _cut(self.inlines, date.start, date.end) if date.exact and at_edge else None


class _DateReader:
    """Reads the dates of one document, and collects the items without a date and with dates that disagree."""

    def __init__(self) -> None:
        self.count = 0
        self.undated: list[Node] = []
        self.unclear: list[tuple[Node, str]] = []
        self.idle: list[Node] = []

    def all(self, nodes: tuple[N, ...], state: _State) -> tuple[N, ...]:
        new = tuple(self.one(node, state) for node in nodes)
        return nodes if all(a is b for a, b in zip(new, nodes, strict=True)) else new

    def one(self, node: N, outer: _State) -> N:
        state = outer.enter(node.attr)
        count, problems = self.count, len(self.undated) + len(self.unclear)
        new = self.item(node, state) if state.reading else None
        if new is None:
            new = self.inside(node, state)
        is_idle = count == self.count and problems == len(self.undated) + len(self.unclear)
        if is_idle and _is_carrier(node) and not any(part.attr.get("date") for part in walk(node)):
            self.idle.append(node)
        return new

    def inside(self, node: N, state: _State, *, skip_first: bool = False) -> N:
        """Return a node with the dates of the blocks inside it."""
        changes: dict[str, Any] = {}
        for name in child_fields(type(node)):
            if name in _BLOCK_FIELDS:
                old: tuple[Any, ...] = getattr(node, name)
                new = (*old[:1], *self.all(old[1:], state)) if skip_first else self.all(old, state)
                if any(a is not b for a, b in zip(new, old, strict=True)):
                    changes[name] = new
        return structs.replace(node, **changes) if changes else node

    def item(self, node: Any, state: _State) -> Any:
        """Return an item with its date, and with the dates inside it. Return None if the node is not an item."""
        match node:
            case Section():
                return self.section(node, state)
            case ListItem(blocks=(Paragraph(inlines=inlines), *_)):
                return self.list_item(node, inlines, state)
            case Row(cells=cells):
                return self.row(node, cells, state)
            case DefinitionItem():
                return self.definition(node, state)
            case Paragraph(inlines=inlines) if not state.dated:
                return self.paragraph(node, inlines, state)
            case _:
                return None

    # ------------------------------------------------------------ the kinds of items

    def section(self, node: Section, state: _State) -> Section:
        found = _find(node.heading.inlines, state)
        if found.is_only_date and not node.attr.get("date"):  # “## 2023” is the date of each item below it.
            return self.inside(node, structs.replace(state, group=found.dates[0].date))
        below: _Found | None = None
        if not found.dates and not node.attr.get("date") and not _is_carrier(node):
            below = _find_below(node.blocks, state)
            found = below or found
        if _is_carrier(node) or not (found.dates or node.attr.get("date")):
            count, undated, unclear = self.count, len(self.undated), len(self.unclear)
            new = self.inside(node, state)
            if count < self.count or not found.dates:  # The section contains items, and is none itself.
                if count == self.count and not _is_carrier(node) and undated == len(self.undated):
                    self.miss(node, state)
                    return self.grouped(new, state)
                return new
            del self.undated[undated:], self.unclear[unclear:]
        inside = structs.replace(state, dated=True)
        date, cut = self.decide(node, found)
        if not date:
            return self.inside(node, inside)
        node = self.inside(node, inside, skip_first=bool(below))
        if cut is not None and below:
            first = node.blocks[0]
            assert isinstance(first, Paragraph)
            rest = (structs.replace(first, inlines=cut), *node.blocks[1:]) if cut else node.blocks[1:]
            return _dated(structs.replace(node, blocks=rest), date, hidden=False)
        if cut:
            heading: Heading = structs.replace(node.heading, inlines=cut)
            return _dated(structs.replace(node, heading=heading), date, hidden=False)
        return _dated(node, date, hidden=True)

    def list_item(self, node: ListItem, inlines: tuple[Inline, ...], state: _State) -> ListItem:
        found = _find(inlines, state)
        date, cut = self.decide(node, found)
        count = self.count
        new = self.inside(node, structs.replace(state, dated=state.dated or bool(date)), skip_first=True)
        if not date:
            if not found.dates and count == self.count:
                self.miss(node, state)
            return self.grouped(new, state)
        first, *rest = new.blocks
        if cut:
            return _dated(structs.replace(new, blocks=(structs.replace(first, inlines=cut), *rest)), date, hidden=False)
        if cut is not None and isinstance(rest[0] if rest else None, Paragraph):  # The date stands alone.
            return _dated(structs.replace(new, blocks=tuple(rest)), date, hidden=False)
        return _dated(new, date, hidden=True)

    def row(self, node: Row, cells: tuple[Cell, ...], state: _State) -> Row:
        all_found = [_find(cell.inlines, state) for cell in cells]
        ends = all_found[:1] + all_found[1:][-1:]
        chosen = [found for found in ends if found.dates] or [found for found in all_found if found.is_only_date]
        dates = {each.date: each._replace(start=i) for i, found in enumerate(chosen) for each in found.dates}
        date, _ = self.decide(node, _Found((), tuple(dates.values()), 0))
        if date:
            return _dated(node, date, hidden=True)
        if not dates and any(cell.inlines for cell in cells):
            self.miss(node, state)
        return self.grouped(node, state)

    def definition(self, node: DefinitionItem, state: _State) -> DefinitionItem:
        found, in_term = _find(node.term, state), True
        if not found.dates and node.definitions:
            found, in_term = _find_below(node.definitions[0].blocks, state) or found, False
        date, cut = self.decide(node, found)
        inside = structs.replace(state, dated=state.dated or bool(date))
        definitions: list[Definition] = []
        for definition in node.definitions:
            is_searched = not definitions and bool(definition.blocks and isinstance(definition.blocks[0], Paragraph))
            definitions.append(self.inside(definition, inside, skip_first=is_searched))
        new = structs.replace(node, definitions=tuple(definitions))
        if not date:
            if not found.dates:
                self.miss(node, state)
            return self.grouped(new, state)
        begins_with_text = bool(definitions) and isinstance(next(iter(definitions[0].blocks), None), Paragraph)
        if in_term and (found.is_only_date and begins_with_text):
            return _entry(new, date, exact=found.dates[0].exact)
        if cut and in_term:
            return _dated(structs.replace(new, term=cut), date, hidden=False)
        if cut is not None and not in_term:
            first, *rest = definitions[0].blocks
            if cut or rest or len(definitions) > 1:
                blocks = (structs.replace(first, inlines=cut), *rest) if cut else tuple(rest)
                definitions[0] = structs.replace(definitions[0], blocks=blocks)
                kept = tuple(definition for definition in definitions if definition.blocks)
                return _dated(structs.replace(new, definitions=kept), date, hidden=False)
        return _dated(new, date, hidden=True)

    def paragraph(self, node: Paragraph, inlines: tuple[Inline, ...], state: _State) -> Paragraph:
        """Return a paragraph with its date. Prose that ends with a date, such as “until 2019.”, has none."""
        found = _find(inlines, state)
        text = _text(inlines).rstrip()
        if found.dates and found.dates[0].start and text.endswith((".", "!", "?")):
            return self.grouped(node, state)
        date, cut = self.decide(node, found)
        if not date:
            return self.grouped(node, state)
        return _dated(structs.replace(node, inlines=cut) if cut else node, date, hidden=not cut)

    # ------------------------------------------------------------ decisions

    def decide(self, node: Node, found: _Found) -> tuple[str, tuple[Inline, ...] | None]:
        """Return the date of an item, or an empty string, and its inlines without the date if it can leave them."""
        own = node.attr.get("date")
        if not found.dates:
            self.count += bool(own)
            return "", None
        if len(found.dates) > 1:
            self.unclear.append((node, _disagreement(found.dates)))
            return "", None
        self.count += 1
        [date] = found.dates
        if own and not _agree(own, date.date):
            self.unclear.append((node, f"the text shows {date.date}, but the attributes say date={own}"))
            return "", None
        return own or date.date, found.without_date() if found.inlines else None

    def grouped(self, node: N, state: _State) -> N:
        """Return an item without a date of its own, with the date of the heading above it."""
        if not state.group or state.dated or node.attr.get("date"):
            return node
        self.count += 1
        return _dated(node, state.group, hidden=True)

    def miss(self, node: Node, state: _State) -> None:
        if not (state.dated or state.group or node.attr.get("date")):
            self.undated.append(node)

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._findings())

    def _findings(self) -> Iterator[Finding]:
        if self.undated:
            places = list_places(_location(node).line for node in self.undated)
            message = f"this item shows no date that “dates=read” can use{places}"
            hint = "add date=… to its attributes, or dates=shown if it has no date"
            yield warning("PV060", message, _location(self.undated[0]), hint)
        for node in self.idle:
            message = "“dates=read” finds no date here"
            hint = "delete it, or write the dates into the text"
            yield warning("PV060", message, node.attr.location_of("dates="), hint)
        for node, problem in self.unclear:
            hint = "add date=… to its attributes, or correct the text"
            yield warning("PV061", f"{problem}; no date is read from this item", _location(node), hint)


def _is_carrier(node: Node) -> bool:
    return bool(node.attr.keys) and node.attr.get("dates") == "read"


def _dated(node: N, date: str, *, hidden: bool) -> N:
    """Return the node with a date. `dates` says whether outputs show it; an inner part has its own."""
    keys = dict(node.attr.keys) | {"date": date, "dates": "hidden" if hidden else "shown"}
    return structs.replace(node, attr=structs.replace(node.attr, keys=tuple(keys.items())))


def _entry(node: DefinitionItem, date: str, *, exact: bool) -> DefinitionItem:
    """Return a definition whose term is only a date. It has no term, so that it looks like an entry.

    Words that say more than the date, such as “Spring 2020”, become the date that the first line shows.
    """
    first, *others = node.definitions
    paragraph, *rest = first.blocks
    assert isinstance(paragraph, Paragraph)
    if not exact:
        when = Attributes(tags=("when",), keys=(("datetime", date),))
        words = Span(node.term, attr=when, location=node.location)
        paragraph = structs.replace(paragraph, inlines=(*paragraph.inlines, Text(" "), words))
    definitions = (structs.replace(first, blocks=(paragraph, *rest)), *others)
    return _dated(structs.replace(node, term=(), definitions=definitions), date, hidden=not exact)


def _agree(written: str, read: str) -> bool:
    """Return whether one of two dates contains the other, or the date in the attributes is not valid."""
    try:
        one, other = parse_date(written), parse_date(read)
    except ValueError:  # `check_values` reports it.
        return True
    return _contains(one, other) or _contains(other, one)


def _contains(outer: Date, inner: Date) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _disagreement(dates: Sequence[WrittenDate]) -> str:
    *most, last = [date.date for date in dates]
    if len({date.start for date in dates}) == 1:
        return f"the date can mean {', '.join(most)} or {last}"
    return f"the text shows the dates {', '.join(most)} and {last}"


def _location(node: Node) -> Location:
    return node.heading.location if isinstance(node, Section) else node.location


# ---------------------------------------------------------------- dates in inlines


def _find(inlines: tuple[Inline, ...], state: _State) -> _Found:
    """Return the dates in the first line of some inlines, or in all lines if it has none."""
    from polyvita.core.written_dates import find_written_dates

    text = _text(inlines)
    soft = len(_text(inlines[: next((i for i, node in enumerate(inlines) if isinstance(node, SoftBreak)), 0)]))
    for end in dict.fromkeys((text.find("\n") % (len(text) + 1), len(text), soft)):
        if dates := find_written_dates(text[:end], state.languages):
            return _Found(inlines, dates, end)
    return _Found(inlines, (), len(text))


def _find_below(blocks: Sequence[Block], state: _State) -> _Found | None:
    """Return the dates in the paragraph below a heading or term, if it is not prose."""
    match blocks[:1]:
        case (Paragraph(inlines=inlines, attr=attr),) if not attr.get("date"):
            found = _find(inlines, state)
            is_prose = _text(inlines)[: found.size].rstrip().endswith((".", "!", "?"))
            return found if found.dates and not is_prose else None
        case _:
            return None


_OPAQUE = "\N{OBJECT REPLACEMENT CHARACTER}"


def _text(inlines: Iterable[Inline]) -> str:
    """Return the text of inlines as dates are looked for in it: one character for code, math and images."""
    return "".join(map(_text_of, inlines))


def _text_of(node: Inline) -> str:
    match node:
        case Text(text=text):
            return text
        case SoftBreak():
            return " "
        case LineBreak():
            return "\n"
        case Note() | RawInline():
            return ""
        case Image():
            return _OPAQUE
        case _:
            return _text(node.inlines) if hasattr(node, "inlines") else _OPAQUE


def _cut(inlines: tuple[Inline, ...], start: int, end: int) -> tuple[Inline, ...] | None:
    """Return inlines without the text from `start` to `end`. Return None if it is in a link, or in part of a span."""
    out: list[Inline] = []
    at = 0
    for node in inlines:
        size = len(_text_of(node))
        first, last = max(0, start - at), min(size, end - at)
        at += size
        if first >= last:
            out.append(node)
        elif isinstance(node, Text):
            if text := node.text[:first] + node.text[last:]:
                out.append(structs.replace(node, text=text))
        elif isinstance(node, SoftBreak | LineBreak):
            pass
        elif isinstance(node, Link) or node.attr or not hasattr(node, "inlines"):
            return None
        else:
            inside = _cut(node.inlines, first, last)
            if inside is None:
                return None
            if inside:
                out.append(structs.replace(node, inlines=inside))
    return _strip(out)


def _strip(inlines: list[Inline]) -> tuple[Inline, ...]:
    """Return inlines without blanks and line ends at both ends."""
    while inlines and isinstance(inlines[0], SoftBreak | LineBreak):
        del inlines[0]
    while inlines and isinstance(inlines[-1], SoftBreak | LineBreak):
        del inlines[-1]
    match inlines:
        case [Text(text=text) as first, *rest] if text != text.lstrip(" "):
            inlines = [structs.replace(first, text=text.lstrip(" ")), *rest]
        case _:
            pass
    match inlines:
        case [*rest, Text(text=text) as last] if text != text.rstrip(" "):
            inlines = [*rest, structs.replace(last, text=text.rstrip(" "))]
        case _:
            pass
    return tuple(node for node in inlines if not (isinstance(node, Text) and not node.text))

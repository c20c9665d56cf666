"""Make the entries of bibliographies items of the document, where the CV asks for them.

    ::: {.bibliography items="journal"}
    :::

    - @doe2024 {.selected priority=1}
      I wrote the code.

A list `.bibliography` shows all entries, or those that `items` selects, newest first. A line `- @key` in the same
section gives its entry tags, keys and a note. Elsewhere the line itself becomes the entry. `[@key]` in a text becomes a
citation.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import structs

from polyvita.config.expression import Expression
from polyvita.config.expression_parser import parse_expression
from polyvita.core import document as d
from polyvita.core.bibliography import ENTRY_KEYS, BibEntry
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error, has_errors, join_names, warning
from polyvita.core.document import Attributes, Document
from polyvita.core.location import Location
from polyvita.reader.bibliography.cite import CitationReader, reference_id
from polyvita.reader.bibliography.citeproc import References

LIST_TAG = "bibliography"
"""The tag of a div that shows entries."""
REFERENCE = "reference"
"""The tag of a span with the text of an entry."""
ENTRY_LINE = re.compile(r"@(?:\{(?P<braced>[^{}]+)\}|(?P<key>\w(?:[\w:.#$%&+?<>~/-]*[\w/])?))")

DEFAULT_TYPES = {
    "article-journal": "journal",
    "article-magazine": "magazine",
    "article-newspaper": "newspaper",
    "paper-conference": "conference",
    "chapter": "chapter",
    "book": "book",
    "preprint": "preprint",
    "thesis": "thesis",
    "report": "report",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
    "speech": "talk",
}
"""The tags of types that the front matter does not name."""


class _Line(NamedTuple):
    """A line `- @key {…}`: its list item, its entry, and the blocks after the key."""

    item: d.ListItem
    entry: BibEntry
    note: tuple[d.Block, ...]


def insert_entries(
    document: Document, entries: Sequence[BibEntry], texts: References
) -> tuple[Document, list[Finding]]:
    """Return the document with `entries` as items and citations, and the findings. `texts` has the entries as shown."""
    inserter = _Inserter(document, entries, texts)
    blocks = inserter.blocks(document.blocks)
    blocks = inserter.citations.cite_in(blocks)
    cited = inserter.citations.cited
    blocks = tuple(d.rewrite(block, lambda node: _with_id(node, cited)) for block in blocks) if cited else blocks
    inserter.report_unlisted()
    known = {entry.key: entry for entry in entries}
    found = [*inserter.findings, *inserter.citations.findings]
    return structs.replace(document, blocks=blocks, entries=known), found


class _Inserter:
    def __init__(self, document: Document, entries: Sequence[BibEntry], texts: References) -> None:
        self.entries, self.texts = entries, texts
        self.by_key = {entry.key: entry for entry in entries}
        self.listed_tags: Mapping[str, Any] = document.meta.get("tags") or {}
        self.types: Mapping[str, str] = document.meta.get("types") or {}
        self.locations, self.file = document.locations, document.file
        self.findings: list[Finding] = [*self._check_types()]
        self.shown: set[str] = set()
        attributes = [node.attr for node in d.walk(document) if isinstance(node, d.ListItem) and node.attr]
        self.line_tags = {tag for attr in attributes for tag in attr.tags}
        self.line_keys = {key for attr in attributes for key, _ in attr.keys}
        self.keyword_tags = {_slug(tag): tag for tag in self.listed_tags}
        self.citations = CitationReader(self.by_key, str(document.meta.get("lang") or "en"))

    def _check_types(self) -> Iterator[Finding]:
        for kind, tag in self.types.items():
            if self.listed_tags and tag not in self.listed_tags:
                hint = did_you_mean(tag, self.listed_tags) or "add it to “tags” in the front matter"
                location = self.locations.get(f"types.{kind}", Location(self.file))
                yield error("PV112", f"the front matter does not list the tag “{tag}”", location, hint)

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: tuple[d.Block, ...]) -> tuple[d.Block, ...]:
        """Return sibling blocks with entries in them."""
        lists = [block for block in blocks if isinstance(block, d.Div) and block.attr.has(LIST_TAG)]
        keys = {block.key for block in lists}
        collected: list[_Line] = []
        out: list[d.Block] = []
        for block in blocks:
            if lists and isinstance(block, d.BulletList | d.OrderedList):
                items, lines = self._split(block.items)
                collected += lines
                if items:
                    out.append(self._inside(structs.replace(block, items=items)))
            else:
                out.append(block if block.key in keys else self._inside(block))
        if not lists:
            return tuple(out)
        taken = self._assign(lists, collected)
        shown: list[d.Block] = []
        for block in out:
            if isinstance(block, d.Div) and block.key in keys:
                shown += self._list(block, taken[block.key])
            else:
                shown.append(block)
        return tuple(shown)

    def _inside(self, block: d.Block) -> d.Block:
        match block:
            case d.Section() | d.Div() | d.BlockQuote():
                inner = self.blocks(block.blocks)
                return block if inner == block.blocks else structs.replace(block, blocks=inner)
            case d.BulletList() | d.OrderedList():
                items = tuple(self._item(item) for item in block.items)
                return structs.replace(block, items=items)
            case _:
                return block

    def _item(self, item: d.ListItem) -> d.ListItem:
        """Return an item outside a list of entries: the entry that it names, or the item itself."""
        line = self._line(item)
        return self._entry_item(line.entry, line) if line else structs.replace(item, blocks=self.blocks(item.blocks))

    def _split(self, items: Iterable[d.ListItem]) -> tuple[tuple[d.ListItem, ...], list[_Line]]:
        """Return the items of a list that are no lines for entries, and the lines."""
        rest, lines = [], []
        for item in items:
            line = self._line(item)
            if line:
                lines.append(line)
            else:
                rest.append(item)
        return tuple(rest), lines

    def _line(self, item: d.ListItem) -> _Line | None:
        """Return an item as a line for an entry. An unknown key is reported."""
        match item.blocks:
            case [d.Paragraph(inlines=(d.Text(text=text) as first,)), *rest]:
                found = ENTRY_LINE.fullmatch(text.strip())
            case _:
                found = None
        if not found:
            return None
        key = found["braced"] or found["key"]
        entry = self.by_key.get(key)
        if entry is None:
            self.citations.report_unknown(key, first.location)
            return None
        return _Line(item, entry, tuple(rest))

    # ------------------------------------------------------------ lists of entries

    def _assign(self, lists: Sequence[d.Div], lines: Sequence[_Line]) -> dict[int, list[_Line]]:
        """Return the lines of each list of a section, by its key: the first list that selects the entry gets it."""
        taken: dict[int, list[_Line]] = {block.key: [] for block in lists}
        seen: dict[str, _Line] = {}
        tests = [(block, self._expression(block, report=False)) for block in lists]
        for line in lines:
            if line.entry.key in seen:
                message = f"@{line.entry.key} is listed twice in this section; the second line is not used"
                self.findings.append(warning("PV094", message, line.item.location, "merge the two lines"))
                continue
            seen[line.entry.key] = line
            matching = (block for block, test in tests if test is None or self._matches(test, line.entry, line))
            taken[next(matching, lists[0]).key].append(line)
        return taken

    def _list(self, div: d.Div, lines: Sequence[_Line]) -> Iterator[d.Block]:
        """Yield the blocks of a list of entries: what is in the div, and the list."""
        inside: list[d.Block] = []
        lines = list(lines)
        for block in div.blocks:
            if isinstance(block, d.BulletList | d.OrderedList):
                items, more = self._split(block.items)
                lines += more
                inside += [structs.replace(block, items=items)] if items else []
            else:
                inside.append(self._inside(block))
        expression = self._expression(div, report=True)
        by_key = {line.entry.key: line for line in lines}
        shown = [
            entry
            for entry in self.entries
            if entry.key in by_key or expression is None or self._matches(expression, entry, by_key.get(entry.key))
        ]
        if not shown and not has_errors(self.findings):
            text = div.attr.get("items")
            message = f"no entry of the bibliography is “{text}”" if text else "the bibliography has no entries"
            hint = "change “items”, or the tags of types in the front matter" if text else ""
            self.findings.append(warning("PV089", f"{message}; the list is empty", div.location, hint))
        items = tuple(self._entry_item(entry, by_key.get(entry.key)) for entry in sorted(shown, key=_newest_first))
        if items:
            inside.append(d.OrderedList(items, location=div.location))
        attr = structs.replace(
            div.attr,
            tags=tuple(tag for tag in div.attr.tags if tag != LIST_TAG),
            keys=tuple(pair for pair in div.attr.keys if pair[0] != "items"),
        )
        if attr:
            yield structs.replace(div, blocks=tuple(inside), attr=attr)
        else:
            yield from inside

    def _expression(self, div: d.Div, *, report: bool) -> Expression | None:
        """Return the expression in `items`, or None if there is none or if it is not valid."""
        text = div.attr.get("items")
        if not text:
            return None
        try:
            expression = parse_expression(text, _value_location(div.attr, "items", text))
        except InputError as problem:
            self.findings += problem.findings if report else ()
            return None
        if report:
            tags = {*self.listed_tags, *self.types.values(), *DEFAULT_TYPES.values(), *self.line_tags}
            self.findings += expression.find_unknown(tags, {*ENTRY_KEYS, *self.line_keys})
        return expression

    def _matches(self, expression: Expression, entry: BibEntry, line: _Line | None) -> bool:
        attr = self._attributes(entry, line)
        return expression.matches(frozenset(attr.tags), dict(reversed(attr.keys)))

    # ------------------------------------------------------------ entries

    def _entry_item(self, entry: BibEntry, line: _Line | None) -> d.ListItem:
        self.shown.add(entry.key)
        inlines: tuple[d.Inline, ...] = (d.Span(self.texts[entry.key], attr=_REFERENCE, location=entry.location),)
        note = line.note if line else ()
        if note and isinstance(note[0], d.Paragraph) and not note[0].attr:  # A note is not a paragraph of its own.
            inlines += (d.LineBreak(location=note[0].location), *note[0].inlines)
            note = note[1:]
        paragraph = d.Paragraph(inlines, tight=not note, location=entry.location)
        attr = self._attributes(entry, line)
        return d.ListItem((paragraph, *note), attr=attr, location=entry.location)

    def _attributes(self, entry: BibEntry, line: _Line | None) -> Attributes:
        own = line.item.attr if line else d.NO_ATTRIBUTES
        keys = (*own.keys, *entry_keys(entry), ("dates", "hidden"))
        tags = tuple(dict.fromkeys([*own.tags, *self._tags(entry)]))
        location = own.location if own.raw else entry.location
        return Attributes(own.id, tags, keys, own.raw, location)

    def _tags(self, entry: BibEntry) -> Iterator[str]:
        """Yield the tag of the type, and the keywords that the front matter lists as tags."""
        tag = self.types.get(entry.kind) or self.types.get(str(entry.csl.get("type")))
        if not tag:
            default = DEFAULT_TYPES.get(entry.kind, "")
            tag = default if not self.listed_tags or default in self.listed_tags else ""
        if tag:
            yield tag
        for keyword in entry.keywords:
            if listed := self.keyword_tags.get(_slug(keyword)):
                yield listed

    def report_unlisted(self) -> None:
        """Report the entries that the document does not show. One finding is for all of them."""
        unlisted = [entry for entry in self.entries if entry.key not in self.shown]
        if not unlisted or has_errors([*self.findings, *self.citations.findings]):
            return
        most = 5
        more = [f"{len(unlisted) - most} more"] if len(unlisted) > most else []
        names = join_names([*(entry.key for entry in unlisted[:most]), *more])
        verb = "are" if len(unlisted) > 1 else "is"
        pronoun = "them" if len(unlisted) > 1 else "it"
        message = f"{names} {verb} in no list, so no output can show {pronoun}"
        hint = "add a list to the CV: “::: {.bibliography}”, and “:::” on the next line"
        if self.shown:
            hint = "widen “items” of a list, or add a line “- @key” to one"
        self.findings.append(warning("PV090", message, unlisted[0].location, hint))


_REFERENCE = Attributes(tags=(REFERENCE,))


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def _newest_first(entry: BibEntry) -> int:
    date = dict(entry_keys(entry)).get("date")
    return -parse_date(date).last.toordinal() if date else -datetime.date.min.toordinal()


def _with_id(node: d.Node, cited: set[str]) -> d.Node:
    """Give an entry that the text cites the id that the citation links to."""
    key = node.attr.get("id")
    if key in cited and isinstance(node, d.ListItem) and not node.attr.id and is_entry_item(node):
        return structs.replace(node, attr=structs.replace(node.attr, id=reference_id(key)))
    return node


def is_entry_item(node: d.Node) -> bool:
    """Return whether a node is the item of an entry."""
    return isinstance(node, d.ListItem) and _reference_of(node) is not None


def _reference_of(item: d.ListItem) -> d.Span | None:
    match item.blocks:
        case [d.Paragraph(inlines=(d.Span() as span, *_)), *_] if span.attr.has(REFERENCE):
            return span
        case _:
            return None


def replace_reference(item: d.ListItem, text: tuple[d.Inline, ...]) -> d.ListItem:
    """Return the item of an entry with another text."""
    span = _reference_of(item)
    first, *rest = item.blocks
    assert span is not None
    assert isinstance(first, d.Paragraph)
    inlines = (structs.replace(span, inlines=text), *first.inlines[1:])
    return structs.replace(item, blocks=(structs.replace(first, inlines=inlines), *rest))


def _value_location(attr: Attributes, key: str, value: str) -> Location:
    """Return the location of the value of a key, or of all attributes if the source has escapes in it."""
    for before in (f'{key}="', f"{key}='", f"{key}="):
        if before + value in attr.raw:
            location = attr.location_of(before + value)
            return location._replace(column=location.column + len(before), width=len(value))
    return attr.location


# ---------------------------------------------------------------- the keys of an entry


def entry_keys(entry: BibEntry) -> tuple[tuple[str, str], ...]:
    """Return the keys of an entry that have values: `date`, `type`, `doi`, `id` and `venue`."""
    csl = entry.csl
    venue = csl.get("container-title") or csl.get("event-title") or csl.get("publisher") or ""
    values = {
        "date": date_of(csl.get("issued")),
        "type": entry.kind,
        "doi": str(csl.get("DOI") or ""),
        "id": entry.key,
        "venue": re.sub(r"</?\w[^<>]*>", "", str(venue)),
    }
    return tuple((key, value) for key, value in values.items() if value)


def date_of(issued: Any) -> str:
    """Return a date of CSL in EDTF, or an empty string if there is none."""
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    try:
        numbers = [[int(number) for number in point] for point in parts or ()]
        points = ["-".join([f"{year:04}", *(f"{part:02}" for part in rest[:2])]) for year, *rest in numbers]
        date = "/".join(points[:2])
        parse_date(date)
    except (ValueError, TypeError, IndexError):
        return ""
    return date

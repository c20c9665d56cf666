"""The items of one CV that an aggregate collects or that the report counts."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import structs

from polyvita.batch.model import Item, Work
from polyvita.checks.lint.duplicates import normalized_words, publications_of
from polyvita.config.faculty import Aggregate
from polyvita.config.filter import Selector
from polyvita.core.bibliography import PREPRINT, BibEntry
from polyvita.core.dates import parse_date
from polyvita.core.document import (
    Attributes,
    Block,
    DefinitionItem,
    Document,
    Inline,
    LineBreak,
    Link,
    ListItem,
    Node,
    Paragraph,
    Row,
    Section,
    Text,
    plain_text,
    walk,
)
from polyvita.core.i18n import join_list
from polyvita.core.location import Location
from polyvita.reader.bibliography.duplicates import first_family, title_letters
from polyvita.reader.bibliography.insert import is_entry_item
from polyvita.transforms import clean_html, drop_other_languages, select_units
from polyvita.transforms.context import Context, find_items

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
NO_YEAR = ""
"""The year of items without a date, in counts."""


def count_items(document: Document, expressions: Sequence[Selector]) -> tuple[dict[str, int], ...]:
    """Return, for each expression, the number of its items by year. An interval counts in its last year."""
    return tuple(
        dict(Counter(year_of(context.keys.get("date", "")) for _, context in find_items(document, expression)))
        for expression in expressions
    )


def year_of(date: str) -> str:
    """Return the last year of a date, or `NO_YEAR`. That of an open interval is its first one."""
    try:
        parsed = parse_date(date)
    except ValueError:
        return NO_YEAR
    day = parsed.last if parsed.last.year < _ENDLESS else parsed.first
    return str(day.year)


_ENDLESS = 9999


def collect_items(
    document: Document, aggregates: Sequence[Aggregate], shown: Callable[[Location], Location]
) -> tuple[bytes, ...]:
    """Return, for each aggregate, the items of a CV, as `read_items` reads them: as compressed JSON.

    `shown` returns the location of an item as messages show it.
    """
    if not aggregates:
        return ()
    harmless = clean_html(document)[0]
    found = (
        [structs.replace(item, location=shown(item.location)) for item in _items_of(harmless, one)]
        for one in aggregates
    )
    return tuple(zlib.compress(msgspec.json.encode(items), level=1) for items in found)


def read_items(content: bytes) -> list[Item]:
    """Return the items that `collect_items` has packed."""
    return msgspec.json.decode(zlib.decompress(content), type=list[Item])


def _items_of(document: Document, aggregate: Aggregate) -> Iterator[Item]:
    document = drop_other_languages(document, lang=aggregate.lang)
    if aggregate.drop:
        document = select_units(document, select=None, drop=aggregate.drop)
    for node, context in find_items(document, aggregate.items):
        key = node.attr.get("id")
        entry = document.entries.get(key) if is_entry_item(node) else None
        work = work_of_entry(entry) if entry else work_of_text(node, context)
        yield Item(_as_list_item(node, context), dict(context.keys), node.location, work, entry)


# ---------------------------------------------------------------- any item as a list item


def _as_list_item(node: Node, context: Context) -> ListItem:
    """Return an item of any kind as an item of a list, with the tags and keys that it inherited."""
    keys = {
        **dict(reversed(node.attr.keys)),
        **{key: value for key, value in context.keys.items() if key not in ("org", "place", "date")},
    }
    attr = Attributes(tags=tuple(sorted(context.tags)), keys=tuple(keys.items()), location=node.attr.location)
    return ListItem(tuple(_blocks_of(node)), attr=attr, location=node.location)


def _blocks_of(node: Node) -> Iterator[Block]:
    match node:
        case ListItem(blocks=blocks):
            yield from blocks
        case Section(heading=heading, blocks=blocks):
            place = join_list([part for part in (node.attr.get("org"), node.attr.get("place")) if part], "en")
            second: tuple[Inline, ...] = (LineBreak(), Text(place)) if place else ()
            yield Paragraph((*heading.inlines, *second), tight=True, location=heading.location)
            yield from blocks
        case Row(cells=cells):
            inlines = [inline for cell in cells if cell.inlines for inline in (Text(", "), *cell.inlines)]
            yield Paragraph(tuple(inlines[1:]), tight=True, location=node.location)
        case DefinitionItem(term=term, definitions=definitions):
            if term:
                yield Paragraph(term, tight=True, location=node.location)
            yield from (block for definition in definitions for block in definition.blocks)
        case _:
            yield node  # type: ignore[misc]  # Only paragraphs and code blocks are left, which mypy cannot know.


# ---------------------------------------------------------------- which work an item is


def work_of_entry(entry: BibEntry) -> Work:
    """Return what identifies the work of an entry of a bibliography."""
    csl = entry.csl
    parts = (csl.get("issued") or {}).get("date-parts") or [[""]]
    return Work(title_letters(csl), first_family(csl), str(parts[0][0]), _plain_doi(csl.get("DOI")), entry.kind)


def work_of_text(node: Node, context: Context) -> Work:
    """Return what identifies a publication that is written as text. Its fields are empty if it looks like none."""
    urls = " ".join(part.url for part in walk(node) if isinstance(part, Link))
    text = plain_text(node)
    dois = {_plain_doi(found) for found in _DOI.findall(f"{text} {urls} {context.keys.get('doi', '')}")}
    doi = dois.pop() if len(dois) == 1 else ""
    publication = next(publications_of((node,)), None)
    if not publication:
        return Work(doi=doi)
    lead = [word for word in normalized_words(text) if len(word) > 1]
    authors = sorted(
        ("".join(normalized_words(name)) for name in publication.authors),
        key=lambda name: lead.index(name) if name in lead else len(lead),
    )
    year = year_of(context.keys.get("date", "")) or next((date for date in publication.dates if len(date) == 4), "")
    kind = PREPRINT if PREPRINT in context.tags else ""
    return Work("".join(publication.title), authors[0] if authors else "", year, doi, kind)


def _plain_doi(doi: object) -> str:
    return re.sub(r"^(https?://)?(dx\.)?doi\.org/", "", str(doi or "").strip()).casefold().rstrip(".,;)")

"""A list of items of all people, such as the publications of a year, written by the same writers as any CV."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from polyvita.batch.items import read_items
from polyvita.batch.merge import Group, Member, Twins, merge
from polyvita.batch.model import Item, PersonResult
from polyvita.batch.people import Person
from polyvita.builder.citations import find_items_without_fields
from polyvita.builder.job import Job, make_job
from polyvita.builder.steps import apply_selection, present
from polyvita.checks.disclosure import PrivateValue, prepared_text
from polyvita.checks.inspect import inspect
from polyvita.checks.other_people import OtherValues
from polyvita.checks.rules.ruleset import read_rules
from polyvita.config.faculty import Aggregate, Faculty
from polyvita.config.filter import Citations, Filter
from polyvita.core.bibliography import BibEntry
from polyvita.core.clock import BuildTime
from polyvita.core.diagnostics import Finding, PolyvitaError, error, findings_of, info, join_names, warning
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    Document,
    Heading,
    Image,
    Inline,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Section,
    Span,
    Text,
    number_nodes,
    rewrite,
)
from polyvita.core.i18n import primary_language
from polyvita.core.location import Location, unquoted
from polyvita.reader.bibliography.citeproc import format_entries
from polyvita.reader.bibliography.insert import REFERENCE
from polyvita.reader.bibliography.people import People
from polyvita.reader.bibliography.styles import load_style
from polyvita.transforms.sort import rank
from polyvita.writers import write
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

_TWINS = {
    "en": ("Possibly the same work", "Nos. {first} and {second}"),
    "de": ("Möglicherweise dasselbe Werk", "Nr. {first} und {second}"),
    "fr": ("Peut-être le même ouvrage", "Nos {first} et {second}"),
}
"""The heading above twins and the start of each line, by language. Other languages have the English ones."""


class Written(NamedTuple):
    """An aggregate as files by name, the findings, and what the report says about it."""

    files: dict[str, bytes]
    findings: list[Finding]
    data: dict[str, object]


class Collection(NamedTuple):
    """What an aggregate is made of: its number in the file of the batch, from 0, the people and their results."""

    faculty: Faculty
    number: int
    people: Mapping[str, Person]
    results: Sequence[PersonResult]
    others: OtherValues
    now: BuildTime

    @property
    def aggregate(self) -> Aggregate:
        return self.faculty.aggregate[self.number]

    def location(self, key: str = "") -> Location:
        """Return the location of the aggregate, or of one of its keys."""
        return self.faculty.location(f"aggregate[{self.number}]{key and '.'}{key}")


def write_aggregate(collection: Collection) -> Written:
    """Return the files of an aggregate. A format that cannot be written is left out, with a finding."""
    aggregate = collection.aggregate
    members = [
        Member(result.id, _with_images(item, collection.faculty, collection.people[result.id]))
        for result in collection.results
        if collection.number < len(result.items)
        for item in read_items(result.items[collection.number])
    ]
    groups, twins = _sorted(*merge(members), aggregate)
    data = _as_data(aggregate, groups, twins)
    if not groups:
        hint = "correct the expression, or delete the aggregate"
        message = f"“{aggregate.name}” matches no item of any person"
        return Written({}, [warning("PV548", message, collection.location("items"), hint)], data)
    findings = list(_findings(groups, twins, collection.location()))
    try:
        files, more = _render(collection, groups, twins)
    except PolyvitaError as problem:
        return Written({}, [*findings, *findings_of(problem)], data)
    return Written(files, [*findings, *more], data)


# ---------------------------------------------------------------- order and sources


def _sorted(groups: list[Group], twins: list[Twins], aggregate: Aggregate) -> tuple[list[Group], list[Twins]]:
    """Return works in the order of the aggregate, and their twins by the new indexes."""
    order = sorted(range(len(groups)), key=lambda at: rank(groups[at].best.keys, aggregate.by))
    new = {old: at for at, old in enumerate(order)}
    pairs = ((sorted((new[each.first], new[each.second])), each.difference) for each in twins)
    moved = [Twins(first, second, difference) for (first, second), difference in pairs]
    return [groups[at] for at in order], sorted(moved, key=lambda each: (each.first, each.second))


def _findings(groups: Sequence[Group], twins: Sequence[Twins], location: Location) -> Iterable[Finding]:
    for group in groups:
        if len(group.members) > 1:
            first, *rest = map(_place, group.members)
            also = f"{join_names(rest)}: {join_names(set(group.reasons))}"
            yield info("PV547", f"the work in {first} is shown once; it is also in {also}", location)
    for pair in twins:
        one, other = groups[pair.first], groups[pair.second]
        who = join_names({*one.people, *other.people})
        message = (
            f"{_place(one.members[0])} and {_place(other.members[0])} may be the same work of {who}: {pair.difference}"
        )
        yield warning("PV546", message, location, "leave one of them out with “drop”, or correct the CV")


def _place(member: Member) -> str:
    at = member.item.location
    return f"{at.file}:{at.line}"


def _as_data(aggregate: Aggregate, groups: Sequence[Group], twins: Sequence[Twins]) -> dict[str, object]:
    def sources(group: Group) -> list[dict[str, object]]:
        return [
            {"person": member.person, "file": member.item.location.file, "line": member.item.location.line}
            for member in group.members
        ]

    return {
        "name": aggregate.name,
        "items": len(groups),
        "merged": [
            {"number": at, "reasons": sorted(set(group.reasons)), "sources": sources(group)}
            for at, group in enumerate(groups, 1)
            if group.reasons
        ],
        "twins": [
            {
                "numbers": [pair.first + 1, pair.second + 1],
                "difference": pair.difference,
                "sources": [sources(groups[pair.first]), sources(groups[pair.second])],
            }
            for pair in twins
        ],
    }


# ---------------------------------------------------------------- the document


def _with_images(item: Item, faculty: Faculty, person: Person) -> Item:
    """Return an item whose images are found from the folder of the batch."""

    def change(node: Node) -> Node:
        if isinstance(node, Image) and not _ADDRESS.match(node.url):
            path = person.source.parent / node.url
            return structs.replace(node, url=os.path.relpath(path, faculty.folder).replace(os.sep, "/"))
        return node

    return structs.replace(item, node=rewrite(item.node, change))


_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|#")


def _render(
    collection: Collection, groups: Sequence[Group], twins: Sequence[Twins]
) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the files of an aggregate by name, and the findings."""
    document, entries = _document(collection, groups, twins)
    job = _job(collection, document)
    selected, findings = apply_selection(job)
    shown = present(selected, job)
    prepared = prepare(to_pandoc(shown, split_words=False), split_words=False)
    text = prepared_text(prepared)
    found: list[Finding] = [*findings, *find_items_without_fields(selected, job)]
    files: dict[str, bytes] = {}
    for output in job.outputs:
        try:
            content = write(
                *(prepared, output.format),
                theme=job.theme,
                info=job.info,
                folder=collection.faculty.folder,
                entries=entries,
                document=shown,
            )
        except PolyvitaError as problem:
            found += findings_of(problem)
            continue
        inspection = inspect(output.format, content)
        strings = (string for _, string in inspection.hidden)
        leaks = collection.others.find([output.path.name, text, inspection.text, *strings])
        found += leak_findings(output.path.name, leaks)
        if not leaks:
            files[output.path.name] = content
    return files, found


def leak_findings(name: str, leaks: Iterable[PrivateValue]) -> Iterator[Finding]:
    """Yield a finding for each private value in a file that was made of all CVs."""
    for value in leaks:
        message = f"{name} would show the private value of “{value.key}” of a person; the file is not written"
        hint = "delete the value from the CV whose item contains it"
        yield error("PV549", message, unquoted(value.location), hint)


def _document(
    collection: Collection, groups: Sequence[Group], twins: Sequence[Twins]
) -> tuple[Document, tuple[BibEntry, ...]]:
    """Return the document of an aggregate and the entries in it. Each entry has a key of its own."""
    aggregate, results = collection.aggregate, collection.results
    names = list(dict.fromkeys(name for result in results for name in result.names))
    meta = {"lang": aggregate.lang, "csl": aggregate.style, "own_names": names}
    entries = _entries_of(groups)
    style = load_style(aggregate.style, collection.faculty.folder, collection.location("style"))
    shown = tuple(entries.values())
    texts = format_entries(shown, style, People.from_meta(meta), lang=aggregate.lang) if shown else {}
    items = tuple(
        _entry_item(group.best, entries[at], texts[entries[at].key]) if at in entries else group.best.node
        for at, group in enumerate(groups)
    )
    blocks: list[Block] = [OrderedList(items)]
    if twins:
        who = {result.id: result.name or result.id for result in results}
        blocks.append(_twin_section(aggregate, groups, twins, who))
    document = Document(
        tuple(blocks), meta, file=collection.faculty.file, entries={entry.key: entry for entry in shown}
    )
    return number_nodes(document), shown


def _entries_of(groups: Sequence[Group]) -> dict[int, BibEntry]:
    """Return the entries that the works show, by the number of the work."""
    entries: dict[int, BibEntry] = {}
    taken: set[str] = set()
    for at, group in enumerate(groups):
        if entry := group.best.entry:
            key, number = entry.key, 2
            while key in taken:
                key, number = f"{entry.key}-{number}", number + 1
            taken.add(key)
            entries[at] = entry._replace(key=key, csl={**entry.csl, "id": key})
    return entries


def _entry_item(item: Item, entry: BibEntry, text: tuple[Inline, ...]) -> ListItem:
    """Return the item of an entry without the notes that its owner has added."""
    span = Span(text, attr=Attributes(tags=(REFERENCE,)), location=item.location)
    keys = (*(pair for pair in item.node.attr.keys if pair[0] != "id"), ("id", entry.key))
    attr = structs.replace(item.node.attr, keys=keys)
    paragraph = Paragraph((span,), tight=True, location=item.location)
    return structs.replace(item.node, blocks=(paragraph,), attr=attr)


def _twin_section(
    aggregate: Aggregate, groups: Sequence[Group], twins: Sequence[Twins], names: Mapping[str, str]
) -> Section:
    """Return the section that lists pairs of works that may be the same, with the people who have them."""
    title, line = _TWINS.get(primary_language(aggregate.lang), _TWINS["en"])
    items = []
    for pair in twins:
        who = "; ".join(" + ".join(names[id] for id in groups[at].people) for at in (pair.first, pair.second))
        text = f"{line.format(first=pair.first + 1, second=pair.second + 1)} ({who})"
        items.append(ListItem((Paragraph((Text(text),), tight=True),)))
    return Section(Heading(1, (Text(title),)), (BulletList(tuple(items)),))


def _job(collection: Collection, document: Document) -> Job:
    """Return the job of an aggregate, as that of a filter with its settings. Raises `InputError` if one is wrong."""
    faculty, aggregate, prefix = collection.faculty, collection.aggregate, f"aggregate[{collection.number}]."
    locations = {path.replace(prefix, ""): at for path, at in faculty.locations.items() if prefix in path}
    filter = Filter(
        name=aggregate.name,
        file=faculty.file,
        title=aggregate.title or aggregate.name,
        lang=aggregate.lang,
        formats=aggregate.formats,
        citations=Citations(style=aggregate.style),
        theme=aggregate.theme,
        locations=locations,
        folder=faculty.folder / "filters",  # The themes are beside it.
    )
    return make_job(
        document,
        filter,
        Path(faculty.file),
        formats=(),
        output_folder=faculty.folder,
        now=collection.now,
        read_rule_set=read_rules,
        private=None,
    )

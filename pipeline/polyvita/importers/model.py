"""The intermediate CV: what every importer returns, and what `markdown` writes as `cv.md`.

Texts with the type `Markdown` are inline Markdown with all special characters escaped: use `markdown.escape` for plain
text. All other texts are plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from polyvita.core.diagnostics import Finding

Markdown: TypeAlias = str


@dataclass(kw_only=True)
class Paragraph:
    """A paragraph. `guess` says what was guessed about it, and is empty if nothing was. So it is for all blocks."""

    text: Markdown
    date: str = ""
    tags: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    guess: str = ""


@dataclass(kw_only=True)
class Item:
    """A list item. `csl` is a publication as an object of CSL-JSON, if the input has structure."""

    text: Markdown
    date: str = ""
    tags: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    csl: dict[str, Any] | None = None


@dataclass(kw_only=True)
class ItemList:
    """A list. `start` is the number of the first item; None is a bullet list."""

    items: list[Item]
    start: int | None = None
    guess: str = ""


@dataclass(kw_only=True)
class Table:
    """A table of inline Markdown. `head` is empty if the table has no head."""

    rows: list[list[Markdown]]
    head: list[Markdown] = field(default_factory=list)
    guess: str = ""


@dataclass(kw_only=True)
class Definitions:
    """A list of terms, each with its text."""

    terms: list[tuple[Markdown, Markdown]]
    guess: str = ""


@dataclass(kw_only=True)
class Quote:
    """A block quotation."""

    blocks: list[Block]
    guess: str = ""


@dataclass(kw_only=True)
class Code:
    """A block of code, as written."""

    text: str
    guess: str = ""


@dataclass(kw_only=True)
class Entry:
    """A heading with a date (EDTF), an organisation or a place: a position, a degree."""

    title: Markdown
    date: str = ""
    org: str = ""
    place: str = ""
    tags: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    guess: str = ""


@dataclass(kw_only=True)
class Section:
    """A heading and what follows it. `id` is a standard id of `vocabulary`, or empty."""

    title: Markdown
    id: str = ""
    tags: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    guess: str = ""


Block: TypeAlias = Paragraph | ItemList | Table | Definitions | Quote | Code | Entry | Section


class Link(NamedTuple):
    """A web page of the person."""

    label: str
    url: str


class Picture(NamedTuple):
    """An image that is saved beside the CV. `name` is a file name without folders."""

    name: str
    data: bytes


class LeftOut(NamedTuple):
    """A text that is left out on purpose, and why: “page number”."""

    text: str
    reason: str


class ReadAs(NamedTuple):
    """A text of the input that is written in another way: `Oct. 2015 – present` is `2015-10/..`."""

    text: str
    value: str


@dataclass(kw_only=True)
class Person:
    """The owner of the CV. `born`, `mobile` and `private_address` are written to `cv.private.yaml`.

    `facts` are other private facts, each with its label as written: nationality, marital status. They become a section
    with the tag `private`.
    """

    name: str = ""
    honorific: str = ""
    headline: str = ""
    affiliation: list[str] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    email: str = ""
    phone: str = ""
    links: list[Link] = field(default_factory=list)
    orcid: str = ""
    location: str = ""
    """Where the person works or lives, as text: city, region, country."""
    photo: str = ""
    """The name of the picture that is the portrait."""
    photo_alt: str = ""
    """What the input says that the portrait shows."""
    own_names: list[str] = field(default_factory=list)
    born: str = ""
    mobile: str = ""
    private_address: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class ImportedCv:
    """A CV as an importer read it.

    `texts` are all texts of the input, read without this model where that is possible: the report compares their words
    with what is written. `left_out` and `read_as` account for the words that are not written as they are.
    """

    person: Person = field(default_factory=Person)
    sections: list[Section] = field(default_factory=list)
    to_sort: list[Block] = field(default_factory=list)
    footnotes: list[list[Block]] = field(default_factory=list)
    """The footnotes. The text refers to the first one as `[^1]`."""
    pictures: list[Picture] = field(default_factory=list)
    bibliography: list[dict[str, Any]] = field(default_factory=list)
    """Publications as CSL-JSON, written as `publications.bib`."""
    lang: str = ""
    counts_down: bool = False
    """Whether the numbers of publications count down, from the newest to the oldest."""
    guesses: list[str] = field(default_factory=list)
    """What was guessed, except the guesses that blocks have."""
    left_out: list[LeftOut] = field(default_factory=list)
    read_as: list[ReadAs] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    """Warnings about the input, such as a bibliography with a broken entry."""

    def all_blocks(self) -> Iterator[Block]:
        """Yield every block, the outer ones first."""
        yield from _all_blocks([*self.sections, *self.to_sort, *(b for note in self.footnotes for b in note)])


def _all_blocks(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        match block:
            case Section() | Entry() | Quote():
                yield from _all_blocks(block.blocks)
            case ItemList():
                for item in block.items:
                    yield from _all_blocks(item.blocks)


def merge(first: ImportedCv, second: ImportedCv) -> ImportedCv:
    """Return one CV from two. Values of the first win; sections with the same id are joined.

    A value of the second that differs is kept in its section “To sort”, so that no word is lost.
    """
    person = first.person
    for name, value in vars(second.person).items():
        own = getattr(person, name)
        if not own:
            setattr(person, name, value)
        elif isinstance(own, list):
            own += [part for part in value if part not in own]
        elif value and value != own:
            first.guesses.append(f"two values for “{name}”: “{own}” is used, “{value}” is not")
            first.left_out.append(LeftOut(value, f"a second value for “{name}”"))
    by_id = {section.id: section for section in first.sections if section.id}
    shift = len(first.footnotes)
    if shift:
        raise_footnotes(second, shift)
    for section in second.sections:
        if section.id in by_id:
            by_id[section.id].blocks += section.blocks
            if section.title != by_id[section.id].title:
                second.left_out.append(LeftOut(section.title, "a second heading of the same section"))
            else:
                second.left_out.append(LeftOut(section.title, "the same heading twice"))
        else:
            first.sections.append(section)
    first.to_sort += second.to_sort
    first.findings += second.findings
    first.footnotes += second.footnotes
    first.pictures += [picture for picture in second.pictures if picture not in first.pictures]
    first.bibliography += second.bibliography
    first.lang = first.lang or second.lang
    first.counts_down = first.counts_down or second.counts_down
    first.guesses += second.guesses
    first.left_out += second.left_out
    first.read_as += second.read_as
    first.texts += second.texts
    return first


def raise_footnotes(cv: ImportedCv, by: int) -> None:
    """Add `by` to the number of every footnote mark in `cv`."""
    import re

    map_texts(cv, lambda text: re.sub(r"(?<!\\)\[\^(\d+)\]", lambda found: f"[^{int(found[1]) + by}]", text))


def map_texts(cv: ImportedCv, change: Callable[[Markdown], Markdown]) -> None:
    """Apply a function to every inline Markdown of `cv`."""
    for block in cv.all_blocks():
        match block:
            case Paragraph():
                block.text = change(block.text)
            case ItemList():
                for item in block.items:
                    item.text = change(item.text)
            case Table():
                block.rows = [[change(cell) for cell in row] for row in block.rows]
                block.head = [change(cell) for cell in block.head]
            case Definitions():
                block.terms = [(change(term), change(text)) for term, text in block.terms]
            case Entry() | Section():
                block.title = change(block.title)

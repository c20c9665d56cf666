"""The CV holds its facts: every title, name, number and date, each in the item it belongs to.

`data/cv-facts.txt` lists them, written from the CV's source and not from `cv.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import polyvita
from polyvita.config.expression_parser import parse_expression
from polyvita.core.dates import parse_date, show_date
from polyvita.core.diagnostics import Report
from polyvita.core.document import (
    BulletList,
    Document,
    ListItem,
    Node,
    OrderedList,
    Section,
    Table,
    plain_text,
    walk,
)
from polyvita.transforms.context import items
from polyvita.transforms.counts import fill_counts

HERE = Path(__file__).parents[1]
FACTS = HERE / "data" / "cv-facts.txt"
CV = HERE.parent / "cv.md"

_PART = re.compile(r"== (?P<id>[a-z-]+) (?P<count>\d+) ==")
_KEY = re.compile(r"(?P<key>date|org|place): (?P<value>.+)")
_SAME_SIGN = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"})
_HYPHENS_AND_SPACE = re.compile(r"[\s\u00ad\u2010-\u2013-]+")


@dataclass(frozen=True)
class Part:
    """A section of the CV: its id, and the facts of each of its items."""

    id: str
    items: tuple[tuple[str, ...], ...]


def read_facts(text: str) -> tuple[Part, ...]:
    """The parts of a file of facts. ValueError where there is none, or where one does not hold what it announces."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    head, *rest = re.split(r"(?m)^(?===)", "\n".join(lines))
    if head.strip() or not rest:
        raise ValueError("a file of facts starts with a part")
    return tuple(_read_part(part) for part in rest)


def _read_part(text: str) -> Part:
    title, _, body = text.partition("\n")
    match = _PART.fullmatch(title)
    if not match:
        raise ValueError(f"not the start of a part: {title}")
    found = tuple(tuple(item.splitlines()) for item in re.split(r"\n{2,}", body.strip()) if item)
    if len(found) != int(match["count"]) or not found:
        raise ValueError(f"{match['id']} announces {match['count']} items and has {len(found)}")
    return Part(match["id"], found)


@cache
def facts() -> tuple[Part, ...]:
    return read_facts(FACTS.read_text(encoding="utf-8"))


def missing(text: str, lang: str = "en", leave_out: frozenset[str] = frozenset()) -> list[str]:
    """The facts that the text of a finished output lacks, but for the parts with the ids `leave_out`.

    White space and hyphens do not count, because lines break at both; dates are looked up as `lang` shows them.
    """
    squeezed = _squeeze(text)
    wanted = [fact for part in facts() if part.id not in leave_out for item in part.items for fact in item]
    return [fact for fact in wanted if _squeeze(_as_shown(fact, lang)) not in squeezed]


def _as_shown(fact: str, lang: str) -> str:
    match = _KEY.fullmatch(fact)
    if not match:
        return fact
    return show_date(parse_date(match["value"]), lang) if match["key"] == "date" else match["value"]


def _squeeze(text: str) -> str:
    return _HYPHENS_AND_SPACE.sub("", text.translate(_SAME_SIGN))


def _spaced(text: str) -> str:
    return " ".join(text.translate(_SAME_SIGN).split())


# ---------------------------------------------------------------- the items of cv.md


@cache
def cv() -> Document:
    return polyvita.read(CV)


def section(id: str) -> Section:
    found = [node for node in walk(cv()) if isinstance(node, Section) and node.attr.id == id]
    assert len(found) == 1, f"{len(found)} sections have the id {id}"
    return found[0]


def parts_of(section: Section) -> tuple[Node, ...]:
    """What a reader counts in a section: its entries, list items or table rows; where it has none, itself."""
    found: list[Node] = []
    for block in section.blocks:
        match block:
            case Section():
                found.append(block)
            case BulletList(items=inside) | OrderedList(items=inside):
                found += inside
            case Table(rows=rows):
                found += rows
            case _:
                pass
    return tuple(found) or (section,)


def held(node: Node) -> set[str]:
    """The keys of a node and of all nodes in it, as a file of facts writes them."""
    return {f"{key}: {value}" for inside in walk(node) for key, value in inside.attr.keys}


def lacks(node: Node, wanted: tuple[str, ...]) -> list[str]:
    words, keys = _spaced(plain_text(node)), held(node)
    return [fact for fact in wanted if (fact not in keys if _KEY.fullmatch(fact) else _spaced(fact) not in words)]


PARTS = [part for part in facts() if part.id != "contact"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_every_item_holds_its_facts(part: Part) -> None:
    nodes = parts_of(section(part.id))
    assert len(nodes) == len(part.items)
    lacking = [
        (str(node.location), fact)
        for node, wanted in zip(nodes, part.items, strict=True)
        for fact in lacks(node, wanted)
    ]
    assert lacking == []


def test_front_matter_holds_its_facts() -> None:
    (contact,) = (part for part in facts() if part.id == "contact")
    meta = cv().meta
    keys = ("honorific", "name", "affiliation", "address", "email", "phone")
    assert [meta[key] for key in keys] + [link["label"] for link in meta["links"]] == list(contact.items[0])
    assert meta["own_names"] == ["Lapuschkin S", "Bach S"]
    assert "born" not in meta
    assert "mobile" not in meta


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("talk", 25),
        ("lecture", 8),
        ("course", 18),
        ("position", 7),
        ("service", 6),
        ("degree", 4),
        ("project", 7),
        ("lead", 3),
        ("award", 8),
        ("patent", 7),
        ("journal", 32),
        ("conference", 44),
        ("book", 1),
        ("chapter", 4),
        ("preprint", 13),
        ("publication", 94),
        ("publication and date >= 2020", 74),
        ("publication and selected", 10),
    ],
)
def test_numbers_of_items(expression: str, number: int) -> None:
    assert len(list(items(cv(), parse_expression(expression)))) == number


def test_the_year_of_a_publication_is_the_one_it_is_sorted_by() -> None:
    wrong = [
        str(node.location)
        for node, context in items(cv(), parse_expression("publication"))
        if f" ({context.keys['date']}). " not in _spaced(plain_text(node))
    ]
    assert wrong == []


NEWEST_FIRST = (
    "teaching-girona",
    "teaching-tub",
    "talks",
    "lectures",
    "funding",
    "patents",
    "journal-articles",
    "conference-papers",
    "books",
    "book-chapters",
    "preprints",
)


@pytest.mark.parametrize("id", NEWEST_FIRST)
def test_lists_are_newest_first(id: str) -> None:
    starts = [parse_date(node.attr.get("date")).first for node in parts_of(section(id))]
    assert starts == sorted(starts, reverse=True)


def test_every_tag_is_listed_and_every_listed_tag_is_used() -> None:
    used = {tag for node in walk(cv()) for tag in node.attr.tags} - {"uri", "email"}
    assert used == set(cv().meta["tags"])


def test_nothing_is_to_be_said_about_the_cv() -> None:
    report = Report()
    fill_counts(polyvita.read(CV, report=report), report=report)
    assert list(report) == []


# ---------------------------------------------------------------- the test's own tools


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "starts with a part"),
        ("# only a remark\n", "starts with a part"),
        ("words before\n== a 1 ==\nfact\n", "starts with a part"),
        ("== a ==\nfact\n", "not the start of a part"),
        ("== a 2 ==\n\nfact\n", "announces 2 items and has 1"),
        ("== a 0 ==\n", "announces 0 items and has 0"),
    ],
)
def test_a_file_of_facts_that_cannot_be_true_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_facts(text)


def test_a_fact_that_is_not_there_is_missed() -> None:
    everything = "\n".join(_as_shown(fact, "en") for part in facts() for item in part.items for fact in item)
    assert missing(everything) == []
    assert missing(everything.replace("EP 3271863", "EP 3271864")) == ["EP 3271863"]
    assert missing(everything.replace("14 Aug 2025", "15 Aug 2025")) == ["date: 2025-08-14"]
    assert missing("") == [fact for part in facts() for item in part.items for fact in item]


def test_an_item_that_lost_a_fact_is_found() -> None:
    first = parts_of(section("talks"))[0]
    assert isinstance(first, ListItem)
    assert lacks(first, ("Aalborg", "Ålborg", "date: 2025-08-14", "date: 2025-08-15")) == ["Ålborg", "date: 2025-08-15"]

"""`cv.md` contains its facts: every title, name, number and date, each in the right item.

`tests/data/cv-facts.txt` lists the facts. It was written from the sources of the CV, not from `cv.md`.
"""

from __future__ import annotations

import pytest

from cv_facts import (
    Part,
    cv_section,
    facts,
    items_of,
    missing_facts,
    missing_in_item,
    normal_space,
    read_facts,
    shipped_cv,
    shown_fact,
)
from polyvita.config.expression_parser import parse_expression
from polyvita.core.dates import parse_date
from polyvita.core.document import (
    ListItem,
    plain_text,
    walk,
)
from polyvita.core.source import read_source
from polyvita.reader import read_document
from polyvita.transforms.context import find_items
from polyvita.transforms.counts import fill_counts
from repository import CV_FILE

# ---------------------------------------------------------------- the items of cv.md


PARTS = [part for part in facts() if part.id != "contact"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_every_item_contains_its_facts(part: Part) -> None:
    nodes = items_of(cv_section(part.id))
    assert len(nodes) == len(part.items)
    lacking = [
        (str(node.location), fact)
        for node, wanted in zip(nodes, part.items, strict=True)
        for fact in missing_in_item(node, wanted)
    ]
    assert lacking == []


def test_front_matter_contains_its_facts() -> None:
    (contact,) = (part for part in facts() if part.id == "contact")
    meta = shipped_cv().meta
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
    assert len(list(find_items(shipped_cv(), parse_expression(expression)))) == number


def test_the_year_of_a_publication_is_the_one_it_is_sorted_by() -> None:
    wrong = [
        str(node.location)
        for node, context in find_items(shipped_cv(), parse_expression("publication"))
        if f" ({context.keys['date']}). " not in normal_space(plain_text(node))
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
    starts = [parse_date(node.attr.get("date")).first for node in items_of(cv_section(id))]
    assert starts == sorted(starts, reverse=True)


def test_every_tag_is_listed_and_every_listed_tag_is_used() -> None:
    used = {tag for node in walk(shipped_cv()) for tag in node.attr.tags} - {"uri", "email"}
    assert used == set(shipped_cv().meta["tags"])


def test_the_cv_has_no_findings() -> None:
    document, findings = read_document(read_source(CV_FILE))
    assert (findings, fill_counts(document)[1]) == ((), ())


# ---------------------------------------------------------------- the helpers can fail


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
def test_a_wrong_file_of_facts_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_facts(text)


def test_a_missing_fact_is_found() -> None:
    everything = "\n".join(shown_fact(fact, "en") for part in facts() for item in part.items for fact in item)
    assert missing_facts(everything) == []
    assert missing_facts(everything.replace("EP 3271863", "EP 3271864")) == ["EP 3271863"]
    assert missing_facts(everything.replace("14 Aug 2025", "15 Aug 2025")) == ["date: 2025-08-14"]
    assert missing_facts("") == [fact for part in facts() for item in part.items for fact in item]


def test_a_fact_missing_in_an_item_is_found() -> None:
    first = items_of(cv_section("talks"))[0]
    assert isinstance(first, ListItem)
    assert missing_in_item(first, ("Aalborg", "Ålborg", "date: 2025-08-14", "date: 2025-08-15")) == [
        "Ålborg",
        "date: 2025-08-15",
    ]

"""Laws of outlines, for generated documents and expressions."""

from __future__ import annotations

import copy
from collections import Counter
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from polyvita.config.expression import Expression, Not, Or, Tag
from polyvita.config.filter import Part, Selector
from polyvita.core.diagnostics import sorted_findings
from polyvita.core.document import Document, Heading, Node, Row, Section, Table, plain_text, rewrite_document, walk
from polyvita.core.location import Location
from polyvita.transforms import outline_sections
from polyvita.transforms.context import find_items, is_entry
from random_documents import documents, expressions

EVERYTHING = Selector("", Or((Tag("a"), Not(Tag("a")))))


def outline(document: Document, *parts: Part, report_leftovers: bool = False) -> tuple[Document, list[str]]:
    """Return the outlined document, and the location and code of each finding."""
    new, findings = outline_sections(document, sections=parts, location=Location, report_leftovers=report_leftovers)
    return new, [f"{finding.location.file} {finding.code}" for finding in sorted_findings(findings)]


def selector(expression: Expression) -> Selector:
    return Selector("", expression.root)


def words(document: Document, *, bare: bool = False) -> Counter[str]:
    """Return all words, except those of headings and of table heads.

    A heading is lost with the last of its content; a table head may be shown twice. With `bare`, headings without
    content count.
    """
    excluded: Counter[str] = Counter()
    for node in walk(document):
        match node:
            case Section(heading=head, blocks=(_, *_)) | Table(head=head):
                excluded.update(plain_text(head).split())
            case Section(heading=head) if not bare and not is_entry(node):
                excluded.update(plain_text(head).split())
            case _:
                pass
    return Counter(plain_text(document).split()) - excluded


def with_ids(document: Document) -> tuple[Document, list[str]]:
    """Return the sections of the document, each with a new id, and the ids of the top-level sections."""
    serial = iter(range(1000))

    def change(node: Node) -> Node:
        if isinstance(node, Section):
            return structs.replace(node, attr=structs.replace(node.attr, id=f"s{next(serial)}"))
        return node

    document = structs.replace(document, blocks=tuple(b for b in document.blocks if isinstance(b, Section)))
    document = rewrite_document(document, change)
    return document, [block.attr.id for block in document.blocks]


@given(documents, expressions, expressions)
def test_nothing_is_shown_twice_and_nothing_is_lost(document: Document, first: Expression, second: Expression) -> None:
    parts = [Part(title="t", items=selector(expression)) for expression in (first, second)]
    some, _ = outline(document, *parts)
    assert words(some) <= words(document)
    everything, _ = outline(document, *parts, Part(items=EVERYTHING))
    assert words(everything) == words(document)


@given(documents, expressions)
def test_content_without_a_part_is_reported(document: Document, chosen: Expression) -> None:
    part = Part(title="t", items=selector(chosen))
    shown, findings = outline(document, part, report_leftovers=True)
    lost = words(document, bare=True) - Counter(plain_text(shown).split())
    assert ("sections PV117" in findings) == bool(lost)


@given(documents)
def test_naming_every_section_changes_nothing(document: Document) -> None:
    document, ids = with_ids(document)
    assert outline(document, *(Part(from_=(id,)) for id in ids), report_leftovers=True) == (document, [])


@given(documents, st.randoms(use_true_random=False))
def test_a_part_without_a_title_equals_its_parts(document: Document, random: Random) -> None:
    document, ids = with_ids(document)
    random.shuffle(ids)
    one_by_one, _ = outline(document, *(Part(from_=(id,)) for id in ids))
    assert outline(document, Part(from_=tuple(ids)))[0] == one_by_one
    assert outline(document, Part(sections=tuple(Part(from_=(id,)) for id in ids)))[0] == one_by_one
    assert [block.attr.id for block in one_by_one.blocks] == ids


@given(documents, expressions, expressions)
def test_moved_content_matches_the_same_expressions(document: Document, chosen: Expression, asked: Expression) -> None:
    """Inherited tags and keys move with an item, so an expression matches it before and after."""
    assume("date" not in repr((chosen.root, asked.root)))  # The date of an entry around an item does not move with it.
    moved, _ = outline(document, Part(title="t", items=selector(chosen)))
    before = [node for node, context in find_items(document, chosen) if context.satisfies(asked)]
    after = list(find_items(moved, chosen))
    assert [plain_text(n) for n, context in after if context.satisfies(asked)] == [plain_text(n) for n in before]


@given(documents, expressions)
def test_heading_levels_follow_the_outline(document: Document, chosen: Expression) -> None:
    inner = Part(title="u", items=selector(chosen))
    moved, findings = outline(document, Part(title="t", sections=(inner,)))
    levels = [node.level for node in walk(moved) if isinstance(node, Heading)]
    assert levels[:2] == ([] if findings else [1, 2])
    assert all(level >= 3 for level in levels[2:])


@given(documents, expressions)
def test_table_rows_keep_their_head(document: Document, chosen: Expression) -> None:
    moved, _ = outline(document, Part(items=selector(chosen)))
    wanted = [plain_text(node) for node, _ in find_items(document, chosen) if isinstance(node, Row)]
    tables = [node for node in moved.blocks if isinstance(node, Table)]
    assert [plain_text(row) for table in tables for row in table.rows] == wanted
    assert {plain_text(table.head) for table in tables} == ({"h i"} if wanted else set())


@given(documents, expressions)
def test_the_input_is_not_changed(document: Document, chosen: Expression) -> None:
    before = copy.deepcopy(document)
    outline(document, Part(title="t", items=selector(chosen)))
    assert document == before

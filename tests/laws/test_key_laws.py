"""Laws of keys: a transform keeps the key of every node, and a node that it makes has none."""

from __future__ import annotations

import datetime

from hypothesis import given
from msgspec import structs

from polyvita import select
from polyvita.builder.job import Job
from polyvita.builder.steps import PREPARATION_STEPS, SELECTION_STEPS, run_steps
from polyvita.config.filter import Filter, Limit, Selector
from polyvita.core.document import (
    BulletList,
    Document,
    ListItem,
    Node,
    Paragraph,
    Text,
    number_nodes,
    plain_text,
    rewrite_document,
    walk,
)
from polyvita.core.location import NOWHERE, Location
from random_documents import documents, filters


def located_by_key(document: Document) -> Document:
    """Return the document in which the line of each node is its key, to recognize the node later."""
    return rewrite_document(document, lambda node: structs.replace(node, location=Location("cv.md", node.key)))


@given(documents.map(located_by_key), filters())
def test_the_steps_keep_keys(document: Document, filter: Filter) -> None:
    job = Job.create(document, filter, today=datetime.date(2026, 1, 1))
    for _name, step in (*PREPARATION_STEPS, *SELECTION_STEPS):
        document, _ = step(document, job)
        for node in walk(document):
            assert node.key == (node.location.line if node.location.file == "cv.md" else 0), node


@given(documents, filters())
def test_other_keys_select_the_same(document: Document, filter: Filter) -> None:
    """Keys have no meaning: with other keys, a filter shows the same."""

    def renumber(node: Node) -> Node:
        return structs.replace(node, key=1_000_000 - node.key)

    job = Job.create(document, filter, today=datetime.date(2026, 1, 1))
    steps = (*PREPARATION_STEPS, *SELECTION_STEPS)
    other = number_nodes(rewrite_document(document, renumber))
    one, _ = run_steps(steps, document, job)
    assert run_steps(steps, other, structs.replace(job, document=other))[0] == one


def test_a_document_of_a_program_is_selected_like_any_other() -> None:
    items = tuple(ListItem((Paragraph((Text(name),)),)) for name in ("one", "two", "three"))
    most_two = Limit(2, Selector.from_text("untagged", NOWHERE))
    assert plain_text(select(Document((BulletList(items),)), Filter(limit=(most_two,)))) == "one\ntwo"

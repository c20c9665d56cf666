"""The reader gives every node a key of its own."""

from __future__ import annotations

import pickle

from hypothesis import given
from msgspec import msgpack

from polyvita import read_text
from polyvita.core.document import Document, Note, Text, walk
from random_markdown import markdown


def keys(document: Document) -> list[int]:
    return [node.key for node in walk(document)]


def keys_by_line(document: Document) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for node in walk(document):
        found.setdefault(node.location.line, []).append(node.key)
    return found


@given(markdown)
def test_no_two_nodes_have_the_same_key(text: str) -> None:
    found = keys(read_text(text))
    assert len(set(found)) == len(found)
    assert 0 not in found


@given(markdown)
def test_the_same_text_gets_the_same_keys(text: str) -> None:
    assert keys(read_text(text)) == keys(read_text(text))


@given(markdown)
def test_keys_survive_the_way_to_another_process(text: str) -> None:
    document = read_text(text)
    assert keys(msgpack.decode(msgpack.encode(document, enc_hook=dict), type=Document)) == keys(document)
    assert keys(pickle.loads(pickle.dumps(document))) == keys(document)  # noqa: S301 - these bytes are our own


def test_a_footnote_with_two_marks_has_two_sets_of_keys() -> None:
    document = read_text("a[^1] b[^1]\n\n[^1]: c *d*\n")
    one, other = (node for node in walk(document) if isinstance(node, Note))
    assert one == other
    assert not {node.key for node in walk(one)} & {node.key for node in walk(other)}


def test_empty_cells_that_fill_up_a_row_have_keys() -> None:
    found = keys(read_text("| a | b | c |\n|---|---|---|\n| d |\n"))
    assert len(set(found)) == len(found)


def test_a_change_in_one_line_leaves_the_keys_of_all_other_lines() -> None:
    before = keys_by_line(read_text("# A\n\n- one\n- two\n\nthree\n"))
    after = keys_by_line(read_text("# A\n\n- one\n- *two* [or](b) more\n\nthree\n"))
    assert before.pop(4) != after.pop(4)
    assert before == after


def test_a_text_that_was_read_before_keeps_its_keys() -> None:
    """Inline nodes are cached from one reading to the next."""
    first = read_text("a *b*\n\nc\n")
    before = keys(first)
    second = read_text("a *b*\n\nc *d* e\n")
    assert keys(first) == before
    assert len(set(keys(second))) == len(keys(second))
    assert [node.key for node in walk(second) if node == Text("b")] == [
        node.key for node in walk(first) if node == Text("b")
    ]

"""Keys and locations do not count when nodes are compared; `number_nodes` gives keys."""

from __future__ import annotations

from hypothesis import given
from msgspec import structs

from polyvita.core.document import (
    Attributes,
    Document,
    Emph,
    Inline,
    Node,
    Paragraph,
    Text,
    number_nodes,
    rewrite_document,
    walk,
)
from polyvita.core.location import Location
from random_documents import documents


def keys(document: Document) -> list[int]:
    return [node.key for node in walk(document)]


def without_keys(document: Document) -> Document:
    return rewrite_document(document, lambda node: structs.replace(node, key=0, location=Location("a", node.key)))


def paragraph(*inlines: Inline, key: int = 0, line: int = 0) -> Paragraph:
    return Paragraph(inlines, key=key, location=Location(line=line))


def test_nodes_that_differ_in_key_and_location_are_equal() -> None:
    one, other = Text("a", key=1, location=Location("a", 1)), Text("a", key=2)
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert one != Text("b", key=1)
    assert one != Text("a", attr=Attributes("a"), key=1)


@given(documents)
def test_documents_that_differ_in_keys_and_locations_are_equal(document: Document) -> None:
    other = without_keys(document)
    assert keys(other) != keys(document)
    assert (other, hash(other), repr(other)) == (document, hash(document), repr(document))


@given(documents)
def test_numbering_gives_every_node_a_key_and_changes_nothing_else(document: Document) -> None:
    bare = without_keys(document)
    numbered = number_nodes(bare)
    assert numbered == bare
    assert len(set(keys(numbered))) == len(keys(numbered))
    assert 0 not in keys(numbered)
    assert [node.location for node in walk(numbered)] == [node.location for node in walk(bare)]


@given(documents)
def test_numbered_nodes_keep_their_keys(document: Document) -> None:
    assert keys(number_nodes(document)) == keys(document)


def test_only_nodes_without_a_key_of_their_own_get_a_new_one() -> None:
    text = Text("b", key=1)
    document = Document((paragraph(Text("a"), text, key=3, line=1), paragraph(Emph((text,)), key=3)))
    numbered = keys(number_nodes(document))
    assert numbered[0] == 3
    assert numbered[2] == 1
    assert len(set(numbered)) == len(numbered)


def test_a_changed_node_keeps_its_key() -> None:
    document = number_nodes(Document((paragraph(Text("a"), Emph((Text("b"),))),)))

    def shout(node: Node) -> Node:
        return structs.replace(node, text=node.text.upper()) if isinstance(node, Text) else node

    assert keys(rewrite_document(document, shout)) == keys(document)

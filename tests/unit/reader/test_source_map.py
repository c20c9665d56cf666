"""Every node is at its location in the source."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given

from polyvita import read_text
from polyvita.core import document as d
from polyvita.core.document import Node, walk
from polyvita.core.location import Location
from random_markdown import markdown

NODE_STARTS: dict[type[Node], str] = {
    d.SoftBreak: r"$",
    d.LineBreak: r"  |\\$",
    d.Emph: r"[*_]|<i>",
    d.Strong: r"\*\*|<b>",
    d.Strikeout: r"~~",
    d.Superscript: r"\^",
    d.Subscript: r"~",
    d.Code: r"`",
    d.Link: r"\[|<http",
    d.Image: r"!\[",
    d.Span: r"\[",
    d.Note: r"\[\^",
    d.RawInline: r"<",
    d.BlockQuote: r">",
    d.BulletList: r"[-*+] ",
    d.OrderedList: r"\d+\. ",
    d.ListItem: r"([-*+]|\d+\.) ",
    d.Definition: r": ",
    d.Table: r"\||<table>",
    d.Row: r"\||<tr>|<table>",
    d.ThematicBreak: r"\*\*\*",
    d.Div: r":::",
}
"""How the source of each kind of node begins."""


def source_at(lines: list[str], location: Location) -> str:
    assert 0 < location.line <= len(lines), location
    assert 0 < location.column <= len(lines[location.line - 1]) + 1, location
    return lines[location.line - 1][location.column - 1 :]


def check(lines: list[str], node: Node) -> None:
    source = source_at(lines, node.location)
    match node:
        case d.Text(text=text):
            # The source contains escapes and entities, so the text is compared only up to the first of them.
            plain = re.split(r"[*&\\]", text)[0]
            assert source.startswith(plain), node
            if plain == text:
                assert node.location.width == len(text), node
        case d.Paragraph() | d.Heading() | d.DefinitionList() | d.DefinitionItem() | d.Cell():
            words = d.plain_text(node).split()
            first = re.split(r"[*&\\]", words[0])[0] if words else ""
            assert first in source, node
        case d.CodeBlock():
            before = lines[node.location.line - 1][: node.location.column - 1]
            assert source.startswith("```") or before.endswith("    "), node
        case d.Section(heading=heading):
            assert node.location == heading.location
        case _:
            assert re.match(NODE_STARTS[type(node)], source), node
    if node.attr.raw and node.attr.location.line:
        written = "\n".join(lines[node.attr.location.line - 1 :])[node.attr.location.column - 1 :]
        assert written.startswith(node.attr.raw), node.attr
        assert node.attr.raw[0] == "{", node.attr
        assert node.attr.raw[-1] == "}", node.attr
        for tag in node.attr.tags:
            assert source_at(lines, node.attr.location_of(f".{tag}")).startswith(f".{tag}")


@given(markdown)
def test_every_node_is_at_its_location(text: str) -> None:
    lines = text.split("\n")
    for node in walk(read_text(text)):
        check(lines, node)


@pytest.mark.slow
@given(markdown)
def test_line_ends_and_a_byte_order_mark_do_not_change_locations(text: str) -> None:
    locations = [node.location for node in walk(read_text(text))]
    for other in ("\ufeff" + text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        assert [node.location for node in walk(read_text(other))] == locations


@given(markdown)
def test_texts_do_not_overlap(text: str) -> None:
    """The texts of the tree are in the order of the source, except those of footnotes."""
    without_footnotes = d.rewrite_document(read_text(text), lambda node: None if isinstance(node, d.Note) else node)
    locations = [node.location for node in walk(without_footnotes) if isinstance(node, d.Text)]
    for one, other in pairwise(locations):
        assert (one.line, one.column + one.width) <= (other.line, other.column) or one.line < other.line


EXAMPLE = """\
---
name: A
---

# Head {.a #i}

- item
  > quoted *emph*
  > lazy
goes on {.b
  k=v}

  ::: {.c}
  1)  | x | `y|z` |
      |---|---|
      | **1** | 2 {.d} |
  :::

Term [^n]
:   Def

    \tcode

[^n]:
    Note
"""


@pytest.mark.parametrize(
    ("kind", "locations"),
    [
        (d.Heading, [(5, 1)]),
        (d.BulletList, [(7, 1)]),
        (d.ListItem, [(7, 1), (14, 3)]),
        (d.Paragraph, [(7, 3), (8, 5), (25, 5), (20, 5)]),
        (d.BlockQuote, [(8, 3)]),
        (d.Emph, [(8, 12)]),
        (d.SoftBreak, [(8, 18), (9, 9)]),
        (d.Div, [(13, 3)]),
        (d.Row, [(14, 7), (16, 7)]),
        (d.Cell, [(14, 9), (14, 13), (16, 9), (16, 17)]),
        (d.Strong, [(16, 9)]),
        (d.Code, [(14, 13)]),
        (d.DefinitionItem, [(19, 1)]),
        (d.Definition, [(20, 1)]),
        (d.CodeBlock, [(22, 6)]),
        (d.Note, [(19, 6)]),
    ],
)
def test_locations_in_containers(kind: type[Node], locations: list[tuple[int, int]]) -> None:
    found = [node for node in walk(read_text(EXAMPLE)) if isinstance(node, kind)]
    assert [(node.location.line, node.location.column) for node in found] == locations


def test_locations_of_attributes() -> None:
    found = {
        node.attr.tags: str(node.attr.location) for node in walk(read_text(EXAMPLE, file="cv.md")) if node.attr.raw
    }
    assert found == {
        ("a",): "cv.md:5:8",
        ("b",): "cv.md:10:9",
        ("c",): "cv.md:13:7",
        ("d",): "cv.md:16:19",
    }

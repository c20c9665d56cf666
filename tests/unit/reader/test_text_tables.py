"""Tables that are drawn with text: Pandoc's grid, simple and multiline tables, and those of kramdown and Org."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita import read_text
from polyvita.core import document as d
from polyvita.core.document import plain_text, walk

GRID = """\
+----------+-------------------+
| Year     | What **bold**     |
+==========+==================:+
| 2010     | - one [x]{.tag}   |
|          | - two             |
|          |                   |
|          | Paragraph[^n]     |
+----------+-------------------+
| 2012     | [Last] {.sel      |
|          | date=2012}        |
+----------+-------------------+

[^n]: A note.

[Last]: https://last.example
"""
SIMPLE = """\
  Right     Left     Center     Default
-------     ------ ----------   -------
     12     12        12            12
    123     123       123          123 {.a}
"""
WITHOUT_HEAD = """\
-------     ------ ----------   -------
     12     12        12             12
    123     123       123           123
-------     ------ ----------   -------
"""
MULTILINE = """\
-------------------------------------------------------------
 Centered   Default           Right Left
  Header    Aligned         Aligned Aligned
----------- ------- --------------- -------------------------
   First    row                12.0 Example of a row that
                                    spans multiple lines.

  Second    row                 5.0 Here's another one.
-------------------------------------------------------------
"""


def table_of(text: str) -> d.Table:
    [table] = [node for node in walk(read_text(text)) if isinstance(node, d.Table)]
    return table


def cells(table: d.Table) -> list[list[str]]:
    return [[plain_text(cell) for cell in row.cells] for row in (table.head, *table.rows)]


def test_grid_tables() -> None:
    table = table_of(GRID)
    assert cells(table) == [["Year", "What bold"], ["2010", "• one x • two Paragraph\nA note."], ["2012", "Last"]]
    assert table.alignments == ("default", "right")
    assert [row.attr.tags for row in table.rows] == [(), ("sel",)]
    assert table.rows[1].attr.get("date") == "2012"
    by_type = {type(node): node for node in walk(table)}
    assert by_type[d.Span].attr.tags == ("tag",)
    assert isinstance(link := by_type[d.Link], d.Link)
    assert link.url == "https://last.example"
    assert (by_type[d.Strong].location.line, by_type[d.Strong].location.column) == (2, 19)


def test_simple_tables() -> None:
    table = table_of(SIMPLE)
    assert cells(table)[:2] == [["Right", "Left", "Center", "Default"], ["12", "12", "12", "12"]]
    assert table.alignments == ("right", "left", "center", "default")
    assert table.rows[1].attr.tags == ("a",)
    assert cells(table_of(WITHOUT_HEAD)) == [[], ["12"] * 4, ["123"] * 4]


def test_multiline_tables() -> None:
    assert cells(table_of(MULTILINE)) == [
        ["Centered Header", "Default Aligned", "Right Aligned", "Left Aligned"],
        ["First", "row", "12.0", "Example of a row that spans multiple lines."],
        ["Second", "row", "5.0", "Here's another one."],
    ]


@pytest.mark.parametrize("indent", ["", "    "], ids=["top", "list item"])
@pytest.mark.parametrize("text", [GRID.partition("\n\n")[0], SIMPLE, WITHOUT_HEAD, MULTILINE])
def test_every_word_is_at_its_location(text: str, indent: str) -> None:
    source = ("- item\n\n" if indent else "") + "".join(
        f"{indent}{line}\n" if line else "\n" for line in text.split("\n")
    )
    lines = source.split("\n")
    for node in walk(table_of(source)):
        if isinstance(node, d.Text) and node.text != "• ":
            assert lines[node.location.line - 1][node.location.column - 1 :].startswith(node.text)


@pytest.mark.parametrize(
    "text",
    [
        "+------+----+\n| 解説 | ab |\n+------+----+\n",  # as Pandoc counts columns
        "+----+----+\n| 解説 | ab |\n+----+----+\n",  # as an editor counts characters
        "- x\n\n  +----+----+\n  | 解説 | ab |\n  +----+----+\n",
    ],
)
def test_wide_characters(text: str) -> None:
    assert cells(table_of(text)) == [[], ["解説", "ab"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| a | b |\n| c | d | {.r}\n", [[], ["a", "b"], ["c", "d"]]),
        ("|---|---|\n| a | b |\n", [[], ["a", "b"]]),
        ("| H | I |\n|---+--:|\n| a | b |\n|---+---|\n| c | d |\n", [["H", "I"], ["a", "b"], ["c", "d"]]),
        ("|---+---|\n| H | I |\n|---|--:|\n| a | b |\n|===+===|\n| c | d |\n", [["H", "I"], ["a", "b"], ["c", "d"]]),
    ],
)
def test_tables_of_kramdown_and_org(text: str, expected: list[list[str]]) -> None:
    assert cells(table_of(text)) == expected


def test_captions_are_paragraphs() -> None:
    first, second = read_text(f"{SIMPLE}\n: A *caption*\n").blocks
    assert isinstance(first, d.Table)
    assert plain_text(second) == "A caption"


def test_line_blocks() -> None:
    [paragraph] = read_text("| 200 Main St.\n| Northmoor {.address}\n").blocks
    assert isinstance(paragraph, d.Paragraph)
    assert paragraph == d.Paragraph(
        (d.Text("200 Main St."), d.LineBreak(), d.Text("Northmoor")), attr=d.Attributes(tags=("address",))
    )


PROSE = [
    "Some text\n--- --- ---\nMore text here\n",
    "---\n\nA\n\n--- ---\n\nB\n",
    "Berlin | Germany | 2010\n",
    "| a | b |\n",
    "| one line\n",
    "2010 -- 2012\n-- --\nand more\n",
    "--- ---\n\nAll words here\n\n--- ---\n",
    "C+++C and a + b\n",
    "+--- not a table\n",
    "> +---+---+\n",
    "```\n+---+---+\n| a | b |\n+---+---+\n```\n",
    "    a    b\n    ---- ----\n    1    2\n",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_table(text: str) -> None:
    assert not [node for node in walk(read_text(text)) if isinstance(node, d.Table)]


LINE = st.text(st.sampled_from("ab +-=|:  "), max_size=14)


@given(st.lists(LINE | st.sampled_from(["--- ---", "+---+---+", "| a | b |", "----------"]), max_size=7))
def test_no_text_is_lost(lines: list[str]) -> None:
    """Letters are never lost, whatever is taken for a table."""
    text = "\n".join(lines)
    assert sorted(re.findall(r"[ab]", text)) == sorted(re.findall(r"[ab]", plain_text(read_text(text))))

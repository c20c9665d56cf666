"""The conversion of the document tree to Pandoc's AST, including nodes that Pandoc does not have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from polyvita import markdown_to_pandoc, read_text, to_pandoc
from polyvita.config.theme import DocumentInfo, Theme
from polyvita.core import document as d
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.writers import write
from polyvita.writers.pandoc import write_with_pandoc
from polyvita.writers.prepare import prepare
from polyvita.writers.typst_source import typst_source
from random_documents import documents
from random_markdown import markdown

A = d.Attributes("i", ("a",), (("k", "v"),))
PANDOC_A = ["i", ["a"], [["k", "v"]]]
NO_ATTR = ["", [], []]


def blocks(*nodes: d.Block) -> list[Any]:
    ast = to_pandoc(d.Document(tuple(nodes)))
    assert ast == {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": ast["blocks"]}
    found: list[Any] = ast["blocks"]
    return found


def inlines(*nodes: d.Inline) -> Any:
    [paragraph] = blocks(d.Paragraph(tuple(nodes)))
    assert paragraph["t"] == "Para"
    return paragraph["c"]


def words(text: str) -> list[Any]:
    """Return the nodes of `a b` in Pandoc."""
    first, *rest = ({"t": "Str", "c": word} for word in text.split(" "))
    return [first, *(node for word in rest for node in ({"t": "Space"}, word))]


def plain(text: str) -> Any:
    return {"t": "Plain", "c": words(text)}


def wrapped(*inside: Any) -> Any:
    return {"t": "Div", "c": [PANDOC_A, list(inside)]}


X = d.Text("x")
PARA = d.Paragraph((X,))
TIGHT = d.Paragraph((X,), tight=True)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (d.Paragraph((X,), tight=True), [plain("x")]),
        (d.Paragraph((X,), attr=A), [wrapped({"t": "Para", "c": words("x")})]),
        (d.CodeBlock("x", attr=A), [{"t": "CodeBlock", "c": [PANDOC_A, "x"]}]),
        (d.RawBlock("html", "x"), [{"t": "RawBlock", "c": ["html", "x"]}]),
        (d.ThematicBreak(), [{"t": "HorizontalRule"}]),
        (d.BlockQuote((TIGHT,)), [{"t": "BlockQuote", "c": [plain("x")]}]),
        (d.Div((TIGHT,), attr=A), [wrapped(plain("x"))]),
        (
            d.BulletList((d.ListItem((TIGHT,)), d.ListItem((TIGHT, TIGHT), attr=A))),
            [{"t": "BulletList", "c": [[plain("x")], [wrapped(plain("x"), plain("x"))]]}],
        ),
        (
            d.OrderedList((d.ListItem((TIGHT,)), d.ListItem(())), start=3, delimiter=")"),
            [{"t": "OrderedList", "c": [[3, {"t": "Decimal"}, {"t": "OneParen"}], [[plain("x")], []]]}],
        ),
        (
            d.DefinitionList((d.DefinitionItem((X,), (d.Definition((TIGHT,), attr=A), d.Definition(()))),)),
            [{"t": "DefinitionList", "c": [[words("x"), [[wrapped(plain("x"))], []]]]}],
        ),
        (
            d.DefinitionList((d.DefinitionItem((X,), (), attr=A),), attr=A),
            [wrapped({"t": "DefinitionList", "c": [[[{"t": "Span", "c": [PANDOC_A, words("x")]}], []]]})],
        ),
        (
            d.Section(d.Heading(2, (X,)), (TIGHT, d.Section(d.Heading(3, (X,)))), attr=A),
            [
                {"t": "Header", "c": [2, PANDOC_A, words("x")]},
                plain("x"),
                {"t": "Header", "c": [3, NO_ATTR, words("x")]},
            ],
        ),
    ],
    ids=lambda value: (
        f"{type(value).__name__}{' with attributes' * bool(value.attr)}" if isinstance(value, d.Node) else ""
    ),
)
def test_block(node: d.Block, expected: list[Any]) -> None:
    assert blocks(node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (d.SoftBreak(), {"t": "SoftBreak"}),
        (d.LineBreak(), {"t": "LineBreak"}),
        (d.Emph((X,)), {"t": "Emph", "c": words("x")}),
        (d.Strong((X,)), {"t": "Strong", "c": words("x")}),
        (d.Underline((X,)), {"t": "Underline", "c": words("x")}),
        (d.Strikeout((X,)), {"t": "Strikeout", "c": words("x")}),
        (d.Superscript((X,)), {"t": "Superscript", "c": words("x")}),
        (d.Subscript((X,)), {"t": "Subscript", "c": words("x")}),
        (d.Emph((X,), attr=A), {"t": "Span", "c": [PANDOC_A, [{"t": "Emph", "c": words("x")}]]}),
        (d.Code("x  y", attr=A), {"t": "Code", "c": [PANDOC_A, "x  y"]}),
        (d.Link((X,), "u", "t", attr=A), {"t": "Link", "c": [PANDOC_A, words("x"), ["u", "t"]]}),
        (d.Image((X,), "u", attr=A), {"t": "Image", "c": [PANDOC_A, words("x"), ["u", ""]]}),
        (d.Span((X,), attr=A), {"t": "Span", "c": [PANDOC_A, words("x")]}),
        (d.Note((TIGHT,)), {"t": "Note", "c": [plain("x")]}),
        (d.RawInline("html", "<x>"), {"t": "RawInline", "c": ["html", "<x>"]}),
    ],
    ids=lambda value: (
        f"{type(value).__name__}{' with attributes' * bool(value.attr)}" if isinstance(value, d.Node) else ""
    ),
)
def test_inline(node: d.Inline, expected: Any) -> None:
    assert inlines(node) == [expected]


def test_text_becomes_words_and_spaces() -> None:
    assert inlines(d.Text(" a  b\u00a0c\td\ne ")) == [
        {"t": "Space"},
        {"t": "Str", "c": "a"},
        {"t": "Space"},
        {"t": "Str", "c": "b\u00a0c\td\ne"},
        {"t": "Space"},
    ]


def test_blanks_in_a_row_become_one() -> None:
    document = d.Document((d.Paragraph((d.Text("machine de      calcul\tx"),)),))
    [block] = to_pandoc(document, split_words=False)["blocks"]
    assert block["c"] == [{"t": "Str", "c": "machine de calcul x"}]


def test_neighbours_of_one_type_are_joined() -> None:
    assert inlines(d.Text("a"), d.Text("b "), d.Text(" c"), d.Emph((X,)), d.Emph((d.Text(" y"),)), d.Strong((X,))) == [
        *words("ab c"),
        {"t": "Emph", "c": words("x y")},
        {"t": "Strong", "c": words("x")},
    ]


def table(*, head: d.Row) -> list[Any]:
    rows = (d.Row((d.Cell((X,)), d.Cell(())), attr=A),)
    [node] = blocks(d.Table(head, rows, ("left", "default")))
    assert node["t"] == "Table"
    content: list[Any] = node["c"]
    return content


def test_tables() -> None:
    cell = lambda *inside: [NO_ATTR, {"t": "AlignDefault"}, 1, 1, list(inside)]  # noqa: E731
    columns = [[{"t": "AlignLeft"}, {"t": "ColWidthDefault"}], [{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]]
    row = [PANDOC_A, [cell(plain("x")), cell()]]
    rest = [[[NO_ATTR, 0, [], [row]]], [NO_ATTR, []]]
    head = [[NO_ATTR, [cell(plain("x")), cell(plain("x"))]]]
    assert table(head=d.Row((d.Cell((X,)),) * 2)) == [NO_ATTR, [None, []], columns, [NO_ATTR, head], *rest]
    assert table(head=d.Row(())) == [NO_ATTR, [None, []], columns, [NO_ATTR, []], *rest]


# ---------------------------------------------------------------- numbers


def runs(*numbers: int | None, start: int = 1) -> Any:
    """Return the first number and the length of each list that items with these numbers become."""
    items = tuple(d.ListItem((TIGHT,), number=number) for number in numbers)
    [node] = blocks(d.OrderedList(items, start=start))
    found = [node]
    if node["t"] == "Div":
        attr, found = node["c"]
        assert attr == ["", ["numbered"], []]
    assert all(node["t"] == "OrderedList" for node in found)
    shown = [(node["c"][0][0], len(node["c"][1])) for node in found]
    return shown if node["t"] == "Div" else shown[0]


def test_consecutive_numbers_are_one_list() -> None:
    assert runs(None, None, start=4) == (4, 2)
    assert runs(4, 5, 6) == (4, 3)
    assert runs(1, None) == (1, 2)


def test_other_numbers_are_lists_in_a_div() -> None:
    assert runs(3, 2, 1) == [(3, 1), (2, 1), (1, 1)]
    assert runs(1, 2, 5, 6, 9) == [(1, 2), (5, 2), (9, 1)]


# ---------------------------------------------------------------- laws


@pytest.mark.slow
@settings(max_examples=25)
@given(markdown)
def test_pandoc_accepts_the_ast_of_any_markdown(text: str) -> None:
    """Pandoc reads the AST and writes the same AST."""
    for ast in (to_pandoc(read_text(text)), markdown_to_pandoc(text)):
        assert json.loads(write_with_pandoc(ast, "json"))["blocks"] == ast["blocks"]


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(documents, min_size=5, max_size=5))
def test_pandoc_accepts_the_ast_of_any_document(several: list[d.Document]) -> None:
    ast = to_pandoc(d.Document(tuple(block for document in several for block in document.blocks)))
    assert json.loads(write_with_pandoc(ast, "json"))["blocks"] == ast["blocks"]


@given(documents)
def test_no_word_is_lost(document: d.Document) -> None:
    texts = [node.text for node in d.walk(document) if isinstance(node, d.Text | d.Code | d.CodeBlock)]
    assert strings(to_pandoc(document)) == "".join(texts).replace(" ", "")


def strings(node: Any) -> str:
    """Return the text of an AST without spaces."""
    match node:
        case list():
            return "".join(map(strings, node))
        case {"t": "Str", "c": text}:
            return str(text)
        case {"t": "Code" | "CodeBlock", "c": [_, text]}:
            return str(text)
        case {"t": _, "c": content}:
            return strings(content)
        case {"blocks": inside}:
            return strings(inside)
        case _:
            return ""


def test_an_unknown_node_raises_an_error() -> None:
    with pytest.raises(TypeError, match="unknown type of block: Text"):
        to_pandoc(d.Document((X,)))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unknown type of inline: Paragraph"):
        to_pandoc(d.Document((structs.replace(PARA, inlines=(PARA,)),)))  # type: ignore[arg-type]


# ---------------------------------------------------------------- markdown_to_pandoc


def test_markdown_to_pandoc_reads_like_pandoc() -> None:
    """Front matter is not read, attributes are read only where Pandoc has them, and HTML is unchanged."""
    source = "---\n\n- a {.b}\n\n<!-- c --> d\n\n[e](#) <b>f</b> [g]{.h}\n"
    assert markdown_to_pandoc(source)["blocks"] == [
        {"t": "HorizontalRule"},
        {"t": "BulletList", "c": [[plain("a {.b}")]]},
        {"t": "RawBlock", "c": ["html", "<!-- c --> d"]},
        {
            "t": "Para",
            "c": [
                {"t": "Link", "c": [NO_ATTR, words("e"), ["#", ""]]},
                {"t": "Space"},
                {"t": "RawInline", "c": ["html", "<b>"]},
                {"t": "Str", "c": "f"},
                {"t": "RawInline", "c": ["html", "</b>"]},
                {"t": "Space"},
                {"t": "Span", "c": [["", ["h"], []], words("g")]},
            ],
        },
    ]


def written(ast: Any, format: str) -> bytes | str:
    """Return what a writer writes, or the message of its error."""
    prepared, theme, info = prepare(ast), Theme(), DocumentInfo("T", "A")
    try:
        if format == "typst source":
            return typst_source(prepared, theme, info, Path())
        return write(prepared, format, theme=theme, info=info, folder=Path())
    except (InputError, ExternalError) as problem:
        return str(problem)


@pytest.mark.slow
@settings(max_examples=40)
@given(markdown, st.sampled_from(["typst source", "html", "docx", "txt", "latex"]))
def test_text_in_one_piece_is_written_like_split_text(text: str, format: str) -> None:
    """The output is the same if the writers get fewer nodes than Pandoc filters do."""
    document = read_text(text)
    assert written(to_pandoc(document, split_words=False), format) == written(to_pandoc(document), format)

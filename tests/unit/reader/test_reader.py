"""The document that the reader returns for annotated Markdown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita import markdown_to_pandoc, read_text, to_pandoc
from polyvita.core.diagnostics import InputError
from polyvita.core.document import (
    NO_ATTRIBUTES,
    Attributes,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Emph,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    ListItem,
    Note,
    OrderedList,
    Paragraph,
    RawBlock,
    RawInline,
    Row,
    Section,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Underline,
    plain_text,
    walk,
)

A, B, C = (Attributes(tags=(tag,)) for tag in "abc")


def blocks(text: str) -> tuple[Block, ...]:
    return read_text(text).blocks


def inlines(text: str) -> tuple[Inline, ...]:
    [paragraph] = blocks(text)
    assert isinstance(paragraph, Paragraph)
    assert not paragraph.attr
    return paragraph.inlines


def para(text: str, attr: Attributes = NO_ATTRIBUTES, *, tight: bool = False) -> Paragraph:
    return Paragraph((Text(text),), tight=tight, attr=attr)


def section(level: int, text: str, *inside: Block, **attr: object) -> Section:
    words = text.lower().replace(" ", "-")
    return Section(Heading(level, (Text(text),)), inside, attr=Attributes(**{"id": words, **attr}))  # type: ignore[arg-type]


# ---------------------------------------------------------------- attributes


def test_attributes_of_a_heading_belong_to_its_section() -> None:
    source = "# One {#first .a date=2018}\n\nx\n\n## Two ##\n\ny\n\n# Three\n\nSetext {.b}\n-----\n"
    assert blocks(source) == (
        section(1, "One", para("x"), section(2, "Two", para("y")), id="first", tags=("a",), keys=(("date", "2018"),)),
        section(1, "Three", section(2, "Setext", tags=("b",))),
    )


def test_attributes_of_a_list_item_are_at_the_end_of_its_first_paragraph() -> None:
    source = "1. one\n   goes on {.a}\n\n   more {.b}\n2. two\n   - three {.c}\n"
    inner = BulletList((ListItem((para("three", tight=True),), attr=C),))
    assert blocks(source) == (
        OrderedList(
            (
                ListItem((Paragraph((Text("one"), SoftBreak(), Text("goes on"))), para("more", B)), attr=A),
                ListItem((para("two"), inner)),
            )
        ),
    )


def test_attributes_of_a_list_item_without_text() -> None:
    assert blocks("- {.a}\n") == (BulletList((ListItem((), attr=A),)),)


def test_attributes_of_paragraphs() -> None:
    assert blocks("one {.a}\n\n> two{.b}\n\nthree {.c} <!-- why -->\n") == (
        para("one", A),
        BlockQuote((para("two", B),)),
        para("three", C),
    )


def test_attributes_of_rows() -> None:
    source = "| h {.a} |\n|---|\n| x {.b} |\n| y | {.c}\n"
    row = lambda text, attr: Row((Cell((Text(text),)),), attr=attr)  # noqa: E731
    assert blocks(source) == (Table(row("h", A), (row("x", B), row("y", C)), ("default",)),)


def test_attributes_of_definitions() -> None:
    source = "term {.a}\n: one {.b}\n: two\n"
    one, two = (Definition((para(text, tight=True),), attr=attr) for text, attr in (("one", B), ("two", Attributes())))
    assert blocks(source) == (DefinitionList((DefinitionItem((Text("term"),), (one, two), attr=A),)),)


def test_attributes_directly_after_inlines() -> None:
    assert inlines("[x]{.a}`y`{.b}[z](u){.c}![w](i){.a} <http://v>{.b}") == (
        Span((Text("x"),), attr=A),
        Code("y", attr=B),
        Link((Text("z"),), "u", attr=C),
        Image((Text("w"),), "i", attr=A),
        Text(" "),
        Link((Text("http://v"),), "http://v", attr=Attributes(tags=("uri", "b"))),
    )


def test_attributes_at_the_end_belong_to_the_paragraph_only_after_a_space() -> None:
    assert blocks("x `y`{.a}\n\nx `y` {.a}\n") == (
        Paragraph((Text("x "), Code("y", attr=A))),
        Paragraph((Text("x "), Code("y")), attr=A),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{.a}", A),
        ("{ .a  .b }", Attributes(tags=("a", "b"))),
        ("{#i-1:x .a_b-c:d.e}", Attributes("i-1:x", ("a_b-c:d.e",))),
        ("{#i #j}", Attributes("j")),
        ("{k=v l=\"v w\" m='x y' n= .a}", Attributes("", ("a",), (("k", "v"), ("l", "v w"), ("m", "x y"), ("n", "")))),
        (r'{k="a \"b\" &amp; c" l=a\ b}', Attributes(keys=(("k", 'a "b" & c'), ("l", "a\\ b")))),
        ("{date=2021/.. count=a:b}", Attributes(keys=(("date", "2021/.."), ("count", "a:b")))),
        ("{.a\n  k=v}", Attributes("", ("a",), (("k", "v"),))),
        ('{k="a\nb"}', Attributes(keys=(("k", "a b"),))),
        ("{.ä .名}", Attributes(tags=("ä", "名"))),
        ("{-}", Attributes(tags=("unnumbered",))),
        ("{}", Attributes()),
    ],
)
def test_syntax_of_attributes(written: str, expected: Attributes) -> None:
    assert inlines(f"[x]{written}") == (Span((Text("x"),), attr=expected),)


@pytest.mark.parametrize(
    "written", ["{.}", "{#}", "{=}", "{a}", "{.a,.b}", "{k='v}", "{.a", "{ 1=2 }", "{.a.}b}", '{.a"b"}']
)
def test_invalid_attributes_stay_text(written: str) -> None:
    assert plain_text(inlines(f"x{written} y")) == f"x{written} y"


def test_escaped_braces() -> None:
    assert inlines(r"[x]\{.a} \{.b}") == (Text("[x]{.a} {.b}"),)


def test_attributes_keep_their_source_text_and_location() -> None:
    [paragraph] = blocks("> x {.a\n> k=v}\n")[0].blocks  # type: ignore[union-attr]
    attr = paragraph.attr
    assert (attr.raw, str(attr.location)) == ("{.a\n> k=v}", ":1:5")
    assert [(location.line, location.column) for location in (attr.location_of(".a"), attr.location_of("k="))] == [
        (1, 6),
        (2, 3),
    ]


# ---------------------------------------------------------------- other constructs


def test_inlines() -> None:
    source = "*a* **b** ~~c~~ H~2~O 10^th^ `d` é&eacute;&#233;  \ne\\\nf\n<g@h.i>"
    assert inlines(source) == (
        Emph((Text("a"),)),
        Text(" "),
        Strong((Text("b"),)),
        Text(" "),
        Strikeout((Text("c"),)),
        Text(" H"),
        Subscript((Text("2"),)),
        Text("O 10"),
        Superscript((Text("th"),)),
        Text(" "),
        Code("d"),
        Text(" ééé"),
        LineBreak(),
        Text("e"),
        LineBreak(),
        Text("f"),
        SoftBreak(),
        Link((Text("g@h.i"),), "mailto:g@h.i", attr=Attributes(tags=("email",))),
    )


def test_fenced_divs() -> None:
    source = "::: a\n::::: {.b k=v} :::::\nx\n:::\n- y\n:::\nz\n"
    inner = Div((para("x"),), attr=Attributes("", ("b",), (("k", "v"),)))
    items = BulletList((ListItem((para("y", tight=True),)),))
    assert blocks(source) == (Div((inner, items), attr=A), para("z"))


def test_attributes_of_a_div_can_continue_on_the_next_line() -> None:
    source = "> ::: {#i\n>   .a k=v} :::\n> x\n> :::\n\n::: {.b\n\n}\n"
    [quote, *others] = blocks(source)
    [div] = quote.blocks  # type: ignore[union-attr]
    assert div == Div((para("x"),), attr=Attributes("i", ("a",), (("k", "v"),)))
    assert (div.attr.raw, str(div.attr.location_of(".a"))) == ("{#i\n>   .a k=v}", ":2:5")
    assert others == [para("::: {.b"), para("}")]


def test_a_fence_in_code_does_not_close_a_div() -> None:
    assert blocks("::: a\n```\n:::\n```\n:::\n") == (Div((CodeBlock(":::"),), attr=A),)


def test_a_fence_ends_html_in_a_div() -> None:
    assert blocks("::: a\n<table><tr><td>x</td></tr></table>\n:::\ny\n") == (
        Div((Table(Row(()), (Row((Cell((Text("x"),)),)),), ("default",)),), attr=A),
        para("y"),
    )


def test_sections_in_containers() -> None:
    assert blocks("# A\n\n> ## B\n> x\n\n::: a\n# C\n:::\n\ny\n") == (
        section(1, "A", BlockQuote((section(2, "B", para("x")),)), Div((section(1, "C"),), attr=A), para("y")),
    )


def test_footnotes() -> None:
    source = "x[^1] y[^1]\n\n[^1]: One {.a}\n\n    - two\n"
    note = Note((para("One", A), BulletList((ListItem((para("two", tight=True),)),))))
    assert inlines(source) == (Text("x"), note, Text(" y"), note)


def test_tables() -> None:
    source = "a | b | c\n:--|:-:|--:\n`x|y` | *d*\n1 | 2 | 3\n"
    cells = lambda *texts: tuple(Cell((Text(text),) if text else ()) for text in texts)  # noqa: E731
    first = Row((Cell((Code("x|y"),)), Cell((Emph((Text("d"),)),)), Cell(())))
    assert blocks(source) == (
        Table(Row(cells("a", "b", "c")), (first, Row(cells("1", "2", "3"))), ("left", "center", "right")),
    )


def test_an_empty_header_row_means_no_header() -> None:
    assert blocks("|   |   |\n|---|---|\n| a | b |\n") == (
        Table(Row(()), (Row((Cell((Text("a"),)), Cell((Text("b"),)))),), ("default", "default")),
    )


def test_code() -> None:
    source = "``` {.python #x k=v}\na\n```\n\n~~~ r {.b}\n~~~\n\n    c\n\n```{=latex}\nd\n```\n\n`e`{=html}\n"
    assert blocks(source) == (
        CodeBlock("a", attr=Attributes("x", ("python",), (("k", "v"),))),
        CodeBlock("", attr=Attributes(tags=("r", "b"))),
        CodeBlock("c"),
        RawBlock("latex", "d"),
        Paragraph((RawInline("html", "e"),)),
    )


def test_unsafe_raw_markup_is_left_out() -> None:
    source = "```{=typst}\n#while true {}\n```\n\na `b`{=openxml}c\n\n`#d`{=TYPST}\n"
    assert blocks(source) == (Paragraph((Text("a "), Text("c"))),)


@pytest.mark.parametrize(
    ("headings", "ids"),
    [
        ("# Über *uns* & you!\n", ["über-uns-you"]),
        ("# 3. Stage\n# §\n# §\n", ["stage", "section", "section-1"]),
        ("# A\n## A\n# A {#a-1}\n# A\n# B {#b}\n# B\n", ["a", "a-2", "a-1", "a-3", "b", "b-1"]),
        ("# A\n\n> # A\n", ["a", "a-1"]),
        ("[x](#a)\n\n# A\n", ["a"]),
    ],
)
def test_headings_get_unique_identifiers(headings: str, ids: list[str]) -> None:
    assert [node.attr.id for node in walk(read_text(headings)) if isinstance(node, Section)] == ids


# ---------------------------------------------------------------- HTML


@pytest.mark.parametrize(
    "tag", ['<img src="a.png" alt="b">', '<img src="a.png" alt="b" />', '<IMG alt=b src="a.png"/>']
)
@pytest.mark.parametrize("before", ["", "Text "])
def test_an_image_in_html_may_end_with_a_slash(tag: str, before: str) -> None:
    images = [node for node in walk(read_text(before + tag)) if isinstance(node, Image)]
    assert images == [Image((Text("b"),), "a.png")]


def test_known_html_becomes_nodes() -> None:
    source = '<sup>a</sup><sub>b</sub><b>c</b><strong>d</strong><i>e</i><em>f</em><u>g</u><a href="h" title="t">*i*</a>'
    source += (
        '<img src="j" alt="k" width="9"><span class="a b" id="l" data-m="n">o</span><kbd>p</kbd><BR/><a id="q"></a>'
    )
    assert inlines(source) == (
        Superscript((Text("a"),)),
        Subscript((Text("b"),)),
        Strong((Text("c"),)),
        Strong((Text("d"),)),
        Emph((Text("e"),)),
        Emph((Text("f"),)),
        Underline((Text("g"),)),
        Link((Emph((Text("i"),)),), "h", "t"),
        Image((Text("k"),), "j", attr=Attributes(keys=(("width", "9"),))),
        Span((Text("o"),), attr=Attributes("l", ("a", "b"), (("m", "n"),))),
        Span((Text("p"),), attr=Attributes(tags=("kbd",))),
        LineBreak(),
        Span((), attr=Attributes("q")),
    )


def test_html_nests_with_markdown() -> None:
    assert inlines("*a <b>b *c* <i>d</i></b>*") == (
        Emph((Text("a "), Strong((Text("b "), Emph((Text("c"),)), Text(" "), Emph((Text("d"),)))))),
    )


def test_unpaired_html_tags_stay_raw() -> None:
    assert inlines("a <b> c </i>") == (Text("a "), RawInline("html", "<b>"), Text(" c "), RawInline("html", "</i>"))


def test_an_html_block_of_known_tags_is_a_paragraph() -> None:
    assert blocks("<b>x</b>\n\n<sup>\ny</sup> {.a}\n") == (
        Paragraph((Strong((Text("x"),)),)),
        Paragraph((Superscript((SoftBreak(), Text("y"))),), attr=A),
    )


def test_other_html_stays_raw() -> None:
    assert blocks("<svg>\n*x*\n</svg>\n\n<form>\n*x*\n</form>\n\ny <foo>z</foo>\n") == (
        RawBlock("html", "<svg>\n*x*\n</svg>"),
        RawBlock("html", "<form>\n*x*\n</form>"),
        Paragraph((Text("y "), RawInline("html", "<foo>"), Text("z"), RawInline("html", "</foo>"))),
    )


def test_html_tables() -> None:
    source = """<table>
<thead><tr><th>A</th><th align="right">B &amp; <i>C</i></th></tr></thead>
<tbody>
<tr class="a"><td>1<td colspan=2> x
 <b>y</b><br>z </td></tr>
</tbody></table>
"""
    cell = lambda *inside: Cell(inside)  # noqa: E731
    assert blocks(source) == (
        Table(
            Row((cell(Text("A")), cell(Text("B & "), Emph((Text("C"),))), cell())),
            (
                Row(
                    (
                        cell(Text("1")),
                        cell(Text("x"), SoftBreak(), Strong((Text("y"),)), LineBreak(), Text("z")),
                        cell(),
                    ),
                    attr=A,
                ),
            ),
            ("default", "right", "default"),
        ),
    )


def test_html_cells_over_several_rows_and_columns() -> None:
    source = "<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<tr><td>e<td colspan=9999>f</table>"
    table = read_text(source).blocks[0]
    assert isinstance(table, Table)
    assert [[plain_text(cell) for cell in row.cells] for row in table.rows] == [
        ["a", "b", "", "c"],
        ["", "d", "", ""],
        ["e", "f", "", ""],
    ]


def test_html_tables_without_optional_tags() -> None:
    assert plain_text(read_text("<table><td>a</tr><td>b<i>c</table>")) == "a\nbc"
    assert blocks("<table>\n</table>\n\nx") == (para("x"),)


@pytest.mark.parametrize("inside", ["<![foo[ ]]>", "<!DOCTYPE x>"])
def test_html_tables_with_content_that_can_hide_tags_stay_raw(inside: str) -> None:
    source = f"<table><tr><td>{inside}</td></tr></table>"
    assert blocks(source) == (RawBlock("html", source),)


def test_an_html_table_with_a_header_row() -> None:
    rows = "<tr><th>a</th></tr><tr><td>b</td></tr><tr><th>c</th></tr>"
    row = lambda text: Row((Cell((Text(text),)),))  # noqa: E731
    assert blocks(f"<table>{rows}</table>") == (Table(row("a"), (row("b"), row("c")), ("default",)),)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a <!-- b --> c", (Paragraph((Text("a "), Text("c"))),)),
        ("a<!-- b -->c", (Paragraph((Text("a"), Text("c"))),)),
        ("<!-- a --> b", (Paragraph((Text("b"),)),)),
        ("a\n<!-- b -->\nc", (Paragraph((Text("a"),)), Paragraph((Text("c"),)))),
        (
            "a\nb <!-- c\nd --> e\nf",
            (Paragraph((Text("a"), SoftBreak(), Text("b "), Text("e"), SoftBreak(), Text("f"))),),
        ),
        ("a\n\n<!-- b\n\nc -->\n\nd", (para("a"), para("d"))),
        ("- a <!-- b -->\n- <!-- c -->\n", (BulletList((ListItem((para("a", tight=True),)), ListItem(()))),)),
        ("*a<!-- b -->*", (Paragraph((Emph((Text("a"),)),)),)),
        ("<div>b<!-- a --></div>", (para("b"),)),
        ("`<!-- a -->`", (Paragraph((Code("<!-- a -->"),)),)),
    ],
)
def test_comments_are_left_out(source: str, expected: tuple[Block, ...]) -> None:
    assert blocks(source) == expected


def test_links_without_a_target_become_their_text() -> None:
    assert inlines("[a *b*](#) [c](#){.a} <a href=''>d</a>") == (
        Text("a "),
        Emph((Text("b"),)),
        Text(" "),
        Span((Text("c"),), attr=A),
        Text(" "),
        Text("d"),
    )


# ---------------------------------------------------------------- arbitrary text


@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "\ud800", "\r", "\ufeff", "\t", "---", "---\n---", "\x0c\x85\u2028"]
)
def test_unusual_texts_are_read(text: str) -> None:
    assert isinstance(read_text(text), Document)
    assert markdown_to_pandoc(text)["meta"] == {}


def test_characters_that_no_output_can_contain_are_replaced() -> None:
    assert inlines("a\x00b\ud800c&#0;&#xD800;&#x110000;&#x10FFFF;") == (
        Text("a\ufffdb\ufffdc\ufffd\ufffd\ufffd\U0010ffff"),
    )


NOISE = st.text(st.sampled_from("*_~^`[](){}<>!|:-+#=&;.\\\"'/ \n\t\r1a\u00a0é\x00\ud800"), max_size=60)
WORDS = st.lists(
    st.sampled_from(
        (
            "<b>",
            "</b>",
            "<!--",
            "-->",
            "<table>",
            "<td>",
            "</table>",
            "::: a\n",
            "---\n",
            "[^1]",
            "[^1]: ",
            "{.a}",
            "> ",
            "\n\n",
            "x",
            "- ",
            "|",
            "|-|\n",
        )
    ),
    max_size=25,
).map("".join)


@given(st.text() | NOISE | WORDS)
def test_any_text_is_converted_to_pandoc(text: str) -> None:
    assert isinstance(markdown_to_pandoc(text)["blocks"], list)


def read_or_error(text: str) -> Document | InputError:
    try:
        return read_text(text, file="cv.md")
    except InputError as problem:
        return problem


@given(st.text() | NOISE | WORDS)
def test_any_text_is_read_or_rejected_with_findings(text: str) -> None:
    match read_or_error(text):
        case InputError(findings=findings):
            assert findings
        case Document() as document:
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert all(0 < node.location.line <= len(lines) for node in walk(document))


@pytest.mark.slow
@pytest.mark.parametrize(
    "mark",
    ["> ", "- ", "1. ", "*", "**_", "[", "![", "<b>", "~~", "::: a\n", "[^1]: ", "<table><tr><td>", "{.a ", "_*"],
)
@pytest.mark.parametrize("end", ["", "x", "](u)", "]{.a}"])
def test_nesting_has_a_limit(mark: str, end: str) -> None:
    text = mark * 1200 + "x" + end * 1200 + mark.strip() * 1200
    assert json.dumps(markdown_to_pandoc(text))
    match read_or_error(text):
        case InputError(findings=findings):
            assert "PV010" in {found.code for found in findings}
        case Document() as document:
            assert json.dumps(to_pandoc(document))


def test_thematic_breaks() -> None:
    assert blocks("***\n\n- - -\n") == (ThematicBreak(), ThematicBreak())


def test_lines_that_only_set_the_layout_in_latex_are_left_out() -> None:
    text = (
        "\\begin{center}\n\na  \n\\vspace{1em}\n\n- \\smallskip\n  b\n\n\\noindent\\rule{2em}{1pt}\n\n\\end{center}\n"
    )
    assert [plain_text(block) for block in read_text(text).blocks] == ["a", "b"]

"""A small CV as the writers receive it: Pandoc's AST after all transforms, with every convention of polyvita."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyvita.config.theme import DocumentInfo
from polyvita.writers.pandoc_ast import Ast, div, span

INFO = DocumentInfo(
    title="Ada Beispiel: Curriculum vitae",
    author="Ada Beispiel",
    subject="Curriculum vitae",
    keywords=("CV", "explanation"),
    timestamp=1_790_000_000,
    person=(
        ("name", "Ada Beispiel"),
        ("affiliation", "Institute </script> of Examples"),
        ("sameAs", "https://a.example"),
        ("sameAs", "https://b.example"),
        ("sameAs", "https://c.example"),
    ),
)


def words(text: str) -> list[Ast]:
    """Return `text` as inlines of Pandoc. Spaces at its ends are kept."""
    parts = [[{"t": "Space"}, {"t": "Str", "c": word}] for word in text.split(" ")]
    return [node for part in parts for node in part if node != {"t": "Str", "c": ""}][1:]


def para(*inlines: Ast | str, kind: str = "Para") -> Ast:
    content = [node for part in inlines for node in (words(part) if isinstance(part, str) else [part])]
    return {"t": kind, "c": content}


def plain(*inlines: Ast | str) -> Ast:
    return para(*inlines, kind="Plain")


def when(shown: str, edtf: str) -> list[Ast]:
    """Return a date at the end of a line, with the space before it."""
    return [{"t": "Space"}, span(words(shown), "when", keys=[("datetime", edtf)])]


def header(level: int, text: str, *after: Ast, id: str = "", tags: Sequence[str] = (), keys: Any = ()) -> Ast:
    return {"t": "Header", "c": [level, [id, list(tags), [list(key) for key in keys]], [*words(text), *after]]}


def ordered(items: list[list[Ast]], start: int = 1, delimiter: str = "Period") -> Ast:
    return {"t": "OrderedList", "c": [[start, {"t": "Decimal"}, {"t": delimiter}], items]}


def bullets(*items: list[Ast]) -> Ast:
    return {"t": "BulletList", "c": list(items)}


def link(text: str, url: str, *classes: str) -> Ast:
    return {"t": "Link", "c": [["", list(classes), []], words(text), [url, ""]]}


def image(url: str, alt: str) -> Ast:
    return {"t": "Image", "c": [["", [], [["width", "3cm"]]], words(alt), [url, ""]]}


def table(head: Sequence[str], *rows: Sequence[list[Ast]]) -> Ast:
    def row(cells: Sequence[list[Ast]]) -> list[Any]:
        return [
            ["", ["secret"], []],
            [[["", ["secret"], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": c}]] for c in cells],
        ]

    columns = [[{"t": "AlignLeft"}, {"t": "ColWidthDefault"}] for _ in head]
    body = [[["", [], []], 0, [], [row(cells) for cells in rows]]]
    header_rows = [["", [], []], [row([words(cell) for cell in head])]]
    return {"t": "Table", "c": [["", ["secret"], []], [None, []], columns, header_rows, body, [["", [], []], []]]}


def document(*blocks: Ast) -> Ast:
    return {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": list(blocks)}


LETTERHEAD = div(
    [
        div([para("Dr. Ada Beispiel")], "name"),
        div([para("Curriculum vitae")], "subtitle"),
        div(
            [
                para("Institute of Examples"),
                para(link("ada@a.example", "mailto:ada@a.example", "email"), " | ", "+49 30 1"),
            ],
            "contact",
        ),
    ],
    "letterhead",
)

NOTE: Ast = {"t": "Note", "c": [para("Says the note.")]}

SAMPLE = document(
    LETTERHEAD,
    header(1, "Positions", id="positions", tags=["secret"], keys=[("priority", "1")]),
    header(2, "Head of Examples", *when("since 2021", "2021/.."), id="head", tags=["secret"]),
    div([para("Institute of Examples, Berlin")], "where"),
    div([para("Leads the group, see ", link("the list", "#list"), " and more.")], "secret"),
    header(2, "Researcher", *when("2012–2013", "2012/2013")),
    div([para("Technische Universität Berlin")], "where"),
    header(1, "Honours"),
    bullets(
        [plain("A prize", *when("19 Dec 2020", "2020-12-19"))],
        [div([plain("Ein Preis", *when("2017", "2017")), bullets([plain("nested")])], "secret", id="prize")],
    ),
    header(1, "Sonstiges", keys=[("lang", "de")]),
    header(4, "Übersprungene Ebene"),
    para("Gone ", link("with its target", "#nowhere"), NOTE, " in"),
    para(
        span(words("An English phrase"), "secret", keys=[("lang", "en-GB")]),
        ' with "quotes", -5 -- and ... as ',
        {"t": "Emph", "c": words("written")},
        "(so) H",
        {"t": "Subscript", "c": words("2")},
        "O 10",
        {"t": "Superscript", "c": words("4")},
        " ",
        {"t": "Code", "c": [["", ["secret"], []], "x = {1}"]},
    ),
    table(
        ["Talk", "Year"],
        [words("A talk"), [*words("in"), *when("Mar 2020", "2020-03")]],
        [words("Next"), words("2021")],
    ),
    {"t": "DefinitionList", "c": [[words("A term"), [[plain("its meaning")]]]]},
    {"t": "BlockQuote", "c": [para("Quoted words.")]},
    {"t": "CodeBlock", "c": [["", ["secret"], []], "code block"]},
    {"t": "HorizontalRule"},
    header(1, "Publications", id="list"),
    ordered([[plain("Beispiel A. First.")], [plain("Beispiel A. Second.")]]),
    header(2, "In reverse"),
    div(
        [
            ordered([[plain("Newest.")]], 94),
            ordered([[plain("Older.")]], 93),
            ordered([[plain("Oldest."), ordered([[plain("inner")]], 7, "OneParen")]], 7),
        ],
        "numbered",
    ),
)

WORDS = """
Dr. Ada Beispiel Curriculum vitae Institute of Examples ada@a.example | +49 30 1
Positions Head of Examples since 2021 Institute of Examples, Berlin Leads the group, see the list and more.
Researcher 2012–2013 Technische Universität Berlin
Honours A prize 19 Dec 2020 Ein Preis 2017 nested
Sonstiges Übersprungene Ebene Gone with its target in
An English phrase with "quotes", -5 -- and ... as written(so) H2O 104 x = {1}
Talk Year A talk in Mar 2020 Next 2021 A term its meaning Quoted words. code block
Publications Beispiel A. First. Beispiel A. Second. In reverse Newest. Older. Oldest. inner
"""
"""The words of the sample in order, without the footnote, whose position depends on the format."""

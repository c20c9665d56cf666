"""Write plain text for forms and e-mails: 72 columns, underlined headings, dates in parentheses."""

from __future__ import annotations

from typing import Any

from polyvita.core.formulas import read_formulas
from polyvita.core.pandoc_worker import convert
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    classes_of,
    rewrite_ast,
    split_texts,
    stringify,
    text_to_words,
)
from polyvita.writers.prepare import (
    CONTACT_SEPARATOR,
    NUMBERED_RUNS,
    RIGHT_DATE,
    SECOND_LINE,
    Inlines,
    Letterhead,
    PreparedDocument,
    prepare,
    without_icons,
    without_runs,
    wrap_contact_line,
)

COLUMNS = 72
NO_WRAP_COLUMNS = 10_000
"""The number of columns if lines are not wrapped, so that each table row is on one line too."""

_BREAK: Ast = {"t": "LineBreak"}
_SUPERSCRIPT = str.maketrans("0123456789+−-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")


def write(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return `ast` as plain text in UTF-8 that ends with a newline. Images are left out."""
    prepared, is_wrapped = prepare(ast), options.info.wrap
    columns = COLUMNS if is_wrapped else NO_WRAP_COLUMNS
    blocks = rewrite_ast(split_texts(prepared.blocks), _to_text(columns))
    tree = _letterhead(prepared.letterhead) + _underline_headings(blocks)
    wrap = "auto" if is_wrapped else "none"
    text = convert(prepared.ast(tree), "plain", {"columns": columns, "wrap_text": wrap}).decode()
    lines = [line.rstrip() for line in text.splitlines()]
    return ("\n".join(lines).strip("\n") + "\n").encode()


def _letterhead(head: Letterhead | None) -> list[Ast]:
    if head is None:
        return []
    title = [part for part in (head.name, head.headline, head.subtitle) if part]
    contact = [line for long_line in head.contact for line in _wrap_contact_line(without_icons(long_line))]
    return [_hard_lines(rewrite_ast(part, _to_text(COLUMNS))) for part in (title, contact) if part]


def _wrap_contact_line(line: Inlines) -> list[Inlines]:
    """Split a line of the address into lines that fit. Lines break only between parts, without a separator."""
    return wrap_contact_line(line, lambda text: len(text) <= COLUMNS)


def _hard_lines(lines: list[Inlines]) -> Ast:
    """Return a paragraph with a hard line break after each line."""
    return {"t": "Para", "c": [inline for line in lines for inline in (*line, _BREAK)][:-1]}


def _underline_headings(blocks: list[Ast]) -> list[Ast]:
    """Underline headings, and put the second line of an entry directly below its heading."""
    out: list[Ast] = []
    for block in blocks:
        match block:
            case {"t": "Header", "c": [level, _, inlines]}:
                width = min(COLUMNS, len(stringify(inlines)))
                out.append(_hard_lines([inlines, [{"t": "Str", "c": ("=" if level == 1 else "-") * width}]]))
            case {"t": "Div", "c": [_, [{"t": "Para", "c": inlines}]]} if SECOND_LINE in classes_of(block) and out:
                out[-1] = {"t": "Para", "c": [*out[-1]["c"], _BREAK, *inlines]}
            case _:
                out.append(block)
    return out


def _to_text(columns: int) -> NodeRewrites:
    def table(node: Ast) -> Ast | list[Ast]:
        _, _, _, [_, head], bodies, [_, foot] = node["c"]
        rows = [cells for part in (head, *(body[3] for body in bodies), foot) for [_, cells] in part]
        return node if _fits(rows, columns) else _rows_as_lines(rows)

    return {
        "Span": _put_date_in_parentheses,
        "Math": lambda node: text_to_words(read_formulas([node["c"][1]])[node["c"][1]].plain),
        "Link": lambda node: list(node["c"][1]),
        "Underline": lambda node: list(node["c"]),
        "Image": lambda _node: [],
        "Superscript": lambda node: _to_superscript(node["c"]),
        "OrderedList": _separate_long_items,
        "Table": table,
        "Div": lambda node: without_runs(node) if NUMBERED_RUNS in classes_of(node) else node,
    }


def _put_date_in_parentheses(node: Ast) -> list[Ast]:
    [_, classes, _], inlines = node["c"]
    edge = [{"t": "Space"}, {"t": "Str", "c": "("}, *inlines, {"t": "Str", "c": ")"}]
    return edge if RIGHT_DATE in classes else list(inlines)


def _separate_long_items(node: Ast) -> Ast:
    start, items = node["c"]
    if any(len(stringify(item)) > COLUMNS for item in items):
        return {"t": "OrderedList", "c": [start, [_as_paragraphs(item) for item in items]]}
    return node


def _as_paragraphs(item: list[Ast]) -> list[Ast]:
    """Return a list item whose text is in paragraphs, so that an empty line follows it."""
    return [{"t": "Para", "c": block["c"]} if block["t"] == "Plain" else block for block in item]


def _fits(rows: list[list[Any]], columns: int) -> bool:
    """Return whether each table row fits on one line. Pandoc puts two spaces before each column."""
    lengths = [[len(stringify(cell[4])) for cell in row] for row in rows]
    widths: list[int] = [max(column) + 2 for column in zip(*lengths, strict=True)]
    return sum(widths) <= columns


def _rows_as_lines(rows: list[list[Any]]) -> list[Ast]:
    """Return one paragraph for each row of a wide table. In narrow columns, the words of cells would mix."""
    lines = []
    for row in rows:
        cells = [block["c"] for cell in row for block in cell[4]]
        lines.append(
            [inline for cell in cells for inline in ({"t": "Space"}, CONTACT_SEPARATOR, {"t": "Space"}, *cell)][3:]
        )
    return [{"t": "Para", "c": line} for line in lines]


def _to_superscript(inlines: Inlines) -> Inlines:
    """Use the superscript digits and signs of Unicode. Letters, as in “10th”, are left as they are."""
    text = stringify(inlines)
    return [{"t": "Str", "c": text.translate(_SUPERSCRIPT)}] if text and not text.isalpha() else inlines

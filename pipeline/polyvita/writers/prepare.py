"""Prepare the Pandoc AST of a filter for the writers of all formats.

This removes the tags and keys of the author, which are private notes. Headings get consecutive levels. Links to
content that is not in this output become plain text. The letterhead is separated from the rest of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from polyvita.config.theme import Theme
from polyvita.core.scripts import direction_of
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    attributes,
    chain_rewrites,
    classes_of,
    div,
    join_texts,
    rewrite_ast,
    split_texts,
    stringify,
)

Inlines = list[Ast]

RIGHT_DATE = "edge"
"""The class of a date at the end of a heading, paragraph or item, which the layout puts at the right edge."""
INLINE_DATE = "date"
"""The class of all other dates."""
CONTACT_SEPARATOR: Ast = {"t": "Str", "c": "|"}
"""The separator between the parts of a line of the address."""
SECOND_LINE = "where"
"""The class of the line below the heading of an entry, with its organisation and place."""
SUBSECTION = "subsection"
"""The class of a heading below level 1 that contains entries."""
NUMBERED_RUNS = "numbered"
PREFIX = "prefix"
"""The class of a Div with several ordered lists that are one list with gaps in its numbers."""


TITLE_LINE = "entry-where"
"""The class of the organisation and the place of an entry on the line of its title."""
LABELS = ("label-year", "label-badge")
"""The classes of the year before an item."""
LABEL_WIDTH = 3.4
"""The width of the years before the items of a list, in units of the font size."""
MARGIN = "margin"
"""The class of a date or year that begins a heading or paragraph, and that is set in the margin of its text."""
MARGIN_LIST = "margin-list"
"""The class of a Div with a bullet list whose items have dates or years in the margin, instead of bullets."""
ICON = "icon-"
"""The class of a part of the address starts with this, if it has an icon."""


class Letterhead(Struct, frozen=True):
    """The name of the person, what the person is, the title of the output, and the lines of the address.

    All but the name may be empty.
    """

    name: Inlines
    subtitle: Inlines
    contact: list[Inlines]
    headline: Inlines = []
    photo: Inlines = []
    """The photo, as one Image."""


class PreparedDocument(Struct, frozen=True):
    """The result of `prepare`. `letterhead` is None if the document does not begin with one.

    `has_directions` states whether a part of the document has its own direction, by `dir` or by a `lang` that is
    written from right to left.
    """

    letterhead: Letterhead | None
    blocks: list[Ast]
    api_version: list[int]
    has_directions: bool = False

    def ast(self, blocks: list[Ast]) -> Ast:
        """Return a complete Pandoc document with these blocks."""
        return {"pandoc-api-version": self.api_version, "meta": {}, "blocks": blocks}


def prepare(
    ast: Ast | PreparedDocument, *, keep_classes: Collection[str] = (), split_words: bool = True
) -> PreparedDocument:
    """Prepare `ast` for the writers, as the module describes, with each text in one piece.

    A prepared document is returned unchanged, so that all formats of a filter can share one. `keep_classes` are
    additional classes that stay on divs and spans. `split_words` states whether `ast` has its texts split into words.
    """
    if isinstance(ast, PreparedDocument):
        return ast
    blocks = join_texts(ast["blocks"]) if split_words else list(ast["blocks"])
    head = _letterhead(split_texts(blocks.pop(0))) if blocks and "letterhead" in classes_of(blocks[0]) else None
    ids: set[str] = set()
    languages: set[tuple[str, str]] = set()
    strip = _strip_attributes(keep_classes, ids, languages)
    blocks = rewrite_ast(blocks, chain_rewrites(_MARK_DATES, strip, _close_level_gaps()))
    blocks = rewrite_ast(blocks, _unlink_missing_targets(ids))
    has_directions = any(key == "dir" or direction_of(value) == "rtl" for key, value in languages)
    return PreparedDocument(head, blocks, ast["pandoc-api-version"], has_directions)


def _letterhead(block: Ast) -> Letterhead:
    parts: dict[str, list[Inlines]] = {"name": [], "headline": [], "subtitle": [], "contact": [], "photo": []}
    for part in block["c"][1]:
        [kind] = classes_of(part)
        keep_icons = _strip_attributes({n for line in part["c"][1] for i in line["c"] for n in classes_of(i)})
        parts[kind] += [rewrite_ast(line["c"], keep_icons) for line in part["c"][1]]
    name, headline, subtitle, photo = (
        [inline for line in parts[part] for inline in line] for part in ("name", "headline", "subtitle", "photo")
    )  # Without a name and a title there is no name.
    return Letterhead(name, subtitle, parts["contact"], headline, photo)


def icon_of(item: Inlines) -> str:
    """Return the name of the icon of an item of the address; empty if it has none."""
    name = next((name for inline in item[:1] for name in classes_of(inline)), "")
    return name.removeprefix(ICON) if name.startswith(ICON) else ""


def facts_in(table: Ast) -> list[tuple[list[Ast], list[Ast]]]:
    """Return the keys and the values of a table with two columns and no header row; an empty list for other tables.

    Such a table is no table to a reader but a list, like “First name: Ada”. A screen reader would miss its headers.
    """
    _, caption, columns, [_, head], bodies, [_, foot] = table["c"]
    rows = [row for body in bodies for row in body[3]]
    if len(columns) != 2 or head or foot or caption != [None, []] or any(len(cells) != 2 for _, cells in rows):
        return []
    facts = [(_with_language(cells[0], row), _with_language(cells[1], row)) for row, cells in rows]
    return facts if all(key and len(stringify(key)) <= _MAX_KEY for key, _ in facts) else []


_MAX_KEY = 40
"""The number of characters up to which the text in a first column is a key."""


def _with_language(cell: list[Any], row: list[Any]) -> list[Ast]:
    """Return the blocks of a cell, with the language of the cell or of its row."""
    keys = dict([*row[2], *cell[0][2]])
    return [div(cell[4], keys=[("lang", keys["lang"])])] if "lang" in keys and cell[4] else list(cell[4])


def contact_items(line: Inlines) -> list[Inlines]:
    """Split a line of the address into its parts, without the separators."""
    if line and icon_of(line):
        return [[inline] for inline in line if inline["t"] == "Span"]
    items: list[Inlines] = [[]]
    for inline in line:
        if inline == CONTACT_SEPARATOR:
            items.append([])
        elif items[-1] or inline["t"] != "Space":
            items[-1].append(inline)
    return [strip_trailing_space(item) for item in items if item]


def wrap_contact_line(line: Inlines, fits: Callable[[str], bool]) -> list[Inlines]:
    """Split a line of the address into lines that fit. They break only between parts, without a separator."""
    out: list[Inlines] = []
    for item in contact_items(line):
        longer = join_contact_items([out[-1], item]) if out else item
        out[-1:] = [longer] if fits(stringify(longer)) else [*out[-1:], item]
    return out


def join_contact_items(items: list[Inlines]) -> Inlines:
    """Return a line of the address from its parts. Between parts with icons, there are only spaces."""
    space: Ast = {"t": "Space"}
    between = [space] if items and icon_of(items[0]) else [space, CONTACT_SEPARATOR, space]
    return [inline for item in items for inline in (*between, *item)][len(between) :]


def without_icons(line: Inlines) -> Inlines:
    """Return a line of the address with separators instead of icons, for formats without pictures."""
    if not (line and icon_of(line)):
        return line
    return join_contact_items([list(item[0]["c"][1]) for item in contact_items(line)])


def _mark_date(node: Ast) -> Ast:
    match node["c"]:
        case [[id, ["when", *_], keys], inlines]:
            return {"t": "Span", "c": [[id, [INLINE_DATE], keys], inlines]}
        case _:
            return node


def _mark_last_date(node: Ast) -> Ast:
    marked = _with_right_date(node["c"])
    return node if marked is node["c"] else {"t": node["t"], "c": marked}


def _mark_last_date_of_heading(node: Ast) -> Ast:
    level, attr, inlines = node["c"]
    return {"t": "Header", "c": [level, attr, _with_right_date(inlines)]}


def _with_right_date(inlines: Inlines) -> Inlines:
    """Mark a date at the end as `RIGHT_DATE`. Remove the space before it, because each format sets its own distance."""
    match inlines:
        case [{"t": _}, *_, last] if INLINE_DATE in classes_of(last):
            return [*strip_trailing_space(inlines[:-1]), _with_class(last, RIGHT_DATE)]
        case _:
            return inlines


def prefix_of(numbered: Ast) -> str:
    """Return what stands before each number in a Div of `NUMBERED_RUNS`."""
    return str(dict(numbered["c"][0][2]).get(PREFIX, ""))


def without_runs(numbered: Ast) -> list[Ast]:
    """Return the lists in a Div of `NUMBERED_RUNS`, for formats that have no prefixes.

    With a prefix, each item is a paragraph that starts with its number.
    """
    prefix, runs = prefix_of(numbered), numbered["c"][1]
    if not prefix:
        return list(runs)
    out: list[Ast] = []
    for run in runs:
        [start, _, delimiter], items = run["c"]
        mark = ")" if delimiter["t"] == "OneParen" else "."
        for number, blocks in enumerate(items, start):
            label = [{"t": "Str", "c": f"{prefix}{number}{mark}"}, {"t": "Space"}]
            out += _labelled(label, list(_unwrapped(blocks)))
    return out


def _unwrapped(blocks: list[Ast]) -> Iterator[Ast]:
    """Yield blocks without a Div around all of them."""
    for block in blocks:
        yield from _unwrapped(block["c"][1]) if block["t"] == "Div" else [block]


def _labelled(label: Inlines, blocks: list[Ast]) -> list[Ast]:
    match blocks:
        case [{"t": "Plain" | "Para", "c": inlines}, *rest]:
            return [{"t": "Para", "c": [*label, *inlines]}, *rest]
        case _:
            return [{"t": "Para", "c": label}, *blocks]


def strip_trailing_space(inlines: Inlines) -> Inlines:
    """Return the inlines without a space or line break at the end."""
    match inlines:
        case [*before, {"t": "Space" | "SoftBreak"}]:
            return before
        case [*before, {"t": "Str", "c": str(text)}] if text.endswith(" "):
            return [*before, {"t": "Str", "c": text.rstrip(" ")}] if text.strip(" ") else before
        case _:
            return inlines


def without_leading_space(inlines: Inlines) -> Inlines:
    """Return the inlines without a space at the start."""
    match inlines:
        case [{"t": "Space"}, *rest]:
            return rest
        case [{"t": "Str", "c": str(text)}, *rest]:
            return [{"t": "Str", "c": text.lstrip(" ")}, *rest]
        case _:
            return inlines


def _unmark_right_date(span: Ast) -> Ast | list[Ast]:
    return [{"t": "Space"}, _with_class(span, INLINE_DATE)] if RIGHT_DATE in classes_of(span) else span


_MARK_DATES: NodeRewrites = {
    "Span": _mark_date,
    "Para": _mark_last_date,
    "Plain": _mark_last_date,
    "Header": _mark_last_date_of_heading,
    "Table": lambda node: {"t": "Table", "c": rewrite_ast(node["c"], {"Span": _unmark_right_date})},
}
"""Gives dates at the end of a line the class `RIGHT_DATE`, and all other dates `INLINE_DATE`.

Dates in tables are always `INLINE_DATE`, because the columns of the table align them."""


def _with_class(span: Ast, name: str) -> Ast:
    [[id, _, keys], inlines] = span["c"]
    return {"t": "Span", "c": [[id, [name], keys], inlines]}


def place_dates(blocks: list[Ast], theme: Theme) -> list[Ast]:
    """Return the blocks with dates where the theme has them: at the right, as `prepare` leaves them, or elsewhere.

    Dates in the margin get the class `MARGIN` and begin their heading or paragraph, in all formats. So does the year
    before an item. Dates inside an item, a quotation or a definition have no margin, so they stay in the text.
    """
    match theme.dates:
        case "right":
            return [_with_margin_labels(block) for block in blocks] if theme.publications != "number" else blocks
        case "inline":
            return [_with_margin_labels(block) for block in rewrite_ast(blocks, _INTO_TEXT)]
        case "left":
            return [_with_margin_dates(block) for block in blocks]


def _with_margin_dates(block: Ast) -> Ast:
    match block:
        case {"t": "Header", "c": [level, attr, inlines]}:
            return {"t": "Header", "c": [level, attr, _date_first(inlines)]}
        case {"t": "Para" | "Plain", "c": inlines}:
            return {**block, "c": _date_first(inlines)}
        case {"t": "Div", "c": [attr, inside]} if NUMBERED_RUNS not in attr[1]:
            return {"t": "Div", "c": [attr, [_with_margin_dates(part) for part in inside]]}
        case {"t": "BulletList", "c": items} if any(map(_dated_item, items)):
            return div([{"t": "BulletList", "c": [_item_with_margin_date(item) for item in items]}], MARGIN_LIST)
        case _:
            return dict(rewrite_ast(_with_margin_labels(block), _INTO_TEXT))


def _date_first(inlines: Inlines) -> Inlines:
    if not inlines or RIGHT_DATE not in classes_of(inlines[-1]):
        return inlines
    return [_with_class(inlines[-1], MARGIN), *inlines[:-1]]


def _dated_item(item: list[Ast]) -> bool:
    first = _first_paragraph(item)
    return first is not None and _date_first(first["c"]) is not first["c"]


def _first_paragraph(item: list[Ast]) -> Ast | None:
    """Return the paragraph that an item begins with, maybe in a Div with the attributes of the item."""
    match item:
        case [{"t": "Para" | "Plain"} as first, *_]:
            return first
        case [{"t": "Div", "c": [_, inside]}, *_]:
            return _first_paragraph(inside)
        case _:
            return None


def _item_with_margin_date(item: list[Ast]) -> list[Ast]:
    match item:
        case [{"t": "Para" | "Plain", "c": inlines} as first, *rest]:
            return [{**first, "c": _date_first(inlines)}, *rewrite_ast(rest, _INTO_TEXT)]
        case [{"t": "Div", "c": [attr, inside]}, *rest]:
            return [{"t": "Div", "c": [attr, _item_with_margin_date(inside)]}, *rewrite_ast(rest, _INTO_TEXT)]
        case _:
            return list(rewrite_ast(item, _INTO_TEXT))


def _with_margin_labels(block: Ast) -> Ast:
    """Return a list whose items begin with years, with these in the margin, and other blocks as they are."""
    match block:
        case {"t": "Div", "c": [attr, inside]}:
            return {"t": "Div", "c": [attr, [_with_margin_labels(part) for part in inside]]}
        case {"t": "BulletList", "c": items} if any(map(_labelled_item, items)):
            return div([block], MARGIN_LIST)
        case _:
            return block


def _labelled_item(item: list[Ast]) -> bool:
    first = _first_paragraph(item)
    return first is not None and bool(first["c"]) and label_of(first["c"]) is not None


def label_of(inlines: Inlines) -> Ast | None:
    """Return the date or the year that begins a heading or paragraph, and that is set in its margin."""
    classes = classes_of(inlines[0]) if inlines else []
    return inlines[0] if {MARGIN, *LABELS} & {*classes} else None


_INTO_TEXT: NodeRewrites = {
    "Span": lambda node: (
        [{"t": "Str", "c": " ("}, _with_class(node, INLINE_DATE), {"t": "Str", "c": ")"}]
        if RIGHT_DATE in classes_of(node)
        else node
    )
}
"""Puts dates into the text, in parentheses."""

_KEPT_CLASSES = {
    "Header": (SUBSECTION,),
    "Div": (SECOND_LINE, NUMBERED_RUNS),
    "Span": (RIGHT_DATE, INLINE_DATE, TITLE_LINE, *LABELS),
    "Link": ("uri", "email"),
}
_LEAVES = ("Code", "CodeBlock", "Link", "Image")
_LANGUAGE_KEYS = {"lang", "dir"}
_KEPT_KEYS = {"Span": ("datetime",), "Image": ("width", "height")}


def _strip_attributes(
    keep_classes: Collection[str] = (), ids: set[str] | None = None, languages: set[tuple[str, str]] | None = None
) -> NodeRewrites:
    """Remove all attributes except unique ids, languages, directions, dates and the classes that the layout needs.

    Add all ids that a link can have as its target to `ids`. Those of table rows and cells cannot be targets. Add the
    languages and directions, as keys and values, to `languages`.
    """
    kept_classes = {
        **_KEPT_CLASSES,
        "Div": (*_KEPT_CLASSES["Div"], *keep_classes),
        "Span": (*_KEPT_CLASSES["Span"], *keep_classes),
    }
    seen: set[str] = set()

    def clean(kind: str, attr: list[Any]) -> list[Any]:
        id, classes, keys = attr
        if id in seen:
            id = ""
        seen.add(id)
        if ids is not None and id and kind not in ("Row", "Cell"):
            ids.add(id)
        classes = [name for name in classes if name in kept_classes.get(kind, ())]
        names = {*_LANGUAGE_KEYS, *_KEPT_KEYS.get(kind, ())} if kind != "Span" or classes else _LANGUAGE_KEYS
        if NUMBERED_RUNS in classes:
            names = names | {PREFIX}
        kept = [(key, value) for key, value in keys if key in names and (key != "dir" or value in ("ltr", "rtl"))]
        if kept and languages is not None:
            languages.update(pair for pair in kept if pair[0] in _LANGUAGE_KEYS)
        return attributes(id, classes, kept)

    def rows(table: list[Any]) -> list[Any]:
        """Clean the rows of the head, body or foot of a table, and their cells."""
        return [
            [clean("Row", attr), [[clean("Cell", inner), *rest] for inner, *rest in cells]] for attr, cells in table
        ]

    def table(node: Ast) -> Ast:
        attr, caption, columns, [top, head], bodies, [end, foot] = node["c"]
        inside = [[inner, stub, rows(over), rows(body)] for inner, stub, over, body in bodies]
        parts = [clean("Table", attr), caption, columns, [top, rows(head)], inside, [end, rows(foot)]]
        return {"t": "Table", "c": parts}

    def container(node: Ast) -> Ast | list[Ast]:
        kind, [attr, inside] = node["t"], node["c"]
        attr = clean(kind, attr)
        return {"t": kind, "c": [attr, inside]} if any(attr) else list(inside)

    def leaf(node: Ast) -> Ast:
        kind, [attr, *rest] = node["t"], node["c"]
        return {"t": kind, "c": [clean(kind, attr), *rest]}

    def heading(node: Ast) -> Ast:
        level, attr, inlines = node["c"]
        return {"t": "Header", "c": [level, clean("Header", attr), inlines]}

    containers, leaves = dict.fromkeys(("Div", "Span"), container), dict.fromkeys(_LEAVES, leaf)
    return {"Table": table, "Header": heading, **containers, **leaves}


def _close_level_gaps() -> NodeRewrites:
    """Renumber heading levels without gaps. Screen readers and PDF/UA need this."""
    above: list[int] = []

    def heading(node: Ast) -> Ast:
        level, attr, inlines = node["c"]
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        return {"t": "Header", "c": [len(above), attr, inlines]}

    return {"Header": heading}


def _unlink_missing_targets(ids: set[str]) -> NodeRewrites:
    """Replace links without a URL, and links to content that is not in this output, by their text."""

    def link(node: Ast) -> Ast | list[Ast]:
        _, inlines, [url, _] = node["c"]
        dead = not url or (url[0] == "#" and unquote(url[1:]) not in ids)
        return list(inlines) if dead else node

    return {"Link": link}

"""Rewrite the AST for Pandoc's Word writer: names of styles, tabs before dates, and embedded images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from polyvita.config.theme import Theme
from polyvita.core.scripts import Direction
from polyvita.writers.direction import section_scopes
from polyvita.writers.icons import icon_url
from polyvita.writers.images import data_url
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    attributes,
    classes_of,
    div,
    raw_block,
    raw_inline,
    rewrite_ast,
    span,
    stringify,
)
from polyvita.writers.photo import photo_frame, photo_url
from polyvita.writers.prepare import (
    INLINE_DATE,
    LABELS,
    MARGIN,
    MARGIN_LIST,
    PREFIX,
    RIGHT_DATE,
    SECOND_LINE,
    SUBSECTION,
    TITLE_LINE,
    Letterhead,
    PreparedDocument,
    contact_items,
    icon_of,
    label_of,
    place_dates,
    strip_trailing_space,
    without_leading_space,
    wrap_contact_line,
)
from polyvita.writers.publications import without_facts
from polyvita.writers.word import columns
from polyvita.writers.word.style_model import TWIPS_PER_MM, text_width, twips

NAMED_STYLES = ("Title", "Subtitle", "Contact", "Entry Details", "Entry Date", "Heading Date")
LIST_MARGIN = "List Margin"
"""The style of items with a date or a year in the margin."""
"""The styles that the AST names as `custom-style`."""
PREFIXED = "Prefixed"
"""The name of a style starts with this, and ends with the prefix of the numbers of a list in hexadecimal digits."""
TAB = raw_inline("openxml", "<w:r><w:tab/></w:r>")
MARKED = "SubsectionMark"
SUBSECTION_MARK = raw_inline("openxml", f'<w:r><w:rPr><w:rStyle w:val="{MARKED}"/></w:rPr></w:r>')
"""An empty run at the start of a heading that contains entries. Pandoc gives such a heading no style of its own."""
RULE = raw_block("openxml", '<w:p><w:pPr><w:pStyle w:val="HorizontalRule"/></w:pPr></w:p>')
NO_BREAK_SPACE = {"t": "Str", "c": "\N{NO-BREAK SPACE}"}


def to_word(prepared: PreparedDocument, folder: Path, theme: Theme, direction: Direction = "ltr") -> Ast:
    """Return the document as an AST for Pandoc's Word writer. Image paths are relative to `folder`.

    `direction` is that of the output's language. Raises `InputError` if an image is missing.
    """
    linked = {url.removeprefix("#") for url in _link_targets(prepared.blocks)}
    shown = without_facts(prepared.blocks) if theme.publications == "badge" else prepared.blocks
    content = place_dates(shown, theme)
    if content is not shown:  # Some dates are in the margin.
        content = rewrite_ast(content, {"Div": _margin_items})
    content = section_scopes(content) if prepared.has_directions else content
    rewrites = _to_word(linked, folder)
    without_images = {kind: rewrite for kind, rewrite in rewrites.items() if kind != "Image"}  # Icons are ready.
    head = rewrite_ast(_letterhead(prepared.letterhead, theme, direction), without_images)
    tree = prepared.ast([*head, *rewrite_ast(content, rewrites)])
    if prepared.letterhead and prepared.letterhead.photo:
        tree["blocks"][0] = _with_photo(tree["blocks"][0], prepared.letterhead.photo[0], theme, folder)
    return {**tree, "meta": {"dir": {"t": "MetaString", "c": "rtl"}}} if direction == "rtl" else tree


def _to_word(linked: set[str], folder: Path) -> NodeRewrites:
    """Return the rewrites for Word. `linked` are the ids that are targets of links."""

    def heading(node: Ast) -> Ast:
        level, [id, classes, keys], inlines = node["c"]
        mark = [SUBSECTION_MARK] if SUBSECTION in classes else []
        text = _with_tab_before_date(_without_bold(inlines), "Heading Date")
        text = _with_tab_after_label(text, "Margin Heading Date")
        return {"t": "Header", "c": [level, [id, [], keys], [*mark, *text]]}

    def paragraph(node: Ast) -> Ast:
        dated = _with_tab_after_label(_with_tab_before_date(node["c"], "Entry Date"), "Margin Date")
        return node if dated is node["c"] else {"t": node["t"], "c": dated}

    def span_node(node: Ast) -> Ast | list[Ast]:
        classes = node["c"][0][1]
        if INLINE_DATE in classes:
            return _styled_date(node)
        if TITLE_LINE in classes:
            return span(node["c"][1], keys=[("custom-style", "Entry Where")])
        return node if {RIGHT_DATE, MARGIN, *LABELS} & {*classes} else container(node)

    def container(node: Ast) -> Ast | list[Ast]:
        [id, classes, keys], inside = node["c"]
        style = [["custom-style", "Entry Details"]] if SECOND_LINE in classes else []
        style = [pair for pair in keys if pair[0] == "custom-style"] or style
        keys = [pair for pair in keys if pair[0] != "custom-style"]
        if prefix := dict(keys).get(PREFIX):
            style, keys = [["custom-style", PREFIXED + prefix.encode().hex()]], []
            inside = rewrite_ast(inside, {"Plain": lambda node: {"t": "Para", "c": node["c"]}})  # Plain has no style.
        attr = [_if_linked(id, linked), [], [*keys, *style]]
        # A Div without attributes has no use, and would hide its content from Pandoc.
        return {"t": node["t"], "c": [attr, inside]} if any(attr) else list(inside)

    def definitions(node: Ast) -> Ast:
        return {"t": "DefinitionList", "c": [[_without_bold(term), definitions] for term, definitions in node["c"]]}

    def image(node: Ast) -> Ast:
        [id, _, keys], inlines, [url, title] = node["c"]
        return {"t": "Image", "c": [[_if_linked(id, linked), [], keys], inlines, [data_url(url, folder), title]]}

    def leaf(node: Ast) -> Ast:
        [id, _, keys], *rest = node["c"]
        return {"t": node["t"], "c": [[_if_linked(id, linked), [], keys], *rest]}

    def table(node: Ast) -> Ast:
        [id, *_], caption, columns, head, *rest = node["c"]
        return {"t": "Table", "c": [attributes(_if_linked(id, linked)), caption, columns, _without_bold(head), *rest]}

    return {
        "Header": heading,
        **dict.fromkeys(("Para", "Plain"), paragraph),
        "Span": span_node,
        "Div": container,
        "DefinitionList": definitions,
        "Image": image,
        **dict.fromkeys(("Link", "Code", "CodeBlock"), leaf),
        "Table": table,
        "HorizontalRule": lambda _node: RULE,
    }


def _letterhead(head: Letterhead | None, theme: Theme, direction: Direction) -> list[Ast]:
    if head is None:
        return []
    top = (("Title", head.name), ("Headline", head.headline), ("Subtitle", head.subtitle))
    lines = [(style, part) for style, part in top if part]
    for line in head.contact:
        parts = (
            _with_icons(line, theme, direction) if line and icon_of(line) else [_wrapped(line, theme, bool(head.photo))]
        )
        lines += [("Contact", part) for part in parts]
    return [div([{"t": "Para", "c": inlines}], keys=[("custom-style", style)]) for style, inlines in lines]


def _wrapped(line: list[Ast], theme: Theme, with_photo: bool) -> list[Ast]:
    """Return a line of the address with line breaks between its parts, so that no line ends with a separator."""
    photo = photo_frame(theme)[0] * TWIPS_PER_MM if with_photo else 0
    room = (text_width(theme) - photo) / twips(theme.size_small)
    rows = wrap_contact_line(line, lambda text: columns.text_width(text) * columns.SAFETY <= room)
    return [inline for row in rows for inline in ({"t": "LineBreak"}, *row)][1:]


def _with_photo(first: Ast, photo: Ast, theme: Theme, folder: Path) -> Ast:
    """Return the first line of the letterhead with the photo at its end. `word.photo` anchors it there."""
    sizes = [(name, f"{mm}mm") for name, mm in zip(("width", "height"), photo_frame(theme), strict=True)]
    picture = [photo_url(photo, theme, folder), ""]
    image: Ast = {"t": "Image", "c": [attributes(keys=sizes), photo["c"][1], picture]}
    attr, [line, *rest] = first["c"]
    return {"t": "Div", "c": [attr, [{"t": "Para", "c": [*line["c"], image]}, *rest]]}


def _with_icons(line: list[Ast], theme: Theme, direction: Direction) -> list[list[Ast]]:
    """Return a line of the address as lines that fit, with a picture of its icon before each item.

    Programs break lines also between a picture and the text after it, so they should have no reason to break them.
    From right to left, they mix up the order of pictures and addresses, so each item has a line of its own.
    """
    size = f"{theme.size_small:g}pt"
    room = theme.text_area[0] / 25.4 * 72 / theme.size_small / _MEAN_WIDTH
    lines: list[list[Ast]] = []
    used = room
    for [item] in contact_items(line):
        url = icon_url(icon_of([item]), "#ffffff" if theme.header == "band" else theme.accent)
        sizes = attributes(keys=[("width", size), ("height", size)])
        shown = [{"t": "Image", "c": [sizes, [], [url, ""]]}, _ICON_JOIN, *item["c"][1]]
        length = len(stringify(item)) + _ICON_LENGTH
        if used + length > room or direction == "rtl":
            lines.append(shown)
            used = 0
        else:
            lines[-1] += [_ICON_GAP, *shown]
        used += length
    return lines


_MEAN_WIDTH, _ICON_LENGTH = 0.53, 5
"""About how wide a letter is, in em, and how many letters an icon with its spaces is wide."""
_ICON_JOIN = {"t": "Str", "c": "\N{NO-BREAK SPACE}" * 2}
_ICON_GAP = {"t": "Str", "c": "\N{EM SPACE}"}


def _margin_items(node: Ast) -> Ast | list[Ast]:
    """Give the paragraphs of a list with dates or years in the margin styles of their own."""
    match node["c"]:
        case [[_, classes, _], [{"t": "BulletList", "c": items}]] if MARGIN_LIST in classes:
            return [{"t": "BulletList", "c": [_margin_item(item, LIST_MARGIN) for item in items]}]
        case _:
            return node


def _margin_item(blocks: list[Ast], style: str) -> list[Ast]:
    out = []
    for block in blocks:
        match block:
            case {"t": "Para" | "Plain", "c": inlines}:
                out.append(div([{"t": "Para", "c": inlines}], keys=[("custom-style", style)]))
            case {"t": "Div", "c": [attr, inside]} if not attr[1]:
                out.append({"t": "Div", "c": [attr, _margin_item(inside, style)]})
            case _:
                out.append(block)
        style = f"{LIST_MARGIN} Continue"
    return out


def _with_tab_after_label(inlines: list[Ast], style: str) -> list[Ast]:
    """Put a tab after a date or a year in the margin."""
    label = label_of(inlines)
    if label is None:
        return inlines
    shown = [_styled_date(label, "Badge" if LABELS[1] in classes_of(label) else style)] if label["c"][1] else []
    return [*shown, TAB, *without_leading_space(inlines[1:])]


def _if_linked(id: str, linked: set[str]) -> str:
    """Return `id` if a link has it as its target. Only such ids become bookmarks; headings keep all ids."""
    return id if id in linked else ""


def _with_tab_before_date(inlines: list[Ast], style: str) -> list[Ast]:
    """Put a tab before a date at the right edge, at the end of the inlines."""
    if not inlines or RIGHT_DATE not in classes_of(inlines[-1]):
        return inlines
    return [*strip_trailing_space(inlines[:-1]), TAB, _styled_date(inlines[-1], style)]


def _styled_date(node: Ast, style: str = "Entry Date") -> Ast:
    """Return a date with its style and with no-break spaces."""
    whole = rewrite_ast(node["c"][1], _NO_BREAK)
    return span(whole, keys=[("custom-style", style)])


_NO_BREAK: NodeRewrites = {
    **dict.fromkeys(("Space", "SoftBreak"), lambda _node: NO_BREAK_SPACE),
    "Str": lambda node: {"t": "Str", "c": node["c"].replace(" ", "\N{NO-BREAK SPACE}")},
}


def _without_bold(value: Any) -> Any:
    """Remove bold from text whose style is bold. In Word, bold inside bold is regular."""
    return rewrite_ast(value, {"Strong": lambda node: list(node["c"])})


def _link_targets(value: list[Any]) -> Iterator[str]:
    """Yield the URL of each link in a tree."""
    stack: list[Any] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node["t"] == "Link":
                yield node["c"][2][0]
            node = node.get("c")
        if isinstance(node, list):
            stack += [part for part in node if isinstance(part, (list, dict))]

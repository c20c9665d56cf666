"""Write a document as Typst source: the values of the theme, the layout in `preamble/`, and the body from Pandoc."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from msgspec import structs

from polyvita.config.theme import DocumentInfo, Theme, choices
from polyvita.core.allowed import common_folder
from polyvita.core.formulas import read_formulas
from polyvita.core.i18n import page_labels
from polyvita.core.pandoc_worker import convert
from polyvita.core.scripts import RIGHT_TO_LEFT_LETTER, direction_of, letter_of
from polyvita.writers.choices import choice_files
from polyvita.writers.colour import AA_CONTRAST, reach_contrast
from polyvita.writers.direction import section_scopes, with_directions
from polyvita.writers.fonts import FALLBACK_FONT
from polyvita.writers.icons import icon_svg
from polyvita.writers.images import css_length, find_image
from polyvita.writers.nonbreaking import HYPHENATED_INITIALS, NUMBER_RANGE, keep_together
from polyvita.writers.pandoc_ast import (
    Ast,
    NodeRewrites,
    attributes,
    classes_of,
    raw_block,
    raw_inline,
    rewrite_ast,
    stringify,
)
from polyvita.writers.photo import photo_frame, photo_text
from polyvita.writers.prepare import (
    LABEL_WIDTH,
    LABELS,
    MARGIN,
    MARGIN_LIST,
    NUMBERED_RUNS,
    RIGHT_DATE,
    SECOND_LINE,
    SUBSECTION,
    Inlines,
    Letterhead,
    PreparedDocument,
    contact_items,
    facts_in,
    icon_of,
    label_of,
    place_dates,
    prefix_of,
    prepare,
    without_leading_space,
)
from polyvita.writers.publications import without_facts

MAX_UNBROKEN_ITEM = 1200
"""The length, in characters, up to which an item of a numbered list stays on one page."""

_PREAMBLE = Path(__file__).parent / "preamble"
_OPTIONAL_PARTS = {
    "code": ("`", "raw("),
    "quotes": ("quote(",),
    "notes": ("footnote",),
    "tables": ("figure(", "table("),
    "margins": ("#margin-list(",),
    "photo": ("with-photo(",),
}
"""The optional parts of the preamble, and the Typst code in a body that needs each.

A part is left out if the body does not need it, because even unused rules cost Typst time.
"""
_STICKY = "sticky"
_UNBREAKABLE = re.compile(rf"({HYPHENATED_INITIALS}|{NUMBER_RANGE}|https?://[\w./?=&%#~+:-]{{1,48}})")
# Text that Typst interprets and Pandoc does not always escape: an ellipsis, dash, minus sign or soft hyphen; a dot that
# Typst would read as a field access; and signs that begin a list or a heading at the start of a content block.
_SHORTHAND = re.compile(r"\.\.\.|-(?=[-\d?])|(?<![^ ])\.(?=[^\W\d])|(?<![^ ])(?:[-+/]|=+)(?![^ ])|(?<=\d)\.(?![^ ])")


def typst_source(ast: Ast | PreparedDocument, theme: Theme, info: DocumentInfo, folder: Path) -> str:
    """Return the document as Typst source. Image paths are relative to `common_folder`, the root of Typst.

    The source uses `fonts`, which has to be defined before it: see `font_list`.

    Raises `InputError` if an image is missing, and `ExternalError` if Pandoc fails.
    """
    prepared = with_directions(prepare(ast), info.lang, "mark", mirror_columns=True)
    head = _letterhead(prepared.letterhead) if prepared.letterhead else []
    if prepared.letterhead and prepared.letterhead.photo:
        head = [raw_block("typst", f"{_photo(prepared.letterhead.photo[0], theme)}["), *head, raw_block("typst", "]")]
    if head:
        head = [raw_block("typst", "#letterhead["), *head, raw_block("typst", "]")]
    content = without_facts(prepared.blocks) if theme.publications == "badge" else prepared.blocks
    blocks = _mark_sticky(place_dates(content, theme))
    tree = rewrite_ast(head + section_scopes(blocks), {"Div": _merge_lists})
    tree = rewrite_ast(tree, _to_typst(folder, prepared.has_directions))
    # The pages that fit were measured before they are written.
    body = convert(prepared.ast(tree), "typst-smart", {"wrap_text": "preserve"}, reuse=True).decode()
    needed = (name for name, signs in _OPTIONAL_PARTS.items() if any(sign in body for sign in signs))
    files = [_PREAMBLE / "definitions.typ", *choice_files(theme, ".typ")]
    files += [_PREAMBLE / f"{name}.typ" for name in ("always", *needed, *["headings"] * bool(theme.font_heading))]
    parts = [file.read_text(encoding="utf-8") for file in files]
    return "".join([_values(theme, info, prepared), *parts, "\n", body])


# ---------------------------------------------------------------- values


def _values(theme: Theme, info: DocumentInfo, prepared: PreparedDocument) -> str:
    """Return the values that the preamble uses, as two Typst dictionaries."""
    page_word, of_word = page_labels(info.lang)
    lang, region = _language(info.lang) or ("en", "none")
    design = {
        "size": f"{theme.size}pt",
        "leading": f"{theme.leading}",
        "size-name": f"{theme.size_name}pt",
        "size-headings": f"({', '.join(f'{size}pt' for size in theme.size_headings)})",
        "size-subsections": f"({', '.join(f'{theme.subsection_size(level)}pt' for level in (2, 3))})",
        "size-small": f"{theme.size_small}pt",
        "unit": f"{theme.unit}pt",
        "ink": f"rgb({_string(theme.ink)})",
        "muted": f"rgb({_string(theme.muted)})",
        "accent": f"rgb({_string(theme.accent)})",
        "paper": _string({"a4": "a4", "letter": "us-letter"}[theme.paper]),
        "margins": _record({edge: f"{mm}mm" for edge, mm in structs.asdict(theme.margins).items()}),
    }
    about = {
        "title": _string(info.title),
        "author": _string(info.author),
        "subject": _string(info.subject) if info.subject else "none",
        "keywords": _array(info.keywords),
        "lang": _string(lang),
        "region": region,
        "hyphenate": _hyphenated(lang),
        "furniture": "true" if info.footer else "false",
        "page-word": _string(f"{page_word} " if page_word else ""),
        "of-word": _string(of_word),
    }
    values = f"#let theme = {_record(design)}\n#let info = {_record(about)}\n"
    if any(choices(theme)):
        values += f"#let choice = {_record(_choice_values(theme, info, prepared))}\n"
    return values + "#set text(dir: rtl)\n" * (direction_of(info.lang) == "rtl")


def _choice_values(theme: Theme, info: DocumentInfo, prepared: PreparedDocument) -> dict[str, str]:
    """Return the values that the choices of a theme use."""
    start = "right" if direction_of(info.lang) == "rtl" else "left"
    margins = structs.asdict(theme.margins)
    margins[start] += theme.column
    lines = prepared.letterhead.contact if prepared.letterhead else []
    icons = dict.fromkeys(icon_of(item) for line in lines for item in contact_items(line))
    colour = "#ffffff" if theme.header == "band" else theme.accent
    drawings = (f"{name}: {_string(icon_svg(name, colour))}" for name in icons if name)
    return {
        "margins": _record({edge: f"{mm:g}mm" for edge, mm in margins.items()}),
        "column": f"{theme.column or LABEL_WIDTH * theme.size / 72 * 25.4:.4g}mm",
        "outdent": f"({start}: {-theme.column:g}mm)",
        "start": _string(start),
        "band": f"rgb({_string(reach_contrast(theme.accent, '#000000', '#ffffff', AA_CONTRAST))})",
        "icons": f"({', '.join(drawings)})" if icons.keys() - {""} else "(:)",
    }


def font_list(families: Iterable[str], heading: tuple[str, ...] = ()) -> str:
    """Return the definition of the fonts that the source uses, best first. `heading` are those of headings."""
    fonts = f"#let fonts = {_array([*families, FALLBACK_FONT])}\n"
    return fonts + f"#let heading-fonts = {_array([*heading, FALLBACK_FONT])}\n" * bool(heading)


def _record(values: dict[str, str]) -> str:
    return "(" + ", ".join(f"{name}: {value}" for name, value in values.items()) + ")"


def _string(text: str) -> str:
    """Return a Typst string. Its escapes are those of JSON, except for `\\u{…}`, which is not needed here."""
    return json.dumps(text, ensure_ascii=False)


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{_string(item)}, " for item in items) + ")"


def _language(tag: str) -> tuple[str, str] | None:
    """Return the language and the region (as Typst source) of a BCP 47 tag, or None if Typst does not accept it."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?", tag)
    if not found:
        return None
    return found[1].lower(), _string(found[2].upper()) if found[2] else "none"


# ---------------------------------------------------------------- rewriting the AST


def _letterhead(head: Letterhead) -> list[Ast]:
    lines = [_paragraph("#title[", head.name, "]")] if head.name else []
    if head.headline:
        lines.append(_paragraph("#headline[", head.headline, "]"))
    if head.subtitle:
        lines.append(_paragraph("#subtitle[", head.subtitle, "]"))
    if head.contact:
        inlines = [part for line in head.contact for part in _wrapped("(", _parts(line), "),")]
        lines.append(_paragraph("#contact(", inlines, ")"))
    return lines


def _photo(photo: Ast, theme: Theme) -> str:
    width, height = photo_frame(theme)
    options = ", round: true" if theme.photo_shape == "round" else ""
    options += f", alt: {_string(text)}" if (text := photo_text(photo)) else ""
    return f"#with-photo({width}mm, {height}mm{options})"


def _parts(line: Inlines) -> Inlines:
    """Return the parts of a line of the address as the elements of a Typst array."""
    return [inline for item in contact_items(line) for inline in _wrapped("[", _with_icon(item), "],")]


def _with_icon(item: Inlines) -> Inlines:
    icon = icon_of(item)
    return [raw_inline("typst", f"#icon({_string(icon)})"), *item[0]["c"][1]] if icon else item


def _paragraph(start: str, inlines: Inlines, end: str) -> Ast:
    return {"t": "Para", "c": _wrapped(start, inlines, end)}


def _wrapped(start: str, inlines: Inlines, end: str) -> Inlines:
    return [raw_inline("typst", start), *inlines, raw_inline("typst", end)]


def _mark_sticky(blocks: list[Ast]) -> list[Ast]:
    """Keep the second line of an entry on the page of the text below it, if there is any before the next heading."""
    out = []
    for block, following in zip_longest(blocks, blocks[1:]):
        keep = SECOND_LINE in classes_of(block) and following is not None and following["t"] != "Header"
        out.append({"t": "Div", "c": [["", [_STICKY], block["c"][0][2]], block["c"][1]]} if keep else block)
    return out


def _merge_lists(node: Ast) -> Ast | list[Ast]:
    match node["c"]:
        case [[_, [name], _], runs] if name == NUMBERED_RUNS:
            return _numbered(runs, prefix_of(node))
        case [[_, [name], _], [{"t": "BulletList", "c": items}]] if name == MARGIN_LIST:
            return _margin_list(items)
        case _:
            return node


def _to_typst(folder: Path, has_directions: bool) -> NodeRewrites:
    """Return rewrites to raw Typst, for nodes that Pandoc's Typst writer does not support in the way needed here."""

    def span(node: Ast) -> Ast | list[Ast]:
        [id, classes, keys], inlines = node["c"]
        if len(classes) > 1 or {RIGHT_DATE, MARGIN, *LABELS} & {*classes}:
            return node
        return _anchor(id) + _in_language(keys, _wrapped(f"#{classes[0]}[", inlines, "]") if classes else inlines)

    def div(node: Ast) -> Ast | list[Ast]:
        match node["c"]:
            case [[_, [name], _], blocks] if name in (SECOND_LINE, _STICKY):
                call = f"#second-line({'true' if name == _STICKY else 'false'})["
                return [raw_block("typst", call), *blocks, raw_block("typst", "]")]
            case [[id, [], keys], blocks]:
                anchor = [{"t": "Plain", "c": _anchor(id)}] if id else []
                settings = _text_settings(keys, hyphenated=True)
                opening = f"#[\n#set text({settings})" if settings else "#["
                return [raw_block("typst", opening), *anchor, *blocks, raw_block("typst", "]")]
            case _:
                return node

    def heading(node: Ast) -> Ast | list[Ast]:
        level, attr, inlines = node["c"]
        if SUBSECTION in attr[1]:
            plain = {"t": "Header", "c": [level, [attr[0], [], attr[2]], inlines]}
            return [raw_block("typst", "#subsection["), plain, raw_block("typst", "]")]
        text, date = _split_date(inlines)
        if not date:
            return node
        opening: Ast = {"t": "Plain", "c": _wrapped("#dated-heading[", date, "][")}
        return [opening, {"t": "Header", "c": [level, attr, text]}, raw_block("typst", "]")]

    def paragraph(node: Ast) -> Ast:
        text, date = _split_date(node["c"])
        if not date:
            return node
        opening = "#dated[" if node["t"] == "Para" else "#dated(tight: true)["
        return {"t": node["t"], "c": _wrapped(opening, [*date, raw_inline("typst", "]["), *text], "]")}

    def facts(node: Ast) -> Ast | list[Ast]:
        if not (pairs := facts_in(node)):
            return node
        out = [{"t": "Plain", "c": [*_anchor(node["c"][0][0]), raw_inline("typst", "#facts(")]}]
        for key, value in pairs:
            out += [raw_block("typst", "(["), *key, raw_block("typst", "], ["), *value, raw_block("typst", "]), ")]
        return [*out, raw_block("typst", ")")]

    def image(node: Ast) -> Ast:
        [_, _, keys], inlines, [url, _] = node["c"]
        return raw_inline("typst", _image(find_image(url, folder), folder, stringify(inlines), keys))

    def formula(node: Ast) -> list[Ast]:
        plain = read_formulas([node["c"][1]])[node["c"][1]].plain
        return _wrapped(f"#[#set math.equation(alt: {_string(plain)});", [node], "]")

    return {
        "Math": formula,
        "Span": span,
        "Div": div,
        "Header": heading,
        **dict.fromkeys(("Para", "Plain"), paragraph),
        "Table": facts,
        "OrderedList": lambda node: _numbered([node]),
        "Str": lambda node: list(_split_and_escape(node["c"], has_directions)),
        "Image": image,
    }


@lru_cache(maxsize=10_000)
def _split_and_escape(text: str, has_directions: bool) -> tuple[Ast, ...]:
    """Split and escape a text for Typst. Cached, because many filters share the same texts."""
    make_box = _directed_box if has_directions else _boxed_text
    return tuple(part for piece in keep_together(text, _UNBREAKABLE, make_box) for part in _escape(piece))


def _boxed_text(text: str, opening: str = "#box[") -> Ast:
    return {"t": "Span", "c": [attributes(), _wrapped(opening, _escape({"t": "Str", "c": text}), "]")]}


def _directed_box(text: str) -> Ast:
    """Return a box that has a direction of its own if it contains letters: an address, or initials."""
    is_ltr = letter_of("ltr").search(text) and not RIGHT_TO_LEFT_LETTER.search(text)
    return _boxed_text(text, "#box[#set text(dir: ltr);" if is_ltr else "#box[")


def _escape(node: Ast) -> Inlines:
    """Escape text that Typst would interpret and Pandoc does not escape."""
    if node["t"] != "Str":
        return [node]
    if len(node["c"]) > _MAX_TEXT:
        pieces = ({"t": "Str", "c": piece} for piece in _PIECES.findall(node["c"]))
        return [_SPACE if piece["c"][0] == " " else part for piece in pieces for part in _escape(piece)]
    if not _SHORTHAND.search(text := node["c"]):
        return [node]
    parts = _SHORTHAND.split(text)
    escaped = [raw_inline("typst", "".join(f"\\{char}" for char in found)) for found in _SHORTHAND.findall(text)]
    strings: Inlines = [{"t": "Str", "c": part} for part in parts]
    return [node for pair in zip_longest(strings, escaped) for node in pair if node and node["c"]]


_MAX_TEXT = 1000
"""The number of characters above which a text is split: Pandoc's writer for Typst takes quadratic time for one text."""
_PIECES = re.compile(rf" +|[^ ]{{1,{_MAX_TEXT}}}")
_SPACE: Ast = {"t": "Space"}


def _split_date(inlines: Inlines) -> tuple[Inlines, Inlines]:
    """Split a line into its text and its date at the right edge or in the margin, if there is one."""
    if inlines and MARGIN in classes_of(inlines[0]):
        return inlines[1:], _label_inlines(inlines[0])
    if not inlines or RIGHT_DATE not in classes_of(inlines[-1]):
        return inlines, []
    [id, _, keys], date = inlines[-1]["c"]
    return inlines[:-1], _anchor(id) + _in_language(keys, date)


def _split_label(item: list[Ast]) -> tuple[Inlines | None, list[Ast]]:
    """Split an item into the date or the year in its margin, which may be missing, and its blocks."""
    match item:
        case [{"t": "Para" | "Plain", "c": inlines} as first, *rest] if found := label_of(inlines):
            return _label_inlines(found), [{**first, "c": without_leading_space(inlines[1:])}, *rest]
        case [{"t": "Div", "c": [attr, inside]}, *rest]:
            label, blocks = _split_label(inside)
            return label, [{"t": "Div", "c": [attr, blocks]}, *rest]
        case _:
            return None, item


def _label_inlines(label: Ast) -> Inlines:
    [id, [name], keys], inlines = label["c"]
    return _anchor(id) + _in_language(keys, inlines if name == MARGIN else _wrapped(f"#{name}[", inlines, "]"))


def _anchor(id: str) -> Inlines:
    """Return an invisible target for links."""
    return [raw_inline("typst", f"#metadata(none)#label({_string(id)})")] if id else []


def _in_language(keys: list[list[str]], inlines: Inlines) -> Inlines:
    if settings := _text_settings(keys):
        return _wrapped(f"#text({settings})[", inlines, "]")
    return inlines


def _text_settings(keys: list[list[str]], *, hyphenated: bool = False) -> str:
    """Return the arguments of Typst's `text` function for the `lang` and `dir` among `keys`."""
    found = dict(reversed([(key, value) for key, value in keys]))
    settings = []
    if language := _language(found.get("lang", "")):
        lang, region = language
        settings += [f"lang: {_string(lang)}, region: {region}"]
        settings += [f"hyphenate: {_hyphenated(lang)}"] * hyphenated
    if direction := found.get("dir"):
        settings.append(f"dir: {direction}")
    return ", ".join(settings)


def _hyphenated(lang: str) -> str:
    """Return whether to hyphenate, as Typst source. English has few long words, so its lines need no hyphens."""
    return "false" if lang == "en" else "true"


def _numbered(runs: list[Ast], prefix: str = "") -> list[Ast]:
    """Merge ordered lists into one whose items have explicit numbers, with `prefix` before each."""
    out: list[Ast] = []
    lead = f"prefix: {_string(prefix)}, " if prefix else ""
    opening = f'#numbered({lead}"."'
    for run in runs:
        match run:
            case {"t": "OrderedList", "c": [[start, _, delimiter], items]}:
                if not out and delimiter["t"] == "OneParen":
                    opening = f'#numbered({lead}")"'
                for number, blocks in enumerate(items, start):
                    out += [raw_block("typst", f"{opening}, ({number}, {_unbroken(blocks)}["), *blocks]
                    opening = "])"
            case _:
                raise TypeError(f"expected an OrderedList in a numbered list, got {run['t']}")
    return [*out, raw_block("typst", "]))")]


def _margin_list(items: list[list[Ast]]) -> list[Ast]:
    """Return a list whose items have a date or a year in the margin, or a dot if they have none."""
    out: list[Ast] = []
    opening = "#margin-list("
    for item in items:
        label, blocks = _split_label(item)
        shown = _wrapped(f"{opening}([", label, f"], {_unbroken(blocks)}[") if label is not None else []
        start: Ast = {"t": "Plain", "c": shown or [raw_inline("typst", f"{opening}(none, {_unbroken(blocks)}[")]}
        out += [start, *blocks, raw_block("typst", "]), ")]
        opening = ""
    return [*out, raw_block("typst", ")")]


def _unbroken(blocks: list[Ast]) -> str:
    """Return the Typst function that keeps an item on one page, for items of one paragraph such as a publication."""
    match blocks:
        case [{"t": "Plain" | "Para"} as paragraph] if len(stringify(paragraph)) < MAX_UNBROKEN_ITEM:
            return "whole"
        case _:
            return ""


def _image(path: Path, folder: Path, alt: str, keys: list[list[str]]) -> str:
    sizes = "".join(f", {key}: {css_length(value)}" for key, value in keys if key != "lang" and css_length(value))
    location = "/" + path.relative_to(common_folder(folder)).as_posix()
    if not alt:
        return f"#box(pdf.artifact(image({_string(location)}{sizes})))"
    return f"#box(image({_string(location)}, alt: {_string(alt)}{sizes}))"

"""Typst source: the theme's values, the preamble that gives them their look, and the body that Pandoc writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from msgspec import structs

from polyvita.config.theme import DocumentInfo, Theme
from polyvita.core.i18n import page_labels
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
from polyvita.writers.pandoc_worker import convert
from polyvita.writers.prepare import (
    NUMBERED_RUNS,
    RIGHT_DATE,
    SECOND_LINE,
    Inlines,
    Letterhead,
    PreparedDocument,
    contact_items,
    prepare,
)

LONGEST_WHOLE = 1200
"""Characters up to which an item of a numbered list is kept on one page."""

_PREAMBLE = Path(__file__).parent / "preamble"
_PARTS = {"code": ("`", "raw("), "quotes": ("quote(",), "notes": ("footnote",), "tables": ("figure(", "table(")}
"""The parts of the preamble that not every document needs, and what in it asks for each: a rule that nothing meets
costs Typst time all the same."""
_STICKY = "sticky"
_WHOLE = re.compile(rf"({HYPHENATED_INITIALS}|{NUMBER_RANGE}|https?://[\w./?=&%#~+:-]{{1,48}})")
_AT_EDGE, _IN_HEADING = raw_inline("typst", f"#{RIGHT_DATE}["), raw_inline("typst", f"#heading-{RIGHT_DATE}[")
_SERIF_THAT_COMES_WITH_TYPST = "Libertinus Serif"
# What Typst takes for more than it says, and Pandoc does not always escape: an ellipsis, a dash, a minus sign, a soft
# hyphen; what would be a field of the call before it; and what at the start of a call would begin a list or a heading.
_SHORTHAND = re.compile(r"\.\.\.|-(?=[-\d?])|(?<![^ ])\.(?=[^\W\d])|(?<![^ ])(?:[-+/]|=+)(?![^ ])|(?<=\d)\.(?![^ ])")


def typst_source(ast: Ast | PreparedDocument, theme: Theme, info: DocumentInfo, folder: Path) -> str:
    """The whole document as Typst source; `folder` is where its images are, and the root that Typst has to be given.

    Raises `InputError` for an image that is not there, `ExternalError` where Pandoc fails.
    """
    page = prepare(ast)
    head = _letterhead(page.letterhead) if page.letterhead else []
    tree = rewrite_ast(head + _language_scopes(_sticky(page.blocks)), {"Div": _one_list})
    tree = rewrite_ast(tree, _to_typst(folder))
    body = convert(page.ast(tree), "typst-smart", {"wrap_text": "preserve"}).decode()
    asked_for = (name for name, signs in _PARTS.items() if any(sign in body for sign in signs))
    parts = [(_PREAMBLE / f"{name}.typ").read_text(encoding="utf-8") for name in ("always", *asked_for)]
    return "".join([_values(theme, info), *parts, "\n", body])


# ---------------------------------------------------------------- values


def _values(theme: Theme, info: DocumentInfo) -> str:
    """What the preamble goes by, as two Typst dictionaries."""
    page_word, of_word = page_labels(info.lang)
    lang, region = _language(info.lang) or ("en", "none")
    design = {
        "size": f"{theme.size}pt",
        "leading": f"{theme.leading}",
        "size-name": f"{theme.size_name}pt",
        "size-headings": f"({', '.join(f'{size}pt' for size in theme.size_headings)})",
        "size-small": f"{theme.size_small}pt",
        "unit": f"{theme.unit}pt",
        "ink": f"rgb({_string(theme.ink)})",
        "muted": f"rgb({_string(theme.muted)})",
        "accent": f"rgb({_string(theme.accent)})",
        "paper": _string({"a4": "a4", "letter": "us-letter"}[theme.paper]),
        "margins": _record({edge: f"{mm}mm" for edge, mm in structs.asdict(theme.margins).items()}),
        "fonts": _array([*theme.font_pdf, _SERIF_THAT_COMES_WITH_TYPST]),
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
    return f"#let theme = {_record(design)}\n#let info = {_record(about)}\n"


def _record(values: dict[str, str]) -> str:
    return "(" + ", ".join(f"{name}: {value}" for name, value in values.items()) + ")"


def _string(text: str) -> str:
    """A Typst string; its escapes are JSON's, but for `\\u{…}`, which is not needed."""
    return json.dumps(text, ensure_ascii=False)


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{_string(item)}, " for item in items) + ")"


def _language(tag: str) -> tuple[str, str] | None:
    """Typst's language and region (as source) for a BCP 47 tag, or None for one that Typst would refuse."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?", tag)
    if not found:
        return None
    return found[1].lower(), _string(found[2].upper()) if found[2] else "none"


# ---------------------------------------------------------------- lowering


def _letterhead(head: Letterhead) -> list[Ast]:
    lines = [_paragraph("#title[", head.name, "]")]
    if head.subtitle:
        lines.append(_paragraph("#subtitle[", head.subtitle, "]"))
    if head.contact:
        inlines = [part for line in head.contact for part in _wrapped("[", _boxed(line), "],")]
        lines.append(_paragraph("#contact(", inlines, ")"))
    return lines


def _boxed(line: Inlines) -> Inlines:
    """A line of the address that breaks between its items only."""
    boxes = [[*_wrapped("#box[", item, "]"), {"t": "Space"}] for item in contact_items(line)]
    return [inline for box in boxes for inline in box][:-1]


def _paragraph(start: str, inlines: Inlines, end: str) -> Ast:
    return {"t": "Para", "c": _wrapped(start, inlines, end)}


def _wrapped(start: str, inlines: Inlines, end: str) -> Inlines:
    return [raw_inline("typst", start), *inlines, raw_inline("typst", end)]


def _sticky(blocks: list[Ast]) -> list[Ast]:
    """Second lines that have text below them stay with it; the last one of a heading without text does not."""
    out = []
    for block, following in zip_longest(blocks, blocks[1:]):
        keep = SECOND_LINE in classes_of(block) and following is not None and following["t"] != "Header"
        out.append({"t": "Div", "c": [["", [_STICKY], block["c"][0][2]], block["c"][1]]} if keep else block)
    return out


def _language_scopes(blocks: list[Ast]) -> list[Ast]:
    """A section in another language, as a Div: what follows a heading stands beside it in Pandoc's tree."""
    out: list[Ast] = []
    at = 0
    while at < len(blocks):
        match blocks[at]:
            case {"t": "Header", "c": [level, [id, classes, [["lang", other], *rest]], inlines]}:
                end = at + 1
                while end < len(blocks) and not (blocks[end]["t"] == "Header" and blocks[end]["c"][0] <= level):
                    end += 1
                head = {"t": "Header", "c": [level, [id, classes, rest], inlines]}
                inside = _language_scopes(blocks[at + 1 : end])
                out.append({"t": "Div", "c": [["", [], [["lang", other]]], [head, *inside]]})
                at = end
            case block:
                out.append(block)
                at += 1
    return out


def _one_list(node: Ast) -> Ast | list[Ast]:
    match node["c"]:
        case [[_, [name], _], runs] if name == NUMBERED_RUNS:
            return _numbered(runs)
        case _:
            return node


def _to_typst(folder: Path) -> NodeRewrites:
    """What Pandoc's Typst writer lacks, as raw Typst."""

    def span(node: Ast) -> Ast | list[Ast]:
        [id, classes, keys], inlines = node["c"]
        if len(classes) > 1:
            return node
        return _anchor(id) + _in_language(keys, _wrapped(f"#{classes[0]}[", inlines, "]") if classes else inlines)

    def div(node: Ast) -> Ast | list[Ast]:
        match node["c"]:
            case [[_, [name], _], blocks] if name in (SECOND_LINE, _STICKY):
                call = f"#second-line({'true' if name == _STICKY else 'false'})["
                return [raw_block("typst", call), *blocks, raw_block("typst", "]")]
            case [[id, [], keys], blocks]:
                anchor = [{"t": "Plain", "c": _anchor(id)}] if id else []
                settings = "".join(f"\n#set text({language})" for language in _languages(keys, hyphenated=True))
                return [raw_block("typst", f"#[{settings}"), *anchor, *blocks, raw_block("typst", "]")]
            case _:
                return node

    def heading(node: Ast) -> Ast:
        level, attr, inlines = node["c"]
        inlines = [_IN_HEADING if inline == _AT_EDGE else inline for inline in inlines]
        return {"t": "Header", "c": [level, attr, inlines]}

    def image(node: Ast) -> Ast:
        [_, _, keys], inlines, [url, _] = node["c"]
        return raw_inline("typst", _image(find_image(url, folder), folder, stringify(inlines), keys))

    return {
        "Span": span,
        "Div": div,
        "Header": heading,
        "OrderedList": lambda node: _numbered([node]),
        "Str": lambda node: list(_text(node["c"])),
        "Image": image,
    }


@lru_cache(maxsize=10_000)
def _text(text: str) -> tuple[Ast, ...]:
    """A text as Typst takes it. Many filters show the same ones."""
    return tuple(part for piece in keep_together(text, _WHOLE, _boxed_text) for part in _as_written(piece))


def _boxed_text(text: str) -> Ast:
    return {"t": "Span", "c": [attributes(), _wrapped("#box[", _as_written({"t": "Str", "c": text}), "]")]}


def _as_written(node: Ast) -> Inlines:
    """Text that Typst would take for a shorthand, and that Pandoc does not escape."""
    if node["t"] != "Str" or not _SHORTHAND.search(text := node["c"]):
        return [node]
    parts = _SHORTHAND.split(text)
    escaped = [raw_inline("typst", "".join(f"\\{char}" for char in found)) for found in _SHORTHAND.findall(text)]
    strings: Inlines = [{"t": "Str", "c": part} for part in parts]
    return [node for pair in zip_longest(strings, escaped) for node in pair if node and node["c"]]


def _anchor(id: str) -> Inlines:
    """A place that links can lead to, and that shows nothing."""
    return [raw_inline("typst", f"#metadata(none)#label({_string(id)})")] if id else []


def _in_language(keys: list[list[str]], inlines: Inlines) -> Inlines:
    for language in _languages(keys):
        inlines = _wrapped(f"#text({language})[", inlines, "]")
    return inlines


def _languages(keys: list[list[str]], *, hyphenated: bool = False) -> list[str]:
    """The arguments of Typst's `text` for a `lang` among `keys`."""
    known = filter(None, (_language(value) for key, value in keys if key == "lang"))
    return [
        f"lang: {_string(lang)}, region: {region}" + f", hyphenate: {_hyphenated(lang)}" * hyphenated
        for lang, region in known
    ]


def _hyphenated(lang: str) -> str:
    """Whether long words are parted at the end of a line. English has few of them: ragged lines do well without."""
    return "false" if lang == "en" else "true"


def _numbered(runs: list[Ast]) -> list[Ast]:
    """Ordered lists as one, each item with its number."""
    out: list[Ast] = []
    before = '#numbered("."'
    for run in runs:
        match run:
            case {"t": "OrderedList", "c": [[start, _, delimiter], items]}:
                if not out and delimiter["t"] == "OneParen":
                    before = '#numbered(")"'
                for number, blocks in enumerate(items, start):
                    out += [raw_block("typst", f"{before}, ({number}, {_keep(blocks)}["), *blocks]
                    before = "])"
            case _:
                raise TypeError(f"a numbered list holds lists only, not {run['t']}")
    return [*out, raw_block("typst", "]))")]


def _keep(blocks: list[Ast]) -> str:
    """An item of one paragraph, such as a publication, is not torn by the end of a page."""
    match blocks:
        case [{"t": "Plain" | "Para"} as paragraph] if len(stringify(paragraph)) < LONGEST_WHOLE:
            return "whole"
        case _:
            return ""


def _image(path: Path, folder: Path, alt: str, keys: list[list[str]]) -> str:
    sizes = "".join(f", {key}: {css_length(value)}" for key, value in keys if key != "lang" and css_length(value))
    location = "/" + path.relative_to(folder.resolve()).as_posix()
    if not alt:
        return f"#box(pdf.artifact(image({_string(location)}{sizes})))"
    return f"#box(image({_string(location)}, alt: {_string(alt)}{sizes}))"

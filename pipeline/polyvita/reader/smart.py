"""Typographic signs for what a typewriter has: dashes, ellipses and quotes of the language (`smart: true`).

Code, addresses and what a backslash escapes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec import structs

from polyvita.core.document import (
    Cell,
    DefinitionItem,
    Document,
    Heading,
    Inline,
    LineBreak,
    Link,
    Node,
    Note,
    Paragraph,
    SoftBreak,
    Text,
    child_fields,
    children,
)
from polyvita.core.location import Location
from polyvita.reader.escapes import ENTITY

N = TypeVar("N", bound=Node)

_SIGNS = re.compile(r"['\"]|(?<!-)-{2,3}(?!-)|(?<!\.)\.{3}(?!\.)")
_WRITTEN = re.compile(rf"\\[!-/:-@\[-`{{-~]|{ENTITY}|.", re.DOTALL)
_OPENS_AFTER = frozenset(" \u00a0\u202f\n([{–—-/“‘„‚«‹「『")
_OBJECT = "\ufffc"
"""Stands for an inline without text of its own, such as code."""


class Quotes(NamedTuple):
    """The outer and the inner quotes of a language."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_ENGLISH = Quotes("“", "”", "‘", "’")
_LOW = Quotes("„", "“", "‚", "‘")
_ANGLES = Quotes("«", "»", "“", "”")
_RIGHT = Quotes("”", "”", "’", "’")
_RUSSIAN = Quotes("«", "»", "„", "“")
_CORNERS = Quotes("「", "」", "『", "』")
_SWISS = Quotes("«", "»", "‹", "›")
_QUOTES = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "et", "lt", "bg", "mk", "hr", "sr", "lb", "hsb"), _LOW),
    **dict.fromkeys(("es", "it", "pt-pt", "el", "ca", "gl", "eu"), _ANGLES),
    **dict.fromkeys(("sv", "fi", "he"), _RIGHT),
    **dict.fromkeys(("ru", "uk", "be"), _RUSSIAN),
    **dict.fromkeys(("ja", "zh-hant", "zh-tw", "zh-hk"), _CORNERS),
    **dict.fromkeys(("de-ch", "fr-ch", "it-ch", "rm"), _SWISS),
    **dict.fromkeys(("no", "nb", "nn"), Quotes("«", "»", "‘", "’")),
    "fr": Quotes("«\u202f", "\u202f»", "“", "”"),
    "pl": Quotes("„", "”", "«", "»"),
    "ro": Quotes("„", "”", "«", "»"),
    "hu": Quotes("„", "”", "»", "«"),
    "ar": Quotes("”", "“", "’", "‘"),
}
"""The quotes of languages, by language tag in lower case; all others have those of English. Source: CLDR."""


def quotes_of(lang: str) -> Quotes:
    """Return the quotes of a language tag, such as `de-CH`."""
    tag = lang.lower()
    while tag not in _QUOTES and "-" in tag:
        tag = tag.rpartition("-")[0]
    return _QUOTES.get(tag, _ENGLISH)


def with_typographic_signs(document: Document) -> Document:
    """Return the document with typographic signs in its text."""
    lines, lang = document.text.split("\n"), str(document.meta.get("lang", "") or "en")
    return structs.replace(document, blocks=tuple(_convert(block, lang, lines) for block in document.blocks))


def _convert(node: N, lang: str, lines: Sequence[str]) -> N:
    lang = node.attr.get("lang") or lang
    if isinstance(node, Paragraph | Heading | Cell):
        node = structs.replace(node, inlines=_convert_inlines(node.inlines, lang, lines))
    elif isinstance(node, DefinitionItem):
        node = structs.replace(node, term=_convert_inlines(node.term, lang, lines))
    new = {}
    for name in child_fields(type(node)):
        value = getattr(node, name)
        if name not in ("inlines", "term"):
            new[name] = (
                tuple(_convert(child, lang, lines) for child in value)
                if isinstance(value, tuple)
                else _convert(value, lang, lines)
            )
    return structs.replace(node, **new) if new else node


class _Leaf(NamedTuple):
    node: Node
    text: str
    lang: str
    protected: frozenset[int]


def _convert_inlines(inlines: tuple[Inline, ...], lang: str, lines: Sequence[str]) -> tuple[Inline, ...]:
    leaves = [leaf for inline in inlines for leaf in _leaves(inline, lang, lines)]
    if not any(_SIGNS.search(leaf.text) for leaf in leaves) and not any(isinstance(leaf.node, Note) for leaf in leaves):
        return inlines
    new_texts = _replace_signs(leaves)
    changed = {
        id(leaf.node): structs.replace(leaf.node, text=text)
        for leaf, text in zip(leaves, new_texts, strict=True)
        if isinstance(leaf.node, Text) and text != leaf.text
    }
    return tuple(_rebuild(inline, changed, lang, lines) for inline in inlines)


def _rebuild(node: N, changed: Mapping[int, Node], lang: str, lines: Sequence[str]) -> N:
    if id(node) in changed:
        return changed[id(node)]  # type: ignore[return-value]
    if isinstance(node, Note):
        return _convert(node, lang, lines)
    lang = node.attr.get("lang") or lang
    new = {
        name: tuple(_rebuild(child, changed, lang, lines) for child in getattr(node, name))
        for name in child_fields(type(node))
    }
    return structs.replace(node, **new) if new else node


def _leaves(node: Node, lang: str, lines: Sequence[str]) -> Iterator[_Leaf]:
    """Yield the inlines without inlines inside them. The text of an address counts as one object."""
    lang = node.attr.get("lang") or lang
    match node:
        case Text(text=text):
            yield _Leaf(node, text, lang, _protected(text, node.location, lines))
        case SoftBreak() | LineBreak():
            yield _Leaf(node, " ", lang, frozenset())
        case Link() if node.attr.has("uri") or node.attr.has("email"):
            yield _Leaf(node, _OBJECT, lang, frozenset())
        case Node() if not child_fields(type(node)) or isinstance(node, Note):
            yield _Leaf(node, _OBJECT, lang, frozenset())
        case _:
            for child in children(node):
                yield from _leaves(child, lang, lines)


def _protected(text: str, location: Location, lines: Sequence[str]) -> frozenset[int]:
    """Return the indices of the characters of a text that are written with a backslash or as an entity."""
    if not 0 < location.line <= len(lines):
        return frozenset()
    written = lines[location.line - 1][location.column - 1 : location.column - 1 + location.width]
    if "\\" not in written and "&" not in written:
        return frozenset()
    return frozenset(
        index
        for index, found in enumerate(_WRITTEN.findall(written))
        if len(found) > 1 and index < len(text) and text[index] in "'\"-."
    )


def _replace_signs(leaves: Sequence[_Leaf]) -> list[str]:
    """Return the new text of each leaf. A sign that crosses two leaves is left as it is."""
    whole = "".join(leaf.text for leaf in leaves)
    out, start = [], 0
    is_open = {'"': False, "'": False}
    for leaf in leaves:
        parts, last = [], 0
        for found in _SIGNS.finditer(leaf.text):
            at, sign = start + found.start(), found[0]
            end = at + len(sign)
            if any(index in leaf.protected for index in range(*found.span())):
                continue
            if sign[0] in "-." and sign[0] in (whole[at - 1 : at], whole[end : end + 1]):
                continue
            new = _SHORTHANDS.get(sign) or _quote(whole, at, is_open, quotes_of(leaf.lang))
            parts += [leaf.text[last : found.start()], new]
            last = found.end()
        out.append("".join(parts) + leaf.text[last:])
        start += len(leaf.text)
    return out


_SHORTHANDS = {"--": "–", "---": "—", "...": "…"}
_CLOSES_LATER = re.compile(r"(?<=\S)'(?!\w)")


def _quote(whole: str, at: int, is_open: dict[str, bool], quotes: Quotes) -> str:
    """Return the typographic form of the straight quote at an offset in the whole text of a block."""
    sign, before, after = whole[at], whole[at - 1 : at] or " ", whole[at + 1 : at + 2] or " "
    opens = (before in _OPENS_AFTER or before in "\"'") and not after.isspace()
    if sign == '"':
        if opens and not is_open[sign]:
            is_open[sign] = True
            return quotes.opening
        if is_open[sign]:
            is_open[sign] = False
            return quotes.closing
        return sign  # For example inches.
    if opens and not is_open[sign] and not after.isdigit() and _CLOSES_LATER.search(whole, at + 1):
        is_open[sign] = True
        return quotes.inner_opening if is_open['"'] or quotes.inner_opening in "‘’" else quotes.opening
    if is_open[sign] and not after.isalnum():
        is_open[sign] = False
        return quotes.inner_closing if is_open['"'] or quotes.inner_opening in "‘’" else quotes.closing
    return "’"

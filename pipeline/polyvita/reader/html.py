"""HTML that has a meaning in every format: which tags become which nodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple

from polyvita.core.document import (
    Attributes,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    Span,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from polyvita.core.location import Location

_PAIRS: dict[str, Any] = {
    "sup": Superscript,
    "sub": Subscript,
    "b": Strong,
    "strong": Strong,
    "i": Emph,
    "em": Emph,
    "u": Underline,
}
PAIRED = frozenset({*_PAIRS, "a", "span", "kbd"})
SINGLE = frozenset({"br", "img"})


class Tag(NamedTuple):
    """A tag as written: its name in lower case, whether it closes an element, its attributes."""

    name: str
    closes: bool
    attributes: dict[str, str]


class _OneTag(HTMLParser):
    tag: Tag | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = Tag(tag, False, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self.tag = Tag(tag, True, {})


_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)


def is_comment(text: str) -> bool:
    """Whether `text` is nothing but comments."""
    return text.lstrip().startswith("<!--") and not _COMMENT.sub("", text).strip()


def parse_tag(text: str) -> Tag | None:
    """`text` as a tag; None for comments, declarations and the like."""
    parser = _OneTag(convert_charrefs=True)
    parser.feed(text)
    return parser.tag


def html_attributes(values: dict[str, str], *without: str) -> Attributes:
    """An element's attributes as ours: `class` as tags, `id`, and the rest as keys."""
    keys = tuple((k.removeprefix("data-"), v) for k, v in values.items() if k not in {"id", "class", *without})
    return Attributes(values.get("id", ""), tuple(values.get("class", "").split()), keys)


def single(tag: Tag, location: Location) -> Inline:
    """The node of a tag that stands alone."""
    if tag.name == "br":
        return LineBreak(location=location)
    values = tag.attributes
    alt = (Text(values["alt"], location=location),) if values.get("alt") else ()
    attr = html_attributes(values, "src", "alt", "title")
    return Image(alt, values.get("src", ""), values.get("title", ""), attr=attr, location=location)


def paired(tag: Tag, inlines: Sequence[Inline], location: Location) -> Inline:
    """The node of an element with `inlines` in it."""
    values, inside = tag.attributes, tuple(inlines)
    match tag.name:
        case "a" if "href" in values:
            attr = html_attributes(values, "href", "title")
            return Link(inside, values["href"], values.get("title", ""), attr=attr, location=location)
        case "a" | "span":
            return Span(inside, attr=html_attributes(values), location=location)
        case "kbd":
            attr = html_attributes(values)
            return Span(inside, attr=Attributes(attr.id, ("kbd", *attr.tags), attr.keys), location=location)
        case name:
            node: Inline = _PAIRS[name](inside, attr=html_attributes(values), location=location)
            return node


_NAMES = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_TABLE = re.compile(r"\s*<table[\s>]", re.IGNORECASE)
_OTHER = re.compile(r"<[!?]")


# A declaration, and elements whose content is not read as HTML.
_HIDING = frozenset({"!", "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"})


def without_comments(text: str) -> str:
    """`text` without notes to oneself."""
    """The text without its comments."""
    return _COMMENT.sub("", text)


def names(text: str) -> set[str]:
    """The names of the tags in `text`; `!` for declarations and the like."""
    bare = without_comments(text)
    return {name.lower() for name in _NAMES.findall(bare)} | ({"!"} if _OTHER.search(bare) else set())


def is_table(text: str) -> bool:
    """Whether `text` is one whole table, with nothing in it that hides its own end."""
    whole = bool(_TABLE.match(text)) and text.rstrip().lower().endswith("</table>")
    return whole and not names(text) & _HIDING

"""HTML elements that every output format can show: which element becomes which node of the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple

from polyvita.core.document import (
    Attributes,
    Code,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
    plain_text,
)
from polyvita.core.location import Location

_NODE_CLASSES: dict[str, Any] = {
    "sup": Superscript,
    "sub": Subscript,
    "b": Strong,
    "strong": Strong,
    "i": Emph,
    "em": Emph,
    "cite": Emph,
    "dfn": Emph,
    "u": Underline,
    "ins": Underline,
    "s": Strikeout,
    "del": Strikeout,
    "strike": Strikeout,
}
_CODE_TAGS = frozenset({"code", "samp", "tt", "var"})
_SPAN_TAGS = frozenset({"span", "small", "big", "mark", "abbr", "font", "time", "bdi"})
"""Elements whose content is shown as any other text. Their attributes are kept."""
PAIRED_TAGS = frozenset({*_NODE_CLASSES, *_CODE_TAGS, *_SPAN_TAGS, "a", "kbd", "q"})
"""Elements with a start tag and an end tag."""
LIST_TAGS = frozenset({"ul", "ol", "li"})
"""Elements of lists. Inside a line, their items become lines."""
VOID_TAGS = frozenset({"br", "img"})
"""Elements without an end tag (HTML's “void elements”)."""


class Tag(NamedTuple):
    """A start tag or an end tag (`closes`): its name in lower case, and its attributes."""

    name: str
    closes: bool
    attributes: dict[str, str]


class _TagParser(HTMLParser):
    tag: Tag | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = Tag(tag, False, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # In HTML, the slash in “<img … />” has no meaning.

    def handle_endtag(self, tag: str) -> None:
        self.tag = Tag(tag, True, {})


_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)


def is_comment(text: str) -> bool:
    """Return whether `text` contains only comments."""
    return text.lstrip().startswith("<!--") and not _COMMENT.sub("", text).strip()


def parse_tag(text: str) -> Tag | None:
    """Return `text` as a tag; None for a comment, a declaration or a processing instruction."""
    parser = _TagParser(convert_charrefs=True)
    parser.feed(text)
    return parser.tag


def convert_attributes(html_attributes: dict[str, str], *without: str) -> Attributes:
    """Convert the attributes of an element, except those in `without`: `class` becomes tags, `data-x` the key `x`."""
    pairs = html_attributes.items()
    keys = tuple((name.removeprefix("data-"), value) for name, value in pairs if name not in {"id", "class", *without})
    return Attributes(html_attributes.get("id", ""), tuple(html_attributes.get("class", "").split()), keys)


def void_element(tag: Tag, location: Location) -> Inline:
    """Return the node of an element without an end tag."""
    if tag.name == "br":
        return LineBreak(location=location)
    values = tag.attributes
    alt = (Text(values["alt"], location=location),) if values.get("alt") else ()
    attr = convert_attributes(values, "src", "alt", "title")
    return Image(alt, values.get("src", ""), values.get("title", ""), attr=attr, location=location)


def paired_element(tag: Tag, inlines: Sequence[Inline], location: Location) -> Inline:
    """Return the node of an element with the start tag `tag` and the content `inlines`."""
    values, content = tag.attributes, tuple(inlines)
    match tag.name:
        case "a" if "href" in values:
            attr = convert_attributes(values, "href", "title")
            return Link(content, values["href"], values.get("title", ""), attr=attr, location=location)
        case "q":
            ends = Text("“", location=location), Text("”", location=location)
            return Span((ends[0], *content, ends[1]), attr=convert_attributes(values), location=location)
        case name if name in _CODE_TAGS:
            return Code(plain_text(content), attr=convert_attributes(values), location=location)
        case name if name == "a" or name in _SPAN_TAGS:
            return Span(content, attr=convert_attributes(values), location=location)
        case "kbd":
            attr = convert_attributes(values)
            return Span(content, attr=Attributes(attr.id, ("kbd", *attr.tags), attr.keys), location=location)
        case name:
            node: Inline = _NODE_CLASSES[name](content, attr=convert_attributes(values), location=location)
            return node


_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_DECLARATION = re.compile(r"<[!?]")


def without_comments(text: str) -> str:
    """Return `text` without its comments."""
    return _COMMENT.sub("", text)


def tag_names(text: str) -> set[str]:
    """Return the names of the tags in `text`, in lower case."""
    return {name.lower() for name in _TAG_NAME.findall(without_comments(text))}


def has_declaration(text: str) -> bool:
    """Return whether `text` has a declaration or the like, in which the rules for tags do not hold."""
    return bool(_DECLARATION.search(without_comments(text)))

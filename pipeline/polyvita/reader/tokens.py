"""The tokens of the text of a leaf block: what the tokenizer finds, before it becomes nodes of the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from polyvita.core.document import NO_ATTRIBUTES, Attributes, Inline


class Target(NamedTuple):
    """Where a link leads: destination, title, and the attributes of its link reference definition."""

    url: str
    title: str = ""
    attr: Attributes = NO_ATTRIBUTES


class Token(Struct):
    """A part of the text of a leaf block, between two offsets. `depth` is how many levels of tokens are inside it."""

    start: int
    end: int
    depth: int = 0


class Brace(NamedTuple):
    """A brace that stays text: whether an element is before it, and where its attributes end if they are valid."""

    after_element: bool
    attributes_end: int | None


class TextToken(Token, kw_only=True):
    """Running text, with entities and escapes decoded. The other fields describe a possible mistake in the markup."""

    text: str
    undefined_note: str = ""
    is_unclosed_comment: bool = False
    brace: Brace | None = None


class BreakToken(Token, kw_only=True):
    """The end of a line. A hard break is visible in the outputs."""

    is_hard: bool


class HtmlToken(Token, kw_only=True):
    """A tag, a comment, or another construct of HTML in angle brackets."""

    text: str


class RawToken(Token, kw_only=True):
    """Code with a raw attribute: markup of one output format."""

    format: str
    text: str


class NoteToken(Token, kw_only=True):
    """The mark of a footnote; `text` is the mark in the source."""

    label: str
    text: str


class DelimiterToken(Token, kw_only=True):
    """A delimiter run (a sequence of the same character), and whether it can open and close emphasis."""

    char: str
    can_open: bool
    can_close: bool


class TrailingAttributes(Token, kw_only=True):
    """The attributes at the end of the text, which belong to the block."""

    attr: Attributes


class CodeToken(Token, kw_only=True):
    """Code between backticks. `attributes` are those directly after it, each with its start and end offset."""

    text: str
    attributes: list[tuple[int, int, Attributes]] = []


class MathToken(Token, kw_only=True):
    """A formula in TeX, without its delimiters."""

    text: str
    display: bool


class _ContainerToken(Token, kw_only=True):
    children: list[Token]

    def __post_init__(self) -> None:
        self.depth = max((child.depth + 1 for child in self.children), default=0)


class StyledToken(_ContainerToken, kw_only=True):
    """Text between delimiters; `node_class` is the class of its node."""

    node_class: Callable[..., Inline]


class SpanToken(_ContainerToken, kw_only=True):
    """Text in brackets with attributes after them; `attributes` as in `CodeToken`."""

    attributes: list[tuple[int, int, Attributes]] = []


class LinkToken(_ContainerToken, kw_only=True):
    """A link or an image; `attributes` as in `CodeToken`. `autolink` is `uri` or `email` for an address in `<>`."""

    target: Target
    is_image: bool = False
    autolink: str = ""
    attributes: list[tuple[int, int, Attributes]] = []


Element = CodeToken | SpanToken | LinkToken
"""The tokens that take attributes directly after them."""

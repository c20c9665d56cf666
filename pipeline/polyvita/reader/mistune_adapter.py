"""The parts of mistune that the reader uses, with types: its rules for code, HTML, addresses and links.

No other module imports mistune, because some of these functions are not documented there and may change.
"""

from __future__ import annotations

from re import Match

from mistune import InlineParser
from mistune.core import InlineState
from mistune.helpers import (
    BLOCK_TAGS,
    HTML_ATTRIBUTES,
    HTML_TAGNAME,
    LINK_LABEL,
    MAX_LINK_LABEL_LENGTH,
    parse_link_href,
    parse_link_label,
    parse_link_title,
)
from mistune.util import unikey

from polyvita.reader.tokens import CodeToken, HtmlToken

__all__ = [
    "BLOCK_TAGS",
    "HTML_ATTRIBUTES",
    "HTML_TAGNAME",
    "LINK_LABEL",
    "MAX_LINK_LABEL_LENGTH",
    "PATTERNS",
    "InlineGrammar",
    "normalize_label",
    "parse_destination",
    "parse_label",
    "parse_title",
]

PATTERNS = {
    name: InlineParser.SPECIFICATION[name] for name in ("escape", "codespan", "auto_link", "auto_email", "inline_html")
}
"""Regular expressions for escapes and addresses, and for the start of code spans and HTML."""
_PARSER = InlineParser()


class InlineGrammar:
    """The rules for code spans and HTML in one text.

    The state remembers where closing delimiters were searched for, so that many open ones take linear time.
    """

    def __init__(self, text: str) -> None:
        self._state = InlineState({})
        self._state.src = text

    def code_span(self, backticks: Match[str]) -> CodeToken | None:
        """Return the code span that begins with these backticks, or None if it is not closed."""
        end = _PARSER.parse_codespan(backticks, self._state)
        token = self._state.tokens.pop()
        return CodeToken(backticks.start(), end, text=token["raw"]) if token["type"] == "codespan" else None

    def html(self, start: Match[str]) -> HtmlToken | None:
        """Return the HTML that begins here: a tag, a comment, a declaration or the like; None if it is not valid."""
        end = _PARSER.parse_inline_html(start, self._state)
        return HtmlToken(start.start(), end, text=self._state.tokens.pop()["raw"]) if end else None


def normalize_label(label: str) -> str:
    """Return the key of a link label: labels match if they differ only in case and white space."""
    return unikey(label)


def parse_label(text: str, offset: int) -> tuple[str, int] | None:
    """Parse a link label; `offset` is after its opening bracket. Return it and the offset after its closing bracket."""
    label, end = parse_link_label(text, offset)
    return None if label is None or end is None else (label, end)


def parse_destination(text: str, offset: int, *, in_definition: bool = False) -> tuple[str, int] | None:
    """Parse the destination of a link or of a link reference definition; return it and the offset after it."""
    destination, end = parse_link_href(text, offset, block=in_definition)
    return None if destination is None or end is None else (destination, end)


def parse_title(text: str, offset: int) -> int | None:
    """Return the offset after a link title with white space before it."""
    _, end = parse_link_title(text, offset, len(text))
    return end

"""Tokenize the text of a leaf block.

The rules for code, HTML and addresses are mistune's; the other ones are here: entities, attributes, spans, footnotes,
links by their brackets. The offsets of a token are those in the text of the leaf block.
"""

from __future__ import annotations

import re
from collections.abc import Container
from re import Match

from msgspec import Struct

from polyvita.reader.attributes import parse_attributes, parse_raw_format
from polyvita.reader.delimiters import can_open_close, match_delimiters
from polyvita.reader.escapes import ENTITY, decode_entity
from polyvita.reader.links import References, parse_target
from polyvita.reader.mistune_adapter import (
    MAX_LINK_LABEL_LENGTH,
    PATTERNS,
    InlineGrammar,
    normalize_label,
    parse_label,
)
from polyvita.reader.tokens import (
    Brace,
    BreakToken,
    DelimiterToken,
    Element,
    LinkToken,
    MathToken,
    NoteToken,
    RawToken,
    SpanToken,
    Target,
    TextToken,
    Token,
    TrailingAttributes,
)

MAX_INLINE_DEPTH = 20
"""The maximum number of nested inlines; the markup of deeper ones is kept as text."""

_PATTERNS = {
    "math": r"\$",
    "escape": PATTERNS["escape"],
    "entity": ENTITY,
    "code": PATTERNS["codespan"],
    "delimiters": r"\*+|_+|~+|\^+",
    "note": r"\[\^(?P<label>[^\s\[\]\\]+)\]",
    "bracket": r"!?\[",
    "closing_bracket": r"\]",
    "attributes": r"\{",
    "address": PATTERNS["auto_link"],
    "email": PATTERNS["auto_email"],
    "html": PATTERNS["inline_html"],
    "hard_break": r"(?:\\| {2,})\n",
    "soft_break": r" ?\n",
}
"""A regular expression for the start of each kind of markup, in the order in which they are tried."""
_MARKUP = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))
_MARKUP_STARTS = re.compile(r"[\\&`*_~^!\[\]{<\n$]")
_END_OF_TEXT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.DOTALL)
"""The end of the text; comments before it do not count."""


_MATH = re.compile(
    r"""\$\$(?P<display>(?:[^$\\]|\\.|\$(?!\$))+?)\$\$
    | \$(?=[^\s$])(?P<inline>(?:[^$\\]|\\.)*(?<!\s))\$(?![0-9])""",
    re.VERBOSE | re.DOTALL,
)
"""A formula by Pandoc's rules: no blank after the first dollar or before the last, and no digit after the last."""
_TEX_SIGN = re.compile(r"[\\^_={}<>]")
_PRICE = re.compile(r"[0-9][0-9.,]*[kKmMbB]?(?=[\s,;)/–-]|$).*[^\W\d_]", re.DOTALL)
_LIKE_TEX = re.compile(r"\\[A-Za-z]|[\^_=]|^\s*[A-Za-z]\s*$")


def tokenize(
    text: str,
    references: References,
    footnotes: Container[str],
    *,
    trailing_attributes: bool = False,
    extended: bool = False,
) -> list[Token]:
    """Return the tokens of `text`. `references` and `footnotes` are those of the whole source.

    With `trailing_attributes`, attributes at the end of the text become a token. With `extended`, formulas do, and
    attributes can be written as in kramdown.
    """
    tokenizer = _Tokenizer(text, references, footnotes, trailing_attributes=trailing_attributes, extended=extended)
    return tokenizer.tokenize()


class _OpenBracket(Struct):
    """A `[` or `![` (`is_image`) without its closing bracket: the offset after it, and the index of its token."""

    end: int
    token_index: int
    is_image: bool
    contains_bracket: bool = False


class _Tokenizer:
    """Tokenizes one text.

    Links cannot contain links: the first `inactive` of the open brackets have a link after them and cannot become a
    link themselves (CommonMark's “inactive” delimiters).
    """

    def __init__(
        self,
        text: str,
        references: References,
        footnotes: Container[str],
        *,
        trailing_attributes: bool,
        extended: bool,
    ) -> None:
        self.text, self.references, self.footnotes = text, references, footnotes
        self.trailing_attributes, self.extended = trailing_attributes, extended
        self.unclosed_math: set[str] = set()
        """The closing delimiters of formulas that the rest of the text does not have."""
        self.grammar = InlineGrammar(text)
        self.tokens: list[Token] = []
        self.open_brackets: list[_OpenBracket] = []
        self.inactive = 0

    def tokenize(self) -> list[Token]:
        text, at = self.text, 0
        while at < len(text):
            stop = self.next_stop(at)
            if stop > at:
                self.add_text(at, stop, text[at:stop].replace("\t", " "))
            if stop == len(text):
                break
            found = _MARKUP.match(text, stop)
            end = _RULES[found.lastgroup or ""](self, found) if found else None
            if end is None:
                end = stop + 1
                is_unclosed_comment = text.startswith("<!--", stop)
                self.tokens.append(TextToken(stop, end, text=text[stop:end], is_unclosed_comment=is_unclosed_comment))
            at = end
        return match_delimiters(text, self.tokens, MAX_INLINE_DEPTH)

    def next_stop(self, at: int) -> int:
        """Return the next offset at which markup can begin: its first character, or the spaces before a line end."""
        found = _MARKUP_STARTS.search(self.text, at)
        if not found:
            return len(self.text)
        stop = found.start()
        if self.text[stop] == "\n":
            while stop > at and self.text[stop - 1] == " ":
                stop -= 1
        return stop

    def add_text(self, start: int, end: int, text: str) -> int:
        """Add a token of text, and return its end."""
        self.tokens.append(TextToken(start, end, text=text))
        return end

    # ------------------------------------------------------------ rules: each returns the offset after its markup

    def math(self, m: Match[str]) -> int | None:
        found = _MATH.match(self.text, m.start()) if self.extended else None
        if not found:
            return None
        if found["display"] is not None:
            return self.add_math(found.start(), found.end(), found["display"], display=True)
        content = found["inline"]
        after_word = m.start() > 0 and self.text[m.start() - 1].isalnum()
        if not _TEX_SIGN.search(content) and (after_word or _PRICE.match(content)):
            return None  # This is currency: “US$20 and CA$”.
        return self.add_math(found.start(), found.end(), content, display=False)

    def add_math(self, start: int, end: int, text: str, *, display: bool) -> int:
        self.tokens.append(MathToken(start, end, text=text.strip(), display=display))
        return end

    def math_in_brackets(self, start: int) -> int | None:
        r"""Add the formula in `\(…\)` or `\[…\]`, if what stands there looks like TeX. Return its end."""
        opening = self.text[start + 1]
        closing = {"(": "\\)", "[": "\\]"}[opening]
        end = -1 if closing in self.unclosed_math else self.text.find(closing, start + 2)
        if end < 0:
            self.unclosed_math.add(closing)
            return None
        content = self.text[start + 2 : end]
        if not _LIKE_TEX.search(content):
            return None
        return self.add_math(start, end + 2, content, display=opening == "[")

    def escape(self, m: Match[str]) -> int:
        if self.extended and m[0] in ("\\(", "\\[") and (end := self.math_in_brackets(m.start())):
            return end
        return self.add_text(m.start(), m.end(), m[0][1::2])

    def entity(self, m: Match[str]) -> int:
        return self.add_text(m.start(), m.end(), decode_entity(m[0]))

    def code(self, m: Match[str]) -> int:
        code = self.grammar.code_span(m)
        if code is None:
            return self.add_text(m.start(), m.end(), m[0])
        if raw := parse_raw_format(self.text, code.end):
            self.tokens.append(RawToken(code.start, raw[1], format=raw[0].format, text=code.text))
            return raw[1]
        self.tokens.append(code)
        return code.end

    def delimiters(self, m: Match[str]) -> int:
        can_open, can_close = can_open_close(self.text, m.start(), m.end())
        self.tokens.append(DelimiterToken(m.start(), m.end(), char=m[0][0], can_open=can_open, can_close=can_close))
        return m.end()

    def note(self, m: Match[str]) -> int:
        label = m["label"].casefold()
        if label in self.footnotes:
            self.tokens.append(NoteToken(m.start(), m.end(), label=label, text=m[0]))
            return m.end()
        return self.open_bracket(m.start(), m.start() + 1, undefined_note=m[0])

    def html(self, m: Match[str]) -> int | None:
        token = self.grammar.html(m)
        if token is None:
            return None
        self.tokens.append(token)
        return token.end

    def address(self, m: Match[str]) -> int:
        return self.add_address(m, m[0][1:-1], "uri")

    def email(self, m: Match[str]) -> int:
        return self.add_address(m, f"mailto:{m[0][1:-1]}", "email")

    def add_address(self, m: Match[str], url: str, kind: str) -> int:
        child = TextToken(m.start() + 1, m.end() - 1, text=m[0][1:-1])
        self.tokens.append(LinkToken(m.start(), m.end(), children=[child], target=Target(url), autolink=kind))
        return m.end()

    def hard_break(self, m: Match[str]) -> int:
        self.tokens.append(BreakToken(m.start(), m.end(), is_hard=True))
        return m.end()

    def soft_break(self, m: Match[str]) -> int:
        self.tokens.append(BreakToken(m.start(), m.end(), is_hard=False))
        return m.end()

    def attributes(self, m: Match[str]) -> int:
        start = m.start()
        last = self.tokens[-1] if self.tokens else None
        element = last if isinstance(last, Element) and last.end == start else None
        parsed = parse_attributes(self.text, start, kramdown=self.extended)
        if parsed and element is not None:
            attr, end = parsed
            element.attributes.append((start, end, attr))
            element.end = end
            return end
        if parsed and parsed[0] and self.trailing_attributes and _END_OF_TEXT.match(self.text, parsed[1]):
            self.tokens.append(TrailingAttributes(start, parsed[1], attr=parsed[0]))
            return parsed[1]
        # The brace stays text. `InlineBuilder` warns about it if it looks like a mistake.
        brace = Brace(element is not None, parsed[1] if parsed and parsed[0] else None)
        self.tokens.append(TextToken(start, start + 1, text="{", brace=brace))
        return start + 1

    # ------------------------------------------------------------ brackets

    def bracket(self, m: Match[str]) -> int:
        return self.open_bracket(m.start(), m.end())

    def open_bracket(self, start: int, end: int, undefined_note: str = "") -> int:
        if self.open_brackets:
            self.open_brackets[-1].contains_bracket = True
        self.open_brackets.append(_OpenBracket(end, len(self.tokens), is_image=end - start == 2))
        self.tokens.append(TextToken(start, end, text=self.text[start:end], undefined_note=undefined_note))
        return end

    def closing_bracket(self, m: Match[str]) -> int:
        closed = self.close_bracket(m.start()) if self.open_brackets else None
        if closed is None:
            return self.add_text(m.start(), m.end(), "]")
        token, bracket = closed
        del self.tokens[bracket.token_index :]
        if isinstance(token, SpanToken) and bracket.is_image:
            self.add_text(token.start, token.start + 1, "!")
            token.start += 1
        elif isinstance(token, LinkToken) and not token.is_image:
            self.inactive = len(self.open_brackets)
        self.tokens.append(token)
        return token.end

    def close_bracket(self, close: int) -> tuple[LinkToken | SpanToken, _OpenBracket] | None:
        """Close the innermost open bracket with the bracket at `close`.

        Return the link, image or span, and its opening bracket; None if the brackets stay text.
        """
        bracket = self.open_brackets.pop()
        can_link = bracket.is_image or len(self.open_brackets) >= self.inactive
        self.inactive = min(self.inactive, len(self.open_brackets))
        token = self.token_after_bracket(bracket, close, can_link=can_link)
        if token is not None and token.depth > MAX_INLINE_DEPTH:
            # The other open brackets contain this token, so they would nest even deeper.
            self.open_brackets.clear()
            self.inactive = 0
            return None
        return (token, bracket) if token else None

    def token_after_bracket(self, bracket: _OpenBracket, close: int, *, can_link: bool) -> LinkToken | SpanToken | None:
        """Parse what follows the closing bracket: an inline target, attributes or a reference label."""
        target = parse_target(self.text, close + 2) if can_link and self.text.startswith("(", close + 1) else None
        if target is None and (attributes := parse_attributes(self.text, close + 1)):
            attr, end = attributes
            start, children = self.content_of(bracket)
            return SpanToken(start, end, children=children, attributes=[(close + 1, end, attr)])
        if target is None and can_link:
            target = self.find_reference(bracket, close)
        if target is None:
            return None
        start, children = self.content_of(bracket)
        return LinkToken(start, target[1], children=children, target=target[0], is_image=bracket.is_image)

    def content_of(self, bracket: _OpenBracket) -> tuple[int, list[Token]]:
        """Return where an open bracket begins, and the tokens after it."""
        tokens = self.tokens[bracket.token_index + 1 :]
        return self.tokens[bracket.token_index].start, match_delimiters(self.text, tokens, MAX_INLINE_DEPTH)

    def find_reference(self, bracket: _OpenBracket, close: int) -> tuple[Target, int] | None:
        """Return the target of a reference link, `[text][label]` or `[label]`, and the offset after the link."""
        written = parse_label(self.text, close + 2) if self.text.startswith("[", close + 1) else None
        label, end = written or ("", close + 1)
        if not label:
            if bracket.contains_bracket or close - bracket.end > MAX_LINK_LABEL_LENGTH:
                return None
            label = self.text[bracket.end : close]
        target = self.references.get(normalize_label(label))
        return (target, end) if target else None


_RULES = {name: getattr(_Tokenizer, name) for name in _PATTERNS}

"""Tokenize the text of a leaf block into inlines.

The rules are mistune's. This module adds locations, entities, attributes, spans and footnotes. Tokens are mistune's
dictionaries; each has `start` and `end`, offsets into the text of the leaf block.
"""

from __future__ import annotations

import re
from collections.abc import Container
from re import Match
from typing import Any, cast

from mistune import InlineParser
from mistune.core import InlineState
from mistune.helpers import MAX_LINK_LABEL_LENGTH, parse_link_label
from msgspec import Struct

from polyvita.reader.attributes import parse_attributes, parse_raw_format
from polyvita.reader.delimiters import can_open_close, match_delimiters, nesting_depth
from polyvita.reader.escapes import ENTITY, decode_entity
from polyvita.reader.links import References, Target, normalize_label, parse_target

Token = dict[str, Any]

MAX_INLINE_DEPTH = 20
"""The maximum number of nested inlines; the markup of deeper ones is kept as text."""

_TYPES_WITH_ATTRIBUTES = frozenset({"codespan", "link", "image", "span"})
"""The types of the tokens that take attributes directly after them."""
_OWN_RULES = {
    "entity": ENTITY,
    "emphasis": r"\*+|_+|~+|\^+",
    "note": r"\[\^(?P<note_label>[^\s\[\]\\]+)\]",
    "link_close": r"\]",
    "attributes": r"\{",
    "linebreak": r"(?:\\| {2,})\n",
    "softbreak": r" ?\n",
}
_RULES = (
    "escape",
    "entity",
    "codespan",
    "emphasis",
    "note",
    "link",
    "link_close",
    "attributes",
    "auto_link",
    "auto_email",
    "inline_html",
    "linebreak",
    "softbreak",
)
_END_OF_TEXT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.DOTALL)
"""The end of the text; comments before it do not count."""


class _OpenBracket(Struct):
    """A `[` or `![` (`image`) without its closing bracket: the offset after it, and the index of its token."""

    end: int
    token_index: int
    image: bool
    contains_bracket: bool = False


class TokenizerState(InlineState):
    """The state while one leaf block is tokenized.

    `at` is the offset at which a rule is being applied. Links cannot contain links: the first `inactive` of the open
    brackets have a link after them and cannot become a link themselves (CommonMark's “inactive” delimiters).
    """

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.at = self.inactive = 0
        self.trailing_attributes = False
        self.open_brackets: list[_OpenBracket] = []

    def append_token(self, token: Token) -> None:
        token.setdefault("start", self.at)
        self.tokens.append(token)


class InlineTokenizer(InlineParser):
    """Tokenizes the text of leaf blocks. `references` and `footnotes` are those of the whole document."""

    state_cls = TokenizerState
    _RULE_STARTS = re.compile(r"[\\&`*_~^!\[\]{<\n]")

    def __init__(self, references: References, footnotes: Container[str]) -> None:
        super().__init__(max_nested_level=MAX_INLINE_DEPTH)
        self.specification |= _OWN_RULES
        self.rules = list(_RULES)
        self._methods = {name: getattr(self, f"parse_{name}") for name in _RULES}
        self.references, self.footnotes = references, footnotes

    def tokenize(self, text: str, *, trailing_attributes: bool = False) -> list[Token]:
        """Return the tokens of `text`. With `trailing_attributes`, attributes at its end become a token."""
        state = TokenizerState({})
        state.src, state.trailing_attributes = text, trailing_attributes
        return self.parse(state)

    def parse(self, state: InlineState) -> list[Token]:
        state = cast(TokenizerState, state)
        text, rules, at = state.src, self.compile_sc(), 0
        while at < len(text):
            stop = self._next_stop(text, at)
            if stop > at:
                state.at = at
                self._append_text(state, text[at:stop].replace("\t", " "), stop)
            if stop == len(text):
                break
            state.at = stop
            found = rules.match(text, stop)
            end = self.parse_method(found, state) if found else None
            if not end:
                end = stop + 1
                self._append_text(state, text[stop:end], end)
                if text.startswith("<!--", stop):
                    state.tokens[-1]["unclosed_comment"] = True
            elif state.tokens:
                state.tokens[-1].setdefault("end", end)
            at = end
        state.tokens = match_delimiters(text, state.tokens, MAX_INLINE_DEPTH)
        return state.tokens

    def _next_stop(self, text: str, at: int) -> int:
        """Return the offset at which the next rule can match: its first character, or the spaces before a line end."""
        found = self._RULE_STARTS.search(text, at)
        if not found:
            return len(text)
        stop = found.start()
        if text[stop] == "\n":
            while stop > at and text[stop - 1] == " ":
                stop -= 1
        return stop

    @staticmethod
    def _append_text(state: InlineState, text: str, end: int) -> None:
        state.append_token({"type": "text", "raw": text, "end": end})

    # ------------------------------------------------------------ rules, called by mistune

    def parse_escape(self, m: Match[str], state: InlineState) -> int:
        self._append_text(state, m[0][1::2], m.end())
        return m.end()

    def parse_entity(self, m: Match[str], state: InlineState) -> int:
        self._append_text(state, decode_entity(m[0]), m.end())
        return m.end()

    def parse_emphasis(self, m: Match[str], state: InlineState) -> int:
        opens, closes = can_open_close(state.src, m.start(), m.end())
        state.append_token({"type": "delimiter", "raw": m[0], "opens": opens, "closes": closes, "end": m.end()})
        return m.end()

    def parse_note(self, m: Match[str], state: InlineState) -> int | None:
        label = m["note_label"].casefold()
        if label in self.footnotes:
            state.append_token({"type": "note", "label": label, "raw": m[0]})
            return m.end()
        self._open_bracket(cast(TokenizerState, state), m.start() + 1)
        state.tokens[-1]["undefined_note"] = m[0]
        return m.start() + 1

    def parse_linebreak(self, m: Match[str], state: InlineState) -> int:
        state.append_token({"type": "linebreak"})
        return m.end()

    def parse_codespan(self, m: Match[str], state: InlineState) -> int:
        end = super().parse_codespan(m, state)
        if state.tokens[-1]["type"] == "codespan" and (raw := parse_raw_format(state.src, end)):
            state.tokens[-1].update(type="raw", format=raw[0].format)
            return raw[1]
        return end

    def parse_inline_html(self, m: Match[str], state: InlineState) -> int | None:
        end = super().parse_inline_html(m, state)
        # mistune does not parse links between <a> tags. CommonMark does, so that state is cleared.
        state.in_link = False
        return end

    def _add_auto_link(self, url: str, text: str, state: InlineState) -> None:
        at = cast(TokenizerState, state).at
        kind = "email" if url.startswith("mailto:") and not text.startswith("mailto:") else "uri"
        child = {"type": "text", "raw": text, "start": at + 1, "end": at + 1 + len(text)}
        state.append_token({"type": "link", "children": [child], "target": Target(url), "autolink": kind})

    def parse_attributes(self, m: Match[str], state: InlineState) -> int | None:
        start = m.start()
        last = state.tokens[-1] if state.tokens else None
        element = last if last and last["type"] in _TYPES_WITH_ATTRIBUTES and last.get("end") == start else None
        parsed = parse_attributes(state.src, start)
        if parsed and element is not None:
            attr, end = parsed
            element.setdefault("attributes", []).append((start, end, attr))
            element["end"] = end
            return end
        trailing = cast(TokenizerState, state).trailing_attributes
        if parsed and parsed[0] and trailing and _END_OF_TEXT.match(state.src, parsed[1]):
            state.append_token({"type": "attributes", "attr": parsed[0], "end": parsed[1]})
            return parsed[1]
        # The brace stays text. Keep what `InlineBuilder` needs to warn about it: whether the brace follows an element
        # that takes attributes, and where the attributes end if they are valid.
        brace = (element is not None, parsed[1] if parsed and parsed[0] else None)
        state.append_token({"type": "text", "raw": "{", "end": start + 1, "brace": brace})
        return start + 1

    # ------------------------------------------------------------ brackets

    def parse_link(self, m: Match[str], state: InlineState) -> int | None:
        self._open_bracket(cast(TokenizerState, state), m.end())
        return m.end()

    def _open_bracket(self, state: TokenizerState, end: int) -> None:
        if state.open_brackets:
            state.open_brackets[-1].contains_bracket = True
        state.open_brackets.append(_OpenBracket(end, len(state.tokens), image=end - state.at == 2))
        self._append_text(state, state.src[state.at : end], end)

    def parse_link_close(self, m: Match[str], state: InlineState) -> int:
        state = cast(TokenizerState, state)
        closed = self._close_bracket(state, m.start()) if state.open_brackets else None
        if closed is None:
            self._append_text(state, "]", m.end())
            return m.end()
        token, bracket, end = closed
        start = state.tokens[bracket.token_index]["start"]
        del state.tokens[bracket.token_index :]
        if token["type"] == "span" and bracket.image:
            state.append_token({"type": "text", "raw": "!", "start": start, "end": start + 1})
            start += 1
        elif token["type"] == "link":
            state.inactive = len(state.open_brackets)
        state.append_token({**token, "start": start, "end": end})
        return end

    def _close_bracket(self, state: TokenizerState, close: int) -> tuple[Token, _OpenBracket, int] | None:
        """Close the innermost open bracket with the bracket at `close`.

        Return the link, image or span, its opening bracket, and the offset after it; None if the brackets stay text.
        """
        bracket = state.open_brackets.pop()
        can_link = bracket.image or len(state.open_brackets) >= state.inactive
        state.inactive = min(state.inactive, len(state.open_brackets))
        found = self._parse_after_bracket(state.src, bracket, close, can_link=can_link)
        if found is None:
            return None
        token, end = found
        children = state.tokens[bracket.token_index + 1 :]
        token["children"] = match_delimiters(state.src, children, MAX_INLINE_DEPTH)
        if nesting_depth(token) > MAX_INLINE_DEPTH:
            # The other open brackets contain this token, so they would nest even deeper.
            state.open_brackets.clear()
            state.inactive = 0
            return None
        return token, bracket, end

    def _parse_after_bracket(
        self, text: str, bracket: _OpenBracket, close: int, *, can_link: bool
    ) -> tuple[Token, int] | None:
        """Parse what follows the closing bracket: an inline target, attributes or a reference label."""
        kind = "image" if bracket.image else "link"
        if can_link and text.startswith("(", close + 1) and (parsed := parse_target(text, close + 2)):
            return {"type": kind, "target": parsed[0]}, parsed[1]
        if attributes := parse_attributes(text, close + 1):
            attr, end = attributes
            return {"type": "span", "attributes": [(close + 1, end, attr)]}, end
        if can_link and (reference := self._find_reference(text, bracket, close)):
            return {"type": kind, "target": reference[0]}, reference[1]
        return None

    def _find_reference(self, text: str, bracket: _OpenBracket, close: int) -> tuple[Target, int] | None:
        """Return the target of a reference link, `[text][label]` or `[label]`, and the offset after the link."""
        label, end = parse_link_label(text, close + 2) if text.startswith("[", close + 1) else (None, None)
        if not label:
            if bracket.contains_bracket or close - bracket.end > MAX_LINK_LABEL_LENGTH:
                return None
            label = text[bracket.end : close]
        target = self.references.get(normalize_label(label))
        return (target, end or close + 1) if target else None

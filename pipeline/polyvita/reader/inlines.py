"""The inlines of a leaf: mistune's rules, with places, entities, attributes, spans and notes added.

Tokens are mistune's dictionaries. Each has `start` and `end`, offsets into the leaf's text.
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

from polyvita.reader.attributes import parse_attributes, parse_raw
from polyvita.reader.delimiters import can_open_close, match_delimiters, nesting
from polyvita.reader.escapes import ENTITY, entity
from polyvita.reader.links import References, Target, parse_target, reference_key

Token = dict[str, Any]

MOST_NESTED = 20
"""So many inlines may stand in one another; deeper ones are read as text."""

_CARRIERS = frozenset({"codespan", "link", "image", "span"})
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
_END = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.DOTALL)


class _Opener(Struct):
    """A `[` or `![` that a closing bracket may make more of: where it ends, and the index of its token."""

    end: int
    token: int
    image: bool
    holds_bracket: bool = False


class Inlines(InlineState):
    """Reading one leaf, at whose end attributes may stand if it `carries` such.

    `at` is the offset of the rule that is being applied. Links do not stand in links: the first `spent` of the
    open brackets have a link behind them, and cannot become one themselves.
    """

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.at = self.spent = 0
        self.carries = False
        self.openers: list[_Opener] = []

    def append_token(self, token: Token) -> None:
        token.setdefault("start", self.at)
        self.tokens.append(token)


class InlineReader(InlineParser):
    """Reads a leaf's text into tokens. `references` and `notes` are those of the whole document."""

    state_cls = Inlines
    _STOP = re.compile(r"[\\&`*_~^!\[\]{<\n]")

    def __init__(self, references: References, notes: Container[str]) -> None:
        super().__init__(max_nested_level=MOST_NESTED)
        self.specification |= _OWN_RULES
        self.rules = list(_RULES)
        self._methods = {name: getattr(self, f"parse_{name}") for name in _RULES}
        self.references, self.notes = references, notes

    def read(self, text: str, *, carries: bool = False) -> list[Token]:
        """The tokens of a leaf; attributes at its end are one of them if it `carries` such."""
        state = Inlines({})
        state.src, state.carries = text, carries
        return self.parse(state)

    def parse(self, state: InlineState) -> list[Token]:
        state = cast(Inlines, state)
        source, rules, at = state.src, self.compile_sc(), 0
        while at < len(source):
            stop = self._next_stop(source, at)
            if stop > at:
                state.at = at
                self._append_text(state, source[at:stop].replace("\t", " "), stop)
            if stop == len(source):
                break
            state.at = stop
            found = rules.match(source, stop)
            end = self.parse_method(found, state) if found else None
            if not end:
                end = stop + 1
                self._append_text(state, source[stop:end], end)
                if source.startswith("<!--", stop):
                    state.tokens[-1]["open_comment"] = True
            elif state.tokens:
                state.tokens[-1].setdefault("end", end)
            at = end
        state.tokens = match_delimiters(source, state.tokens, MOST_NESTED)
        return state.tokens

    def _next_stop(self, source: str, at: int) -> int:
        """Where the next rule may apply: a character that begins one, or the blanks before a line's end."""
        found = self._STOP.search(source, at)
        if not found:
            return len(source)
        stop = found.start()
        if source[stop] == "\n":
            while stop > at and source[stop - 1] == " ":
                stop -= 1
        return stop

    @staticmethod
    def _append_text(state: InlineState, text: str, end: int) -> None:
        state.append_token({"type": "text", "raw": text, "end": end})

    # ------------------------------------------------------------ rules

    def parse_escape(self, m: Match[str], state: InlineState) -> int:
        self._append_text(state, m[0][1::2], m.end())
        return m.end()

    def parse_entity(self, m: Match[str], state: InlineState) -> int:
        self._append_text(state, entity(m[0]), m.end())
        return m.end()

    def parse_emphasis(self, m: Match[str], state: InlineState) -> int:
        opens, closes = can_open_close(state.src, m.start(), m.end())
        state.append_token({"type": "delimiter", "raw": m[0], "opens": opens, "closes": closes, "end": m.end()})
        return m.end()

    def parse_note(self, m: Match[str], state: InlineState) -> int | None:
        label = m["note_label"].casefold()
        if label in self.notes:
            state.append_token({"type": "note", "label": label, "raw": m[0]})
            return m.end()
        self._open_bracket(cast(Inlines, state), m.start() + 1)
        state.tokens[-1]["no_note"] = m[0]
        return m.start() + 1

    def parse_linebreak(self, m: Match[str], state: InlineState) -> int:
        state.append_token({"type": "linebreak"})
        return m.end()

    def parse_codespan(self, m: Match[str], state: InlineState) -> int:
        end = super().parse_codespan(m, state)
        if state.tokens[-1]["type"] == "codespan" and (raw := parse_raw(state.src, end)):
            state.tokens[-1].update(type="raw", format=raw[0].format)
            return raw[1]
        return end

    def parse_inline_html(self, m: Match[str], state: InlineState) -> int | None:
        end = super().parse_inline_html(m, state)
        state.in_link = False  # a link may stand between raw tags: only mistune's own links keep others out
        return end

    def _add_auto_link(self, url: str, text: str, state: InlineState) -> None:
        at = cast(Inlines, state).at
        kind = "email" if url.startswith("mailto:") and not text.startswith("mailto:") else "uri"
        inside = {"type": "text", "raw": text, "start": at + 1, "end": at + 1 + len(text)}
        state.append_token({"type": "link", "children": [inside], "target": Target(url), "auto": kind})

    def parse_attributes(self, m: Match[str], state: InlineState) -> int | None:
        start = m.start()
        last = state.tokens[-1] if state.tokens else None
        carrier = last if last is not None and last["type"] in _CARRIERS and last.get("end") == start else None
        parsed = parse_attributes(state.src, start)
        if parsed and carrier is not None:
            attr, end = parsed
            carrier.setdefault("attributes", []).append((start, end, attr))
            carrier["end"] = end
            return end
        if parsed and parsed[0] and cast(Inlines, state).carries and _END.match(state.src, parsed[1]):
            state.append_token({"type": "attributes", "attr": parsed[0], "end": parsed[1]})
            return parsed[1]
        doubt = (carrier is not None, parsed[1] if parsed and parsed[0] else None)
        state.append_token({"type": "text", "raw": "{", "end": start + 1, "brace": doubt})
        return start + 1

    # ------------------------------------------------------------ brackets

    def parse_link(self, m: Match[str], state: InlineState) -> int | None:
        self._open_bracket(cast(Inlines, state), m.end())
        return m.end()

    def _open_bracket(self, state: Inlines, end: int) -> None:
        if state.openers:
            state.openers[-1].holds_bracket = True
        state.openers.append(_Opener(end, len(state.tokens), image=end - state.at == 2))
        self._append_text(state, state.src[state.at : end], end)

    def parse_link_close(self, m: Match[str], state: InlineState) -> int:
        state = cast(Inlines, state)
        found = self._what_is_closed(state, m.start()) if state.openers else None
        if found is None:
            self._append_text(state, "]", m.end())
            return m.end()
        token, opener, end = found
        start = state.tokens[opener.token]["start"]
        del state.tokens[opener.token :]
        if token["type"] == "span" and opener.image:
            state.append_token({"type": "text", "raw": "!", "start": start, "end": start + 1})
            start += 1
        elif token["type"] == "link":
            state.spent = len(state.openers)
        state.append_token({**token, "start": start, "end": end})
        return end

    def _what_is_closed(self, state: Inlines, close: int) -> tuple[Token, _Opener, int] | None:
        """The link, image or span that the bracket at `close` makes, with the opening bracket, and where it ends."""
        opener = state.openers.pop()
        may_link = opener.image or len(state.openers) >= state.spent
        state.spent = min(state.spent, len(state.openers))
        found = self._target(state.src, opener, close, may_link=may_link)
        if found is None:
            return None
        token, end = found
        token["children"] = match_delimiters(state.src, state.tokens[opener.token + 1 :], MOST_NESTED)
        if nesting(token) > MOST_NESTED:
            state.openers.clear()  # the others that are open would nest deeper still
            state.spent = 0
            return None
        return token, opener, end

    def _target(self, source: str, opener: _Opener, close: int, *, may_link: bool) -> tuple[Token, int] | None:
        """What stands behind a closing bracket: a target, attributes or a reference."""
        kind = "image" if opener.image else "link"
        if may_link and source.startswith("(", close + 1) and (parsed := parse_target(source, close + 2)):
            return {"type": kind, "target": parsed[0]}, parsed[1]
        if attributes := parse_attributes(source, close + 1):
            attr, end = attributes
            return {"type": "span", "attributes": [(close + 1, end, attr)]}, end
        if may_link and (reference := self._reference(source, opener, close)):
            return {"type": kind, "target": reference[0]}, reference[1]
        return None

    def _reference(self, source: str, opener: _Opener, close: int) -> tuple[Target, int] | None:
        label, end = parse_link_label(source, close + 2) if source.startswith("[", close + 1) else (None, None)
        if not label:
            if opener.holds_bracket or close - opener.end > MAX_LINK_LABEL_LENGTH:
                return None
            label = source[opener.end : close]
        target = self.references.get(reference_key(label))
        return (target, end or close + 1) if target else None

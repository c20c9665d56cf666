"""Parse emphasis and similar markup: `*emph*`, `**strong**`, `~~struck out~~`, `H~2~O`, `10^th^`.

This is the procedure “process emphasis” of the CommonMark specification. The text is searched once for *delimiter runs*
(sequences of the same delimiter character). Each run that can close looks back for the nearest run of the same
character that can open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from polyvita.core.document import Emph, Inline, Strikeout, Strong, Subscript, Superscript
from polyvita.reader.tokens import DelimiterToken, StyledToken, TextToken, Token

_SPACE = re.compile(r"\s")

_NODE_CLASSES: dict[tuple[str, int], Callable[..., Inline]] = {
    ("*", 1): Emph,
    ("*", 2): Strong,
    ("_", 1): Emph,
    ("_", 2): Strong,
    ("~", 1): Subscript,
    ("~", 2): Strikeout,
    ("^", 1): Superscript,
}
"""The class of the node by delimiter character and number of delimiters."""


def can_open_close(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Return whether the delimiter run from `start` to `end` can open emphasis, and whether it can close emphasis."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    space_before, space_after = before.isspace(), after.isspace()
    if text[start] in "~^":
        return not space_after, not space_before
    punctuation_before, punctuation_after = _is_punctuation(before), _is_punctuation(after)
    left_flanking = not space_after and (not punctuation_after or space_before or punctuation_before)
    right_flanking = not space_before and (not punctuation_before or space_after or punctuation_after)
    if text[start] == "_":
        can_open = left_flanking and (not right_flanking or punctuation_before)
        return can_open, right_flanking and (not left_flanking or punctuation_after)
    return left_flanking, right_flanking


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


class _LinkedToken:
    """A token in a doubly linked list, so that tokens can be replaced without moving the others.

    `delimiter` is the character of a delimiter run, and empty for other tokens; `can_open` and `can_close` are those of
    the run. `left` and `right` are the start and end offset of the delimiters that no match has used yet;
    `original_length` counts all delimiters of the run.
    """

    __slots__ = (
        *("can_close", "can_open", "delimiter", "left", "next", "original_length"),
        *("previous", "rank", "right", "token"),
    )

    def __init__(self, token: Token, previous: _LinkedToken | None, rank: int) -> None:
        self.token, self.previous, self.rank = token, previous, rank
        self.next: _LinkedToken | None = None
        self.left, self.right = token.start, token.end
        self.delimiter, self.can_open, self.can_close = "", False, False
        if isinstance(token, DelimiterToken):
            self.delimiter, self.can_open, self.can_close = token.char, token.can_open, token.can_close
        self.original_length = self.right - self.left
        if previous is not None:
            previous.next = self

    @property
    def length(self) -> int:
        return self.right - self.left


def match_delimiters(text: str, tokens: list[Token], max_depth: int) -> list[Token]:
    """Return `tokens` with matching delimiter runs made nested tokens, and the other delimiters made text.

    No token gets more than `max_depth` levels of nested tokens.
    """
    if not any(isinstance(token, DelimiterToken) for token in tokens):
        return tokens
    head = last = _LinkedToken(Token(0, 0), None, -1)
    runs = []
    for rank, token in enumerate(tokens):
        last = _LinkedToken(token, last, rank)
        if last.delimiter:
            runs.append(last)
    _match_runs(text, runs, max_depth)
    return _tokens_between(head, None)


def _match_runs(text: str, runs: list[_LinkedToken], max_depth: int) -> None:
    openers: list[_LinkedToken] = []
    # As in CommonMark, no opener below this rank matches a closer of this kind. This keeps the search linear.
    openers_bottom: dict[tuple[str, bool, int], int] = {}
    for closer in runs:
        kind = (closer.delimiter, closer.can_open, closer.original_length % 3)
        while closer.can_close and closer.length:
            index = _find_opener(text, openers, closer, openers_bottom.get(kind, -1))
            if index is None or not _nest_between(openers[index], closer, max_depth):
                openers_bottom[kind] = closer.rank
                break
            del openers[index + bool(openers[index].length) :]
        if closer.can_open and closer.length:
            openers.append(closer)


def _find_opener(text: str, openers: list[_LinkedToken], closer: _LinkedToken, bottom: int) -> int | None:
    for index in range(len(openers) - 1, -1, -1):
        opener = openers[index]
        if opener.rank < bottom:
            break
        if opener.delimiter != closer.delimiter:
            continue
        # CommonMark's “multiple of 3” rule for runs that can both open and close.
        can_do_both = opener.can_close or closer.can_open
        total_length = opener.original_length + closer.original_length
        if can_do_both and total_length % 3 == 0 and opener.original_length % 3:
            continue
        is_script = closer.delimiter in "~^" and _delimiters_to_use(opener, closer) == 1
        if is_script and _SPACE.search(text, opener.right, closer.left):
            return None
        return index
    return None


def _delimiters_to_use(opener: _LinkedToken, closer: _LinkedToken) -> int:
    """Return how many delimiters of each run a match of the two runs uses: 1 or 2."""
    return 2 if opener.length > 1 and closer.length > 1 and (opener.delimiter, 2) in _NODE_CLASSES else 1


def _nest_between(opener: _LinkedToken, closer: _LinkedToken, max_depth: int) -> bool:
    """Replace all tokens between two runs by one token that contains them; return False if that nests too deeply."""
    count = _delimiters_to_use(opener, closer)
    children = _tokens_between(opener, closer)
    opener.right -= count
    closer.left += count
    node_class = _NODE_CLASSES[opener.delimiter, count]
    token = StyledToken(opener.right, closer.left, children=children, node_class=node_class)
    if token.depth > max_depth:
        opener.right += count
        closer.left -= count
        return False
    linked = _LinkedToken(token, opener, opener.rank)
    linked.next, closer.previous = closer, linked
    return True


def _tokens_between(first: _LinkedToken, end: _LinkedToken | None) -> list[Token]:
    """Return the tokens after `first` and before `end`; delimiters without a match become text."""
    out: list[Token] = []
    linked = first.next
    while linked is not None and linked is not end:
        if not linked.delimiter:
            out.append(linked.token)
        elif linked.length:
            out.append(TextToken(linked.left, linked.right, text=linked.delimiter * linked.length))
        linked = linked.next
    return out

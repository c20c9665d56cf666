"""Parse emphasis and similar markup: `*emph*`, `**strong**`, `~~struck out~~`, `H~2~O`, `10^th^`.

This is the procedure “process emphasis” of the CommonMark specification. The text is searched once for *delimiter runs*
(sequences of the same delimiter character). Each run that can close looks back for the nearest run of the same
character that can open.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

Token = dict[str, Any]

_SPACE = re.compile(r"\s")

_TOKEN_TYPES = {
    ("*", 1): "emphasis",
    ("*", 2): "strong",
    ("_", 1): "emphasis",
    ("_", 2): "strong",
    ("~", 1): "subscript",
    ("~", 2): "strikethrough",
    ("^", 1): "superscript",
}
"""The token type by delimiter character and number of delimiters."""


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

    `delimiter` is the character of a delimiter run, and empty for other tokens. `left` and `right` are the start and
    end offset of the delimiters that no match has used yet; `original_length` counts all delimiters of the run.
    """

    __slots__ = ("delimiter", "left", "next", "original_length", "previous", "rank", "right", "token")

    def __init__(self, token: Token, previous: _LinkedToken | None, rank: int) -> None:
        self.token, self.previous, self.rank = token, previous, rank
        self.next: _LinkedToken | None = None
        self.left: int = token["start"]
        self.right: int = token["end"]
        self.delimiter = token["raw"][0] if token["type"] == "delimiter" else ""
        self.original_length = self.right - self.left
        if previous is not None:
            previous.next = self

    @property
    def length(self) -> int:
        return self.right - self.left


def nesting_depth(token: Token) -> int:
    """Return how many levels of tokens are nested inside `token`."""
    if "depth" not in token:
        token["depth"] = max((nesting_depth(child) + 1 for child in token.get("children", ())), default=0)
    depth: int = token["depth"]
    return depth


def match_delimiters(text: str, tokens: list[Token], max_depth: int) -> list[Token]:
    """Return `tokens` with matching delimiter runs made nested tokens, and the other delimiters made text.

    No token gets more than `max_depth` levels of nested tokens.
    """
    if not any(token["type"] == "delimiter" for token in tokens):
        return tokens
    head = last = _LinkedToken({"type": "text", "raw": "", "start": 0, "end": 0}, None, -1)
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
        kind = (closer.delimiter, closer.token["opens"], closer.original_length % 3)
        while closer.token["closes"] and closer.length:
            index = _find_opener(text, openers, closer, openers_bottom.get(kind, -1))
            if index is None or not _nest_between(openers[index], closer, max_depth):
                openers_bottom[kind] = closer.rank
                break
            del openers[index + bool(openers[index].length) :]
        if closer.token["opens"] and closer.length:
            openers.append(closer)


def _find_opener(text: str, openers: list[_LinkedToken], closer: _LinkedToken, bottom: int) -> int | None:
    for index in range(len(openers) - 1, -1, -1):
        opener = openers[index]
        if opener.rank < bottom:
            break
        if opener.delimiter != closer.delimiter:
            continue
        # CommonMark's “multiple of 3” rule for runs that can both open and close.
        can_do_both = opener.token["closes"] or closer.token["opens"]
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
    return 2 if opener.length > 1 and closer.length > 1 and (opener.delimiter, 2) in _TOKEN_TYPES else 1


def _nest_between(opener: _LinkedToken, closer: _LinkedToken, max_depth: int) -> bool:
    """Replace all tokens between two runs by one token that contains them; return False if that nests too deeply."""
    count = _delimiters_to_use(opener, closer)
    children = _tokens_between(opener, closer)
    opener.right -= count
    closer.left += count
    token_type = _TOKEN_TYPES[opener.delimiter, count]
    token = {"type": token_type, "children": children, "start": opener.right, "end": closer.left}
    if nesting_depth(token) > max_depth:
        opener.right += count
        closer.left -= count
        return False
    linked = _LinkedToken(token, opener, opener.rank)
    linked.next, closer.previous = closer, linked
    return True


def _tokens_between(first: _LinkedToken, end: _LinkedToken | None) -> list[Token]:
    """Return the tokens after `first` and before `end`; delimiters without a match become text."""
    out = []
    linked = first.next
    while linked is not None and linked is not end:
        if not linked.delimiter:
            out.append(linked.token)
        elif linked.length:
            raw = linked.delimiter * linked.length
            out.append({"type": "text", "raw": raw, "start": linked.left, "end": linked.right})
        linked = linked.next
    return out

"""Emphasis and what is marked like it: `*emph*`, `**strong**`, `~~struck~~`, `H~2~O`, `10^th^`.

One pass over the runs of marks, as CommonMark describes it: a run that can close looks back for the nearest
run of the same character that can open.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

Token = dict[str, Any]

_SPACE = re.compile(r"\s")

_KINDS = {
    ("*", 1): "emphasis",
    ("*", 2): "strong",
    ("_", 1): "emphasis",
    ("_", 2): "strong",
    ("~", 1): "subscript",
    ("~", 2): "strikethrough",
    ("^", 1): "superscript",
}


def can_open_close(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether the run of marks from `start` to `end` can open, and whether it can close."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    space_before, space_after = before.isspace(), after.isspace()
    if text[start] in "~^":
        return not space_after, not space_before
    mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    if text[start] == "_":
        return left and (not right or mark_before), right and (not left or mark_after)
    return left, right


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


class _Part:
    """A token in a doubly linked list, so that a stretch of tokens is taken out without moving the others.

    For a run of marks, `left` and `right` are the offsets of the marks that are not used up.
    """

    __slots__ = ("after", "before", "depth", "left", "mark", "order", "right", "size", "token")

    def __init__(self, token: Token, before: _Part | None, order: int) -> None:
        self.token, self.before, self.order = token, before, order
        self.after: _Part | None = None
        self.depth = nesting(token)
        self.left: int = token["start"]
        self.right: int = token["end"]
        self.mark = token["raw"][0] if token["type"] == "delimiter" else ""
        self.size = self.right - self.left
        if before is not None:
            before.after = self

    @property
    def length(self) -> int:
        return self.right - self.left


def nesting(token: Token) -> int:
    """How many tokens stand in one another below `token`."""
    if "depth" not in token:
        token["depth"] = max((nesting(child) + 1 for child in token.get("children", ())), default=0)
    depth: int = token["depth"]
    return depth


def match_delimiters(text: str, tokens: list[Token], most_nested: int) -> list[Token]:
    """`tokens` of `text` with the runs of marks made into nested tokens, or into text where nothing matches."""
    if not any(token["type"] == "delimiter" for token in tokens):
        return tokens
    head = last = _Part({"type": "text", "raw": "", "start": 0, "end": 0}, None, -1)
    runs = []
    for order, token in enumerate(tokens):
        last = _Part(token, last, order)
        if last.mark:
            runs.append(last)
    _match(text, runs, most_nested)
    return _tokens_between(head, None)


def _match(text: str, runs: list[_Part], most_nested: int) -> None:
    openers: list[_Part] = []
    # Below this order there is no opener for a closer of this kind: looked for once, never again.
    bottoms: dict[tuple[str, bool, int], int] = {}
    for closer in runs:
        key = (closer.mark, closer.token["opens"], closer.size % 3)
        while closer.token["closes"] and closer.length:
            index = _find_opener(text, openers, closer, bottoms.get(key, -1))
            if index is None or not _join(openers[index], closer, most_nested):
                bottoms[key] = closer.order
                break
            del openers[index + bool(openers[index].length) :]
        if closer.token["opens"] and closer.length:
            openers.append(closer)


def _find_opener(text: str, openers: list[_Part], closer: _Part, bottom: int) -> int | None:
    for index in range(len(openers) - 1, -1, -1):
        opener = openers[index]
        if opener.order < bottom:
            break
        if opener.mark != closer.mark:
            continue
        both = opener.token["closes"] or closer.token["opens"]
        if both and (opener.size + closer.size) % 3 == 0 and opener.size % 3:
            continue
        if _use(opener, closer) == 1 and closer.mark in "~^" and _SPACE.search(text, opener.right, closer.left):
            return None
        return index
    return None


def _use(opener: _Part, closer: _Part) -> int:
    """How many marks of each run a match uses."""
    return 2 if opener.length > 1 and closer.length > 1 and (opener.mark, 2) in _KINDS else 1


def _join(opener: _Part, closer: _Part, most_nested: int) -> bool:
    """Make one token of all between two runs; False where that would nest too deep."""
    use = _use(opener, closer)
    children = _tokens_between(opener, closer)
    opener.right -= use
    closer.left += use
    token = {"type": _KINDS[opener.mark, use], "children": children, "start": opener.right, "end": closer.left}
    if nesting(token) > most_nested:
        opener.right += use
        closer.left -= use
        return False
    part = _Part(token, opener, opener.order)
    part.after, closer.before = closer, part
    return True


def _tokens_between(first: _Part, end: _Part | None) -> list[Token]:
    """The tokens after `first` and before `end`, marks that nothing matched as text."""
    out = []
    part = first.after
    while part is not None and part is not end:
        if not part.mark:
            out.append(part.token)
        elif part.length:
            out.append({"type": "text", "raw": part.mark * part.length, "start": part.left, "end": part.right})
        part = part.after
    return out

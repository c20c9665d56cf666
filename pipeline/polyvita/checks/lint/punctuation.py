"""Quotation marks and brackets of which one half is missing in its block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from polyvita.checks.lint.context import HIDDEN, Leaf, LintContext
from polyvita.core.diagnostics import Finding, warning

_BRACKETS = {"(": ")", "[": "]"}
_QUOTES = {"„": "“”", "“": "”“", "«": "»", "»": "«»", "”": "”"}
"""What closes what is opened: „German“, „Polish”, “English”, «French», »Danish«, »Swedish» and ”Finnish”."""
_BEFORE = "([{-–—/„“«»‚‘’" + HIDDEN

_INTERVAL = re.compile(r"[\[(\]]\s*[-−+]?[\d.,∞a-z]{1,8}\s*[,;]\s*[-−+]?[\d.,∞a-z]{1,8}\s*[\])\[]")
_MARKER = re.compile(r"(?<!\w)(?:\w|\d{1,3}|[ivxIVX]{1,5})$")
_SMILEY = re.compile(r"[:;]['-]?[()\[\]]*$")
_INCHES = re.compile(r"\d\"")


class Half(NamedTuple):
    """A sign whose other half is not there: which one, where in the text, and whether it opens."""

    sign: str
    at: int
    opens: bool


def unpaired_punctuation(manuscript: LintContext) -> Iterator[Finding]:
    """Signs without their other half. What is opened in one block and closed in the next is paired."""
    found = [(leaf, list(_halves(leaf.text))) for leaf in manuscript.leaves]
    for index, (leaf, halves) in enumerate(found):
        before = found[index - 1][1] if index else []
        following, after = found[index + 1] if index + 1 < len(found) else (leaf, [])
        for half in halves:
            reach = after if half.opens else before
            if any(_belong(half, other) for other in reach):
                continue
            if half.opens and half.sign in _QUOTES and following.text.startswith(half.sign):
                continue  # a quotation of several paragraphs: each begins anew, the last one closes
            yield _finding(manuscript, leaf, half)


def _finding(manuscript: LintContext, leaf: Leaf, half: Half) -> Finding:
    location = manuscript.within(leaf, half.at, half.at + 1)
    if half.sign == '"':
        message, hint = 'a quotation mark " has no other half', "write the other one, or “ and ”"
        return warning("PV222", message, location, hint)
    message = f"{half.sign} is opened and not closed" if half.opens else f"{half.sign} closes what is not opened"
    if half.sign in "()[]":
        return warning("PV223", message, location, "write the other half, or take this one out")
    return warning("PV222", message, location, "write the other half, or take this one out")


def _belong(half: Half, other: Half) -> bool:
    opening, closing = (half, other) if half.opens else (other, half)
    return opening.opens and not closing.opens and closing.sign in (_BRACKETS | _QUOTES).get(opening.sign, "")


def _halves(text: str) -> Iterator[Half]:
    """The signs in a text whose other half is not there."""
    if not any(char.isalnum() for char in text):
        return  # a cell with a ditto mark
    text = _INTERVAL.sub(lambda found: HIDDEN * len(found[0]), text)
    yield from _brackets(text)
    yield from _quotes(text)
    straight = [at for at, char in enumerate(text) if char == '"']
    if len(straight) % 2 and not _INCHES.search(text):
        yield Half('"', _odd_one(text, straight), opens=False)


def _brackets(text: str) -> Iterator[Half]:
    open_: list[Half] = []
    for at, char in enumerate(text):
        if char in _BRACKETS:
            open_.append(Half(char, at, opens=True))
        elif char in ")]":
            match = next((i for i in reversed(range(len(open_))) if _BRACKETS[open_[i].sign] == char), None)
            if match is not None:
                yield from (half for half in open_[match + 1 :] if not _no_bracket(text, half))
                del open_[match:]
            elif not _no_bracket(text, half := Half(char, at, opens=False)):
                yield half
    yield from (half for half in open_ if not _no_bracket(text, half))


def _no_bracket(text: str, half: Half) -> bool:
    """Whether a sign is part of a list marker, `a)`, or of a smiley."""
    before = text[max(0, half.at - 8) : half.at]
    return bool(_SMILEY.search(before + half.sign) or (half.sign == ")" and _MARKER.search(before)))


def _quotes(text: str) -> Iterator[Half]:
    """One sign opens in one language and closes in another, so that where it stands decides: „so“ and “so” and »so«."""
    open_: list[Half] = []
    for at, char in enumerate(text):
        if char not in _QUOTES:
            continue
        after_a_word = at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,;!?…")
        before_a_word = text[at + 1 : at + 2].strip(" .,;:!?)]\u00a0\u202f") != ""
        starts = at == 0 or text[at - 1].isspace() or text[at - 1] in _BEFORE
        if starts and before_a_word:
            open_.append(Half(char, at, opens=True))
        elif open_ and char in _QUOTES[open_[-1].sign]:
            open_.pop()
        elif char == "„" or (starts and char in "“«") or (char == "“" and not after_a_word):
            open_.append(Half(char, at, opens=True))
        elif not starts:  # » with blanks on both sides is an arrow
            yield Half(char, at, opens=False)
    yield from open_


def _odd_one(text: str, straight: list[int]) -> int:
    """The straight mark that is most likely alone: one that does not stand where it should, opening or closing."""
    for number, at in enumerate(straight):
        starts = not text[:at] or not text[at - 1].isalnum()
        if starts != (number % 2 == 0):
            return straight[number - 1] if number else at
    return straight[-1]

"""A check of quotation marks and brackets that have no partner in their block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from polyvita.checks.lint.context import PLACEHOLDER, LintContext, TextBlock
from polyvita.core.diagnostics import Finding, warning

_BRACKETS = {"(": ")", "[": "]"}
_QUOTES = {"„": "“”", "“": "”“", "«": "»", "»": "«»", "”": "”"}
"""What closes what is opened: „German“, „Polish”, “English”, «French», »Danish«, »Swedish» and ”Finnish”."""
_BEFORE_OPENING = "([{-–—/„“«»‚‘’" + PLACEHOLDER

_INTERVAL = re.compile(r"[\[(\]]\s*[-−+]?[\d.,∞a-z]{1,8}\s*[,;]\s*[-−+]?[\d.,∞a-z]{1,8}\s*[\])\[]")
_MARKER = re.compile(r"(?<!\w)(?:\w|\d{1,3}|[ivxIVX]{1,5})$")
_SMILEY = re.compile(r"[:;]['-]?[()\[\]]*$")
_INCHES = re.compile(r"\d\"")


class UnpairedSign(NamedTuple):
    """A bracket or quotation mark without partner: the sign, its offset in the text, and whether it opens."""

    sign: str
    offset: int
    opens: bool


def find_unpaired_punctuation(context: LintContext) -> Iterator[Finding]:
    """Find signs without partner. A sign may be opened in one block and closed in the next."""
    found = [(block, list(_unpaired_signs(block.text))) for block in context.text_blocks]
    for index, (block, signs) in enumerate(found):
        before = found[index - 1][1] if index else []
        following, after = found[index + 1] if index + 1 < len(found) else (block, [])
        for sign in signs:
            if any(_is_pair(sign, other) for other in (after if sign.opens else before)):
                continue
            # In a quotation of several paragraphs, each one opens with a mark, and only the last one closes.
            if sign.opens and sign.sign in _QUOTES and following.text.startswith(sign.sign):
                continue
            yield _finding_for(context, block, sign)


def _finding_for(context: LintContext, block: TextBlock, sign: UnpairedSign) -> Finding:
    location = context.locate_in_block(block, sign.offset, sign.offset + 1)
    if sign.sign == '"':
        hint = "add the missing quotation mark, or write “ and ”"
        return warning("PV222", 'the quotation mark " has no partner', location, hint)
    message = f"{sign.sign} is opened but not closed" if sign.opens else f"{sign.sign} is closed but was not opened"
    if sign.sign in "()[]":
        return warning("PV223", message, location, "add the missing bracket, or delete this one")
    return warning("PV222", message, location, "add the missing quotation mark, or delete this one")


def _is_pair(sign: UnpairedSign, other: UnpairedSign) -> bool:
    opening, closing = (sign, other) if sign.opens else (other, sign)
    return opening.opens and not closing.opens and closing.sign in (_BRACKETS | _QUOTES).get(opening.sign, "")


def _unpaired_signs(text: str) -> Iterator[UnpairedSign]:
    """Yield the brackets and quotation marks in a text that have no partner."""
    if not any(char.isalnum() for char in text):
        return  # A cell may contain a ditto mark alone.
    text = _INTERVAL.sub(lambda found: PLACEHOLDER * len(found[0]), text)
    yield from _brackets(text)
    yield from _quotes(text)
    straight = [at for at, char in enumerate(text) if char == '"']
    if len(straight) % 2 and not _INCHES.search(text):
        yield UnpairedSign('"', _unpaired_straight_mark(text, straight), opens=False)


def _brackets(text: str) -> Iterator[UnpairedSign]:
    pending: list[UnpairedSign] = []
    for at, char in enumerate(text):
        if char in _BRACKETS:
            pending.append(UnpairedSign(char, at, opens=True))
        elif char in ")]":
            match = next((i for i in reversed(range(len(pending))) if _BRACKETS[pending[i].sign] == char), None)
            if match is not None:
                yield from (sign for sign in pending[match + 1 :] if not _is_other_use(text, sign))
                del pending[match:]
            elif not _is_other_use(text, sign := UnpairedSign(char, at, opens=False)):
                yield sign
    yield from (sign for sign in pending if not _is_other_use(text, sign))


def _is_other_use(text: str, sign: UnpairedSign) -> bool:
    """Return whether a bracket is part of a list marker such as `a)`, or of a smiley."""
    before = text[max(0, sign.offset - 8) : sign.offset]
    return bool(_SMILEY.search(before + sign.sign) or (sign.sign == ")" and _MARKER.search(before)))


def _quotes(text: str) -> Iterator[UnpairedSign]:
    """Yield the quotation marks without partner.

    Some signs open a quotation in one language and close it in another: „so“, “so”, »so«. The characters around a sign
    decide.
    """
    pending: list[UnpairedSign] = []
    for at, char in enumerate(text):
        if char not in _QUOTES:
            continue
        after_a_word = at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,;!?…")
        before_a_word = text[at + 1 : at + 2].strip(" .,;:!?)]\u00a0\u202f") != ""
        starts = at == 0 or text[at - 1].isspace() or text[at - 1] in _BEFORE_OPENING
        if starts and before_a_word:
            pending.append(UnpairedSign(char, at, opens=True))
        elif pending and char in _QUOTES[pending[-1].sign]:
            pending.pop()
        elif char == "„" or (starts and char in "“«") or (char == "“" and not after_a_word):
            pending.append(UnpairedSign(char, at, opens=True))
        elif not starts:  # With spaces on both sides, » is an arrow.
            yield UnpairedSign(char, at, opens=False)
    yield from pending


def _unpaired_straight_mark(text: str, straight: list[int]) -> int:
    """Return the offset of the straight mark that most likely has no partner.

    That is the one before the first mark that cannot open or close as its turn requires.
    """
    for number, at in enumerate(straight):
        starts = not text[:at] or not text[at - 1].isalnum()
        if starts != (number % 2 == 0):
            return straight[number - 1] if number else at
    return straight[-1]

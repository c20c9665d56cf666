"""Where no line may end: between a surname and its initials, behind a title, inside what a hyphen holds together, and
between the first page and the last.

A no-break space says so in the text itself. What has no space to say it with is a piece of its own, for each format to
keep whole in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from polyvita.writers.pandoc_ast import Ast

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ɏΆ-ΫЀ-ЯԱ-Ֆ]"  # Latin Extended has capitals and small letters in turn: there both count
_INITIALS = rf"{_CAPITAL}{{1,2}}(?:-[^\W\d_]+)*"
_SPACED = re.compile(rf"(?<![\w’'-]){_CAPITAL}[\w’'-]+(?: {_INITIALS})+(?!\w)|\b(?:Dr|Prof|Nr|No|St|ca)\. (?=\S)")
HYPHENATED_INITIALS = rf"(?<=\N{{NO-BREAK SPACE}}){_CAPITAL}{{1,2}}(?:-[^\W\d_]+)+"
"""Initials that a line could end in the middle of ("Höhne M-C M"), in a text with its no-break spaces."""
NUMBER_RANGE = r"(?<!\S)[\d():.,]{0,15}\d–\d{1,5}(?:\.\d+)*(?![\w–-])"
"""Pages from one to another, with their volume (“109(3):247–278”), and years: the last alone on a line says nothing."""


def keep_together(text: str, whole: re.Pattern[str], in_one: Callable[[str], Ast]) -> list[Ast]:
    """A text with its no-break spaces, as nodes: what `whole` finds in it (the pattern is one group) becomes what
    `in_one` makes of it."""
    pieces = whole.split(_SPACED.sub(_with_no_break_spaces, text))
    return [in_one(piece) if at % 2 else {"t": "Str", "c": piece} for at, piece in enumerate(pieces) if piece]


def _with_no_break_spaces(found: re.Match[str]) -> str:
    return found[0].replace(" ", "\N{NO-BREAK SPACE}")

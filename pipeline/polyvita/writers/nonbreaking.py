"""Mark places where no line may break.

Such places are between a surname and its initials, after a title such as “Dr.”, inside hyphenated initials and inside
number ranges. A no-break space replaces a space. Text without a space becomes a node of its own, which each format
keeps on one line in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from polyvita.writers.pandoc_ast import Ast

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ɏΆ-ΫЀ-ЯԱ-Ֆ]"  # Latin Extended mixes upper and lower case, so all of it counts
_INITIALS = rf"{_CAPITAL}{{1,2}}(?:-[^\W\d_]+)*"
_SPACED = re.compile(rf"(?<![\w’'-]){_CAPITAL}[\w’'-]+(?: {_INITIALS})+(?!\w)|\b(?:Dr|Prof|Nr|No|St|ca)\. (?=\S)")
HYPHENATED_INITIALS = rf"(?<=\N{{NO-BREAK SPACE}}){_CAPITAL}{{1,2}}(?:-[^\W\d_]+)+"
"""Initials with a hyphen (“M-C” in “Höhne M-C M”), in a text that has its no-break spaces already."""
NUMBER_RANGE = r"(?<!\S)\u200e?[\d():.,]{0,15}\d–\d{1,5}(?:\.\d+)*(?![\w–-])"
"""Ranges of years and of pages, with the volume before them (“109(3):247–278”) and a mark of their direction."""


def keep_together(text: str, unbreakable: re.Pattern[str], make_node: Callable[[str], Ast]) -> list[Ast]:
    """Return `text` with no-break spaces, as a list of nodes.

    Each match of `unbreakable` becomes `make_node(match)`. The pattern must be exactly one group.
    """
    pieces = unbreakable.split(_SPACED.sub(_with_no_break_spaces, text))
    return [make_node(piece) if at % 2 else {"t": "Str", "c": piece} for at, piece in enumerate(pieces) if piece]


def _with_no_break_spaces(match: re.Match[str]) -> str:
    return match[0].replace(" ", "\N{NO-BREAK SPACE}")

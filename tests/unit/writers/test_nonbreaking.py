"""Lines do not break inside names with initials, after titles, and inside ranges of pages or years."""

from __future__ import annotations

import re

import pytest

from polyvita.writers.nonbreaking import HYPHENATED_INITIALS, NUMBER_RANGE, keep_together
from polyvita.writers.pandoc_ast import Ast

WHOLE = re.compile(f"({HYPHENATED_INITIALS}|{NUMBER_RANGE})")
NB = "\N{NO-BREAK SPACE}"


def shown(text: str) -> str:
    """Return the text with `[` and `]` around its unbreakable parts, and `_` for no-break spaces."""

    def whole(piece: str) -> Ast:
        return {"t": "Str", "c": f"[{piece}]"}

    return "".join(node["c"] for node in keep_together(text, WHOLE, whole)).replace(NB, "_")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Lapuschkin S and Samek W (2025)", "Lapuschkin_S and Samek_W (2025)"),
        ("Müller K-R, Höhne M-C M", "Müller_[K-R], Höhne_[M-C]_M"),
        ("Dr. rer. nat. Ada, Prof. Bea", "Dr._rer. nat. Ada, Prof._Bea"),
        ("of the IEEE 109(3):247–278.", "of the IEEE [109(3):247–278]."),
        ("(ICIP) 516–520.", "(ICIP) [516–520]."),
        ("from 2019–2020, later", "from [2019–2020], later"),
        ("Vision 2016:1–3", "Vision [2016:1–3]"),
        ("Chapter 3.1–3.4.", "Chapter [3.1–3.4]."),
        ("1–2–3 and a–b and A1–2", "1–2–3 and a–b and A1–2"),
        ("the 1990–2000s", "the 1990–2000s"),
        ("no range – here", "no range – here"),
    ],
)
def test_unbreakable_parts_are_marked(text: str, kept: str) -> None:
    assert shown(text) == kept

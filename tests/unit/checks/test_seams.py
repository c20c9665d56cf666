"""Sentences that a span was taken out of."""

from __future__ import annotations

import pytest

from polyvita import read_text
from polyvita.checks.seams import find_seams
from polyvita.config.expression_parser import parse_expression
from polyvita.transforms import select_units


def seams(text: str) -> list[tuple[int, str]]:
    document = read_text(text)
    found = find_seams(document, select_units(document, drop=parse_expression("x")))
    return [(each.location.column, each.message.removeprefix("without this span, ")) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Won two prizes and [a medal]{.x}.", [(20, "the text reads “… Won two prizes and.”")]),
        ("One, [two]{.x}, three.", [(6, "the text reads “… One,,”")]),
        ("One, two und [drei]{.x}", [(14, "the text reads “… One, two und”")]),
        ("Talks ([two]{.x}) in Rome", [(8, "the text reads “… Talks ()”")]),
        ("[One]{.x} and two", [(1, "the text reads “… and”")]),
        ("One and [two]{.x} and three", [(9, "the text reads “… One and and”")]),
        ("- *Topics*: [a]{.x} [b]{.x}", [(13, "the text reads “… Topics:”")]),
        ("# Work, [in short]{.x}", [(9, "the text reads “… Work,”")]),
        ("| a |\n|---|\n| b, [c]{.x} |", [(6, "the text reads “… b,”")]),
        ("大学、[系]{.x}。", [(4, "the text reads “… 大学、。”")]),
        # These read well.
        ("Won two prizes[, and a medal]{.x}.", []),
        ("Won two prizes. [And a medal.]{.x} Moved on.", []),
        ("One, [two,]{.x} three.", []),
        ("A, [title]{.x}[Titel]{.y}, and so on.", []),
        ("Band [of examples]{.x}.", []),
        ("She leads [a team]{.x}", []),
        # These spans stay, or all of the text goes.
        ("One, [two]{.y}, three.", []),
        ("One, [two]{.x}, three. {.x}\n\nFour", []),
    ],
)
def test_a_sentence_that_a_span_was_taken_out_of(text: str, expected: list[tuple[int, str]]) -> None:
    assert seams(text) == expected

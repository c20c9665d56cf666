"""One count of words: what each kind of text counts as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita.core.words import count_words

CASES = [
    ("", 0),
    (" \n\t ", 0),
    ("one two", 2),
    ("a – b", 3),
    ("2019–2021 in Berlin", 3),
    ("research & teaching", 3),
    ("well-known", 1),
    ("3.5 kg", 2),
    ("https://example.org/a-b?c=d ada@example.org", 2),
    ("Dr.\u00a0Ada", 2),
    ("“ quoted ”", 3),
    ("大学系 研究", 5),
    ("日本語のテスト。", 8),
    ("大学abc系", 4),
    ("한국어 문장 하나", 3),
    ("naïve café", 2),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_each_kind_of_text(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.slow
@given(st.text(), st.text())
def test_a_line_break_separates_words(first: str, second: str) -> None:
    assert count_words(f"{first}\n{second}") == count_words(first) + count_words(second)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=("Zs", "Cc")), min_size=1)))
def test_in_latin_script_the_words_are_what_stands_between_spaces(words: list[str]) -> None:
    assert count_words("  ".join(words)) == len(words)

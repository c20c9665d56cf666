"""Scripts and directions, compared with the data of Unicode and of Babel."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from babel.core import get_global

from polyvita.core.scripts import (
    NAMES,
    RIGHT_TO_LEFT,
    RIGHT_TO_LEFT_LETTER,
    USUAL_LANGUAGES,
    direction_of,
    letter_of,
    script_of,
    script_of_language,
)


@pytest.mark.parametrize(
    "lang",
    [
        "ar",
        "he",
        "iw",
        "fa",
        "ur",
        "yi",
        "dv",
        "ps",
        "sd",
        "ug",
        "syr",
        "ckb",
        "az-Arab",
        "ku-Arab",
        "pa-Arab",
        "pa-PK",
        "ar-EG",
        "he_IL",
    ],
)
def test_languages_from_right_to_left(lang: str) -> None:
    assert direction_of(lang) == "rtl"


@pytest.mark.parametrize(
    "lang",
    [
        "en",
        "de-AT",
        "az",
        "ku",
        "pa",
        "tr",
        "zh-Hant",
        "ja",
        "ko",
        "sr-Latn",
        "ar-Latn",
        "en-x-arab",
        "xx",
        "no",
        "klingon",
    ],
)
def test_languages_from_left_to_right(lang: str) -> None:
    assert direction_of(lang) == "ltr"


def test_every_language_of_babel_has_its_script() -> None:
    for tag, full in get_global("likely_subtags").items():
        if not tag.startswith("und"):
            assert script_of_language(tag) == full.split("_")[1], tag


@pytest.mark.slow
def test_each_letter_has_the_direction_of_unicode() -> None:
    wrong = []
    for char in map(chr, range(sys.maxunicode + 1)):
        direction = unicodedata.bidirectional(char)
        right, left = bool(RIGHT_TO_LEFT_LETTER.match(char)), bool(letter_of("ltr").match(char))
        if (direction in ("R", "AL") and char != "\N{RIGHT-TO-LEFT MARK}" and not right) or (
            direction == "L" and right
        ):
            wrong.append(char)
        if direction in ("R", "AL") and left:
            wrong.append(char)
    assert wrong == []


def test_each_usual_language_is_written_in_its_script() -> None:
    for script, lang in USUAL_LANGUAGES.items():
        assert (script_of_language(lang), script in RIGHT_TO_LEFT, script in NAMES) == (script, True, True)


@pytest.mark.parametrize(
    ("characters", "script"),
    [
        ("aéﬁ", "Latn"),
        ("אָ״"[:1], "Hebr"),
        ("م٣ﷲ", "Arab"),
        ("山々。（", "Hani"),
        ("ひカ", "Jpan"),
        ("한", "Hang"),
        ("क", "Deva"),
    ],
)
def test_characters_have_their_script(characters: str, script: str) -> None:
    assert {script_of(char) for char in characters} == {script}

"""The front matter key `orcid`: accepted spellings, and the check digit of ISO 7064 mod 11-2."""

from __future__ import annotations

import pytest

from polyvita.config.front_matter import read_front_matter


def read(orcid: str) -> tuple[str | None, list[str]]:
    front_matter, findings = read_front_matter(["---", f'orcid: "{orcid}"', "---"], "cv.md")
    return front_matter.orcid, [f.message for f in findings]


@pytest.mark.parametrize(
    "spelling",
    [
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        "orcid.org/0000-0002-1825-0097/",
        "0000000218250097",
    ],
)
def test_all_usual_spellings_are_the_same_identifier(spelling: str) -> None:
    assert read(spelling) == ("0000-0002-1825-0097", [])


def test_the_last_character_can_be_x() -> None:
    assert read("0000-0002-1694-233x") == ("0000-0002-1694-233X", [])


@pytest.mark.parametrize("digit", "01234569X")
def test_a_wrong_last_character_is_an_error(digit: str) -> None:
    _, messages = read(f"0000-0002-1825-009{digit}")
    assert len(messages) == 1
    assert "last character" in messages[0]


def test_two_digits_in_the_wrong_order_are_an_error() -> None:
    _, messages = read("0000-0002-8125-0097")
    assert len(messages) == 1


@pytest.mark.parametrize("text", ["1825-0097", "https://example.org/0000-0002-1825-0097", "Ada"])
def test_anything_else_is_an_error(text: str) -> None:
    _, messages = read(text)
    assert len(messages) == 1
    assert "0000-0002-1825-0097" in messages[0]

"""Laws of the search for private values: each is found in each spelling and in each format, and innocent text is not.

The spellings here are those that people write. They share no code with the search.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from polyvita import build
from polyvita.checks.disclosure import DisclosureChecker, private_values
from polyvita.config.front_matter import FrontMatter
from polyvita.core.location import Location

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
LANGS = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sv",
    "tr",
    "el",
    "ru",
    "uk",
    "ja",
    "zh",
    "ko",
    "ar",
    "he",
]
FORMATS = ["html", "docx", "pdf", "txt", "odt", "epub", "markdown", "rst", "latex", "rtf"]
DAYS = st.dates(min_value=datetime.date(1930, 1, 1), max_value=datetime.date(2010, 12, 31))
SPACES = st.sampled_from([" ", "  ", "\u00a0", "\u202f", "\u2009", "\u200b "])
CODES = [("49", "de"), ("44", "en-GB"), ("43", "de-AT"), ("33", "fr"), ("39", "it-IT")]


def checker(lang: str, **values: str) -> DisclosureChecker:
    """Return the search for private values in a CV in a language."""
    front = FrontMatter(**values, locations={key: Location("cv.private.yaml", 1) for key in values})  # type: ignore[arg-type]
    return DisclosureChecker(private_values({"lang": lang}, {}, front, [lang]))


@st.composite
def written_days(draw: st.DrawFn, day: datetime.date, lang: str) -> str:
    """Return a day as people write it, in English or in another language."""
    d, m, y = (
        draw(st.sampled_from([f"{day.day}", f"{day:%d}"])),
        draw(st.sampled_from([f"{day.month}", f"{day:%m}"])),
        day.year,
    )
    space, month = draw(SPACES), draw(st.sampled_from([f"{day:%B}", f"{day:%b}", f"{day:%b}."]))
    numeric = [f"{y}-{day:%m-%d}", f"{y}/{m}/{d}", f"{d}.{m}.{y}", f"{d}. {m}. {y}", f"{m}/{d}/{y}", f"{day:%Y%m%d}"]
    short = [f"{d}.{m}.{day:%y}", f"{d}/{m}/{day:%y}", f"{d}-{day:%b}-{day:%y}", f"{d} {month} ’{day:%y}"]
    english = [f"{d}{space}{month}{space}{y}", f"{month}{space}{d},{space}{y}", f"the {d}th of {day:%B}, {y}"]
    local = [format_date(day, width, locale=lang.replace("-", "_")) for width in ("long", "full", "medium")]
    return draw(st.sampled_from([*numeric, *short, *english, *local]))


@st.composite
def written_numbers(draw: st.DrawFn, code: str, digits: str) -> str:
    """Return a telephone number as people write it."""
    gap = draw(st.sampled_from(["", " ", "-", "/", ".", "\u00a0", "\u2011", " - "]))
    at = draw(st.integers(4, len(digits) - 2))
    zero = "" if code == "39" else "0"  # Italian numbers keep their first digit.
    start = draw(st.sampled_from([f"+{code} ", f"+{code}", f"00{code} ", f"+{code} (0) ", f"(+{code}) ", zero]))
    return start + gap.join([digits[:3], digits[3:at], digits[at:]])


@st.composite
def people(draw: st.DrawFn) -> tuple[str, datetime.date, str, str]:
    """Return a language, a day of birth, and the country code and the other digits of a telephone number."""
    code, lang = draw(st.sampled_from(CODES))
    number = f"{draw(st.integers(151, 179))}{draw(st.integers(1_000_000, 9_999_999))}"
    return lang, draw(DAYS), code, number[: 9 if code == "33" else 10]


@given(st.data(), st.sampled_from(LANGS), DAYS)
def test_a_day_of_birth_is_found_in_each_spelling(data: st.DataObject, lang: str, day: datetime.date) -> None:
    written = data.draw(written_days(day, lang))
    around = " and more" * data.draw(st.sampled_from([0, 100]))  # In a long text, only the surroundings are searched.
    assert checker(lang, born=day.isoformat()).find_values([f"Ada{around}, {written}, Rome{around}"]), written


@given(st.data(), people())
def test_a_telephone_number_is_found_in_each_spelling(
    data: st.DataObject, person: tuple[str, datetime.date, str, str]
) -> None:
    lang, _, code, digits = person
    written = data.draw(written_numbers(code, digits))
    assert checker(lang, mobile=f"+{code}{digits}").find_values([f"call {written} (weekdays)"]), written


@settings(max_examples=1000 if THOROUGH else 200)
@given(st.data(), people())
def test_innocent_text_is_not_found(data: st.DataObject, person: tuple[str, datetime.date, str, str]) -> None:
    """The same kinds of text, with another day and another number, between years, pages, sums and identifiers."""
    lang, born, code, digits = person
    other = data.draw(DAYS.filter(lambda day: (day.year - born.year) % 100 != 0))
    another = data.draw(st.integers(1000, 9999).map(str).filter(lambda end: end != digits[-4:]))
    facts = [
        data.draw(written_days(other, lang)),
        data.draw(written_numbers(code, digits[:-4] + another)),
        f"{born:%B %Y}", f"{born:%d %B}", f"since {born.year}", f"pp. {born.day}–{born.month}", f"€ {digits[:3]},000",
        f"doi:10.1000/{digits[:4]}.{digits[4:6]}", f"grant {digits[:5]}",
    ]  # fmt: skip
    text = "; besides, ".join(data.draw(st.permutations(facts)))
    assert checker(lang, born=born.isoformat(), mobile=f"+{code}{digits}").find_values([text]) == [], text


@pytest.mark.slow
@settings(max_examples=50 if THOROUGH else 3)
@given(
    st.data(),
    people(),
    st.sampled_from(["{}", "**{}**", "[{}](https://example.org)", "- {}", "# {}", "| {} | b |\n|--|--|\n| c | d |"]),
)
def test_no_format_shows_a_private_value(
    data: st.DataObject, person: tuple[str, datetime.date, str, str], place: str
) -> None:
    lang, born, code, digits = person
    of_number = data.draw(st.booleans())
    written = data.draw(written_numbers(code, digits) if of_number else written_days(born, lang))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "filters").mkdir()
        (folder / "filters/all.yaml").write_text(f"formats: [{', '.join(FORMATS)}]\n")
        (folder / "cv.md").write_text(
            f"---\nname: Ada\nlang: {lang}\n---\n\n# A\n\nText.\n\n{place.format(written)}\n", "utf-8"
        )
        (folder / "cv.private.yaml").write_text(f"born: {born}\nmobile: '+{code}{digits}'\n")
        built = build(folder / "cv.md")
        assert [result.path.name for result in built.results if not result.problem] == [], written
        assert {finding.code for finding in built.findings if finding.severity == "error"} == {"PV320"}

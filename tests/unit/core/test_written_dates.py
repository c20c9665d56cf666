"""Dates in the text of items: what is found, what is taken out, and what is not a date."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polyvita.core.dates import Date, Point, parse_date, show_date
from polyvita.core.i18n import format_since
from polyvita.core.written_dates import find_written_dates, without_written_date

_LANGUAGES = (
    "en en-US en-GB de de-AT de-CH fr fr-CA es es-MX it pt pt-PT nl sv da nb fi pl cs ru uk tr ar he ja ko zh zh-Hant"
)
LANGUAGES = _LANGUAGES.split()


def dates_in(text: str, *languages: str) -> list[str]:
    return [found.date for found in find_written_dates(text, languages)]


@pytest.mark.parametrize(
    ("languages", "text", "date"),
    [
        ("en", "2014", "2014"),
        ("en", "2014 – 2019", "2014/2019"),
        ("en", "2014 to 2019", "2014/2019"),
        ("en", "from 2014 until 2019", "2014/2019"),
        ("en", "2014-19", "2014/2019"),
        ("en", "2019/20", "2019/2020"),
        ("en", "1999/00", "1999/2000"),
        ("en", "A.Y. 2019/20", "2019/2020"),
        ("en", "2012/2013", "2012/2013"),
        ("en", "2021/..", "2021/.."),
        ("en", "../2019-05", "../2019-05"),
        ("en", "2019-05", "2019-05"),
        ("en", "2019-05-03", "2019-05-03"),
        ("en", "05/2019–07/2021", "2019-05/2021-07"),
        ("en", "March 2018", "2018-03"),
        ("en", "Sept. 2018", "2018-09"),
        ("en", "1st March 2018", "2018-03-01"),
        ("en", "March 1st, 2018", "2018-03-01"),
        ("en", "12-Mar-2018", "2018-03-12"),
        ("en", "2018 Mar 12", "2018-03-12"),
        ("en", "Jan 2015 – present", "2015-01/.."),
        ("en", "Jan 2015 to date", "2015-01/.."),
        ("en", "Jan – Mar 2018", "2018-01/2018-03"),
        ("en", "May/June 2018", "2018-05/2018-06"),
        ("en", "3–5 March 2018", "2018-03-03/2018-03-05"),
        ("en", "March 3–5, 2018", "2018-03-03/2018-03-05"),
        ("en", "28 Feb – 1 Mar 2018", "2018-02-28/2018-03-01"),
        ("en", "since 2021", "2021/.."),
        ("en", "2021 onwards", "2021/.."),
        ("en", "until May 2019", "../2019-05"),
        ("en", "2018-", "2018/.."),
        ("en", "2018 –", "2018/.."),
        ("en", "– 2019", "../2019"),
        ("en", "(2024)", "2024"),
        ("en", "[Jan 2024]:", "2024-01"),
        ("en", "Q3 2020", "2020-07/2020-09"),
        ("en-US", "03/04/2019", "2019-03-04"),
        ("en-GB", "03/04/2019", "2019-04-03"),
        ("en de", "03/04/2019", "2019-04-03"),
        ("en", "03/14/2019", "2019-03-14"),
        ("en", "04/04/2019", "2019-04-04"),
        ("en", "03.04.2019", "2019-04-03"),
        ("en-US", "12/30/2018 – 02/03/2019", "2018-12-30/2019-02-03"),
        ("de", "12.03.2018", "2018-03-12"),
        ("de", "Mär 2018", "2018-03"),
        ("de", "Jänner 2018", "2018-01"),
        ("de", "12.–14.03.2018", "2018-03-12/2018-03-14"),
        ("de", "28.02.–03.03.2018", "2018-02-28/2018-03-03"),
        ("de", "seit Okt. 2023", "2023-10/.."),
        ("de", "ab dem 1. Oktober 2023", "2023-10-01/.."),
        ("de", "von 2018 bis heute", "2018/.."),
        ("de", "2018–heute", "2018/.."),
        ("de", "bis 2019", "../2019"),
        ("fr", "mars 2018 à juin 2019", "2018-03/2019-06"),
        ("fr", "du 12 mars 2018 au 3 mai 2019", "2018-03-12/2019-05-03"),
        ("fr", "depuis 2019", "2019/.."),
        ("fr", "2019 – aujourd’hui", "2019/.."),
        ("fr", "fevrier 2018", "2018-02"),
        ("es", "enero de 2018 a marzo de 2019", "2018-01/2019-03"),
        ("es", "2018 – actualidad", "2018/.."),
        ("it", "dal 2018 al 2019", "2018/2019"),
        ("it", "2018 – oggi", "2018/.."),
        ("pt", "dez. de 2018 – presente", "2018-12/.."),
        ("nl", "1 mrt. 2018 t/m 5 mei 2019", "2018-03-01/2019-05-05"),
        ("nl", "2018 – heden", "2018/.."),
        ("sv", "från 2018 till och med 2019", "2018/2019"),
        ("da", "2018 – nu", "2018/.."),
        ("nb", "2018 – dags dato", "2018/.."),
        ("no", "siden mars 2018", "2018-03/.."),
        ("fi", "2018 alkaen", "2018/.."),
        ("fi", "maaliskuuta 2018", "2018-03"),
        ("pl", "od 2018 r. do 2019 r.", "2018/2019"),
        ("pl", "grudzień 2018 – obecnie", "2018-12/.."),
        ("cs", "9. 3. 2018 – 4. 5. 2019", "2018-03-09/2019-05-04"),
        ("cs", "2018 – dosud", "2018/.."),
        ("ru", "с декабря 2018 по май 2019", "2018-12/2019-05"),
        ("ru", "2014–2019 гг.", "2014/2019"),
        ("ru", "2018 г. – настоящее время", "2018/.."),
        ("uk", "з 2018 року", "2018/.."),
        ("tr", "Aralık 2018 – halen", "2018-12/.."),
        ("tr", "2018’den beri", "2018/.."),
        ("ar", "من 2018 إلى 2019", "2018/2019"),
        ("ar", "ديسمبر ٢٠١٨ – حتى الآن", "2018-12/.."),
        ("he", "מ-2018 עד 2019", "2018/2019"),
        ("he", "2018 – היום", "2018/.."),
        ("ja", "2018年3月〜2019年4月", "2018-03/2019-04"),
        ("ja", "2018年3月から2019年4月まで", "2018-03/2019-04"),
        ("ja", "平成30年4月 – 現在", "2018-04/.."),
        ("ja", "令和元年", "2019"),
        ("ja", "2018.3~2019.4", "2018-03/2019-04"),
        ("ja", "２０１８年３月", "2018-03"),
        ("ko", "2018년 3월 ~ 현재", "2018-03/.."),
        ("ko", "2018. 3. 9. – 2019. 4. 1.", "2018-03-09/2019-04-01"),
        ("zh", "2018年至今", "2018/.."),
        ("zh", "2018/09 - 2021/06", "2018-09/2021-06"),
        ("zh", "民國109年", "2020"),
    ],
)
def test_a_whole_text_that_is_a_date(languages: str, text: str, date: str) -> None:
    (found,) = find_written_dates(text, languages.split())
    assert (found.date, found.exact, without_written_date(text, found)) == (date, True, "")
    assert parse_date(date)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("WS 13/14", "2013-10/2014-03"),
        ("WiSe 2013/14", "2013-10/2014-03"),
        ("Wintersemester 2013/2014", "2013-10/2014-03"),
        ("WS 98/99", "1998-10/1999-03"),
        ("SS 2014", "2014-04/2014-09"),
        ("SoSe 14", "2014-04/2014-09"),
        ("SS 2014 – WS 15/16", "2014-04/2016-03"),
        ("seit WS 13/14", "2013-10/.."),
        ("Spring 2020", "2020"),
        ("Fall term 2019", "2019"),
        ("Winter 2019/20", "2019/2020"),
        ("HS 19", "2019"),
        ("2018年度", "2018"),
    ],
)
def test_terms_and_seasons_are_not_exact(text: str, date: str) -> None:
    assert [(found.date, found.exact) for found in find_written_dates(text, ["de", "ja"])] == [(date, False)]


@pytest.mark.parametrize(
    ("text", "date", "rest"),
    [
        ("PhD, Berlin, 2014 – 2019", "2014/2019", "PhD, Berlin"),
        ("PhD – 2014", "2014", "PhD"),
        ("PhD: since 2014", "2014/..", "PhD"),
        ("MSc, MIT 2014", "2014", "MSc, MIT"),
        ("Board member since May 2014", "2014-05/..", "Board member"),
        ("Award, ICML, 2019.", "2019", "Award, ICML."),
        ("PhD student, 2016–", "2016/..", "PhD student"),
        ("2019: Best Paper", "2019", "Best Paper"),
        ("2019 – Best Paper", "2019", "Best Paper"),
        ("2019: Expected Utility", "2019", "Expected Utility"),
        ("2019 Best Paper", "2019", "Best Paper"),
        ("2019. Best Paper", "2019", "Best Paper"),
        ("2014–2016 postdoc", "2014/2016", "postdoc"),
        ("May 2014, a talk", "2014-05", "a talk"),
        ("2015年4月 東京大学入学", "2015-04", "東京大学入学"),
        ("清华大学2018年", "2018", "清华大学"),
        ("Best Paper (2024)", "2024", "Best Paper"),
        ("Best Paper (2024), Berlin", "2024", "Best Paper, Berlin"),
        ("(2024) Best Paper", "2024", "Best Paper"),
        ("Best Paper (Jan 2015 – present) in Berlin", "2015-01/..", "Best Paper in Berlin"),
        ("Bach, S. (2015). On pixels.", "2015", "Bach, S. On pixels."),
        ("博士（2018年9月—2021年6月）", "2018-09/2021-06", "博士"),
        ("TU Berlin | 2014 – 2019 | Grade 1.0", "2014/2019", "TU Berlin | Grade 1.0"),
        ("Sales Representative —June 2017 - Feb 2018", "2017-06/2018-02", "Sales Representative"),
        ("Tutor, From: 2007-2010", "2007/2010", "Tutor"),
        ("Reviewer, Gut, 2022-pres.", "2022/..", "Reviewer, Gut"),
        ("Lecturer | Sept. 2019-Pres.", "2019-09/..", "Lecturer"),
        ("2014 | TU Berlin | PhD", "2014", "TU Berlin | PhD"),
        ("PhD · TU Berlin · 2014", "2014", "PhD · TU Berlin"),
        ("PhD\n2014 – 2019", "2014/2019", "PhD"),
    ],
)
def test_what_is_taken_out(text: str, date: str, rest: str) -> None:
    (found,) = find_written_dates(text, ["en", "zh"])
    assert (found.date, without_written_date(text, found)) == (date, rest)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2014, 2016", ["2014", "2016"]),
        ("2014–2016 and 2018–2019", ["2014/2016", "2018/2019"]),
        ("2014 Talk at ICML, 2015", ["2014", "2015"]),
        ("PhD (2014), 2015", ["2014", "2015"]),
        ("Award (2014), again (2016)", ["2014", "2016"]),
        ("2018 – 2016", ["2018", "2016"]),
        ("03/04/2019", ["2019-04-03", "2019-03-04"]),
        ("03/04/2019 – 05/06/2019", ["2019-04-03/2019-06-05", "2019-03-04/2019-05-06"]),
        ("2018- Postdoc", ["2018", "2018/.."]),
    ],
)
def test_dates_that_disagree(text: str, dates: list[str]) -> None:
    assert dates_in(text, "en") == dates


@pytest.mark.parametrize(
    ("text", "date"),
    [("2014 Talk at ICML 2014", "2014"), ("May 2014: Talk at ICML 2014", "2014-05"), ("Foo (2014), 2014", "2014")],
)
def test_dates_that_agree_are_one(text: str, date: str) -> None:
    assert dates_in(text, "en") == [date]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Berlin",
        "247–278",
        "pp. 1950–1962",
        "Nature 17(3), 1950–1962.",
        "Nature 17:1950–1962",
        "Python 3.11",
        "Version 2019",
        "TeX Live 2020",
        "Windows 2000",
        "Horizon 2020",
        "Agenda 2030",
        "Room 2019",
        "Raum: 2019",
        "Grant no. 2019",
        "DFG 390685813",
        "ISBN 978-3-16-148410-0",
        "ISSN: 1950-2019",
        "+49 30 2019",
        "2019 555 123",
        "Tel. 2019",
        "0000-0001-2345-2019",
        "$2019",
        "€ 2000",
        "EUR 2000",
        "2000 EUR",
        "2000 €",
        "2019 students",
        "2000 km",
        "1.2000 m",
        "1.2000 €",
        "a total of 1,2019",
        "moved to Berlin in 2019.",
        "In 2019 we moved to Berlin",
        "we moved (as in 2018) to Berlin",
        "2019-nCoV",
        "#2019",
        "ICML’19",
        "May ’18",
        "10:30",
        "13/2018",
        "30.02.2018",
        "2016–?",
        "expected 2026",
        "Expected May 2026",
        "2026 (expected)",
        "PhD (expected May 2026)",
        "ca. 2015",
        "PhD, ca. May 2015",
        "2026年予定",
        "10.1000/2019",
        "www.example.org/2019",
        "file2019",
        # The words are of a language that was not named: the year alone would be wrong.
        "März 2018",
        "seit 2021",
        "2019 – heute",
        "2019 bis heute",
    ],
)
def test_what_is_not_a_date(text: str) -> None:
    assert find_written_dates(text, ["en"]) == ()


@pytest.mark.parametrize("dash", ["-", "--", "---", "‐", "‑", "‒", "–", "—", "―", "−", "－", "~", "〜", "～", "\u00ad"])
@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\u202f"])
def test_all_dashes(dash: str, blank: str) -> None:
    assert dates_in(f"2014{blank}{dash}{blank}2019", "en") == ["2014/2019"]
    assert dates_in(f"Jan 2015{blank}{dash}{blank}present", "en") == ["2015-01/.."]


def test_decomposed_letters() -> None:
    assert dates_in("fe\u0301vrier 2018", "fr") == ["2018-02"]


# ---------------------------------------------------------------- laws

years = st.integers(1900, 2099)
points = st.one_of(
    st.builds(Point, years),
    st.builds(Point, years, st.integers(1, 12)),
    st.dates(min_value=parse_date("1900").first, max_value=parse_date("2099").last).map(
        lambda day: Point(day.year, day.month, day.day)
    ),
)


@st.composite
def dates(draw: st.DrawFn) -> Date:
    kind = draw(st.sampled_from(["point", "interval", "since", "until"]))
    first = draw(points)
    if kind == "point":
        return Date(first, first)
    if kind == "since":
        return Date(first, None, interval=True)
    if kind == "until":
        return Date(None, first, interval=True)
    last = draw(points)
    date = Date(first, last, interval=True)
    assume(date.first <= date.last)
    return date


def is_same(date: str, other: Date) -> bool:
    parsed = parse_date(date)
    return (parsed.start, parsed.end) == (other.start, other.end)


@pytest.mark.slow
@given(dates(), st.sampled_from(LANGUAGES))
@settings(max_examples=500)
def test_a_date_that_an_output_shows_is_read_back(date: Date, lang: str) -> None:
    shown = show_date(date, lang)
    (found,) = find_written_dates(shown, [lang])
    assert is_same(found.date, date), (shown, found)
    assert (found.exact, found.start, found.end) == (True, 0, len(shown))


@pytest.mark.slow
@given(dates(), st.sampled_from(LANGUAGES))
@settings(max_examples=200)
def test_a_date_is_read_in_each_position(date: Date, lang: str) -> None:
    shown = show_date(date, lang)
    is_dash = format_since("", lang).strip() == "–" and None in (date.start, date.end)
    for text in (f"Ada ({shown})", f"Ada ({shown}), Berlin", f"({shown}) Ada", f"Ada | {shown} | Berlin"):
        (found,) = find_written_dates(text, [lang])
        assert is_same(found.date, date), text
        assert without_written_date(text, found) == text.replace(f"({shown})", "").replace(
            f" | {shown}", ""
        ).strip().replace(" ,", ",")
    if not is_dash:  # There, the dash looks like a separator.
        for text in (f"{shown}: Ada", f"{shown}, Ada", f"Ada, {shown}", f"Ada – {shown}", f"Ada {shown}"):
            (found,) = find_written_dates(text, [lang])
            assert is_same(found.date, date), text
            assert without_written_date(text, found) == "Ada"


@given(dates(), dates(), st.sampled_from(["en", "de", "fr", "ja", "ar"]))
def test_two_dates_are_both_found_unless_one_is_a_part_of_the_other(first: Date, second: Date, lang: str) -> None:
    def covers(date: Date, other: Date) -> bool:
        return date.start == date.end and date.first <= other.first and other.last <= date.last

    found = find_written_dates(f"Ada ({show_date(first, lang)}), Berlin ({show_date(second, lang)})", [lang])
    same = (first.start, first.end) == (second.start, second.end)
    expected = (
        [first] if same else [date for date, other in ((first, second), (second, first)) if not covers(date, other)]
    )
    assert len(found) == len(expected)
    assert all(is_same(each.date, date) for each, date in zip(found, expected, strict=True))


@given(
    st.text(alphabet=st.one_of(st.sampled_from("0123459–-/.() ,年月~|Jan"), st.characters(codec="utf-8")), max_size=40)
)
def test_any_text_is_read(text: str) -> None:
    for found in find_written_dates(text, ["de", "ja"]):
        assert parse_date(found.date)
        assert 0 <= found.start < found.end <= len(text)


number = st.integers(1, 9999).map(str)
word = st.text(string.ascii_letters + "äöüé", min_size=2, max_size=9)
phrase = st.lists(word, min_size=1, max_size=4).map(" ".join)
innocents = st.one_of(
    phrase,
    st.builds("{} {}".format, phrase, st.integers(0, 1899).map(str)),
    st.builds("{}{} {}".format, st.sampled_from("$€£¥"), number, phrase),
    st.builds("{} {}{}".format, phrase, number, st.sampled_from([" €", " EUR", "%", " km", " USD", "€"])),
    st.builds("{}, pp. {}–{}".format, phrase, number, number),
    st.builds("{} {}({}), {}–{}.".format, phrase, st.integers(1, 99), st.integers(1, 12), number, number),
    st.builds("{} {}:{}–{}".format, phrase, st.integers(1, 99), number, number),
    st.builds(
        "{} {} {}".format, phrase, st.sampled_from(["no.", "Nr.", "Room", "Raum", "Grant", "Vol.", "ISO"]), number
    ),
    st.builds("+{} {} {} {}".format, st.integers(1, 99), st.integers(10, 999), number, number),
    st.builds("{} v{}.{}".format, phrase, st.integers(0, 30), st.integers(0, 30)),
    st.builds("{} {}.{}".format, st.sampled_from(["Python", "Ubuntu", "R"]), st.integers(0, 30), st.integers(0, 30)),
    st.builds(
        "{} {} {} {}".format, word.map(str.lower), st.sampled_from(["in", "about", "of"]), years, word.map(str.lower)
    ),
    st.builds("{} {} {} {}".format, phrase, st.sampled_from(["Horizon", "Agenda", "Office"]), years, phrase),
    st.builds("{}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
    st.builds("https://{}.org/{}/{}".format, word, years, word),
    st.builds("10.{}/{}.{}".format, st.integers(1000, 9999), word, years),
    st.builds("{}{}".format, word, years),
    st.builds("{}@{}.org".format, word, word),
    st.builds("[{}] {}".format, st.integers(1, 99), phrase),
)


@pytest.mark.slow
@given(innocents, st.sampled_from(["en", "de-AT", "fr", "ru", "ja"]))
@settings(max_examples=1000)
def test_innocent_texts_have_no_date(text: str, lang: str) -> None:
    assert find_written_dates(text, [lang]) == ()

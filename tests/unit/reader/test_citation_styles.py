"""Citation styles: entries of every type keep what a style shows, as it was published."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import InputError
from polyvita.core.document import Span, plain_text, walk
from polyvita.core.location import Location
from polyvita.reader.bibliography.citeproc import format_entries
from polyvita.reader.bibliography.people import People
from polyvita.reader.bibliography.styles import StyleOptions, adapt_style, load_style

AT = Location("cv.md", 1)
STYLES = ("cv", "apa", "ieee", "nature", "vancouver", "chicago", "mla", "ama", "harvard")
TYPES = [
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "book",
    "broadcast",
    "chapter",
    "dataset",
    "document",
    "entry-encyclopedia",
    "interview",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "pamphlet",
    "paper-conference",
    "patent",
    "personal_communication",
    "post",
    "post-weblog",
    "preprint",
    "report",
    "review",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "webpage",
]
SYLLABLES = ["ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su", "ta", "vo", "ze", "ké", "lö", "ñu", "śi"]


def word(choose: random.Random) -> str:
    return "".join(choose.choices(SYLLABLES, k=choose.randint(2, 3)))


def make_entry(kind: str, number: int, choose: random.Random) -> BibEntry:
    """Return an entry with a title in an unusual case, and with words that no other field has."""
    shapes = [str.upper, str.lower, str.capitalize, lambda text: text[:2] + text[2:].upper()]
    title = " ".join(choose.choice(shapes)(word(choose)) for _ in range(5))
    authors = [
        {
            "family": f"{word(choose)[:2].upper()}{word(choose)}",
            "given": f"{word(choose).title()} {word(choose).title()}",
        }
        for _ in range(choose.randint(1, 12))
    ]
    csl: dict[str, Any] = {"id": f"k{number}", "type": kind, "title": title[0].upper() + title[1:], "author": authors}
    csl["issued"] = {"date-parts": [[choose.randint(1950, 2026), choose.randint(1, 12)]]}
    csl |= {
        "container-title": f"{word(choose).title()} of {word(choose).upper()}",
        "publisher": f"Press {word(choose)}",
    }
    csl |= {"volume": "17", "issue": "3", "page": "101-118"}
    if kind == "preprint":
        csl |= {"type": "article", "genre": "preprint"}
        del csl["container-title"]
    return BibEntry(f"k{number}", csl, AT, {}, kind, (), {})


def entries(seed: int) -> list[BibEntry]:
    choose = random.Random(seed)
    return [make_entry(kind, number, choose) for number, kind in enumerate(TYPES)]


def words_of(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", STYLES)
def test_what_a_style_shows_stands_in_its_published_case(name: str) -> None:
    made = entries(seed=7)
    people = People.from_meta({"own_names": [made[0].csl["author"][0]["family"]]})
    texts = format_entries(made, load_style(name, Path(), AT), people, lang="en")
    demands_case = re.search('text-case="(title|sentence|capitalize-all)"', load_style(name, Path(), AT).text)
    assert not (name == "cv" and demands_case)
    for entry in made:
        shown = words_of(plain_text(texts[entry.key]))
        assert re.search("[\ue000-\uf8ff]", shown) is None
        families = [author["family"] for author in entry.csl["author"]]
        missing = [family for family in families if family not in shown]
        assert missing in ([], families), (entry.entry_type, shown)  # Some styles show no authors of laws.
        for text in (entry.csl["title"], entry.csl.get("container-title", "")):
            if text.casefold() in shown.casefold() and not demands_case:
                assert text in shown, (entry.entry_type, shown)
        if name == "cv":
            assert not missing
            assert entry.csl["title"] in shown
            assert entry.csl.get("container-title", entry.csl["publisher"]) in shown
            assert str(entry.csl["issued"]["date-parts"][0][0]) in shown


# ---------------------------------------------------------------- people

DOE = {"family": "Doe", "given": "Jane Mary"}


@pytest.mark.parametrize(
    ("own", "name", "found"),
    [
        ("Doe J M", DOE, True),
        ("Doe JM", DOE, True),
        ("J. M. Doe", DOE, True),
        ("Jane Doe", DOE, True),
        ("Doe, Jane", DOE, True),
        ("Jane Mary Doe", DOE, True),
        ("Doe J", DOE, False),  # John Doe, too, has these initials
        ("Doe J", {"family": "Doe", "given": "J."}, True),
        ("Jane Doe", {"family": "Doe", "given": "J."}, True),
        ("Jane Doe", {"family": "Doe", "given": "John"}, False),
        ("Müller K-R", {"family": "Muller", "given": "Klaus-Robert"}, True),
        ("Anna van der Berg", {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"}, True),
        ("The Owl Team", {"literal": "The Owl Team"}, True),
        ("Roe R", DOE, False),
    ],
)
def test_owner_is_found_by_structured_names(own: str, name: dict[str, str], found: bool) -> None:
    assert People.from_meta({"own_names": [own]}).is_owner(name) is found


def test_orcid_decides_where_both_have_one() -> None:
    people = People.from_meta({"own_names": ["Jane Mary Doe"], "orcid": "0000-0002-1825-0097"})
    assert people.is_owner({"family": "D.", "ORCID": "https://orcid.org/0000-0002-1825-0097"})
    assert not people.is_owner(DOE | {"ORCID": "0000-0001-5109-3700"})


def reference(csl: dict[str, Any], style: str, **options: Any) -> tuple[str, list[str]]:
    """Return the text of an entry with Doe as the owner, and the owner's names in it."""
    entry = BibEntry("k", {"id": "k", "type": "article-journal", "title": "On Owls", **csl}, AT, {}, "", (), {})
    people = People.from_meta({"own_names": ["Jane Mary Doe"]})
    text = format_entries([entry], load_style(style, Path(), AT), people, lang="en", **options)["k"]
    return words_of(plain_text(text)), [words_of(plain_text(n)) for n in walk(text) if isinstance(n, Span)]


ROE, POE = {"family": "Roe", "given": "Sam"}, {"family": "Poe", "given": "Lee"}


@pytest.mark.parametrize(
    ("style", "own"),
    [
        ("cv", "Doe J M"),
        ("apa", "Doe, J. M."),
        ("ieee", "J. M. Doe"),
        ("chicago", "Jane Mary Doe"),
        ("vancouver", "Doe JM"),
    ],
)
def test_all_of_the_owners_name_is_marked(style: str, own: str) -> None:
    assert reference({"author": [ROE, DOE, POE]}, style)[1] == [own]


def test_a_period_after_the_last_initial_is_not_part_of_the_name() -> None:
    assert reference({"author": [ROE, DOE]}, "vancouver") == ("Roe S, Doe JM. On Owls.", ["Doe JM"])


def test_owner_stays_among_few_authors() -> None:
    four = {"author": [ROE, POE, {"family": "Smith"}, DOE]}
    shown, own = reference(four, "cv", options=StyleOptions(most=3), keep_owner=True)
    assert (shown, own) == ("Roe S, Poe L, … Doe J M, et al. “On Owls”.", ["Doe J M"])
    assert reference(four, "cv", options=StyleOptions(most=3)) == ("Roe S, Poe L, Smith, et al. “On Owls”.", [])


def test_a_note_is_no_list_of_variables() -> None:
    assert reference({"author": [ROE], "note": "volume: 7"}, "cv")[0] == "Roe S. “On Owls”. volume: 7."


def test_a_date_in_words_is_shown() -> None:
    assert reference({"author": [ROE], "issued": {"literal": "in press"}}, "cv")[0] == "Roe S (in press). “On Owls”."


# ---------------------------------------------------------------- styles

INDEPENDENT = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>Own</title><id>own</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography et-al-min="3" et-al-use-first="1" second-field-align="flush" subsequent-author-substitute="———">
<sort><key variable="title"/></sort>
<layout><text variable="citation-number" suffix=". "/><names variable="author"/><text variable="title" prefix=": "/></layout>
</bibliography></style>"""
DEPENDENT = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text" default-locale="de">
<info><title>Journal</title><id>journal</id><updated>2026-01-01T00:00:00+00:00</updated>
<link href="http://127.0.0.1:9/styles/own" rel="independent-parent"/></info></style>"""


def test_a_dependent_style_takes_the_parent_beside_it(tmp_path: Path) -> None:
    (tmp_path / "journal.csl").write_text(DEPENDENT, encoding="utf-8")
    (tmp_path / "own.csl").write_text(INDEPENDENT, encoding="utf-8")
    style = load_style("journal.csl", tmp_path, AT)
    assert style.files == (tmp_path / "journal.csl", tmp_path / "own.csl")
    adapted = adapt_style(style, StyleOptions())
    assert 'default-locale="de"' in adapted
    assert "http://127" not in adapted


def test_what_lists_do_not_show_is_removed(tmp_path: Path) -> None:
    (tmp_path / "own.csl").write_text(INDEPENDENT, encoding="utf-8")
    style = load_style("own.csl", tmp_path, AT)
    adapted = adapt_style(style, StyleOptions())
    assert not re.search("citation-number|et-al|<sort|second-field|subsequent", adapted)
    kept = adapt_style(style, StyleOptions(et_al_as_styled=True, repeated_authors=True))
    assert 'et-al-min="3"' in kept
    assert "———" in kept


def test_year_suffixes_if_the_filter_asks_for_them() -> None:
    csl = {"type": "article-journal", "author": [ROE], "issued": {"date-parts": [[2020]]}, "container-title": "Owls"}
    made = [BibEntry(k, {**csl, "id": k, "title": f"Part {k}"}, AT, {}, "", (), {}) for k in "xy"]
    style = load_style("apa", Path(), AT)
    texts = format_entries(made, style, People(), lang="en", options=StyleOptions(year_suffixes=True))
    assert [re.findall(r"2020\w?", plain_text(texts[k])) for k in "xy"] == [["2020a"], ["2020b"]]
    texts = format_entries(made, style, People(), lang="en")
    assert [re.findall(r"2020\w?", plain_text(texts[k])) for k in "xy"] == [["2020"], ["2020"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<style>", "not valid XML"),
        ("<html/>", "its root is not <style> of CSL"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + INDEPENDENT, "it declares a document type or entities"),
        (INDEPENDENT.replace("bibliography", "x"), "it has no <bibliography>"),
    ],
)
def test_a_file_that_is_no_style(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "own.csl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        load_style("own.csl", tmp_path, AT)


def test_without_the_extra_the_hint_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyvita.reader.bibliography.styles.find_spec", lambda _name: None)
    with pytest.raises(InputError) as caught:
        load_style("apa", tmp_path, AT)
    [finding] = caught.value.findings
    assert finding.code == "PV098"
    assert 'pip install "polyvita[styles]"' in finding.hint

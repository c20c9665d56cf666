"""Laws of bibliographies: no word and no entry is lost, whatever the file, and what is written is read again as it was."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, given, settings

from polyvita.config.theme import DocumentInfo, Theme
from polyvita.core.bibliography import BibEntry, Bibliography
from polyvita.core.source import Source, source_of
from polyvita.reader.bibliography import read_bibliography
from polyvita.reader.bibliography.load import BIBLIOGRAPHY
from polyvita.reader.bibliography.mapping import _TYPES
from polyvita.writers import write
from repository import ROOT

CASES = sorted((ROOT / "tests/cases/bibliographies").glob("*.*[!d]"))
WORD = st.text("abcdefgäöüßéñøłABCDEFGÄÖÉØŁ", min_size=3, max_size=9)
SPECIAL = st.sampled_from(
    r"""50\% of|50% of|A\&B|A & B|{NASA}|{DNA} {RNA}s|\emph{E. coli}|$\alpha$-rays|CO$_2$|M{\"u}ller|{\'E}mile|na\"{\i}ve
    |Erd\H{o}s|--|---|``so''|it's|a_b|#1|x^2|\textsc{Small}|\unknown{word}|$5|\$5|p < 0.05|<i>in vivo</i>|&amp;
    |T\textsubscript{c}|$\frac{1}{2}$|{\em old}|{\bf bold}|\textit{in {Situ}}|(2nd ed.)|?|ÄÖ|日本語|שלום""".replace(
        "\n    ", ""
    ).split("|")
)
TITLE = st.lists(WORD | SPECIAL, min_size=1, max_size=7).map(" ".join)
FAMILY = st.one_of(WORD.map(str.capitalize), st.sampled_from(["van der Berg", r"Garc{\'\i}a M{\'a}rquez", "O'Neill"]))
NAME = st.builds("{}, {}".format, FAMILY, WORD.map(str.capitalize)) | st.just("{Institute for X and Y}")
ENTRY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(sorted(_TYPES)),
        "title": TITLE,
        "author": st.lists(NAME, min_size=1, max_size=4).map(" and ".join),
        "year": st.sampled_from(["2015", "in press", "2015--2016", "c. 1999", "{2014}"]),
        "journal": TITLE,
        "booktitle": TITLE,
        "publisher": TITLE,
        "pages": st.sampled_from(["1--10", "12", "S1-S5", "e17"]),
        "note": TITLE,
        "doi": st.sampled_from(["10.1000/x_y(1)", r"10.1000/x\_y", "https://doi.org/10.1000/z"]),
    }
)


def bibtex(entries: list[dict[str, str]]) -> str:
    return "\n".join(
        f"@{entry['type']}{{key{number},\n"
        + "".join(f"  {name} = {{{value}}},\n" for name, value in entry.items() if name != "type")
        + "}\n"
        for number, entry in enumerate(entries)
    )


def source(content: bytes | str, suffix: str = ".bib") -> Source:
    data = content if isinstance(content, bytes) else content.encode()
    return source_of(Path(f"file{suffix}"), f"file{suffix}", data, kind=BIBLIOGRAPHY)


def read(content: bytes | str, suffix: str = ".bib") -> Bibliography:
    return read_bibliography([source(content, suffix)])


def words(text: str) -> set[str]:
    """Return the words of LaTeX without special letters and commands that are no text."""
    text = re.sub(
        r"\$[^$]*\$|\\(?:textsc|unknown|emph|textit|textsubscript|em|bf|frac|alpha)(?![a-z])|</?i>|&amp;", " ", text
    )
    return set(re.findall(r"(?<![\\\w{}'\"])[A-Za-zäöüßéñøłÄÖÉØŁ]{3,}(?![\\\w{}\"'])", text))


def written(entries: tuple[BibEntry, ...], format: str) -> bytes:
    return write(
        {"blocks": []}, format, theme=Theme(), info=DocumentInfo(title="", author=""), folder=Path(), entries=entries
    )


@settings(max_examples=12, phases=[Phase.generate])
@given(st.lists(ENTRY, min_size=8, max_size=8))
def test_no_word_and_no_name_is_lost(entries: list[dict[str, str]]) -> None:
    found = read(bibtex(entries)).entries
    assert [entry.key for entry in found] == [f"key{number}" for number in range(len(entries))]
    for entry, written_entry in zip(found, entries, strict=True):
        assert words(written_entry["title"]) <= words(entry.csl.get("title", "")), (written_entry["title"], entry.csl)
        names = written_entry["author"].split(" and ") if "Institute" not in written_entry["author"] else []
        assert not names or len(entry.csl["author"]) == len(names)
        assert entry.csl["DOI"].startswith("10.1000/")
        assert "issued" in entry.csl
        assert written_entry["type"] == entry.entry_type


@settings(max_examples=6, phases=[Phase.generate])
@given(st.lists(ENTRY, min_size=8, max_size=8))
def test_written_entries_are_read_as_they_were(entries: list[dict[str, str]]) -> None:
    before = read(bibtex(entries)).entries
    for format, suffix in (("bib", ".bib"), ("csljson", ".json")):
        after = read(written(before, format), suffix).entries
        assert differences(before, after) == []
    # A second round, now from CSL-JSON: each type of CSL is written as BibLaTeX.
    from_csl = read(written(before, "csljson"), ".json").entries
    again = read(written(from_csl, "bib")).entries
    assert differences(from_csl, again) == []


def differences(before: tuple[BibEntry, ...], after: tuple[BibEntry, ...]) -> list[Any]:
    """Return each variable that has changed, with its values."""
    assert len(before) == len(after)
    pairs = [(variables(one), variables(other)) for one, other in zip(before, after, strict=True)]
    return [
        (one["id"], name, one.get(name), other.get(name))
        for one, other in pairs
        for name in {**one, **other}
        if one.get(name) != other.get(name)
    ]


def variables(entry: BibEntry) -> dict[str, Any]:
    others = {"marks": entry.marks, "keywords": entry.keywords}
    return {name: value for name, value in entry.csl.items() if name != "custom"} | others


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_real_manners_survive_a_round_trip(path: Path) -> None:
    before = read(path.read_bytes(), path.suffix).entries
    after = read(written(before, "bib")).entries
    assert differences(before, after) == []
    ris = read(written(before, "ris"), ".ris").entries
    for one, other in zip(before, ris, strict=True):
        for name in ("DOI", "URL", "volume", "issue", "page", "publisher"):
            assert one.csl.get(name) == other.csl.get(name), (one.key, name)
        assert [name for name in one.csl.get("author", ()) if name.get("literal") != "others"] == other.csl.get(
            "author", []
        )


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_read_or_explained(seed: int) -> None:
    """Whatever characters go or come, reading ends, and each loss has a finding with a line of the file."""
    chance = random.Random(seed)
    path = CASES[seed % len(CASES)]
    text = path.read_bytes().decode("latin-1")
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", "{", "}", '"', ",", "@", "=", "\\", "\n", "$", "#", "%"]) + text[at + 1 :]
    found = read(text, path.suffix)
    whole = read(path.read_bytes(), path.suffix)
    assert len(found.entries) >= len(whole.entries) - 3 or found.findings
    lines = text.count("\n") + 1
    assert all(finding.location.line <= lines + 1 for finding in found.findings)

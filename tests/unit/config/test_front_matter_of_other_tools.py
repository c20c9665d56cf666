"""Front matter that was written for other tools is read, passed over with one note, or asked about."""

from __future__ import annotations

import pytest

from polyvita.config.front_matter import FrontMatter, read_front_matter
from polyvita.core.diagnostics import Finding


def read(text: str) -> tuple[FrontMatter, tuple[Finding, ...]]:
    return read_front_matter(text.split("\n"), "cv.md")


def test_keys_of_another_tool_earn_one_note() -> None:
    front, findings = read("---\nlayout: cv\nname: Ada\npermalink: /cv\nlang: de\n---\n")
    assert [(f.code, f.severity, f.location.line) for f in findings] == [("PV050", "info", 2)]
    assert "“layout” and “permalink”" in findings[0].message
    assert front.values == {"name": "Ada", "lang": "de"}
    assert front.line_count == 6


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("author: Ada Lovelace", "Ada Lovelace"),
        ("author:\n  - name: Ada Lovelace\n    email: a@b.example", "Ada Lovelace"),
        ("author: [Ada Lovelace, Charles Babbage]", "Ada Lovelace"),
        ("title: Ada Lovelace", "Ada Lovelace"),
        ("title: Curriculum Vitae\nauthor: Ada Lovelace", "Ada Lovelace"),
        ("title: Curriculum Vitae", ""),
        ("title: CV", ""),
        ("name: Ada\nauthor: Charles", "Ada"),
        ("author: {affiliation: Here}", ""),
        ("author: []", ""),
    ],
)
def test_an_author_or_a_title_is_the_name_if_there_is_no_name(text: str, name: str) -> None:
    front, findings = read(f"---\n{text}\n---\n")
    assert front.name == name
    assert {f.severity for f in findings} <= {"info"}


@pytest.mark.parametrize("key", ["affilation", "adress", "emial", "lnks", "tag"])
def test_a_slip_of_the_keyboard_stays_an_error(key: str) -> None:
    _, findings = read(f"---\n{key}: x\n---\n")
    assert [(f.code, f.severity) for f in findings] == [("PV005", "error")]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("github", "“links”"),
        ("city", "“location”"),
        ("lastname", "“name”"),
        ("familyName", "“name”"),
        ("date_of_birth", "cv.private.yaml"),
        ("university", "“affiliation”"),
        ("pets", "write it in the text below"),
    ],
)
def test_any_other_key_is_a_warning_with_the_best_hint(key: str, hint: str) -> None:
    front, findings = read(f"---\nname: Ada\n{key}: x\n---\n")
    assert [(f.code, f.severity, f.location.line, f.location.width) for f in findings] == [
        ("PV051", "warning", 3, len(key))
    ]
    assert hint in findings[0].hint
    assert front.name == "Ada"


def test_toml_is_read_like_yaml() -> None:
    front, findings = read(
        '+++\ntitle = "Ada Lovelace"\ndate = 2024-01-01\naddress = ["1 Street", "Town"]\n'
        'links = [{label = "a", url = "https://a.example"}]\n[params]\nlang = "x"\n+++\n'
    )
    assert front.values == {
        "name": "Ada Lovelace",
        "address": ["1 Street", "Town"],
        "links": [{"label": "a", "url": "https://a.example"}],
    }
    assert [(f.code, f.location.line) for f in findings] == [("PV050", 3)]
    assert front.locations["address"].line == 4
    assert front.line_count == 8


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("+++\na = = 1\n+++\n", 2, 5), ("+++\na = [1,\n+++\n", 2, 1), ("+++\na = 1\na = 2\n+++\n", 3, 6)],
)
def test_toml_that_is_not_valid_has_its_location(text: str, line: int, column: int) -> None:
    _, findings = read(text)
    assert [f.code for f in findings] == ["PV004"]
    assert "TOML" in findings[0].message
    assert abs(findings[0].location.line - line) <= 1
    assert findings[0].location.column >= 1


def test_toml_that_is_nested_too_deeply_or_not_closed_is_an_error() -> None:
    assert [f.code for f in read("+++\na = " + "[" * 9999 + "\n+++\n")[1]] == ["PV004"]
    assert [f.code for f in read("+++\na = 1\n")[1]] == ["PV004"]


def test_a_subtitle_is_the_headline_if_there_is_none() -> None:
    front, findings = read("---\nname: Ada\nsubtitle: Professor of Examples\n---\n")
    assert (front.headline, findings) == ("Professor of Examples", ())
    front, findings = read("---\nname: Ada\nheadline: Professor\nsubtitle: x\n---\n")
    assert front.headline == "Professor"
    assert [f.code for f in findings] == ["PV050"]

"""An attribute key that nothing uses is a finding, with the name that it has here."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyvita.checks.attribute_keys import find_unknown_keys
from polyvita.reader import read_text


def findings(text: str, folder: Path) -> list[tuple[int, int, str, str]]:
    found = find_unknown_keys(read_text(text, file="cv.md"), folder)
    return [(f.location.line, f.location.column, f.message.partition(" has ")[0], f.hint) for f in found]


@pytest.mark.parametrize(
    ("attributes", "hints"),
    [
        ("dat=2020", ["did you mean “date”?"]),
        ("start=2016 end=2020", ["write date=2016/2020"] * 2),
        ("from=2016", ["write date=2016/.."]),
        ("year=2016", ["write date=2016"]),
        ('organisation="University of Examples"', ['write org="University of Examples"']),
        ("city=Berlin", ["write place=Berlin"]),
        ("colour=red", ["use one of count, date, dates, dir, lang, org, place and priority, or add the key to “keys” in "
                        "the front matter"]),
        ("date=2020 org=A place=B priority=1 lang=en dates=hidden dir=ltr data-x=1", []),
    ],
)  # fmt: skip
def test_each_key_has_the_hint_that_helps(attributes: str, hints: list[str], tmp_path: Path) -> None:
    assert [hint for *_, hint in findings(f"- a {{{attributes}}}\n", tmp_path)] == hints


def test_one_finding_a_key_at_its_first_place(tmp_path: Path) -> None:
    text = "# A {budget=1}\n\nText. {role=x}\n\n- a {budget=2}\n- b {budget=3}\n"
    assert [found[:3] for found in findings(text, tmp_path)] == [
        (1, 6, "the key “budget” (and 2 more)"),
        (3, 8, "the key “role”"),
    ]


def test_a_filter_a_rule_set_or_the_front_matter_makes_a_key_known(tmp_path: Path) -> None:
    text = "- a {budget=5 role=x grade=1 other=2}\n"
    for folder, content in {"filters": "select: budget == 5\n", "rules": "items: grade == 1\n"}.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(content)
    assert [found[2] for found in findings(f"---\nkeys: [role]\n---\n{text}", tmp_path)] == ["the key “other”"]


def test_keys_of_images_links_and_code_are_html(tmp_path: Path) -> None:
    text = "![a](a.png){width=3cm loading=lazy} [b](https://b.example){rel=me}\n\n```{.python startFrom=3}\nx\n```\n"
    assert findings(text, tmp_path) == []

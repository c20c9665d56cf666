"""The values of the front matter, and their locations."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyvita import read_text
from polyvita.core.diagnostics import InputError
from polyvita.reader import parse_text, read_private

SOURCE = """\
---
name: Ada Example # the first
honorific: Dr.
affiliation: Institute
address:
  - Street 1
  - "10587: Town"
email: a@b.c
phone: 030 12
lang: no
links:
  - {label: x.y, url: https://x.y}
own_names: [Ada Example, A. Example]
tags:
  core: in every version
  extra:
born: 1984-03-01
mobile: 0301234
...

# One
"""


def test_values() -> None:
    assert dict(read_text(SOURCE).meta) == {
        "name": "Ada Example",
        "honorific": "Dr.",
        "affiliation": "Institute",
        "address": ["Street 1", "10587: Town"],
        "email": "a@b.c",
        "phone": "030 12",
        "lang": "no",
        "links": [{"label": "x.y", "url": "https://x.y"}],
        "own_names": ["Ada Example", "A. Example"],
        "tags": {"core": "in every version", "extra": ""},
        "born": "1984-03-01",
        "mobile": "0301234",
    }


def test_locations() -> None:
    lines = SOURCE.split("\n")
    locations = read_text(SOURCE, file="cv.md").locations
    shown = {
        key: lines[location.line - 1][location.column - 1 :][: location.width] for key, location in locations.items()
    }
    assert shown == {
        **{key: key for key in read_text(SOURCE).meta},
        "address[0]": "Street 1",
        "address[1]": "10587: Town",
        "links[0]": "{label: x.y, url: https://x.y}",
        "links[0].label": "label",
        "links[0].url": "url",
        "own_names[0]": "Ada Example",
        "own_names[1]": "A. Example",
        "tags.core": "core",
        "tags.extra": "extra",
    }
    assert {location.file for location in locations.values()} == {"cv.md"}


@pytest.mark.parametrize(
    ("source", "meta"),
    [
        (
            "links:\n  x.y: https://x.y\n  z: u",
            {"links": [{"label": "x.y", "url": "https://x.y"}, {"label": "z", "url": "u"}]},
        ),
        ("tags: [a, b]", {"tags": {"a": "", "b": ""}}),
        ("own_names: A. B.", {"own_names": ["A. B."]}),
        ("# nothing\n", {}),
    ],
)
def test_alternative_forms(source: str, meta: dict[str, object]) -> None:
    assert dict(read_text(f"---\n{source}\n---\n").meta) == meta


@pytest.mark.parametrize(
    "source",
    ["\n---\nname: A\n---\n", "x\n\n---\nname: A\n---\n", "---\n\nname: A\n---\n", "----\nname: A\n----\n", "---\n"],
)
def test_front_matter_is_only_at_the_start(source: str) -> None:
    assert dict(read_text(source).meta) == {}


def test_private_data_in_a_separate_file(tmp_path: Path) -> None:
    path = tmp_path / "cv.private.yaml"
    path.write_text("born: 1984-03-01\nmobile: '+49'\n")
    assert dict(read_private(path).values) == {"born": "1984-03-01", "mobile": "+49"}
    path.write_text("a: b\nborne: c\n")
    with pytest.raises(InputError) as caught:
        read_private(path)
    assert [(str(found.location), found.code) for found in caught.value.findings] == [
        (f"{path}:1:1", "PV005"),
        (f"{path}:2:1", "PV005"),
    ]


def test_name_and_headline_in_the_front_matter_of_vitae() -> None:
    document, found = parse_text("---\nname: Ana\nsurname: Mora Ruiz\nposition: Teacher\n---\nText.\n", file="cv.md")
    assert (document.meta["name"], document.meta["headline"], found) == ("Ana Mora Ruiz", "Teacher", ())
    document, _ = parse_text("---\nname: Ana Mora\nsurname: Mora\n---\nText.\n", file="cv.md")
    assert document.meta["name"] == "Ana Mora"

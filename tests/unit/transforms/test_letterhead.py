"""The letterhead: headline, place and ORCID iD from the front matter."""

from __future__ import annotations

import pytest

from polyvita.core.document import Link, plain_text, walk
from polyvita.reader import parse_text
from polyvita.transforms.letterhead import add_letterhead

CV = """---
name: Ada Example
headline: Professor of Examples
affiliation: Institute of Examples
location: Somewhere, Germany
orcid: 0000-0002-1825-0097
email: ada@example.org
---

# Positions
"""


def test_headline_place_and_orcid_are_shown() -> None:
    document, _ = parse_text(CV)
    head = add_letterhead(document, title="Curriculum vitae", lang="en").blocks[0]
    assert plain_text(head).split("\n") == [
        "Ada Example",
        "Professor of Examples",
        "Curriculum vitae",
        "Institute of Examples | Somewhere, Germany",
        "ada@example.org | https://orcid.org/0000-0002-1825-0097",
    ]
    links = [node.url for node in walk(head) if isinstance(node, Link)]
    assert links == ["mailto:ada@example.org", "https://orcid.org/0000-0002-1825-0097"]


def test_an_address_breaks_only_after_commas() -> None:
    document, _ = parse_text("---\nname: Ada\naddress: Exampleway 37, 10587 Berlin\n---\n")
    head = add_letterhead(document, title="", lang="en").blocks[0]
    assert plain_text(head) == "Ada\nExampleway\u00a037, 10587\u00a0Berlin"


@pytest.mark.parametrize(
    ("label", "url", "shown"),
    [
        ("github.com/ada", "https://github.com/ada", "https://github.com/ada"),
        ("linkedin.com/in/ada", "https://www.linkedin.com/in/ada/", "https://www.linkedin.com/in/ada"),
        ("My pages", "https://ada.example", "My pages"),
        ("scholar.google.com/citations?user=x", "https://scholar.google.com/citations?user=x", "Google Scholar"),
        ("ada.example/?page=1", "http://ada.example/?page=1", "ada.example"),
    ],
)
def test_a_label_that_is_an_address_gets_its_scheme(label: str, url: str, shown: str) -> None:
    document, _ = parse_text(f"---\nname: Ada\nlinks: [{{label: '{label}', url: '{url}'}}]\n---\n")
    assert plain_text(add_letterhead(document, title="", lang="en").blocks[0]) == f"Ada\n{shown}"

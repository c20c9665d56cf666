"""The letterhead: headline, place and ORCID iD from the front matter."""

from __future__ import annotations

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
        "Curriculum vitae",
        "Professor of Examples",
        "Institute of Examples · Somewhere, Germany",
        "ada@example.org · orcid.org/0000-0002-1825-0097",
    ]
    links = [node.url for node in walk(head) if isinstance(node, Link)]
    assert links == ["mailto:ada@example.org", "https://orcid.org/0000-0002-1825-0097"]

"""Headings that contain entries are told apart from headings that are entries."""

from __future__ import annotations

import pytest

from polyvita.core.document import Section, plain_text, walk
from polyvita.reader import parse_text
from polyvita.transforms import show_entries

DATED_ITEM, NUMBERED_ITEM = "- A talk {date=2020}\n\n", "1. A paper\n\n"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (f"# Talks\n\n## Invited\n\n{DATED_ITEM}", ["Invited"]),
        (f"# Papers\n\n## Articles\n\n{NUMBERED_ITEM}## To come\n\nNone yet.\n", ["Articles", "To come"]),
        ("# Career\n\n## Degrees\n\n### PhD {date=2018}\n\nThesis.\n", ["Degrees"]),
        (f"# Jobs\n\n## Postdoc {{org=Institute}}\n\n{DATED_ITEM}## Student\n\nText.\n", []),
        (f"# Jobs\n\n## Postdoc {{date=2020}}\n\nText.\n\n## Awards\n\n{DATED_ITEM}## Student\n\nText.\n", ["Awards"]),
        ("# Jobs\n\n## Postdoc\n\n- A task\n\n## Student\n\nText.\n", []),
        (f"# Talks\n\n{DATED_ITEM}", []),
    ],
)
def test_headings_that_contain_entries_are_marked(text: str, marked: list[str]) -> None:
    shown = show_entries(parse_text(text)[0], lang="en")
    sections = [node for node in walk(shown) if isinstance(node, Section)]
    assert [plain_text(node.heading) for node in sections if "subsection" in node.attr.tags] == marked

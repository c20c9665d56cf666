"""Mistakes in Markdown that only the finished tree shows, and links to headings as GitHub writes them."""

from __future__ import annotations

import pytest

from polyvita.core.document import Link, plain_text, walk
from polyvita.reader import parse_text


def findings(text: str) -> list[str]:
    return [f"{each.location.line}:{each.location.column} {each.message} / {each.hint}" for each in parse_text(text)[1]]


NOT_INDENTED = "is not indented enough to be in the numbered list, so the list ends here"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. A\n * b\n2. C\n", [f"2:2 “b” {NOT_INDENTED} / indent it by 3 blanks"]),
        ("10. A\n  - b\n", [f"2:3 “b” {NOT_INDENTED} / indent it by 4 blanks"]),
        ("1. A\n\n  More.\n\n2. B\n", [f"3:3 “More.” {NOT_INDENTED} / indent it by 3 blanks"]),
        (
            "> 1. A\n>  - b\n> 2. C\n>  - d\n",
            [f"2:4 “b” {NOT_INDENTED} (2 places: lines 2, 4) / indent it by 3 blanks"],
        ),
        ("1. A\n   * b\n2. C\n", []),
        ("1. A\n\n- b\n\n1. C\n", []),
        ("1. A\n\n  Text.\n", []),
        ("- A\n - b\n", []),
    ],
)
def test_a_block_that_breaks_a_numbered_list_is_found(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("在大学**[系](https://example.org)**，工作。", [4]),
        ("**“引用”**是", [7]),
        ("他*（注）*说", [2, 6]),
        ("**大学**，**系**。", []),
        ("在 **[系](https://example.org)** 工作", []),
        ("2 ** 3 and f**(x) and a*b", []),
        ("乘积 a*b，c**d", []),
    ],
)
def test_emphasis_beside_signs_of_east_asia_is_found(text: str, columns: list[int]) -> None:
    _, found = parse_text(text)
    places = f" ({len(columns)} places: line 1)" if len(columns) > 1 else ""
    message = f"between a letter and a sign does not mark emphasis; every output shows it as text{places}"
    assert [each.location.column for each in found] == columns[:1]
    assert all(each.code == "PV040" and each.message.endswith(message) for each in found)


@pytest.mark.parametrize(
    ("text", "written", "hint"),
    [
        ("See **bold ** text", "**bold **", "**bold**"),
        ("** bold** text", "** bold**", "**bold**"),
        ("- **Role **at work", "**Role **", "**Role**"),
        ("**a** b **c **d", "**c **", "**c**"),
        ("2 ** 3 ** 4", "", ""),
        ("Ada Example**, Bob Sample** and Cem**", "", ""),
        ("Ada** and Bob**", "", ""),
        ("** equal contribution", "", ""),
        ("**a** **b** ***c***", "", ""),
    ],
)
def test_a_blank_that_hides_bold_text_is_found(text: str, written: str, hint: str) -> None:
    message = f"{written} has a blank beside **, so it is not bold; every output shows it as text"
    found = [(each.code, each.message, each.hint) for each in parse_text(text)[1]]
    assert found == ([("PV045", message, f"write {hint}")] if written else [])


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("#übung--co", "#übung-co."),
        ("#%C3%BCbung--co", "#übung-co."),
        ("#2-my-talks", "#my-talks"),
        ("#My-Positions", "#jobs"),
        ("#again-1", "#again-1"),
        ("#jobs", "#jobs"),
        ("#nothing", "#nothing"),
    ],
)
def test_links_to_headings_as_github_writes_them_lead_there(link: str, target: str) -> None:
    text = f"[x]({link})\n\n# Übung & Co.\n\n# 2 My *talks*\n\n# My Positions {{#jobs}}\n\n# Again\n\n# Again\n"
    [node] = [node for node in walk(parse_text(text)[0]) if isinstance(node, Link)]
    assert node.url == target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [ ] open\n- [x] **done**\n1. [X] done", "☐ open\n☒ done\n☒ done"),
        ("- [x] link\n\n[x]: https://example.org", "x link"),
        ("- [ ]\n- [a] b\n\n[ ] no item", "[ ]\n[a] b\n[ ] no item"),
    ],
)
def test_task_lists_have_boxes(text: str, expected: str) -> None:
    assert plain_text(parse_text(text)[0]) == expected


def test_findings_about_marks_are_the_same_when_a_text_is_read_again() -> None:
    text = "负责**“订单”**系统\n\n## Talks\n"
    assert parse_text(text, file="again.md")[1] == parse_text(text, file="again.md")[1] != ()

"""Messages and documentation are in plain English: short sentences, and no phrase that readers stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest

from prose import Text, faults, markdown_texts, message_texts, texts

LONG = "This sentence is " + "so very " * 12 + "long."


def test_texts_are_plain_english() -> None:
    found = sorted({fault for text in texts() for fault in faults(text)})
    assert not found, "\n" + "\n".join(found)


def test_texts_are_found() -> None:
    """All kinds of text are looked at."""
    found = {text.file.name: text for text in texts()}
    assert {"README.md", "CONTRIBUTING.md", "language.md", "codes.py", "main.py"} <= set(found)
    assert len(texts()) > 1500


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("a\n\nOne is\nnot at hand.\n", ["page.md:4: “at hand”: write “found, available”"]),
        ("a\n\n- One.\n- There is no two, it is no three.\n", ["page.md:4: “is no”: write “is not a”"]),
        (
            f"# A\n\nShort. `code` and\nmore.\n{LONG}\n",
            ["page.md:5: a sentence of 28 words: This sentence is so very so …"],
        ),
        (f"| a | b |\n|---|---|\n| c | {LONG} |\n", []),
        (f"```\n{LONG}\n```\n\n    {LONG}\n\n<!-- {LONG}\n-->\n", []),
        ("One `is at hand` and [two](at%20hand) is https://example.org/?at%20hand.\n", []),
    ],
)
def test_a_planted_fault_is_found_in_a_page(planted: str, found: list[str]) -> None:
    assert [fault for text in markdown_texts(Path("page.md"), planted) for fault in faults(text)] == found


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('error("PV001", f"{x} is not at hand here", hint="y")', ["m.py:1: “at hand”: write “found, available”"]),
        (f'\n\nadd_argument(help="a {LONG}")', ["m.py:3: a sentence of 29 words: a This sentence is so very …"]),
        ('"""It is at hand in a docstring."""\n\n\ndef f():\n    """It is at hand."""\n', []),
        ('"<b class=\\"a\\">is at hand</b>"', []),
        (f'WORDS = "{"one two three " * 20}"', []),
    ],
)
def test_a_planted_fault_is_found_in_a_message(planted: str, found: list[str]) -> None:
    assert [fault for text in message_texts(Path("m.py"), planted) for fault in faults(text)] == found


def test_a_value_that_is_filled_in_is_one_word() -> None:
    assert [text.text for text in message_texts(Path("m.py"), 'x = f"no {a + b} of {c}d here"')] == ["no … of …d here"]
    assert list(faults(Text(Path("m.py"), 1, "… " * 26))) != []

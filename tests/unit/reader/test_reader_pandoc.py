"""The reader returns the same tree as Pandoc's readers for generated texts.

Texts are compared in batches, because starting Pandoc takes far longer than reading one text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pandoc_reader import COMMONMARK, COMMONMARK_X, MARKDOWN, normalize_ast, read_with_pandoc
from polyvita import markdown_to_pandoc


def read_with_polyvita(text: str) -> list[object]:
    blocks: list[object] = normalize_ast(markdown_to_pandoc(text)["blocks"])
    return blocks


# ---------------------------------------------------------------- generated texts

BLOCKS = (
    "> ",
    "- ",
    "1. ",
    "2) ",
    "    ",
    "  ",
    "# ",
    "```\n",
    "---\n",
    "===\n",
    "\n",
    "\n",
    "a",
    "b c",
    "word\n",
    "* ",
)
MORE_BLOCKS = (
    "> > ",
    "   ",
    "- - ",
    "~~~ x\n",
    "<div>\n",
    "<!-- c -->",
    "[x]: /u\n",
    "[x]",
    "+ ",
    "***\n",
    "\n\n",
    "10. ",
)
INLINES = ("*", "**", "_", "__", "a", "b", " ", "`", "``", "[", "]", "(u)", "!", "\\", "&amp;", "<br>", "\n", "é", ".")
MORE_INLINES = ("<http://a.b>", "[x]", "  \n", "\\\n", "\u00a0", "“", "***", "&", "&#35;", "<", "![", "](", '"t"', "+")
REFERENCES = (
    "[a]:",
    " ",
    "\n",
    "/u",
    '"t"',
    "'t'",
    "(t)",
    "[a]",
    "[b]: <x y>",
    "<>",
    "\n\n",
    "[A\nb]",
    "a",
    "\\",
    "&ouml;",
)
MORE_REFERENCES = ("](", "[", "]", ")", "(", "> ")
TABS = ("\t", " ", "> ", "a", "\n", "1.\t", "-\t", ">\t", "b\n")

DIVS = ("::: a\n", "::: {.b}\n", ":::\n", "::::\n", "- x\n", "  y\n", "> q\n", "\n", "\n", "p\n", "# h\n")
DEFINITIONS = ("T\n", ": d\n", ":   e\n", "~ f\n", "\n", "\n", "    more\n", "  two\n", "U\n", "- i\n", "> ", "lazy\n")
TABLES = (
    "a|b\n",
    "|a|b|\n",
    "|--|--|\n",
    "--|:-:\n",
    ":--|--:\n",
    "|1|2|\n",
    "1|2\n",
    "\n",
    "p\n",
    "|x|\n",
    "\\|",
    "- ",
    "> ",
)
SPANS = (
    "[a]",
    "{.b}",
    "{#i}",
    "{k=v}",
    '{k="v w"}',
    " ",
    "x",
    "`c`",
    "(u)",
    "![y](i.png)",
    "*",
    "\n",
    "{",
    "}",
    "\\{",
    "[",
    "]",
)
HEADINGS = ("# H", "## I ", "{.a}", " ", "{#i .b k=v}", "\n", "H\n", "===\n", "p\n")
SCRIPTS = ("~", "~~", "^", "a", "b", " ", "*", "2", "\\~", "H", "\n", "~a~", "^b^", "~~c d~~")


# Batches are not shrunk, because the assertion already names the text that fails.
BATCHES = settings(phases=[Phase.explicit, Phase.generate])


def batches(*fragments: str) -> st.SearchStrategy[list[str]]:
    text = st.lists(st.sampled_from(fragments), min_size=1, max_size=10).map("".join)
    return st.lists(text, min_size=60, max_size=60)


def compare(texts: list[str], skip: Callable[[str], object] = lambda _: False) -> None:
    texts = [text for text in texts if not skip(text)]
    for text, expected in zip(texts, read_with_pandoc(texts, COMMONMARK), strict=True):
        assert read_with_polyvita(text) == expected, repr(text)


@pytest.mark.slow
@settings(BATCHES, max_examples=15)
@given(batches(*BLOCKS, *MORE_BLOCKS))
def test_generated_blocks(texts: list[str]) -> None:
    compare(texts)


@pytest.mark.slow
@settings(BATCHES, max_examples=15)
@given(batches(*INLINES, *MORE_INLINES))
def test_generated_inlines(texts: list[str]) -> None:
    compare(texts)


@pytest.mark.slow
@settings(BATCHES, max_examples=5)
@given(batches(*REFERENCES, *MORE_REFERENCES))
def test_generated_references(texts: list[str]) -> None:
    compare(texts)


@pytest.mark.slow
@settings(BATCHES, max_examples=5)
@given(batches(*TABS))
def test_generated_tabs(texts: list[str]) -> None:
    # For Pandoc, blank lines after indented code belong to the code, so that a list with such an item is tight.
    compare(texts, skip=lambda text: re.search(r"\t[ \t]|[ \t]{5}", text))


@pytest.mark.slow
@pytest.mark.parametrize(
    "fragments",
    [DIVS, DEFINITIONS, TABLES, SPANS, HEADINGS, SCRIPTS],
    ids=["divs", "definitions", "tables", "spans", "headings", "scripts"],
)
def test_generated_extensions(fragments: tuple[str, ...]) -> None:
    """If Pandoc's two readers of an extension agree, this reader agrees with them."""
    agreements = 0

    @settings(BATCHES, max_examples=5)
    @given(batches(*fragments))
    def compare_both(texts: list[str]) -> None:
        nonlocal agreements
        cases = zip(texts, read_with_pandoc(texts, COMMONMARK_X), read_with_pandoc(texts, MARKDOWN), strict=True)
        for text, commonmark_x, pandoc_markdown in cases:
            if commonmark_x == pandoc_markdown is not None:
                agreements += 1
                assert read_with_polyvita(text) == commonmark_x, repr(text)

    compare_both()
    assert agreements > 50

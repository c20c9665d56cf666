"""The reader against Pandoc's own: the same tree for the same text.

Texts are generated, and compared by the batch, because a run of Pandoc takes far longer than a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pandoc_reader import COMMONMARK, COMMONMARK_X, MARKDOWN, folded, pandoc_reads
from polyvita import markdown_to_pandoc


def ours(text: str) -> list[object]:
    read: list[object] = folded(markdown_to_pandoc(text)["blocks"])
    return read


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


# A batch is not shrunk: the assertion names the one text that is at fault.
BATCHES = settings(phases=[Phase.explicit, Phase.generate])


def batches(*fragments: str) -> st.SearchStrategy[list[str]]:
    text = st.lists(st.sampled_from(fragments), min_size=1, max_size=10).map("".join)
    return st.lists(text, min_size=60, max_size=60)


def compare(texts: list[str], skip: Callable[[str], object] = lambda _: False) -> None:
    texts = [text for text in texts if not skip(text)]
    for text, theirs in zip(texts, pandoc_reads(texts, COMMONMARK), strict=True):
        assert ours(text) == theirs, repr(text)


@settings(BATCHES, max_examples=15)
@given(batches(*BLOCKS, *MORE_BLOCKS))
def test_generated_blocks(texts: list[str]) -> None:
    compare(texts)


@settings(BATCHES, max_examples=15)
@given(batches(*INLINES, *MORE_INLINES))
def test_generated_inlines(texts: list[str]) -> None:
    compare(texts)


@settings(BATCHES, max_examples=5)
@given(batches(*REFERENCES, *MORE_REFERENCES))
def test_generated_references(texts: list[str]) -> None:
    compare(texts)


@settings(BATCHES, max_examples=5)
@given(batches(*TABS))
def test_generated_tabs(texts: list[str]) -> None:
    # Pandoc takes blank lines after indented code into the code, so that a list with such an item counts as tight.
    compare(texts, skip=lambda text: re.search(r"\t[ \t]|[ \t]{5}", text))


@pytest.mark.parametrize(
    "fragments",
    [DIVS, DEFINITIONS, TABLES, SPANS, HEADINGS, SCRIPTS],
    ids=["divs", "definitions", "tables", "spans", "headings", "scripts"],
)
def test_generated_extensions(fragments: tuple[str, ...]) -> None:
    """Where Pandoc's two readers agree on what an extension means, so does ours."""
    agreed = 0

    @settings(BATCHES, max_examples=5)
    @given(batches(*fragments))
    def compare_both(texts: list[str]) -> None:
        nonlocal agreed
        both = zip(texts, pandoc_reads(texts, COMMONMARK_X), pandoc_reads(texts, MARKDOWN), strict=True)
        for text, one, other in both:
            if one == other is not None:
                agreed += 1
                assert ours(text) == one, repr(text)

    compare_both()
    assert agreed > 50

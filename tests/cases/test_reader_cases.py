"""The reader against Pandoc's: for each snippet of `reader/`, the two read the same tree.

A line with a single dot ends a snippet. “→” is a tab, and “␣” a space that an editor might delete. `reader/commonmark/`
has a file for each section of the CommonMark specification, `reader/extensions.txt` has what goes beyond it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pandoc_reader import COMMONMARK, COMMONMARK_X, MARKDOWN, normalize_ast, read_with_pandoc
from polyvita import markdown_to_pandoc
from repository import TESTS

FOLDER = TESTS / "cases" / "reader"
EXTENSIONS = FOLDER / "extensions.txt"
SECTIONS = sorted((FOLDER / "commonmark").glob("*.txt"))
CASES = [*((path, COMMONMARK) for path in SECTIONS), (EXTENSIONS, COMMONMARK_X), (EXTENSIONS, MARKDOWN)]


def snippets(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8").replace("→", "\t").replace("␣", " ")
    return text.removesuffix("\n").split("\n.\n")


@pytest.mark.parametrize(("path", "format"), CASES, ids=[f"{path.stem}-{format[:12]}" for path, format in CASES])
def test_snippets_are_read_as_pandoc_reads_them(path: Path, format: str) -> None:
    texts = snippets(path)
    differing = [
        f"\n{text}\npolyvita: {ours}\nPandoc:   {theirs}"
        for text, theirs in zip(texts, read_with_pandoc(texts, format), strict=True)
        if (ours := normalize_ast(markdown_to_pandoc(text)["blocks"])) != theirs
    ]
    assert not differing, "\n".join(differing)


def test_each_section_of_the_specification_has_snippets() -> None:
    assert len(SECTIONS) >= 26
    assert {path.stem: len(snippets(path)) for path in SECTIONS if len(snippets(path)) < 10} == {}
    assert len(snippets(EXTENSIONS)) > 20

"""Markdown as Pandoc's JSON AST, without filters: the reader and the bridge to Pandoc, one after the other."""

from __future__ import annotations

from polyvita.reader import read_plain
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.to_pandoc import to_pandoc


def markdown_to_pandoc(text: str) -> Ast:
    """Markdown as Pandoc's JSON AST: CommonMark, and what this program and Pandoc's Markdown both add to it.

    There is no front matter, raw HTML stays as it is, and nothing is reported. Never raises on any text.
    """
    return to_pandoc(read_plain(text))

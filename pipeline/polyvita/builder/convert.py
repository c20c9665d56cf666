"""Convert Markdown to Pandoc's JSON AST, without any filter."""

from __future__ import annotations

from polyvita.reader import read_like_pandoc
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.to_pandoc import to_pandoc


def markdown_to_pandoc(text: str) -> Ast:
    """Return Markdown as Pandoc's JSON AST.

    The dialect is CommonMark with the extensions that this program shares with Pandoc's Markdown. There is no front
    matter, raw HTML stays as it is, and nothing is reported. Never raises on any text.
    """
    return to_pandoc(read_like_pandoc(text))

"""Pandoc's readers, with which the reader of polyvita is compared."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
from collections.abc import Sequence
from typing import Any

from polyvita.core.pandoc import pandoc_path
from repository import TESTS

READ_SCRIPT = TESTS / "cases" / "reader" / "read.lua"

COMMONMARK = "commonmark"
COMMONMARK_X = "commonmark_x-smart-implicit_figures-autolink_bare_uris-task_lists-emoji"
MARKDOWN = "markdown-smart-implicit_figures-citations-tex_math_dollars-raw_tex-table_captions-inline_notes" + (
    "-example_lists-fancy_lists-simple_tables-multiline_tables-grid_tables-line_blocks-yaml_metadata_block"
    "-blank_before_header-blank_before_blockquote+lists_without_preceding_blankline"
)


def read_with_pandoc(texts: Sequence[str], format: str) -> list[Any]:
    """Return the normalized blocks that Pandoc reads from each text; None if Pandoc cannot read the text."""
    command = [pandoc_path(), "lua", str(READ_SCRIPT), format]
    run = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=True)
    trees = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(trees) == len(texts)
    return [tree and normalize_ast(tree["blocks"]) for tree in trees]


def normalize_ast(node: Any) -> Any:
    """Return a Pandoc AST without differences that have no meaning, or that exist between Pandoc's own readers.

    These are: how text is split into `Str`, identifiers of headings, percent-encoding, the class of autolinks, spaces
    at the end of code, the style of list numbers, and the position of the language among the classes of code.
    """
    if isinstance(node, list):
        return _join_strings([normalize_ast(item) for item in node])
    if not isinstance(node, dict):
        return node
    match node:
        case {"t": "Header", "c": [level, [_, classes, keys], inlines]}:
            return ("Header", level, classes, keys, normalize_ast(inlines))
        case {"t": "CodeBlock", "c": [[id_, classes, keys], text]}:
            return ("CodeBlock", id_, sorted(classes), keys, text.expandtabs(4).rstrip())
        case {"t": "Link" | "Image" as kind, "c": [[id_, classes, keys], inlines, [url, title]]}:
            own = [name for name in classes if name not in ("uri", "email")]
            return (kind, id_, own, keys, normalize_ast(inlines), urllib.parse.unquote(url), title)
        case {"t": "RawBlock" | "RawInline" as kind, "c": [format_, text]}:
            return (kind, format_, text.strip("\n"))
        case {"t": "OrderedList", "c": [[start, *_], items]}:
            return ("OrderedList", start, normalize_ast(items))
        case {"t": kind, "c": content}:
            return (kind, normalize_ast(content))
        case {"t": kind}:
            return (kind,)
    raise AssertionError(node)


def _join_strings(items: list[Any]) -> list[Any]:
    out: list[Any] = []
    for item in items:
        match out, item:
            case [*_, ("Str", before)], ("Str", after):
                out[-1] = ("Str", before + after)
            case _:
                out.append(item)
    return out

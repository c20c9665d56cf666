"""Pandoc's own readers, to hold ours against."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
from collections.abc import Sequence
from typing import Any

from polyvita.writers.pandoc import pandoc_path
from repository import TESTS

SCRIPT = TESTS / "cases" / "reader" / "read.lua"

COMMONMARK = "commonmark"
COMMONMARK_X = "commonmark_x-smart-implicit_figures-autolink_bare_uris-task_lists-emoji"
MARKDOWN = "markdown-smart-implicit_figures-citations-tex_math_dollars-raw_tex-table_captions-inline_notes" + (
    "-example_lists-fancy_lists-simple_tables-multiline_tables-grid_tables-line_blocks-yaml_metadata_block"
    "-blank_before_header-blank_before_blockquote+lists_without_preceding_blankline"
)


def pandoc_reads(texts: Sequence[str], format: str) -> list[Any]:
    """The blocks that Pandoc reads out of each text, folded; None where it cannot read it."""
    command = [pandoc_path(), "lua", str(SCRIPT), format]
    run = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=True)
    trees = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(trees) == len(texts)
    return [tree and folded(tree["blocks"]) for tree in trees]


def folded(node: Any) -> Any:
    """A tree without what carries no meaning or what Pandoc's readers differ in among themselves.

    That is: how text is cut into `Str`, identifiers of headings, percent-encoding, the class of bare addresses,
    blanks at the end of code, the style of a list's numbers, and where the name of a language goes.
    """
    if isinstance(node, list):
        return _joined([folded(item) for item in node])
    if not isinstance(node, dict):
        return node
    match node:
        case {"t": "Header", "c": [level, [_, classes, keys], inlines]}:
            return ("Header", level, classes, keys, folded(inlines))
        case {"t": "CodeBlock", "c": [[id_, classes, keys], text]}:
            return ("CodeBlock", id_, sorted(classes), keys, text.expandtabs(4).rstrip())
        case {"t": "Link" | "Image" as kind, "c": [[id_, classes, keys], inlines, [url, title]]}:
            own = [name for name in classes if name not in ("uri", "email")]
            return (kind, id_, own, keys, folded(inlines), urllib.parse.unquote(url), title)
        case {"t": "RawBlock" | "RawInline" as kind, "c": [format_, text]}:
            return (kind, format_, text.strip("\n"))
        case {"t": "OrderedList", "c": [[start, *_], items]}:
            return ("OrderedList", start, folded(items))
        case {"t": kind, "c": content}:
            return (kind, folded(content))
        case {"t": kind}:
            return (kind,)
    raise AssertionError(node)


def _joined(items: list[Any]) -> list[Any]:
    out: list[Any] = []
    for item in items:
        match out, item:
            case [*_, ("Str", before)], ("Str", after):
                out[-1] = ("Str", before + after)
            case _:
                out.append(item)
    return out

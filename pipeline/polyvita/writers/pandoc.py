"""Write Pandoc's AST with a Pandoc process of its own for one conversion.

`core/pandoc_worker.py` runs Pandoc for the formats with a layout of this package, in processes that stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from polyvita.core.pandoc import TIMEOUT_SECONDS, parse_ast, run_pandoc
from polyvita.writers.pandoc_ast import Ast


def write_with_pandoc(ast: Ast, to: str, args: Sequence[str] = ()) -> bytes:
    """Convert `ast` to the format `to` and return the bytes. Pandoc reads no files except those in `args`.

    Raises `ExternalError` with the error message of Pandoc, and if Pandoc takes longer than `TIMEOUT_SECONDS`.
    """
    arguments = ["--from=json", f"--to={to}", "--output=-", "--sandbox", *args]
    return run_pandoc(arguments, json.dumps(ast).encode(), task=f"write {to}", timeout=TIMEOUT_SECONDS)


def run_pandoc_filters(ast: Ast, filters: Sequence[Path]) -> Ast:
    """Apply the Lua filters (`.lua`) and JSON filters of the user to `ast`, in order, and return the new AST.

    Filters read files, so they run without `--sandbox`. Raises `ExternalError` as `write_with_pandoc` does.
    """
    kinds = [f"--{'lua-filter' if path.suffix == '.lua' else 'filter'}={path}" for path in filters]
    output = run_pandoc(
        ["--from=json", "--to=json", "--output=-", *kinds],
        json.dumps(ast).encode(),
        task="run the filters",
        timeout=TIMEOUT_SECONDS,
        hint="fix the filter, or remove it from “pandoc_filters”",
    )
    return parse_ast(output)


@cache
def output_formats() -> frozenset[str]:
    """Return the names of all output formats of Pandoc."""
    return frozenset(run_pandoc(["--list-output-formats"]).decode().split())

"""The bridge to Pandoc: the tree as Pandoc's JSON AST, and the one place where Pandoc is run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from polyvita.core.diagnostics import ExternalError
from polyvita.writers.pandoc_ast import Ast

TIMEOUT_SECONDS = 120.0
"""So many seconds may Pandoc take for one file; it takes less than one for a long CV."""


@cache
def pandoc_path() -> str:
    """The Pandoc that came with `pip install`."""
    # pypandoc's own search loads what it downloads with, and starts each Pandoc that it finds: only where it has to.
    spec = find_spec("pypandoc")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("pandoc", "pandoc.exe"):
            if (there := Path(folder, "files", name)).is_file():
                return str(there)
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except OSError as problem:
        raise ExternalError(
            "Pandoc was not found, though it comes with polyvita",
            "install it again: pip install --force-reinstall pypandoc_binary",
        ) from problem


def run_pandoc(ast: Ast, to: str, args: Sequence[str] = (), *, sandbox: bool = True) -> bytes:
    """What Pandoc makes of `ast` in the format `to`.

    Pandoc reads no file but those named in `args`, and fetches nothing, unless `sandbox` is off (for filters,
    which need to read theirs). Raises `ExternalError` with Pandoc's own words where it fails, and where it
    takes longer than `TIMEOUT_SECONDS`.
    """
    command = [pandoc_path(), "--from=json", f"--to={to}", "--output=-", *(["--sandbox"] if sandbox else []), *args]
    try:
        run = subprocess.run(  # noqa: S603 - no shell, fixed program
            command, input=json.dumps(ast).encode(), capture_output=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        message = f"Pandoc had not written {to} after {TIMEOUT_SECONDS:g} seconds, and was stopped"
        raise ExternalError(message, "does one of the pandoc_filters never end?" if not sandbox else "") from None
    if run.returncode:
        words = " ".join(run.stderr.decode(errors="replace").split()) or f"exit status {run.returncode}"
        words = words.partition(" CallStack (from ")[0].removeprefix("pandoc: ")
        if not sandbox:
            hint = "mend the one that is named, or take it out of “pandoc_filters”"
            raise ExternalError(f"Pandoc could not run the filters: {words}", hint)
        raise ExternalError(f"Pandoc could not write {to}: {words}")
    return run.stdout


def run_pandoc_filters(ast: Ast, filters: Sequence[Path]) -> Ast:
    """The AST after the user's own Lua (`.lua`) or JSON filters, in order, run by Pandoc itself."""
    kinds = [f"--{'lua-filter' if path.suffix == '.lua' else 'filter'}={path}" for path in filters]
    result: Ast = json.loads(run_pandoc(ast, "json", kinds, sandbox=False))
    return result


@cache
def output_formats() -> frozenset[str]:
    """The names of Pandoc's own writers."""
    run = subprocess.run([pandoc_path(), "--list-output-formats"], capture_output=True, check=True, text=True)  # noqa: S603 - see above
    return frozenset(run.stdout.split())

"""Run Pandoc as a process of its own for one conversion.

`pandoc_worker` runs Pandoc for the formats with a layout of this package, in processes that stay.
"""

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
"""The longest time for one file, in seconds. A long CV takes less than one second."""


@cache
def pandoc_path() -> str:
    """Return the path of the Pandoc that `pip` installed with this package. Raises `ExternalError` if it is missing."""
    # The search of pypandoc is slow: it imports its downloader and starts each Pandoc that it finds. So look first.
    spec = find_spec("pypandoc")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("pandoc", "pandoc.exe"):
            if (path := Path(folder, "files", name)).is_file():
                return str(path)
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except OSError as problem:
        raise ExternalError(
            "Pandoc not found, although it is installed together with polyvita",
            "install Pandoc again: pip install --force-reinstall pypandoc_binary",
        ) from problem


def run_pandoc(ast: Ast, to: str, args: Sequence[str] = (), *, sandbox: bool = True) -> bytes:
    """Convert `ast` to the format `to` and return the bytes.

    With `sandbox`, Pandoc reads no files except those in `args`, and fetches nothing. Filters need `sandbox=False`,
    because they read files. Raises `ExternalError` with the error message of Pandoc, and if Pandoc takes longer than
    `TIMEOUT_SECONDS`.
    """
    command = [pandoc_path(), "--from=json", f"--to={to}", "--output=-", *(["--sandbox"] if sandbox else []), *args]
    try:
        run = subprocess.run(  # noqa: S603 - no shell, fixed program
            command, input=json.dumps(ast).encode(), capture_output=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        message = f"Pandoc was stopped after {TIMEOUT_SECONDS:g} seconds; {to} was not written"
        hint = "" if sandbox else "look for an endless loop in the pandoc_filters"
        raise ExternalError(message, hint) from None
    if run.returncode:
        words = " ".join(run.stderr.decode(errors="replace").split()) or f"exit status {run.returncode}"
        words = words.partition(" CallStack (from ")[0].removeprefix("pandoc: ")
        if not sandbox:
            hint = "fix the filter in the message, or remove it from “pandoc_filters”"
            raise ExternalError(f"Pandoc could not run the filters: {words}", hint)
        raise ExternalError(f"Pandoc could not write {to}: {words}")
    return run.stdout


def run_pandoc_filters(ast: Ast, filters: Sequence[Path]) -> Ast:
    """Apply the Lua filters (`.lua`) and JSON filters of the user to `ast`, in order, and return the new AST."""
    kinds = [f"--{'lua-filter' if path.suffix == '.lua' else 'filter'}={path}" for path in filters]
    result: Ast = json.loads(run_pandoc(ast, "json", kinds, sandbox=False))
    return result


@cache
def output_formats() -> frozenset[str]:
    """Return the names of all output formats of Pandoc."""
    run = subprocess.run([pandoc_path(), "--list-output-formats"], capture_output=True, check=True, text=True)  # noqa: S603 - see above
    return frozenset(run.stdout.split())

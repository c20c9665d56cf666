"""The bridge to Pandoc: find the program, run it once, and read texts of other formats as its JSON AST.

The readers, the importers and the writers use it. `pandoc_worker` runs Pandoc in processes that stay.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from polyvita.core.diagnostics import ExternalError

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
            _INSTALL,
        ) from problem


def run_pandoc(
    arguments: Sequence[str],
    data: bytes = b"",
    *,
    task: str = "convert the text",
    timeout: float = TIMEOUT_SECONDS,
    hint: str = "",
) -> bytes:
    """Run Pandoc with `arguments` and with `data` on its standard input, and return its standard output.

    Raises `ExternalError` with `hint` if Pandoc fails or takes longer than `timeout` seconds. The message says that
    Pandoc could not do `task`, and why. Pass `--sandbox` for text that others wrote: then Pandoc reads no other file
    and fetches nothing.
    """
    command = [pandoc_path(), *arguments]
    try:
        run = subprocess.run(command, input=data, capture_output=True, check=False, timeout=timeout)  # noqa: S603 - no shell, fixed program
    except subprocess.TimeoutExpired:
        raise ExternalError(f"Pandoc could not {task}: stopped after {timeout:g} seconds", hint) from None
    except OSError as problem:
        raise cannot_start(problem) from None
    if run.returncode:
        words = " ".join(run.stderr.decode(errors="replace").split()) or describe_exit(run.returncode)
        words = words.partition(" CallStack (from ")[0].removeprefix("pandoc: ")
        raise ExternalError(f"Pandoc could not {task}: {words}", hint)
    return run.stdout


def read_with_pandoc(
    text: str | bytes, format: str, arguments: Sequence[str] = (), *, timeout: float = TIMEOUT_SECONDS
) -> dict[str, Any]:
    """Return a text of a format that Pandoc reads, such as `html` or `bibtex`, as Pandoc's JSON AST.

    `format` may have extensions: `markdown+smart-citations`. `bytes` are for formats such as `docx`. Pandoc reads no
    other file and fetches nothing. Raises `ExternalError` as `run_pandoc` does.
    """
    data = text if isinstance(text, bytes) else text.encode()
    options = ["--sandbox", f"--from={format}", "--to=json", *arguments]
    name = format.partition("+")[0].partition("-")[0]
    return parse_ast(run_pandoc(options, data, task=f"read {name}", timeout=timeout))


def parse_ast(output: bytes) -> dict[str, Any]:
    """Return the AST that Pandoc has printed as JSON. Raises `ExternalError` if it is something else."""
    try:
        ast = json.loads(output)
    except (ValueError, RecursionError):
        ast = None
    if not isinstance(ast, dict) or "blocks" not in ast:
        raise ExternalError("Pandoc printed something other than a document", _INSTALL)
    return ast


def cannot_start(problem: OSError) -> ExternalError:
    """Return the exception for a Pandoc that the operating system cannot run."""
    return ExternalError(f"Pandoc cannot be started: {problem.strerror or problem}", _INSTALL)


def describe_exit(status: int | None) -> str:
    """Return why a process without an error message has ended, such as “exit status 1”."""
    return f"it was ended by signal {-status}" if status and status < 0 else f"exit status {status}"


_INSTALL = "install Pandoc again: pip install --force-reinstall pypandoc_binary"

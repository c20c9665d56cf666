"""Run Typst: in this process for a usual text, and in a process of its own for one that may take very long.

Typst cannot be interrupted. The time for a paragraph grows with the square of its length, and a filter in a drawing can
cover any number of pixels. A process of its own can be ended: after `TIMEOUT_SECONDS`, after Ctrl-C, and when this
process ends. Its memory has a limit. It costs a third of a second to start.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

import typst
from msgspec import Struct

from polyvita.core.diagnostics import ExternalError
from polyvita.writers.fonts import load_fonts

TIMEOUT_SECONDS = 120.0
"""The longest time for one file, in seconds. A long CV takes one second."""
LONG_PARAGRAPH = 20_000
"""The length of a paragraph of Typst source, in characters, from which on Typst runs in a process of its own."""

_MAX_MEMORY = 8_000_000_000
"""The most memory of the process in bytes, also what is only reserved, on systems with such a limit."""
_HINT = "divide very long paragraphs, and simplify SVG images"
_START = "import sys; sys.path.append(sys.argv[1]); from polyvita.writers.typst_runner import main; main()"
_running: set[subprocess.Popen[bytes]] = set()


class TypstTask(Struct, frozen=True):
    """What Typst is to do with `source`: write a PDF with these `options`, or evaluate the expression `query`.

    `root` is the folder of the files that it may read. `fonts` are folders. `inputs` are values of `sys.inputs`.
    """

    source: str
    root: Path
    fonts: tuple[Path, ...]
    options: dict[str, Any] = {}
    query: str = ""
    inputs: dict[str, str] = {}

    def run(self) -> Any:
        """Return the bytes of the file, or the value of the query. Raises `typst.TypstError`."""
        text, key = self.source.encode(), (self.source, self.root, self.fonts, self.inputs)
        if self.query:
            compiler = self._compiler(text)
            value = json.loads(compiler.eval(self.query))
            _laid_out.append((key, compiler))
            return value
        compiler = next((known for known_key, known in _laid_out if known_key == key), None) or self._compiler(text)
        return compiler.compile(text, **{"format": "pdf", **self.options})

    def _compiler(self, text: bytes) -> typst.Compiler:
        return typst.Compiler(text, self.root, load_fonts(self.fonts), sys_inputs=self.inputs)


_laid_out: deque[tuple[object, typst.Compiler]] = deque(maxlen=8)
"""The compilers of the last queries. Such a compiler writes the same pages in a quarter of the time of a new one."""


def run_typst(task: TypstTask) -> Any:
    """Return the result of the task.

    Raises `typst.TypstError` as Typst does, and `ExternalError` if it takes too long or its process ends.
    """
    if not _may_take_long(task) or not sys.executable or getattr(sys, "frozen", False):
        return task.run()
    result = _run_elsewhere(task)
    if isinstance(result, _Failure):
        raise typst.TypstError(result.message, "", list(result.hints))
    return result


def _may_take_long(task: TypstTask) -> bool:
    """Return whether the source has a long paragraph, or a drawing that may cover any number of pixels."""
    if len(task.source) >= LONG_PARAGRAPH and max(map(len, _END_OF_PARAGRAPH.split(task.source))) >= LONG_PARAGRAPH:
        return True
    for name in set(_DRAWING.findall(task.source)):
        with suppress(OSError, ValueError):
            drawing = Path(task.root, json.loads(name).removeprefix("/")).read_bytes()
            if len(drawing) > _LARGE_DRAWING or b"filter" in drawing:
                return True
    return False


_END_OF_PARAGRAPH = re.compile(r"\n(?:\n|\]|[-+/] )")
"""Where a paragraph of Typst source ends: at a blank line, at the end of a block, or before the next item."""
_DRAWING = re.compile(r'image\(("/[^"\n]*\.svg")', re.IGNORECASE)
_LARGE_DRAWING = 50_000
"""The size of an SVG file in bytes from which on it may take long. A logo is smaller."""


class _Failure(Struct, frozen=True):
    """What is known of a `typst.TypstError`, which cannot be pickled."""

    message: str
    hints: tuple[str, ...]


def _run_elsewhere(task: TypstTask) -> Any:
    # With -P, Python imports nothing from the current folder, which may be somebody else’s.
    command = [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2]), str(os.getpid())]
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, fixed program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:  # The system has no room for another process.
        return task.run()
    _running.add(process)
    try:
        output, _ = process.communicate(pickle.dumps(task), TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        message = f"Typst could not lay out the pages: stopped after {TIMEOUT_SECONDS:g} seconds"
        raise ExternalError(message, _HINT) from None
    finally:
        _running.discard(process)
        process.kill()
        process.wait()
    if process.returncode:
        raise ExternalError("Typst could not lay out the pages: its process was ended", _HINT)
    return pickle.loads(output)  # noqa: S301 - this program wrote it


def stop_typst() -> None:
    """End the processes that are running, for example after Ctrl-C."""
    for process in tuple(_running):
        process.kill()


def main() -> None:
    """Run the task that standard input describes, and write its result to standard output, both pickled."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python’s handler would wait for Typst.
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits, and macOS does not keep them.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 - this program wrote it
    try:
        result = task.run()
    except typst.TypstError as problem:
        result = _Failure(problem.message, tuple(problem.hints))
    sys.stdout.buffer.write(pickle.dumps(result))
    sys.stdout.buffer.flush()
    os._exit(0)


def _end_with(parent: int) -> None:
    """End this process when its parent has ended, also if that was killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)

"""Run Pandoc in processes that stay and answer many requests.

For a short file, most of the time of Pandoc is its start and the loading of its data for Word. Workers pay for this
once. The reader uses them for parts of a source, and the writers for the formats with a layout of this package. Pandoc
filters and all other formats depend on the user, so each of their conversions gets its own process (`pandoc`).
"""

from __future__ import annotations

import atexit
import errno
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from polyvita.core.diagnostics import ExternalError
from polyvita.core.pandoc import TIMEOUT_SECONDS, cannot_start, describe_exit, pandoc_path

Ast = dict[str, Any]
Options = Mapping[str, str | int | bool]
"""Options of a Pandoc writer, with the names of `WriterOptions` in Pandoc's Lua module."""


def convert(ast: Ast, to: str, options: Options, *, reuse: bool = False) -> bytes:
    """Convert `ast` to the format `to` without a template and return the bytes.

    The images in `ast` must be `data:` URLs, so that Pandoc opens no file except the `reference_doc` in `options`. With
    `reuse`, one of the last results is returned if it was for the same input.

    Raises `ExternalError` with the error message of Pandoc, and if Pandoc takes longer than `TIMEOUT_SECONDS`.
    """
    write = _write if reuse else _write.__wrapped__
    return write(msgspec.json.encode(ast), to, tuple(options.items()))


@lru_cache(maxsize=8)
def _write(ast: bytes, to: str, options: tuple[tuple[str, str | int | bool], ...]) -> bytes:
    """Write a document, as JSON. The last results are remembered; `convert` goes round this unless it may reuse one."""
    return _request({"from": "json", "to": to, "options": dict(options)}, ast, f"write {to}")


def read_piece(text: str, format: str) -> Ast:
    """Return a part of a source in a format that Pandoc reads, such as `html`, as Pandoc's JSON AST.

    Pandoc opens no file and fetches nothing. Raises `ExternalError` as `convert` does.
    """
    name = format.partition("+")[0].partition("-")[0]
    answer = _request({"from": format, "to": "json", "options": {}}, text.encode(), f"read {name}")
    ast: Ast = msgspec.json.decode(answer)
    return ast


def _request(head: dict[str, Any], data: bytes, task: str) -> bytes:
    with _WORKER_SLOTS:
        worker = _idle_workers.pop() if _idle_workers else _Worker()
        try:
            status, content = worker.request(head, data, task)
        except _InterruptedError:
            worker = _Worker()
            status, content = worker.request(head, data, task)
        _idle_workers.append(worker)
    if status != "ok":
        raise ExternalError(f"Pandoc could not {task}: {content.decode(errors='replace').strip()}")
    return content


class _InterruptedError(ExternalError):
    """A signal has ended a worker in the middle of a request, as Ctrl-Z and `fg` sometimes do."""


class _Worker:
    """A Pandoc process that answers one request at a time. `pandoc_worker.lua` describes the protocol."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("pandoc_worker.lua").read_text(encoding="utf-8")
        command = [pandoc_path(), "lua", "-e", script]
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the worker lives
        try:
            self.process = subprocess.Popen(  # noqa: S603 - no shell, fixed program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors
            )
        except OSError as problem:
            raise cannot_start(problem) from None
        self.request_started, self.timed_out, self.stopped = 0.0, False, threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.stop)

    def _watch(self) -> None:
        """Kill the process if one request takes longer than `TIMEOUT_SECONDS`. Runs in a thread of its own."""
        while not self.stopped.wait(min(TIMEOUT_SECONDS / 4, 5)):
            started = self.request_started
            if started and time.monotonic() - started > TIMEOUT_SECONDS:
                self.timed_out = True
                self.process.kill()
                return

    def request(self, head: dict[str, Any], data: bytes, task: str) -> tuple[str, bytes]:
        """Return `ok` and the result, or `failed` and the reason. After an `ExternalError` the worker has stopped."""
        first_line = msgspec.json.encode({**head, "size": len(data)})
        self.request_started = time.monotonic()
        try:
            return self._exchange(b"%b\n%b" % (first_line, data))
        except (OSError, ValueError, OverflowError, MemoryError):  # Pandoc has ended, or answers nonsense.
            self.stop()
            if self.timed_out:
                message = f"Pandoc could not {task}: stopped after {TIMEOUT_SECONDS:g} seconds"
            else:
                reason = self.error_output()
                message = f"Pandoc could not {task}: {reason}"
                if os.strerror(errno.EINTR) in reason:
                    raise _InterruptedError(message) from None
            raise ExternalError(message) from None
        finally:
            self.request_started = 0.0

    def _exchange(self, request: bytes) -> tuple[str, bytes]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(request)
        self.process.stdin.flush()
        status, size = self.process.stdout.readline(_MAX_HEAD).decode().split()
        return status, self.process.stdout.read(int(size))

    def error_output(self) -> str:
        """Return what the process wrote to stderr, for a process that ended by itself."""
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return " ".join(line.strip() for line in lines) or describe_exit(self.process.returncode)

    def stop(self) -> None:
        """Kill the process. It holds no state."""
        self.stopped.set()
        self.process.kill()
        with suppress(OSError):
            self.process.communicate()
        atexit.unregister(self.stop)


_MAX_HEAD = 100
"""The most bytes of the first line of an answer."""
_WORKER_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
_idle_workers: list[_Worker] = []
"""The workers that have no request at the moment."""

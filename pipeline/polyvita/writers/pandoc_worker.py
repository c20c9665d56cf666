"""Pandoc processes that stay: what one writes for a short file is mostly its start, and its own data for Word.

Our own writers share them. What a user has a say in, Pandoc filters and other formats, gets a process of its own
(`pandoc.py`).
"""

from __future__ import annotations

import atexit
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from polyvita.core.diagnostics import ExternalError
from polyvita.writers.pandoc import TIMEOUT_SECONDS, pandoc_path
from polyvita.writers.pandoc_ast import Ast

Options = Mapping[str, str | int | bool]
"""Options of Pandoc's writers, as its Lua module spells them (`WriterOptions`)."""


def convert(ast: Ast, to: str, options: Options) -> bytes:
    """What Pandoc makes of `ast` in the format `to`, without a template.

    Images stand in `ast` whole, as `data:` addresses: Pandoc is to open no file but the `reference_doc` of `options`.
    Raises `ExternalError` with Pandoc's own words where it fails, and where it takes longer than `TIMEOUT_SECONDS`.
    """
    with _WORKER_SLOTS:
        worker = _idle_workers.pop() if _idle_workers else _Worker()
        answer, content = worker.request(ast, to, options)
        _idle_workers.append(worker)
    if answer != "ok":
        raise ExternalError(f"Pandoc could not write {to}: {content.decode(errors='replace').strip()}")
    return content


class _Worker:
    """One Pandoc that answers requests, one at a time; `worker.lua` tells how."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("pandoc_worker.lua").read_text(encoding="utf-8")
        command = [pandoc_path(), "lua", "-e", script]
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the worker lives
        self.process = subprocess.Popen(  # noqa: S603 - no shell, fixed program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors
        )
        self.request_started, self.timed_out, self.stopped = 0.0, False, threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.stop)

    def _watch(self) -> None:
        """Stops a Pandoc that has been at one request for longer than `TIMEOUT_SECONDS`."""
        while not self.stopped.wait(min(TIMEOUT_SECONDS / 4, 5)):
            request_started = self.request_started
            if request_started and time.monotonic() - request_started > TIMEOUT_SECONDS:
                self.timed_out = True
                self.process.kill()
                return

    def request(self, ast: Ast, to: str, options: Options) -> tuple[str, bytes]:
        """`ok` and the file, or `failed` and why. After an `ExternalError` the worker is at its end."""
        tree = msgspec.json.encode(ast)
        head = msgspec.json.encode({"to": to, "options": options, "size": len(tree)})
        self.request_started = time.monotonic()
        try:
            return self._exchange(b"%b\n%b" % (head, tree))
        except (OSError, ValueError):
            self.stop()
            if self.timed_out:
                message = f"Pandoc had not written {to} after {TIMEOUT_SECONDS:g} seconds, and was stopped"
            else:
                message = f"Pandoc could not write {to}: {self.error_output()}"
            raise ExternalError(message) from None
        finally:
            self.request_started = 0.0

    def _exchange(self, request: bytes) -> tuple[str, bytes]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(request)
        self.process.stdin.flush()
        answer, size = self.process.stdout.readline().decode().split()
        return answer, self.process.stdout.read(int(size))

    def error_output(self) -> str:
        """What a worker that ended of itself said."""
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return " ".join(line.strip() for line in lines) or f"exit status {self.process.returncode}"

    def stop(self) -> None:
        """It has nothing that is to be kept."""
        self.stopped.set()
        self.process.kill()
        with suppress(OSError):
            self.process.communicate()
        atexit.unregister(self.stop)


_WORKER_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
_idle_workers: list[_Worker] = []
"""The workers that nobody is waiting for."""

"""Run the program on hostile input, in this process or in one of its own, with a limit for its time."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from polyvita.cli.main import main

SECONDS = 60
"""The longest time of one run. Each takes about one second on an idle machine."""


class Run(NamedTuple):
    """The exit status of a command and what it printed."""

    status: int
    out: str
    err: str

    @property
    def codes(self) -> set[str]:
        """The codes of the findings that were printed."""
        return {part.partition("]")[0] for part in self.err.split("[")[1:] if part.startswith("PV")}


def write_project(folder: Path, cv: str = "# A {#a}\n\nText.\n", **files: str | bytes) -> Path:
    """Write a CV and other files into `folder`, and return the folder. In names of files, `__` is a slash, `_` a dot.

    Without a filter among the files, there is one that writes HTML.
    """
    named = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    if not any(name.startswith("filters/") for name in named):
        named["filters/all.yaml"] = "formats: [html]\n"
    for name, content in {"cv.md": cv, **named}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


class Attack:
    """Runs commands in a folder, in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def run(self, *words: str) -> Run:
        """Run a command in the folder. A traceback, or a run that takes too long, fails the test."""
        with chdir(self.folder), time_limit():
            status = main(words or ["build", "--force"])
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err
        assert "PV390" not in err, err
        return Run(status, out, err)


def run_process(folder: Path, *words: str, env: Mapping[str, str] | None = None, **options: Any) -> Run:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "polyvita", *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": "80"} | dict(env or {}),
        capture_output=not options,
        text=True,
        check=False,
        timeout=2 * SECONDS,
        **options,
    )
    return Run(done.returncode, done.stdout or "", done.stderr or "")


@contextmanager
def time_limit(seconds: int = SECONDS) -> Iterator[None]:
    """Fail if the block takes longer. The signal also ends a system call that waits, such as opening a pipe.

    Windows has no such signal. There, the whole test run ends with the stacks of all threads.
    """
    if not hasattr(signal, "SIGALRM"):
        faulthandler.dump_traceback_later(seconds, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
        return

    def fail(*_: object) -> None:
        pytest.fail(f"took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

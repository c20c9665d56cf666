"""Worker processes of a build. Each has its own interpreter, because the threads of a Python process share one.

A worker imports the program while the main process reads the CV. It then receives the CV, and plans the build at the
same time as the main process. After that it builds one filter after another. It writes no files: the content of its
outputs goes back to the main process. This module imports little, so that workers start early.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from polyvita.builder.filter_build import FilterBuilder
    from polyvita.builder.filter_result import FilterResult
    from polyvita.builder.plan import Cv, Plan
    from polyvita.builder.request import BuildRequest

MAX_PROCESSES = 4
"""The most processes of one build, including the main process. Each takes about 100 MB of memory."""


class WorkersUnavailableError(Exception):
    """The worker processes have ended, or they have read other files than the main process."""


class Workers:
    """Processes that build filters for the main process."""

    def __init__(self, request: BuildRequest, pool: ProcessPoolExecutor, count: int) -> None:
        self.request, self.pool, self.count, self.cv = request, pool, count, b""

    def send(self, cv: Cv) -> None:
        """Give the workers the CV, so that they plan the build. Reading it takes ten times as long as unpickling it."""
        self.cv = pickle.dumps((cv.document, cv.hash))
        with suppress(RuntimeError):  # If the workers have ended, `build_filter` reports that.
            for _ in range(self.count):
                self.pool.submit(_prepare, self.request, self.cv)

    def build_filter(self, name: str, state: str) -> FilterResult:
        """Return what `FilterBuilder.build_filter` returns in a worker, or raise what it raises there.

        `state` is the one of the builder in the main process. Raises `WorkersUnavailableError` if a worker has another
        state, or if a process has ended.
        """
        from concurrent.futures.process import BrokenProcessPool

        try:
            return self.pool.submit(_build_filter, name, state, self.request, self.cv).result()
        except BrokenProcessPool:
            raise WorkersUnavailableError from None


@contextmanager
def start_workers(request: BuildRequest, processes: int) -> Iterator[Workers | None]:
    """Start the workers of a build with this number of processes, and stop them at the end.

    The main process counts, so there is one worker less. There are none if the system cannot start them.
    """
    workers = pool = None
    count = processes - 1
    try:
        if count and sys.executable and not getattr(sys, "frozen", False):
            # After a start that failed, Python can fail with ValueError: it hands over a file twice.
            with suppress(OSError, ImportError, RuntimeError, ValueError):
                from concurrent.futures import ProcessPoolExecutor
                from multiprocessing import get_context

                # A forked process could not use Typst, whose threads it would lack.
                pool = ProcessPoolExecutor(count, get_context("spawn"), start_worker)
                with deferred_interrupts():
                    for _ in range(count):  # A process starts with its first task.
                        pool.submit(_import_program)
                workers = Workers(request, pool, count)
        yield workers
    finally:
        if pool:
            for process in list(pool._processes.values()):  # From Python 3.14 on, this is `pool.kill_workers()`.
                process.kill()  # It holds no state, and may still be importing modules.
            pool.shutdown(cancel_futures=True)


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Defer Ctrl-C. A process that starts meanwhile inherits this, so that it prints no traceback while it starts."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def default_processes() -> int:
    """Return the number of cores, at most `MAX_PROCESSES`."""
    return min(os.cpu_count() or 1, MAX_PROCESSES)


# ---------------------------------------------------------------- in a worker


def start_worker() -> None:
    """Prepare a new worker process. It ignores Ctrl-C and ends with the main process."""
    from threading import Thread

    from polyvita.core.garbage import collect_rarely

    # After Ctrl-C, the main process kills the worker. Child processes would inherit SIG_IGN, but not this handler.
    signal.signal(signal.SIGINT, lambda *_: None)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    collect_rarely()
    Thread(target=_end_with_main_process, daemon=True).start()


def _end_with_main_process() -> None:
    """Wait until the main process ends, also if it is killed, and end this process."""
    from multiprocessing import parent_process

    main_process = parent_process()
    assert main_process
    main_process.join()
    os._exit(1)


def _import_program() -> None:
    import polyvita.builder.filter_build  # noqa: F401 - only loads the program before the CV comes


def _prepare(request: BuildRequest, cv: bytes) -> None:
    _make_plan(request, cv)


def _build_filter(name: str, state: str, request: BuildRequest, cv: bytes) -> FilterResult:
    from polyvita.core.diagnostics import InputError

    try:
        builder = _make_builder(request, cv)
    except InputError:  # The main process has found no mistakes, so the files have changed since.
        raise WorkersUnavailableError from None
    if builder.state != state or name not in builder.jobs:
        raise WorkersUnavailableError
    return builder.build_filter(name)


@cache
def _make_builder(request: BuildRequest, cv: bytes) -> FilterBuilder:
    """Return the builder of this process. It is made with the first filter, when the main process has the lock."""
    from polyvita.builder.filter_build import FilterBuilder
    from polyvita.builder.manifest import Manifest

    plan, settings_hash = _make_plan(request, cv)
    return FilterBuilder(request, Manifest.read(request.output_folder, request.source), plan, settings_hash)


@cache
def _make_plan(request: BuildRequest, cv: bytes) -> tuple[Plan, str]:
    """Return the plan of this process, and the hash of the settings that it has read."""
    from polyvita.builder.manifest import hash_settings
    from polyvita.builder.plan import Cv, make_plan

    settings_hash = hash_settings(request.source)
    document, source_hash = pickle.loads(cv)  # noqa: S301 - the main process wrote it
    plan = make_plan(
        request.source,
        filters=request.filters,
        formats=request.formats,
        outputs=request.output_folder,
        timestamp=request.now.seconds,
        cv=Cv(document, document, hash=source_hash),
        skip_broken=True,
        shared=request.shared,
        theme=request.theme,
    )
    return plan, settings_hash


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))

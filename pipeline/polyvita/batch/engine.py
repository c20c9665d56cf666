"""Where the tasks of a batch run: in processes of this machine, or on a cluster.

Both are a `concurrent.futures.Executor`. The loop in `run_all` sends the tasks of some people at a time. If a worker
process dies, nothing tells at which of the tasks in work. So these run again, one by one. A CV at which `ATTEMPTS`
workers have died is reported, and the others go on.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from contextlib import suppress
from itertools import islice
from typing import Any

from polyvita.batch.model import PersonResult, Task
from polyvita.core.diagnostics import ExternalError, error, findings_of

ATTEMPTS = 3
"""The number of worker processes that may die at one CV."""
_AHEAD = 2
"""The number of chunks of tasks for each worker that are sent at once."""

_SECONDS_BETWEEN_CHECKS = 1

RunTasks = Callable[[bytes, Sequence[Task]], list[PersonResult]]


def run_tasks(settings: bytes, tasks: Sequence[Task]) -> list[PersonResult]:
    """Build the CVs of some people in a worker. The process that sends the tasks does not load the program."""
    from polyvita.batch.task import run_tasks as run

    return run(settings, tasks)


class Engine(ABC):
    """Starts and ends the workers. `workers` is their number, as far as it is known."""

    workers = 1
    attempts_per_death = 1
    """The number of workers that have died when a task fails because of that."""

    renewed_after = 0
    """The number of CVs for each worker after which `start` is called again (0: never)."""

    @abstractmethod
    def start(self) -> Executor:
        """Start the workers, or start them again after some of them have died."""

    @abstractmethod
    def is_death(self, problem: BaseException) -> bool:
        """Return whether a task has failed because its worker has died."""

    def check(self) -> None:  # noqa: B027 - most engines have no connection
        """Raise `ExternalError` if no more results can come, for example because a connection is lost."""

    @abstractmethod
    def stop(self) -> None:
        """End the workers at once. They hold no state, and all files are written whole."""


class ProcessEngine(Engine):
    """Warm processes on this machine. Each has its own interpreter and its own Pandoc."""

    renewed_after = 200
    """Typst keeps some 30 KB of each CV for the life of the process, so the age of a process is limited. (The pool
    could do this itself, but it may then stop for good before Python 3.13.)"""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.pool: Any = None
        """A `ProcessPoolExecutor`, whose processes are private before Python 3.14."""

    def start(self) -> Executor:
        """Start the processes. They ignore Ctrl-C and end with this process."""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        from polyvita.builder.workers import start_worker

        self.stop()
        # A forked process could not use Typst, whose threads it would lack.
        self.pool = pool = ProcessPoolExecutor(self.workers, get_context("spawn"), start_worker)
        return pool

    def is_death(self, problem: BaseException) -> bool:
        """Return whether a process of the pool has died."""
        from concurrent.futures.process import BrokenProcessPool

        return isinstance(problem, BrokenProcessPool)

    def stop(self) -> None:
        """Kill the processes."""
        if self.pool:
            for process in list((self.pool._processes or {}).values()):
                process.kill()
            self.pool.shutdown(cancel_futures=True)
            self.pool = None


def run_all(
    engine: Engine, settings: bytes, tasks: Iterable[Task], *, size: int = 1, run: RunTasks = run_tasks
) -> Iterator[PersonResult]:
    """Yield the result of each task, in the order in which they end. `size` tasks travel together.

    A task at which workers die, or that fails in another way, has a result with a finding. Raises `ExternalError` if no
    more results can come.
    """
    waiting = iter(tasks)
    suspects: deque[Task] = deque()
    deaths: Counter[str] = Counter()
    running: dict[Future[list[PersonResult]], tuple[Task, ...]] = {}
    executor, sent = engine.start(), 0
    try:
        while True:
            engine.check()
            is_old = 0 < engine.renewed_after * engine.workers <= sent
            if is_old and not running:
                executor, sent, is_old = engine.start(), 0, False
            if suspects and not running:
                _send(executor, run, settings, (suspects.popleft(),), running)
                sent += 1
            while not (suspects or is_old) and len(running) < _AHEAD * engine.workers:
                if not (chunk := tuple(islice(waiting, size))):
                    break
                _send(executor, run, settings, chunk, running)
                sent += len(chunk)
            if not running:
                return
            lost: list[Task] = []
            for future in _finished(running, engine):
                chunk = running.pop(future)
                problem = _problem_of(future)
                if problem is None:
                    yield from future.result()
                elif engine.is_death(problem):
                    lost += chunk
                else:
                    engine.check()  # If the connection is lost, the CV is not to blame.
                    yield from (_failed(task, problem) for task in chunk)
            if lost and isinstance(engine, ProcessEngine):  # The pool is broken, so all of its tasks are lost.
                for future, chunk in list(running.items()):
                    if _problem_of(future) is None:
                        yield from future.result()
                    else:
                        lost += chunk
                running.clear()
                executor, sent = engine.start(), 0
            for task in lost:
                deaths[task.id] += engine.attempts_per_death
                if deaths[task.id] < ATTEMPTS:
                    suspects.append(task)
                else:
                    yield _died(task)
    finally:
        with suppress(Exception):
            engine.stop()


def _send(
    executor: Executor,
    run: RunTasks,
    settings: bytes,
    chunk: tuple[Task, ...],
    running: dict[Future[list[PersonResult]], tuple[Task, ...]],
) -> None:
    """Send a chunk of tasks. If the pool is broken already, the future says so."""
    try:
        running[executor.submit(run, settings, chunk)] = chunk
    except RuntimeError as problem:  # also the error of a broken pool
        future: Future[list[PersonResult]] = Future()
        future.set_exception(problem)
        running[future] = chunk


def _finished(running: Collection[Future[list[PersonResult]]], engine: Engine) -> set[Future[list[PersonResult]]]:
    """Wait for results, and return the futures that have ended. Dask cancels futures without waking up `wait`."""
    while True:
        finished, _ = wait(running, _SECONDS_BETWEEN_CHECKS, FIRST_COMPLETED)
        if cancelled := {future for future in running if future.cancelled()}:
            engine.check()
        if finished or cancelled:
            return finished | cancelled
        engine.check()


def _problem_of(future: Future[list[PersonResult]]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as problem:
        return problem


def _died(task: Task) -> PersonResult:
    message = f"{ATTEMPTS} worker processes died while they built this CV; it is left out"
    hint = f"build it alone to see the cause: polyvita build -s {task.source}"
    return PersonResult(task.id, findings={"": (error("PV545", message, task.location, hint),)}, exit_status=1)


def _failed(task: Task, problem: BaseException) -> PersonResult:
    """Return the result of a task that a worker could not run at all, for example because a package is missing."""
    if isinstance(problem, CancelledError):
        problem = ExternalError("the scheduler has given this CV up; run the batch again with --resume")
    findings = findings_of(problem if isinstance(problem, Exception) else ExternalError(str(problem)))
    located = tuple(one if one.location.file else one._replace(location=task.location) for one in findings)
    return PersonResult(task.id, findings={"": located}, exit_status=3)

"""An engine for tests of a batch that builds in this process, and functions that misbehave in a worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from polyvita.batch.engine import Engine, run_tasks
from polyvita.batch.model import PersonResult, Task


class InlineEngine(Engine):
    """Builds in this process, one CV after another. `ids` are those that were built; after `most` it is interrupted."""

    def __init__(self, most: int | None = None) -> None:
        self.most, self.ids, self.starts = most, list[str](), 0

    def start(self) -> Executor:
        self.starts += 1
        return _InlineExecutor(self)

    def is_death(self, problem: BaseException) -> bool:  # noqa: ARG002 - engines have it
        return False

    def stop(self) -> None:
        pass


class _InlineExecutor(Executor):
    def __init__(self, engine: InlineEngine) -> None:
        self.engine = engine

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        tasks: Sequence[Task] = args[1]
        if self.engine.most is not None and len(self.engine.ids) >= self.engine.most:
            raise KeyboardInterrupt
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        self.engine.ids += [task.id for task in tasks]
        return future


def run_or_die(settings: bytes, tasks: Sequence[Task]) -> list[PersonResult]:
    """Build CVs, but kill the process at the one called `deadly`, and fail at the one called `faulty`."""
    for task in tasks:
        if task.id == "deadly":
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        if task.id == "faulty":
            raise ValueError("planted")
    return [PersonResult(task.id, name=f"built by {os.getpid()}") for task in tasks]


__all__ = ["InlineEngine", "run_or_die", "run_tasks"]

"""Further processes that help with a build, each with an interpreter of its own: Python's threads share one.

A helper is this program once more. It loads while the process that asked for it does the same, reads the filters while
that one reads the CV, is told of the CV, and then makes one filter after another. It writes nothing; what it made goes
back whole. Little is imported here, so that helpers can be started before anything else is loaded.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from polyvita.core.diagnostics import PolyvitaError

if TYPE_CHECKING:
    from polyvita.builder.filter_result import FilterResult
    from polyvita.builder.request import BuildRequest
    from polyvita.core.document import Document

MOST = 4
"""Processes of one build, the first one included: each takes some 100 MB."""

_SERVE = "import sys; sys.path[:] = sys.argv[1:]; from polyvita.builder.workers import serve; serve()"


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class WorkerDied(Exception):
    """A helper that is not there any more, or that has read another CV than was asked about."""


class Worker:
    """A process that makes filters for another one."""

    def __init__(self, request: BuildRequest) -> None:
        """Raises `OSError` where the system starts no process."""
        import subprocess

        if not sys.executable or getattr(sys, "frozen", False):  # a program of its own, which is no interpreter
            raise OSError
        isolated = ["-I"] if sys.flags.isolated else []
        self.process = subprocess.Popen(  # noqa: S603 - no shell: this interpreter, with this program
            [sys.executable, *isolated, "-c", _SERVE, *sys.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.telling: Thread | None = None
        try:
            self._send(request)
        except OSError:
            self.end()
            raise

    def tell(self, cv: bytes | Document) -> None:
        """Hands over the CV, while this process goes on: a pipe holds less, and the helper may still be loading."""
        self.telling = Thread(target=self._tell, args=[cv], daemon=True)
        self.telling.start()

    def _tell(self, cv: bytes | Document) -> None:
        with suppress(OSError, ValueError):  # it is gone, which is found when it is asked for something
            self._send(cv)

    def finish(self, name: str, read: str) -> FilterResult:
        """Return what `FilterBuilder.finish` returns; `read` is the hash of its inputs. Raises `WorkerDied` too."""
        assert self.process.stdout
        try:
            if self.telling:
                self.telling.join()
            self._send(name)
            theirs, answer = pickle.load(self.process.stdout)  # noqa: S301 - what this program wrote, over a pipe of its own
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise WorkerDied from None
        if theirs != read:
            raise WorkerDied
        if isinstance(answer, Exception):
            raise answer
        made: FilterResult = answer
        return made

    def _send(self, message: object) -> None:
        assert self.process.stdin
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()

    def end(self) -> None:
        """It has nothing that is to be kept."""
        self.process.kill()
        with suppress(OSError):
            self.process.communicate()


def tell(helpers: Sequence[Worker], document: Document) -> None:
    """Tell helpers of the CV, with its counts filled in."""
    cv = spelled(document)
    for helper in helpers:
        helper.tell(cv)


def spelled(document: Document) -> bytes | Document:
    """A document as a helper is told of it: to read that takes a tenth of reading the CV. It is itself where a folder
    has a name that is no UTF-8."""
    from msgspec import msgpack

    try:
        return msgpack.encode(document, enc_hook=dict)  # a mapping that is only to be looked at is one all the same
    except UnicodeEncodeError:
        return document


def heard(cv: bytes | Document) -> Document:
    """The document that `spelled` was given."""
    from msgspec import msgpack

    from polyvita.core.document import Document

    return msgpack.decode(cv, type=Document) if isinstance(cv, bytes) else cv


@contextmanager
def helping(request: BuildRequest, processes: int) -> Iterator[list[Worker]]:
    """Helpers for a build in so many processes, at once on their way; fewer where the system does not start them."""
    helpers: list[Worker] = []
    try:
        with suppress(OSError):
            for _ in range(processes - 1):
                helpers.append(Worker(request))
        yield helpers
    finally:
        for helper in helpers:
            helper.end()


def default_processes() -> int:
    """One process a core, up to `MOST`."""
    return min(os.cpu_count() or 1, MOST)


def _pickled(read: str, answer: object) -> bytes:
    """A fault of this program goes back with the place where it happened, which no process sees of another."""
    if isinstance(answer, Exception) and not isinstance(answer, PolyvitaError):
        said = "".join(traceback.format_exception(answer))
        answer = RuntimeError(f"a helper failed:\n{said}")
    return pickle.dumps((read, answer))


def serve() -> NoReturn:
    """Be a helper, until there is nothing more to read."""
    import gc
    import signal

    # It ends with the process that asked for it. To ignore the signal would be handed on to what it starts.
    signal.signal(signal.SIGINT, lambda *_: None)
    gc.set_threshold(100_000, 50, 100)  # as the first process does
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed does not get among the answers
    with suppress(Exception):  # what is wrong is found, and said, where it was asked for
        from polyvita.builder.filter_build import FilterBuilder
        from polyvita.builder.manifest import Manifest

        def told() -> Document:
            return heard(pickle.load(requests))  # noqa: S301 - as the other messages

        request: BuildRequest = pickle.load(requests)  # noqa: S301 - what this program wrote, over a pipe of its own
        filter_builder = FilterBuilder(request, Manifest.read(request.folder), told=told)
        while True:
            name: str = pickle.load(requests)  # noqa: S301 - what this program wrote, over a pipe of its own
            try:
                answer: FilterResult | Exception = filter_builder.finish(name)
            except Exception as problem:
                answer = problem
            answers.write(_pickled(filter_builder.read, answer))
            answers.flush()
    os._exit(0)

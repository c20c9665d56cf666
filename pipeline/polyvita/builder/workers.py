"""Worker processes of a build. Each has its own interpreter, because the threads of a Python process share one.

A worker runs this program again. It imports its modules and reads the filters while the main process reads the CV. Then
it receives the CV and builds one filter after another. It writes no files: the content of its outputs goes back to the
main process. This module imports little, so that workers start early.
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

MAX_PROCESSES = 4
"""The most processes of one build, including the main process. Each takes about 100 MB of memory."""

_WORKER_CODE = "import sys; sys.path[:] = sys.argv[1:]; from polyvita.builder.workers import run_worker; run_worker()"


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class WorkerDied(Exception):
    """The worker process has ended, or it has read other files than the main process."""


class Worker:
    """A process that builds filters for the main process."""

    def __init__(self, request: BuildRequest) -> None:
        """Start the process. Raises `OSError` if the system cannot start one."""
        import subprocess

        if not sys.executable or getattr(sys, "frozen", False):  # A frozen program is not a Python interpreter.
            raise OSError
        isolated = ["-I"] if sys.flags.isolated else []
        self.process = subprocess.Popen(  # noqa: S603 - no shell: this interpreter, with this program
            [sys.executable, *isolated, "-c", _WORKER_CODE, *sys.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.sender: Thread | None = None
        try:
            self._send(request)
        except OSError:
            self.stop()
            raise

    def send_document(self, data: bytes | Document) -> None:
        """Send the CV from a thread. The pipe is too small for it, and the worker may still be importing modules."""
        self.sender = Thread(target=self._send_if_alive, args=[data], daemon=True)
        self.sender.start()

    def _send_if_alive(self, message: object) -> None:
        with suppress(OSError, ValueError):  # If the worker has ended, `build_filter` reports that.
            self._send(message)

    def build_filter(self, name: str, input_hash: str) -> FilterResult:
        """Return what `FilterBuilder.build_filter` returns in the worker, or raise what it raises there.

        `input_hash` is the hash of the main process. Raises `WorkerDied` if the worker has another hash or has ended.
        """
        assert self.process.stdout
        try:
            if self.sender:
                self.sender.join()
            self._send(name)
            worker_hash, answer = pickle.load(self.process.stdout)  # noqa: S301 - our own worker wrote it
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise WorkerDied from None
        if worker_hash != input_hash:
            raise WorkerDied
        if isinstance(answer, Exception):
            raise answer
        result: FilterResult = answer
        return result

    def _send(self, message: object) -> None:
        assert self.process.stdin
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()

    def stop(self) -> None:
        """Kill the process; it holds no state."""
        self.process.kill()
        with suppress(OSError):
            self.process.communicate()


def send_document(workers: Sequence[Worker], document: Document) -> None:
    """Send the CV, with its counts filled in, to all workers."""
    data = encode_document(document)
    for worker in workers:
        worker.send_document(data)


def encode_document(document: Document) -> bytes | Document:
    """Return a document as bytes. Decoding them takes a tenth of the time of reading the CV.

    If a folder has a name that is not valid UTF-8, return the document itself.
    """
    from msgspec import msgpack

    try:
        return msgpack.encode(document, enc_hook=dict)  # The hook turns read-only mappings into dictionaries.
    except UnicodeEncodeError:
        return document


def decode_document(data: bytes | Document) -> Document:
    """Return the document that `encode_document` was given."""
    from msgspec import msgpack

    from polyvita.core.document import Document

    return msgpack.decode(data, type=Document) if isinstance(data, bytes) else data


@contextmanager
def start_workers(request: BuildRequest, processes: int) -> Iterator[list[Worker]]:
    """Start the workers of a build with this number of processes, and stop them at the end.

    The main process counts, so there is one worker less. There are fewer if the system cannot start them.
    """
    workers: list[Worker] = []
    try:
        with suppress(OSError):
            for _ in range(processes - 1):
                workers.append(Worker(request))
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def default_processes() -> int:
    """Return the number of cores, at most `MAX_PROCESSES`."""
    return min(os.cpu_count() or 1, MAX_PROCESSES)


def _encode_answer(input_hash: str, answer: object) -> bytes:
    """Return the pickled answer. An unexpected exception gets its traceback, which is lost otherwise."""
    if isinstance(answer, Exception) and not isinstance(answer, PolyvitaError):
        text = "".join(traceback.format_exception(answer))
        answer = RuntimeError(f"a worker process failed:\n{text}")
    return pickle.dumps((input_hash, answer))


def run_worker() -> NoReturn:
    """Build filters for the main process until it closes the pipe."""
    import gc
    import signal

    # After Ctrl-C, the main process ends the worker. Child processes would inherit SIG_IGN, but not this handler.
    signal.signal(signal.SIGINT, lambda *_: None)
    gc.set_threshold(100_000, 50, 100)  # The same values as in the main process.
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Anything that is printed goes to standard error, not among the answers.
    with suppress(Exception):  # The main process finds and reports the same mistakes itself.
        from polyvita.builder.filter_build import FilterBuilder
        from polyvita.builder.manifest import Manifest

        def receive_document() -> Document:
            return decode_document(pickle.load(requests))  # noqa: S301 - the main process wrote it

        request: BuildRequest = pickle.load(requests)  # noqa: S301 - the main process wrote it
        manifest = Manifest.read(request.output_folder)
        builder = FilterBuilder(request, manifest, receive_document=receive_document)
        while True:
            name: str = pickle.load(requests)  # noqa: S301 - the main process wrote it
            try:
                answer: FilterResult | Exception = builder.build_filter(name)
            except Exception as problem:
                answer = problem
            answers.write(_encode_answer(builder.input_hash, answer))
            answers.flush()
    os._exit(0)

"""Build the CVs of N people: with a loop in the shell, with a pool of processes, and on a Dask cluster.

The people are invented by a seeded generator. Their CVs have 2 to 40 pages, are in English, German and French, and some
of them are broken. Three filters write 8 outputs for each person. Each contender works in a folder of its own, from
nothing. The loop starts the program once for each person; two of these processes run at a time.

With `--tasks`, only empty tasks run: that is the rate at which an executor can hand out work.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import psutil
from timing import compile_all, describe_machine

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from faculty_sample import FacultySample  # noqa: E402 - it is beside the tests

SHARE_BROKEN = 0.02
SAMPLE_EVERY = 0.1
"""The seconds between two looks at the memory."""


class Memory:
    """The largest memory of one Python process below this one, as time passes."""

    def __init__(self) -> None:
        self.samples: list[tuple[float, int]] = []
        self._stop = threading.Event()

    @contextmanager
    def watched(self, pid: int) -> Iterator[None]:
        thread = threading.Thread(target=self._watch, args=(pid,))
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self, pid: int) -> None:
        started = time.monotonic()
        while not self._stop.wait(SAMPLE_EVERY):
            largest = 0
            with suppress(psutil.Error):
                for child in psutil.Process(pid).children(recursive=True):
                    with suppress(psutil.Error):
                        if "python" in child.name():
                            largest = max(largest, child.memory_info().rss)
            self.samples.append((time.monotonic() - started, largest))

    def peak(self, start: float, end: float) -> float:
        """Return the peak in MB in a part of the time, from 0 to 1."""
        last = self.samples[-1][0] if self.samples else 0
        found = [size for at, size in self.samples if start * last <= at <= end * last]
        return max(found, default=0) / 1e6


def run(command: Sequence[str], folder: Path, memory: Memory | None = None) -> tuple[float, int]:
    """Run a command. Return its seconds and its exit status."""
    started = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folder, text=True, **quiet)
    with memory.watched(process.pid) if memory else nullcontext():
        _, errors = process.communicate()
    if process.returncode not in (0, 1, 123):  # xargs ends with 123 if one of its commands fails
        raise SystemExit(errors)
    return time.perf_counter() - started, process.returncode


def batch(*options: str) -> list[str]:
    return [sys.executable, "-m", "polyvita", "batch", "faculty.yaml", *options]


def loop() -> list[str]:
    one = f"{sys.executable} -m polyvita build -s {{}}/cv.md"
    return [
        "sh",
        "-c",
        f"ls -d people/* | xargs -P {os.cpu_count()} -I@ sh -c '{one.replace('{}', '@')}' >/dev/null 2>&1",
    ]


def make(folder: Path, count: int, pages: tuple[int, int], *, alone: bool = False) -> Path:
    """Write the people, and with `alone` the filters beside each CV, as a loop needs them."""
    sample = FacultySample(folder, count, share_broken=SHARE_BROKEN, pages=pages).write()
    for id in sample.ids if alone else ():
        shutil.copytree(folder / "filters", folder / "people" / id / "filters")
    return folder


def compare(count: int, pages: tuple[int, int]) -> None:
    contenders: dict[str, tuple[Callable[[], Sequence[str]], bool]] = {
        "loop, 2 at a time": (loop, True),
        "pool, 1 worker": (lambda: batch("--workers", "1"), False),
        "pool, 2 workers": (lambda: batch("--workers", "2"), False),
        "Dask, 1 worker": (lambda: batch("--scheduler", "local", "--workers", "1"), False),
        "Dask, 2 workers": (lambda: batch("--scheduler", "local", "--workers", "2"), False),
    }
    seconds: dict[str, float] = {}
    memory = Memory()
    print(f"{count} people, CVs of {pages[0]} to {pages[1]} pages, {describe_machine()}\n")
    print(f"{'':<28}{'time':>10}{'CVs/s':>8}{'× pool, 2':>11}")
    with tempfile.TemporaryDirectory() as name:
        for contender, (command, alone) in contenders.items():
            folder = make(Path(name) / contender.replace(",", "").replace(" ", "-"), count, pages, alone=alone)
            watch = memory if contender == "pool, 2 workers" else None
            seconds[contender], _ = run(command(), folder, watch)
            if contender == "pool, 2 workers":
                seconds["nothing changed"], _ = run(command(), folder)
            else:
                shutil.rmtree(folder)
    base = seconds["pool, 2 workers"]
    for contender, took in seconds.items():
        print(f"{contender:<28}{took:9.2f}s{count / took:8.1f}{took / base:11.3f}")
    print(f"\nlargest worker: {memory.peak(0, 0.1):.0f} MB in the first tenth, {memory.peak(0.4, 0.6):.0f} MB in the")
    print(f"middle, {memory.peak(0.9, 1):.0f} MB in the last tenth")


def nothing(_settings: bytes, _tasks: Sequence[int]) -> list[int]:
    """Do nothing, as one task."""
    return []


def rate(executor: Executor, count: int, size: int, ahead: int) -> float:
    """Return how many empty CVs a second an executor hands out, with `size` of them in one task."""
    started = time.perf_counter()
    running: set[Future[list[int]]] = set()
    settings = b"x" * 1000
    for at in range(0, count, size):
        running.add(executor.submit(nothing, settings, range(at, min(at + size, count))))
        if len(running) >= ahead:
            running = wait(running, return_when=FIRST_COMPLETED).not_done
    wait(running)
    return count / (time.perf_counter() - started)


def simulate(count: int) -> None:
    from distributed import Client, LocalCluster

    print(f"{count} empty CVs, 2 workers, {describe_machine()}\n")
    print(f"{'':<28}{'CVs a task':>12}{'CVs/s':>10}")
    with ProcessPoolExecutor(2) as pool:
        pool.submit(nothing, b"", ()).result()
        for size in (32, 1):
            print(f"{'pool':<28}{size:>12}{rate(pool, count, size, 4):>10.0f}", flush=True)
    with LocalCluster(n_workers=2, threads_per_worker=1) as cluster, Client(cluster) as client:
        executor = client.get_executor(pure=False)
        for size in (32, 1):
            print(f"{'Dask':<28}{size:>12}{rate(executor, count, size, 8):>10.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=60, help="number of people (default: 60)")
    parser.add_argument("--pages", type=int, nargs=2, default=(2, 40), metavar="N", help="shortest and longest CV")
    parser.add_argument("--tasks", type=int, metavar="N", help="instead, hand out this number of empty tasks")
    options = parser.parse_args()
    compile_all()
    if options.tasks:
        simulate(options.tasks)
    else:
        compare(options.count, tuple(options.pages))


if __name__ == "__main__":
    main()

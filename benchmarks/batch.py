"""Build the CVs of N people: with a loop in the shell, with a pool of processes, and on a Dask cluster.

The people are invented by a seeded generator. Their CVs have 2 to 40 pages, are in English, German and French, and some
of them are broken. Three filters write 8 outputs for each person. Each contender works in a folder of its own, from
nothing. The loop starts the program once for each person; two of these processes run at a time.

- `--check` builds all people once instead, and checks the result: the exit status, who is reported, and 100 outputs
  against those of `polyvita build` alone. It ends with status 1 if anything differs.
- `--memory` builds them in one process that is never renewed, and prints how much memory it has taken so far.
- `--tasks` hands out empty tasks only: that is the rate at which an executor can hand out work.
"""

from __future__ import annotations

import argparse
import json
import os
import random
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

from faculty_sample import FORMATS, FacultySample  # noqa: E402 - its folder is on the path only now

SHARE_BROKEN = 0.02
SAMPLED = 100
"""The number of outputs that `--check` compares."""
ONE_BY_ONE = 5_000
"""The most empty CVs that are handed out one by one: Dask takes about 10 ms for each."""
MOMENT = "1790000000"
"""The time of all builds that `--check` compares."""
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

    @property
    def largest(self) -> float:
        """The peak so far in MB."""
        return max((size for _, size in self.samples), default=0) / 1e6

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


def show_memory(count: int, pages: tuple[int, int]) -> None:
    """Print the peak of one process that builds all people, after some of them and after all."""
    from polyvita.batch.engine import ProcessEngine
    from polyvita.batch.run import run_batch

    engine = ProcessEngine(1)
    engine.renewed_after = 0
    memory = Memory()
    print(f"{count} people, CVs of {pages[0]} to {pages[1]} pages, {describe_machine()}\n")
    print(f"{'CVs':>6}{'largest so far':>16}")

    def show(done: int, total: int, _id: str) -> None:
        if done in (10, 20, 50, 100, 200, 500, 1000, total):
            print(f"{done:6}{memory.largest:13.0f} MB", flush=True)

    with tempfile.TemporaryDirectory() as name, memory.watched(os.getpid()):
        run_batch(make(Path(name), count, pages) / "faculty.yaml", engine=engine, progress=show)


# ---------------------------------------------------------------- one large batch


def check(count: int, pages: tuple[int, int]) -> bool:
    """Build all people, check the result, print a table, and return whether all is as it has to be."""
    os.environ["SOURCE_DATE_EPOCH"] = MOMENT
    memory = Memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "faculty"
        sample = FacultySample(folder, count, share_broken=SHARE_BROKEN, pages=pages).write()
        first, status = run(batch(), folder, memory)
        report = json.loads((folder / "outputs" / "report.json").read_bytes())
        again, _ = run(batch(), folder)
        expected = (count - len(sample.broken)) * sum(map(len, FORMATS.values()))
        with_errors = {person["id"] for person in report["people"] if person["errors"]}
        different, compared = differences(sample, Path(name) / "alone")
    totals = report["totals"]
    rows = {
        "people": (count, True),
        "exit status": (status, status == int(bool(sample.broken))),
        "people with errors": (len(with_errors), with_errors == set(sample.broken)),
        "outputs": (totals["built"], totals["built"] == expected and not totals["failed"]),
        "outputs compared": (compared, compared == min(SAMPLED, expected)),
        "different outputs": (" ".join(different) or 0, not different),
        "duration": (f"{first:.1f} s, {count / first:.1f} CVs/s", True),
        "duration, nothing changed": (f"{again:.1f} s, {again / first:.1%}", True),
        "largest worker": (f"{memory.peak(0, 0.1):.0f} MB in the first tenth, {memory.largest:.0f} MB in all", True),
    }
    print(f"CVs of {pages[0]} to {pages[1]} pages, {describe_machine()}\n")
    for label, (value, is_right) in rows.items():
        print(f"{label:<28}{value}{'' if is_right else '   WRONG'}")
    return all(is_right for _, is_right in rows.values())


def differences(sample: FacultySample, alone: Path) -> tuple[list[str], int]:
    """Build some outputs alone. Return those that differ from the ones of the batch, and how many were compared."""
    whole = sorted(set(sample.ids) - set(sample.broken))
    outputs = [(id, filter, format) for id in whole for filter, formats in FORMATS.items() for format in formats]
    chosen = random.Random(1).sample(outputs, min(SAMPLED, len(outputs)))  # noqa: S311 - a sample is no secret
    different = []
    for id, filter in sorted({(id, filter) for id, filter, _ in chosen}):
        home = alone / id
        if not home.is_dir():
            shutil.copytree(sample.folder / "people" / id, home, ignore=shutil.ignore_patterns(".polyvita"))
            shutil.copytree(sample.folder / "filters", home / "filters")
        run([sys.executable, "-m", "polyvita", "build", filter], home)
    for id, filter, format in chosen:
        name = f"{filter}.{format}"
        files = [folder / name for folder in (alone / id / "outputs", sample.folder / "outputs" / id)]
        if not all(file.is_file() for file in files) or files[0].read_bytes() != files[1].read_bytes():
            different.append(f"{id}/{name}")
    return different, len(chosen)


# ---------------------------------------------------------------- empty tasks


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
    """Hand out empty tasks for all CVs in chunks, as a batch does, and for some CVs one by one, for comparison."""
    from distributed import Client, LocalCluster

    chunks = {32: count, 1: min(count, ONE_BY_ONE)}
    print(f"2 workers, {describe_machine()}\n")
    print(f"{'':<12}{'empty CVs':>10}{'CVs a task':>12}{'time':>9}{'CVs/s':>9}")

    def show(name: str, executor: Executor, ahead: int) -> None:
        for size, some in chunks.items():
            found = rate(executor, some, size, ahead)
            print(f"{name:<12}{some:>10}{size:>12}{some / found:>8.1f}s{found:>9.0f}", flush=True)

    with ProcessPoolExecutor(2) as pool:
        pool.submit(nothing, b"", ()).result()
        show("pool", pool, 4)
    with LocalCluster(n_workers=2, threads_per_worker=1) as cluster, Client(cluster) as client:
        show("Dask", client.get_executor(pure=False), 8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=60, help="number of people (default: 60)")
    parser.add_argument("--pages", type=int, nargs=2, default=(2, 40), metavar="N", help="shortest and longest CV")
    parser.add_argument("--check", action="store_true", help="instead, build all people once, and check the outputs")
    parser.add_argument("--memory", action="store_true", help="instead, build all people in one process")
    parser.add_argument("--tasks", type=int, metavar="N", help="instead, hand out this number of empty tasks")
    options = parser.parse_args()
    compile_all()
    pages = tuple(options.pages)
    if options.tasks:
        simulate(options.tasks)
    elif options.memory:
        show_memory(options.count, pages)
    elif options.check:
        sys.exit(0 if check(options.count, pages) else 1)
    else:
        compare(options.count, pages)


if __name__ == "__main__":
    main()

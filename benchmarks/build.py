"""All outputs of all filters, against doing it by hand, in one run: `python benchmarks/build.py`.

By hand is what a careful person does without polyvita: one `pandoc` process per output, from the Markdown, with a Lua
filter that selects by class; for a PDF, Pandoc writes Typst, which is then compiled; two at a time, on two cores.
Both write the same files from the same cv.md. The two take turns, and the ratio is of medians, so that a slow moment
of the machine falls on both.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from pipeline.plan import plan
from pipeline.writers.pandoc import pandoc_path

ROOT = Path(__file__).parent.parent
LUA = Path(__file__).parent / "by_hand.lua"
KEEP = {
    "full": "",
    "funding": "core,selected",
    "short-bio": "short,selected",
    "publications": "publication",
    "lebenslauf": "bio,core,service,patent,selected",
}
"""The classes that come nearest to what each filter selects; Lua by hand knows no `and`, no dates, no limits."""


def by_hand(outputs: list[tuple[str, str]], folder: Path, at_a_time: int) -> None:
    def one(output: tuple[str, str]) -> None:
        name, format = output
        target = folder / f"{name}.{format}"
        written = target.with_suffix(".typ") if format == "pdf" else target
        to = {"txt": "plain", "pdf": "typst"}.get(format, format)
        subprocess.run(
            [pandoc_path(), ROOT / "cv.md", "--from=markdown", f"--to={to}", "--standalone", f"--lua-filter={LUA}",
             f"--metadata=keep:{KEEP.get(name, 'core')}", f"--output={written}"],
            check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if format == "pdf":
            typst.compile(written, output=target)

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(one, outputs))


def polyvita(folder: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "build", "-o", folder]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def clocked(work: Callable[[Path], None]) -> float:
    folder = Path(tempfile.mkdtemp())
    try:
        start = time.perf_counter()
        work(folder)
        return time.perf_counter() - start
    finally:
        shutil.rmtree(folder)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7, help="counted runs of each, after one that is not counted")
    runs = options.parse_args().runs
    jobs = plan(ROOT / "cv.md", (), (), None, 0).jobs
    outputs = [(job.filter.name, output.format) for job in jobs for output in job.outputs]
    contenders: dict[str, Callable[[Path], None]] = {
        "polyvita build": polyvita,
        "by hand, two at a time": lambda folder: by_hand(outputs, folder, 2),
        "by hand, one after another": lambda folder: by_hand(outputs, folder, 1),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, work in contenders.items():
            seconds = clocked(work)
            if turn:
                times[name].append(seconds)
    print(f"{len(outputs)} outputs of {len(jobs)} filters, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"{runs} runs each")  # fmt: skip
    print(f"{'':28}{'median':>9}{'least':>9}{'most':>9}{'ratio':>8}")
    ours = statistics.median(times["polyvita build"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:28}{median:8.2f}s{min(seconds):8.2f}s{max(seconds):8.2f}s{median / ours:8.2f}")


if __name__ == "__main__":
    main()

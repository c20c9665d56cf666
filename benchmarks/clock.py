"""Contenders that take turns, so that a slow moment of the machine falls on all, and the table of what they took."""

from __future__ import annotations

import compileall
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Times = dict[str, list[float]]
"""Seconds, by contender."""


def compile_all() -> None:
    """Leave the program as pip leaves a package that it installs: with its bytecode beside it. Where Python is told to
    keep none, each start would read and compile all sources anew."""
    compileall.compile_dir(Path(__file__).parent.parent / "pipeline" / "polyvita", quiet=1)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(contenders: Mapping[str, Callable[[], float]], runs: int) -> Times:
    """Each contender `runs` times, after one turn that is not counted; a contender gives its seconds itself."""
    times: Times = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, contender in contenders.items():
            took = contender()
            if turn:
                times[name].append(took)
    return times


def table(times: Times, over: Sequence[str]) -> str:
    """Median, least and most of each, and the median as a multiple of that of each contender in `over`."""
    medians = {name: statistics.median(found) for name, found in times.items()}
    wide = max(map(len, times)) + 2
    lines = [
        f"{'':{wide}}{'median':>9}{'least':>9}{'most':>9}" + "".join(f"{'× ' + name:>{len(name) + 5}}" for name in over)
    ]
    for name, found in times.items():
        ratios = "".join(f"{medians[name] / medians[other]:{len(other) + 5}.2f}" for other in over)
        lines.append(f"{name:{wide}}{medians[name]:8.3f}s{min(found):8.3f}s{max(found):8.3f}s{ratios}")
    return "\n".join(lines)


def machine() -> str:
    """What it ran on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"

"""Time several contenders in turns, and format the results as a table.

Contenders take turns so that a slow moment of the machine affects all of them.
"""

from __future__ import annotations

import compileall
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Times = dict[str, list[float]]
"""The seconds of each run, by contender."""


def compile_all(root: Path = Path(__file__).parent.parent) -> None:
    """Write the bytecode of the package in a checkout, as pip does at installation.

    Without bytecode, for example with `PYTHONDONTWRITEBYTECODE`, each start compiles all sources again.
    """
    compileall.compile_dir(root / "pipeline" / "polyvita", quiet=1)


def time_call(work: Callable[[], object]) -> float:
    """Return how long a call of `work` takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run_in_turns(contenders: Mapping[str, Callable[[], float]], runs: int) -> Times:
    """Run each contender `runs` times after a warm-up run that does not count. A contender returns its own seconds."""
    times: Times = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, contender in contenders.items():
            took = contender()
            if turn:
                times[name].append(took)
    return times


def format_table(times: Times, baselines: Sequence[str]) -> str:
    """Return a table with median, minimum and maximum of each contender.

    For each contender in `baselines`, a column has the median as a multiple of its median.
    """
    medians = {name: statistics.median(found) for name, found in times.items()}
    width = max(map(len, times)) + 2
    lines = [
        f"{'':{width}}{'median':>9}{'min':>9}{'max':>9}"
        + "".join(f"{'× ' + name:>{len(name) + 5}}" for name in baselines)
    ]
    for name, found in times.items():
        ratios = "".join(f"{medians[name] / medians[other]:{len(other) + 5}.2f}" for other in baselines)
        lines.append(f"{name:{width}}{medians[name]:8.3f}s{min(found):8.3f}s{max(found):8.3f}s{ratios}")
    return "\n".join(lines)


def describe_machine() -> str:
    """Return the number of cores and the Python version."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"

"""Time the start of the command: the bare interpreter, `polyvita --version`, and a build with nothing changed."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from timing import compile_all, describe_machine, format_table, run_in_turns, time_call

ROOT = Path(__file__).parent.parent


def run(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def timed(arguments: Sequence[str | Path]) -> Callable[[], float]:
    return lambda: time_call(lambda: run(*arguments))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=30, help="number of runs of each, after a warm-up run")
    runs = options.parse_args().runs
    compile_all()
    with tempfile.TemporaryDirectory() as folder:
        build = ["-m", "polyvita", "build", "-o", folder]
        run(*build)
        commands = {
            "python -c pass": ["-c", "pass"],
            "polyvita --version": ["-m", "polyvita", "--version"],
            "polyvita build": build,
        }
        times = run_in_turns({name: timed(arguments) for name, arguments in commands.items()}, runs)
    print(f"{describe_machine()}, {runs} runs each\n")
    print(format_table(times, ["python -c pass"]))


if __name__ == "__main__":
    main()

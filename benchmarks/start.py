"""How long it takes until the command is there: the bare interpreter, `polyvita --version`, and a build of all filters
where nothing has changed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from clock import compile_all, in_turns, machine, seconds, table

ROOT = Path(__file__).parent.parent


def run(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def timed(arguments: Sequence[str | Path]) -> Callable[[], float]:
    return lambda: seconds(lambda: run(*arguments))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=30, help="counted runs of each, after one that is not counted")
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
        times = in_turns({name: timed(arguments) for name, arguments in commands.items()}, runs)
    print(f"{machine()}, {runs} runs each\n")
    print(table(times, ["python -c pass"]))


if __name__ == "__main__":
    main()

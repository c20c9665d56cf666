"""Time the start of the command: the bare interpreter, `polyvita --version`, and a build with nothing changed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from timing import compile_all, describe_machine, format_table, run_in_turns, time_call

ROOT = Path(__file__).parent.parent


def run(root: Path, *arguments: str | Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(root.resolve() / "pipeline")}
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def timed(root: Path, arguments: Sequence[str | Path]) -> Callable[[], float]:
    return lambda: time_call(lambda: run(root, *arguments))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=30, help="number of runs of each, after a warm-up run")
    options.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout that takes part")
    chosen = options.parse_args()
    roots = {"polyvita": ROOT} | ({chosen.against.name: chosen.against} if chosen.against else {})
    contenders = {"python -c pass": timed(ROOT, ["-c", "pass"])}
    with tempfile.TemporaryDirectory() as folder:
        for name, root in roots.items():
            compile_all(root)
            build = ["-m", "polyvita", "build", "-o", Path(folder, name)]
            run(root, *build)
            contenders[f"{name} --version"] = timed(root, ["-m", "polyvita", "--version"])
            contenders[f"{name} build"] = timed(root, build)
        times = run_in_turns(contenders, chosen.runs)
    print(f"{describe_machine()}, {chosen.runs} runs each\n")
    print(format_table(times, ["python -c pass"]))


if __name__ == "__main__":
    main()

"""Build the CV with its publications 1, 10 and 100 times: does a publication cost the same in a long list?

Each copy has a different text. The program builds all four formats of two filters, the whole CV and its publications,
from nothing, in a temporary folder and in one process. Time is the CPU time of all cores. Memory is the peak of the
program, or of one Pandoc process.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import compile_all, describe_machine

ROOT = Path(__file__).parent.parent
FILTERS = {
    "full": "formats: [html, docx, pdf, txt]\ndrop: form\n",
    "publications": "formats: [html, docx, pdf, txt]\nselect: publication\nsort: {items: publication, by: -date}\n",
}
MEASURED_BUILD = """
import atexit, json, resource, sys

def print_usage():  # The Pandoc processes end at exit too, and their usage counts only after that.
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({
        "own time": own.ru_utime + own.ru_stime, "Pandoc’s time": others.ru_utime + others.ru_stime,
        "own memory": own.ru_maxrss * 1024, "Pandoc’s memory": others.ru_maxrss * 1024,
    }))

atexit.register(print_usage)
from polyvita import build
build(sys.argv[1])
"""
_ITEM = re.compile(r"^\d+\.[ ]", re.MULTILINE)
_LIST = re.compile(r"(?:^\d+\.[ ].*\n(?:^(?:[ ]{2,}.*)?\n)*)+", re.MULTILINE)


def repeat_publications(text: str, times: int) -> tuple[str, int]:
    """Return the CV with every list of publications repeated, and its number of publications."""
    text = re.sub(r"\[\d+\]\{count=", "[]{count=", text)  # The numbers in the text are now wrong.
    before, heading, after = text.partition("\n# Publications")
    body, end, rest = after.partition("\n# For Forms")
    number = 0

    def repeated(found: re.Match[str]) -> str:
        nonlocal number
        copies = []
        for copy in range(times):
            number += len(_ITEM.findall(found[0]))
            copies.append(found[0].rstrip("\n").replace("“", f"“Copy {copy}: " if copy else "“") + "\n")
        return "".join(copies) + "\n"

    return before + heading + _LIST.sub(repeated, body) + end + rest, number


def measure(text: str) -> dict[str, float]:
    """Return the CPU seconds and peak memory in bytes of one build."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "filters").mkdir()
        for filter, content in FILTERS.items():
            (folder / f"filters/{filter}.yaml").write_text(content, encoding="utf-8")
        source = folder / "cv.md"
        source.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-c", MEASURED_BUILD, source], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
        return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "times",
        nargs="*",
        type=int,
        default=[1, 10, 100],
        help="number of copies (default: 1 10 100)",
    )
    options.add_argument("--runs", type=int, default=1, help="number of runs of each; the minimum counts")
    chosen = options.parse_args()
    compile_all()
    text = (ROOT / "cv.md").read_text(encoding="utf-8")
    print(f"{describe_machine()}; in parentheses: per publication, relative to the first row\n")
    first: dict[str, float] = {}
    for times in chosen.times:
        cv, number = repeat_publications(text, times)
        runs = [measure(cv) for _ in range(chosen.runs)]
        found = {what: min(run[what] for run in runs) for what in runs[0]}
        if not first:
            first = {what: value / number for what, value in found.items()}
            print(f"{'publications':>12}{'size':>10}" + "".join(f"{what:>24}" for what in found))
        cells = []
        for what, value in found.items():
            shown = f"{value:.2f} s" if what.endswith("time") else f"{value / 1e6:.0f} MB"
            cells.append(f"{f'{shown} ({value / number / first[what]:.2f})':>24}")
        print(f"{number:12}{len(cv.encode()) / 1e6:7.2f} MB" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()

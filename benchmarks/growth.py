"""The same CV with its publications once, 10 and 100 times: does a publication cost the same in a long list?

Each has a text of its own. All four formats of two filters, the whole CV and its publications, are built from nothing,
in a temporary folder and in one process. Time is that of all processors together, memory the most that the program, or
one Pandoc, had at a time.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from clock import compile_all, machine

ROOT = Path(__file__).parent.parent
FILTERS = {
    "full": "formats: [html, docx, pdf, txt]\ndrop: form\n",
    "publications": "formats: [html, docx, pdf, txt]\nselect: publication\nsort: {items: publication, by: -date}\n",
}
MEASURED = """
import atexit, json, resource, sys

def last():  # after the Pandocs have ended, which is at exit, too
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({
        "own time": own.ru_utime + own.ru_stime, "Pandoc’s time": others.ru_utime + others.ru_stime,
        "own memory": own.ru_maxrss * 1024, "Pandoc’s memory": others.ru_maxrss * 1024,
    }))

atexit.register(last)
from polyvita import build
build(sys.argv[1])
"""
_ITEM = re.compile(r"^\d+\.[ ]", re.MULTILINE)
_LIST = re.compile(r"(?:^\d+\.[ ].*\n(?:^(?:[ ]{2,}.*)?\n)*)+", re.MULTILINE)


def longer(text: str, times: int) -> tuple[str, int]:
    """The CV with every list of publications so many times, and how many publications it has then."""
    text = re.sub(r"\[\d+\]\{count=", "[]{count=", text)  # what is counted is no longer what is written there
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


def measured(text: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "filters").mkdir()
        for filter, content in FILTERS.items():
            (folder / f"filters/{filter}.yaml").write_text(content, encoding="utf-8")
        source = folder / "cv.md"
        source.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-c", MEASURED, source], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
        return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("times", nargs="*", type=int, default=[1, 10, 100], help="how often (default: 1 10 100)")
    options.add_argument("--runs", type=int, default=1, help="runs of each; the least counts")
    chosen = options.parse_args()
    compile_all()
    text = (ROOT / "cv.md").read_text(encoding="utf-8")
    print(f"{machine()}; in parentheses, per publication, as a multiple of the first row\n")
    first: dict[str, float] = {}
    for times in chosen.times:
        cv, number = longer(text, times)
        runs = [measured(cv) for _ in range(chosen.runs)]
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

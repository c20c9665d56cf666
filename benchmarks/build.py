"""Time all outputs of all filters: by hand, by polyvita, and the floor, which is Pandoc and Typst alone.

“By hand” is what a careful person does without polyvita: one `pandoc` process per output, from the Markdown, with a Lua
filter that selects by class. For a PDF, Pandoc writes Typst, which is then compiled. One process runs on each core.

The floor is the time of Pandoc and Typst alone for the same outputs, divided by the number of cores. Each output has
one process. Its input is prepared before: JSON with one node per word, as from Pandoc's own readers, or a Typst file.

All contenders work on a copy of the project in a temporary folder. With `--against`, another checkout of the
repository takes part, for example the one before a change.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import typst
from timing import compile_all, describe_machine, format_table, run_in_turns, time_call

from polyvita.builder.plan import Plan, make_plan
from polyvita.builder.steps import apply_filter
from polyvita.core.pandoc import pandoc_path
from polyvita.writers.pandoc_ast import split_texts
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

ROOT = Path(__file__).parent.parent
LUA = Path(__file__).parent / "by_hand.lua"
KEEP = {
    "full": "",
    "funding": "core,selected",
    "short-bio": "short,selected",
    "publications": "publication",
    "lebenslauf": "bio,core,service,patent,selected",
}
"""The classes that are most similar to each filter. The Lua filter has no `and`, no dates and no limits."""


def build_by_hand(outputs: list[tuple[str, str]], folder: Path) -> None:
    """Build the outputs, pairs of filter and format, with Pandoc and a Lua filter."""

    def build_one(output: tuple[str, str]) -> None:
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

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(build_one, outputs))


class Checkout:
    """A checkout of the repository, and a copy of the project that its polyvita builds."""

    def __init__(self, root: Path, folder: Path, name: str) -> None:
        self.name, self.project, self.outputs = name, folder / "project", folder / "outputs"
        self.environment = os.environ | {"PYTHONPATH": str(root.resolve() / "pipeline")}
        shutil.copytree(ROOT / "filters", self.project / "filters")
        shutil.copy(ROOT / "cv.md", self.project)
        self.edits = edit_titles(self.project)
        self.run(self.outputs)

    def run(self, outputs: Path) -> None:
        """Build the project in a new process."""
        command = [sys.executable, "-m", "polyvita", "build", "-s", self.project / "cv.md", "-o", outputs]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def contenders(self) -> dict[str, Callable[[], float]]:
        """Return a function for each kind of build; it returns the seconds of one build."""

        def from_nothing() -> float:
            with tempfile.TemporaryDirectory() as empty:
                return time_call(lambda: self.run(Path(empty)))

        def edited() -> float:
            next(self.edits)
            return time_call(lambda: self.run(self.outputs))

        return {
            f"{self.name}, from nothing": from_nothing,
            f"{self.name}, one word edited": edited,
            f"{self.name}, nothing changed": lambda: time_call(lambda: self.run(self.outputs)),
        }


def edit_titles(project: Path) -> Iterator[None]:
    """Change one word in the title of another publication each time."""
    source = project / "cv.md"
    for number in count():
        before, heading, rest = source.read_text(encoding="utf-8").partition("\n# Publications")
        titles = list(re.finditer("“\\w+", rest))
        at = titles[number * 7 % len(titles)]
        word = f"“Edited{number}"
        source.write_text(before + heading + rest[: at.start()] + word + rest[at.end() :], encoding="utf-8")
        yield


class Floor:
    """The prepared inputs of Pandoc and Typst. Only the time of the two programs counts."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.commands: list[list[str | Path]] = []
        self.sources: list[Path] = []
        for job in plan.jobs:
            page = prepare(to_pandoc(apply_filter(job, plan.folder).document))
            prepared = folder / f"{job.filter.name}.json"
            prepared.write_text(json.dumps(page.ast(split_texts(page.blocks))), encoding="utf-8")
            for output in job.outputs:
                to = {"txt": "plain", "pdf": "typst"}.get(output.format, output.format)
                written = folder / f"{job.filter.name}.{to}"
                self.commands.append(
                    [pandoc_path(), prepared, "--from=json", f"--to={to}", "--standalone", f"--output={written}"]
                )
                if output.format == "pdf":
                    self.sources.append(written)

    def __call__(self) -> None:
        for command in self.commands:
            subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        for source in self.sources:
            typst.compile(source, output=source.with_suffix(".pdf"))

    def seconds(self) -> float:
        return time_call(self) / (os.cpu_count() or 1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7, help="number of runs of each, after a warm-up run")
    options.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout that takes part")
    chosen = options.parse_args()
    roots = {"polyvita": ROOT} | ({chosen.against.name: chosen.against} if chosen.against else {})
    for root in roots.values():
        compile_all(root)
    with tempfile.TemporaryDirectory() as name:
        folder, floor = Path(name), Path(name, "floor")
        floor.mkdir()
        checkouts = [Checkout(root, folder / name, name) for name, root in roots.items()]
        plan = make_plan(checkouts[0].project / "cv.md", timestamp=0)
        names = [(job.filter.name, output.format) for job in plan.jobs for output in job.outputs]

        def time_by_hand() -> float:
            with tempfile.TemporaryDirectory() as empty:
                return time_call(lambda: build_by_hand(names, Path(empty)))

        contenders = {"by hand": time_by_hand, "floor": Floor(plan, floor).seconds}
        for checkout in checkouts:
            contenders |= checkout.contenders()
        times = run_in_turns(contenders, chosen.runs)
    print(f"{len(names)} outputs of {len(plan.jobs)} filters, {describe_machine()}, {chosen.runs} runs each\n")
    print(format_table(times, ["by hand", "floor"]))


if __name__ == "__main__":
    main()

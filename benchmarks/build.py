"""All outputs of all filters, in one run: by hand, by polyvita, and by Pandoc and Typst alone.

By hand is what a careful person does without polyvita: one `pandoc` process per output, from the Markdown, with a Lua
filter that selects by class; for a PDF, Pandoc writes Typst, which is then compiled; as many at a time as there are
cores. The floor is what Pandoc and Typst take for the same outputs if all else took no time: one process per output,
from JSON that is ready, as Pandoc's own readers give it (each word a node), and the PDF from a Typst file that is
ready, divided by the number of cores.

Everything happens in a copy of the project, in a temporary folder.
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import typst
from clock import compile_all, in_turns, machine, seconds, table

from polyvita.builder.plan import Plan, plan
from polyvita.builder.steps import show
from polyvita.writers.pandoc import pandoc_path
from polyvita.writers.pandoc_ast import in_words
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
"""The classes that come nearest to what each filter selects; Lua by hand knows no `and`, no dates, no limits."""


def by_hand(outputs: list[tuple[str, str]], folder: Path) -> None:
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

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, outputs))


def polyvita(project: Path, outputs: Path) -> None:
    command = [sys.executable, "-m", "polyvita", "build", "-s", project / "cv.md", "-o", outputs]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def edits(project: Path) -> Iterator[None]:
    """One word in the title of another publication each time."""
    source = project / "cv.md"
    for number in count():
        before, heading, rest = source.read_text(encoding="utf-8").partition("\n# Publications")
        titles = list(re.finditer("“\\w+", rest))
        at = titles[number * 7 % len(titles)]
        word = f"“Edited{number}"
        source.write_text(before + heading + rest[: at.start()] + word + rest[at.end() :], encoding="utf-8")
        yield


class Floor:
    """What Pandoc and Typst are given, made ready; only what they take themselves is counted."""

    def __init__(self, todo: Plan, folder: Path) -> None:
        self.commands: list[list[str | Path]] = []
        self.sources: list[Path] = []
        for job in todo.jobs:
            page = prepare(to_pandoc(show(job, todo.folder).document))
            ready = folder / f"{job.filter.name}.json"
            ready.write_text(json.dumps(page.ast(in_words(page.blocks))), encoding="utf-8")
            for output in job.outputs:
                to = {"txt": "plain", "pdf": "typst"}.get(output.format, output.format)
                written = folder / f"{job.filter.name}.{to}"
                self.commands.append(
                    [pandoc_path(), ready, "--from=json", f"--to={to}", "--standalone", f"--output={written}"]
                )
                if output.format == "pdf":
                    self.sources.append(written)

    def __call__(self) -> None:
        for command in self.commands:
            subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        for source in self.sources:
            typst.compile(source, output=source.with_suffix(".pdf"))

    def seconds(self) -> float:
        return seconds(self) / (os.cpu_count() or 1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7, help="counted runs of each, after one that is not counted")
    runs = options.parse_args().runs
    compile_all()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project, outputs, floor = (folder / part for part in ("project", "outputs", "floor"))
        floor.mkdir()
        project.mkdir()
        shutil.copy(ROOT / "cv.md", project)
        shutil.copytree(ROOT / "filters", project / "filters")
        todo = plan(project / "cv.md", (), (), None, 0)
        names = [(job.filter.name, output.format) for job in todo.jobs for output in job.outputs]
        polyvita(project, outputs)
        edited, ready = edits(project), Floor(todo, floor)

        def hand() -> float:
            with tempfile.TemporaryDirectory() as there:
                return seconds(lambda: by_hand(names, Path(there)))

        def nothing() -> float:
            with tempfile.TemporaryDirectory() as there:
                return seconds(lambda: polyvita(project, Path(there)))

        def edit() -> float:
            next(edited)
            return seconds(lambda: polyvita(project, outputs))

        times = in_turns(
            {
                "by hand": hand,
                "polyvita, from nothing": nothing,
                "polyvita, one word edited": edit,
                "polyvita, nothing changed": lambda: seconds(lambda: polyvita(project, outputs)),
                "floor": ready.seconds,
            },
            runs,
        )
    print(f"{len(names)} outputs of {len(todo.jobs)} filters, {machine()}, {runs} runs each\n")
    print(table(times, ["by hand", "floor"]))


if __name__ == "__main__":
    main()

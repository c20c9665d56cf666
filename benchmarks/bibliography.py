"""Build a list of publications from a bibliography of 94 and of 1,000 entries, and compare with Pandoc by hand.

The program writes the list as HTML: from nothing, after a change of one entry, and after a change of one word of the
CV. By hand, Pandoc reads the same BibTeX file and sets all of it with the same style, which is all that it can do.
Each contender is a command of its own, in a temporary folder with a cache of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import compile_all, describe_machine, format_table, run_in_turns, time_call

from polyvita.core.pandoc import pandoc_path

ROOT = Path(__file__).parent.parent
STYLE = ROOT / "pipeline/polyvita/reader/bibliography/styles/cv.csl"
CV = "---\nname: Sebastian Lapuschkin\nbibliography: own.bib\n---\n\n# Work {.work}\n\n::: {.bibliography}\n:::\n"
BY_HAND = "---\nbibliography: own.bib\nnocite: '@*'\n---\n\n# Work\n"


def repeat_entries(text: str, count: int) -> str:
    """Return a bibliography with `count` entries: those of `text`, again and again with other keys and titles."""
    entries = text.strip().split("\n\n")
    out = []
    for number in range(count):
        copy, entry = number // len(entries), entries[number % len(entries)]
        if copy:
            entry = re.sub(r"\{(\w+),", rf"{{\1x{copy},", entry, count=1)
            entry = entry.replace("title = {", f"title = {{Copy {copy} of ", 1)
        out.append(entry)
    return "\n\n".join(out) + "\n"


class Project:
    """A project in a temporary folder, with its own cache."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.changes = folder, 0
        (folder / "filters").mkdir(parents=True)
        (folder / "filters/list.yaml").write_text("formats: [html]\n", encoding="utf-8")
        text = (ROOT / "tests/data/publications.bib").read_text(encoding="utf-8")
        self.bibliography = repeat_entries(text, count)
        (folder / "own.bib").write_text(self.bibliography, encoding="utf-8")
        (folder / "cv.md").write_text(CV, encoding="utf-8")
        (folder / "hand.md").write_text(BY_HAND, encoding="utf-8")

    def run(self, command: list[str]) -> None:
        environment = os.environ | {"XDG_CACHE_HOME": str(self.folder / "cache")}
        subprocess.run(command, cwd=self.folder, env=environment, check=True, capture_output=True)

    def build(self) -> float:
        return time_call(lambda: self.run([sys.executable, "-m", "polyvita", "build"]))

    def from_nothing(self) -> float:
        for name in ("cache", "outputs", ".polyvita"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.build()

    def after_a_change_of_one_entry(self) -> float:
        self.changes += 1
        changed = self.bibliography.replace("SemanticLens", f"SemanticLens {self.changes}", 1)
        (self.folder / "own.bib").write_text(changed, encoding="utf-8")
        return self.build()

    def after_a_change_of_one_word(self) -> float:
        self.changes += 1
        (self.folder / "cv.md").write_text(CV.replace("# Work", f"# Work {self.changes}"), encoding="utf-8")
        return self.build()

    def by_hand(self) -> float:
        command = [pandoc_path(), "hand.md", "--citeproc", f"--csl={STYLE}", "--standalone", "--output=hand.html"]
        return time_call(lambda: self.run(command))


def main() -> None:
    """Print one table for each number of entries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    compile_all()
    print(describe_machine())
    for count in (94, 1000):
        with tempfile.TemporaryDirectory() as folder:
            project = Project(Path(folder, "project"), count)
            contenders = {
                "from nothing": project.from_nothing,
                "one entry changed": project.after_a_change_of_one_entry,
                "one word changed": project.after_a_change_of_one_word,
                "nothing changed": project.build,
                "Pandoc by hand": project.by_hand,
            }
            print(f"\n{count} entries")
            print(format_table(run_in_turns(contenders, runs), ["Pandoc by hand"]))


if __name__ == "__main__":
    main()

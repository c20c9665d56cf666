"""Time imports: a Word CV of about 20 pages, against Pandoc alone, and an ORCID record with 500 works.

The Word file is what `polyvita build` writes of the CV of this repository, with its lists once more. Pandoc alone
only converts the file to Markdown: it finds no sections, entries or dates. All contenders start a process of their own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from timing import compile_all, describe_machine, format_table, run_in_turns, time_call

from polyvita.core.pandoc import pandoc_path

ROOT = Path(__file__).parent.parent


def word_cv(folder: Path) -> Path:
    """Write the long CV as a Word file, and return its path."""
    text = (ROOT / "cv.md").read_text(encoding="utf-8")
    (folder / "cv.md").write_text(
        text + text.partition("\n# Publications")[2].replace("{#", "{#second-"), encoding="utf-8"
    )
    (folder / "filters").mkdir()
    (folder / "filters/all.yaml").write_text("formats: docx\n", encoding="utf-8")
    command = [sys.executable, "-m", "polyvita", "build", "-o", folder]
    subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "all.docx"


def orcid_record(folder: Path, works: int) -> Path:
    """Write an ORCID record with this number of works, and return its path."""

    def work(number: int) -> dict[str, object]:
        summary = {
            "title": {"title": {"value": f"Example {number} of a long series of works"}},
            "journal-title": {"value": "Journal of Examples"},
            "type": "journal-article",
            "publication-date": {"year": {"value": str(1980 + number % 45)}},
            "external-ids": {
                "external-id": [
                    {
                        "external-id-type": "doi",
                        "external-id-value": f"10.1234/example.{number}",
                        "external-id-relationship": "self",
                    }
                ]
            },
        }
        return {"work-summary": [summary]}

    record = {
        "orcid-identifier": {"path": "0000-0002-1825-0097"},
        "person": {"name": {"given-names": {"value": "Ada"}, "family-name": {"value": "Example"}}},
        "activities-summary": {"works": {"group": [work(number) for number in range(works)]}},
    }
    path = folder / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def timed(*command: str | Path) -> Callable[[], float]:
    return lambda: time_call(lambda: subprocess.run(command, check=True, capture_output=True))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="number of runs of each, after a warm-up run")
    chosen = options.parse_args()
    compile_all()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        word, orcid = word_cv(folder), orcid_record(folder, 500)
        imports = [sys.executable, "-m", "polyvita", "import"]
        contenders = {
            "Pandoc alone, Word": timed(pandoc_path(), word, "--to=markdown", "--output", folder / "plain.md"),
            "polyvita, Word": timed(*imports, word, "-o", folder / "word.md"),
            "polyvita, ORCID": timed(*imports, orcid, "-o", folder / "orcid.md"),
        }
        # Each import needs a file that does not exist yet.
        fresh = {label: _without_outputs(folder, work) for label, work in contenders.items()}
        times = run_in_turns(fresh, chosen.runs)
    print(f"A Word CV, and an ORCID record with 500 works; {describe_machine()}, {chosen.runs} runs each\n")
    print(format_table(times, ["Pandoc alone, Word"]))


def _without_outputs(folder: Path, work: Callable[[], float]) -> Callable[[], float]:
    def run() -> float:
        for name in ("word.md", "orcid.md", "publications.bib", "word.private.yaml", "orcid.private.yaml"):
            (folder / name).unlink(missing_ok=True)
        return work()

    return run


if __name__ == "__main__":
    main()

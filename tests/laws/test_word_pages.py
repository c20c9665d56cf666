"""An output that fits its pages in the PDF fits them in Word, too: generated documents, counted by LibreOffice."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from one_pixel import PNG
from polyvita import build
from polyvita.checks.inspect.pdfium import page_count
from polyvita.checks.rules.libreoffice import office_environment
from required_programs import program

SYLLABLES = [
    "an",
    "ber",
    "con",
    "de",
    "el",
    "fi",
    "gra",
    "in",
    "ko",
    "la",
    "mo",
    "ni",
    "per",
    "ris",
    "tion",
    "ung",
    "ver",
]
KINDS = ("definitions", "narrow table", "wide table", "nested list", "loose list", "entries", "images", "mixed")
COUNT = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else len(KINDS)


def content(kind: str, random: Random, size: int) -> str:
    """Return much more Markdown of one kind than fits on two pages."""

    def words(least: int, most: int) -> str:
        # Few words are the same, because no output may show 20 letters that the filter leaves out.
        lengths = (random.randint(1, 5) for _ in range(random.randint(least, most)))
        return " ".join("".join(random.choices(SYLLABLES, k=length)) for length in lengths)

    def nested(depth: int = 0) -> str:
        line = "    " * depth + random.choice(["- ", "1. "]) + words(3, 24) + "\n"
        return line + "".join(nested(depth + 1) for _ in range(random.choice([0, 0, 1, 2]) if depth < 2 else 0))

    def table(columns: int) -> str:
        head = f"| Date |{' What |' * (columns - 1)}\n|{' --- |' * columns}\n"
        longest = random.choice([5, 12, 30, 60])
        rows = (
            f"| {year} – {year + 1} |" + "".join(f" {words(2, longest)} |" for _ in range(columns - 1))
            for year in range(1960, 1960 + size)
        )
        return head + "\n".join(rows) + "\n\n"

    match kind:
        case "definitions":
            return "".join(f"{words(1, 3)}\n: {words(4, 24)}.\n\n    {words(4, 30)}.\n\n" for _ in range(size))
        case "narrow table" | "wide table":
            return table(2 if kind == "narrow table" else random.randint(3, 5))
        case "nested list":
            return "".join(nested() for _ in range(size)) + "\n"
        case "loose list":
            return "".join(f"- {words(4, 20)}\n\n    {words(5, 30)}\n\n" for _ in range(size))
        case "entries":
            keys = 'date=2019/2021 org="Institute of Examples" place=Berlin'
            return "".join(
                f"## {words(2, 4)} {{{keys}}}\n\n{words(8, 30)}\n\n- {words(5, 20)}\n\n" for _ in range(size)
            )
        case "images":
            return "".join(f"![x](a.png){{width={random.randint(2, 6)}cm}}\n\n{words(4, 20)}\n\n" for _ in range(size))
        case _:
            return "".join(f"# {words(1, 2)}\n\n{content(kind, random, size // 7)}" for kind in KINDS[:-1])


@pytest.mark.office
@pytest.mark.slow
def test_what_fits_in_the_pdf_fits_in_word(tmp_path: Path) -> None:
    folder = tmp_path / "word"
    folder.mkdir()
    limits: dict[str, int] = {}
    for number in range(COUNT):
        kind, random, most = KINDS[number % len(KINDS)], Random(number), 1 + number // len(KINDS) % 2
        project = tmp_path / f"{number:03}-{kind.replace(' ', '-')}"
        (project / "filters").mkdir(parents=True)
        (project / "a.png").write_bytes(PNG)
        (project / "cv.md").write_text(f"---\nname: Ada Example\n---\n\n# Work\n\n{content(kind, random, 60)}")
        (project / "filters/one.yaml").write_text(f"formats: docx\npages: {{most: {most}, fit: drop}}\n")
        built = build(project / "cv.md")
        assert built.exit_status == 0, built.findings
        (project / "outputs/one.docx").rename(folder / f"{project.name}.docx")
        limits[project.name] = most
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [program("soffice", "LibreOffice"), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    files = [str(folder / f"{name}.docx") for name in limits]
    for start in range(0, len(files), 50):
        command = [*convert, *files[start : start + 50]]
        subprocess.run(command, check=True, capture_output=True, timeout=300, env=office_environment(tmp_path))
    pages = {name: page_count((folder / f"{name}.pdf").read_bytes()) for name in limits}
    assert {name: count for name, count in pages.items() if count > limits[name]} == {}

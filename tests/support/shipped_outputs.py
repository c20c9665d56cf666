"""The outputs of the filters in `filters/` on this repository's own CV. The fixture `outputs` builds them once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from output_text import words_of
from polyvita.builder.job import Job
from polyvita.builder.plan import Plan
from polyvita.checks.inspect.pdfium import page_count
from polyvita.writers import write
from repository import ROOT


@dataclass(frozen=True)
class Outputs:
    """The folder of the outputs, and the plan that they were built from."""

    folder: Path
    plan: Plan

    @property
    def files(self) -> list[str]:
        """The paths of the outputs below the folder, sorted."""
        return [name for name in files_in(self.folder) if name != "manifest.json"]

    def read(self, name: str) -> bytes:
        """Return the content of an output."""
        return (self.folder / name).read_bytes()

    def text(self, name: str) -> str:
        """Return the running text of an output."""
        return words_of(self.read(name), name.rpartition(".")[2])


def files_in(folder: Path) -> list[str]:
    """Return the paths of all files below the folder, relative to it, sorted."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def job_of(outputs: Outputs, name: str) -> Job:
    """Return the job of the filter `name`."""
    return next(job for job in outputs.plan.jobs if job.filter.name == name)


def pdf_page_count(job: Job) -> int:
    """Return the number of pages of the job's PDF. If the filter writes no PDF, make one in memory."""
    for output in job.outputs:
        if output.format == "pdf":
            return len(PdfReader(output.path).pages)
    from polyvita.builder.steps import apply_filter
    from polyvita.writers.to_pandoc import to_pandoc

    ast = to_pandoc(apply_filter(job, ROOT).document)
    return page_count(write(ast, "pdf", theme=job.theme, info=job.info, folder=ROOT))

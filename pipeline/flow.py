"""The pipeline on one screen: read, prepare, select, dress, hand to Pandoc, write.

      cv.md ──read──▶ Document ──STEPS──▶ Document ──to_pandoc──▶ Pandoc's AST ──writers──▶ html docx pdf txt

Data moves one way. What a run is made of is planned and checked first (`plan`), so that bad input stops it before
anything is written.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import transforms as t
from pipeline.checks import check_filter, keeps_nothing
from pipeline.diagnostics import Finding, InputError, OutsideError, PolyvitaError, Report, error
from pipeline.document import Document
from pipeline.files import write_whole
from pipeline.plan import Job, Output, Plan, plan
from pipeline.rules.judge import Verdict
from pipeline.variant import Variant
from pipeline.verdicts import verdicts
from pipeline.writers import page_count, write
from pipeline.writers.lower import Page, lower
from pipeline.writers.pandoc import run_filters
from pipeline.writers.to_pandoc import to_pandoc

Step = Callable[[Document, Job], Document]


PREPARE: tuple[tuple[str, Step], ...] = (
    ("counts", lambda doc, job: t.fill_counts(doc, report=job.report)),
    ("numbers", lambda doc, job: t.keep_numbers(doc) if job.filter.numbering == "keep" else doc),
)
"""What has to see the whole CV."""

SELECT: tuple[tuple[str, Step], ...] = (
    ("language", lambda doc, job: t.only_language(doc, lang=job.lang)),
    ("since", lambda doc, job: t.only_since(doc, first=job.since) if job.since else doc),
    ("select", lambda doc, job: t.select_units(doc, select=job.filter.select, drop=job.filter.drop)),
    ("outline", lambda doc, job: _outlined(doc, job) if job.filter.sections else doc),
    ("sort", lambda doc, job: t.sort_items(doc, sorts=job.filter.sort)),
    ("limit", lambda doc, job: t.limit_items(doc, limits=job.filter.limit, sorts=job.filter.sort)),
    ("order", lambda doc, job: t.order_sections(doc, order=job.filter.order) if job.filter.order else doc),
)
"""What stays, and in which order."""

DRESS: tuple[tuple[str, Step], ...] = (
    ("titles", lambda doc, job: t.retitle_sections(doc, titles=job.filter.titles) if job.filter.titles else doc),
    ("numbering", lambda doc, job: t.reverse_numbers(doc) if job.filter.numbering == "reverse" else doc),
    ("own names", lambda doc, job: t.embolden_own_names(doc, names=job.own_names)),
    ("entries", lambda doc, job: t.show_entries(doc, lang=job.lang)),
    (
        "letterhead",
        lambda doc, job: t.add_letterhead(doc, title=job.filter.title, lang=job.lang, private=job.filter.private),
    ),
)
"""What is shown of it, and how."""


def _outlined(document: Document, job: Job) -> Document:
    filter = job.filter
    return t.outline_sections(
        document, sections=filter.sections, place=filter.place, report=job.report, all_placed=filter.select is not None
    )


def run(steps: Iterable[tuple[str, Step]], document: Document, job: Job) -> Document:
    """The document after `steps`, in order."""
    for _name, step in steps:
        document = step(document, job)
    return document


def select(document: Document, filter: Variant, *, today: datetime.date | None = None) -> Document:
    """What `filter` keeps of `document`, in the filter's order. The given document stays as it is.

    `today` is where windows such as `since: -5y` are counted from (default: now). Raises `InputError` where the
    filter names a tag, key or section that the document does not have, or keeps nothing at all.
    """
    if unknown := list(check_filter(document, filter)):
        raise InputError(*unknown)
    return _kept(document, Job.of(document, filter, today=today))


def _kept(document: Document, job: Job) -> Document:
    kept = run(SELECT, document, job)
    if not kept.blocks and document.blocks:
        raise InputError(keeps_nothing(job.filter))
    return kept


def show(job: Job) -> Document:
    """The CV as the job's filter shows it: ready for `to_pandoc`, and so for any Pandoc tool."""
    return run(DRESS, _kept(run(PREPARE, job.document, job), job), job)


@dataclass(frozen=True, slots=True)
class Result:
    """One output: where it is, how many pages it has if it is a PDF, and what kept it from being written."""

    filter: str
    path: Path
    pages: int | None = None
    problem: PolyvitaError | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `exit_status` is the command's; `verdicts` are those of each filter that names rules, and
    `notes` what breaks rules that are good to know and no more."""

    results: tuple[Result, ...]
    report: Report
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()

    @property
    def exit_status(self) -> int:
        problems = [result.problem.exit_status for result in self.results if result.problem]
        return max(problems, default=1 if self.report.has_errors else 0)


def build(
    source: str | Path = "cv.md",
    filters: Sequence[str] = (),
    *,
    formats: Sequence[str] = (),
    outputs: str | Path | None = None,
    timestamp: int | None = None,
    word_pages: bool = False,
) -> Built:
    """Write every output of every filter (or of those named), and say what was found.

    `filters` are names of files in `filters/` beside the source; `formats` keeps the run to some formats;
    `outputs` is the folder to write to (default: `outputs/` beside the source). `timestamp`, in seconds since
    1970, stands for the moment of the build; where it is None, SOURCE_DATE_EPOCH does, or else the clock. With
    `word_pages`, LibreOffice counts the pages of Word files that rules limit, where it is there.

    Raises `InputError`, before anything is written, where the source or a filter is wrong. What fails for one
    output alone is in its result, and does not stop the others.
    """
    todo = plan(Path(source), filters, formats, Path(outputs) if outputs else None, timestamp)
    shown = _shown(todo)
    tasks = [(todo, job, page, output) for job, _, page in shown for output in job.outputs]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = tuple(pool.map(lambda task: _write(*task), tasks))
    failed = {result.path for result in results if result.problem}
    judged: dict[str, tuple[Verdict, ...]] = {}
    for job, document, page in shown:
        written = [output for output in job.outputs if output.path not in failed]
        if job.rules and written:
            judged[job.filter.name] = tuple(verdicts(job, document, page, written, todo.folder, word_pages=word_pages))
    found = [finding for of_job in judged.values() for verdict in of_job for finding in verdict.findings]
    todo.report.add(*(finding for finding in found if finding.severity != "info"))
    return Built(results, todo.report, judged, tuple(finding for finding in found if finding.severity == "info"))


def _shown(todo: Plan) -> list[tuple[Job, Document, Page]]:
    """What each job shows, as a tree and ready for its writers. Here the last of the bad input is found, before
    anything is written."""
    shown = []
    for job in todo.jobs:
        try:
            document = show(job)
            ast = to_pandoc(document)
            page = lower(run_filters(ast, job.pandoc_filters) if job.pandoc_filters else ast)
            shown.append((job, document, page))
        except InputError as problem:
            todo.report.add(*problem.findings)
    if todo.report.has_errors:
        raise InputError(*todo.report)
    return shown


def _write(todo: Plan, job: Job, page: Page, output: Output) -> Result:
    try:
        content = write(
            page, output.format, theme=job.theme, info=job.info, folder=todo.folder, reference=job.reference
        )
        write_whole(output.path, content)
    except InputError as problem:
        todo.report.add(*problem.findings)
        return Result(job.filter.name, output.path, problem=problem)
    except OutsideError as problem:
        todo.report.add(error("PV301", str(problem), output.place, problem.hint))
        return Result(job.filter.name, output.path, problem=problem)
    pages = page_count(content) if output.format == "pdf" else None
    if pages and job.filter.pages and pages > job.filter.pages.most:
        most = f"{job.filter.pages.most} page{'s' if job.filter.pages.most > 1 else ''}"
        message = f"{output.path.name} has {pages} pages; {most} at most are allowed"
        todo.report.add(error("PV302", message, job.filter.place("pages.most"), "select less, or allow more pages"))
    return Result(job.filter.name, output.path, pages)

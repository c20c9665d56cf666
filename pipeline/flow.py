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
from pipeline.diagnostics import DoesNotFit, Finding, InputError, OutsideError, PolyvitaError, Report, error
from pipeline.document import Document
from pipeline.files import write_whole
from pipeline.fit import Fitted, Lay, TooLong, fit, fit_pages
from pipeline.plan import Job, Output, Plan, plan
from pipeline.rules.judge import Verdict
from pipeline.variant import Variant
from pipeline.verdicts import verdicts
from pipeline.writers import page_count, write
from pipeline.writers.lower import Page, lower
from pipeline.writers.pandoc import run_filters
from pipeline.writers.pdf import lay_out
from pipeline.writers.to_pandoc import to_pandoc

Step = Callable[[Document, Job], Document]


PREPARE: tuple[tuple[str, Step], ...] = (
    ("numbers", lambda doc, job: t.keep_numbers(doc) if job.filter.numbering == "keep" else doc),
)
"""What has to see the whole CV. (Its counts are filled in by the plan, once for all filters.)"""

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
    ("wordings", lambda doc, _job: t.choose_wordings(doc)),
    ("titles", lambda doc, job: t.retitle_sections(doc, titles=job.filter.titles) if job.filter.titles else doc),
    ("numbering", lambda doc, job: t.reverse_numbers(doc) if job.filter.numbering == "reverse" else doc),
    ("own names", lambda doc, job: t.embolden_own_names(doc, names=job.own_names)),
    ("entries", lambda doc, job: t.show_entries(doc, lang=job.lang)),
    ("lengths", lambda doc, job: t.show_lengths(doc, lang=job.lang) if job.filter.counts else doc),
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a job shows: the units that are kept, the whole dressed for its readers, and what was fitted."""

    job: Job
    kept: Document
    document: Document
    fitted: Fitted | None = None


def show(job: Job, folder: Path = Path()) -> Shown:
    """The CV as the job's filter shows it; `folder` is where the CV stands. Raises `InputError`, and `DoesNotFit`."""
    kept = _kept(run(PREPARE, job.document, job), job)
    chosen, fitted = fit(kept, job.filter, _lay(job, folder), report=job.report)
    return Shown(job, kept, run(DRESS, chosen, job), fitted)


def _lay(job: Job, folder: Path) -> Lay:
    """How the job's filter lays out a choice of units: dressed, and all the way to pages."""
    return lambda kept: lay_out(lower(to_pandoc(run(DRESS, kept, job))), job.theme, job.info, folder=folder)


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
    fitted: Mapping[str, Fitted] = field(default_factory=dict)

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
    ready, unfit = _ready(todo)
    tasks = [(todo, shown, page, output) for shown, page in ready for output in shown.job.outputs]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = (*pool.map(lambda task: _write(*task), tasks), *unfit)
    failed = {result.path for result in results if result.problem}
    judged: dict[str, tuple[Verdict, ...]] = {}
    for shown, page in ready:
        job, document = shown.job, shown.document
        written = [output for output in job.outputs if output.path not in failed]
        if job.rules and written:
            judged[job.filter.name] = tuple(verdicts(job, document, page, written, todo.folder, word_pages=word_pages))
    found = [finding for of_job in judged.values() for verdict in of_job for finding in verdict.findings]
    todo.report.add(*(finding for finding in found if finding.severity != "info"))
    notes = tuple(finding for finding in found if finding.severity == "info")
    fits = {shown.job.filter.name: shown.fitted for shown, _ in ready if shown.fitted}
    return Built(results, todo.report, judged, notes, fits)


def _ready(todo: Plan) -> tuple[list[tuple[Shown, Page]], list[Result]]:
    """What each job shows, ready for its writers, and the outputs of those that cannot be made to fit. Here the last of
    the bad input is found, before anything is written."""
    ready: list[tuple[Shown, Page]] = []
    unfit: list[tuple[Job, DoesNotFit]] = []
    for job in todo.jobs:
        try:
            shown = show(job, todo.folder)
            ast = to_pandoc(shown.document)
            ready.append((shown, lower(run_filters(ast, job.pandoc_filters) if job.pandoc_filters else ast)))
        except DoesNotFit as problem:
            unfit.append((job, problem))
        except InputError as problem:
            todo.report.add(*problem.findings)
    if any(finding.code not in MEASURED for finding in todo.report if finding.severity == "error"):
        raise InputError(*todo.report)
    todo.report.add(*(problem.finding for _, problem in unfit))
    lost = [Result(job.filter.name, output.path, problem=p) for job, p in unfit for output in job.outputs]
    return ready, lost


MEASURED = {"PV311"}
"""Errors that are measures, not mistakes: the outputs are written all the same."""


def _write(todo: Plan, shown: Shown, page: Page, output: Output) -> Result:
    job = shown.job
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
        todo.report.add(_over(todo, shown, output, pages, job.filter.pages.most))
    return Result(job.filter.name, output.path, pages)


def _over(todo: Plan, shown: Shown, output: Output, pages: int, most: int) -> Finding:
    """By how much an output has too many pages, and what would have to go."""
    lay, place = _lay(shown.job, todo.folder), shown.job.filter.place("pages.most")
    layout = lay(shown.kept)
    over = max(1, round((layout.height - most * layout.room) / layout.line))
    allowed = f"{most} page{'s' if most > 1 else ''} at most are allowed"
    message = f"{output.path.name} has {pages} pages, {allowed}: it is over by {over} line{'s' if over > 1 else ''}"
    try:
        gone = fit_pages(shown.kept, lay, most=most).left_out
    except TooLong:
        return error("PV302", message, place, "all of it has priority 1: select less")
    lines = ", ".join(str(unit.node.place.line) for unit in gone)
    return error("PV302", message, place, f"“fit: drop” would leave out {len(gone)} units, those in line {lines}")

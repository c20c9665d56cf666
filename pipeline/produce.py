"""From a plan to finished files: every output of every filter, written side by side, then held against the rules."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.diagnostics import DoesNotFit, Finding, InputError, OutsideError, PolyvitaError, Report, Withheld, error
from pipeline.files import clear_leftovers, write_whole
from pipeline.fit import Fitted, TooLong, fit_pages
from pipeline.flow import Shown, lay_of, show
from pipeline.leaks import secrets, words_of
from pipeline.plan import Job, Output, Plan, plan
from pipeline.rules.judge import Verdict
from pipeline.verdicts import verdicts
from pipeline.writers import page_count, write
from pipeline.writers.lower import Page, lower
from pipeline.writers.pandoc import run_filters
from pipeline.writers.to_pandoc import to_pandoc


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
    strict: bool = False,
) -> Built:
    """Write every output of every filter (or of those named), and say what was found.

    `filters` are names of files in `filters/` beside the source; `formats` keeps the run to some formats;
    `outputs` is the folder to write to (default: `outputs/` beside the source). `timestamp`, in seconds since
    1970, stands for the moment of the build; where it is None, SOURCE_DATE_EPOCH does, or else the clock. With
    `word_pages`, LibreOffice counts the pages of Word files that rules limit, where it is there. `strict` counts it
    as an error, too, that a typeface which a rule wants is not on this machine.

    Raises `InputError`, before anything is written, where the source or a filter is wrong. What fails for one
    output alone is in its result, and does not stop the others.
    """
    started = time.time()
    todo = plan(Path(source), filters, formats, Path(outputs) if outputs else None, timestamp)
    clear_leftovers((output.path for job in todo.jobs for output in job.outputs), before=started)
    public = next((job for job in todo.jobs if not job.filter.private), todo.jobs[0])
    hidden = secrets(Path(source), public.document, (job.lang for job in todo.jobs))
    # Pandoc and Typst do most of the work, outside the interpreter: two threads keep two cores busy with it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ready, unfit = _ready(todo, pool)
        watched = [
            partial(hidden.findings, words=words_of(page) if hidden else "", private=shown.job.filter.private)
            for shown, page in ready
        ]
        tasks = [
            (todo, shown, page, leaks, output)
            for (shown, page), leaks in zip(ready, watched, strict=True)
            for output in shown.job.outputs
        ]
        results = (*pool.map(lambda task: _write(*task), tasks), *unfit)
        lost = {result.path for result in results if result.problem}
        judging = [
            (shown, pool.submit(_judge, todo, shown, page, lost, word_pages=word_pages, strict=strict))
            for shown, page in ready
        ]
        judged = {shown.job.filter.name: verdicts for shown, asked in judging if (verdicts := asked.result())}
    found = [finding for of_job in judged.values() for verdict in of_job for finding in verdict.findings]
    todo.report.add(*(finding for finding in found if finding.severity != "info"))
    notes = tuple(finding for finding in found if finding.severity == "info")
    fits = {shown.job.filter.name: shown.fitted for shown, _ in ready if shown.fitted}
    return Built(results, todo.report, judged, notes, fits)


def _ready(todo: Plan, pool: ThreadPoolExecutor) -> tuple[list[tuple[Shown, Page]], list[Result]]:
    """What each job shows, ready for its writers, and the outputs of those that cannot be made to fit. Here the last of
    the bad input is found, before anything is written."""
    ready: list[tuple[Shown, Page]] = []
    lost: list[Result] = []
    unfit: list[Finding] = []
    for job, asked in [(job, pool.submit(_prepare, job, todo.folder)) for job in todo.jobs]:
        try:
            ready.append(asked.result())
        except DoesNotFit as problem:
            unfit.append(problem.finding)
            lost += [Result(job.filter.name, output.path, problem=problem) for output in job.outputs]
        except InputError as problem:
            todo.report.add(*problem.findings)
    if any(finding.code not in MEASURED for finding in todo.report if finding.severity == "error"):
        raise InputError(*todo.report)
    todo.report.add(*unfit)
    return ready, lost


def _prepare(job: Job, folder: Path) -> tuple[Shown, Page]:
    shown = show(job, folder)
    ast = to_pandoc(shown.document)
    return shown, lower(run_filters(ast, job.pandoc_filters) if job.pandoc_filters else ast)


def _judge(
    todo: Plan, shown: Shown, page: Page, lost: Set[Path], *, word_pages: bool, strict: bool
) -> tuple[Verdict, ...]:
    """What the recipients' rules say of the outputs that were written."""
    written = [output for output in shown.job.outputs if output.path not in lost]
    if not shown.job.rules or not written:
        return ()
    return tuple(verdicts(shown.job, shown.document, page, written, todo.folder, word_pages=word_pages, strict=strict))


Leaks = Callable[[str, str, bytes], Iterable[Finding]]
"""What a file of this name, format and content would tell that nobody should know."""

MEASURED = {"PV311"}
"""Errors that are measures, not mistakes: the outputs are written all the same."""


def _write(todo: Plan, shown: Shown, page: Page, leaks: Leaks, output: Output) -> Result:
    job = shown.job
    try:
        content = write(
            page, output.format, theme=job.theme, info=job.info, folder=todo.folder, reference=job.reference
        )
        if told := tuple(leaks(output.path.name, output.format, content)):
            raise Withheld(*told)
        write_whole(output.path, content)
    except (InputError, Withheld) as problem:
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
    lay, place = lay_of(shown.job, todo.folder), shown.job.filter.place("pages.most")
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

"""Run a build: build all filters in several processes or threads at once, then write the outputs.

Nothing is written before all outputs are finished, so an error in the input leaves all files as they were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from queue import SimpleQueue
from threading import Event

from msgspec import structs

from polyvita.builder.cache import BuildCache
from polyvita.builder.filter_build import NON_BLOCKING_ERRORS, FilterBuilder, external_error_finding
from polyvita.builder.filter_result import FilterBuild, FilterResult, OutputResult
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult, OutputStatus, Progress
from polyvita.builder.workers import Worker, WorkerDied, send_document
from polyvita.checks.attribute_keys import find_unknown_keys
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import ExternalError, Finding, InputError, Report, warning
from polyvita.core.files import delete_temporary_files, has_content, rename_edited_file, write_atomically
from polyvita.core.formats import format_of
from polyvita.core.location import Location
from polyvita.transforms.context import Vocabulary, context_test


def run_build(request: BuildRequest, manifest: Manifest, workers: Sequence[Worker], progress: Progress) -> BuildResult:
    """Build what changed since the last build, and update the manifest. Raises `InputError` as `build` does."""
    started = time.time()
    builder = FilterBuilder(request, manifest, on_document=partial(send_document, workers) if workers else None)
    plan, report = builder.plan, builder.plan.report
    if manifest.damaged:
        message = "the build manifest is damaged; all outputs are rebuilt"
        report.add(warning("PV323", message, Location(str(manifest.path))))
    paths = (output.path for job in plan.jobs for output in job.outputs)
    delete_temporary_files([manifest.path, *paths], before=started)
    filter_builds = list(_build_filters(builder, workers, progress))
    if not request.filters and not request.formats:
        report.add(*builder.cache.find_orphans())
    _write_outputs(builder.cache, filter_builds, force=request.force)
    findings = [finding for filter_build in filter_builds for finding in filter_build.findings()]
    report.add(*(finding for finding in findings if finding.severity != "info"))
    notes = tuple(finding for finding in findings if finding.severity == "info")
    report.add(*check_values(plan.cv.parsed), *find_unknown_keys(plan.cv.parsed, plan.folder))
    if request.strict:
        report.add(*_lint_source(builder))
    builder.cache.commit(filter_builds, report, notes)
    return BuildResult(
        tuple(status for filter_build in filter_builds for status in filter_build.statuses),
        report,
        {b.job.filter.name: b.verdicts for b in filter_builds if b.verdicts},
        notes,
        {b.job.filter.name: b.fit for b in filter_builds if b.fit},
    )


# ---------------------------------------------------------------- build


def _build_filters(builder: FilterBuilder, workers: Sequence[Worker], progress: Progress) -> Iterator[FilterBuild]:
    """Build all filters; return them in the order of the plan. Raises `InputError` with the mistakes of all filters."""
    jobs = [job for job in builder.plan.jobs if job.outputs]  # A filter may have none of the requested formats.
    results = _run_jobs(builder, jobs, workers, progress)
    findings = list(builder.plan.report)
    for job in jobs:
        match results[job.filter.name].exception():
            case InputError() as problem:
                findings += builder.locate_findings(problem, job.document)
            case None:
                findings += results[job.filter.name].result().content_findings
            case _:  # `result()` below raises it, unless there are also mistakes in the input.
                pass
    if any(finding.severity == "error" and finding.code not in NON_BLOCKING_ERRORS for finding in findings):
        raise InputError(*findings)
    return (FilterBuild(structs.replace(job, report=Report()), results[job.filter.name].result()) for job in jobs)


def _run_jobs(
    builder: FilterBuilder, jobs: Sequence[Job], workers: Sequence[Worker], progress: Progress
) -> dict[str, Future[FilterResult]]:
    """Build all jobs in parallel. Return a finished future for each filter, by name.

    With workers, each process builds one filter after another. Without workers, threads of this process build several
    filters and their outputs at once, because Pandoc and Typst run outside the Python interpreter. The most expensive
    jobs start first.
    """
    order = sorted(jobs, key=lambda job: _estimate_cost(job, builder.plan.cv.vocabulary), reverse=True)
    cores = os.cpu_count() or 1
    slots = len(workers) + 1 if workers else cores
    with ThreadPoolExecutor(cores) as output_pool, ThreadPoolExecutor(slots) as pool:
        build_here = partial(builder.build_filter, pool=None if workers else output_pool)
        free: SimpleQueue[Callable[[str], FilterResult]] = SimpleQueue()
        free.put(build_here)  # This process is ready first, so it gets the most expensive job.
        build_in_workers = [partial(worker.build_filter, input_hash=builder.input_hash) for worker in workers]
        for slot in build_in_workers or [build_here] * (cores - 1):
            free.put(slot)

        stopped = Event()

        def build(name: str) -> FilterResult:
            slot = free.get()
            try:
                return slot(name)
            except WorkerDied:
                if stopped.is_set():
                    raise
                slot = build_here
                return slot(name)
            finally:
                free.put(slot)

        futures = {pool.submit(build, job.filter.name): job for job in order}
        try:
            builder.prepare()
            _report_progress(futures, progress)
        except BaseException:  # For example Ctrl-C.
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.process.kill()
            raise
    for worker in workers:  # The processes end while this one writes the outputs.
        worker.process.kill()
    return {job.filter.name: future for future, job in futures.items()}


def _report_progress(futures: Mapping[Future[FilterResult], Job], progress: Progress) -> None:
    """Call `progress` as each job ends, until all have ended."""
    done, total = 0, sum(len(job.outputs) for job in futures.values())
    for future in as_completed(futures):
        done += len(futures[future].outputs)
        progress(done, total)


_BASE_COST = 40
"""The fixed cost of any output, as the number of units that cost as much."""
_OUTLINE_UNITS = 120
"""About the most units in a form, whose outline takes only a few units of each kind."""


def _estimate_cost(job: Job, vocabulary: Vocabulary | None) -> int:
    """Return a rough cost of a job, from the number of units that it selects and from its formats.

    If the most expensive job starts first, no process is idle for long at the end.
    """
    filter = job.filter
    contexts = vocabulary.contexts if vocabulary else ()
    select, drop = (context_test(part) if part else None for part in (filter.select, filter.drop))
    selected = sum(1 for c in contexts if (not select or select(c)) and not (drop and drop(c)))
    units = _BASE_COST + min(selected, _OUTLINE_UNITS if filter.sections else selected)
    tries = 2 if filter.pages and filter.pages.fit else 1
    return units * tries * sum(format_of(output.format).cost for output in job.outputs)


# ---------------------------------------------------------------- write


def _write_outputs(cache: BuildCache, filter_builds: Sequence[FilterBuild], *, force: bool) -> None:
    """Write the outputs that have new content, and set the status of all outputs."""
    new = [output for b in filter_builds for output, result in b.outputs() if result.content is not None]
    edited = {output for output in new if cache.manifest.was_edited(cache.output_name(output))}
    cache.invalidate(new)
    for filter_build in filter_builds:
        for output, result in filter_build.outputs():
            status = OutputStatus(filter_build.job.filter.name, output.path, result.pages, result.problem)
            if result.content is not None:
                status = _write_output(cache, filter_build, output, result, force=force, edited=output in edited)
            elif not result.problem:
                cache.record_disclosure_check(filter_build.job, output)
                status = status._replace(pages=cache.page_count(output), unchanged=True)
            filter_build.statuses.append(status)


def _write_output(
    cache: BuildCache, filter_build: FilterBuild, output: Output, result: OutputResult, *, force: bool, edited: bool
) -> OutputStatus:
    """Write one output, unless the file already has this content. Return its status."""
    assert result.content is not None
    name = filter_build.job.filter.name
    try:
        if edited:
            _keep_edited_file(filter_build, output)
        unchanged = not force and has_content(output.path, result.content)
        if not unchanged:
            write_atomically(output.path, result.content)
    except ExternalError as problem:
        cache.restore(output)
        filter_build.job.report.add(external_error_finding(output, problem))
        return OutputStatus(name, output.path, problem=problem)
    cache.record_output(filter_build, output, result)
    return OutputStatus(name, output.path, result.pages, unchanged=unchanged)


def _keep_edited_file(filter_build: FilterBuild, output: Output) -> None:
    """Rename a file that the user edited, so that it is not overwritten, and report that."""
    renamed = rename_edited_file(output.path)
    message = f"{output.path.name} was edited by hand; your version is kept as “{renamed.name}”"
    hint = "make the change in the CV or in the filter, so that every build contains it"
    filter_build.job.report.add(warning("PV324", message, output.location, hint))


def _lint_source(builder: FilterBuilder) -> Iterator[Finding]:
    """Yield what looks wrong in the source."""
    from polyvita.checks.lint import lint, names_in_use

    jobs = builder.plan.jobs
    # A tag counts as unused only if all filters were read, and Pandoc filters may use any tag.
    all_filters = not builder.request.filters and not any(job.pandoc_filters for job in jobs)
    names = names_in_use([(job.filter, job.rules) for job in jobs])
    text, folder = builder.plan.cv.document.text, builder.plan.folder
    return lint(builder.plan.cv.parsed, text, folder, names, all_filters=all_filters)

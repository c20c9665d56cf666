"""Run a build: build all filters in several processes or threads at once, then write the outputs.

Nothing is written before all outputs are finished, so an error in the source leaves all files as they were. A filter
with errors is left out, and its outputs stay as they were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from queue import SimpleQueue

from polyvita.builder.filter_build import FilterBuilder
from polyvita.builder.filter_result import FilterBuild, FilterResult
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest, hash_settings
from polyvita.builder.ownership import Ownership
from polyvita.builder.plan import Cv, make_plan, read_cv
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult, OutputStatus, Progress
from polyvita.builder.workers import Workers, WorkersUnavailableError
from polyvita.checks.attribute_keys import find_unknown_keys
from polyvita.checks.redaction import without_private_values
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import (
    ExternalError,
    Finding,
    InputError,
    PolyvitaError,
    findings_of,
    sorted_findings,
)
from polyvita.core.files import (
    delete_temporary_files,
    is_same_content,
    lock_folder,
    make_private,
    write_atomically,
)
from polyvita.core.formats import format_of
from polyvita.core.source import Source
from polyvita.transforms.context import Vocabulary, context_test
from polyvita.writers.typst_runner import stop_typst


def run_build(
    request: BuildRequest, source: Source, workers: Workers | None, progress: Progress, cv: Cv | None = None
) -> BuildResult:
    """Build what changed since the last build, and update the manifest. Raises `InputError` as `build` does.

    `cv` is the CV in `source`, if the caller has read it.
    """
    cv = cv or read_cv(source)
    if workers:
        workers.send(cv)
    with lock_folder(request.output_folder):
        # Another build may have changed the manifest while this one waited for the lock.
        return _build(request, cv, Manifest.read(request.output_folder, request.source), workers, progress)


def _build(
    request: BuildRequest, cv: Cv, manifest: Manifest, workers: Workers | None, progress: Progress
) -> BuildResult:
    started, settings_hash = time.time(), hash_settings(request.source)
    # `check` stops at a filter that the user has named.
    skip_broken = not (request.strict and request.filters)
    plan = make_plan(
        request.source,
        filters=request.filters,
        formats=request.formats,
        outputs=request.output_folder,
        timestamp=request.now.seconds,
        cv=cv,
        skip_broken=skip_broken,
        shared=request.shared,
        theme=request.theme,
    )
    paths = (output.path for job in plan.jobs for output in job.outputs)
    delete_temporary_files([manifest.path, manifest.record, *paths], before=started)
    builder = FilterBuilder(request, manifest, plan, settings_hash)
    results, failed = _build_filters(builder, workers, progress)
    broken: dict[str, PolyvitaError] = {**plan.broken, **failed}
    if not results or (failed and not skip_broken):
        raise _error_of_all(plan.findings, list(broken.values()))
    findings = [*plan.findings, *check_values(plan.cv.parsed), *find_unknown_keys(plan.cv.parsed, plan.folder)]
    ownership = Ownership(manifest, request.source, builder.cache.input_files)
    if damage := ownership.check_manifest():
        findings.append(damage)
    if not request.filters and not request.formats:
        findings += builder.cache.find_orphans(broken)
    if request.strict:
        findings += _lint_source(builder, all_filters=not request.filters and not broken)
    filter_builds = _write_outputs(builder, results, ownership)
    findings += (finding for broken_by in broken.values() for finding in findings_of(broken_by))
    findings += (finding for filter_build in filter_builds for finding in filter_build.findings())
    findings = list(without_private_values(findings, builder.disclosure_checker))
    notes = sorted_findings(finding for finding in findings if finding.severity == "info")
    result = BuildResult(
        tuple(status for filter_build in filter_builds for status in filter_build.statuses),
        sorted_findings(finding for finding in findings if finding.severity != "info"),
        notes,
        verdicts={b.job.filter.name: b.verdicts for b in filter_builds if b.verdicts},
        fitted={b.job.filter.name: b.fit for b in filter_builds if b.fit},
        broken=broken,
        filter_findings={
            b.job.filter.name: tuple(without_private_values(b.findings(), builder.disclosure_checker))
            for b in filter_builds
            if request.shared  # Only a report about many CVs needs them.
        },
    )
    builder.cache.commit(filter_builds, result)
    return result


def _error_of_all(findings: Sequence[Finding], problems: Sequence[PolyvitaError]) -> PolyvitaError:
    """Return the exception for a build that stops because of broken filters."""
    match problems:
        case [ExternalError() as problem]:
            return problem
        case _:
            return InputError(*sorted_findings([*findings, *(f for problem in problems for f in findings_of(problem))]))


# ---------------------------------------------------------------- build


def _build_filters(
    builder: FilterBuilder, workers: Workers | None, progress: Progress
) -> tuple[dict[str, FilterResult], dict[str, PolyvitaError]]:
    """Build all filters. Return their results in the order of the plan, and the problems of those that fail."""
    jobs = [job for job in builder.plan.jobs if job.outputs]  # A filter may have none of the requested formats.
    futures = _run_jobs(builder, jobs, workers, progress)
    results: dict[str, FilterResult] = {}
    failed: dict[str, PolyvitaError] = {}
    for job in jobs:
        name = job.filter.name
        try:
            results[name] = futures[name].result()
        except InputError as problem:
            builder.locate(problem, job.document)
            failed[name] = problem
        except ExternalError as problem:
            failed[name] = problem
    return results, failed


def _run_jobs(
    builder: FilterBuilder, jobs: Sequence[Job], workers: Workers | None, progress: Progress
) -> dict[str, Future[FilterResult]]:
    """Build all jobs in parallel. Return a finished future for each filter, by name.

    With workers, each process builds one filter after another. Without workers, threads of this process build several
    filters and their outputs at once, because Pandoc and Typst run outside the Python interpreter. The most expensive
    jobs start first.
    """
    order = sorted(jobs, key=lambda job: _estimate_cost(job, builder.plan.cv.vocabulary), reverse=True)
    threads = builder.request.shared.threads if builder.request.shared else 0
    cores = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as output_pool, ThreadPoolExecutor(workers.count + 1 if workers else cores) as pool:
        build_here = partial(builder.build_filter, pool=None if workers else output_pool)
        build_elsewhere = partial(workers.build_filter, state=builder.state) if workers else build_here
        free: SimpleQueue[Callable[[str], FilterResult]] = SimpleQueue()
        free.put(build_here)  # This process is ready first, so it gets the most expensive job.
        for _ in range(workers.count if workers else cores - 1):
            free.put(build_elsewhere)

        def build(name: str) -> FilterResult:
            slot = free.get()
            try:
                return slot(name)
            except WorkersUnavailableError:
                slot = build_here
                return slot(name)
            finally:
                free.put(slot)

        futures = {pool.submit(build, job.filter.name): job for job in order}
        try:
            builder.prepare()
            _report_progress(futures, progress)
        except BaseException:  # For example Ctrl-C.
            pool.shutdown(wait=False, cancel_futures=True)
            stop_typst()  # The end of the block waits for the threads.
            raise
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


def _write_outputs(
    builder: FilterBuilder, results: Mapping[str, FilterResult], ownership: Ownership
) -> list[FilterBuild]:
    """Write the outputs that have new content."""
    built = [(builder.jobs[name], result) for name, result in results.items()]
    refused: dict[Output, InputError] = {}
    new: dict[Output, bytes] = {}
    for job, result in built:
        for output, made in zip(job.outputs, result.outputs, strict=True):
            if made.content is not None:
                try:
                    ownership.check(output)
                    new[output] = made.content
                except InputError as problem:
                    refused[output] = problem
    builder.cache.announce(new)
    return [_write_filter(builder, job, result, ownership, refused) for job, result in built]


def _write_filter(
    builder: FilterBuilder,
    job: Job,
    result: FilterResult,
    ownership: Ownership,
    refused: Mapping[Output, InputError],
) -> FilterBuild:
    """Write the outputs of one filter that have new content and are not refused."""
    cache = builder.cache
    statuses: list[OutputStatus] = []
    findings: list[Finding] = []
    for output, made in zip(job.outputs, result.outputs, strict=True):
        status = OutputStatus(job.filter.name, output.path, made.pages, made.problem)
        if output in refused:
            status = status._replace(pages=None, problem=refused[output])
        elif made.content is not None:
            try:
                if moved := ownership.make_room(output, made.content):
                    findings.append(moved)
                unchanged = _write_output(output, made.content, force=builder.request.force, private=job.filter.private)
            except ExternalError as problem:
                problem.location = output.location
                cache.restore(output)
                status = status._replace(pages=None, problem=problem)
            else:
                input_hash = result.output_hashes[cache.output_name(output)]
                cache.store(job, output, input_hash, made.content, made.pages)
                status = status._replace(unchanged=unchanged)
        elif not made.problem:
            if job.filter.private:
                make_private(output.path)
            status = status._replace(pages=cache.keep(job, output).pages, unchanged=True)
        statuses.append(status)
    return FilterBuild(job, result, tuple(statuses), tuple(findings))


def _write_output(output: Output, content: bytes, *, force: bool, private: bool) -> bool:
    """Write one output, unless the file already has this content. Return whether it had."""
    unchanged = not force and is_same_content(output.path, content)
    if not unchanged:
        write_atomically(output.path, content, private=private)
    elif private:
        make_private(output.path)
    return unchanged


def _lint_source(builder: FilterBuilder, *, all_filters: bool) -> Iterator[Finding]:
    """Yield what looks wrong in the source. A tag counts as unused only if `all_filters` were read."""
    from polyvita.checks.lint import lint, names_in_use

    jobs = builder.plan.jobs
    names = names_in_use([(job.filter, job.rules) for job in jobs])
    text, folder = builder.plan.cv.document.text, builder.plan.folder
    # Pandoc filters may use any tag.
    all_filters = all_filters and not any(job.pandoc_filters for job in jobs)
    return lint(builder.plan.cv.parsed, text, folder, names, all_filters=all_filters)

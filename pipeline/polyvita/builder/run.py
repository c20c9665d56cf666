"""From a plan to files: every output of every filter, made in several processes or threads at once, then written.

Nothing is written before all is made: by then the last of the bad input has been found.
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
from polyvita.builder.filter_build import MEASURED, FilterBuilder, not_written
from polyvita.builder.filter_result import FilterBuild, FilterResult, OutputResult
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult, OutputStatus, Progress
from polyvita.builder.workers import Worker, WorkerDied, tell
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import ExternalError, Finding, InputError, Report, warning
from polyvita.core.files import delete_temporary_files, has_content, rename_edited_file, write_atomically
from polyvita.core.location import Location
from polyvita.reader import source_text
from polyvita.transforms.context import Vocabulary, satisfying


def run_build(request: BuildRequest, manifest: Manifest, helpers: Sequence[Worker], progress: Progress) -> BuildResult:
    """Build what differs from what the manifest remembers, and remember it. Raises `InputError` as `build` does."""
    started = time.time()
    filter_builder = FilterBuilder(request, manifest, tell=partial(tell, helpers) if helpers else None)
    todo, report = filter_builder.todo, filter_builder.todo.report
    if manifest.damaged:
        message = "what was built before cannot be told from this file any more, so all of it is built again"
        report.add(warning("PV323", message, Location(str(manifest.path))))
    outputs = (output.path for job in todo.jobs for output in job.outputs)
    delete_temporary_files([manifest.path, *outputs], before=started)
    works = list(_made(filter_builder, helpers, progress))
    if not request.filters and not request.formats:
        report.add(*filter_builder.cache.orphaned())
    _write(filter_builder.cache, works, force=request.force)
    found = [finding for work in works for finding in work.findings()]
    report.add(*(finding for finding in found if finding.severity != "info"))
    notes = tuple(finding for finding in found if finding.severity == "info")
    report.add(*check_values(todo.cv.written))
    if request.strict:
        report.add(*_proofs(filter_builder))
    filter_builder.cache.remember(works, report, notes)
    results = tuple(result for work in works for result in work.results)
    judged = {work.job.filter.name: work.verdicts for work in works if work.verdicts}
    return BuildResult(results, report, judged, notes, {w.job.filter.name: w.chosen for w in works if w.chosen})


# ---------------------------------------------------------------- make


def _made(filter_builder: FilterBuilder, helpers: Sequence[Worker], progress: Progress) -> Iterator[FilterBuild]:
    """Every filter's part, in their order. Raises `InputError` with all that is wrong in any of them."""
    jobs = [job for job in filter_builder.todo.jobs if job.outputs]  # all but those without a format that is asked for
    made = _finished(filter_builder, jobs, helpers, progress)
    wrong = list(filter_builder.todo.report)
    for job in jobs:
        match made[job.filter.name].exception():
            case InputError() as problem:
                wrong += filter_builder.located(problem, job.document)
            case None:
                wrong += made[job.filter.name].result().found
            case _:  # raised where it is asked for, unless the input is wrong, too
                pass
    if any(finding.severity == "error" and finding.code not in MEASURED for finding in wrong):
        raise InputError(*wrong)
    return (FilterBuild(structs.replace(job, report=Report()), made[job.filter.name].result()) for job in jobs)


def _finished(
    filter_builder: FilterBuilder, jobs: Sequence[Job], helpers: Sequence[Worker], progress: Progress
) -> dict[str, Future[FilterResult]]:
    """What became of each filter, by its name.

    With helpers, each process makes one filter after another. Without, this one makes several, and their outputs, side
    by side: Pandoc and Typst work outside the interpreter. What takes longest comes first.
    """
    order = sorted(jobs, key=lambda job: _effort(job, filter_builder.todo.cv.known), reverse=True)
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as making, ThreadPoolExecutor(len(helpers) + 1 if helpers else cores) as pool:
        here = partial(filter_builder.finish, pool=None if helpers else making)
        free: SimpleQueue[Callable[[str], FilterResult]] = SimpleQueue()
        free.put(here)  # which is ready first, and gets what takes longest
        for lane in [partial(helper.finish, read=filter_builder.read) for helper in helpers] or [here] * (cores - 1):
            free.put(lane)

        stopped = Event()

        def finish(name: str) -> FilterResult:
            lane = free.get()
            try:
                return lane(name)
            except WorkerDied:
                if stopped.is_set():
                    raise
                lane = here
                return lane(name)
            finally:
                free.put(lane)

        asked = {pool.submit(finish, job.filter.name): job for job in order}
        try:
            filter_builder.prepare()
            _follow(asked, progress)
        except BaseException:  # such as Ctrl-C
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            for helper in helpers:
                helper.process.kill()
            raise
    for helper in helpers:  # it ends while what it made is written
        helper.process.kill()
    return {job.filter.name: future for future, job in asked.items()}


def _follow(asked: Mapping[Future[FilterResult], Job], progress: Progress) -> None:
    """Say how far it is."""
    done, of = 0, sum(len(job.outputs) for job in asked.values())
    for made in as_completed(asked):
        done += len(asked[made].outputs)
        progress(done, of)


_EFFORT = {"pdf": 3, "docx": 2}
"""What formats take, in times of what others take."""
_BESIDE = 40
"""So many units would take as long as what there is to be done for any output."""
_IN_A_FORM = 120
"""So many units, or about that, are in a form, which has an outline that takes a few of each kind."""


def _effort(job: Job, known: Vocabulary | None) -> int:
    """About how much work a filter is: by how much of the CV it selects, and for which formats. To begin with the
    largest leaves no process without work while another is at its last one for long."""
    filter = job.filter
    contexts = known.contexts if known else ()
    select, drop = (satisfying(part) if part else None for part in (filter.select, filter.drop))
    selected = sum(1 for c in contexts if (not select or select(c)) and not (drop and drop(c)))
    units = _BESIDE + min(selected, _IN_A_FORM if filter.sections else selected)
    tries = 2 if filter.pages and filter.pages.fit else 1
    return units * tries * sum(_EFFORT.get(output.format, 1) for output in job.outputs)


# ---------------------------------------------------------------- write


def _write(cache: BuildCache, works: Sequence[FilterBuild], *, force: bool) -> None:
    """Write what differs from what is there."""
    new = [output for work in works for output, made in work.made() if made.content is not None]
    edited = {output for output in new if cache.manifest.was_edited(cache.name(output))}
    cache.begin(new)
    for work in works:
        for output, made in work.made():
            result = OutputStatus(work.job.filter.name, output.path, made.pages, made.problem)
            if made.content is not None:
                result = _write_one(cache, work, output, made, force=force, edited=output in edited)
            elif not made.problem:
                cache.watched(work.job, output)
                result = result._replace(pages=cache.pages(output), unchanged=True)
            work.results.append(result)


def _write_one(
    cache: BuildCache, work: FilterBuild, output: Output, made: OutputResult, *, force: bool, edited: bool
) -> OutputStatus:
    """An output that differs, or the reason why it is not there."""
    assert made.content is not None
    name = work.job.filter.name
    try:
        if edited:
            _set_aside(work, output)
        same = not force and has_content(output.path, made.content)
        if not same:
            write_atomically(output.path, made.content)
    except ExternalError as problem:
        cache.untouched(output)
        work.job.report.add(not_written(output, problem))
        return OutputStatus(name, output.path, problem=problem)
    cache.written(work, output, made)
    return OutputStatus(name, output.path, made.pages, unchanged=same)


def _set_aside(work: FilterBuild, output: Output) -> None:
    """What somebody changed by hand is not overwritten: it moves, and that is said."""
    aside = rename_edited_file(output.path)
    message = f"{output.path.name} was changed since it was built; as it was, it is now called {aside.name}"
    work.job.report.add(
        warning("PV324", message, output.location, "make the change in the CV or in the filter: there it stays")
    )


def _proofs(filter_builder: FilterBuilder) -> Iterator[Finding]:
    """What looks wrong in the source. What Pandoc filters look for, nobody knows."""
    from polyvita.checks.lint import lint, named_by

    jobs = filter_builder.todo.jobs
    known = not filter_builder.request.filters and not any(job.pandoc_filters for job in jobs)
    named = named_by([(job.filter, job.rules) for job in jobs])
    text, folder = source_text(filter_builder.request.source), filter_builder.todo.folder
    return lint(filter_builder.todo.cv.written, text, folder, named, all_filters=known)

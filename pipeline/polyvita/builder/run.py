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

from polyvita.builder.cache import Memory
from polyvita.builder.filter_build import MEASURED, Maker, not_written
from polyvita.builder.filter_result import Finished, Made, Work
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest
from polyvita.builder.request import Wish
from polyvita.builder.result import Built, Progress, Result
from polyvita.builder.workers import Gone, Helper, tell
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import Finding, InputError, OutsideError, Report, warning
from polyvita.core.files import clear_leftovers, holds, set_aside, write_whole
from polyvita.core.location import Place
from polyvita.reader import source_text
from polyvita.transforms.context import Vocabulary, satisfying


def produce(wish: Wish, manifest: Manifest, helpers: Sequence[Helper], progress: Progress) -> Built:
    """Build what differs from what the manifest remembers, and remember it. Raises `InputError` as `build` does."""
    started = time.time()
    maker = Maker(wish, manifest, tell=partial(tell, helpers) if helpers else None)
    todo, report = maker.todo, maker.todo.report
    if manifest.damaged:
        message = "what was built before cannot be told from this file any more, so all of it is built again"
        report.add(warning("PV323", message, Place(str(manifest.path))))
    outputs = (output.path for job in todo.jobs for output in job.outputs)
    clear_leftovers([manifest.path, *outputs], before=started)
    works = list(_made(maker, helpers, progress))
    if not wish.filters and not wish.formats:
        report.add(*maker.memory.orphaned())
    _write(maker.memory, works, force=wish.force)
    found = [finding for work in works for finding in work.findings()]
    report.add(*(finding for finding in found if finding.severity != "info"))
    notes = tuple(finding for finding in found if finding.severity == "info")
    report.add(*check_values(todo.cv.written))
    if wish.strict:
        report.add(*_proofs(maker))
    maker.memory.remember(works, report, notes)
    results = tuple(result for work in works for result in work.results)
    judged = {work.job.filter.name: work.verdicts for work in works if work.verdicts}
    return Built(results, report, judged, notes, {w.job.filter.name: w.chosen for w in works if w.chosen})


# ---------------------------------------------------------------- make


def _made(maker: Maker, helpers: Sequence[Helper], progress: Progress) -> Iterator[Work]:
    """Every filter's part, in their order. Raises `InputError` with all that is wrong in any of them."""
    jobs = [job for job in maker.todo.jobs if job.outputs]  # all but those without a format that is asked for
    made = _finished(maker, jobs, helpers, progress)
    wrong = list(maker.todo.report)
    for job in jobs:
        match made[job.filter.name].exception():
            case InputError() as problem:
                wrong += maker.placed(problem, job.document)
            case None:
                wrong += made[job.filter.name].result().found
            case _:  # raised where it is asked for, unless the input is wrong, too
                pass
    if any(finding.severity == "error" and finding.code not in MEASURED for finding in wrong):
        raise InputError(*wrong)
    return (Work(structs.replace(job, report=Report()), made[job.filter.name].result()) for job in jobs)


def _finished(
    maker: Maker, jobs: Sequence[Job], helpers: Sequence[Helper], progress: Progress
) -> dict[str, Future[Finished]]:
    """What became of each filter, by its name.

    With helpers, each process makes one filter after another. Without, this one makes several, and their outputs, side
    by side: Pandoc and Typst work outside the interpreter. What takes longest comes first.
    """
    order = sorted(jobs, key=lambda job: _effort(job, maker.todo.cv.known), reverse=True)
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as making, ThreadPoolExecutor(len(helpers) + 1 if helpers else cores) as pool:
        here = partial(maker.finish, pool=None if helpers else making)
        free: SimpleQueue[Callable[[str], Finished]] = SimpleQueue()
        free.put(here)  # which is ready first, and gets what takes longest
        for lane in [partial(helper.finish, read=maker.read) for helper in helpers] or [here] * (cores - 1):
            free.put(lane)

        stopped = Event()

        def finish(name: str) -> Finished:
            lane = free.get()
            try:
                return lane(name)
            except Gone:
                if stopped.is_set():
                    raise
                lane = here
                return lane(name)
            finally:
                free.put(lane)

        asked = {pool.submit(finish, job.filter.name): job for job in order}
        try:
            maker.prepare()
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


def _follow(asked: Mapping[Future[Finished], Job], progress: Progress) -> None:
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


def _write(memory: Memory, works: Sequence[Work], *, force: bool) -> None:
    """Write what differs from what is there."""
    new = [output for work in works for output, made in work.made() if made.content is not None]
    edited = {output for output in new if memory.manifest.was_edited(memory.name(output))}
    memory.begin(new)
    for work in works:
        for output, made in work.made():
            result = Result(work.job.filter.name, output.path, made.pages, made.problem)
            if made.content is not None:
                result = _write_one(memory, work, output, made, force=force, edited=output in edited)
            elif not made.problem:
                memory.watched(work.job, output)
                result = result._replace(pages=memory.pages(output), unchanged=True)
            work.results.append(result)


def _write_one(memory: Memory, work: Work, output: Output, made: Made, *, force: bool, edited: bool) -> Result:
    """An output that differs, or the reason why it is not there."""
    assert made.content is not None
    name = work.job.filter.name
    try:
        if edited:
            _set_aside(work, output)
        same = not force and holds(output.path, made.content)
        if not same:
            write_whole(output.path, made.content)
    except OutsideError as problem:
        memory.untouched(output)
        work.job.report.add(not_written(output, problem))
        return Result(name, output.path, problem=problem)
    memory.written(work, output, made)
    return Result(name, output.path, made.pages, unchanged=same)


def _set_aside(work: Work, output: Output) -> None:
    """What somebody changed by hand is not overwritten: it moves, and that is said."""
    aside = set_aside(output.path)
    message = f"{output.path.name} was changed since it was built; as it was, it is now called {aside.name}"
    work.job.report.add(
        warning("PV324", message, output.place, "make the change in the CV or in the filter: there it stays")
    )


def _proofs(maker: Maker) -> Iterator[Finding]:
    """What looks wrong in the source. What Pandoc filters look for, nobody knows."""
    from polyvita.checks.lint import named_by, proofread

    jobs = maker.todo.jobs
    known = not maker.wish.filters and not any(job.pandoc_filters for job in jobs)
    named = named_by([(job.filter, job.rules) for job in jobs])
    text, folder = source_text(maker.wish.source), maker.todo.folder
    return proofread(maker.todo.cv.written, text, folder, named, all_filters=known)

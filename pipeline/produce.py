"""From a plan to finished files: every output of every filter, written side by side, then held against the rules.

What a filter selects is compared with what it selected last time, and what a writer is given with what it was given:
only what differs is done again (`memory`).
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from pipeline.built import Built, Result
from pipeline.diagnostics import (
    DoesNotFit,
    Finding,
    InputError,
    OutsideError,
    PolyvitaError,
    Report,
    Withheld,
    error,
    warning,
)
from pipeline.document import Document
from pipeline.files import clear_leftovers, holds, is_file, set_aside, write_whole
from pipeline.fit import TooLong, fit_pages
from pipeline.flow import Shown, keep, lay_of, show
from pipeline.leaks import secrets, words_of
from pipeline.manifest import Manifest, of_settings, of_source
from pipeline.memory import Memory
from pipeline.place import Place
from pipeline.plan import Job, Output, Plan, plan
from pipeline.reader import source_text
from pipeline.verdicts import verdicts
from pipeline.work import Wish, Work
from pipeline.writers import page_count, write
from pipeline.writers.lower import lower
from pipeline.writers.pandoc import run_filters
from pipeline.writers.to_pandoc import to_pandoc

MEASURED = {"PV311"}
"""Errors that are measures, not mistakes: the outputs are written all the same."""


_LONGEST_FIRST = {"pdf": -2, "docx": -1}
"""Formats that take longer than others."""


def produce(wish: Wish, manifest: Manifest) -> Built:
    """Build what differs from what the manifest remembers, and remember it. Raises `InputError` as `build` does."""
    started, source, settings = time.time(), of_source(wish.source), of_settings(wish.source)
    todo = plan(wish.source, wish.filters, wish.formats, wish.folder, wish.now.seconds)
    if manifest.damaged:
        message = "what was built before cannot be told from this file any more, so all of it is built again"
        todo.report.add(warning("PV323", message, Place(str(manifest.path))))
    outputs = (output.path for job in todo.jobs for output in job.outputs)
    clear_leftovers([manifest.path, *outputs], before=started)
    public = next((job for job in todo.jobs if not job.filter.private), todo.jobs[0])
    hidden = secrets(wish.source, public.document, (job.lang for job in todo.jobs))
    memory = Memory(manifest, wish, todo, hidden, source=source, settings=settings)
    # Pandoc and Typst do most of the work, outside the interpreter: threads keep all cores busy with it, while others
    # prepare what comes next.
    with ThreadPoolExecutor(os.cpu_count()) as preparing, ThreadPoolExecutor(os.cpu_count()) as making:
        return _Build(wish, todo, memory, making).run(preparing)


class _Build:
    """A build on its way. Files are made as soon as their filter is prepared; they are written when all are prepared,
    and judged when those of their filter are written."""

    def __init__(self, wish: Wish, todo: Plan, memory: Memory, making: ThreadPoolExecutor) -> None:
        self.wish, self.todo, self.memory, self.secrets, self.making = wish, todo, memory, memory.secrets, making

    def run(self, preparing: ThreadPoolExecutor) -> Built:
        works = self.prepare(preparing)
        self.write_and_judge([work for work in works if work.page])
        found = [finding for work in works for finding in work.findings()]
        self.todo.report.add(*(finding for finding in found if finding.severity != "info"))
        notes = tuple(finding for finding in found if finding.severity == "info")
        if self.wish.strict:
            self.todo.report.add(*self.proofs())
        self.memory.remember(works, self.todo.report, notes)
        results = tuple(result for work in works for result in work.results)
        judged = {work.job.filter.name: work.verdicts for work in works if work.verdicts}
        return Built(results, self.todo.report, judged, notes, {w.job.filter.name: w.chosen for w in works if w.chosen})

    # ------------------------------------------------------------ prepare

    def prepare(self, pool: ThreadPoolExecutor) -> list[Work]:
        """Every filter's part, in their order. Here the last of the bad input is found, before anything is written;
        raises `InputError` with all of it. What takes longest comes first: what was largest, or has to be fitted."""
        jobs = [job for job in self.todo.jobs if job.outputs]  # all but those without a format that is asked for
        order = sorted(jobs, key=lambda job: (-_size(job), not (job.filter.pages and job.filter.pages.fit)))
        asked = {job.filter.name: pool.submit(self.prepare_one, job) for job in order}
        works: list[Work] = []
        wrong = list(self.todo.report)
        for job in jobs:
            try:
                work = asked[job.filter.name].result()
            except InputError as problem:
                wrong += self.placed(problem, job.document)
            else:
                works.append(work)
                wrong += work.job.report
        if any(finding.severity == "error" and finding.code not in MEASURED for finding in wrong):
            self.making.shutdown(cancel_futures=True)
            raise InputError(*wrong)
        return works

    def prepare_one(self, job: Job) -> Work:
        job = dataclasses.replace(job, report=Report())
        kept = keep(job)
        work = Work(job, self.memory.made_from(job, kept))
        if self.memory.recall(work):
            return work
        try:
            work.shown = show(job, self.todo.folder, kept)
        except DoesNotFit as problem:
            work.results = [Result(job.filter.name, output.path, problem=problem) for output in job.outputs]
            return work
        ast = to_pandoc(work.shown.document, words=bool(job.pandoc_filters))
        try:
            work.page = lower(run_filters(ast, job.pandoc_filters) if job.pandoc_filters else ast)
        except OutsideError as problem:
            raise OutsideError(str(problem), problem.hint, job.filter.place("pandoc_filters")) from problem
        chosen, dressed, words = work.shown.chosen, work.shown.document, words_of(work.page)
        work.watch = self.secrets.watch(words, chosen, dressed, private=job.filter.private)
        work.keys = self.memory.keys(job, work.page)
        stale = [output for output in job.outputs if not self.memory.is_current(work, output)]
        stale.sort(key=lambda output: _LONGEST_FIRST.get(output.format, 0))
        work.made = {output: self.making.submit(self.make, work, output) for output in stale}
        return work

    def make(self, work: Work, output: Output) -> bytes:
        """The finished file, which tells nothing that it should not. Raises what its writer does, and `Withheld`."""
        job, page = work.job, work.page
        assert page is not None
        folder, reference = self.todo.folder, job.reference
        content = write(page, output.format, theme=job.theme, info=job.info, folder=folder, reference=reference)
        if told := work.watch(output.path.name, output.format, content):
            raise Withheld(*told)
        return content

    # ------------------------------------------------------------ write

    def write_and_judge(self, works: Sequence[Work]) -> None:
        """Write what differs from what is there, and judge a filter's outputs as soon as all of them are."""
        asked = {made: (work, output) for work in works for output, made in work.made.items()}
        edited = {o for _, o in asked.values() if self.memory.manifest.was_edited(self.memory.name(o))}
        self.memory.begin(output for _, output in asked.values())
        for work in works:
            work.results = [self.keep_one(work, output) for output in work.job.outputs]
        left = Counter(work.job.filter.name for work, _ in asked.values())
        judging = [self.making.submit(self.judge_one, work) for work in works if not work.made]
        for done, made in enumerate(as_completed(asked), 1):
            work, output = asked[made]
            work.results[work.job.outputs.index(output)] = self.write_one(work, output, made, edited=output in edited)
            left[work.job.filter.name] -= 1
            if not left[work.job.filter.name]:
                judging.append(self.making.submit(self.judge_one, work))
            self.wish.progress(done, len(asked))
        for judged in judging:
            judged.result()

    def set_aside(self, work: Work, output: Output) -> None:
        """What somebody changed by hand is not overwritten: it moves, and that is said."""
        aside = set_aside(output.path)
        message = f"{output.path.name} was changed since it was built; as it was, it is now called {aside.name}"
        hint = "what is changed in the CV or in the filter stays"
        work.job.report.add(warning("PV324", message, output.place, hint))

    def write_one(self, work: Work, output: Output, made: Future[bytes], *, edited: bool) -> Result:
        """An output that differs, or the reason why it is not there."""
        try:
            content = made.result()
            if edited:
                self.set_aside(work, output)
            same = not self.wish.force and holds(output.path, content)
            if not same:
                write_whole(output.path, content)
        except (InputError, Withheld, OutsideError) as problem:
            self.memory.untouched(output)
            return self.failed(work, output, problem)
        pages = page_count(content) if output.format == "pdf" else None
        self.memory.written(work, output, content, pages)
        return Result(work.job.filter.name, output.path, pages, unchanged=same)

    def keep_one(self, work: Work, output: Output) -> Result:
        """An output that is there as it would be written. What nobody should see may be another than it was."""
        if output not in work.made and not self.memory.was_watched(work, output):
            if told := work.watch(output.path.name, output.format, output.path.read_bytes()):
                return self.failed(work, output, Withheld(*told))
            self.memory.watched(work, output)
        return self.memory.as_it_was(work, output)

    def failed(self, work: Work, output: Output, problem: PolyvitaError) -> Result:
        """What kept an output from being written, said."""
        match problem:
            case InputError():
                assert work.shown is not None
                work.job.report.add(*self.placed(problem, work.shown.document))
            case Withheld():
                work.job.report.add(*problem.findings)
            case OutsideError():
                work.job.report.add(error("PV301", str(problem), output.place, problem.hint))
        return Result(work.job.filter.name, output.path, problem=problem)

    def placed(self, problem: InputError, document: Document) -> tuple[Finding, ...]:
        """What a writer refuses, with its place in the source."""
        from pipeline.proofreading import placed

        return placed(problem, document, source_text(self.wish.source), self.todo.folder)

    # ------------------------------------------------------------ judge

    def proofs(self) -> Iterator[Finding]:
        """What looks wrong in the source. What Pandoc filters look for, nobody knows."""
        from pipeline.proofreading import named_by, proofread

        jobs = self.todo.jobs
        known = not self.wish.filters and not any(job.pandoc_filters for job in jobs)
        named = named_by([(job.filter, job.rules) for job in jobs])
        text, folder = source_text(self.wish.source), self.todo.folder
        return proofread(self.todo.document, text, folder, named, all_filters=known)

    def judge_one(self, work: Work) -> None:
        """What the filter and its recipients' rules say of the outputs that were written."""
        job, lost = work.job, {result.path for result in work.results if result.problem}
        assert work.shown
        assert work.page
        for result in work.results:
            if result.pages and job.filter.pages and result.pages > job.filter.pages.most:
                job.report.add(_over(self.todo, work.shown, result.path.name, result.pages, job.filter.pages.most))
        written = [output for output in job.outputs if output.path not in lost]
        if job.rules and written:
            document, page, folder = work.shown.document, work.page, self.todo.folder
            thorough = {"word_pages": self.wish.word_pages, "strict": self.wish.strict}
            work.verdicts = tuple(verdicts(job, document, page, written, folder, **thorough))


def _size(job: Job) -> int:
    """The bytes of a filter's outputs as they are now."""
    return sum(output.path.stat().st_size for output in job.outputs if is_file(output.path))


def _over(todo: Plan, shown: Shown, name: str, pages: int, most: int) -> Finding:
    """By how much an output has too many pages, and what would have to go."""
    lay, place = lay_of(shown.job, todo.folder), shown.job.filter.place("pages.most")
    layout = lay(shown.kept)
    over = max(1, round((layout.height - most * layout.room) / layout.line))
    allowed = f"{most} at most {'are' if most > 1 else 'is'} allowed"
    message = f"{name} has {pages} pages, {allowed}: it is over by {over} line{'s' if over > 1 else ''}"
    try:
        gone = fit_pages(shown.kept, lay, most=most).left_out
    except TooLong:
        return error("PV302", message, place, "all of it has priority 1: select less")
    lines = ", ".join(str(unit.node.place.line) for unit in gone)
    return error(
        "PV302",
        message,
        place,
        f"“fit: drop” would leave out {len(gone)} units, those in line{'s' if len(gone) > 1 else ''} {lines}",
    )

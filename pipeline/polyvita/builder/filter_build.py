"""One filter at a time, from what it selects to finished files that are held against the rules; none is written here.

What a filter selects is compared with what it selected last time, and what a writer is given with what it was given:
only what differs is done again (`cache`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from polyvita.builder.cache import BuildCache
from polyvita.builder.filter_result import FilterResult, OutputResult
from polyvita.builder.fit import TooLong, fit_pages
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest, of_settings, of_source, of_text
from polyvita.builder.plan import plan, plan_told
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import FitSummary
from polyvita.builder.steps import Shown, keep, lay_of, show
from polyvita.checks.disclosure import Watch, secrets, words_of
from polyvita.checks.inspect import page_count
from polyvita.core.diagnostics import (
    DoesNotFitError,
    ExternalError,
    Finding,
    InputError,
    PolyvitaError,
    Report,
    WithheldError,
    error,
)
from polyvita.core.document import Document
from polyvita.reader import source_text
from polyvita.writers import write
from polyvita.writers.pandoc import run_filters
from polyvita.writers.prepare import Page, prepare
from polyvita.writers.to_pandoc import to_pandoc

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from polyvita.checks.rules.engine import Verdict

MEASURED = {"PV311"}
"""Errors that are measures, not mistakes: the outputs are written all the same."""
_LONGEST_FIRST = {"pdf": -2, "docx": -1}
"""Formats that take longer than others."""


class FilterBuilder:
    """All that is needed to make what any filter asks for: the plan, the manifest in use, what no output may hold.

    `read` is a hash of source, settings and manifest: two makers with the same one have read the same. `tell` hears of
    the CV as soon as it is read; where another process reads it, `told` gives what is told of it. Raises `InputError`
    where the source or a filter is wrong.
    """

    def __init__(
        self,
        request: BuildRequest,
        manifest: Manifest,
        *,
        tell: Callable[[Document], None] | None = None,
        told: Callable[[], Document] | None = None,
    ) -> None:
        self.request, self.manifest = request, manifest
        self.source, self.settings = of_source(request.source), of_settings(request.source)
        self.read = of_text(self.source, self.settings, manifest.stamp)
        what = request.filters, request.formats, request.folder, request.now.seconds
        self.todo = plan_told(request.source, *what, document=told) if told else plan(request.source, *what, tell=tell)
        self.jobs = {job.filter.name: job for job in self.todo.jobs}
        self._preparing, self._prepared = Lock(), False

    def prepare(self) -> None:
        """Learn what no output may hold, and what is remembered of the last build. It can wait until helpers are at
        work; whoever needs it first does it. Raises `InputError` where the private data cannot be read."""
        with self._preparing:
            if not self._prepared:
                jobs = self.todo.jobs
                public = next((job for job in jobs if not job.filter.private), jobs[0])
                self.secrets = secrets(self.request.source, public.document, (job.lang for job in jobs))
                self.cache = BuildCache(
                    self.manifest, self.request, self.todo, self.secrets, source=self.source, settings=self.settings
                )
                self._prepared = True

    def finish(self, name: str, pool: ThreadPoolExecutor | None = None) -> FilterResult:
        """What becomes of a filter, its outputs made side by side where there is a `pool`.

        Raises `InputError` where what it selects cannot be shown, and `ExternalError` where a Pandoc filter fails. What
        fails for one output alone is said of it.
        """
        self.prepare()
        job = structs.replace(self.jobs[name], report=Report())
        kept = keep(job)
        made_from = self.cache.made_from(job, kept)
        if remembered := self.cache.recall(job, made_from):
            return FilterResult(made_from, tuple(OutputResult() for _ in job.outputs), remembered=remembered)
        try:
            shown = show(job, self.todo.folder, kept)
        except DoesNotFitError as problem:
            return FilterResult(
                made_from, tuple(OutputResult(problem=problem) for _ in job.outputs), found=tuple(job.report)
            )
        page = self.page(job, shown)
        found = tuple(job.report)
        if any(finding.severity == "error" and finding.code not in MEASURED for finding in found):
            return FilterResult(made_from, found=found)
        watch = self.secrets.watch(words_of(page), shown.chosen, shown.document, private=job.filter.private)
        part = _Part(self, job, shown, page, watch, self.cache.keys(job, page))
        made = part.made(pool)
        judged = tuple(part.judged(made))
        said = tuple(finding for finding in job.report if finding not in found)
        fitted = FitSummary(shown.fitted.summary(), shown.fitted.as_data()) if shown.fitted else None
        return FilterResult(made_from, made, part.keys, found, said, fitted, judged)

    def page(self, job: Job, shown: Shown) -> Page:
        """What all writers are given."""
        if not job.pandoc_filters:
            return prepare(to_pandoc(shown.document, words=False), words=False)
        try:
            return prepare(run_filters(to_pandoc(shown.document), job.pandoc_filters))
        except ExternalError as problem:
            raise ExternalError(str(problem), problem.hint, job.filter.location("pandoc_filters")) from problem

    def located(self, problem: InputError, document: Document) -> tuple[Finding, ...]:
        """What a step or a writer refuses, with its place in the source."""
        from polyvita.checks.lint import located

        return located(problem, document, source_text(self.request.source), self.todo.folder)


class _Part(Struct, frozen=True):
    """One filter's part, ready for the writers; `watch` is the last look at its outputs."""

    filter_builder: FilterBuilder
    job: Job
    shown: Shown
    page: Page
    watch: Watch
    keys: dict[str, str]

    def made(self, pool: ThreadPoolExecutor | None) -> tuple[OutputResult, ...]:
        """What becomes of each output, in their order. What takes longest comes first."""
        order = sorted(self.job.outputs, key=lambda output: _LONGEST_FIRST.get(output.format, 0))
        made = dict(zip(order, (pool.map if pool else map)(self.make, order), strict=True))
        return tuple(made[output] for output in self.job.outputs)

    def make(self, output: Output) -> OutputResult:
        """The finished file, which tells nothing that it should not; or that what is there is as it should be."""
        cache = self.filter_builder.cache
        stays = cache.is_current(output, self.keys)
        try:
            if not stays:
                content = self.write(output)
            elif not cache.was_watched(self.job, output):  # what nobody should see may be another than it was
                content = output.path.read_bytes()
            else:
                return OutputResult(pages=cache.pages(output))
            if told := self.watch(output.path.name, output.format, content):
                raise WithheldError(*told)
        except (InputError, WithheldError, ExternalError) as problem:
            self.job.report.add(*self.said(output, problem))
            return OutputResult(problem=problem)
        pages = page_count(content) if output.format == "pdf" else None
        return OutputResult(None if stays else content, pages=pages)

    def write(self, output: Output) -> bytes:
        job, folder = self.job, self.filter_builder.todo.folder
        return write(self.page, output.format, theme=job.theme, info=job.info, folder=folder, reference=job.reference)

    def said(self, output: Output, problem: PolyvitaError) -> tuple[Finding, ...]:
        """What keeps an output from being written, as findings."""
        match problem:
            case InputError():
                return self.filter_builder.located(problem, self.shown.document)
            case WithheldError():
                return problem.findings
            case _:
                return (not_written(output, problem),)

    def judged(self, made: tuple[OutputResult, ...]) -> Iterator[Verdict]:
        """What the filter and its recipients' rules say of the outputs that there are."""
        job, request, most = self.job, self.filter_builder.request, self.job.filter.pages and self.job.filter.pages.most
        there = [(output, one) for output, one in zip(job.outputs, made, strict=True) if not one.problem]
        for output, one in there:
            if one.pages and most and one.pages > most:
                job.report.add(self.over(output.path.name, one.pages, most))
        if job.rules and there:
            from polyvita.builder.rule_check import verdicts

            files = [(o, o.path.read_bytes() if one.content is None else one.content) for o, one in there]
            thorough = {"word_pages": request.word_pages, "strict": request.strict}
            yield from verdicts(job, self.shown.document, self.page, files, self.filter_builder.todo.folder, **thorough)

    def over(self, name: str, pages: int, most: int) -> Finding:
        """By how much an output has too many pages, and what would have to go."""
        lay, location = lay_of(self.job, self.filter_builder.todo.folder), self.job.filter.location("pages.most")
        layout = lay(self.shown.kept)
        over = max(1, round((layout.height - most * layout.room) / layout.line))
        allowed = f"{most} at most {'are' if most > 1 else 'is'} allowed"
        message = f"{name} has {pages} pages, {allowed}: it is over by {over} line{'s' if over > 1 else ''}"
        try:
            gone = fit_pages(self.shown.kept, lay, most=most).left_out
        except TooLong:
            return error("PV302", message, location, "all of it has priority 1: select less")
        lines = ", ".join(str(unit.node.location.line) for unit in gone)
        hint = f"“fit: drop” would leave out {len(gone)} units, those in line{'s' if len(gone) > 1 else ''} {lines}"
        return error("PV302", message, location, hint)


def not_written(output: Output, problem: PolyvitaError) -> Finding:
    """That something outside the program kept an output from being there."""
    return error("PV301", str(problem), output.location, getattr(problem, "hint", ""))

"""Build one filter: select, fit, render and check, up to finished files in memory. Nothing is written here.

Two comparisons save work. If a filter selects the same content as in the last build, nothing is rendered. If a writer
would get the same input as in the last build, that output is not rendered (see `cache`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from polyvita.builder.cache import BuildCache
from polyvita.builder.filter_result import FilterResult, OutputResult
from polyvita.builder.fit import TooLongError, fit_pages
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest, hash_settings, hash_source, hash_text
from polyvita.builder.plan import make_plan, make_plan_in_worker
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import FitSummary
from polyvita.builder.steps import FilteredDocument, apply_filter, apply_selection, layout_function
from polyvita.checks.disclosure import OutputCheck, load_disclosure_checker, prepared_text
from polyvita.checks.inspect import inspect
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
from polyvita.core.formats import format_of
from polyvita.writers import write
from polyvita.writers.fonts import resolve_fonts
from polyvita.writers.pandoc import run_pandoc_filters
from polyvita.writers.prepare import PreparedDocument, prepare
from polyvita.writers.to_pandoc import to_pandoc

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from polyvita.checks.inspect.model import Inspection
    from polyvita.checks.rules.engine import Verdict

NON_BLOCKING_ERRORS = {"PV311"}
"""Codes of errors that do not stop the build: the outputs break a limit, but they are written."""


class FilterBuilder:
    """Everything that is needed to build any filter: the plan, the cache and the texts that no output may show.

    `input_hash` is the hash of the source, the settings and the manifest. If two processes have the same hash, they
    have read the same files. `on_document` is called with the CV as soon as it is read. In a worker process,
    `receive_document` returns the CV, which the main process reads. Raises `InputError` if the source or a filter is
    wrong.
    """

    def __init__(
        self,
        request: BuildRequest,
        manifest: Manifest,
        *,
        on_document: Callable[[Document], None] | None = None,
        receive_document: Callable[[], Document] | None = None,
    ) -> None:
        self.request, self.manifest = request, manifest
        self.source_hash, self.settings_hash = hash_source(request.source), hash_settings(request.source)
        self.input_hash = hash_text(self.source_hash, self.settings_hash, manifest.content_hash)
        formats, outputs, timestamp = request.formats, request.output_folder, request.now.seconds
        if receive_document:
            self.plan = make_plan_in_worker(
                request.source,
                request.filters,
                formats=formats,
                outputs=outputs,
                timestamp=timestamp,
                receive_document=receive_document,
            )
        else:
            self.plan = make_plan(
                request.source,
                request.filters,
                formats=formats,
                outputs=outputs,
                timestamp=timestamp,
                on_document=on_document,
            )
        self.jobs = {job.filter.name: job for job in self.plan.jobs}
        self._preparing, self._prepared = Lock(), False

    def prepare(self) -> None:
        """Read the private data and the comments, and set up the cache. The first caller does the work.

        This is not part of the constructor, so that worker processes can already start. Raises `InputError` if the
        private data cannot be read.
        """
        with self._preparing:
            if not self._prepared:
                jobs = self.plan.jobs
                public = next((job for job in jobs if not job.filter.private), jobs[0])
                self.disclosure_checker = load_disclosure_checker(
                    self.request.source, public.document, (job.lang for job in jobs)
                )
                self.cache = BuildCache(
                    self.manifest,
                    self.request,
                    self.plan,
                    self.disclosure_checker,
                    source_hash=self.source_hash,
                    settings_hash=self.settings_hash,
                )
                self._prepared = True

    def build_filter(self, name: str, pool: ThreadPoolExecutor | None = None) -> FilterResult:
        """Build the outputs of a filter, in parallel if there is a `pool`.

        Raises `InputError` if the selected content cannot be shown, and `ExternalError` if a Pandoc filter fails. A
        problem of one output is in the result of that output.
        """
        self.prepare()
        job = structs.replace(self.jobs[name], report=Report())
        selected = apply_selection(job)
        input_hash = self.cache.input_hash(job, selected)
        if cached := self.cache.lookup(job, input_hash):
            return FilterResult(input_hash, tuple(OutputResult() for _ in job.outputs), cached=cached)
        try:
            filtered = apply_filter(job, self.plan.folder, selected)
        except DoesNotFitError as problem:
            failed = tuple(OutputResult(problem=problem) for _ in job.outputs)
            return FilterResult(input_hash, failed, content_findings=tuple(job.report))
        prepared = self._prepare_document(job, filtered)
        text = prepared_text(prepared)
        job.report.add(*self._substitute_fonts(job, filtered.document, text))
        content_findings = tuple(job.report)
        if any(f.severity == "error" and f.code not in NON_BLOCKING_ERRORS for f in content_findings):
            return FilterResult(input_hash, content_findings=content_findings)
        find_disclosures = self.disclosure_checker.output_check(
            text, filtered.fitted, filtered.document, private=job.filter.private
        )
        hashes = self.cache.output_hashes(job, prepared)
        output_builder = _OutputBuilder(self, job, filtered, prepared, find_disclosures, hashes)
        built = output_builder.build_all(pool)
        verdicts = tuple(output_builder.check_outputs(built))
        return FilterResult(
            input_hash,
            tuple(result for result, _ in built),
            hashes,
            content_findings,
            output_findings=tuple(finding for finding in job.report if finding not in content_findings),
            fit=FitSummary(filtered.fit.summary(), filtered.fit.as_data()) if filtered.fit else None,
            verdicts=verdicts,
        )

    def _prepare_document(self, job: Job, filtered: FilteredDocument) -> PreparedDocument:
        """Return the document that all writers get, after the Pandoc filters of the job."""
        if not job.pandoc_filters:
            return prepare(to_pandoc(filtered.document, split_words=False), split_words=False)
        try:
            return prepare(run_pandoc_filters(to_pandoc(filtered.document), job.pandoc_filters))
        except ExternalError as problem:
            raise ExternalError(str(problem), problem.hint, job.filter.location("pandoc_filters")) from problem

    def _substitute_fonts(self, job: Job, document: Document, text: str) -> tuple[Finding, ...]:
        """Return a finding for each script that a PDF shows in another font than that of the theme."""
        if text.isascii() or not any(format_of(output.format).paged for output in job.outputs):
            return ()
        substitutes = resolve_fonts(job.theme, self.plan.folder, text, job.lang).substitutes
        if not substitutes:
            return ()
        from polyvita.checks.lint.locate import locate_substitutes

        source = self.plan.cv.document.text
        return tuple(locate_substitutes(substitutes, job.theme.font_pdf[0], document, source, self.plan.folder))

    def locate_findings(self, problem: InputError, document: Document) -> tuple[Finding, ...]:
        """Return the findings of a step or a writer, with their locations in the source."""
        from polyvita.checks.lint.locate import locate_findings

        return locate_findings(problem, document, self.plan.cv.document.text, self.plan.folder)


_Built = tuple[OutputResult, "Inspection | None"]
"""An output, and the inspection of its file if the file was read."""


class _OutputBuilder(Struct, frozen=True):
    """Builds the outputs of one filter. `find_disclosures` searches a finished file for texts that it must not show."""

    filter_builder: FilterBuilder
    job: Job
    filtered: FilteredDocument
    prepared: PreparedDocument
    find_disclosures: OutputCheck
    output_hashes: dict[str, str]

    def build_all(self, pool: ThreadPoolExecutor | None) -> tuple[_Built, ...]:
        """Return the result of each output, in the order of the job. The slowest formats start first."""
        order = sorted(self.job.outputs, key=lambda output: -format_of(output.format).cost)
        results = dict(zip(order, (pool.map if pool else map)(self.build, order), strict=True))
        return tuple(results[output] for output in self.job.outputs)

    def build(self, output: Output) -> _Built:
        """Render and check one output. If the file on disk is up to date, do not render it."""
        cache = self.filter_builder.cache
        is_current = cache.is_current(output, self.output_hashes)
        try:
            if not is_current:
                content = self.render(output)
            elif not cache.is_disclosure_checked(self.job, output):  # The private data or the comments have changed.
                content = output.path.read_bytes()
            else:
                return OutputResult(pages=cache.page_count(output)), None
            inspection = inspect(output.format, content)
            if disclosures := self.find_disclosures(output.path.name, output.format, inspection):
                raise WithheldError(*disclosures)
        except (InputError, WithheldError, ExternalError) as problem:
            self.job.report.add(*self.findings_of(output, problem))
            return OutputResult(problem=problem), None
        return OutputResult(None if is_current else content, pages=inspection.pages), inspection

    def render(self, output: Output) -> bytes:
        return write(
            self.prepared,
            output.format,
            theme=self.job.theme,
            info=self.job.info,
            folder=self.filter_builder.plan.folder,
            reference=self.job.reference,
        )

    def findings_of(self, output: Output, problem: PolyvitaError) -> tuple[Finding, ...]:
        """Return the findings for a problem that prevents an output."""
        match problem:
            case InputError():
                return self.filter_builder.locate_findings(problem, self.filtered.document)
            case WithheldError():
                return problem.findings
            case _:
                return (external_error_finding(output, problem),)

    def check_outputs(self, built: tuple[_Built, ...]) -> Iterator[Verdict]:
        """Check the finished outputs against the page limit of the filter and against its rules."""
        job, request, folder = self.job, self.filter_builder.request, self.filter_builder.plan.folder
        most = job.filter.pages and job.filter.pages.most
        finished = [(output, *pair) for output, pair in zip(job.outputs, built, strict=True) if not pair[0].problem]
        for output, result, _ in finished:
            if result.pages and most and result.pages > most:
                job.report.add(self.too_many_pages(output.path.name, result.pages, most))
        if job.rules and finished:
            from polyvita.builder.rule_check import check_against_rules

            files = [(o, inspection or inspect(o.format, o.path.read_bytes())) for o, _, inspection in finished]
            yield from check_against_rules(
                job,
                self.filtered.document,
                self.prepared,
                files,
                folder,
                word_pages=request.word_pages,
                strict=request.strict,
            )

    def too_many_pages(self, name: str, pages: int, most: int) -> Finding:
        """Return the error for an output that has too many pages. The hint lists what `fit` would leave out."""
        lay_out = layout_function(self.job, self.filter_builder.plan.folder)
        location = self.job.filter.location("pages.most")
        layout = lay_out(self.filtered.selected)
        excess = max(1, round((layout.height - most * layout.area_height) / layout.line_height))
        lines = f"{excess} line{'s' if excess > 1 else ''}"
        message = f"{name} has {pages} pages (maximum {most}); it is {lines} too long"
        try:
            left_out = fit_pages(self.filtered.selected, lay_out, most=most).left_out
        except TooLongError:
            return error("PV302", message, location, "select less: all of the content has priority 1")
        count = f"{len(left_out)} unit{'s' if len(left_out) != 1 else ''}"
        numbers = ", ".join(str(unit.node.location.line) for unit in left_out)
        hint = f"add “fit: drop” to leave out {count} (line{'s' if len(left_out) > 1 else ''} {numbers})"
        return error("PV302", message, location, hint)


def external_error_finding(output: Output, problem: PolyvitaError) -> Finding:
    """Return the error for an output that something outside the program prevents."""
    return error("PV301", str(problem), output.location, getattr(problem, "hint", ""))

"""Build one filter: select, fit, render and check, up to finished files in memory. Nothing is written here.

Two comparisons save work. If a filter selects the same content as in the last build, nothing is rendered. If a writer
would get the same input as in the last build, that output is not rendered (see `cache`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pkgutil import resolve_name
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from polyvita.builder.cache import BuildCache
from polyvita.builder.filter_result import FilterResult, OutputResult
from polyvita.builder.fit import TooLongError, asks_to_fit, fit_pages
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest, hash_text
from polyvita.builder.plan import Plan
from polyvita.builder.request import BuildRequest, SharedSettings
from polyvita.builder.result import FitSummary
from polyvita.builder.steps import FilteredDocument, apply_filter, apply_selection, layout_function
from polyvita.checks.disclosure import DisclosureChecker, OutputCheck, load_disclosure_checker, prepared_text
from polyvita.checks.inspect import inspect
from polyvita.checks.seams import find_seams
from polyvita.checks.unusable_images import find_unusable_images
from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import DoesNotFitError, ExternalError, Finding, InputError, WithheldError, error
from polyvita.core.document import Document, walk
from polyvita.core.formats import format_of
from polyvita.core.location import line_label
from polyvita.transforms import replace_images
from polyvita.writers import write
from polyvita.writers.fonts import resolve_fonts
from polyvita.writers.pandoc import run_pandoc_filters
from polyvita.writers.prepare import PreparedDocument, place_dates, prepare
from polyvita.writers.to_pandoc import to_pandoc

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from polyvita.checks.inspect.model import Inspection
    from polyvita.checks.rules.engine import Verdict


class FilterBuilder:
    """Everything that is needed to build any filter: the plan, the cache and the texts that no output may show.

    `settings_hash` is the hash of the settings before they were read.
    """

    def __init__(self, request: BuildRequest, manifest: Manifest, plan: Plan, settings_hash: str) -> None:
        self.request, self.manifest, self.plan, self.settings_hash = request, manifest, plan, settings_hash
        self.state = hash_text(settings_hash, manifest.content_hash)
        """The hash of all files that each process reads itself. Two builders with the same state agree."""
        self.jobs = {job.filter.name: job for job in plan.jobs}
        self._preparing, self._prepared = Lock(), False

    def prepare(self) -> None:
        """Collect what no output may show, and set up the cache. The first caller does the work.

        This is not part of the constructor, so that worker processes can already start.
        """
        with self._preparing:
            if not self._prepared:
                jobs = self.plan.jobs
                public = next((job for job in jobs if not job.filter.private), jobs[0])
                self.disclosure_checker = load_disclosure_checker(
                    public.document, self.plan.private, (job.lang for job in jobs)
                )
                if self.request.shared:
                    self.disclosure_checker = _with_others(self.disclosure_checker, self.request.shared, self.plan)
                self.cache = BuildCache(
                    self.manifest,
                    self.request,
                    self.plan,
                    self.disclosure_checker,
                    self.settings_hash,
                )
                self._prepared = True

    def build_filter(self, name: str, pool: ThreadPoolExecutor | None = None) -> FilterResult:
        """Build the outputs of a filter, in parallel if there is a `pool`.

        Raises `InputError` if the selected content cannot be shown, and `ExternalError` if a Pandoc filter fails. A
        problem of one output is in the result of that output.
        """
        self.prepare()
        job = self.jobs[name]
        selected, findings = self._select(job)
        input_hash = self.cache.input_hash(job, selected)
        if cached := self.cache.lookup(job, input_hash):
            return FilterResult(input_hash, tuple(OutputResult() for _ in job.outputs), cached=cached)
        try:
            filtered = apply_filter(job, self.plan.folder, selected)
        except DoesNotFitError as problem:
            failed = tuple(OutputResult(problem=problem) for _ in job.outputs)
            return FilterResult(input_hash, failed, findings=findings)
        fit = filtered.fit
        prepared = self._prepare_document(job, filtered.document)
        text = prepared_text(prepared)
        blocks = place_dates(prepared.blocks, job.theme)
        arranged = "" if blocks is prepared.blocks else prepared_text(structs.replace(prepared, blocks=blocks))
        find_disclosures = self.disclosure_checker.output_check(
            text, fit.document, filtered.document, private=job.filter.private, arranged=arranged
        )
        entries, not_entries = _shown_entries(fit.document, job)
        hashes = self.cache.output_hashes(job, prepared, entries)
        output_builder = _OutputBuilder(self, job, filtered, prepared, find_disclosures, hashes, entries)
        outputs = output_builder.build_all(pool)
        fonts, too_long = (
            self._find_substitutes(job, filtered.document, text),
            output_builder.find_excess_pages(outputs),
        )
        return FilterResult(
            input_hash,
            tuple(output for output, _ in outputs),
            hashes,
            (
                *(*findings, *fit.findings, *find_seams(job.document, fit.document), *fonts, *too_long),
                *not_entries,
                *_find_losses(job, filtered.document),
            ),
            fit=FitSummary(fit.summary(), fit.as_data()) if asks_to_fit(job.filter) else None,
            verdicts=output_builder.check_rules(outputs),
        )

    def _select(self, job: Job) -> tuple[Document, tuple[Finding, ...]]:
        """Return the content that the filter selects, with their text in place of images that cannot be shown."""
        selected, findings = apply_selection(job)
        urls, image_findings = find_unusable_images(walk(selected), self.plan.folder)
        return replace_images(selected, urls=urls) if urls else selected, findings + image_findings

    def _prepare_document(self, job: Job, document: Document) -> PreparedDocument:
        """Return the document that all writers get, after the Pandoc filters of the job."""
        if not job.pandoc_filters:
            return prepare(to_pandoc(document, split_words=False), split_words=False)
        try:
            return prepare(run_pandoc_filters(to_pandoc(document), job.pandoc_filters))
        except ExternalError as problem:
            problem.location = job.filter.location("pandoc_filters")
            raise

    def _find_substitutes(self, job: Job, document: Document, text: str) -> tuple[Finding, ...]:
        """Return a finding for each script that a PDF shows in another font than that of the theme, or not at all."""
        if text.isascii() or not any(format_of(output.format).paged for output in job.outputs):
            return ()
        fonts = resolve_fonts(job.theme, self.plan.folder, text, job.lang)
        if not fonts.substitutes and not fonts.without_font:
            return ()
        from polyvita.checks.lint.locate import locate_signs, locate_substitutes

        source, folder = self.plan.cv.document.text, self.plan.folder
        return (
            *locate_substitutes(fonts.substitutes, job.theme.font_pdf[0], document, source, folder),
            *locate_signs(fonts.without_font, document, source, folder),
        )

    def locate(self, problem: InputError, document: Document) -> None:
        """Give the findings of a step or a writer their locations in the source."""
        from polyvita.checks.lint.locate import locate_findings

        problem.findings = locate_findings(problem, document, self.plan.cv.document.text, self.plan.folder)


def _with_others(checker: DisclosureChecker, shared: SharedSettings, plan: Plan) -> DisclosureChecker:
    """Return the check that also searches for the private values of the other people.

    What the front matter or the private data of this CV have, too, is no secret of somebody else.
    """
    if not shared.others or not shared.others.values:
        return checker
    own = "\n".join(
        map(str, [*plan.cv.document.meta.values(), *(plan.private.values if plan.private else {}).values()])
    )
    return structs.replace(checker, find_others=partial(shared.others.find, person=shared.person, own=own))


def _find_losses(job: Job, document: Document) -> tuple[Finding, ...]:
    """Return the findings about content that a format of the job has no place for."""
    names = dict.fromkeys(format_of(output.format).losses for output in job.outputs)
    return tuple(finding for name in names if name for finding in resolve_name(name)(document))


def _shown_entries(document: Document, job: Job) -> tuple[tuple[BibEntry, ...], tuple[Finding, ...]]:
    """Return the entries of bibliographies in a document, in its order, and the findings about what is not one."""
    if not document.entries:
        return (), ()
    from polyvita.builder.citations import entry_keys, find_items_without_fields

    entries = tuple(document.entries[key] for key in dict.fromkeys(entry_keys(document)))
    return entries, find_items_without_fields(document, job)


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
    entries: tuple[BibEntry, ...] = ()

    def build_all(self, pool: ThreadPoolExecutor | None) -> tuple[_Built, ...]:
        """Return the result of each output, in the order of the job. The slowest formats start first."""
        order = sorted(self.job.outputs, key=lambda output: -format_of(output.format).cost)
        results = dict(zip(order, (pool.map if pool else map)(self.build, order), strict=True))
        return tuple(results[output] for output in self.job.outputs)

    def build(self, output: Output) -> _Built:
        """Render and check one output. If the file on disk is up to date, do not render it."""
        cache = self.filter_builder.cache
        current = cache.lookup_output(output, self.output_hashes)
        if current and current.disclosure_hash == cache.disclosure_hash(self.job):
            return OutputResult(pages=current.pages), None
        try:
            # The private data or the comments may have changed since a file was written that is otherwise current.
            content = output.path.read_bytes() if current else self.render(output)
            inspection = inspect(output.format, content)
            if disclosures := self.find_disclosures(output.path.name, output.format, inspection):
                name_is_private = not self.job.filter.private and self.filter_builder.disclosure_checker.has_value(
                    output.path.name
                )
                raise WithheldError(*disclosures, name_is_private=name_is_private)
        except InputError as problem:
            self.filter_builder.locate(problem, self.filtered.document)
            problem.findings = tuple(
                finding if finding.location.file else finding._replace(location=output.location)
                for finding in problem.findings
            )
            return OutputResult(problem=problem), None
        except ExternalError as problem:
            problem.location = output.location
            return OutputResult(problem=problem), None
        except OSError as failure:  # For example, there is no room for temporary files.
            message = f"{output.path.name} is not written: {failure.strerror or failure}"
            hint = "free some space on the disk, or set TMPDIR to another folder"
            return OutputResult(problem=ExternalError(message, hint, output.location)), None
        except WithheldError as problem:
            return OutputResult(problem=problem), None
        return OutputResult(None if current else content, pages=inspection.pages), inspection

    def render(self, output: Output) -> bytes:
        return write(
            self.prepared,
            output.format,
            theme=self.job.theme,
            info=self.job.info,
            folder=self.filter_builder.plan.folder,
            reference=self.job.reference,
            entries=self.entries,
            document=self.filtered.document,
        )

    def find_excess_pages(self, built: Sequence[_Built]) -> list[Finding]:
        """Return an error for each finished output that has more pages than the filter allows."""
        most = self.job.filter.pages and self.job.filter.pages.most
        if not most:
            return []
        findings = []
        for output, (result, inspection) in zip(self.job.outputs, built, strict=True):
            if result.pages and result.pages > most:
                findings.append(self.too_many_pages(output.path.name, result.pages, most))
            elif self.filter_builder.request.word_pages and format_of(output.format).reflowed and not result.problem:
                from polyvita.checks.rules.libreoffice import count_pages

                content = inspection.content if inspection else output.path.read_bytes()
                if (pages := count_pages(content) or 0) > most:
                    findings.append(self.too_many_word_pages(output.path.name, pages, most))
        return findings

    def too_many_word_pages(self, name: str, pages: int, most: int) -> Finding:
        """Return the error for a Word file that has too many pages, although the PDF may have fewer."""
        message = f"{name} has {pages} pages in LibreOffice (maximum {most})"
        hint = "select less, or limit the pages with “fit: drop”, which leaves some space for Word"
        if self.job.filter.pages and self.job.filter.pages.fit:
            hint = "select less, or give a higher number of “priority” to what can be left out"
        return error("PV302", message, self.job.filter.location("pages.most"), hint)

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
        file = self.filtered.document.file
        numbers = ", ".join(line_label(unit.node.location, file) for unit in left_out)
        hint = f"add “fit: drop” to leave out {count} (line{'s' if len(left_out) > 1 else ''} {numbers})"
        return error("PV302", message, location, hint)

    def check_rules(self, built: Sequence[_Built]) -> tuple[Verdict, ...]:
        """Check the finished outputs against the rules of the filter's recipients."""
        finished = [
            (output, inspection or inspect(output.format, output.path.read_bytes()))
            for output, (result, inspection) in zip(self.job.outputs, built, strict=True)
            if self.job.rules and not result.problem
        ]
        if not finished:
            return ()
        from polyvita.builder.rule_check import check_against_rules

        request = self.filter_builder.request
        verdicts = check_against_rules(
            self.job,
            self.filtered.document,
            self.prepared,
            finished,
            self.filter_builder.plan.folder,
            word_pages=request.word_pages,
            strict=request.strict,
        )
        return tuple(verdicts)

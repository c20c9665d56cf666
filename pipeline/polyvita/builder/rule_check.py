"""Check the finished outputs of a filter against the rules of its recipients.

The files are opened again and measured, so that the check sees what their readers will see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from polyvita.builder.job import Job, Output, filename_fields
from polyvita.checks.disclosure import prepared_text
from polyvita.checks.inspect.model import Inspection
from polyvita.checks.inspect.pdfium import page_count
from polyvita.checks.rules.engine import Verdict, check_rules
from polyvita.checks.rules.libreoffice import count_pages
from polyvita.checks.rules.measure import MeasuredFile, measure
from polyvita.checks.rules.outcome import RuleContext
from polyvita.core.diagnostics import PolyvitaError
from polyvita.core.document import Document, Section, number_nodes
from polyvita.core.formats import format_of
from polyvita.writers import WriterOptions, pdf
from polyvita.writers.fonts import FALLBACK_FONT, resolve_fonts
from polyvita.writers.prepare import PreparedDocument

ESTIMATED = "estimated from the PDF"
COUNTED = "counted by LibreOffice"


def check_against_rules(
    job: Job,
    shown: Document,
    prepared: PreparedDocument,
    outputs: Sequence[tuple[Output, Inspection]],
    folder: Path,
    *,
    word_pages: bool,
    strict: bool,
) -> Iterator[Verdict]:
    """Yield the verdict on each rule of each rule set of the job, in order.

    `outputs` are the finished outputs, `shown` and `prepared` the document that they were made from. With `word_pages`,
    LibreOffice counts the pages of Word files if it can; otherwise the number of pages of the PDF is used. `strict` is
    for files that are about to be sent.
    """
    limits_pages = any(rule.kind == "pages" for rules in job.rules for rule in rules.rules)
    files = tuple(measure(output.path.name, output.format, inspection) for output, inspection in outputs)
    if limits_pages:
        estimate = _PageEstimate(job, prepared, folder, files)
        files = tuple(
            _add_page_count(file, inspection.content, estimate, word_pages=word_pages)
            for file, (_, inspection) in zip(files, outputs, strict=True)
        )
    fonts = resolve_fonts(job.theme, folder, prepared_text(prepared), job.lang)
    context = RuleContext(
        number_nodes(shown),
        files,
        job.filter.location("rules"),
        job.lang,
        job.today,
        filename_fields(job),
        substitutes=frozenset({*(each.family for each in fonts.substitutes), FALLBACK_FONT} - {*job.theme.font_pdf}),
        own_names=job.own_names,
    )
    typeface_missing = bool(fonts.missing)
    for i, rules in enumerate(job.rules):
        for each in check_rules(rules, structs.replace(context, rules_location=job.filter.location(f"rules[{i}]"))):
            verdict = each
            if not strict:
                verdict = _excuse_absent_sections(verdict, job, shown)
                verdict = _excuse_missing_typeface(verdict, files) if typeface_missing else verdict
            yield verdict


def _excuse_absent_sections(verdict: Verdict, job: Job, shown: Document) -> Verdict:
    """Return the verdict with warnings in place of errors if the CV lacks sections that a recipient requires.

    This is for the filters of recipients: `polyvita add` adds them to a CV before its sections are written.
    """
    has_sections = any(isinstance(block, Section) for block in shown.blocks)
    if job.filter.vocabulary != "standard" or (has_sections and not verdict.only_absent):
        return verdict
    return _with_warnings(verdict)


def _with_warnings(verdict: Verdict) -> Verdict:
    return structs.replace(verdict, findings=tuple(each._replace(severity="warning") for each in verdict.findings))


def _excuse_missing_typeface(verdict: Verdict, files: Sequence[MeasuredFile]) -> Verdict:
    """Return the verdict with warnings in place of errors if only the typeface of PDFs breaks the rule.

    The cause is a typeface that is not installed, not a mistake in the CV or in the filter.
    """
    broken = {name for seen in verdict.observations if seen.state == "broken" for name in seen.files}
    paged = {file.name for file in files if format_of(file.format).paged}
    if verdict.rule.kind != "typeface" or not broken or not broken <= paged:
        return verdict
    return _with_warnings(verdict)


def _add_page_count(file: MeasuredFile, content: bytes, estimate: _PageEstimate, *, word_pages: bool) -> MeasuredFile:
    """Return the file with its number of pages, if it is a Word file."""
    if not format_of(file.format).reflowed:
        return file
    if word_pages and (pages := count_pages(content)):
        return structs.replace(file, pages=pages, pages_by=COUNTED)
    return structs.replace(file, pages=estimate.pages(), pages_by=ESTIMATED)


class _PageEstimate(Struct, frozen=True):
    """The number of pages of the PDF. If the filter does not write a PDF, one is made in memory."""

    job: Job
    prepared: PreparedDocument
    folder: Path
    files: Sequence[MeasuredFile]

    def pages(self) -> int | None:
        """Return the number of pages, or None if no PDF can be written."""
        pages = next((file.pages for file in self.files if file.pages is not None), None)
        if pages is not None:
            return pages
        try:
            return page_count(pdf.write(self.prepared, WriterOptions(self.job.theme, self.job.info, self.folder)))
        except PolyvitaError:
            return None

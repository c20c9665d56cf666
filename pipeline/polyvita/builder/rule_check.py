"""The outputs of a filter against its recipients' rules: finished files are opened again, as their readers will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from polyvita.builder.job import Job, Output, file_names
from polyvita.checks.inspect import page_count
from polyvita.checks.rules.engine import Verdict, judge
from polyvita.checks.rules.inspect import measure
from polyvita.checks.rules.libreoffice import count_pages
from polyvita.checks.rules.model import MeasuredFile
from polyvita.checks.rules.outcome import Case
from polyvita.core.diagnostics import PolyvitaError
from polyvita.core.document import Document
from polyvita.writers import write
from polyvita.writers.fonts import typefaces
from polyvita.writers.prepare import Page

ESTIMATE = "estimated from the PDF"
COUNTED = "counted by LibreOffice"


def verdicts(
    job: Job,
    shown: Document,
    page: Page,
    made: Sequence[tuple[Output, bytes]],
    folder: Path,
    *,
    word_pages: bool,
    strict: bool,
) -> Iterator[Verdict]:
    """The verdict on each rule of each of the job's rule sets, in their order.

    `made` has the outputs that there are, with the content of each; `shown` and `page` are what they were made of. With
    `word_pages`, LibreOffice counts the pages of Word files where it can; else the PDF's count stands for them.
    `strict` is for a file that is about to go out.
    """
    pages = any(rule.kind == "pages" for rules in job.rules for rule in rules.rules)
    files = tuple(measure(output.path.name, output.format, content) for output, content in made)
    if pages:
        estimate = _Estimate(job, page, folder, files)
        files = tuple(
            _counted(file, content, estimate, word_pages=word_pages)
            for file, (_, content) in zip(files, made, strict=True)
        )
    case = Case(shown, files, job.filter.location("rules"), job.lang, job.today, file_names(job))
    wanting = bool(typefaces(job.theme, folder).missing)
    for i, rules in enumerate(job.rules):
        for verdict in judge(rules, structs.replace(case, asked=job.filter.location(f"rules[{i}]"))):
            yield _for_want_of_a_font(verdict) if wanting and not strict else verdict


def _for_want_of_a_font(verdict: Verdict) -> Verdict:
    """A PDF in another typeface, because the one asked for is not at hand, is no mistake in the CV or the filter: that
    is a warning, unless someone asks whether the file can go out."""
    broken = {name for seen in verdict.seen if seen.state == "broken" for name in seen.files}
    if verdict.rule.kind != "typeface" or not broken or not all(name.endswith(".pdf") for name in broken):
        return verdict
    found = tuple(finding._replace(severity="warning") for finding in verdict.findings)
    return structs.replace(verdict, findings=found)


def _counted(file: MeasuredFile, content: bytes, estimate: _Estimate, *, word_pages: bool) -> MeasuredFile:
    """`file` with its number of pages, if it is a Word file."""
    if file.format != "docx":
        return file
    if word_pages and (pages := count_pages(content)):
        return structs.replace(file, pages=pages, pages_by=COUNTED)
    return structs.replace(file, pages=estimate.pages(), pages_by=ESTIMATE)


class _Estimate(Struct, frozen=True):
    """The pages of the PDF, which is laid out for the purpose where nobody asked for one."""

    job: Job
    page: Page
    folder: Path
    files: Sequence[MeasuredFile]

    def pages(self) -> int | None:
        """None where no PDF can be written."""
        there = next((file.pages for file in self.files if file.format == "pdf"), None)
        if there is not None:
            return there
        try:
            return page_count(write(self.page, "pdf", theme=self.job.theme, info=self.job.info, folder=self.folder))
        except PolyvitaError:
            return None

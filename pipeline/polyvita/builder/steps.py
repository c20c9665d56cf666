"""The pipeline on one screen: read, prepare, select, dress, hand to Pandoc, write.

      cv.md ──read──▶ Document ──STEPS──▶ Document ──to_pandoc──▶ Pandoc's AST ──writers──▶ html docx pdf txt

Data moves one way. What a run is made of is planned and checked first (`plan`), so that bad input stops it before
anything is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from polyvita import transforms as t
from polyvita.builder.fit import Fitted, Lay, fit
from polyvita.builder.job import Job
from polyvita.checks.references import check_filter, keeps_nothing
from polyvita.config.filter import Filter
from polyvita.core.diagnostics import InputError
from polyvita.core.document import Document
from polyvita.writers.pdf import lay_out
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

Step = Callable[[Document, Job], Document]


PREPARE: tuple[tuple[str, Step], ...] = (
    ("numbers", lambda doc, job: t.keep_numbers(doc) if job.filter.numbering == "keep" else doc),
)
"""What has to see the whole CV. (Its counts are filled in by the plan, once for all filters.)"""


def _spoken(document: Document, job: Job) -> Document:
    if document is job.document and job.spoken is not None:
        return job.spoken
    return t.only_language(document, lang=job.lang)


SELECT: tuple[tuple[str, Step], ...] = (
    ("language", _spoken),
    ("since", lambda doc, job: t.only_since(doc, first=job.since) if job.since else doc),
    ("select", lambda doc, job: t.select_units(doc, select=job.filter.select, drop=job.filter.drop)),
    ("outline", lambda doc, job: _outlined(doc, job) if job.filter.sections else doc),
    ("sort", lambda doc, job: t.sort_items(doc, sorts=job.filter.sort)),
    ("limit", lambda doc, job: t.limit_items(doc, limits=job.filter.limit, sorts=job.filter.sort)),
    ("order", lambda doc, job: t.order_sections(doc, order=job.filter.order) if job.filter.order else doc),
)
"""What stays, and in which order."""

DRESS: tuple[tuple[str, Step], ...] = (
    ("wordings", lambda doc, _job: t.choose_wordings(doc)),
    ("titles", lambda doc, job: t.retitle_sections(doc, titles=job.filter.titles) if job.filter.titles else doc),
    ("numbering", lambda doc, job: t.reverse_numbers(doc) if job.filter.numbering == "reverse" else doc),
    ("own names", lambda doc, job: t.mark_author_names(doc, names=job.own_names)),
    ("entries", lambda doc, job: t.show_entries(doc, lang=job.lang)),
    ("lengths", lambda doc, job: t.show_char_counts(doc, lang=job.lang) if job.filter.counts else doc),
    (
        "letterhead",
        lambda doc, job: t.add_letterhead(doc, title=job.filter.title, lang=job.lang, private=job.filter.private),
    ),
)
"""What is shown of it, and how."""


def _outlined(document: Document, job: Job) -> Document:
    filter = job.filter
    return t.outline_sections(
        document,
        sections=filter.sections,
        location=filter.location,
        report=job.report,
        all_placed=filter.select is not None,
    )


def run(steps: Iterable[tuple[str, Step]], document: Document, job: Job) -> Document:
    """The document after `steps`, in order."""
    for _name, step in steps:
        document = step(document, job)
    return document


def select(document: Document, filter: Filter, *, today: datetime.date | None = None) -> Document:
    """What `filter` keeps of `document`, in the filter's order. The given document stays as it is.

    `today` is where windows such as `since: -5y` are counted from (default: now). Raises `InputError` where the
    filter names a tag, key or section that the document does not have, or keeps nothing at all.
    """
    if unknown := list(check_filter(document, filter)):
        raise InputError(*unknown)
    return _selected(document, Job.of(document, filter, today=today))


def _selected(document: Document, job: Job) -> Document:
    kept = run(SELECT, document, job)
    if not kept.blocks and document.blocks:
        raise InputError(keeps_nothing(job.filter))
    return kept


class Shown(Struct, frozen=True):
    """What a job shows: the units that are kept, those that fit, the whole dressed for its readers, and how it fits."""

    job: Job
    kept: Document
    chosen: Document
    document: Document
    fitted: Fitted | None = None


def keep(job: Job) -> Document:
    """What the job's filter keeps of the CV, before any of it is left out to fit. Raises `InputError`."""
    return _selected(run(PREPARE, job.document, job), job)


def show(job: Job, folder: Path = Path(), kept: Document | None = None) -> Shown:
    """The CV as the job's filter shows it; `folder` is where the CV stands, and `kept` what `keep` gave, where that is
    known. Raises `InputError`, and `DoesNotFitError`."""
    kept = kept or keep(job)
    chosen, fitted = fit(kept, job.filter, lay_of(job, folder), report=job.report)
    return Shown(job, kept, chosen, run(DRESS, chosen, job), fitted)


def lay_of(job: Job, folder: Path) -> Lay:
    """How the job's filter lays out a choice of units: dressed, and all the way to pages."""
    return lambda kept: lay_out(
        prepare(to_pandoc(run(DRESS, kept, job), words=False), words=False), job.theme, job.info, folder=folder
    )

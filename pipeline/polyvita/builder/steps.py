"""The steps from the whole CV to the document that an output shows.

      cv.md ──read──▶ Document ──steps──▶ Document ──to_pandoc──▶ Pandoc's AST ──writers──▶ html docx pdf txt

There are three lists of steps: preparation, selection and presentation. Between selection and presentation, `fit`
leaves out what is too long. Data moves one way only. `make_plan` checks all inputs before the first step.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from polyvita import transforms as t
from polyvita.builder.fit import FitResult, LayoutFunction, fit
from polyvita.builder.job import Job
from polyvita.checks.references import check_filter, empty_selection
from polyvita.config.filter import Filter
from polyvita.core.diagnostics import Finding, InputError
from polyvita.core.document import Document, number_nodes
from polyvita.writers.pdf import lay_out
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

Findings = tuple[Finding, ...]
Transform = Callable[[Document, Job], Document]
Step = Callable[[Document, Job], tuple[Document, Findings]]
"""A function that returns the document after a step, and what the step has found."""


def _quiet(transform: Transform) -> Step:
    """Return a step that finds nothing."""
    return lambda document, job: (transform(document, job), ())


PREPARATION_STEPS: tuple[tuple[str, Step], ...] = (
    ("numbers", _quiet(lambda doc, job: t.keep_numbers(doc) if job.filter.numbering == "keep" else doc)),
)
"""Steps that need the whole CV. (The plan fills in its counts, once for all filters.)"""


def _drop_other_languages(document: Document, job: Job) -> Document:
    if document is job.document and job.language_document is not None:
        return job.language_document
    return t.drop_other_languages(document, lang=job.lang)


def _outline_sections(document: Document, job: Job) -> tuple[Document, Findings]:
    filter = job.filter
    if not filter.sections:
        return document, ()
    return t.outline_sections(
        document,
        sections=filter.sections,
        location=filter.location,
        report_leftovers=filter.select is not None,
        report_empty_parts=filter.vocabulary != "standard",
    )


def _set_citations(document: Document, job: Job) -> tuple[Document, Findings]:
    if not job.citation_style:
        return document, ()
    from polyvita.builder.citations import set_citations

    return set_citations(document, job)


SELECTION_STEPS: tuple[tuple[str, Step], ...] = (
    ("language", _quiet(_drop_other_languages)),
    ("since", _quiet(lambda doc, job: t.drop_ended_before(doc, day=job.since) if job.since else doc)),
    ("select", _quiet(lambda doc, job: t.select_units(doc, select=job.filter.select, drop=job.filter.drop))),
    ("outline", _outline_sections),
    ("sort", _quiet(lambda doc, job: t.sort_items(doc, sorts=job.filter.sort))),
    ("limit", _quiet(lambda doc, job: t.limit_items(doc, limits=job.filter.limit, sorts=job.filter.sort))),
    ("citations", _set_citations),
    ("order", _quiet(lambda doc, job: t.order_sections(doc, order=job.filter.order) if job.filter.order else doc)),
)
"""Steps that decide what content is shown, and in which order."""


def _add_letterhead(document: Document, job: Job) -> Document:
    filter, contact = job.filter, job.theme.contact
    return t.add_letterhead(
        document, title=filter.title, lang=job.lang, private=filter.private, contact=contact, photo=job.photo
    )


def _label_publications(document: Document, job: Job) -> Document:
    label = job.theme.publications
    if label == "badge" and document.entries:
        from polyvita.builder.publication_facts import add_publication_facts

        document = add_publication_facts(document, job.lang)
    return document if label == "number" else t.label_by_year(document, label=label)


PRESENTATION_STEPS: tuple[tuple[str, Step], ...] = (
    ("wordings", _quiet(lambda doc, _job: t.choose_wordings(doc))),
    (
        "titles",
        _quiet(lambda doc, job: t.retitle_sections(doc, titles=job.filter.titles) if job.filter.titles else doc),
    ),
    ("numbering", _quiet(lambda doc, job: t.reverse_numbers(doc) if job.filter.numbering == "reverse" else doc)),
    (
        "prefixes",
        _quiet(lambda doc, job: t.prefix_numbers(doc, prefixes=job.filter.prefixes) if job.filter.prefixes else doc),
    ),
    (
        "own names",
        _quiet(
            lambda doc, job: doc if job.filter.own_name == "plain" else t.mark_author_names(doc, names=job.own_names)
        ),
    ),
    ("labels", _quiet(_label_publications)),
    ("entries", _quiet(lambda doc, job: t.show_entries(doc, lang=job.lang, one_line=job.theme.entry == "one-line"))),
    ("lengths", _quiet(lambda doc, job: t.show_char_counts(doc, lang=job.lang) if job.filter.counts else doc)),
    ("letterhead", _quiet(_add_letterhead)),
)
"""Steps that decide how the selected content is shown."""


def run_steps(steps: Iterable[tuple[str, Step]], document: Document, job: Job) -> tuple[Document, Findings]:
    """Return the document after all `steps`, in order, and what they have found."""
    findings: Findings = ()
    for _name, step in steps:
        document, found = step(document, job)
        findings += found
    return document, findings


def select(document: Document, filter: Filter, *, today: datetime.date | None = None) -> Document:
    """Return the content of `document` that `filter` selects, in the filter's order. The input is not changed.

    Relative dates such as `since: -5y` count from `today` (default: the current day). Raises `InputError` if the
    filter names a tag, key or section that the document does not have, or if it selects no content.
    """
    document = number_nodes(document)  # A program may have made it.
    document = t.add_standard_tags(document)
    document, _ = t.read_dates(document, lang=str(document.meta.get("lang") or "en"))
    document, _ = t.link_remote_images(document)
    filter = t.name_sections(filter, document.meta.get("sections"))
    if unknown := list(check_filter(document, filter)):
        raise InputError(*unknown)
    return _select(document, Job.create(document, filter, today=today))[0]


def _select(document: Document, job: Job) -> tuple[Document, Findings]:
    selected, findings = run_steps(SELECTION_STEPS, document, job)
    if not selected.blocks and document.blocks and job.filter.vocabulary != "standard":
        raise InputError(empty_selection(job.filter))
    return selected, findings


def apply_selection(job: Job) -> tuple[Document, Findings]:
    """Return the content that the job's filter selects, before anything is left out to fit, and the findings.

    Raises `InputError` if the filter selects no content.
    """
    prepared, findings = run_steps(PREPARATION_STEPS, job.document, job)
    selected, more = _select(prepared, job)
    return selected, findings + more


class FilteredDocument(Struct, frozen=True):
    """The CV as one job shows it, after each stage.

    `selected` is the content that the filter selects. `fit` has the part of it that is not too long for the filter's
    `pages` and `words`, and the units that were left out. `document` is that part after the presentation steps.
    """

    selected: Document
    fit: FitResult
    document: Document


def apply_filter(job: Job, folder: Path = Path(), selected: Document | None = None) -> FilteredDocument:
    """Return the CV as the job's filter shows it.

    `folder` is the folder of the CV. `selected` is the content that the filter selects, if the caller already has it.
    Raises `InputError`, and `DoesNotFitError` if the content of priority 1 alone is too long.
    """
    selected = selected or apply_selection(job)[0]
    fitted = fit(selected, job.filter, layout_function(job, folder))
    return FilteredDocument(selected, fitted, present(fitted.document, job))


def present(document: Document, job: Job) -> Document:
    """Return selected content after the presentation steps, which find nothing."""
    return run_steps(PRESENTATION_STEPS, document, job)[0]


def layout_function(job: Job, folder: Path) -> LayoutFunction:
    """Return a function that lays out selected content on the job's pages, after the presentation steps."""
    return lambda content: lay_out(
        prepare(to_pandoc(present(content, job), split_words=False), split_words=False),
        job.theme,
        job.info,
        folder=folder,
    )

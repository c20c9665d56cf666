"""Proofreading: what a careful reader would see in the source of a CV, and no machine needs to refuse.

Each check is a function from a `LintContext` to findings, one file per kind. Nothing here changes an output, so a check
that cannot be sure says nothing: a warning that is wrong costs more than one that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from polyvita.checks.lint.addresses import broken_addresses, links_to_nowhere
from polyvita.checks.lint.context import LintContext, Named, named_by
from polyvita.checks.lint.dates import disordered_dates
from polyvita.checks.lint.duplicates import duplicate_publications
from polyvita.checks.lint.headings import bold_headings, skipped_levels
from polyvita.checks.lint.images import suspicious_images
from polyvita.checks.lint.locate import located
from polyvita.checks.lint.names import mistyped_keys, mistyped_tags, repeated_ids, unused_tags
from polyvita.checks.lint.numbers import gaps_in_lists, gaps_in_references
from polyvita.checks.lint.punctuation import unpaired_punctuation
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import Finding
from polyvita.core.document import Document

__all__ = ["CHECKS", "Named", "lint", "located", "named_by"]

CHECKS: tuple[tuple[str, Callable[[LintContext], Iterable[Finding]]], ...] = (
    ("tags that nothing uses", unused_tags),
    ("mistyped tags", mistyped_tags),
    ("mistyped keys", mistyped_keys),
    ("dates and priorities", lambda manuscript: check_values(manuscript.document)),
    ("order of dates", disordered_dates),
    ("ids", repeated_ids),
    ("publications", duplicate_publications),
    ("numbered lists", gaps_in_lists),
    ("reference numbers", gaps_in_references),
    ("links within the CV", links_to_nowhere),
    ("addresses", broken_addresses),
    ("levels of headings", skipped_levels),
    ("bold paragraphs", bold_headings),
    ("quotation marks and brackets", unpaired_punctuation),
    ("images", suspicious_images),
)
"""All checks, in the order of their codes."""


def lint(document: Document, text: str, folder: Path, named: Named, *, all_filters: bool = True) -> Iterator[Finding]:
    """What looks wrong in a CV: `document` as it was read from `text`, which stands in `folder`.

    `named` is what the filters name; without `all_filters`, where a run is kept to some of them, no tag is said to be
    unused. Never raises.
    """
    manuscript = LintContext(document, tuple(text.split("\n")), folder, named, all_filters)
    for _name, check in CHECKS:
        yield from check(manuscript)

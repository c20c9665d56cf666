"""Proofreading of the source of a CV: mistyped tags, dates out of order, broken addresses, unpaired brackets.

Each check is a function from a `LintContext` to findings, one module per subject. These findings do not change any
output. A check that cannot be sure reports nothing: a wrong warning costs the user more than a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from polyvita.checks.lint.addresses import find_broken_addresses, find_broken_links
from polyvita.checks.lint.context import LintContext, NamesInUse, names_in_use
from polyvita.checks.lint.dates import find_misplaced_dates
from polyvita.checks.lint.duplicates import find_duplicate_publications
from polyvita.checks.lint.headings import find_bold_headings, find_skipped_levels
from polyvita.checks.lint.images import find_unsuitable_images
from polyvita.checks.lint.locate import locate_findings
from polyvita.checks.lint.names import find_mistyped_tags, find_repeated_ids, find_unused_tags
from polyvita.checks.lint.numbers import find_list_gaps, find_reference_gaps
from polyvita.checks.lint.punctuation import find_unpaired_punctuation
from polyvita.checks.references import check_values
from polyvita.core.diagnostics import Finding
from polyvita.core.document import Document

__all__ = ["CHECKS", "NamesInUse", "lint", "locate_findings", "names_in_use"]

CHECKS: tuple[tuple[str, Callable[[LintContext], Iterable[Finding]]], ...] = (
    ("tags that no filter uses", find_unused_tags),
    ("mistyped tags", find_mistyped_tags),
    ("dates and priorities", lambda context: check_values(context.document)),
    ("order of dates", find_misplaced_dates),
    ("ids", find_repeated_ids),
    ("publications", find_duplicate_publications),
    ("numbered lists", find_list_gaps),
    ("reference numbers", find_reference_gaps),
    ("links within the CV", find_broken_links),
    ("addresses", find_broken_addresses),
    ("levels of headings", find_skipped_levels),
    ("bold paragraphs", find_bold_headings),
    ("quotation marks and brackets", find_unpaired_punctuation),
    ("images", find_unsuitable_images),
)
"""All checks, in the order of their codes."""


def lint(
    document: Document, text: str, folder: Path, names: NamesInUse, *, all_filters: bool = True
) -> Iterator[Finding]:
    """Yield a finding for everything that looks wrong in a CV.

    `document` was read from `text`; its file is in `folder`. `names` are the tags and keys that filters use.
    Without `all_filters`, `names` come from some of the filters only, and no tag is reported as unused. Never raises.
    """
    context = LintContext(document, tuple(text.split("\n")), folder, names, all_filters)
    for _name, check in CHECKS:
        yield from check(context)

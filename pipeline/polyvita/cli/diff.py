"""`polyvita diff`: compare what two filters show, or what a filter shows now and in a git revision."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source


class Options(NamedTuple):
    """The options of the command."""

    filter: str
    other: str | None
    since: str | None
    source: Path
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("filter", metavar="FILTER", help="name of a filter")
    parser.add_argument(
        "other", nargs="?", metavar="FILTER", help="compare with this filter (default: the same filter in git)"
    )
    parser.add_argument(
        "--since",
        metavar="REVISION",
        help="compare with this git revision, for example HEAD~3 or a tag (default with one filter: HEAD). "
        "With two filters, read the second filter from the revision.",
    )
    add_source(parser)
    parser.add_argument("--json", action="store_true", help="print the differences with their reasons as JSON")


def run(options: Options, console: Console) -> int:
    """Print the differences. Return the exit status."""
    from polyvita.explain.text import filter_diff_as_data, filter_diff_as_text
    from polyvita.explain.trace import explain_filters

    if options.since is not None or options.other is None:
        return _diff_revision(options, options.since or "HEAD", console)
    (first,) = explain_filters(options.source, [options.filter])
    (second,) = explain_filters(options.source, [options.other])
    if options.json:
        console.print_json(filter_diff_as_data(first, second))
    else:
        print(filter_diff_as_text(first, second))
    return 0


def _diff_revision(options: Options, revision: str, console: Console) -> int:
    from polyvita.builder.plan import make_plan
    from polyvita.core.git import Revision
    from polyvita.explain.revision_diff import compare_revisions, revision_diff_as_data, revision_diff_as_text
    from polyvita.explain.trace import explain, explain_filters

    source = options.source
    (now,) = explain_filters(source, [options.filter])
    old = Revision.resolve(source.parent, revision)
    old_plan = make_plan(source, filters=[options.other or options.filter], at_revision=old)
    found = compare_revisions(now, explain(old_plan.jobs[0], old_plan.folder), revision)
    if options.json:
        console.print_json(revision_diff_as_data(found))
    else:
        print(revision_diff_as_text(found))
    return 0

"""`polyvita tags`: print how much of each tag each filter shows."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_filters, add_source


class Options(NamedTuple):
    """The options of the command."""

    filters: list[str]
    source: Path
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    add_source(parser)
    parser.add_argument("--json", action="store_true", help="print the table as JSON")


def run(options: Options, console: Console) -> int:
    """Print the table of tags, without filters that have errors. Return the exit status."""
    from polyvita.builder.plan import make_plan
    from polyvita.explain.tag_table import count_tags, tags_as_text
    from polyvita.explain.trace import explain

    plan = make_plan(options.source, filters=options.filters, skip_broken=not options.filters)
    rows = count_tags([explain(job, plan.folder) for job in plan.jobs])
    if plan.broken:
        console.print_failure((f for problem in plan.broken.values() for f in problem.findings), tags=rows)
    elif options.json:
        console.print_json(rows)
    if not options.json:
        print(tags_as_text(rows))
    return 2 if plan.broken else 0

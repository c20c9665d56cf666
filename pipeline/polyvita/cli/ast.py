"""`polyvita ast`: print the CV, or what a filter shows of the CV, as Pandoc JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source


class Options(NamedTuple):
    """The options of the command."""

    filter: str | None
    source: Path


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "filter", nargs="?", metavar="FILTER", help="print what this filter shows (default: the whole CV)"
    )
    add_source(parser)


def run(options: Options, _console: Console) -> int:
    """Print the JSON of the Pandoc AST. Return the exit status."""
    from polyvita.builder.plan import make_plan
    from polyvita.builder.steps import apply_filter
    from polyvita.reader import read
    from polyvita.writers.to_pandoc import to_pandoc

    if options.filter is None:
        document = read(options.source)
    else:
        build_plan = make_plan(options.source, filters=[options.filter])
        document = apply_filter(build_plan.jobs[0], build_plan.folder).document
    print(json.dumps(to_pandoc(document), ensure_ascii=False))
    return 0

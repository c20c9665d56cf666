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
    """Print the table of tags. Return the exit status."""
    from polyvita.explain.tag_table import count_tags, tags_as_text
    from polyvita.explain.trace import explain_filters

    rows = count_tags(explain_filters(options.source, options.filters))
    if options.json:
        console.print_json(rows)
    else:
        print(tags_as_text(rows))
    return 0

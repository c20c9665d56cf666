"""`polyvita tags`: print how much of each tag each filter shows."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from polyvita.cli.options import add_filters, add_source


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    add_source(parser)
    parser.add_argument("--json", action="store_true", help="print the table as JSON")


def run(options: Namespace) -> int:
    """Print the table of tags. Return the exit status."""
    from polyvita.explain.tag_table import count_tags, tags_as_text
    from polyvita.explain.trace import explain_filters

    rows = count_tags(explain_filters(Path(options.source), options.filters))
    print(json.dumps(rows, ensure_ascii=False, indent=2) if options.json else tags_as_text(rows))
    return 0

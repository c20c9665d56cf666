"""`polyvita schema`: print the JSON Schema of a kind of file, for editors."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import NamedTuple

from polyvita.cli.console import Console


class Options(NamedTuple):
    """The options of the command."""

    rules: bool
    themes: bool
    front_matter: bool
    faculty: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--rules", action="store_true", help="print the schema of rule files instead")
    kind.add_argument("--themes", action="store_true", help="print the schema of themes instead")
    kind.add_argument(
        "--front-matter",
        action="store_true",
        help="print the schema of the CV’s front matter and of the private data instead",
    )
    kind.add_argument("--faculty", action="store_true", help="print the schema of files for a batch instead")


def run(options: Options, console: Console) -> int:
    """Print the schema. Return the exit status."""
    if options.rules:
        from polyvita.checks.rules.ruleset import schema
    elif options.themes:
        from polyvita.config.theme import schema
    elif options.front_matter:
        from polyvita.config.front_matter import schema
    elif options.faculty:
        from polyvita.config.faculty import schema
    else:
        from polyvita.config.filter_file import schema
    console.print_json(schema())
    return 0

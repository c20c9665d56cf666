"""`polyvita build`: write the outputs, once or after each save."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from polyvita.cli import console
from polyvita.cli.options import add_filters, add_outputs, add_source

if TYPE_CHECKING:
    from polyvita.builder.result import BuildResult


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    parser.add_argument("-f", "--format", action="append", default=[], metavar="FORMAT", help="build only this format")
    add_source(parser)
    add_outputs(parser)
    parser.add_argument("--force", action="store_true", help="rebuild outputs even if nothing changed")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--json", action="store_true", help="print the result as JSON")
    mode.add_argument("--watch", action="store_true", help="build again after each save, until Ctrl-C")


def run(options: Namespace) -> int:
    """Build once, or build after each save. Return the exit status."""
    if options.watch:
        return _watch(options)
    result = _build_once(options)
    if options.json:
        print(json.dumps(console.build_as_data(result), ensure_ascii=False, indent=2))
    else:
        console.print_build(result)
    return result.exit_status


def _build_once(options: Namespace) -> BuildResult:
    from polyvita.builder.incremental import build

    with console.progress_bar() as progress:
        return build(
            options.source,
            options.filters,
            formats=options.format,
            outputs=options.outputs,
            force=options.force,
            processes=1 if options.watch else None,
            progress=progress,
        )


def _watch(options: Namespace) -> int:
    from polyvita.preview import WATCH_PACKAGES, require_packages

    require_packages(WATCH_PACKAGES)
    from polyvita.preview.watch_build import watch_and_build

    return watch_and_build(Path(options.source), lambda: _build_once(options), console.print_watched_build)

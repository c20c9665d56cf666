"""`polyvita build`: write the outputs, once or after each save."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_filters, add_outputs, add_source

if TYPE_CHECKING:
    from polyvita.builder.result import BuildResult
    from polyvita.preview.watch_build import BuildOutcome


class Options(NamedTuple):
    """The options of the command."""

    filters: list[str]
    formats: list[str]
    source: Path
    outputs: Path | None
    force: bool
    json: bool
    watch: bool
    theme: str


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    parser.add_argument(
        "-f", "--format", dest="formats", action="append", default=[], metavar="FORMAT", help="build only this format"
    )
    add_source(parser)
    add_outputs(parser)
    parser.add_argument(
        "--theme", default="", metavar="NAME", help="use this theme for all outputs, instead of those of the filters"
    )
    parser.add_argument("--force", action="store_true", help="rebuild outputs even if nothing changed")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--json", action="store_true", help="print the result as JSON")
    mode.add_argument("--watch", action="store_true", help="build again after each save, until Ctrl-C")


def run(options: Options, console: Console) -> int:
    """Build once, or build after each save. Return the exit status."""
    if options.watch:
        return _watch(options, console)
    result = _build_once(options, console)
    if options.json:
        console.print_json(build_as_data(result))
    else:
        print_build(result, console)
    return result.exit_status


def _build_once(options: Options, console: Console) -> BuildResult:
    from polyvita.builder.incremental import build

    with console.progress_bar() as progress:
        return build(
            options.source,
            options.filters,
            formats=options.formats,
            outputs=options.outputs,
            force=options.force,
            theme=options.theme,
            processes=1 if options.watch else None,
            progress=progress,
        )


def _watch(options: Options, console: Console) -> int:
    from polyvita.preview import WATCH_PACKAGES, require_packages

    require_packages(WATCH_PACKAGES)
    from polyvita.preview.watch_build import watch_and_build

    def show(outcome: BuildOutcome, files: tuple[Path, ...]) -> None:
        print_watched_build(outcome, files, console)

    return watch_and_build(options.source, lambda: _build_once(options, console), show)


def build_as_data(result: BuildResult) -> dict[str, object]:
    """Return the result of a build as data for JSON."""
    from polyvita.core.diagnostics import finding_as_data

    return {
        "outputs": [
            {
                "filter": output.filter,
                "path": output.printed_path or None,
                "pages": output.pages,
                "written": output.problem is None,
                "unchanged": output.unchanged,
            }
            for output in result.results
        ],
        "findings": [finding_as_data(finding) for finding in result.findings],
        "fitted": {name: fitted.data for name, fitted in result.fitted.items()},
        "broken": list(result.broken),
    }


def print_build(result: BuildResult, console: Console) -> None:
    """Print findings, written outputs, the number of unchanged outputs, how filters were fitted, and broken filters."""
    from polyvita.core.diagnostics import visible

    console.print_findings(result.findings)
    for output in result.results:
        if not output.unchanged:
            pages = f"  {output.pages} page{'s' if output.pages > 1 else ''}" if output.pages else ""
            name = visible(output.printed_path or f"an output of filter “{output.filter}”")
            print(f"{'not written  ' if output.problem else ''}{name}{pages}")
    if unchanged := sum(output.unchanged for output in result.results):
        print(f"{unchanged} output{'s are' if unchanged > 1 else ' is'} up to date")
    for name, fitted in result.fitted.items():
        print(visible(f"\n{name}: {fitted.text}"))
    if result.broken:
        print(f"\nnot built: {', '.join(result.broken)}; fix the errors above")


def print_watched_build(outcome: BuildOutcome, files: tuple[Path, ...], console: Console) -> None:
    """Print a build of `build --watch` and one status line. `files` are the saved files, empty for the first build.

    The first build prints all that `build` prints. Later builds print only findings.
    """
    from polyvita.preview.watch_build import status_line

    match outcome:
        case tuple():
            console.print_failure(outcome)
        case _ if files:
            console.print_findings(outcome.findings)
        case _:
            print_build(outcome, console)
    print(status_line(outcome, files), flush=True)

"""`polyvita batch`: build the CVs of many people at once, and report on all of them."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_filters

if TYPE_CHECKING:
    from polyvita.batch.engine import Engine
    from polyvita.batch.run import BatchResult, Progress

_LOG_INTERVAL = 60.0
"""The seconds between two lines about the progress, if there is no terminal."""


class Options(NamedTuple):
    """The options of the command."""

    file: Path
    filters: list[str]
    workers: int
    scheduler: str
    shared: bool
    resume: bool
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("file", type=Path, metavar="FACULTY.yaml", help="the file that names the people")
    add_filters(parser)
    parser.add_argument(
        "--workers", type=_count, default=0, metavar="N", help="number of worker processes (default: one for each core)"
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="build on a Dask cluster: its address (tcp://…), or “local” for one on this machine with a dashboard",
    )
    parser.add_argument(
        "--shared",
        action=BooleanOptionalAction,
        default=True,
        help="whether the workers of a cluster see this folder; otherwise, inputs and outputs travel to them and back",
    )
    parser.add_argument("--resume", action="store_true", help="continue a batch that was interrupted")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= _MAX_WORKERS):
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to {_MAX_WORKERS}")
    return int(text)


_MAX_WORKERS = 1024


def run(options: Options, console: Console) -> int:
    """Build all CVs, and print what was found. Return the exit status."""
    from polyvita.batch.run import run_batch

    with _engine(options) as engine, _progress() as progress:
        result = run_batch(
            options.file,
            options.filters,
            engine=engine,
            resume=options.resume,
            shared=options.shared,
            progress=progress,
        )
    if options.json:
        console.print_json(result.report)
    else:
        _print(result, console)
    return result.exit_status


@contextmanager
def _engine(options: Options) -> Iterator[Engine]:
    from polyvita.core.diagnostics import InputError, error

    if not options.scheduler:
        if not options.shared:
            hint = "add --scheduler, or leave --no-shared out"
            raise InputError(error("PV139", "--no-shared is for the workers of a cluster", hint=hint))
        from polyvita.batch.engine import ProcessEngine

        yield ProcessEngine(options.workers)
        return
    from polyvita.batch.cluster import DaskEngine

    engine = DaskEngine(options.scheduler, options.workers)
    print(
        f"scheduler {engine.address}" + (f", dashboard {engine.dashboard}" if engine.dashboard else ""), file=sys.stderr
    )
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield a function that shows the progress: as a bar on a terminal, and as a line per minute in a log."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" CVs", file=sys.stderr, leave=False, delay=1, dynamic_ncols=True) as bar:

            def draw(done: int, total: int, id: str) -> None:
                bar.total = total
                bar.set_postfix_str(id[:20], refresh=False)
                bar.update(done - bar.n)

            yield draw
        return
    last = time.monotonic()

    def log(done: int, total: int, _id: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _LOG_INTERVAL:
            last = time.monotonic()
            print(f"{done} of {total} CVs are done", file=sys.stderr, flush=True)

    yield log


def _print(result: BatchResult, console: Console) -> None:
    """Print the findings about all people, one line for each person with errors, and the totals."""
    from polyvita.core.diagnostics import visible

    console.print_findings(finding for finding in result.findings if finding.severity != "info")
    for person in result.report["people"]:
        findings = [*person["findings"], *(one for entry in person["filters"].values() for one in entry["findings"])]
        errors = [finding for finding in findings if finding["severity"] == "error"]
        if errors:
            first, more = errors[0], f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            place = f"{first['file']}:{first['line']}: " if first.get("file") else ""
            print(visible(f"{person['id']}: {place}{first['severity']}[{first['code']}]: {first['message']}{more}"))
    totals = result.report["totals"]
    states = [f"{totals[state]} {word}" for state, word in _STATES.items() if totals[state]]
    print(f"{totals['people']} people, {totals['outputs']} outputs: {', '.join(states) or 'none'}")
    for path in result.files:
        print(visible(str(path)))


_STATES = {"built": "written", "unchanged": "up to date", "failed": "not written"}

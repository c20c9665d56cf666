"""`polyvita explain`: print why a filter shows or leaves out content, or write a review copy."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source


class Options(NamedTuple):
    """The options of the command. An empty `html` is the default file of the review copy."""

    filter: str
    lines: list[int]
    source: Path
    html: str | None
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("filter", metavar="FILTER", help="name of a filter")
    parser.add_argument(
        "lines", nargs="*", type=int, metavar="LINE", help="explain these lines of the CV (default: the whole CV)"
    )
    add_source(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--html",
        nargs="?",
        const="",
        metavar="FILE",
        help="write a review copy: the whole CV as a web page that marks omitted content (default: "
        "outputs/FILTER.review.html beside the CV)",
    )
    form.add_argument("--json", action="store_true", help="print all units with their reasons as JSON")


def run(options: Options, console: Console) -> int:
    """Print the reasons, or write the review copy. Return the exit status."""
    if options.html is not None:
        return _write_review_copy(options, options.html)
    from polyvita.explain.text import explain_lines, explanation_as_data, mark_source
    from polyvita.explain.trace import explain_filters

    (explanation,) = explain_filters(options.source, [options.filter])
    if options.json:
        console.print_json(explanation_as_data(explanation))
    elif options.lines:
        print(explain_lines(explanation, options.lines))
    else:
        print(mark_source(explanation, colour=console.shows_colour(sys.stdout)))
    return 0


def _write_review_copy(options: Options, file: str) -> int:
    from polyvita.builder.plan import make_plan
    from polyvita.explain.review_copy import write_review_copy

    build_plan = make_plan(options.source, filters=[options.filter])
    (job,) = build_plan.jobs
    folder = build_plan.folder
    path = Path(file) if file else folder / "outputs" / f"{job.filter.name}.review.html"
    write_review_copy(job, folder, path)
    print(path)
    return 0

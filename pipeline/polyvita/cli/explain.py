"""`polyvita explain`: print why a filter shows or leaves out content, or write a review copy."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from polyvita.cli import console
from polyvita.cli.options import add_source


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("filter", metavar="FILTER", help="name of a filter")
    parser.add_argument(
        "lines", nargs="*", type=int, metavar="LINE", help="explain these lines of the CV (default: the whole CV)"
    )
    add_source(parser)
    parser.add_argument(
        "--html",
        nargs="?",
        const="",
        metavar="FILE",
        help="write a review copy: the whole CV as a web page that marks omitted content (default: "
        "outputs/FILTER.review.html beside the CV)",
    )
    parser.add_argument("--json", action="store_true", help="print all units with their reasons as JSON")


def run(options: Namespace) -> int:
    """Print the reasons, or write the review copy. Return the exit status."""
    if options.html is not None:
        return _write_review_copy(options)
    from polyvita.explain.text import explain_lines, explanation_as_data, mark_source
    from polyvita.explain.trace import explain_filters

    (explanation,) = explain_filters(Path(options.source), [options.filter])
    if options.json:
        print(json.dumps(explanation_as_data(explanation), ensure_ascii=False, indent=2))
    elif options.lines:
        print(explain_lines(explanation, options.lines))
    else:
        print(mark_source(explanation, console.read_text(options.source), colour=sys.stdout.isatty()))
    return 0


def _write_review_copy(options: Namespace) -> int:
    from polyvita.builder.plan import make_plan
    from polyvita.explain.review_copy import write_review_copy

    build_plan = make_plan(Path(options.source), [options.filter])
    (job,) = build_plan.jobs
    folder = build_plan.folder
    path = Path(options.html) if options.html else folder / "outputs" / f"{job.filter.name}.review.html"
    write_review_copy(job, folder, path)
    print(path)
    return 0

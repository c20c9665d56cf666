"""`polyvita preview`: show a page in the browser that updates after each save."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from polyvita.cli.options import add_source


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("filter", nargs="?", default="", metavar="FILTER", help="show this filter first")
    add_source(parser)
    parser.add_argument(
        "--port", type=int, metavar="N", help="serve the page on this port (default: 8420 or the next free port)"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open the browser")


def run(options: Namespace) -> int:
    """Serve the page until Ctrl-C. Return the exit status."""
    from polyvita.preview import PREVIEW_PACKAGES, require_packages

    require_packages(PREVIEW_PACKAGES)
    from polyvita.preview.serve import serve_preview

    source = Path(options.source)
    return serve_preview(source, options.filter, options.port, open_browser=not options.no_open, show=print)

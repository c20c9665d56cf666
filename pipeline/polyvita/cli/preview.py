"""`polyvita preview`: show a page in the browser that updates after each save."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source


class Options(NamedTuple):
    """The options of the command."""

    filter: str
    source: Path
    port: int | None
    no_open: bool
    editor: str | None


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    from polyvita.preview.editors import EDITORS, NO_EDITOR

    parser.add_argument("filter", nargs="?", default="", metavar="FILTER", help="show this filter first")
    add_source(parser)
    parser.add_argument(
        "--port", type=int, metavar="N", help="serve the page on this port (default: 8420 or the next free port)"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--editor",
        choices=(*EDITORS, NO_EDITOR),
        help="link each finding to its line in this editor (default: the editor in whose terminal the command runs)",
    )


def run(options: Options, _console: Console) -> int:
    """Serve the page until Ctrl-C. Return the exit status."""
    from polyvita.preview import PREVIEW_PACKAGES, require_packages

    require_packages(PREVIEW_PACKAGES)
    from polyvita.preview.editors import editor_of_terminal
    from polyvita.preview.serve import serve_preview

    return serve_preview(
        options.source,
        options.filter,
        options.port,
        editor=options.editor or editor_of_terminal(os.environ),
        open_browser=not options.no_open,
        show=print,
    )

"""`polyvita themes`: list the themes, or write a page with one's own CV in all of them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source


class Options(NamedTuple):
    """The options of the command."""

    filter: str | None
    source: Path
    html: Path | None
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "filter", nargs="?", metavar="FILTER", help="the filter that the page shows (default: the first one)"
    )
    add_source(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--html", type=Path, metavar="FILE", help="write a web page with the first page of your CV in each theme"
    )
    form.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: Options, console: Console) -> int:
    """Print the list, or write the page. Return the exit status."""
    from polyvita.builder.gallery import list_themes, render_gallery

    if options.html:
        from polyvita.core.clock import build_time
        from polyvita.core.files import write_atomically
        from polyvita.core.seal import check_is_sealed

        check_is_sealed(options.html, "a page of themes", "write to another file: polyvita themes --html FILE")
        filters = [options.filter] if options.filter else []
        write_atomically(options.html, render_gallery(options.source, filters, build_time(None).seconds))
        print(options.html)
        return 0
    themes = list_themes(options.source.parent)
    if options.json:
        console.print_json([{"name": one.name, "about": one.about, "own": one.own} for one in themes])
    else:
        width = max(len(one.name) for one in themes)
        for one in themes:
            about = f"{one.about} (themes/{one.name}.yaml)" if one.own else one.about
            print(f"{one.name:{width}}  {about}".rstrip())
    return 0

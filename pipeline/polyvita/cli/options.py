"""Options that several commands share. Each function adds one of them to the parser of a command."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path


def add_filters(parser: ArgumentParser) -> None:
    """Add the names of filters; without any, the command takes all filters."""
    parser.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters (default: all filters)")


def add_source(parser: ArgumentParser) -> None:
    """Add `--source`, the path of the CV."""
    default = Path("cv.md")
    parser.add_argument(
        "-s", "--source", type=_cv_file, default=default, metavar="FILE", help="read this CV (default: cv.md)"
    )


def _cv_file(text: str) -> Path:
    path = Path(text)
    if path.name:
        return path
    from polyvita.core.diagnostics import InputError, error
    from polyvita.core.location import Location

    hint = "name the file of the CV: polyvita build -s path/to/cv.md"
    raise InputError(error("PV001", "this is a folder, not a file", Location(text), hint))


def add_outputs(parser: ArgumentParser) -> None:
    """Add `--outputs`, the folder of the outputs."""
    parser.add_argument(
        "-o", "--outputs", type=Path, metavar="FOLDER", help="write to this folder (default: outputs/ beside the CV)"
    )

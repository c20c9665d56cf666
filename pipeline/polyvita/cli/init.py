"""`polyvita init`: create a new CV, a folder with a small `cv.md` and three filters that builds without changes."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.console import Console
from polyvita.config.filter_file import schema
from polyvita.core.diagnostics import InputError, error, has_errors
from polyvita.core.files import same_named, write_atomically

_SCAFFOLD = Path(__file__).parent / "scaffold"
_RENAMED = {"gitignore": ".gitignore"}
"""Files that would take effect inside this package under their real name."""
_PUBLISHED = {".github/workflows/publish.yml": "pages.yml", "filters/feed.yaml": "feed.yaml"}
"""The files that `--publish` adds, and their names in this package."""


class Options(NamedTuple):
    """The options of the command."""

    folder: Path
    sources: list[Path]
    recipients: list[str]
    publish: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="create the CV in this new or empty folder")
    parser.add_argument(
        "--from", dest="sources", nargs="+", type=Path, default=[], metavar="FILE",
        help="make the CV from these files: Word, LaTeX, ORCID … (see “polyvita import”)",
    )  # fmt: skip
    parser.add_argument(
        "--for", dest="recipients", nargs="+", default=[], metavar="RECIPIENT",
        help="add the filters of these recipients, such as dfg,short-bio (see “polyvita add”)",
    )  # fmt: skip
    parser.add_argument(
        "--publish", action="store_true",
        help="also write the workflow with which GitHub publishes the CV as a web page",
    )  # fmt: skip


def run(options: Options, console: Console) -> int:
    """Create the CV and print the paths of its files. Return the exit status."""
    status = 0
    recipients = [name for words in options.recipients for name in words.split(",") if name]
    if recipients:
        from polyvita.cli.add import check_names

        check_names(recipients)
    if options.sources:
        status = _create_from(options, console)
    else:
        for path in create_project(options.folder):
            print(path)
    if recipients:
        from polyvita.cli.add import add_recipients

        status = max(status, add_recipients(recipients, options.folder / "cv.md", console, is_new=True))
    if options.publish:
        for name, source in _PUBLISHED.items():
            write_atomically(options.folder / name, (Path(__file__).parent / "publish" / source).read_bytes())
            print(options.folder / name)
    print(f"\nNext: cd {options.folder} && polyvita build")
    return status


def _create_from(options: Options, console: Console) -> int:
    """Create the CV from files. Return the exit status."""
    from polyvita.cli.import_ import print_report, write_project
    from polyvita.importers.project import import_files

    folder = options.folder
    _check_folder(folder)
    result = import_files(options.sources)
    files = {**result.files, "filters/schema/filter.json": _schema()}
    for path in write_project(folder, files):
        print(path)
    print_report(result, console)
    return int(has_errors(result.findings))


def create_project(folder: Path) -> Iterator[Path]:
    """Write the files of a new CV into `folder`, and yield the path of each.

    Raises `InputError` if one of the files exists: nothing is overwritten.
    """
    files = {
        folder / source.relative_to(_SCAFFOLD).with_name(_RENAMED.get(source.name, source.name)): source.read_bytes()
        for source in sorted(_SCAFFOLD.rglob("*"))
        if source.is_file()
    }
    files[folder / "filters/schema/filter.json"] = _schema()
    _check_folder(folder)
    if existing := next((other for path in files for other in same_named(path)), None):
        raise InputError(error("PV136", f"{existing} already exists", hint="choose a new folder"))
    for path, content in files.items():
        write_atomically(path, content)
        yield path


def _check_folder(folder: Path) -> None:
    """Raise `InputError` if `folder` is a file, or contains files that are not hidden."""
    if folder.exists() and not folder.is_dir():
        raise InputError(error("PV136", f"{folder} is a file, not a folder", hint="choose a new folder"))
    if folder.is_dir() and (present := sorted(path.name for path in folder.iterdir() if path.name[0] != ".")):
        message = f"{folder} is not empty: it contains {present[0]}"
        raise InputError(error("PV136", message, hint="choose a new or empty folder"))


def _schema() -> bytes:
    return json.dumps(schema(), ensure_ascii=False, indent=2).encode() + b"\n"

"""`polyvita import`: make a CV in Markdown from a Word file, an ORCID record or another file, and print it."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.cli.console import Console
from polyvita.core.diagnostics import InputError, error, has_errors, visible
from polyvita.core.files import write_atomically

if TYPE_CHECKING:
    from polyvita.importers.project import ImportResult

_MOST_LINES = 20
"""The number of guesses, and of texts that were left out, that are printed. The CV lists all of them."""


class Options(NamedTuple):
    """The options of the command."""

    files: list[Path]
    output: Path | None


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="Word, OpenDocument, RTF, HTML, LaTeX, Markdown, Org, JSON Resume, RenderCV, ORCID, Europass or LinkedIn",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the CV to this new file (default: print it)"
    )


def run(options: Options, console: Console) -> int:
    """Import the files, and print or write the CV. Return the exit status."""
    from polyvita.importers.project import import_files

    output = options.output
    result = import_files(options.files, name=output.name if output else "cv.md")
    if output:
        names = {path for path in result.files if not path.startswith("filters/")}
        for path in write_project(output.parent, {name: result.files[name] for name in sorted(names)}):
            print(path)
    else:
        print(result.files["cv.md"].decode(), end="")
    print_report(result, console, is_printed=not output)
    return int(has_errors(result.findings))


def write_project(folder: Path, files: dict[str, bytes]) -> Iterable[Path]:
    """Write the files of an imported CV into `folder`, and yield the path of each.

    A `.gitignore` that exists gets the lines that it lacks. Raises `InputError` if another file exists.
    """
    paths = {folder / name: content for name, content in files.items()}
    if existing := next((path for path in paths if path.name != ".gitignore" and path.exists()), None):
        raise InputError(error("PV136", f"{existing} already exists", hint="choose a new file or folder"))
    for path, content in paths.items():
        new = content
        if path.name == ".gitignore" and path.is_file():
            old = path.read_bytes()
            missing = [line for line in content.splitlines() if line not in old.splitlines()]
            if not missing:
                continue
            new = old.rstrip(b"\n") + b"\n" * bool(old.strip()) + b"\n".join(missing) + b"\n"
        write_atomically(path, new, private=path.name.endswith(".private.yaml"))
        yield path


def print_report(result: ImportResult, console: Console, *, is_printed: bool = False) -> None:
    """Print on standard error what was guessed and left out, the count of words, and the findings."""
    import sys

    from polyvita.importers.markdown import left_out_lines

    cv = result.cv
    guesses = [*cv.guesses, *(block.guess for block in cv.all_blocks() if block.guess)]
    left_out = list(left_out_lines(cv.left_out))
    for title, lines in (("guessed", guesses), ("left out on purpose", left_out)):
        for line in list(dict.fromkeys(lines))[:_MOST_LINES]:
            print(f"{title}: {visible(line)}", file=sys.stderr)
        if len(set(lines)) > _MOST_LINES:
            print(f"{title}: … and {len(set(lines)) - _MOST_LINES} more; cv.md lists all", file=sys.stderr)
    if cv.to_sort:
        print("to sort: the section “To sort” has what could not be placed", file=sys.stderr)
    if is_printed and len(result.files) > 1:
        others = [
            name for name in result.files if name.endswith((".private.yaml", ".bib")) or name.startswith("picture")
        ]
        if others:
            print(f"not printed: {', '.join(sorted(others))}; use -o to write them", file=sys.stderr)
    print(result.report.summary, file=sys.stderr)
    console.print_findings(result.findings)

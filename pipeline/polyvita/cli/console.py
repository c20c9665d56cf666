"""What commands print: findings on standard error, outputs on standard output, and both as data for JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyvita.builder.result import BuildResult, Progress
    from polyvita.core.diagnostics import Finding
    from polyvita.preview.watch_build import BuildOutcome


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a function that draws a progress bar. It draws only on a terminal, and only after one second."""
    started = time.monotonic()
    drawn = False

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        if sys.stderr.isatty() and (drawn or time.monotonic() - started > 1):
            drawn = True
            bar = "█" * (24 * done // total)
            print(f"\r{bar:░<24} {done} of {total} outputs", end="", file=sys.stderr, flush=True)

    try:
        yield draw
    finally:
        if drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, each with its source line."""
    from polyvita.core.diagnostics import Report, render

    report = Report()
    report.add(*findings)
    text = render(report, {name: read_text(name) for name in {finding.location.file for finding in report}})
    if text:
        print(text, file=sys.stderr)


def read_text(name: str) -> str:
    """Return the text of a file, or an empty string if the file cannot be read."""
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def build_as_data(result: BuildResult) -> dict[str, object]:
    """Return the result of a build as data for JSON."""
    return {
        "outputs": [
            {
                "filter": output.filter,
                "path": str(output.path),
                "pages": output.pages,
                "written": output.problem is None,
                "unchanged": output.unchanged,
            }
            for output in result.results
        ],
        "findings": [finding_as_data(finding) for finding in result.report],
        "fitted": {name: fitted.data for name, fitted in result.fitted.items()},
    }


def finding_as_data(finding: Finding) -> dict[str, object]:
    """Return a finding as data for JSON. A finding without a file has no location keys."""
    location = finding.location
    keys = {"file": location.file, "line": location.line, "column": location.column, "width": location.width}
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        **(keys if location.file else {}),
    }


def print_build(result: BuildResult) -> None:
    """Print findings, written outputs, the number of unchanged outputs, and how filters were fitted to pages."""
    print_findings(result.report)
    for output in result.results:
        if not output.unchanged:
            pages = f"  {output.pages} page{'s' if output.pages > 1 else ''}" if output.pages else ""
            print(f"{'not written  ' if output.problem else ''}{output.path}{pages}")
    if unchanged := sum(output.unchanged for output in result.results):
        print(f"{unchanged} output{'s are' if unchanged > 1 else ' is'} up to date")
    for name, fitted in result.fitted.items():
        print(f"\n{name}: {fitted.text}")


def print_watched_build(outcome: BuildOutcome, files: tuple[Path, ...]) -> None:
    """Print a build of `build --watch` and one status line. `files` are the saved files, empty for the first build.

    The first build prints all that `build` prints. Later builds print only findings.
    """
    from polyvita.preview.watch_build import status_line

    match outcome:
        case tuple():
            print_findings(outcome)
        case _ if files:
            print_findings(outcome.report)
        case _:
            print_build(outcome)
    print(status_line(outcome, files), flush=True)

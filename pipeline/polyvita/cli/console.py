"""What commands say: findings on standard error, outputs on standard output, and both as data."""

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
    from polyvita.preview.watch_build import Done


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal, once a build has taken a second; nothing elsewhere."""
    started = time.monotonic()
    shown = False

    def show(done: int, of: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and (shown or time.monotonic() - started > 1):
            shown = True
            bar = "█" * (24 * done // of)
            print(f"\r{bar:░<24} {done} of {of} outputs", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def say(findings: Iterable[Finding]) -> None:
    """Findings on standard error, each with the line of the file that it speaks of."""
    from polyvita.core.diagnostics import Report, render

    report = Report()
    report.add(*findings)
    text = render(report, {name: text_of(name) for name in {finding.location.file for finding in report}})
    if text:
        print(text, file=sys.stderr)


def text_of(name: str) -> str:
    """The text of a file, nothing where it cannot be read."""
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def as_data(built: BuildResult) -> dict[str, object]:
    """What a build did, for other programs."""
    return {
        "outputs": [
            {
                "filter": r.filter,
                "path": str(r.path),
                "pages": r.pages,
                "written": r.problem is None,
                "unchanged": r.unchanged,
            }
            for r in built.results
        ],
        "findings": [finding_as_data(finding) for finding in built.report],
        "fitted": {name: fitted.data for name, fitted in built.fitted.items()},
    }


def finding_as_data(finding: Finding) -> dict[str, object]:
    """A finding, for other programs."""
    location = finding.location
    where = {"file": location.file, "line": location.line, "column": location.column, "width": location.width}
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        **(where if location.file else {}),
    }


def say_built(built: BuildResult) -> None:
    """What was found and written, and how much could stay."""
    say(built.report)
    for result in built.results:
        if not result.unchanged:
            pages = f"  {result.pages} page{'s' if result.pages > 1 else ''}" if result.pages else ""
            print(f"{'not written  ' if result.problem else ''}{result.path}{pages}")
    if unchanged := sum(result.unchanged for result in built.results):
        print(f"{unchanged} output{'s are' if unchanged > 1 else ' is'} up to date")
    for name, fitted in built.fitted.items():
        print(f"\n{name}: {fitted.text}")


def say_again(done: Done, files: tuple[Path, ...]) -> None:
    """After the first build all that `build` says; after another one what was found, and a line."""
    from polyvita.preview.watch_build import line

    match done:
        case tuple():
            say(done)
        case _ if files:
            say(done.report)
        case _:
            say_built(done)
    print(line(done, files), flush=True)

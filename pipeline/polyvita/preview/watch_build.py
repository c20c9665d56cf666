"""`polyvita build --watch`: build after each save."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path

from polyvita.builder.manifest import MANIFEST_NAME
from polyvita.builder.result import BuildResult
from polyvita.core.diagnostics import Finding, findings_of
from polyvita.preview.watch import watch_saves
from polyvita.writers.fonts import clear_font_cache

Files = tuple[Path, ...]
BuildOutcome = BuildResult | tuple[Finding, ...]
"""The result of a build, or the findings that stopped the build."""


def watch_and_build(source: Path, build: Callable[[], BuildResult], show: Callable[[BuildOutcome, Files], None]) -> int:
    """Build now and after each save, until Ctrl-C. Return the exit status.

    `show` receives each outcome with the saved files. A running build is always finished; saves during a build cause
    one more build.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_watch_and_build(source, build, show))
    if threading.current_thread() is threading.main_thread():
        # The program ends now. A second Ctrl-C must not print a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return 0


async def _watch_and_build(
    source: Path, build: Callable[[], BuildResult], show: Callable[[BuildOutcome, Files], None]
) -> None:
    written: set[Path] = set()

    async def build_once(files: Files) -> None:
        outcome = await asyncio.to_thread(_try_build, build)
        if isinstance(outcome, BuildResult):
            written.update(
                path for result in outcome.results for path in (result.path, result.path.with_name(MANIFEST_NAME))
            )
        show(outcome, files)

    async with aclosing(watch_saves(source, lambda: written)) as bursts:
        await build_once(())
        async for files in bursts:
            if any("fonts" in file.parts for file in files):
                clear_font_cache()
            await build_once(files)


def _try_build(build: Callable[[], BuildResult]) -> BuildOutcome:
    try:
        return build()
    except Exception as problem:  # Every error becomes a finding, so that the next save builds again.
        return findings_of(problem)


def status_line(outcome: BuildOutcome, files: Files) -> str:
    """Return one line: the time of the build, the saved files and the outcome."""
    match outcome:
        case BuildResult() if files:
            failed = sum(result.problem is not None for result in outcome.results)
            written = sum(not result.unchanged for result in outcome.results) - failed
            status = "all outputs are up to date"
            if written or failed:
                status = f"{written} output{'' if written == 1 else 's'} written"
            status += f", {failed} not written" if failed else ""
            status += f"; not built: {', '.join(outcome.broken)}" if outcome.broken else ""
        case BuildResult():
            status = "watching for changes; press Ctrl-C to stop"
        case _:
            status = "no files were written; fix the errors above"
    names = ", ".join(file.name for file in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return f"{datetime.now():%H:%M:%S}  {names}{': ' if files else ''}{status}"

"""`polyvita build --watch`: a build whenever something was saved."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path

from polyvita.builder.manifest import NAME
from polyvita.builder.result import BuildResult
from polyvita.core.diagnostics import Finding, findings_of
from polyvita.preview.watch import saves
from polyvita.writers.fonts import forget

Files = tuple[Path, ...]
Done = BuildResult | tuple[Finding, ...]
"""What a build did, or what kept it from being done."""


def build_again(source: Path, build: Callable[[], BuildResult], say: Callable[[Done, Files], None]) -> int:
    """Build at once and after each save, until Ctrl-C, and `say` what was done, with the files that were saved.

    A build that has begun is finished; all that is saved meanwhile is the next one's.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_build_again(source, build, say))
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends already: whoever insists is not shown the inside
    return 0


async def _build_again(source: Path, build: Callable[[], BuildResult], say: Callable[[Done, Files], None]) -> None:
    written: set[Path] = set()

    async def once(files: Files) -> None:
        done = await asyncio.to_thread(_once, build)
        if isinstance(done, BuildResult):
            written.update(path for result in done.results for path in (result.path, result.path.with_name(NAME)))
        say(done, files)

    async with aclosing(saves(source, lambda: written)) as bursts:
        await once(())
        async for files in bursts:
            if any("fonts" in file.parts for file in files):
                forget()
            await once(files)


def _once(build: Callable[[], BuildResult]) -> Done:
    try:
        return build()
    except Exception as problem:  # whatever it is: the next save is built all the same
        return findings_of(problem)


def line(done: Done, files: Files) -> str:
    """When a build was done, after which saves, and what came of it."""
    match done:
        case BuildResult() if files:
            lost = sum(result.problem is not None for result in done.results)
            made = sum(not result.unchanged for result in done.results) - lost
            wrote = f"{made} output{'' if made == 1 else 's'} written" if made or lost else "all outputs are up to date"
            said = wrote + (f", {lost} not" if lost else "")
        case BuildResult():
            said = "follows what you save; Ctrl-C ends it"
        case _:
            said = "nothing is written, until this is mended"
    names = ", ".join(file.name for file in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return f"{datetime.now():%H:%M:%S}  {names}{': ' if files else ''}{said}"

"""What a build is asked for, and what becomes of each filter in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.built import Chosen, Remembered, Result
from pipeline.clock import Moment
from pipeline.diagnostics import DoesNotFit, Finding
from pipeline.flow import Shown
from pipeline.leaks import Watch
from pipeline.manifest import Record, from_record
from pipeline.plan import Job, Output
from pipeline.rules.judge import Verdict
from pipeline.writers.lower import Page


@dataclass(frozen=True)
class Wish:
    """What is to be built, and how; the words are those of `build`. `command` is a hash of what was asked for."""

    source: Path
    filters: tuple[str, ...]
    formats: tuple[str, ...]
    folder: Path
    now: Moment
    command: str
    word_pages: bool
    strict: bool
    force: bool
    progress: Callable[[int, int], None]


@dataclass
class Work:
    """One filter's part: what it shows (`shown`, and lowered, `page`), or, where it selects what it did last time, what
    is `remembered` of it. `watch` is the last look at its outputs. `made_from` is a hash of what it selects, `keys` has
    one of what each output is made from."""

    job: Job
    made_from: str
    remembered: Record | None = None
    shown: Shown | None = None
    page: Page | None = None
    watch: Watch = field(default=lambda _name, _format, _content: [])
    keys: dict[str, str] = field(default_factory=dict)
    made: dict[Output, Future[bytes]] = field(default_factory=dict)
    """The outputs that are not there as they should be, on their way."""
    results: list[Result] = field(default_factory=list)
    verdicts: tuple[Verdict, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether all its outputs are there."""
        return bool(self.results) and not any(result.problem for result in self.results)

    @property
    def chosen(self) -> Chosen | None:
        """What was fitted to pages, if anything was."""
        if self.remembered:
            return Remembered(**self.remembered["fitted"]) if self.remembered["fitted"] else None
        return self.shown.fitted if self.shown else None

    def findings(self) -> Iterator[Finding]:
        """All that is to be said of it, notes included."""
        if self.remembered:
            yield from map(from_record, self.remembered["findings"])
        yield from self.job.report
        for result in self.results[:1]:
            if isinstance(result.problem, DoesNotFit):
                yield result.problem.finding
        yield from (finding for verdict in self.verdicts for finding in verdict.findings)

"""What becomes of each filter in a build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Record, from_record
from polyvita.builder.result import FitSummary, OutputStatus
from polyvita.core.diagnostics import DoesNotFitError, Finding, PolyvitaError

if TYPE_CHECKING:
    from polyvita.checks.rules.engine import Verdict


class OutputResult(Struct, frozen=True):
    """What became of one output before it is written: its `content`, or what is the `problem` with it; neither where it
    is there as it should be. `pages` where it is a PDF."""

    content: bytes | None = None
    problem: PolyvitaError | None = None
    pages: int | None = None


class FilterResult(Struct, frozen=True):
    """All that is to be had of a filter before its outputs are written, in whichever process it was made.

    `made_from` is a hash of what the filter selects, `keys` has one of what each output is made from; `made` has what
    became of each output, in the order of the job. `found` is what there is to say of what it selects, `said` of the
    outputs. Where the filter selects what it did last time, what is `remembered` of it.
    """

    made_from: str
    made: tuple[OutputResult, ...] = ()
    keys: dict[str, str] = {}
    found: tuple[Finding, ...] = ()
    said: tuple[Finding, ...] = ()
    fitted: FitSummary | None = None
    verdicts: tuple[Verdict, ...] = ()
    remembered: Record | None = None


class FilterBuild(Struct):
    """One filter's part in a build: what it came to, and what was written of it."""

    job: Job
    finished: FilterResult
    results: list[OutputStatus] = []

    def made(self) -> Iterator[tuple[Output, OutputResult]]:
        """What became of each output."""
        return zip(self.job.outputs, self.finished.made, strict=True)

    @property
    def is_sound(self) -> bool:
        """Whether all its outputs are there."""
        return bool(self.results) and not any(result.problem for result in self.results)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the rules say of the outputs; nothing where one of them that was made could not be written."""
        unwritten = any(
            made.content is not None and r.problem for (_, made), r in zip(self.made(), self.results, strict=True)
        )
        return () if unwritten else self.finished.verdicts

    @property
    def chosen(self) -> FitSummary | None:
        """What was fitted to pages, if anything was."""
        if remembered := self.finished.remembered:
            return FitSummary(**remembered["fitted"]) if remembered["fitted"] else None
        return self.finished.fitted

    def findings(self) -> Iterator[Finding]:
        """All that is to be said of it, notes included."""
        if remembered := self.finished.remembered:
            yield from map(from_record, remembered["findings"])
        yield from self.finished.found
        yield from self.finished.said
        yield from self.job.report
        for result in self.results[:1]:
            if isinstance(result.problem, DoesNotFitError):
                yield result.problem.finding
        yield from (finding for verdict in self.verdicts for finding in verdict.findings)

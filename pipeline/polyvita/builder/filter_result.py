"""What a build makes of each filter, before and after its outputs are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from polyvita.builder.job import Job
from polyvita.builder.manifest import FilterEntry
from polyvita.builder.result import FitSummary, OutputStatus
from polyvita.core.diagnostics import Finding, PolyvitaError, findings_of

if TYPE_CHECKING:
    from polyvita.checks.rules.engine import Verdict


class OutputResult(Struct, frozen=True):
    """One output before it is written: its new `content`, or the `problem` that prevents it.

    If the file on disk is already up to date, there is neither. `pages` is set for a PDF.
    """

    content: bytes | None = None
    problem: PolyvitaError | None = None
    pages: int | None = None


class FilterResult(Struct, frozen=True):
    """The result of one filter before its outputs are written. A worker process can send it to the main process."""

    input_hash: str
    """The hash of what the filter shows."""
    outputs: tuple[OutputResult, ...] = ()
    """One result per output, in the order of the job."""
    output_hashes: dict[str, str] = {}
    """By output name, the hash of what its writer was given."""
    findings: tuple[Finding, ...] = ()
    """Findings about the content that the filter selects, and about its length."""
    fit: FitSummary | None = None
    """How the content was fitted to pages or words, if the filter asks for that."""
    verdicts: tuple[Verdict, ...] = ()
    cached: FilterEntry | None = None
    """The manifest's entry of the filter, if nothing changed since the last build."""


class FilterBuild(Struct, frozen=True):
    """One filter in a build: its job and result, the status of each output, and findings about writing the outputs."""

    job: Job
    result: FilterResult
    statuses: tuple[OutputStatus, ...]
    write_findings: tuple[Finding, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether all outputs exist and are up to date."""
        return not any(status.problem for status in self.statuses)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts on the rules. There are none if a finished output could not be written."""
        write_failed = any(
            output.content is not None and status.problem
            for output, status in zip(self.result.outputs, self.statuses, strict=True)
        )
        return () if write_failed else self.result.verdicts

    @property
    def fit(self) -> FitSummary | None:
        """How the content was fitted to pages or words, if the filter asks for that."""
        return self.result.cached.fit if self.result.cached else self.result.fit

    def findings(self) -> Iterator[Finding]:
        """Yield all findings about the filter and its outputs, including notes."""
        if self.result.cached:
            yield from self.result.cached.findings
        yield from self.result.findings
        yield from self.write_findings
        for status in self.statuses:
            if status.problem:
                yield from findings_of(status.problem)
        yield from (finding for verdict in self.verdicts for finding in verdict.findings)

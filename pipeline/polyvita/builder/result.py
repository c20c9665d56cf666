"""What a build did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from polyvita.core.diagnostics import Finding, PolyvitaError, Report

if TYPE_CHECKING:
    from polyvita.checks.rules.engine import Verdict

Progress = Callable[[int, int], None]
"""Told how many outputs are done, and of how many."""


class FitSummary(NamedTuple):
    """What was fitted to pages: as `text` for the terminal, and as `data` for other programs."""

    text: str
    data: dict[str, Any]


class OutputStatus(NamedTuple):
    """One output: where it is, how many pages it has if it is a PDF, whether it could stay as it was, and what kept it
    from being written."""

    filter: str
    path: Path
    pages: int | None = None
    problem: PolyvitaError | None = None
    unchanged: bool = False


class BuildResult:
    """What a build did. `exit_status` is the command's; `verdicts` are those of each filter that was held against rules
    this time, and `notes` what breaks rules that are good to know and no more."""

    def __init__(
        self,
        results: tuple[OutputStatus, ...],
        report: Report,
        verdicts: Mapping[str, tuple[Verdict, ...]] | None = None,
        notes: tuple[Finding, ...] = (),
        fitted: Mapping[str, FitSummary] | None = None,
    ) -> None:
        self.results, self.report, self.notes = results, report, notes
        self.verdicts, self.fitted = verdicts or {}, fitted or {}

    def __repr__(self) -> str:
        return f"Built({', '.join(f'{name}={fact!r}' for name, fact in vars(self).items())})"

    @property
    def exit_status(self) -> int:
        problems = [result.problem.exit_status for result in self.results if result.problem]
        return max(problems, default=1 if self.report.has_errors else 0)

"""The result of one build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from polyvita.core.diagnostics import Finding, PolyvitaError, Report

if TYPE_CHECKING:
    from polyvita.checks.rules.engine import Verdict

Progress = Callable[[int, int], None]
"""A callback. Its arguments are the number of outputs that are finished, and the number of all outputs."""


class FitSummary(NamedTuple):
    """How the content was fitted to pages or words: `text` is for the terminal, `data` for other programs."""

    text: str
    data: dict[str, Any]


class OutputStatus(NamedTuple):
    """What happened to one output.

    `pages` is set for a PDF. `problem` is the reason why the output was not written. `unchanged` means that the file
    was already up to date.
    """

    filter: str
    path: Path
    pages: int | None = None
    problem: PolyvitaError | None = None
    unchanged: bool = False


class BuildResult:
    """What a build did.

    `results` has one status per output. `verdicts` has, by filter, the verdicts on the rules that this build checked.
    `notes` are findings that are only informative. `exit_status` is the one of the command.
    """

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
        return f"BuildResult({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    @property
    def exit_status(self) -> int:
        problems = [result.problem.exit_status for result in self.results if result.problem]
        return max(problems, default=1 if self.report.has_errors else 0)

"""The result of one build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from polyvita.core.diagnostics import Finding, PolyvitaError, WithheldError, has_errors

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

    @property
    def printed_path(self) -> str:
        """The path for messages and logs, or an empty string if the name has a private value."""
        return "" if isinstance(self.problem, WithheldError) and self.problem.name_is_private else str(self.path)


class BuildResult:
    """What a build did.

    `results` has one status per output, and `findings` all findings except those that are only informative, which are
    in `notes`. `verdicts` has, by filter, the verdicts on the rules that this build checked. `broken` has, by name, the
    filters that cannot be built and why; `findings` includes the reasons. `filter_findings` has, by filter, those of
    `findings` and `notes` that are about it, if the CV is one of many. `exit_status` is the one of the command.
    """

    def __init__(
        self,
        results: tuple[OutputStatus, ...],
        findings: tuple[Finding, ...],
        notes: tuple[Finding, ...] = (),
        *,
        verdicts: Mapping[str, tuple[Verdict, ...]] | None = None,
        fitted: Mapping[str, FitSummary] | None = None,
        broken: Mapping[str, PolyvitaError] | None = None,
        filter_findings: Mapping[str, tuple[Finding, ...]] | None = None,
    ) -> None:
        self.results, self.findings, self.notes = results, findings, notes
        self.verdicts, self.fitted, self.broken = verdicts or {}, fitted or {}, broken or {}
        self.filter_findings = filter_findings or {}

    def __repr__(self) -> str:
        return f"BuildResult({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    @property
    def exit_status(self) -> int:
        problems = [*self.broken.values(), *(result.problem for result in self.results if result.problem)]
        return max((problem.exit_status for problem in problems), default=int(has_errors(self.findings)))

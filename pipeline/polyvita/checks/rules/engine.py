"""The check of the finished files of one output against a rule set. Every rule gets a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from polyvita.checks.rules.outcome import Outcome, RuleContext, State, not_checkable
from polyvita.checks.rules.patterns import MAX_SECONDS
from polyvita.checks.rules.registry import KINDS, FileSelection, select_files
from polyvita.checks.rules.ruleset import Rule, RuleSet
from polyvita.core.diagnostics import Finding, error
from polyvita.core.location import Location

_NO_FILES: dict[FileSelection, str] = {
    "paper": "no PDF or Word file was written",
    "text": "no file with text was written",
    "every text": "no file with text was written",
    "file": "no file was written",
    "files": "no file was written",
}


class Observation(Struct, frozen=True):
    """The result for one or more files: what was found and required, or why the rule cannot be checked (`open`)."""

    state: State
    figure: str
    files: tuple[str, ...] = ()


class Verdict(Struct, frozen=True):
    """The result of one rule for one output, with a finding for each location that breaks the rule.

    `only_absent` is true if the rule is broken only because something required is not there yet.
    """

    rules: RuleSet
    rule: Rule
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...] = ()
    only_absent: bool = False

    @property
    def state(self) -> State:
        """Broken if the rule is broken in any file, else kept if it is kept in any file, else open."""
        states = {observation.state for observation in self.observations}
        return "broken" if "broken" in states else "kept" if "kept" in states else "open"


def check_rules(rules: RuleSet, context: RuleContext) -> Iterator[Verdict]:
    """Yield a verdict for each rule. Files with the same result share one observation."""
    for rule in rules.rules:
        kind = KINDS[rule.kind]
        try:
            outcomes = [
                (file.name, kind.check(rule.value, file, context)) for file in select_files(kind.files, context)
            ]
        except TimeoutError:
            yield _too_slow(rules, rule, context.rules_location)
            continue
        if not outcomes:
            outcomes = [("", not_checkable(_NO_FILES[kind.files]))]
        findings = tuple(_findings(rules, rule, outcomes, context.rules_location))
        observations = tuple(_observations(outcomes, name_files=kind.files != "files"))
        violations = [violation for _, outcome in outcomes for violation in outcome.violations]
        only_absent = bool(violations) and all(violation.absent for violation in violations)
        yield Verdict(rules, rule, observations, findings, only_absent)


def _too_slow(rules: RuleSet, rule: Rule, location: Location) -> Verdict:
    message = f"{rules.name}, {rule.name}: a regular expression takes longer than {MAX_SECONDS:g} seconds"
    finding = error("PV343", message, location, "simplify the expression: put no + or * around another one")
    return Verdict(rules, rule, (Observation("open", "not checkable: a regular expression is too slow"),), (finding,))


def _observations(outcomes: list[tuple[str, Outcome]], *, name_files: bool) -> Iterator[Observation]:
    files: dict[tuple[State, str], list[str]] = {}
    for name, outcome in outcomes:
        files.setdefault((outcome.state, outcome.figure), []).append(name)
    for (state, figure), names in files.items():
        yield Observation(state, figure, tuple(filter(None, names)) if name_files else ())


def _findings(
    rules: RuleSet, rule: Rule, outcomes: list[tuple[str, Outcome]], rules_location: Location
) -> Iterator[Finding]:
    """Yield one finding for each location: what is wrong there, and in which files."""
    by_location: dict[Location, dict[str, list[str]]] = {}
    for name, outcome in outcomes:
        for violation in outcome.violations:
            location = violation.location if violation.location and violation.location.line else rules_location
            files = by_location.setdefault(location, {}).setdefault(violation.message or outcome.figure, [])
            if name not in files:
                files.append(name)
    for location, messages in by_location.items():
        by_files: dict[str, list[str]] = {}
        for message, files in messages.items():
            by_files.setdefault(", ".join(files), []).append(message)
        parts = [f"{', '.join(messages)} ({files})" for files, messages in by_files.items()]
        text = f"{rules.name}, {rule.name}: {'; '.join(parts)}"
        yield Finding(KINDS[rule.kind].code, rule.level, text, location, rule.hint)

"""From finished files to verdicts: every rule of every set, none of them skipped."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from polyvita.checks.rules.outcome import Case, Outcome, State, cannot
from polyvita.checks.rules.registry import KINDS, Reads, files_for
from polyvita.checks.rules.ruleset import Rule, RuleSet
from polyvita.core.diagnostics import Finding
from polyvita.core.location import Location

_LACKING: dict[Reads, str] = {
    "paper": "neither PDF nor Word was written",
    "text": "no file with text was written",
    "every text": "no file with text was written",
    "file": "no file was written",
    "files": "no file was written",
}


class Seen(Struct, frozen=True):
    """What is true of some files: the figure and the limit, or why the rule cannot be judged there (`open`)."""

    state: State
    figure: str
    files: tuple[str, ...] = ()


class Verdict(Struct, frozen=True):
    """One rule on one output: what was seen, and a finding for every place that breaks the rule."""

    rules: RuleSet
    rule: Rule
    seen: tuple[Seen, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> State:
        states = {seen.state for seen in self.seen}
        return "broken" if "broken" in states else "kept" if "kept" in states else "open"


def judge(rules: RuleSet, case: Case) -> Iterator[Verdict]:
    """The verdict on every rule. What is true of several files is said once."""
    for rule in rules.rules:
        kind = KINDS[rule.kind]
        outcomes = [(file.name, kind.judge(rule.value, file, case)) for file in files_for(kind.reads, case)]
        if not outcomes:
            outcomes = [("", cannot(_LACKING[kind.reads]))]
        findings = tuple(_findings(rules, rule, outcomes, case.asked))
        yield Verdict(rules, rule, tuple(_seen(outcomes, all_at_once=kind.reads == "files")), findings)


def _seen(outcomes: list[tuple[str, Outcome]], *, all_at_once: bool) -> Iterator[Seen]:
    files: dict[tuple[State, str], list[str]] = {}
    for name, outcome in outcomes:
        files.setdefault((outcome.state, outcome.figure), []).append(name)
    for (state, figure), names in files.items():
        yield Seen(state, figure, () if all_at_once else tuple(filter(None, names)))


def _findings(rules: RuleSet, rule: Rule, outcomes: list[tuple[str, Outcome]], asked: Location) -> Iterator[Finding]:
    """One finding for each place: what is wrong there, in which files."""
    said: dict[Location, dict[str, list[str]]] = {}
    for name, outcome in outcomes:
        for slip in outcome.slips:
            location = slip.location if slip.location and slip.location.line else asked
            files = said.setdefault(location, {}).setdefault(slip.message or outcome.figure, [])
            if name not in files:
                files.append(name)
    for location, messages in said.items():
        by_files: dict[str, list[str]] = {}
        for message, files in messages.items():
            by_files.setdefault(", ".join(files), []).append(message)
        parts = [f"{', '.join(messages)} ({files})" for files, messages in by_files.items()]
        text = f"{rules.name}, {rule.name}: {'; '.join(parts)}"
        yield Finding(KINDS[rule.kind].code, rule.level, text, location, rule.hint)

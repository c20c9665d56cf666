"""Verdicts as text for the terminal, and as data for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from polyvita.checks.rules.engine import Observation, Verdict
from polyvita.checks.rules.ruleset import PURPOSES, RuleSet


def as_text(filter: str, verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts of one filter: a heading for each rule set, then a line for each observation."""
    return "\n".join(_lines(filter, verdicts))


def _lines(filter: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    if not verdicts:
        yield f"{filter}: no rules"
    for rules, group in groupby(verdicts, key=lambda verdict: verdict.rules):
        yield f"{filter}: {rules.name}, {rules.title} ({_form(rules)}); {PURPOSES[rules.kind]}"
        rows = [_row(verdict, observation) for verdict in group for observation in verdict.observations]
        widths = [max(len(row[i]) for row in rows) for i in range(3)] if rows else []
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
            yield f"  {'  '.join([*cells, row[3]])}".rstrip()
        for sentence in rules.remains:
            yield f"  check yourself: {sentence}"


def _form(rules: RuleSet) -> str:
    return f"{rules.form}, {rules.edition}" if rules.edition else rules.form


def _row(verdict: Verdict, observation: Observation) -> tuple[str, str, str, str]:
    return _state(verdict, observation), verdict.rule.name, observation.figure, ", ".join(observation.files)


def _state(verdict: Verdict, observation: Observation) -> str:
    """Return `kept`, the level of a broken rule, or a dash if the rule cannot be checked."""
    return verdict.rule.level if observation.state == "broken" else {"kept": "kept", "open": "–"}[observation.state]


def as_data(filter: str, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return the verdicts as values for JSON."""
    return [
        {
            "filter": filter,
            "set": verdict.rules.name,
            "rule": verdict.rule.name,
            "kind": verdict.rule.kind,
            "state": verdict.state,
            "level": verdict.rule.level,
            "source": verdict.rule.source,
            "sure": verdict.rule.sure,
            "checked": verdict.rule.checked,
            "seen": [{"state": s.state, "figure": s.figure, "files": list(s.files)} for s in verdict.observations],
        }
        for verdict in verdicts
    ]

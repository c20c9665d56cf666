"""Rules about the files themselves: their formats and names."""

from __future__ import annotations

from pathlib import PurePath

from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import Outcome, RuleContext, make_outcome


def formats(allowed: tuple[str, ...], _file: MeasuredFile, context: RuleContext) -> Outcome:
    """Look for at least one file in an allowed format. Files in other formats are ignored."""
    found = [file.format for file in context.files]
    accepted = [format for format in found if format in allowed]
    figure = ", ".join(accepted) if accepted else f"{', '.join(found)}; required: {' or '.join(allowed)}"
    return make_outcome(bool(accepted), figure)


def filename(pattern: str, file: MeasuredFile, context: RuleContext) -> Outcome:
    """Compare the names of all files, without their extensions."""
    required = pattern.format(**context.names)
    name = PurePath(file.name).stem
    return make_outcome(name == required, required if name == required else f"{name} instead of {required}")

"""Rules about the files themselves: their formats, names and sizes."""

from __future__ import annotations

from pathlib import PurePath

from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import Outcome, RuleContext, make_outcome
from polyvita.checks.rules.ruleset import FileSize


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


def file_size(most: FileSize, file: MeasuredFile, _context: RuleContext) -> Outcome:
    """Take the size of each file. 1 MB is 1,000,000 bytes."""
    size = len(file.inspection.content)
    unit, factor = ("MB", 1_000_000) if most >= 1_000_000 else ("KB", 1_000)
    return make_outcome(size <= most, f"{size / factor:.2g} {unit}, maximum {most / factor:g} {unit}")

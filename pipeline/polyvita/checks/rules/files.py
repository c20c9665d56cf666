"""Rules on the files themselves: their formats and names."""

from __future__ import annotations

from pathlib import PurePath

from polyvita.checks.rules.model import MeasuredFile
from polyvita.checks.rules.outcome import Case, Outcome, of


def formats(allowed: tuple[str, ...], _file: MeasuredFile, case: Case) -> Outcome:
    """One of the files has a format that is accepted; the others are the applicant’s own."""
    made = [file.format for file in case.files]
    there = [format for format in made if format in allowed]
    return of(bool(there), ", ".join(there) if there else f"{', '.join(made)}, not {' or '.join(allowed)}")


def filename(pattern: str, file: MeasuredFile, case: Case) -> Outcome:
    """The names of all files, their endings aside."""
    wanted = pattern.format(**case.names)
    name = PurePath(file.name).stem
    return of(name == wanted, wanted if name == wanted else f"{name}, not {wanted}")

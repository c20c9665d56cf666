"""What can be said to the user: findings, and the few ways in which a run can end early.

A finding never stops anything by itself. What stops a run is one of the exceptions at the top of this module;
each knows the exit status it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.place import NOWHERE, Place

Severity = Literal["error", "warning", "info"]


class PolyvitaError(Exception):
    """Anything this program raises on purpose."""

    exit_status = 3


class InputError(PolyvitaError):
    """The source, a filter file or the command line is wrong. Carries every finding that says so."""

    exit_status = 2

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class DoesNotFit(PolyvitaError):
    """An output cannot be made as small as it has to be. It is not written; the others are."""

    exit_status = 1

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Withheld(PolyvitaError):
    """An output would show what nobody should see. It is not written; the others are."""

    exit_status = 1

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class OutsideError(PolyvitaError):
    """Something outside the program failed: the disk, a missing program, a converter that broke."""

    exit_status = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: a code that stays the same over versions, a sentence, where, and what would mend it."""

    code: str
    severity: Severity
    message: str
    place: Place = NOWHERE
    hint: str = ""


def error(code: str, message: str, place: Place = NOWHERE, hint: str = "") -> Finding:
    """A finding that makes the exit status 1, or stops the run where nothing sensible can be built."""
    return Finding(code, "error", message, place, hint)


def warning(code: str, message: str, place: Place = NOWHERE, hint: str = "") -> Finding:
    """A finding that is most often a slip, and changes nothing by itself."""
    return Finding(code, "warning", message, place, hint)


@dataclass(slots=True)
class Report:
    """All findings of a run, each once, in the order of files and lines."""

    _found: dict[Finding, None] = field(default_factory=dict)

    def add(self, *findings: Finding) -> None:
        for finding in findings:
            self._found.setdefault(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found, key=lambda f: (f.place.file, f.place.line, f.place.column, f.code, f.message)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self._found)


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for the known name that is most like `word`, or nothing."""
    import difflib

    close = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f"did you mean “{close[0]}”?" if close else ""


def listing(names: Iterable[str]) -> str:
    """Names for a sentence: `a, b and c`."""
    *most, last = sorted(names) or ["none"]
    return f"{', '.join(most)} and {last}" if most else last


def render(findings: Iterable[Finding], sources: dict[str, str]) -> str:
    """Findings as the terminal shows them; `sources` holds the text of the files that may be quoted."""
    return "\n".join(_render_one(finding, sources) for finding in findings)


def _render_one(finding: Finding, sources: dict[str, str]) -> str:
    place = finding.place
    head = f"{finding.severity}[{finding.code}]: {finding.message}"
    lines = [f"{place}: {head}" if place.file else head]
    source = sources.get(place.file, "").replace("\r\n", "\n").split("\n")
    text = source[place.line - 1] if 0 < place.line <= len(source) else ""
    if text.strip():
        number = str(place.line)
        before = "".join("\t" if char == "\t" else " " for char in text[: place.column - 1])
        width = max(1, min(place.width, len(text) - place.column + 1))
        lines += [f"  {number} | {text}", f"  {' ' * len(number)} | {before}{'^' * width}"]
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return "\n".join(lines)

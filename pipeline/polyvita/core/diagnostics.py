"""Findings, which are the messages to the user, and the exceptions that end a run early.

A finding alone never stops a run. The exceptions in this module do. Each has the exit status of the command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from polyvita.core.location import NOWHERE, Location

Severity = Literal["error", "warning", "info"]


class PolyvitaError(Exception):
    """Base class of all exceptions that polyvita raises on purpose. All of them can be pickled."""

    exit_status = 3

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_error, (type(self), self.args, self.__dict__)


def _rebuild_error(cls: type[PolyvitaError], args: tuple[Any, ...], attributes: dict[str, Any]) -> PolyvitaError:
    problem = cls.__new__(cls, *args)
    problem.__dict__.update(attributes)
    return problem


class InputError(PolyvitaError):
    """The source, a filter file or the command line has errors. `findings` describes all of them."""

    exit_status = 2

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class DoesNotFitError(PolyvitaError):
    """An output is longer than its limit and cannot be shortened. Only this output is not written."""

    exit_status = 1

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class WithheldError(PolyvitaError):
    """An output would show private or hidden content. Only this output is not written."""

    exit_status = 1

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class ExternalError(PolyvitaError):
    """Something outside polyvita failed: the disk, a missing program, or a converter."""

    exit_status = 3

    def __init__(self, message: str, hint: str = "", location: Location = NOWHERE) -> None:
        super().__init__(message)
        self.hint, self.location = hint, location


class Finding(NamedTuple):
    """One message to the user: a stable code, a severity, one sentence, a location and a hint how to fix it."""

    code: str
    severity: Severity
    message: str
    location: Location = NOWHERE
    hint: str = ""


def error(code: str, message: str, location: Location = NOWHERE, hint: str = "") -> Finding:
    """Return a finding that makes the exit status 1, or stops the run if no output can be built."""
    return Finding(code, "error", message, location, hint)


def warning(code: str, message: str, location: Location = NOWHERE, hint: str = "") -> Finding:
    """Return a finding that does not change the exit status."""
    return Finding(code, "warning", message, location, hint)


def findings_of(problem: Exception) -> tuple[Finding, ...]:
    """Return the findings that describe `problem`, so that a command that keeps running shows no traceback."""
    match problem:
        case InputError() | WithheldError():
            return problem.findings
        case DoesNotFitError():
            return (problem.finding,)
        case ExternalError():
            return (error("PV301", str(problem), problem.location, problem.hint),)
        case _:
            return (error("PV390", f"internal error: {type(problem).__name__}: {problem}"),)


class Report:
    """All findings of a run without duplicates, sorted by file and line."""

    __slots__ = ("_findings",)

    def __init__(self) -> None:
        self._findings: dict[Finding, None] = {}

    def add(self, *findings: Finding) -> None:
        for finding in findings:
            self._findings.setdefault(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(
            sorted(
                self._findings,
                key=lambda f: (f.location.file, f.location.line, f.location.column, f.code, f.message),
            )
        )

    def __len__(self) -> int:
        return len(self._findings)

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self._findings)


def closest_name(word: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to `word`, or an empty string."""
    import difflib

    close = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the hint `did you mean …?` with the most similar known name, or an empty string."""
    name = closest_name(word, known)
    return f"did you mean “{name}”?" if name else ""


def list_available(names: Iterable[str]) -> str:
    """Return a hint that lists all allowed names: `use “a”, “b” or “c”`."""
    known = {f"“{name}”" for name in names}
    return f"use {join_names(known, 'or')}" if known else "none exist yet"


def join_names(names: Iterable[str], word: str = "and") -> str:
    """Return sorted names as part of a sentence: `a, b and c`."""
    *most, last = sorted(names) or ["none"]
    return f"{', '.join(most)} {word} {last}" if most else last


def render(findings: Iterable[Finding], sources: dict[str, str]) -> str:
    """Return findings as the terminal shows them. `sources` has the text of the files to quote, by name."""
    return "\n".join(_render_one(finding, sources) for finding in findings)


def _render_one(finding: Finding, sources: dict[str, str]) -> str:
    location = finding.location
    head = f"{finding.severity}[{finding.code}]: {finding.message}"
    lines = [f"{location}: {head}" if location.file else head]
    source = sources.get(location.file, "").replace("\r\n", "\n").split("\n")
    text = source[location.line - 1] if 0 < location.line <= len(source) else ""
    if text.strip():
        lines += _quote_line(text, location)
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return "\n".join(line.translate(_VISIBLE) for line in lines)


_VISIBLE = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
"""Symbols for control characters, because a terminal would execute the characters themselves."""
_MAX_QUOTED, _MAX_BEFORE = 160, 60
"""The maximum number of characters that are quoted from a line, and how many of them are before the location."""


def _quote_line(text: str, location: Location) -> list[str]:
    """Return a source line and the carets below it. A long line is cut to the part around the location."""
    number, start = str(location.line), location.column - 1
    cut = max(0, min(start - _MAX_BEFORE, len(text) - _MAX_QUOTED)) if len(text) > _MAX_QUOTED else 0
    head, part = "… " if cut else "", text[cut : cut + _MAX_QUOTED]
    tail = " …" if cut + _MAX_QUOTED < len(text) else ""
    marked = part[start - cut : start - cut + location.width] or " "
    before = "".join("\t" if char == "\t" else " " * _columns(char) for char in head + part[: start - cut])
    carets = "^" * max(1, sum(map(_columns, marked)))
    return [f"  {number} | {head}{part}{tail}", f"  {' ' * len(number)} | {before}{carets}"]


def _columns(char: str) -> int:
    """Return the number of terminal columns that a character needs."""
    if char.isascii():
        return 1
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

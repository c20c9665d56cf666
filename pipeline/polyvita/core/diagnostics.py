"""What can be said to the user: findings, and the few ways in which a run can end early.

A finding never stops anything by itself. What stops a run is one of the exceptions at the top of this module;
each knows the exit status it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from polyvita.core.location import NOWHERE, Location

Severity = Literal["error", "warning", "info"]


class PolyvitaError(Exception):
    """Anything this program raises on purpose. It can go from one process to another as it is."""

    exit_status = 3

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[PolyvitaError], args: tuple[Any, ...], facts: dict[str, Any]) -> PolyvitaError:
    problem = kind.__new__(kind, *args)
    problem.__dict__.update(facts)
    return problem


class InputError(PolyvitaError):
    """The source, a filter file or the command line is wrong. Carries every finding that says so."""

    exit_status = 2

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class DoesNotFitError(PolyvitaError):
    """An output cannot be made as small as it has to be. It is not written; the others are."""

    exit_status = 1

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class WithheldError(PolyvitaError):
    """An output would show what nobody should see. It is not written; the others are."""

    exit_status = 1

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class ExternalError(PolyvitaError):
    """Something outside the program failed: the disk, a missing program, a converter that broke."""

    exit_status = 3

    def __init__(self, message: str, hint: str = "", location: Location = NOWHERE) -> None:
        super().__init__(message)
        self.hint, self.location = hint, location


class Finding(NamedTuple):
    """One thing to say: a code that stays the same over versions, a sentence, where, and what would mend it."""

    code: str
    severity: Severity
    message: str
    location: Location = NOWHERE
    hint: str = ""


def error(code: str, message: str, location: Location = NOWHERE, hint: str = "") -> Finding:
    """A finding that makes the exit status 1, or stops the run where nothing sensible can be built."""
    return Finding(code, "error", message, location, hint)


def warning(code: str, message: str, location: Location = NOWHERE, hint: str = "") -> Finding:
    """A finding that is most often a slip, and changes nothing by itself."""
    return Finding(code, "warning", message, location, hint)


def findings_of(problem: Exception) -> tuple[Finding, ...]:
    """What there is to say where a run has ended early and another one follows: nobody should see a traceback then."""
    match problem:
        case InputError() | WithheldError():
            return problem.findings
        case DoesNotFitError():
            return (problem.finding,)
        case ExternalError():
            return (error("PV301", str(problem), problem.location, problem.hint),)
        case _:
            return (error("PV390", f"the program itself failed, with {type(problem).__name__}: {problem}"),)


class Report:
    """All findings of a run, each once, in the order of files and lines."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, *findings: Finding) -> None:
        for finding in findings:
            self._found.setdefault(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(
            sorted(self._found, key=lambda f: (f.location.file, f.location.line, f.location.column, f.code, f.message))
        )

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self._found)


def closest_name(word: str, known: Iterable[str]) -> str:
    """The known name that is most like `word`, or nothing."""
    import difflib

    close = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for the known name that is most like `word`, or nothing."""
    name = closest_name(word, known)
    return f"did you mean “{name}”?" if name else ""


def list_available(names: Iterable[str]) -> str:
    """The names that could be meant, where none is like what was written."""
    known = sorted(set(names))
    there = f"there {'are' if len(known) > 1 else 'is'}"
    return f"{there} {join_names(f'“{name}”' for name in known)}" if known else f"{there} none yet"


def join_names(names: Iterable[str]) -> str:
    """Names for a sentence: `a, b and c`."""
    *most, last = sorted(names) or ["none"]
    return f"{', '.join(most)} and {last}" if most else last


def render(findings: Iterable[Finding], sources: dict[str, str]) -> str:
    """Findings as the terminal shows them; `sources` holds the text of the files that may be quoted."""
    return "\n".join(_render_one(finding, sources) for finding in findings)


def _render_one(finding: Finding, sources: dict[str, str]) -> str:
    location = finding.location
    head = f"{finding.severity}[{finding.code}]: {finding.message}"
    lines = [f"{location}: {head}" if location.file else head]
    source = sources.get(location.file, "").replace("\r\n", "\n").split("\n")
    text = source[location.line - 1] if 0 < location.line <= len(source) else ""
    if text.strip():
        lines += _quoted(text, location)
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return "\n".join(line.translate(_VISIBLE) for line in lines)


_VISIBLE = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
"""Control characters as their pictures: a terminal would obey them."""
_LONGEST, _BEFORE = 160, 60
"""So many characters of a line are quoted at most, and so many of them before the place."""


def _quoted(text: str, location: Location) -> list[str]:
    """A line of the source and the carets under it; of a long one the part around the place."""
    number, start = str(location.line), location.column - 1
    cut = max(0, min(start - _BEFORE, len(text) - _LONGEST)) if len(text) > _LONGEST else 0
    head, part = "… " if cut else "", text[cut : cut + _LONGEST]
    tail = " …" if cut + _LONGEST < len(text) else ""
    marked = part[start - cut : start - cut + location.width] or " "
    before = "".join("\t" if char == "\t" else " " * _columns(char) for char in head + part[: start - cut])
    carets = "^" * max(1, sum(map(_columns, marked)))
    return [f"  {number} | {head}{part}{tail}", f"  {' ' * len(number)} | {before}{carets}"]


def _columns(char: str) -> int:
    """How many columns of a terminal a character takes up."""
    if char.isascii():
        return 1
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

"""Findings, which are the messages to the user, and the exceptions that end a run early.

A finding alone never stops a run. The exceptions in this module do. Each has the exit status of the command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from polyvita.core.location import NOWHERE, Location, quoted_line

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

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings


class WithheldError(PolyvitaError):
    """An output would show private or hidden content. Only this output is not written.

    `name_is_private` means that the name of the file has a private value.
    """

    exit_status = 1

    def __init__(self, *findings: Finding, name_is_private: bool = False) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings, self.name_is_private = findings, name_is_private


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


def info(code: str, message: str, location: Location = NOWHERE, hint: str = "") -> Finding:
    """Return a finding about something that is right, but good to know. `check` and the preview show it."""
    return Finding(code, "info", message, location, hint)


def findings_of(problem: Exception) -> tuple[Finding, ...]:
    """Return the findings that describe `problem`, so that a command that keeps running shows no traceback."""
    match problem:
        case InputError() | DoesNotFitError() | WithheldError():
            return problem.findings
        case ExternalError():
            return (error("PV301", str(problem), problem.location, problem.hint),)
        case _:
            return (error("PV390", f"internal error: {type(problem).__name__}: {str(problem)[:200]}"),)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without duplicates, sorted by file, line and column."""
    return tuple(sorted(set(findings), key=_order))


def _order(finding: Finding) -> tuple[str, int, int, str, str, str, str, int]:
    location = finding.location
    return (
        *(location.file, location.line, location.column, finding.code, finding.message),
        *(finding.severity, finding.hint, location.width),
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether one of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


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


def list_places(lines: Iterable[int]) -> str:
    """Return where something is found, for the end of a message: ` (3 places: lines 4, 8)`; nothing for one place."""
    found = list(lines)
    if len(found) < 2:
        return ""
    each = list(dict.fromkeys(map(str, found)))
    listed = ", ".join(each[:_MOST_LINES]) + (", …" if len(each) > _MOST_LINES else "")
    return f" ({len(found)} places: line{'s' if len(each) > 1 else ''} {listed})"


_MOST_LINES = 5


# ---------------------------------------------------------------- for the terminal, the preview and JSON


class Quote(NamedTuple):
    """A source line in three parts. A finding is about `marked`, which is empty at the end of a line."""

    before: str
    marked: str
    after: str


_MAX_QUOTED, _MAX_BEFORE = 160, 60
"""The maximum number of characters that are quoted from a line, and how many of them are before the location."""


def quote(location: Location) -> Quote | None:
    """Return the line at `location` as it was read, cut at both ends if it is long; None if there is nothing to see."""
    text, start = quoted_line(location), location.column - 1
    if not text.strip():
        return None
    first = max(0, min(start - _MAX_BEFORE, len(text) - _MAX_QUOTED)) if len(text) > _MAX_QUOTED else 0
    last = min(len(text), first + _MAX_QUOTED)
    end = min(start + max(1, location.width), last)
    ellipses = "… " if first else "", " …" if last < len(text) else ""
    return Quote(ellipses[0] + text[first:start], text[start:end], text[end:last] + ellipses[1])


def finding_as_data(finding: Finding) -> dict[str, Any]:
    """Return a finding as data for JSON. Without a file there are no keys for the location, and no quote."""
    data: dict[str, Any] = finding._asdict()
    location: Location = data.pop("location")
    if location.file:
        data |= location._asdict()
    if quoted := quote(location):
        data["quote"] = quoted._asdict()
    return data


def render(findings: Iterable[Finding], *, colour: bool = False) -> str:
    """Return findings as the terminal shows them, each with its source line and carets below the marked part.

    With `colour`, severity, code and carets have the colour of the severity. After `MAX_SHOWN` findings with the same
    code, the others are only counted, in a line at the end.
    """
    shown: list[str] = []
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding.code] += 1
        if counts[finding.code] <= MAX_SHOWN:
            shown.append(_render_one(finding, _COLOURS[finding.severity] if colour else ""))
    more = ((code, count - MAX_SHOWN) for code, count in counts.items() if count > MAX_SHOWN)
    shown += [f"… and {count} more {code} finding{'s' if count > 1 else ''}; --json lists all" for code, count in more]
    return "\n".join(shown)


MAX_SHOWN = 50
"""The number of findings with the same code that are printed."""


_COLOURS: dict[Severity, str] = {"error": "1;31", "warning": "1;33", "info": "1;36"}
"""The codes of a terminal for bold red, yellow and cyan."""


def _render_one(finding: Finding, colour: str) -> str:
    def paint(text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if colour else text

    location = finding.location
    place = f"{location}: " if location.file else ""
    lines = [f"{visible(place)}{paint(f'{finding.severity}[{finding.code}]')}: {visible(finding.message)}"]
    if quoted := quote(location):
        number = str(location.line)
        before = "".join("\t" if char == "\t" else " " * _columns(char) for char in quoted.before)
        carets = "^" * max(1, sum(map(_columns, quoted.marked)))
        lines += [f"  {number} | {visible(''.join(quoted))}", f"  {' ' * len(number)} | {before}{paint(carets)}"]
    if finding.hint:
        lines.append(f"  hint: {visible(finding.hint)}")
    return "\n".join(lines)


def visible(text: str) -> str:
    """Return a text for a terminal, with symbols for the characters that it would execute instead of showing them."""
    return text.translate(_VISIBLE)


_VISIBLE: dict[int, int | str] = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}
_VISIBLE[127] = 0x2421
_VISIBLE |= dict.fromkeys(range(0x80, 0xA0), "�")
_VISIBLE |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")
"""Control characters of ASCII and Latin-1, and those that change the direction of the text around them."""


def _columns(char: str) -> int:
    """Return the number of terminal columns that a character needs."""
    if char.isascii():
        return 1
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

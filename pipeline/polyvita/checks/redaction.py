"""Messages without private values: logs are often public, such as those of CI.

A finding may quote a line that has a private value, or name the value as something that the user wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from polyvita.checks.disclosure import PRIVATE_KEYS, DisclosureChecker, PrivateValue, private_values
from polyvita.config.front_matter import FrontMatter, read_front_matter
from polyvita.core.codes import CODES
from polyvita.core.diagnostics import Finding, InputError
from polyvita.core.letters import alphanumeric, normalize
from polyvita.core.location import NOWHERE, Location, quoted_line, unquoted
from polyvita.core.source import CV, read_bytes
from polyvita.reader import load_private
from polyvita.reader.private_file import SUFFIX


def without_private_values(findings: Iterable[Finding], checker: DisclosureChecker) -> Iterator[Finding]:
    """Yield the findings: none of them contains a private value, and none quotes a line that does."""
    if not checker.values:
        yield from findings
        return
    for finding in findings:
        location, message = finding.location, f"{finding.message}\n{finding.hint}"
        key = next((value.key for value in checker.find_values([message])), "")
        if checker.has_value(location.file):
            location = NOWHERE
        elif location.line and (values := checker.find_values([lines := _lines_around(location)])):
            location = unquoted(location)
            key = key or next((value.key for value in values if _has_part(message, value, lines)), "")
        if key:
            title = CODES[finding.code].title
            text = f"{title}; the message would print the private value of “{key}”"
            yield Finding(finding.code, finding.severity, text, location)
        else:
            yield finding._replace(location=location)


def _has_part(message: str, value: PrivateValue, lines: str) -> bool:
    """Return whether a message quotes a part of a private value in `lines`."""
    written = [alphanumeric(found[0]) for found in value.pattern.finditer(normalize(lines))]
    parts = [part for quoted in _QUOTED.findall(message) if len(part := alphanumeric(quoted)) >= _MIN_LENGTH]
    return any(part in text for part in parts for text in written)


_QUOTED = re.compile("“([^”]+)”")
_MIN_LENGTH = 3


def without_private_values_of(source: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings about a CV that could not be read in full, as `without_private_values` does.

    If its private data cannot be read, no line is quoted.
    """
    text, front = _lines_of(source), FrontMatter()
    with suppress(InputError):
        front, _ = read_front_matter(text, str(source))
    own_lines = {str(source): [line if _PRIVATE_KEY.match(line) else "" for line in text]}
    private, problem = None, False
    try:
        private = load_private(source)
    except InputError:
        path = source.with_suffix(SUFFIX)
        own_lines[str(path)], problem = _lines_of(path), True
    values = private_values(front.values, front.locations, private, [front.lang or "en"])
    found = (_without_own_value(finding, own_lines, hide=problem) for finding in findings)
    return tuple(without_private_values(found, DisclosureChecker(values)))


def _lines_of(path: Path) -> list[str]:
    """Return the lines of a file, and none if it cannot be read. What messages quote stays as it was read before."""
    try:
        return read_bytes(path, CV.largest).decode(errors="replace").split("\n")
    except (OSError, ValueError):
        return []


def _without_own_value(finding: Finding, own_lines: Mapping[str, Sequence[str]], *, hide: bool) -> Finding:
    """Return a finding that neither quotes a line with a private key nor prints what the line says.

    `own_lines` are the lines with private keys of each file. With `hide`, no line is quoted.
    """
    at = finding.location
    lines = own_lines.get(at.file, ())
    line = lines[at.line - 1] if 0 < at.line <= len(lines) else ""
    value = re.split("[:=]", line, maxsplit=1)[-1].strip(" \t'\"")
    if len(value) >= _MIN_LENGTH and value in f"{finding.message}\n{finding.hint}":
        message = f"{CODES[finding.code].title}; the message would print a private value"
        finding = finding._replace(message=message, hint="")
    return finding._replace(location=unquoted(at)) if hide or line else finding


_PRIVATE_KEY = re.compile(rf"\s*({'|'.join(PRIVATE_KEYS)})\s*[:=]")


def _lines_around(location: Location) -> str:
    """Return the line at a location with the lines before and after it, because a value may be broken."""
    lines = range(location.line - 1, location.line + 2)
    return "\n".join(quoted_line(location._replace(line=line)) for line in lines)

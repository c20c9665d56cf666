"""The data that the server sends to the page: snapshots of outputs, findings with their lines, the list of filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from polyvita.core.diagnostics import Finding
from polyvita.core.formats import Format, format_of
from polyvita.preview.session import REVIEW, Entry, Selection, Snapshot

_REVIEW_FORMAT = Format(REVIEW, "Review", "html", "text/html; charset=utf-8")
_KINDS = {"text/html": "page", "application/pdf": "viewer"}
_CONTEXT = 60
"""Characters of a long line that are quoted before and after the text of a finding."""


def page_url(selection: Selection) -> str:
    """Return the address of the page that shows a selection. The user can bookmark and reload this address."""
    return "/?" + urlencode({"filter": selection.filter, "show": selection.format})


def file_url(selection: Selection) -> str:
    """Return the address of the file itself."""
    return f"/output/{quote(selection.filter, safe='')}/{quote(selection.format, safe='')}"


def media_type(selection: Selection) -> str:
    """Return the media type of an output, or an empty string if it depends on the content."""
    return (_REVIEW_FORMAT if selection.format == REVIEW else format_of(selection.format)).media_type


def display_kind(selection: Selection, content: bytes) -> str:
    """Return how a browser can show a file: as `page`, in its PDF `viewer`, as `text`, or as `file` to download."""
    if kind := _KINDS.get(media_type(selection).partition(";")[0]):
        return kind
    try:
        content.decode()
    except UnicodeDecodeError:
        return "file"
    return "text"


def snapshot_as_data(selection: Selection, snapshot: Snapshot, folder: Path) -> dict[str, Any]:
    """Return a snapshot as data for the page. `folder` is the folder of the CV."""
    good = snapshot.good
    return {
        "filter": selection.filter,
        "show": selection.format,
        "current": snapshot.current,
        "fitted": snapshot.fitted,
        "findings": [_finding(finding, folder) for finding in snapshot.findings],
        "good": good
        and {
            "name": good.name,
            "pages": good.pages,
            "stamp": good.stamp,
            "kind": display_kind(selection, good.content),
            "address": f"{file_url(selection)}?v={good.stamp}",
        },
    }


def entries_as_data(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """Return the list of filters as data for the page: each with its formats and their addresses."""
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "broken": entry.broken,
            "formats": [
                {"format": f, "name": format_of(f).label, "address": page_url(Selection(entry.name, f))}
                for f in entry.formats
            ],
            "review": page_url(Selection(entry.name, REVIEW)),
        }
        for entry in entries
    ]


def _finding(finding: Finding, folder: Path) -> dict[str, Any]:
    location = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "file": _relative_name(location.file, folder),
        "line": location.line,
        "column": location.column,
        "quote": _quote(finding) if location.line else None,
    }


def _relative_name(file: str, folder: Path) -> str:
    path = Path(file)
    return path.relative_to(folder).as_posix() if file and path.is_relative_to(folder) else file


def _quote(finding: Finding) -> dict[str, str] | None:
    """Return the source line of a finding in three parts: before, marked, after. Cut a long line at both ends."""
    location = finding.location
    try:
        text = Path(location.file).read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    except OSError:
        return None
    lines = text.split("\n")
    if location.line > len(lines) or not lines[location.line - 1].strip():
        return None
    line, start = lines[location.line - 1], location.column - 1
    end = start + max(1, location.width)
    before, marked, after = line[:start], line[start:end], line[end:]
    if len(before) > _CONTEXT:
        before = "…" + before[-_CONTEXT:]
    if len(marked) > 2 * _CONTEXT:
        marked, after = marked[: 2 * _CONTEXT] + "…", ""
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT] + "…"
    return {"before": before, "marked": marked or " ", "after": after}

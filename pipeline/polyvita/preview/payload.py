"""The data that the server sends to the page: snapshots of outputs, findings with their lines, the list of filters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from polyvita.core.diagnostics import Finding, finding_as_data
from polyvita.core.formats import format_of
from polyvita.preview.editors import editor_link
from polyvita.preview.session import REVIEW, Entry, Overview, Selection, Snapshot

_WEB_PAGE = "text/html; charset=utf-8"
_KINDS = {"text/html": "page", "application/pdf": "viewer"}


def page_url(selection: Selection) -> str:
    """Return the address of the page that shows a selection, relative to the page."""
    return "?" + urlencode({"filter": selection.filter, "show": selection.format} | _theme(selection))


def file_url(selection: Selection) -> str:
    """Return the address of the file itself, relative to the page."""
    return f"output/{quote(selection.filter, safe='')}/{quote(selection.format, safe='')}"


def _theme(selection: Selection) -> dict[str, str]:
    return {"theme": selection.theme} if selection.theme else {}


def media_type(selection: Selection) -> str:
    """Return the media type of an output, or an empty string if it depends on the content."""
    return _WEB_PAGE if selection.format == REVIEW else format_of(selection.format).media_type


def display_kind(selection: Selection, content: bytes) -> str:
    """Return how a browser can show a file: as `page`, in its PDF `viewer`, as `text`, or as `file` to download."""
    if kind := _KINDS.get(media_type(selection).partition(";")[0]):
        return kind
    try:
        content.decode()
    except UnicodeDecodeError:
        return "file"
    return "text"


def snapshot_as_data(selection: Selection, snapshot: Snapshot, folder: Path, editor: str) -> dict[str, Any]:
    """Return a snapshot as data for the page. `folder` is the folder of the CV. Findings link to `editor`."""
    good = snapshot.good
    return {
        "filter": selection.filter,
        "show": selection.format,
        "theme": selection.theme,
        "current": snapshot.current,
        "fitted": snapshot.fitted,
        "findings": _findings_as_data(snapshot.findings, folder, editor),
        "good": good
        and {
            "name": good.name,
            "pages": good.pages,
            "stamp": good.stamp,
            "kind": display_kind(selection, good.content),
            "address": f"{file_url(selection)}?{urlencode({'v': good.stamp} | _theme(selection))}",
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


def overview_as_data(overview: Overview, folder: Path, editor: str) -> dict[str, Any]:
    """Return what is known about all filters as data for the page. The other arguments are as in `snapshot_as_data`."""
    return {"broken": overview.broken, "findings": _findings_as_data(overview.findings, folder, editor)}


def _findings_as_data(findings: Iterable[Finding], folder: Path, editor: str) -> list[dict[str, Any]]:
    return [
        finding_as_data(finding)
        | {"file": _relative_name(finding.location.file, folder), "link": editor_link(editor, finding.location)}
        for finding in findings
    ]


def _relative_name(file: str, folder: Path) -> str:
    path = Path(file)
    return path.relative_to(folder).as_posix() if file and path.is_relative_to(folder) else file

"""What the server says to the page, as data: what there is to see, findings with their lines, the list of outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from polyvita.core.diagnostics import Finding
from polyvita.preview.session import REVIEW, Entry, Selection, Snapshot

NAMES = {"html": "HTML", "docx": "Word", "pdf": "PDF", "txt": "Text"}
"""What a reader calls a format; other formats are called what Pandoc calls them."""
_AROUND = 60
"""How much of a long line is shown before and after what a finding is about, in characters."""


def address(look: Selection) -> str:
    """Where the page stands for `look`: it can be kept, and opened again."""
    return "/?" + urlencode({"filter": look.filter, "show": look.format})


def file_address(look: Selection) -> str:
    """Where the file itself is served."""
    return f"/output/{quote(look.filter, safe='')}/{quote(look.format, safe='')}"


def kind(look: Selection, content: bytes) -> str:
    """How a browser can show a file: `page`, `pdf`, `text`, or `file`, which is to be downloaded."""
    if look.format in ("html", REVIEW):
        return "page"
    if look.format == "pdf":
        return "pdf"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "file"
    return "text"


def seen_as_data(look: Selection, seen: Snapshot, home: Path) -> dict[str, Any]:
    """What there is to see of `look`; `home` is the folder of the CV."""
    good = seen.good
    return {
        "filter": look.filter,
        "show": look.format,
        "current": seen.current,
        "fitted": seen.fitted,
        "findings": [_finding(finding, home) for finding in seen.findings],
        "good": good
        and {
            "name": good.name,
            "pages": good.pages,
            "stamp": good.stamp,
            "kind": kind(look, good.content),
            "address": f"{file_address(look)}?v={good.stamp}",
        },
    }


def entries_as_data(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """The list of outputs: each filter with its formats, and where each is shown."""
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "broken": entry.broken,
            "formats": [
                {"format": f, "name": NAMES.get(f, f), "address": address(Selection(entry.name, f))}
                for f in entry.formats
            ],
            "review": address(Selection(entry.name, REVIEW)),
        }
        for entry in entries
    ]


def _finding(finding: Finding, home: Path) -> dict[str, Any]:
    location = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "file": _name(location.file, home),
        "line": location.line,
        "column": location.column,
        "quote": _quote(finding) if location.line else None,
    }


def _name(file: str, home: Path) -> str:
    path = Path(file)
    return path.relative_to(home).as_posix() if file and path.is_relative_to(home) else file


def _quote(finding: Finding) -> dict[str, str] | None:
    """The line that a finding is about, in three: before, what it is about, after; a long line is cut at both ends."""
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
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(marked) > 2 * _AROUND:
        marked, after = marked[: 2 * _AROUND] + "…", ""
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return {"before": before, "marked": marked or " ", "after": after}

"""What the preview knows: for each output that was looked at, the last good one, and what was found since."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from polyvita.builder.incremental import build
from polyvita.builder.plan import plan
from polyvita.builder.result import FitSummary
from polyvita.config.filter_file import load_filter
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import Finding, InputError, Report, findings_of
from polyvita.explain.review_copy import review_html
from polyvita.preview.watch import Stamps, stamps
from polyvita.writers.fonts import forget

REVIEW = "review"
"""Stands in the place of a format for the whole CV with what the filter leaves out marked in it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody looks at: a filter's output in one format, or its review."""

    filter: str
    format: str


@dataclass(frozen=True, slots=True)
class LastGood:
    """A finished file. Two of the same `stamp` are the same."""

    name: str
    content: bytes
    pages: int | None = None

    @property
    def stamp(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there is to see. `good` is the newest that could be made, and `current` whether that is of now."""

    revision: int
    findings: tuple[Finding, ...]
    good: LastGood | None
    current: bool
    fitted: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A filter in the list, as its file says; `broken` where the file cannot be read as it is."""

    name: str
    title: str
    formats: tuple[str, ...]
    broken: bool = False


Made = tuple[LastGood | None, Iterable[Finding], str]


class Session:
    """All that is known of one CV. Its methods may be called from any thread, and take as long as a build does."""

    def __init__(self, source: Path, folder: Path) -> None:
        """`folder` is where the outputs may be written; it belongs to the preview."""
        self.source = source
        self.revision = 0
        """Counts the saves. What was made at an earlier one is made again when it is looked at."""
        self._folder = folder
        self._outputs: dict[Selection, Path] = {}
        self._seen: dict[Selection, Snapshot] = {}
        self._entries: tuple[Stamps, tuple[Entry, ...]] = ({}, ())
        self._lock = threading.Lock()

    def saved(self, files: Iterable[Path]) -> None:
        """The files are others than before."""
        if any("fonts" in file.parts for file in files):
            forget()
        self.revision += 1

    def show(self, look: Selection) -> Snapshot:
        """What there is to see of `look`, made now where the CV was saved since it was made last.

        One is made at a time; whoever asks for the same meanwhile gets that.
        """
        with self._lock:
            before = self._seen.get(look)
            revision = self.revision
            if before and before.revision == revision:
                return before
            made, findings, fitted = self._make(look)
            report = Report()
            report.add(*findings)
            last = made or (before.good if before else None)
            seen = Snapshot(revision, tuple(report), last, made is not None, fitted)
            if last:
                self._seen[look] = seen
            return seen

    def known(self, look: Selection) -> Snapshot | None:
        """What was to be seen of `look` when it was last made: of a filter that has gone meanwhile, too."""
        return self._seen.get(look)

    def entries(self) -> tuple[Entry, ...]:
        """The filters that are there now. One that is broken has the formats that it had when it was not."""
        known_of, known = self._entries
        files = stamps([self.source.parent / "filters"])
        if files != known_of:
            before = {entry.name: entry for entry in known}
            known = tuple(_entry(path, before) for path in sorted(files) if path.suffix == ".yaml")
            self._entries = (files, known)
        return known

    def _make(self, look: Selection) -> Made:
        try:
            return self._review(look) if look.format == REVIEW else self._build(look)
        except Exception as problem:  # whatever it is: nobody looks at the terminal while writing
            return None, findings_of(problem), ""

    def _build(self, look: Selection) -> Made:
        # A folder for each, of no name of the user's: two filters may give their files the same name for a while.
        outputs = self._outputs.setdefault(look, Path(self._folder, str(len(self._outputs))))
        built = build(
            self.source,
            [look.filter] if look.filter else [],
            formats=[look.format] if look.format else [],
            outputs=outputs,
        )
        result = built.results[0]
        findings, fitted = (*built.report, *built.notes), _fitted(built.fitted.get(look.filter))
        if result.problem:
            return None, findings, fitted
        return LastGood(result.path.name, result.path.read_bytes(), result.pages), findings, fitted

    def _review(self, look: Selection) -> Made:
        todo = plan(self.source, [look.filter], (), self._folder, build_time(None).seconds)
        content = review_html(todo.jobs[0], todo.folder)
        return LastGood(f"{look.filter}-review.html", content), todo.report, ""


def _entry(path: Path, before: dict[str, Entry]) -> Entry:
    try:
        filter = load_filter(path)
    except InputError:
        known = before.get(path.stem) or Entry(path.stem, "", ())
        return Entry(known.name, known.title, known.formats, broken=True)
    return Entry(filter.name, filter.title, filter.formats)


def _fitted(fitted: FitSummary | None) -> str:
    count = len(fitted.data["left_out"]) if fitted else 0
    return f"to fit, {count} unit{'s are' if count > 1 else ' is'} left out; the review marks them" if count else ""

"""The state of the preview: for each selected output the last good file, and the findings of the newest build."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from polyvita.builder.incremental import build
from polyvita.builder.plan import Plan, make_plan
from polyvita.builder.result import FitSummary
from polyvita.config.filter_file import load_filter
from polyvita.config.theme import theme_names
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import (
    Finding,
    InputError,
    did_you_mean,
    error,
    findings_of,
    list_available,
    sorted_findings,
)
from polyvita.explain.review_copy import render_review_copy
from polyvita.preview.watch import FileStamps, file_stamps
from polyvita.writers.fonts import clear_font_cache

REVIEW = "review"
"""The format name of the review copy, which is not an output."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What one page shows: a filter's output in one format, or its review copy. An empty theme is the filter's own."""

    filter: str
    format: str
    theme: str = ""


@dataclass(frozen=True, slots=True)
class GoodFile:
    """A finished file. Two files with the same `stamp` have the same content."""

    name: str
    content: bytes
    pages: int | None = None

    @property
    def stamp(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a selection after a build.

    `good` is the newest file that could be built. `current` is true if this build produced `good`. `fitted` says how
    much was left out to fit the pages.
    """

    revision: int
    findings: tuple[Finding, ...]
    good: GoodFile | None
    current: bool
    fitted: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A filter in the list of the page. `broken` is true if its file has errors."""

    name: str
    title: str
    formats: tuple[str, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The findings about the CV and all its filters, and the names of the filters that cannot be built."""

    findings: tuple[Finding, ...] = ()
    broken: tuple[str, ...] = ()


Attempt = tuple[GoodFile | None, Iterable[Finding], str]
"""The result of one build: the file if it could be built, the findings, and what was left out to fit."""


class Session:
    """The state of one CV. Its methods are thread-safe, and may take as long as a build."""

    def __init__(self, source: Path, folder: Path) -> None:
        """Keep outputs in `folder`, which belongs to the preview alone."""
        self.source = source
        self.revision = 0
        """The number of saves. A snapshot of an earlier revision is out of date."""
        self._folder = folder
        self._outputs: dict[Selection, Path] = {}
        self._snapshots: dict[Selection, Snapshot] = {}
        self._entries: tuple[FileStamps, tuple[Entry, ...]] = ({}, ())
        self._checked: tuple[int, Overview] = (-1, Overview())
        self._lock = threading.Lock()

    def mark_saved(self, files: Iterable[Path]) -> None:
        """Record that these files changed."""
        if any("fonts" in file.parts for file in files):
            clear_font_cache()
        self.revision += 1

    def snapshot(self, selection: Selection) -> Snapshot:
        """Return the current state of a selection. Build it if the CV was saved since the last build.

        One build runs at a time. Requests that wait for the same selection share its result.
        """
        with self._lock:
            before = self._snapshots.get(selection)
            revision = self.revision
            if before and before.revision == revision:
                return before
            built, findings, fitted = self._try_build(selection)
            good = built or (before.good if before else None)
            snapshot = Snapshot(revision, sorted_findings(findings), good, built is not None, fitted)
            if good:
                self._snapshots[selection] = snapshot
            return snapshot

    def last_snapshot(self, selection: Selection) -> Snapshot | None:
        """Return the state of a selection after its last build, even if its filter was deleted since."""
        return self._snapshots.get(selection)

    def check_all_filters(self) -> Overview:
        """Return what is known about the CV and all its filters before anything is built."""
        with self._lock:
            if self._checked[0] != self.revision:
                self._checked = self.revision, self._overview()
            return self._checked[1]

    def entries(self) -> tuple[Entry, ...]:
        """Return the filters that exist now. A broken filter keeps the formats of its last good version."""
        known_stamps, entries = self._entries
        stamps = file_stamps([self.source.parent / "filters"])
        if stamps != known_stamps:
            before = {entry.name: entry for entry in entries}
            entries = tuple(_read_entry(path, before) for path in sorted(stamps) if path.suffix == ".yaml")
            self._entries = (stamps, entries)
        return entries

    def themes(self) -> tuple[str, ...]:
        """Return the names of the themes that exist now."""
        return theme_names(self.source.parent / "themes")

    def _try_build(self, selection: Selection) -> Attempt:
        try:
            return self._review(selection) if selection.format == REVIEW else self._build(selection)
        except Exception as problem:  # Every error becomes a finding: the user looks at the page, not at the terminal.
            return None, findings_of(problem), ""

    def _build(self, selection: Selection) -> Attempt:
        if selection.theme and selection.theme not in (names := self.themes()):
            hint = did_you_mean(selection.theme, names) or list_available(names)
            raise InputError(error("PV129", f"theme “{selection.theme}” not found", hint=hint))
        # Each selection has its own folder, because two filters may use the same file name for a while.
        outputs = self._outputs.setdefault(selection, Path(self._folder, str(len(self._outputs))))
        result = build(
            self.source,
            [selection.filter] if selection.filter else [],
            formats=[selection.format] if selection.format else [],
            outputs=outputs,
            theme=selection.theme,
        )
        findings, fitted = (*result.findings, *result.notes), _fit_note(result.fitted.get(selection.filter))
        output = next(iter(result.results), None)
        if output is None or output.problem:
            return None, findings, fitted
        return GoodFile(output.path.name, output.path.read_bytes(), output.pages), findings, fitted

    def _review(self, selection: Selection) -> Attempt:
        build_plan = self._plan([selection.filter])
        content = render_review_copy(build_plan.jobs[0], build_plan.folder)
        return GoodFile(f"{selection.filter}-review.html", content), build_plan.findings, ""

    def _overview(self) -> Overview:
        try:
            plan = self._plan([], skip_broken=True)
        except Exception as problem:
            return Overview(findings_of(problem))
        errors = (finding for problem in plan.broken.values() for finding in problem.findings)
        return Overview(sorted_findings([*plan.findings, *errors]), tuple(plan.broken))

    def _plan(self, filters: Sequence[str], *, skip_broken: bool = False) -> Plan:
        return make_plan(
            self.source,
            filters=filters,
            outputs=self._folder,
            timestamp=build_time(None).seconds,
            skip_broken=skip_broken,
        )


def _read_entry(path: Path, before: dict[str, Entry]) -> Entry:
    try:
        filter = load_filter(path)
    except InputError:
        known = before.get(path.stem) or Entry(path.stem, "", ())
        return Entry(known.name, known.title, known.formats, broken=True)
    return Entry(filter.name, filter.title, filter.formats)


def _fit_note(fitted: FitSummary | None) -> str:
    count = len(fitted.data["left_out"]) if fitted else 0
    if not count:
        return ""
    return f"{count} unit{'s are' if count > 1 else ' is'} left out to fit; the review shows what is left out"

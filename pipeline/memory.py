"""What a build remembers of the one before, and what it leaves for the next: the manifest in use."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.built import Result
from pipeline.diagnostics import Finding, OutsideError, Report
from pipeline.digest import Digests
from pipeline.document import Document, Image, walk
from pipeline.manifest import Manifest, Record, as_record, of_bytes, of_files, of_run, of_text, within
from pipeline.plan import Job, Output, Plan
from pipeline.work import Wish, Work
from pipeline.writers.fonts import typefaces
from pipeline.writers.lower import Page

_UNSTEADY = {"PV303"}
"""Findings about the machine, which may have changed the next time."""
_ONCE = {"PV323", "PV324"}
"""Findings about what was there before the build, which is no more."""


class Memory:
    """The manifest, with the hashes that this build compares with it; `source` and `settings` are those of what it
    read, taken before it did."""

    def __init__(self, manifest: Manifest, wish: Wish, todo: Plan, source: str, settings: str) -> None:
        self.manifest, self.wish, self.todo, self.source = manifest, wish, todo, source
        folder = todo.folder
        nodes = walk(todo.jobs[0].document)
        images = [folder / node.url for node in nodes if isinstance(node, Image) and "//" not in node.url]
        templates = [folder / job.filter.reference for job in todo.jobs if job.filter.reference]
        self.more = [str(path) for path in dict.fromkeys([*images, *templates])]
        self.settings = settings
        self.files = of_files([*images, *within(folder / "fonts")])
        self.given = str(wish.now.seconds) if wish.now.given else ""
        """The moment of the build where somebody said so; else an output keeps the moment it was made."""
        self.digests = Digests()

    def name(self, output: Output) -> str:
        """The output in the manifest."""
        return output.path.relative_to(self.wish.folder).as_posix()

    # ------------------------------------------------------------ what was it made from

    def made_from(self, job: Job, kept: Document) -> str:
        """The hash of all that decides what a filter shows; `kept` is what it selects."""
        names = [self.name(output) for output in job.outputs]
        day = self.wish.now.day.isoformat()
        selected = of_text(job.filter.name, job.lang, self.digests.document(kept))
        return of_text(
            self.settings, of_files(map(Path, self.more)), selected, self._faces(job), day, self.given, *names
        )

    def keys(self, job: Job, page: Page) -> tuple[int, dict[str, str]]:
        """How much a filter's writers are given, in letters, and for each output the hash of all of it."""
        info = job.info if self.given else dataclasses.replace(job.info, timestamp=0)
        head = dataclasses.astuple(page.letterhead) if page.letterhead else ()
        tree = json.dumps([head, page.blocks], ensure_ascii=False)
        reference = of_bytes(job.reference or b"")
        common = of_text(tree, repr(job.theme), repr(info), reference, self.files, self._faces(job))
        return len(tree), {self.name(output): of_text(common, output.format) for output in job.outputs}

    def _faces(self, job: Job) -> str:
        if not any(output.format == "pdf" for output in job.outputs):
            return ""
        return repr(typefaces(job.theme, self.todo.folder))

    # ------------------------------------------------------------ is it as it was

    def recall(self, work: Work) -> bool:
        """Whether the filter selects what it did, and all of its outputs are as they were built; if so, what was found
        then is put in."""
        record = self.manifest.filters.get(work.job.filter.name)
        if self.wish.force or self.wish.strict or self.wish.word_pages or not record:
            return False
        names = [self.name(output) for output in work.job.outputs]
        if record["made_from"] != work.made_from or not all(map(self.manifest.is_as_built, names)):
            return False
        work.remembered = record
        work.results = [self.as_it_was(work, output) for output in work.job.outputs]
        return True

    def is_current(self, work: Work, output: Output) -> bool:
        """Whether the output is there as its writer would write it."""
        name = self.name(output)
        if self.wish.force or not self.manifest.is_as_built(name):
            return False
        return bool(self.manifest.outputs[name]["made_from"] == work.keys[name])

    def as_it_was(self, work: Work, output: Output) -> Result:
        """The result of an output that stays."""
        pages = self.manifest.outputs.get(self.name(output), {}).get("pages")
        return Result(work.job.filter.name, output.path, pages, unchanged=True)

    # ------------------------------------------------------------ for the next time

    def begin(self, outputs: Iterable[Output]) -> None:
        """These are about to be written. Should the build be killed, nobody is to take half of them for edited."""
        known = [self.manifest.outputs.pop(self.name(output), None) for output in outputs]
        if any(known):
            with suppress(OutsideError):  # a folder that cannot be written is a finding of each output
                self.manifest.write()

    def written(self, work: Work, output: Output, content: bytes, pages: int | None) -> None:
        name = self.name(output)
        self.manifest.outputs[name] = {"made_from": work.keys[name], "hash": of_bytes(content), "pages": pages}

    def remember(self, works: Sequence[Work], report: Report, notes: Sequence[Finding]) -> None:
        """What was built, and what was found; what went wrong is tried again the next time."""
        thorough = self.wish.strict or self.wish.word_pages
        for work in works:
            name = work.job.filter.name
            if work.is_sound and not thorough:
                found = _records(work.findings())
                self.manifest.filters[name] = {"made_from": work.made_from, "findings": found, "fitted": _fit(work)}
            elif self.manifest.filters.get(name, {}).get("made_from") != work.made_from:
                self.manifest.filters.pop(name, None)
        self.manifest.runs.pop(self.wish.command, None)
        steady = not any(finding.code in _UNSTEADY for finding in report)
        if steady and not thorough and all(work.is_sound for work in works):
            self.manifest.runs[self.wish.command] = {
                "made_from": of_run(self.source, self.settings, self.more, self.wish.now.day),
                "more": self.more,
                "outputs": [[work.job.filter.name, self.name(o)] for work in works for o in work.job.outputs],
                "findings": _records(report),
                "notes": _records(notes),
                "fitted": {work.job.filter.name: _fit(work) for work in works if work.chosen},
            }
        if any(work.is_sound for work in works):
            self.manifest.write()


def _records(findings: Iterable[Finding]) -> list[list[Any]]:
    return [as_record(finding) for finding in findings if finding.code not in _ONCE]


def _fit(work: Work) -> Record | None:
    chosen = work.chosen
    return {"text": chosen.summary(), "data": chosen.as_data()} if chosen else None

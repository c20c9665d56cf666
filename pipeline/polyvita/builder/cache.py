"""What a build remembers of the one before, and what it leaves for the next: the manifest in use."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from polyvita.builder.filter_result import FilterBuild, OutputResult
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import Manifest, Record, as_record, of_bytes, of_files, of_run, of_text, within
from polyvita.builder.plan import Plan
from polyvita.builder.request import BuildRequest
from polyvita.checks.disclosure import Secrets
from polyvita.core.diagnostics import ExternalError, Finding, InputError, Report, warning
from polyvita.core.document import Document, Image, walk
from polyvita.core.files import is_file
from polyvita.core.location import Location
from polyvita.writers.fonts import typefaces
from polyvita.writers.images import image_file
from polyvita.writers.prepare import Page

_AN_IMAGE = b'"t":"Image"'
_ONCE = {"PV323", "PV324", "PV325"}
"""Findings about what was there before the build, which is no more."""


class BuildCache:
    """The manifest, with the hashes that this build compares with it; `source` and `settings` are those of what it
    read, taken before it did. `secrets` is what no output may hold."""

    def __init__(
        self, manifest: Manifest, request: BuildRequest, todo: Plan, secrets: Secrets, *, source: str, settings: str
    ) -> None:
        self.manifest, self.request, self.todo, self.source = manifest, request, todo, source
        self.secrets, self.values = secrets, of_text(*(secret.pattern.pattern for secret in secrets.values))
        folder = todo.folder
        images = list(_images(todo))
        templates = [folder / job.filter.reference for job in todo.jobs if job.filter.reference]
        self.more = [str(path) for path in dict.fromkeys([*images, *templates])]
        self.settings = settings
        self.images, self.fonts = of_files(images), of_files(within(folder / "fonts"))
        self.given = str(request.now.seconds) if request.now.is_fixed else ""
        """The moment of the build where somebody said so; else an output keeps the moment it was made."""
        self.before: dict[str, Record] = {}

    def name(self, output: Output) -> str:
        """The output in the manifest."""
        return output.path.relative_to(self.request.folder).as_posix()

    # ------------------------------------------------------------ what was it made from

    def made_from(self, job: Job, kept: Document) -> str:
        """The hash of all that decides what a filter shows; `kept` is what it selects."""
        names = [self.name(output) for output in job.outputs]
        day = self.request.now.day.isoformat()
        selected = of_text(job.filter.name, job.lang, _of_document(kept))
        more = of_files(map(Path, self.more))
        return of_text(self.settings, more, selected, self._watch(job), self._faces(job), day, self.given, *names)

    def keys(self, job: Job, page: Page) -> dict[str, str]:
        """For each output the hash of all that its writer is given."""
        tree = msgspec.json.encode([page.letterhead, page.blocks])
        words, seen = of_bytes(tree), self.images if _AN_IMAGE in tree else ""
        dresses = {output: self._dress(job, output, seen) for output in job.outputs}
        return {self.name(o): of_text(o.format, words, *dress) for o, dress in dresses.items()}

    def _dress(self, job: Job, output: Output, images: str) -> tuple[str, ...]:
        """What, beside the words, an output is made from. Only Word and PDF files say when they were made."""
        timeless = structs.replace(job.info, timestamp=0)
        dated = repr(job.info if self.given else timeless)
        match output.format:
            case "txt":
                return (repr(job.info.wrap),)
            case "html":
                return repr(timeless), repr(job.theme), images
            case "docx":
                return dated, repr(job.theme), images, of_bytes(job.reference or b"")
            case "pdf":
                return dated, repr(job.theme), images, self.fonts, self._faces(job)
            case _:
                return repr(timeless), images

    def _watch(self, job: Job) -> str:
        """The hash of what an output may not show. All of the CV can be in it only where others have a hand in it."""
        source = self.source if job.pandoc_filters or job.reference else ""
        return of_text(self.values, str(job.filter.private), source)

    def _faces(self, job: Job) -> str:
        return repr(typefaces(job.theme, self.todo.folder)) if _has_pages(job) else ""

    # ------------------------------------------------------------ is it as it was

    def recall(self, job: Job, made_from: str) -> Record | None:
        """What was found of the filter the last time, if it selects what it did and all of its outputs are as they were
        built."""
        record = self.manifest.filters.get(job.filter.name)
        if self.request.force or self.request.strict or self.request.word_pages or not record:
            return None
        names = [self.name(output) for output in job.outputs]
        return record if record["made_from"] == made_from and all(map(self.manifest.is_as_built, names)) else None

    def is_current(self, output: Output, keys: Mapping[str, str]) -> bool:
        """Whether the output is there as its writer would write it; `keys` is what `keys` gave."""
        name = self.name(output)
        if self.request.force or not self.manifest.is_as_built(name):
            return False
        return bool(self.manifest.outputs[name]["made_from"] == keys[name])

    def was_watched(self, job: Job, output: Output) -> bool:
        """Whether it is known that the output as it is shows nothing that it may not."""
        return bool(self.manifest.outputs[self.name(output)]["watch"] == self._watch(job))

    def watched(self, job: Job, output: Output) -> None:
        """From now on it is known."""
        self.manifest.outputs[self.name(output)]["watch"] = self._watch(job)

    def pages(self, output: Output) -> int | None:
        """How many pages an output has that stays as it is."""
        pages: int | None = self.manifest.outputs[self.name(output)]["pages"]
        return pages

    # ------------------------------------------------------------ for the next time

    def orphaned(self) -> Iterator[Finding]:
        """The outputs that are there and that no filter makes any more; each is said once."""
        made = {self.name(output) for job in self.todo.jobs for output in job.outputs}
        for name in sorted(self.manifest.outputs.keys() - made):
            if not is_file(path := self.request.folder / name):
                del self.manifest.outputs[name]
            elif not self.manifest.outputs[name].get("orphaned"):
                self.manifest.outputs[name]["orphaned"] = True
                message = "no filter makes this output any more, and it stays as it was built last"
                yield warning("PV325", message, Location(str(path)), "delete it, or bring back what asked for it")

    def begin(self, outputs: Iterable[Output]) -> None:
        """These are about to be written. Should the build be killed, nobody is to take half of them for edited."""
        names = {self.name(output) for output in outputs} & self.manifest.outputs.keys()
        self.before = {name: self.manifest.outputs.pop(name) for name in names}
        if names:
            with suppress(ExternalError):  # a folder that cannot be written is a finding of each output
                self.manifest.write()

    def untouched(self, output: Output) -> None:
        """It could not be written: what is there is what was there."""
        name = self.name(output)
        if name in self.before:
            self.manifest.outputs[name] = self.before[name]

    def written(self, work: FilterBuild, output: Output, made: OutputResult) -> None:
        name = self.name(output)
        made_from = {"made_from": work.finished.keys[name], "watch": self._watch(work.job)}
        self.manifest.outputs[name] = {**made_from, "hash": of_bytes(made.content or b""), "pages": made.pages}

    def remember(self, works: Sequence[FilterBuild], report: Report, notes: Sequence[Finding]) -> None:
        """What was built, and what was found; what went wrong is tried again the next time."""
        thorough = self.request.strict or self.request.word_pages
        for work in works:
            name = work.job.filter.name
            if work.is_sound and not thorough:
                found = _records(work.findings())
                self.manifest.filters[name] = {
                    "made_from": work.finished.made_from,
                    "findings": found,
                    "fitted": _fit(work),
                }
            elif self.manifest.filters.get(name, {}).get("made_from") != work.finished.made_from:
                self.manifest.filters.pop(name, None)
        self.manifest.runs.pop(self.request.command, None)
        # A typeface that is not on the machine may be there the next time.
        steady = not any(_has_pages(w.job) and typefaces(w.job.theme, self.todo.folder).missing for w in works)
        if steady and not thorough and all(work.is_sound for work in works):
            self.manifest.runs[self.request.command] = {
                "made_from": of_run(self.source, self.settings, self.more, self.request.now.day),
                "more": self.more,
                "outputs": [[work.job.filter.name, self.name(o)] for work in works for o in work.job.outputs],
                "findings": _records(report),
                "notes": _records(notes),
                "fitted": {work.job.filter.name: _fit(work) for work in works if work.chosen},
            }
        if any(work.is_sound for work in works):
            try:
                self.manifest.write()
            except ExternalError:  # where nothing was written, nothing has to be remembered
                if not all(result.unchanged for work in works for result in work.results):
                    raise


def _of_document(document: Document) -> str:
    """The hash of what a document says, and of where it stands."""
    try:
        tree = msgspec.json.encode(document.blocks)
    except UnicodeEncodeError:  # a folder has a name that is no UTF-8
        tree = pickle.dumps(document.blocks)
    return of_text(of_bytes(tree), of_bytes(msgspec.json.encode(sorted(document.meta.items()))))


def _has_pages(job: Job) -> bool:
    """Whether anything is laid out for it, so that it matters which typefaces are on the machine."""
    return bool(job.filter.pages or job.rules or any(output.format == "pdf" for output in job.outputs))


def _images(todo: Plan) -> Iterator[Path]:
    """The pictures of the CV, as the writers find them."""
    for node in walk(todo.cv.document):
        if isinstance(node, Image):
            with suppress(InputError):  # what no output can show, no output is made from
                yield image_file(node.url, todo.folder)


def _records(findings: Iterable[Finding]) -> list[list[Any]]:
    return [as_record(finding) for finding in findings if finding.code not in _ONCE]


def _fit(work: FilterBuild) -> Record | None:
    chosen = work.chosen
    return {"text": chosen.text, "data": chosen.data} if chosen else None

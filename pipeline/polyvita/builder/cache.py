"""The cache of a build: what may stay as the last build left it, and what the next build finds in the manifest.

A build asks in this order: `lookup` (may the whole filter stay?), `lookup_output` (may this output stay?). Before it
writes, it calls `announce`; for each output `keep`, `store` or `restore`; at the end `commit`.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import structs

import polyvita
from polyvita.builder.filter_result import FilterBuild
from polyvita.builder.job import Job, Output
from polyvita.builder.manifest import (
    INPUT_FOLDERS,
    FilterEntry,
    Manifest,
    OutputEntry,
    RunEntry,
    hash_files,
    hash_run,
    hash_text,
    list_files,
)
from polyvita.builder.plan import Plan
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult
from polyvita.checks.disclosure import DisclosureChecker
from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import ExternalError, Finding, InputError, warning
from polyvita.core.document import Document, Image, walk
from polyvita.core.files import exists
from polyvita.core.formats import format_of
from polyvita.core.location import NOWHERE, Location
from polyvita.core.source import hash_bytes
from polyvita.writers.fonts import resolve_fonts
from polyvita.writers.images import find_image, linked_images
from polyvita.writers.prepare import PreparedDocument

_PROGRAM = Path(polyvita.__file__).parent
"""The folder of the program. Another version of it builds everything again."""
_IMAGE_NODE = b'"t":"Image"'
_ONE_TIME_CODES = {"PV323", "PV324", "PV325"}
"""Codes of findings about the state before the build. The next build must not report them again."""


class BuildCache:
    """The manifest, with the hashes that this build compares with it.

    `checker` has the texts that must not be in any output. `settings_hash` was taken before the files were read.
    """

    def __init__(
        self,
        manifest: Manifest,
        request: BuildRequest,
        plan: Plan,
        checker: DisclosureChecker,
        settings_hash: str,
    ) -> None:
        self.manifest, self.request, self.plan, self.settings_hash = manifest, request, plan, settings_hash
        others = request.shared.others.hash if request.shared and request.shared.others else ""
        self.private_values_hash = hash_text(*(value.pattern.pattern for value in checker.values), others)
        folder = plan.folder
        images = list(_find_images(plan))
        usual = (*(folder / name for name in INPUT_FOLDERS), _PROGRAM)
        real = (Path(os.path.normpath(path)) for path in plan.files)
        files = (path for path in real if not any(path.is_relative_to(each) for each in usual))
        self.extra_files = tuple(map(str, dict.fromkeys([*images, *files, *_find_bibliographies(plan)])))
        """Files outside the usual folders that the build reads, or looks for."""
        self.extra_hash = hash_files(map(Path, self.extra_files))
        self.input_files = tuple(map(Path, self.extra_files))
        """Files that may be outside the usual folders, and that no output may replace."""
        self.images_hash, self.fonts_hash = hash_files(images), hash_files(list_files(folder / "fonts"))
        self.characters = "".join(sorted(char for char in set(plan.cv.document.text) if not char.isascii()))
        """The characters of the CV that the font of a theme may lack."""
        self.fixed_time = str(request.now.seconds) if request.now.is_fixed else ""
        """The time of the build if the user set it. Otherwise an unchanged output keeps its old time."""
        self.is_thorough = request.strict or request.word_pages
        """Whether this build checks more than others, so that it neither uses nor leaves entries of filters."""
        self.before: dict[str, OutputEntry | None] = {}
        """The entries of the outputs that this build writes, as they were before."""

    def output_names(self, job: Job) -> list[str]:
        """Return the names of the outputs of a filter in the manifest."""
        return [self.output_name(output) for output in job.outputs]

    def output_name(self, output: Output) -> str:
        """Return the name of the output in the manifest: its path in the output folder."""
        return output.path.relative_to(self.request.output_folder).as_posix()

    # ------------------------------------------------------------ hashes

    def input_hash(self, job: Job, selected: Document) -> str:
        """Return the hash of everything that decides what a filter shows; `selected` is the content it selects."""
        return hash_text(
            self.settings_hash,
            self.extra_hash,
            hash_text(job.filter.name, job.lang, _hash_document(selected)),
            self.disclosure_hash(job),
            self._typefaces(job),
            self.request.now.day.isoformat(),
            self.fixed_time,
            self.request.theme,
            *self.output_names(job),
        )

    def output_hashes(self, job: Job, prepared: PreparedDocument, entries: tuple[BibEntry, ...]) -> dict[str, str]:
        """Return, by output name, the hash of everything that the writer of the output gets."""
        tree = msgspec.json.encode([prepared.letterhead, prepared.blocks])
        tree_hash, images_hash = hash_bytes(tree), self.images_hash if _IMAGE_NODE in tree else ""
        inputs = {o: self._presentation_inputs(job, o, images_hash, entries) for o in job.outputs}
        return {self.output_name(o): hash_text(o.format, tree_hash, *found) for o, found in inputs.items()}

    def _presentation_inputs(
        self, job: Job, output: Output, images_hash: str, entries: tuple[BibEntry, ...]
    ) -> tuple[str, ...]:
        """Return what else, besides the tree, a writer gets."""
        format = format_of(output.format)
        info = job.info if format.dated and self.fixed_time else structs.replace(job.info, timestamp=0)
        inputs = {
            "wrap": info.wrap,
            "info": info,
            "theme": job.theme,
            "images": images_hash,
            "entries": _without_locations(entries) if "entries" in format.inputs else (),
            "document": (dict(job.document.meta), _without_locations(entries)) if "document" in format.inputs else (),
            "reference": hash_bytes(job.reference or b""),
            "fonts": (self.fonts_hash, self._typefaces(job)) if format.paged else None,
        }
        return tuple(repr(inputs[name]) for name in format.inputs)

    def disclosure_hash(self, job: Job) -> str:
        """Return the hash of what the outputs of a filter must not show.

        The hash covers the whole CV only if Pandoc filters or a Word template can bring other text into an output.
        """
        source_hash = self.plan.cv.hash if job.pandoc_filters or job.reference else ""
        return hash_text(self.private_values_hash, str(job.filter.private), source_hash)

    def _typefaces(self, job: Job) -> str:
        if not _has_pages(job):
            return ""
        return repr(resolve_fonts(job.theme, self.plan.folder, self.characters, job.lang))

    # ------------------------------------------------------------ what the last build knew

    def lookup(self, job: Job, input_hash: str) -> FilterEntry | None:
        """Return the entry of a filter if its inputs and all of its outputs are the same as after the last build."""
        entry = self.manifest.filters.get(job.filter.name)
        if self.request.force or self.is_thorough or not entry or entry.input_hash != input_hash:
            return None
        names, outputs = self.output_names(job), self.manifest.outputs
        # Another filter may have written one of the files since.
        is_same = all(self.manifest.is_unmodified(name) and outputs[name].filter == job.filter.name for name in names)
        return entry if is_same else None

    def lookup_output(self, output: Output, output_hashes: Mapping[str, str]) -> OutputEntry | None:
        """Return the entry of an output if the file is already what its writer would write."""
        name = self.output_name(output)
        if self.request.force or not self.manifest.is_unmodified(name):
            return None
        entry = self.manifest.outputs[name]
        return entry if entry.input_hash == output_hashes[name] else None

    # ------------------------------------------------------------ what the next build will know

    def keep(self, job: Job, output: Output) -> OutputEntry:
        """Record that an output stays as it is, and shows nothing that it must not show. Return its entry."""
        name = self.output_name(output)
        entry = self.manifest.outputs[name]._replace(
            filter=job.filter.name, disclosure_hash=self.disclosure_hash(job), private=job.filter.private
        )
        self.manifest.outputs[name] = entry
        return entry

    def announce(self, outputs: Mapping[Output, bytes]) -> None:
        """Record which outputs are about to be written with which content.

        If the build is killed, the next build must not take half of them for files of somebody else.
        """
        private = {output for job in self.plan.jobs if job.filter.private for output in job.outputs}
        for output, content in outputs.items():
            name = self.output_name(output)
            self.before[name] = entry = self.manifest.outputs.get(name)
            announced = (entry or OutputEntry("", ""))._replace(next_hash=hash_bytes(content))
            if output in private:
                announced = announced._replace(private=True)
            self.manifest.outputs[name] = announced
        if outputs:
            with suppress(ExternalError):  # If the folder cannot be written, each output reports that.
                self.manifest.write()

    def restore(self, output: Output) -> None:
        """Restore the entry of an output that could not be written: the old file is still there."""
        name = self.output_name(output)
        if entry := self.before[name]:
            self.manifest.outputs[name] = entry
        else:
            del self.manifest.outputs[name]

    def store(self, job: Job, output: Output, input_hash: str, content: bytes, pages: int | None) -> None:
        """Record an output that was written."""
        self.manifest.outputs[self.output_name(output)] = OutputEntry(
            job.filter.name,
            hash_bytes(content),
            input_hash,
            self.disclosure_hash(job),
            pages,
            private=job.filter.private,
        )

    def find_orphans(self, broken: Collection[str]) -> Iterator[Finding]:
        """Yield a finding for each file that no filter produces any more. Each file is reported once.

        The outputs of the `broken` filters are not known, so their files are not orphans.
        """
        current = {self.output_name(output) for job in self.plan.jobs for output in job.outputs}
        for name in sorted(self.manifest.outputs.keys() - current):
            entry, path = self.manifest.outputs[name], self.request.output_folder / name
            if broken and entry.filter in (*broken, ""):  # Another version of the program may not know the filter.
                continue
            if not exists(path):
                del self.manifest.outputs[name]
            elif not entry.orphaned:
                self.manifest.outputs[name] = entry._replace(orphaned=True)
                message = "no filter produces this file any more; it was left unchanged"
                hint = "delete the file, or restore the filter or format that produced it"
                yield warning("PV325", message, Location(str(path)), hint)

    def commit(self, filter_builds: Sequence[FilterBuild], result: BuildResult) -> None:
        """Record what was built and found, and write the manifest.

        A filter with a failed output is not recorded, so that the next build tries it again. A run with a broken filter
        is not recorded, so that the next build checks the filter again.
        """
        for filter_build in filter_builds:
            name, input_hash = filter_build.job.filter.name, filter_build.result.input_hash
            if filter_build.succeeded and not self.is_thorough:
                findings = _lasting(filter_build.findings())
                self.manifest.filters[name] = FilterEntry(input_hash, findings, filter_build.fit)
            elif name in self.manifest.filters and self.manifest.filters[name].input_hash != input_hash:
                del self.manifest.filters[name]
        self.manifest.runs.pop(self.request.command_hash, None)
        succeeded = [filter_build.succeeded for filter_build in filter_builds]
        if all(succeeded) and not result.broken and self._fonts_found(filter_builds) and not self.is_thorough:
            self.manifest.runs[self.request.command_hash] = RunEntry(
                hash_run(self.plan.cv.hash, self.settings_hash, self.extra_hash, self.request.now.day),
                self.extra_files,
                {name: self.manifest.outputs[name].hash for b in filter_builds for name in self.output_names(b.job)},
                _lasting(result.findings),
                _lasting(result.notes),
                result.fitted,
            )
        if any(succeeded) or self.before:
            try:
                self.manifest.write()
            except ExternalError:  # If no output was written, the old manifest is still right.
                if any(succeeded) and not all(status.unchanged for status in result.results):
                    raise

    def _fonts_found(self, filter_builds: Iterable[FilterBuild]) -> bool:
        """Return whether all typefaces were found. A missing one may be installed before the next build."""
        jobs = (filter_build.job for filter_build in filter_builds)
        return not any(_has_pages(job) and resolve_fonts(job.theme, self.plan.folder).missing for job in jobs)


def _lasting(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code not in _ONE_TIME_CODES)


def _hash_document(document: Document) -> str:
    """Return the hash of a document, including the locations of its nodes."""
    try:
        tree = msgspec.json.encode(document.blocks)
    except UnicodeEncodeError:  # The name of a folder is not valid UTF-8.
        tree = pickle.dumps(document.blocks)
    return hash_text(hash_bytes(tree), hash_bytes(msgspec.json.encode(sorted(document.meta.items()))))


def _without_locations(entries: Iterable[BibEntry]) -> list[BibEntry]:
    """Return entries without their locations, which change with each line before them."""
    return [entry._replace(location=NOWHERE) for entry in entries]


def _has_pages(job: Job) -> bool:
    """Return whether the job lays out pages, so that the installed typefaces matter."""
    return bool(job.filter.pages or job.rules or any(format_of(output.format).paged for output in job.outputs))


def _find_bibliographies(plan: Plan) -> Iterator[Path]:
    """Yield the bibliographies of the CV, and the files of its citation styles."""
    yield from (plan.folder / name for name in plan.cv.document.meta.get("bibliography") or ())
    for job in plan.jobs:
        if job.citation_style:
            yield from job.citation_style.files


def _find_images(plan: Plan) -> Iterator[Path]:
    """Yield the image files of the CV, as the writers find them, and those that drawings among them name."""
    urls = [node.url for node in walk(plan.cv.document) if isinstance(node, Image)]
    photos = [job.photo.url for job in plan.jobs if job.photo]
    for url in dict.fromkeys([*urls, *photos]):
        with suppress(InputError):  # An image that no output can show does not count as an input.
            path = find_image(url, plan.folder)
            yield path
            yield from linked_images(path)

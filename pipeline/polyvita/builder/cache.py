"""The cache of a build: what may stay as the last build left it, and what the next build finds in the manifest.

A build asks in this order: `lookup` (may the whole filter stay?), `is_current` (may this output stay?). Before it
writes, it calls `invalidate`; after each written output `record_output`; at the end `commit`.
"""

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
from polyvita.builder.manifest import (
    Manifest,
    Record,
    finding_to_record,
    hash_bytes,
    hash_files,
    hash_run,
    hash_text,
    list_files,
)
from polyvita.builder.plan import Plan
from polyvita.builder.request import BuildRequest
from polyvita.checks.disclosure import DisclosureChecker
from polyvita.core.diagnostics import ExternalError, Finding, InputError, Report, warning
from polyvita.core.document import Document, Image, walk
from polyvita.core.files import is_file
from polyvita.core.formats import format_of
from polyvita.core.location import Location
from polyvita.writers.fonts import resolve_fonts
from polyvita.writers.images import find_image
from polyvita.writers.prepare import PreparedDocument

_IMAGE_NODE = b'"t":"Image"'
_ONE_TIME_CODES = {"PV323", "PV324", "PV325"}
"""Codes of findings about the state before the build. The next build must not report them again."""


class BuildCache:
    """The manifest, with the hashes that this build compares with it.

    `source_hash` and `settings_hash` were taken before the files were read. `checker` has the texts that must not be in
    any output.
    """

    def __init__(
        self,
        manifest: Manifest,
        request: BuildRequest,
        plan: Plan,
        checker: DisclosureChecker,
        *,
        source_hash: str,
        settings_hash: str,
    ) -> None:
        self.manifest, self.request, self.plan = manifest, request, plan
        self.source_hash, self.settings_hash = source_hash, settings_hash
        self.private_values_hash = hash_text(*(value.pattern.pattern for value in checker.values))
        folder = plan.folder
        images = list(_find_images(plan))
        templates = [folder / job.filter.reference for job in plan.jobs if job.filter.reference]
        self.extra_files = [str(path) for path in dict.fromkeys([*images, *templates])]
        """Files that the build reads from outside the usual folders."""
        self.images_hash, self.fonts_hash = hash_files(images), hash_files(list_files(folder / "fonts"))
        self.characters = "".join(sorted({char for char in plan.cv.document.text if not char.isascii()}))
        """The characters of the CV that the font of a theme may lack."""
        self.fixed_time = str(request.now.seconds) if request.now.is_fixed else ""
        """The time of the build if the user set it. Otherwise an unchanged output keeps its old time."""
        self.invalidated: dict[str, Record] = {}

    def output_name(self, output: Output) -> str:
        """Return the name of the output in the manifest: its path in the output folder."""
        return output.path.relative_to(self.request.output_folder).as_posix()

    # ------------------------------------------------------------ hashes

    def input_hash(self, job: Job, selected: Document) -> str:
        """Return the hash of everything that decides what a filter shows; `selected` is the content it selects."""
        names = [self.output_name(output) for output in job.outputs]
        return hash_text(
            self.settings_hash,
            hash_files(map(Path, self.extra_files)),
            hash_text(job.filter.name, job.lang, _hash_document(selected)),
            self._disclosure_hash(job),
            self._typefaces(job),
            self.request.now.day.isoformat(),
            self.fixed_time,
            *names,
        )

    def output_hashes(self, job: Job, prepared: PreparedDocument) -> dict[str, str]:
        """Return, by output name, the hash of everything that the writer of the output gets."""
        tree = msgspec.json.encode([prepared.letterhead, prepared.blocks])
        tree_hash, images_hash = hash_bytes(tree), self.images_hash if _IMAGE_NODE in tree else ""
        return {
            self.output_name(o): hash_text(o.format, tree_hash, *self._presentation_inputs(job, o, images_hash))
            for o in job.outputs
        }

    def _presentation_inputs(self, job: Job, output: Output, images_hash: str) -> tuple[str, ...]:
        """Return what else, besides the tree, a writer gets."""
        format = format_of(output.format)
        info = job.info if format.dated and self.fixed_time else structs.replace(job.info, timestamp=0)
        inputs = {
            "wrap": info.wrap,
            "info": info,
            "theme": job.theme,
            "images": images_hash,
            "reference": hash_bytes(job.reference or b""),
            "fonts": (self.fonts_hash, self._typefaces(job)) if format.paged else None,
        }
        return tuple(repr(inputs[name]) for name in format.inputs)

    def _disclosure_hash(self, job: Job) -> str:
        """Return the hash of what the outputs of a filter must not show.

        The hash covers the whole CV only if Pandoc filters or a Word template can bring other text into an output.
        """
        source_hash = self.source_hash if job.pandoc_filters or job.reference else ""
        return hash_text(self.private_values_hash, str(job.filter.private), source_hash)

    def _typefaces(self, job: Job) -> str:
        if not _has_pages(job):
            return ""
        return repr(resolve_fonts(job.theme, self.plan.folder, self.characters, job.lang))

    # ------------------------------------------------------------ questions about the last build

    def lookup(self, job: Job, input_hash: str) -> Record | None:
        """Return the record of a filter if its inputs and all of its outputs are the same as after the last build."""
        record = self.manifest.filters.get(job.filter.name)
        if self.request.force or self.request.strict or self.request.word_pages or not record:
            return None
        names = [self.output_name(output) for output in job.outputs]
        is_same = record["input_hash"] == input_hash and all(map(self.manifest.is_unmodified, names))
        return record if is_same else None

    def is_current(self, output: Output, output_hashes: Mapping[str, str]) -> bool:
        """Return whether the file is already what its writer would write."""
        name = self.output_name(output)
        if self.request.force or not self.manifest.is_unmodified(name):
            return False
        return bool(self.manifest.outputs[name]["input_hash"] == output_hashes[name])

    def is_disclosure_checked(self, job: Job, output: Output) -> bool:
        """Return whether the file, as it is, was already searched for everything that it must not show."""
        return bool(self.manifest.outputs[self.output_name(output)]["disclosure_hash"] == self._disclosure_hash(job))

    def record_disclosure_check(self, job: Job, output: Output) -> None:
        """Record that the file was searched and shows nothing that it must not show."""
        self.manifest.outputs[self.output_name(output)]["disclosure_hash"] = self._disclosure_hash(job)

    def page_count(self, output: Output) -> int | None:
        """Return the number of pages of an output that stays as it is."""
        pages: int | None = self.manifest.outputs[self.output_name(output)]["pages"]
        return pages

    # ------------------------------------------------------------ records for the next build

    def find_orphans(self) -> Iterator[Finding]:
        """Yield a finding for each file that no filter produces any more. Each file is reported once."""
        current = {self.output_name(output) for job in self.plan.jobs for output in job.outputs}
        for name in sorted(self.manifest.outputs.keys() - current):
            if not is_file(path := self.request.output_folder / name):
                del self.manifest.outputs[name]
            elif not self.manifest.outputs[name].get("orphaned"):
                self.manifest.outputs[name]["orphaned"] = True
                message = "no filter produces this file any more; it was left unchanged"
                hint = "delete the file, or restore the filter or format that produced it"
                yield warning("PV325", message, Location(str(path)), hint)

    def invalidate(self, outputs: Iterable[Output]) -> None:
        """Delete the records of outputs that are about to be written.

        If the build is killed, the next build must not take half of them for files that the user edited.
        """
        names = {self.output_name(output) for output in outputs} & self.manifest.outputs.keys()
        self.invalidated = {name: self.manifest.outputs.pop(name) for name in names}
        if names:
            with suppress(ExternalError):  # If the folder cannot be written, each output reports that.
                self.manifest.write()

    def restore(self, output: Output) -> None:
        """Restore the record of an output that could not be written: the old file is still there."""
        name = self.output_name(output)
        if name in self.invalidated:
            self.manifest.outputs[name] = self.invalidated[name]

    def record_output(self, filter_build: FilterBuild, output: Output, result: OutputResult) -> None:
        """Record an output that was written."""
        name = self.output_name(output)
        self.manifest.outputs[name] = {
            "input_hash": filter_build.result.output_hashes[name],
            "disclosure_hash": self._disclosure_hash(filter_build.job),
            "hash": hash_bytes(result.content or b""),
            "pages": result.pages,
        }

    def commit(self, filter_builds: Sequence[FilterBuild], report: Report, notes: Sequence[Finding]) -> None:
        """Record what was built and found, and write the manifest.

        A filter with a failed output is not recorded, so that the next build tries it again.
        """
        thorough = self.request.strict or self.request.word_pages
        for filter_build in filter_builds:
            name, input_hash = filter_build.job.filter.name, filter_build.result.input_hash
            if filter_build.succeeded and not thorough:
                self.manifest.filters[name] = {
                    "input_hash": input_hash,
                    "findings": _findings_to_records(filter_build.findings()),
                    "fit": _fit_to_record(filter_build),
                }
            elif self.manifest.filters.get(name, {}).get("input_hash") != input_hash:
                self.manifest.filters.pop(name, None)
        self.manifest.runs.pop(self.request.command_hash, None)
        # A missing typeface may be installed before the next build, so the run has to be repeated.
        fonts_found = not any(
            _has_pages(b.job) and resolve_fonts(b.job.theme, self.plan.folder).missing for b in filter_builds
        )
        if fonts_found and not thorough and all(filter_build.succeeded for filter_build in filter_builds):
            self.manifest.runs[self.request.command_hash] = {
                "input_hash": hash_run(self.source_hash, self.settings_hash, self.extra_files, self.request.now.day),
                "extra_files": self.extra_files,
                "outputs": [[b.job.filter.name, self.output_name(o)] for b in filter_builds for o in b.job.outputs],
                "findings": _findings_to_records(report),
                "notes": _findings_to_records(notes),
                "fit": {b.job.filter.name: _fit_to_record(b) for b in filter_builds if b.fit},
            }
        if any(filter_build.succeeded for filter_build in filter_builds):
            try:
                self.manifest.write()
            except ExternalError:  # If no output was written, the old manifest is still right.
                if not all(status.unchanged for filter_build in filter_builds for status in filter_build.statuses):
                    raise


def _hash_document(document: Document) -> str:
    """Return the hash of a document, including the locations of its nodes."""
    try:
        tree = msgspec.json.encode(document.blocks)
    except UnicodeEncodeError:  # The name of a folder is not valid UTF-8.
        tree = pickle.dumps(document.blocks)
    return hash_text(hash_bytes(tree), hash_bytes(msgspec.json.encode(sorted(document.meta.items()))))


def _has_pages(job: Job) -> bool:
    """Return whether the job lays out pages, so that the installed typefaces matter."""
    return bool(job.filter.pages or job.rules or any(format_of(output.format).paged for output in job.outputs))


def _find_images(plan: Plan) -> Iterator[Path]:
    """Yield the image files of the CV, as the writers find them."""
    for node in walk(plan.cv.document):
        if isinstance(node, Image):
            with suppress(InputError):  # An image that no output can show does not count as an input.
                yield find_image(node.url, plan.folder)


def _findings_to_records(findings: Iterable[Finding]) -> list[list[Any]]:
    return [finding_to_record(finding) for finding in findings if finding.code not in _ONE_TIME_CODES]


def _fit_to_record(filter_build: FilterBuild) -> Record | None:
    fit = filter_build.fit
    return {"text": fit.text, "data": fit.data} if fit else None

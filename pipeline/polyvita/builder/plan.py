"""The plan of a build: the CV, the filters and their outputs, all checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, structs

from polyvita.builder.job import Job, check_typeface, make_job
from polyvita.checks.languages import check_languages
from polyvita.checks.references import check_filter, check_unmatched, check_vocabulary
from polyvita.checks.rules.ruleset import read_rules
from polyvita.config.filter import Filter
from polyvita.config.filter_file import load_filter
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import Finding, InputError, Report, did_you_mean, error, join_names, list_available
from polyvita.core.document import Document
from polyvita.core.files import is_file
from polyvita.core.formats import FORMATS
from polyvita.core.git import Revision
from polyvita.core.location import Location
from polyvita.core.source import CV, read_source
from polyvita.reader import read_document
from polyvita.transforms import drop_other_languages, fill_counts
from polyvita.transforms.context import Vocabulary, collect_vocabulary
from polyvita.writers import is_format


class Cv(Struct, frozen=True):
    """A CV: the tree as the reader returns it (`parsed`), and the same tree with its counts filled in (`document`).

    `vocabulary` has the names that filters can use. It is None in a worker process, which does not check filters.
    """

    parsed: Document
    document: Document
    vocabulary: Vocabulary | None = None

    @classmethod
    def check(cls, parsed: Document, source: Path, report: Report) -> Cv:
        """Check the tree that was read from `source`, and fill in its counts."""
        if not parsed.blocks:
            hint = "write some text below the front matter"
            report.add(error("PV003", "the file has no text", Location(str(source)), hint))
        report.add(*check_vocabulary(parsed), *check_languages(parsed))
        vocabulary = collect_vocabulary(parsed)
        document, findings = fill_counts(parsed, vocabulary=vocabulary)
        report.add(*findings)
        return cls(parsed, document, vocabulary)


class Plan(Struct, frozen=True):
    """All jobs of a build. `folder` is the folder of the CV. `report` collects the findings."""

    folder: Path
    cv: Cv
    jobs: tuple[Job, ...]
    report: Report


def make_plan(
    source: Path,
    filters: Sequence[str] = (),
    *,
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
    on_document: Callable[[Document], None] | None = None,
) -> Plan:
    """Read and check everything that a build needs. The arguments are the ones of `build`.

    `on_document` is called with the CV, counts filled in, as soon as it is read. Raises `InputError` with all
    mistakes, not only the first.
    """
    report = Report()
    document, findings = read_document(read_source(source, kind=CV))
    report.add(*findings)
    cv = Cv.check(document, source, report)
    if on_document:
        on_document(cv.document)
    loaded = list(_load_filters(source.parent / "filters", filters, report))
    return _make_plan(source, cv, loaded, report, formats=formats, outputs=outputs, timestamp=timestamp)


def make_plan_in_worker(
    source: Path,
    filters: Sequence[str] = (),
    *,
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
    receive_document: Callable[[], Document],
) -> Plan:
    """Return the plan of `make_plan` in a worker process. The main process reads and checks the CV.

    `receive_document` waits for the CV, so it is called last.
    """
    report = Report()
    loaded = list(_load_filters(source.parent / "filters", filters, report))
    document = receive_document()
    return _make_plan(
        source, Cv(document, document), loaded, report, formats=formats, outputs=outputs, timestamp=timestamp
    )


def make_plan_at_revision(source: Path, name: str, revision: Revision) -> Plan:
    """Return the plan of the filter `name`, with the filter and the CV as they were in a git revision.

    The theme, the private data and the date are the current ones. Raises `InputError` as `make_plan` does.
    """
    report = Report()
    document, findings = read_document(revision.read_source(source))
    report.add(*findings)
    filter = load_filter(source.parent / "filters" / f"{name}.yaml", revision=revision)
    # These settings do not decide which content is shown, and their files may be gone since.
    filter = structs.replace(filter, rules=(), reference="", pandoc_filters=())
    return _make_plan(source, Cv.check(document, source, report), [filter], report)


def _make_plan(
    source: Path,
    cv: Cv,
    filters: Sequence[Filter],
    report: Report,
    *,
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
) -> Plan:
    folder, document, vocabulary = source.parent, cv.document, cv.vocabulary
    now = build_time(timestamp)
    # Several filters share a language and rule sets; each is prepared once.
    in_language = cache(lambda lang: drop_other_languages(document, lang=lang))
    read_rule_set = cache(read_rules)
    jobs = []
    for filter in filters:
        if vocabulary:
            report.add(*check_filter(document, filter, vocabulary), *check_unmatched(document, filter, vocabulary))
        try:
            job = make_job(
                document,
                filter,
                source,
                formats=formats,
                output_folder=outputs or folder / "outputs",
                now=now,
                read_rule_set=read_rule_set,
            )
            report.add(*check_typeface(job, folder))
            language_document = structs.replace(in_language(job.lang), meta=job.document.meta)
            jobs.append(structs.replace(job, report=report, language_document=language_document))
        except InputError as problem:
            report.add(*problem.findings)
    report.add(*_find_path_conflicts(jobs))
    if report.has_errors:
        raise InputError(*report)
    if not any(job.outputs for job in jobs):
        message = f"none of these filters has the format {join_names(formats)}"
        known = is_format(formats[0])
        hint = "add the format to “formats” of a filter" if known else did_you_mean(formats[0], FORMATS)
        raise InputError(error("PV133", message, hint=hint))
    return Plan(folder, cv, tuple(jobs), report)


def _load_filters(folder: Path, names: Sequence[str], report: Report) -> Iterator[Filter]:
    """Load the named filters of a folder, or all of them. Mistakes in their files go to the report."""
    paths = {path.stem: path for path in sorted(folder.glob("[!.]*.yaml"))}
    for path in sorted(folder.glob("*.yml")):
        if not names or path.stem in names:
            hint = f"rename the file to {path.stem}.yaml"
            report.add(error("PV120", "the name of a filter file must end in .yaml", Location(str(path)), hint))
    if report.has_errors and not paths:
        raise InputError(*report)
    if not paths:
        hint = "run “polyvita init FOLDER” to create a project with example filters"
        raise InputError(error("PV130", "no filter file in this folder", Location(str(folder)), hint))
    for name in names or paths:
        if name not in paths:
            if is_file(folder / f"{name}.yml"):
                continue
            hint = did_you_mean(Path(name).stem, paths) or list_available(paths)
            report.add(error("PV131", f"filter “{name}” not found in {folder}", hint=hint))
            continue
        try:
            yield load_filter(paths[name])
        except InputError as problem:
            report.add(*problem.findings)


def _find_path_conflicts(jobs: Sequence[Job]) -> Iterator[Finding]:
    """Yield an error for each file that two filters would write."""
    filter_names: dict[Path, str] = {}
    for job in jobs:
        for output in job.outputs:
            if output.path in filter_names:
                other = filter_names[output.path]
                message = f"filters “{other}” and “{job.filter.name}” both write {output.path.name}"
                yield error("PV135", message, output.location, "set another “filename” in one of them")
            filter_names[output.path] = job.filter.name

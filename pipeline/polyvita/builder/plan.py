"""What a run is made of: the source, the filters, the outputs of each, all checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, structs

from polyvita.builder.job import Job, job_of, other_typeface
from polyvita.checks.references import check_filter, check_idle, check_vocabulary
from polyvita.checks.rules.ruleset import read_rules
from polyvita.config.filter import Filter
from polyvita.config.filter_file import load_filter
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import Finding, InputError, Report, did_you_mean, error, join_names, list_available
from polyvita.core.document import Document
from polyvita.core.git import Revision
from polyvita.core.location import Location
from polyvita.reader import read, read_text
from polyvita.transforms import fill_counts, only_language
from polyvita.transforms.context import Vocabulary, vocabulary
from polyvita.writers import ENDINGS, is_format


class Cv(Struct, frozen=True):
    """A CV as it was read (`written`), and with its counts filled in; `known` is what there is in it to be named."""

    written: Document
    document: Document
    known: Vocabulary | None = None

    @classmethod
    def of(cls, written: Document, source: Path, report: Report) -> Cv:
        """What was read of `source`, looked through."""
        if not written.blocks:
            report.add(
                error("PV003", "the file has no text", Location(str(source)), "write some below the front matter")
            )
        report.add(*check_vocabulary(written))
        known = vocabulary(written)
        return cls(written, fill_counts(written, report=report, known=known), known)


class Plan(Struct, frozen=True):
    """All jobs of a run; `folder` is where the CV stands, `report` gathers what is found."""

    folder: Path
    cv: Cv
    jobs: tuple[Job, ...]
    report: Report


def plan(
    source: Path,
    filters: Sequence[str] = (),
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
    *,
    tell: Callable[[Document], None] | None = None,
) -> Plan:
    """Read and check everything a build needs. Raises `InputError` with all that is wrong, not the first alone.

    `tell` hears of the CV, with its counts filled in, as soon as it is read.
    """
    report = Report()
    cv = Cv.of(read(source, report=report), source, report)
    if tell:
        tell(cv.document)
    chosen = list(_load_filters(source.parent / "filters", filters, report))
    return _plan(source, cv, chosen, report, formats=formats, outputs=outputs, timestamp=timestamp)


def plan_told(
    source: Path,
    filters: Sequence[str] = (),
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
    *,
    document: Callable[[], Document],
) -> Plan:
    """The same for a CV that another process reads and checks: `document` is what it tells of it, and is asked for when
    all else is read."""
    report = Report()
    chosen = list(_load_filters(source.parent / "filters", filters, report))
    told = document()
    return _plan(source, Cv(told, told), chosen, report, formats=formats, outputs=outputs, timestamp=timestamp)


def plan_then(source: Path, name: str, then: Revision) -> Plan:
    """The plan of one filter on the CV, both as they were in a git revision of the CV's folder.

    The look and the private data are those of now, and the day is today. Raises `InputError` as `plan` does.
    """
    report = Report()
    document = read_text(then.read_text(source), file=then.label(source), report=report)
    filter = load_filter(source.parent / "filters" / f"{name}.yaml", then=then)
    # What does not decide about what is shown may be gone since, and is not looked for.
    filter = structs.replace(filter, rules=(), reference="", pandoc_filters=())
    return _plan(source, Cv.of(document, source, report), [filter], report)


def _plan(
    source: Path,
    cv: Cv,
    filters: Sequence[Filter],
    report: Report,
    *,
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
) -> Plan:
    folder, document, known = source.parent, cv.document, cv.known
    now = build_time(timestamp)
    spoken, rules = cache(lambda lang: only_language(document, lang=lang)), cache(read_rules)
    jobs = []
    for filter in filters:
        if known:
            report.add(*check_filter(document, filter, known), *check_idle(document, filter, known))
        try:
            where = outputs or folder / "outputs"
            job = job_of(document, filter, source, formats=formats, outputs=where, now=now, rules=rules)
            report.add(*other_typeface(job, folder))
            in_its_language = structs.replace(spoken(job.lang), meta=job.document.meta)
            jobs.append(structs.replace(job, report=report, spoken=in_its_language))
        except InputError as problem:
            report.add(*problem.findings)
    report.add(*_collisions(jobs))
    if report.has_errors:
        raise InputError(*report)
    if not any(job.outputs for job in jobs):
        hint = "add it to “formats” of a filter" if is_format(formats[0]) else did_you_mean(formats[0], ENDINGS)
        raise InputError(error("PV133", f"none of these filters has the format {join_names(formats)}", hint=hint))
    return Plan(folder, cv, tuple(jobs), report)


def _load_filters(folder: Path, names: Sequence[str], report: Report) -> Iterator[Filter]:
    known = {path.stem: path for path in sorted(folder.glob("[!.]*.yaml"))}
    for path in sorted(folder.glob("*.yml")):
        if not names or path.stem in names:
            hint = f"rename it to {path.stem}.yaml"
            report.add(error("PV120", "the name of a filter file ends in .yaml", Location(str(path)), hint))
    if report.has_errors and not known:
        raise InputError(*report)
    if not known:
        hint = "“polyvita init FOLDER” makes some to start from"
        raise InputError(error("PV130", "there is no filter file here", Location(str(folder)), hint))
    for name in names or known:
        if name not in known:
            if (folder / f"{name}.yml").is_file():
                continue
            hint = did_you_mean(Path(name).stem, known) or list_available(known)
            report.add(error("PV131", f"there is no filter “{name}” in {folder}", hint=hint))
            continue
        try:
            yield load_filter(known[name])
        except InputError as problem:
            report.add(*problem.findings)


def _collisions(jobs: Sequence[Job]) -> Iterator[Finding]:
    seen: dict[Path, str] = {}
    for job in jobs:
        for output in job.outputs:
            if output.path in seen:
                other = seen[output.path]
                message = f"“{other}” and “{job.filter.name}” both write {output.path.name}"
                yield error("PV135", message, output.location, "give one of them another “filename”")
            seen[output.path] = job.filter.name

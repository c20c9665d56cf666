"""The plan of a build: the CV, the filters and their outputs, all checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, structs

from polyvita.builder.job import Job, add_photo, check_typeface, make_job
from polyvita.builder.manifest import hash_source
from polyvita.builder.request import SharedSettings
from polyvita.checks.languages import check_languages
from polyvita.checks.references import check_filter, check_section_names, check_unmatched, check_vocabulary
from polyvita.checks.rules.ruleset import read_rules
from polyvita.config.filter import Filter
from polyvita.config.filter_file import load_filter
from polyvita.config.front_matter import FrontMatter
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import (
    Finding,
    InputError,
    did_you_mean,
    error,
    has_errors,
    join_names,
    list_available,
    sorted_findings,
)
from polyvita.core.document import Document
from polyvita.core.files import folded, recorded_inputs
from polyvita.core.formats import FORMATS
from polyvita.core.git import Revision
from polyvita.core.location import Location
from polyvita.core.source import CV, Source, read_source
from polyvita.reader import load_private, read_document
from polyvita.transforms import (
    add_standard_tags,
    clean_html,
    drop_other_languages,
    drop_unwritten_sections,
    fill_counts,
    link_remote_images,
    name_sections,
    read_dates,
)
from polyvita.transforms.clean_html import without_contradictions
from polyvita.transforms.context import Vocabulary, collect_vocabulary
from polyvita.writers import is_format


class Cv(Struct, frozen=True):
    """A CV: the tree as the reader returns it (`parsed`), and the same tree with dates and counts (`document`).

    `vocabulary` has the names that filters can use. It is None in a worker process, which does not check filters.
    """

    parsed: Document
    document: Document
    vocabulary: Vocabulary | None = None
    findings: tuple[Finding, ...] = ()
    hash: str = ""
    """The hash of the file."""


def read_cv(source: Source, read_file: Callable[[Path], Source] | None = None) -> Cv:
    """Read and check a CV, read the dates in its text, and fill in its counts.

    `read_file` reads its bibliographies (default: from the disk).
    """
    parsed, findings = read_document(source, read_file)
    document, date_findings = read_dates(add_standard_tags(parsed), lang=str(parsed.meta.get("lang") or "en"))
    document, image_findings = link_remote_images(document)
    vocabulary = collect_vocabulary(document)
    document, unwritten = drop_unwritten_sections(document)
    document, count_findings = fill_counts(document, vocabulary=vocabulary)
    found = [*findings, *check_vocabulary(parsed), *check_section_names(parsed, vocabulary.sections)]
    found += [*check_languages(parsed), *date_findings, *image_findings, *unwritten, *count_findings]
    if not parsed.blocks:
        hint = "write some text below the front matter"
        found.append(error("PV003", "the file has no text", Location(source.name), hint))
    return Cv(parsed, document, vocabulary, tuple(found), hash_source(source))


class Plan(Struct, frozen=True):
    """All jobs of a build. `folder` is the folder of the CV.

    `broken` has, by name, the filters that cannot be built and the errors in them. `findings` are all others.
    """

    folder: Path
    cv: Cv
    jobs: tuple[Job, ...]
    findings: tuple[Finding, ...] = ()
    broken: Mapping[str, InputError] = {}
    private: FrontMatter | None = None
    files: tuple[Path, ...] = ()
    """The files that the filters and their jobs were read from, and where other such files were looked for."""


def make_plan(
    source: Path,
    *,
    filters: Sequence[str] = (),
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
    cv: Cv | None = None,
    at_revision: Revision | None = None,
    skip_broken: bool = False,
    shared: SharedSettings | None = None,
    theme: str = "",
) -> Plan:
    """Read and check everything that a build needs.

    - `filters`, `formats`, `outputs`, `timestamp`: the arguments of `build`.
    - `cv`: the CV in the file `source`, if it is read already.
    - `at_revision`: plan the named filters, with the filters and the CV as they were in this git revision. The theme,
      the private data and the date are the current ones.
    - `skip_broken`: leave out filters with errors if others have none.
    - `shared`: the settings of many builds, such as filters for all of them.
    - `theme`: the theme of all filters, instead of those that they name.

    Raises `InputError` with all mistakes, not only the first.
    """
    if cv is None:
        at = at_revision
        cv = read_cv(at.read_source(source), at.read_source) if at else read_cv(read_source(source, kind=CV))
    with recorded_inputs() as files:
        plan = _make_plan(
            source,
            cv,
            filters=filters,
            formats=formats,
            outputs=outputs,
            timestamp=timestamp,
            at_revision=at_revision,
            skip_broken=skip_broken,
            shared=shared,
            theme=theme,
        )
    return structs.replace(plan, files=tuple(sorted(files)))


def _make_plan(
    source: Path,
    cv: Cv,
    *,
    filters: Sequence[str],
    formats: Sequence[str],
    outputs: Path | None,
    timestamp: int | None,
    at_revision: Revision | None,
    skip_broken: bool,
    shared: SharedSettings | None,
    theme: str,
) -> Plan:
    folder, document, vocabulary = source.parent, cv.document, cv.vocabulary
    loaded, broken = _load_filters(folder / "filters", filters, at_revision, shared)
    loaded = [structs.replace(filter, theme=theme) for filter in loaded] if theme else loaded
    private, unread = _load_private(source)
    now = build_time(timestamp)
    # Several filters share a language and rule sets; each is prepared once.
    harmless = cache(lambda: clean_html(document))
    in_language = cache(lambda lang, unsafe: drop_other_languages(document if unsafe else harmless()[0], lang=lang))
    read_rule_set = cache(read_rules)
    jobs, findings = [], list(cv.findings)
    for filter in (name_sections(filter, document.meta.get("sections")) for filter in loaded):
        found: list[Finding] = []
        if vocabulary:
            found += [*check_filter(document, filter, vocabulary), *check_unmatched(document, filter, vocabulary)]
        try:
            job = make_job(
                document if filter.unsafe_html else harmless()[0],
                filter,
                source,
                formats=formats,
                output_folder=outputs or folder / "outputs",
                now=now,
                read_rule_set=read_rule_set,
                private=private,
            )
            found += check_typeface(job, folder)
        except InputError as problem:
            found += problem.findings
        if has_errors(found):
            broken[filter.name] = InputError(*found)
        else:
            job, photo_findings = add_photo(job, folder)
            findings += [*found, *photo_findings]
            language_document = structs.replace(in_language(job.lang, filter.unsafe_html), meta=job.document.meta)
            jobs.append(structs.replace(job, language_document=language_document))
    if not all(filter.unsafe_html for filter in loaded):
        if not any(filter.unsafe_html for filter in loaded):
            findings = list(without_contradictions(findings, document, harmless()[0]))
        findings += harmless()[1]
    broken |= _find_path_conflicts(jobs)
    jobs = [job for job in jobs if job.filter.name not in broken]
    has_outputs = any(job.outputs for job in jobs)
    if has_errors([*cv.findings, *unread]) or (broken and not (skip_broken and has_outputs)):
        errors = (finding for problem in broken.values() for finding in problem.findings)
        raise InputError(*sorted_findings([*findings, *errors, *unread]))
    if not has_outputs:
        message = f"none of these filters has the format {join_names(formats)}"
        known = is_format(formats[0])
        hint = "add the format to “formats” of a filter" if known else did_you_mean(formats[0], FORMATS)
        raise InputError(error("PV133", message, hint=hint))
    return Plan(folder, cv, tuple(jobs), sorted_findings(findings), broken, private)


def _load_private(source: Path) -> tuple[FrontMatter | None, tuple[Finding, ...]]:
    """Return the private data of a CV, and the errors if they cannot be read: then no output can be searched."""
    try:
        return load_private(source), ()
    except InputError as problem:
        return FrontMatter(), problem.findings  # There are private data, so no filter lacks them.


def _load_filters(
    folder: Path, names: Sequence[str], at_revision: Revision | None, shared: SharedSettings | None = None
) -> tuple[list[Filter], dict[str, InputError]]:
    """Return the named filters of a folder, or all of them, and by name the errors of those that cannot be read.

    With `shared` settings, the filters are those that are shared, or own ones of the same name in `folder`.
    """
    own, folder = folder, shared.filters if shared else folder
    if at_revision:
        filters = [load_filter(folder / f"{name}.yaml", revision=at_revision) for name in names]
        # These settings do not decide which content is shown, and their files may be gone since.
        return [structs.replace(filter, rules=(), reference="", pandoc_filters=()) for filter in filters], {}
    paths = {path.stem: path for path in sorted(folder.glob("[!.]*.yaml"))}
    misnamed = {path.stem: path for path in sorted(folder.glob("[!.]*.yml"))}
    if not paths and not misnamed:
        hint = "run “polyvita init FOLDER” to create a project with example filters"
        raise InputError(error("PV130", "no filter file in this folder", Location(str(folder)), hint))
    if shared and shared.own:
        paths |= {path.stem: path for path in own.glob("[!.]*.yaml") if path.stem in paths}
    loaded: list[Filter] = []
    broken: dict[str, InputError] = {}
    for name in names or dict.fromkeys([*paths, *misnamed]):
        try:
            if name in misnamed:
                hint = f"rename the file to {name}.yaml"
                message = "the name of a filter file must end in .yaml"
                raise InputError(error("PV120", message, Location(str(misnamed[name])), hint))
            if name not in paths:
                hint = did_you_mean(Path(name).stem, paths) or list_available(paths)
                raise InputError(error("PV131", f"filter “{name}” not found in {folder}", hint=hint))
            filter = load_filter(paths[name])
            if shared:
                filename = shared.filename.replace("{filter}", filter.filename)
                filter = structs.replace(filter, filename=filename)
            loaded.append(filter)
        except InputError as problem:
            broken[name] = problem
    return loaded, broken


def _find_path_conflicts(jobs: Sequence[Job]) -> dict[str, InputError]:
    """Return, by name, the filters that write the same file as another filter. None of them can be built."""
    found: dict[str, list[Finding]] = {}
    owners: dict[str, str] = {}
    for job in jobs:
        name = job.filter.name
        for output in job.outputs:
            if other := owners.get(folded(output.path)):
                message = f"filters “{other}” and “{name}” both write {output.path.name}"
                conflict = error("PV135", message, output.location, "set another “filename” in one of them")
                for part in {other, name}:
                    found.setdefault(part, []).append(conflict)
            owners[folded(output.path)] = name
    return {name: InputError(*findings) for name, findings in found.items()}

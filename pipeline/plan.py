"""What a run is made of: the source, the filters, the outputs of each, all checked before anything is written."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, field, structs

from pipeline.checks import check_filter, check_idle, check_vocabulary
from pipeline.clock import Moment, moment
from pipeline.dates import parse_since
from pipeline.diagnostics import Finding, InputError, Report, error, listing, nearest, there_are, warning
from pipeline.document import Document
from pipeline.files import is_file
from pipeline.filter_file import load_filter
from pipeline.place import Place
from pipeline.reader import read, read_private, read_text
from pipeline.revision import Revision
from pipeline.rules.ruleset import RuleSet, load_rules, read_rules
from pipeline.theme import Info, Theme, load_theme, with_font
from pipeline.transforms import fill_counts, only_language
from pipeline.transforms.context import Vocabulary, vocabulary
from pipeline.variant import Variant
from pipeline.writers import ENDINGS, is_format
from pipeline.writers.fonts import doubles, typefaces


class Output(Struct, frozen=True):
    """One file to be: `full.pdf`. `place` is where the filter file asks for it."""

    format: str
    path: Path
    place: Place


class Job(Struct, frozen=True):
    """One filter at work on one CV, with what the steps need to know."""

    filter: Variant
    document: Document
    lang: str
    today: datetime.date
    own_names: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)
    theme: Theme = field(default_factory=Theme)
    info: Info = field(default_factory=lambda: Info("", ""))
    reference: bytes | None = None
    pandoc_filters: tuple[Path, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[RuleSet, ...] = ()
    spoken: Document | None = None
    """The document without what is in another language, where that is known already."""

    @property
    def since(self) -> datetime.date | None:
        return parse_since(self.filter.since.text, self.today) if self.filter.since else None

    @classmethod
    def of(cls, document: Document, variant: Variant, *, today: datetime.date | None = None) -> Job:
        """The job of `variant` on `document`, as far as both say."""
        lang = variant.lang or str(document.meta.get("lang") or "en")
        names = document.meta.get("own_names") or ()
        return cls(variant, document, lang, today or datetime.datetime.now(datetime.UTC).date(), tuple(map(str, names)))


class Cv(Struct, frozen=True):
    """A CV as it was read (`written`), and with its counts filled in; `known` is what there is in it to be named."""

    written: Document
    document: Document
    known: Vocabulary | None = None

    @classmethod
    def of(cls, written: Document, source: Path, report: Report) -> Cv:
        """What was read of `source`, looked through."""
        if not written.blocks:
            report.add(error("PV003", "the file has no text", Place(str(source)), "write some below the front matter"))
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
    variants = list(_variants(source.parent / "filters", filters, report))
    return _plan(source, cv, variants, report, formats=formats, outputs=outputs, timestamp=timestamp)


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
    variants = list(_variants(source.parent / "filters", filters, report))
    told = document()
    return _plan(source, Cv(told, told), variants, report, formats=formats, outputs=outputs, timestamp=timestamp)


def plan_then(source: Path, filter: str, then: Revision) -> Plan:
    """The plan of one filter on the CV, both as they were in a git revision of the CV's folder.

    The look and the private data are those of now, and the day is today. Raises `InputError` as `plan` does.
    """
    report = Report()
    document = read_text(then.text(source), file=then.called(source), report=report)
    variant = load_filter(source.parent / "filters" / f"{filter}.yaml", then=then)
    # What does not decide about what is shown may be gone since, and is not looked for.
    variant = structs.replace(variant, rules=(), reference="", pandoc_filters=())
    return _plan(source, Cv.of(document, source, report), [variant], report)


def _plan(
    source: Path,
    cv: Cv,
    variants: Sequence[Variant],
    report: Report,
    *,
    formats: Sequence[str] = (),
    outputs: Path | None = None,
    timestamp: int | None = None,
) -> Plan:
    folder, document, known = source.parent, cv.document, cv.known
    now = moment(timestamp)
    spoken, rules = cache(lambda lang: only_language(document, lang=lang)), cache(read_rules)
    jobs = []
    for variant in variants:
        if known:
            report.add(*check_filter(document, variant, known), *check_idle(document, variant, known))
        try:
            shown = _with_private(document, source, variant)
            job = _job(shown, variant, formats=formats, folder=folder, outputs=outputs or folder / "outputs", now=now)
            job = structs.replace(job, rules=tuple(_rules(variant, folder, rules)))
            report.add(*_typeface(job, folder))
            in_its_language = structs.replace(spoken(job.lang), meta=shown.meta)
            jobs.append(structs.replace(job, report=report, spoken=in_its_language))
        except InputError as problem:
            report.add(*problem.findings)
    report.add(*_collisions(jobs))
    if report.has_errors:
        raise InputError(*report)
    if not any(job.outputs for job in jobs):
        hint = "add it to “formats” of a filter" if is_format(formats[0]) else nearest(formats[0], ENDINGS)
        raise InputError(error("PV133", f"none of these filters has the format {listing(formats)}", hint=hint))
    return Plan(folder, cv, tuple(jobs), report)


def _variants(folder: Path, names: Sequence[str], report: Report) -> Iterator[Variant]:
    known = {path.stem: path for path in sorted(folder.glob("[!.]*.yaml"))}
    for path in sorted(folder.glob("*.yml")):
        if not names or path.stem in names:
            hint = f"rename it to {path.stem}.yaml"
            report.add(error("PV120", "the name of a filter file ends in .yaml", Place(str(path)), hint))
    if report.has_errors and not known:
        raise InputError(*report)
    if not known:
        hint = "“polyvita init FOLDER” makes some to start from"
        raise InputError(error("PV130", "there is no filter file here", Place(str(folder)), hint))
    for name in names or known:
        if name not in known:
            if (folder / f"{name}.yml").is_file():
                continue
            hint = nearest(Path(name).stem, known) or there_are(known)
            report.add(error("PV131", f"there is no filter “{name}” in {folder}", hint=hint))
            continue
        try:
            yield load_filter(known[name])
        except InputError as problem:
            report.add(*problem.findings)


def _job(
    document: Document, variant: Variant, *, formats: Sequence[str], folder: Path, outputs: Path, now: Moment
) -> Job:
    job = Job.of(document, variant, today=now.day)
    return structs.replace(
        job,
        theme=_theme(variant, folder),
        info=_info(document, job, now.seconds),
        reference=_reference(variant, folder),
        pandoc_filters=tuple(_pandoc_filters(variant)),
        outputs=tuple(_outputs(job, formats, outputs)),
    )


def _with_private(document: Document, source: Path, variant: Variant) -> Document:
    """The CV with the private data beside it (`cv.private.yaml`) where the filter shows them."""
    if not variant.private:
        return document
    path = source.with_suffix(".private.yaml")
    if not is_file(path):
        message = f"the filter shows private data, but there is no {path.name} beside the CV"
        raise InputError(error("PV137", message, variant.place("private"), "write it, or take the line out"))
    return structs.replace(document, meta={**document.meta, **read_private(path).values})


def _theme(variant: Variant, folder: Path) -> Theme:
    theme = load_theme(variant.theme, folder / "themes", asked=variant.place("theme"))
    if variant.font:
        theme = with_font(theme, variant.font.family, variant.font.size)
    if variant.paper:
        theme = structs.replace(theme, paper=variant.paper)
    if variant.leading:
        theme = structs.replace(theme, leading=variant.leading)
    if variant.margins:
        theme = structs.replace(theme, margins=variant.margins.over(theme.margins))
    width, height = theme.room
    if min(width, height) < LEAST_ROOM:
        place = variant.place("margins" if variant.margins else "theme")
        message = f"the margins leave {max(0, width):.0f} × {max(0, height):.0f} mm for the text"
        raise InputError(error("PV125", message, place, f"leave {LEAST_ROOM} mm each way at least"))
    return theme


LEAST_ROOM = 40
"""So many mm a text needs, across and down."""


def _typeface(job: Job, folder: Path) -> Iterator[Finding]:
    """The PDF is set in another typeface than the one asked for: that is said, never done in silence."""
    if not any(output.format == "pdf" for output in job.outputs):
        return
    faces = typefaces(job.theme, folder)
    if faces.missing:
        others = f", nor one as wide ({', '.join(doubles(faces.missing))})" if doubles(faces.missing) else ""
        message = f"{faces.missing} is not at hand{others}: the PDF is set in {faces.families[0]}"
        hint = "put its files into a folder fonts/ beside the CV, or install it; the Word file names it all the same"
        yield warning("PV303", message, job.filter.place("font"), hint)


def _info(document: Document, job: Job, timestamp: int) -> Info:
    meta = document.meta
    name = str(meta.get("name") or "")
    title = job.filter.title or name or job.filter.name
    return Info(
        title=f"{title} – {name}" if name and name != title else title,
        author=name,
        lang=job.lang,
        subject=job.filter.title,
        timestamp=timestamp,
        furniture=not (job.filter.pages and job.filter.pages.most == 1),
        wrap=not job.filter.counts,
        person=tuple(_person(document)),
    )


def _person(document: Document) -> Iterator[tuple[str, str]]:
    """schema.org's words for the public facts of the front matter."""
    words = {"name": "name", "honorific": "honorificPrefix", "affiliation": "affiliation", "email": "email"}
    words["phone"] = "telephone"
    for key, word in words.items():
        value = document.meta.get(key)
        for text in [value] if isinstance(value, str) else value or ():
            yield word, str(text)
    for link in document.meta.get("links") or ():
        yield "sameAs", link["url"]


def _reference(variant: Variant, folder: Path) -> bytes | None:
    """The institution's own Word template, from the filter's folder or beside the CV."""
    if not variant.reference:
        return None
    path = next((p for p in (variant.folder / variant.reference, folder / variant.reference) if is_file(p)), None)
    if path is None:
        hint = "put the Word template beside the filter or beside the CV"
        raise InputError(error("PV132", f"there is no file “{variant.reference}”", variant.place("reference"), hint))
    if not is_word_file(path):
        message = f"“reference” names {variant.reference}, which is no Word file"
        raise InputError(error("PV125", message, variant.place("reference"), "save it in Word, as .docx or .dotx"))
    return path.read_bytes()


def is_word_file(path: Path) -> bool:
    """Whether there is a Word document in the file, whatever its name."""
    try:
        with zipfile.ZipFile(path) as file:
            return "word/styles.xml" in file.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _pandoc_filters(variant: Variant) -> Iterator[Path]:
    for i, name in enumerate(variant.pandoc_filters):
        path = variant.folder / name
        if not is_file(path):
            place = variant.place(f"pandoc_filters[{i}]")
            hint = "put it there, or take the line out"
            raise InputError(error("PV132", f"there is no file “{name}” in {variant.folder}", place, hint))
        yield path


def _rules(variant: Variant, folder: Path, read: Callable[[Path], RuleSet]) -> Iterator[RuleSet]:
    for i, use in enumerate(variant.rules):
        named = variant.places.get(f"rules[{i}].use", variant.place(f"rules[{i}]"))
        yield load_rules(use, folder, asked=named, read=read)


def file_names(job: Job) -> dict[str, str]:
    """What the name of a file may be made of."""
    name = str(job.document.meta.get("name") or "")
    last = name.rsplit(maxsplit=1)[-1] if name else ""
    made = {"filter": job.filter.name, "name": name, "last": last, "lang": job.lang, "date": job.today.isoformat()}
    return {key: re.sub(r'[\\/:*?"<>|]', "-", value) for key, value in made.items()}


def _outputs(job: Job, formats: Sequence[str], folder: Path) -> Iterator[Output]:
    variant = job.filter
    stem = variant.filename.format(**file_names(job))
    if any(not part or part.startswith(".") for part in stem.split("/")):
        hint = "give the front matter a “name”, or name the file another way"
        message = f"“filename” comes to “{stem}”, which cannot be the name of a file"
        raise InputError(error("PV125", message, variant.place("filename"), hint))
    unknown = [(i, format) for i, format in enumerate(variant.formats) if not is_format(format)]
    if unknown:
        raise InputError(*(_no_format(format, variant.place(f"formats[{i}]")) for i, format in unknown))
    for i, format in enumerate(variant.formats):
        place = variant.place(f"formats[{i}]")
        if not formats or format in formats:
            yield Output(format, folder / f"{stem}.{ENDINGS.get(format, format)}", place)


def _no_format(name: str, place: Place) -> Finding:
    hint = nearest(name, ENDINGS) or "there are html, docx (Word), pdf, txt (plain text) and Pandoc’s own writers"
    return error("PV134", f"“{name}” is not a format", place, hint)


def _collisions(jobs: Sequence[Job]) -> Iterator[Finding]:
    seen: dict[Path, str] = {}
    for job in jobs:
        for output in job.outputs:
            if output.path in seen:
                other = seen[output.path]
                message = f"“{other}” and “{job.filter.name}” both write {output.path.name}"
                yield error("PV135", message, output.place, "give one of them another “filename”")
            seen[output.path] = job.filter.name

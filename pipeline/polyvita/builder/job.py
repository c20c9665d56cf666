"""One filter at work on one CV: all that it asks for, found and checked before anything is written."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field, structs

from polyvita.checks.rules.ruleset import RuleSet, load_rules
from polyvita.config.filter import Filter
from polyvita.config.theme import DocumentInfo, Theme, load_theme, with_font
from polyvita.core.clock import BuildTime
from polyvita.core.dates import parse_since
from polyvita.core.diagnostics import Finding, InputError, Report, did_you_mean, error, warning
from polyvita.core.document import Document
from polyvita.core.files import is_file
from polyvita.core.location import Location
from polyvita.reader import read_private
from polyvita.writers import ENDINGS, is_format
from polyvita.writers.fonts import doubles, typefaces


class Output(Struct, frozen=True):
    """One file to be: `full.pdf`. `location` is where the filter file asks for it."""

    format: str
    path: Path
    location: Location


class Job(Struct, frozen=True):
    """One filter at work on one CV, with what the steps need to know."""

    filter: Filter
    document: Document
    lang: str
    today: datetime.date
    own_names: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)
    theme: Theme = field(default_factory=Theme)
    info: DocumentInfo = field(default_factory=lambda: DocumentInfo("", ""))
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
    def of(cls, document: Document, filter: Filter, *, today: datetime.date | None = None) -> Job:
        """The job of `filter` on `document`, as far as both say."""
        lang = filter.lang or str(document.meta.get("lang") or "en")
        names = document.meta.get("own_names") or ()
        return cls(filter, document, lang, today or datetime.datetime.now(datetime.UTC).date(), tuple(map(str, names)))


def job_of(
    document: Document,
    filter: Filter,
    source: Path,
    *,
    formats: Sequence[str],
    outputs: Path,
    now: BuildTime,
    rules: Callable[[Path], RuleSet],
) -> Job:
    """What `filter` asks for of the CV in `source`, in these `formats` (all where there are none), with its outputs in
    the folder `outputs`; `rules` reads a rule file. Raises `InputError` where something of it is not at hand."""
    folder = source.parent
    document = _with_private(document, source, filter)
    job = Job.of(document, filter, today=now.day)
    return structs.replace(
        job,
        theme=_theme(filter, folder),
        info=_info(document, job, now.seconds),
        reference=_reference(filter, folder),
        pandoc_filters=tuple(_pandoc_filters(filter)),
        outputs=tuple(_outputs(job, formats, outputs)),
        rules=tuple(_rules(filter, folder, rules)),
    )


def _with_private(document: Document, source: Path, filter: Filter) -> Document:
    """The CV with the private data beside it (`cv.private.yaml`) where the filter shows them."""
    if not filter.private:
        return document
    path = source.with_suffix(".private.yaml")
    if not is_file(path):
        message = f"the filter shows private data, but there is no {path.name} beside the CV"
        raise InputError(error("PV137", message, filter.location("private"), "write it, or take the line out"))
    return structs.replace(document, meta={**document.meta, **read_private(path).values})


def _theme(filter: Filter, folder: Path) -> Theme:
    theme = load_theme(filter.theme, folder / "themes", asked=filter.location("theme"))
    if filter.font:
        theme = with_font(theme, filter.font.family, filter.font.size)
    if filter.paper:
        theme = structs.replace(theme, paper=filter.paper)
    if filter.leading:
        theme = structs.replace(theme, leading=filter.leading)
    if filter.margins:
        theme = structs.replace(theme, margins=filter.margins.applied_to(theme.margins))
    width, height = theme.text_area
    if min(width, height) < LEAST_ROOM:
        location = filter.location("margins" if filter.margins else "theme")
        message = f"the margins leave {max(0, width):.0f} × {max(0, height):.0f} mm for the text"
        raise InputError(error("PV125", message, location, f"leave {LEAST_ROOM} mm each way at least"))
    return theme


LEAST_ROOM = 40
"""So many mm a text needs, across and down."""


def other_typeface(job: Job, folder: Path) -> Iterator[Finding]:
    """The PDF is set in another typeface than the one asked for: that is said, never done in silence."""
    if not any(output.format == "pdf" for output in job.outputs):
        return
    faces = typefaces(job.theme, folder)
    if faces.missing:
        others = f", nor one as wide ({', '.join(doubles(faces.missing))})" if doubles(faces.missing) else ""
        message = f"{faces.missing} is not at hand{others}: the PDF is set in {faces.families[0]}"
        hint = "put its files into a folder fonts/ beside the CV, or install it; the Word file names it all the same"
        yield warning("PV303", message, job.filter.location("font"), hint)


def _info(document: Document, job: Job, timestamp: int) -> DocumentInfo:
    meta = document.meta
    name = str(meta.get("name") or "")
    title = job.filter.title or name or job.filter.name
    return DocumentInfo(
        title=f"{title} – {name}" if name and name != title else title,
        author=name,
        lang=job.lang,
        subject=job.filter.title,
        timestamp=timestamp,
        footer=not (job.filter.pages and job.filter.pages.most == 1),
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


def _reference(filter: Filter, folder: Path) -> bytes | None:
    """The institution's own Word template, from the filter's folder or beside the CV."""
    if not filter.reference:
        return None
    path = next((p for p in (filter.folder / filter.reference, folder / filter.reference) if is_file(p)), None)
    if path is None:
        hint = "put the Word template beside the filter or beside the CV"
        raise InputError(error("PV132", f"there is no file “{filter.reference}”", filter.location("reference"), hint))
    if not is_word_file(path):
        message = f"“reference” names {filter.reference}, which is no Word file"
        raise InputError(error("PV125", message, filter.location("reference"), "save it in Word, as .docx or .dotx"))
    return path.read_bytes()


def is_word_file(path: Path) -> bool:
    """Whether there is a Word document in the file, whatever its name."""
    try:
        with zipfile.ZipFile(path) as file:
            return "word/styles.xml" in file.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _pandoc_filters(filter: Filter) -> Iterator[Path]:
    for i, name in enumerate(filter.pandoc_filters):
        path = filter.folder / name
        if not is_file(path):
            location = filter.location(f"pandoc_filters[{i}]")
            hint = "put it there, or take the line out"
            raise InputError(error("PV132", f"there is no file “{name}” in {filter.folder}", location, hint))
        yield path


def _rules(filter: Filter, folder: Path, read: Callable[[Path], RuleSet]) -> Iterator[RuleSet]:
    for i, use in enumerate(filter.rules):
        named = filter.locations.get(f"rules[{i}].use", filter.location(f"rules[{i}]"))
        yield load_rules(use, folder, asked=named, read=read)


def file_names(job: Job) -> dict[str, str]:
    """What the name of a file may be made of."""
    name = str(job.document.meta.get("name") or "")
    last = name.rsplit(maxsplit=1)[-1] if name else ""
    made = {"filter": job.filter.name, "name": name, "last": last, "lang": job.lang, "date": job.today.isoformat()}
    return {key: re.sub(r'[\\/:*?"<>|]', "-", value) for key, value in made.items()}


def _outputs(job: Job, formats: Sequence[str], folder: Path) -> Iterator[Output]:
    filter = job.filter
    stem = filter.filename.format(**file_names(job))
    if any(not part or part.startswith(".") for part in stem.split("/")):
        hint = "give the front matter a “name”, or name the file another way"
        message = f"“filename” comes to “{stem}”, which cannot be the name of a file"
        raise InputError(error("PV125", message, filter.location("filename"), hint))
    unknown = [(i, format) for i, format in enumerate(filter.formats) if not is_format(format)]
    if unknown:
        raise InputError(*(_no_format(format, filter.location(f"formats[{i}]")) for i, format in unknown))
    for i, format in enumerate(filter.formats):
        location = filter.location(f"formats[{i}]")
        if not formats or format in formats:
            yield Output(format, folder / f"{stem}.{ENDINGS.get(format, format)}", location)


def _no_format(name: str, location: Location) -> Finding:
    hint = did_you_mean(name, ENDINGS) or "there are html, docx (Word), pdf, txt (plain text) and Pandoc’s own writers"
    return error("PV134", f"“{name}” is not a format", location, hint)

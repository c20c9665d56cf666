"""The job of one filter: everything that the filter asks for, found and checked before anything is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct, field, structs

from polyvita.checks.rules.ruleset import Rule, RuleSet, load_rules
from polyvita.config.filter import Filter
from polyvita.config.front_matter import FrontMatter
from polyvita.config.theme import DocumentInfo, Theme, load_theme, with_font
from polyvita.core.allowed import check_is_allowed
from polyvita.core.clock import BuildTime
from polyvita.core.dates import parse_since
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error, info, join_names, warning
from polyvita.core.document import Document, Image, Text
from polyvita.core.files import UNPRINTABLE, is_file
from polyvita.core.formats import FORMATS, format_of
from polyvita.core.location import Location
from polyvita.core.source import format_size, read_bytes
from polyvita.writers import is_format
from polyvita.writers.fonts import metric_compatible, resolve_fonts
from polyvita.writers.images import find_image

if TYPE_CHECKING:
    from polyvita.reader.bibliography.styles import Style

MIN_TEXT_AREA = 40
"""The smallest width and height of the text area, in mm."""


class Output(Struct, frozen=True):
    """One file to write, such as `full.pdf`. `location` is where the filter file asks for it."""

    format: str
    path: Path
    location: Location


class Job(Struct, frozen=True):
    """One filter and one CV, with everything that the steps and writers need."""

    filter: Filter
    document: Document
    lang: str
    today: datetime.date
    own_names: tuple[str, ...] = ()
    theme: Theme = field(default_factory=Theme)
    info: DocumentInfo = field(default_factory=lambda: DocumentInfo("", ""))
    reference: bytes | None = None
    citation_style: Style | None = None
    """The style of publications, if the CV has bibliographies."""
    pandoc_filters: tuple[Path, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[RuleSet, ...] = ()
    language_document: Document | None = None
    """The document without text in other languages, if it is already computed."""
    photo: Image | None = None
    """The photo that outputs show, if the filter asks for it and nothing is against it."""

    @property
    def since(self) -> datetime.date | None:
        return parse_since(self.filter.since, self.today) if self.filter.since else None

    @classmethod
    def create(cls, document: Document, filter: Filter, *, today: datetime.date | None = None) -> Job:
        """Return a job with what the document and the filter say, without reading other files."""
        lang = filter.lang or str(document.meta.get("lang") or "en")
        names = document.meta.get("own_names") or ()
        return cls(filter, document, lang, today or datetime.datetime.now(datetime.UTC).date(), tuple(map(str, names)))


def make_job(
    document: Document,
    filter: Filter,
    source: Path,
    *,
    formats: Sequence[str],
    output_folder: Path,
    now: BuildTime,
    read_rule_set: Callable[[Path], RuleSet],
    private: FrontMatter | None,
) -> Job:
    """Return the complete job of a filter, with everything that it names loaded.

    `document` is the CV in the file `source`, and `private` its private data. `formats` are the formats to write; if
    empty, all formats of the filter. Raises `InputError` if something is missing or wrong.
    """
    folder = source.parent
    home = filter.folder.parent
    """The folder of the themes and rules. It differs from the folder of the CV if many CVs share their filters."""
    document = _add_private_data(document, source, filter, private)
    job = Job.create(document, filter, today=now.day)
    return structs.replace(
        job,
        theme=_load_theme(filter, home),
        info=_document_info(document, job, now.seconds),
        reference=_read_reference(filter, folder),
        citation_style=_load_citation_style(document, filter, folder),
        pandoc_filters=tuple(_find_pandoc_filters(filter, home)),
        outputs=tuple(_plan_outputs(job, formats, output_folder)),
        rules=tuple(_load_rule_sets(filter, home, read_rule_set)),
    )


def _add_private_data(document: Document, source: Path, filter: Filter, private: FrontMatter | None) -> Document:
    """Return the CV with its private data, if the filter shows them."""
    if not filter.private:
        return document
    if not private:
        name = source.with_suffix(".private.yaml").name
        message = f"the filter shows private data, but there is no {name} beside the CV"
        hint = f"create {name}, or delete this line"
        raise InputError(error("PV137", message, filter.location("private"), hint))
    return structs.replace(document, meta={**document.meta, **private.values})


def with_theme(job: Job, name: str, folder: Path) -> Job:
    """Return the job with another theme. `folder` is that of the themes’ folder."""
    return structs.replace(job, theme=_load_theme(structs.replace(job.filter, theme=name), folder))


def _load_theme(filter: Filter, folder: Path) -> Theme:
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
    width -= theme.column
    if min(width, height) < MIN_TEXT_AREA:
        location = filter.location("margins" if filter.margins else "theme")
        taken = "the margins and the column of dates leave" if theme.column else "the margins leave"
        message = f"{taken} only {max(0, width):.0f} × {max(0, height):.0f} mm for the text"
        hint = f"leave at least {MIN_TEXT_AREA} mm in width and in height"
        raise InputError(error("PV125", message, location, hint))
    return theme


def check_typeface(job: Job, folder: Path) -> Iterator[Finding]:
    """Yield a warning if the PDF uses another typeface than the filter asks for."""
    if not any(format_of(output.format).paged for output in job.outputs):
        return
    fonts = resolve_fonts(job.theme, folder)
    if fonts.missing:
        similar = metric_compatible(fonts.missing)
        searched = f"nor an equally wide font ({', '.join(similar)}) " if similar else ""
        message = f"font “{fonts.missing}” {searched}not found; the PDF uses {fonts.families[0]} instead"
        hint = "install it, or put its files into fonts/ beside the CV; the Word file still names it"
        yield warning("PV303", message, job.filter.location("font"), hint)


def add_photo(job: Job, folder: Path) -> tuple[Job, tuple[Finding, ...]]:
    """Return the job with the photo that its outputs show, if there is one, and the findings about it."""
    if not job.filter.photo:
        return job, ()
    asked, photo = job.filter.location("photo"), job.document.meta.get("photo")
    if not photo:
        hint = "add photo: {file: portrait.jpg, alt: Portrait of …} to the front matter, or delete this line"
        missing = warning("PV531", "the filter shows a photo, but the front matter has none", asked, hint)
        return job, () if job.filter.vocabulary == "standard" else (missing,)
    if names := [rules.name for rules in job.rules if any(_forbids_pictures(rule) for rule in rules.rules)]:
        message = f"the photo is left out, because {join_names(names)} allow{'s' * (len(names) == 1)} no pictures"
        return job, (info("PV532", message, asked, "for an output without this note, write “photo: false”"),)
    locations = job.document.locations
    location = locations.get("photo.file") or locations.get("photo", asked)
    url = quote(photo["file"])  # A name of a file can contain spaces and per cent signs, an address cannot.
    try:
        size = find_image(url, folder).stat().st_size
    except InputError as problem:
        finding = problem.findings[0]
        return job, (finding._replace(message=f"{finding.message}; the outputs have no photo", location=location),)
    findings = []
    if not photo["alt"]:
        name = str(job.document.meta.get("name") or "…")
        hint = f"write photo: {{file: {photo['file']}, alt: Portrait of {name}}}"
        findings.append(warning("PV530", "the photo has no text for readers who cannot see it", location, hint))
    if size > _LARGE_PHOTO:
        message = f"the photo has {format_size(round(size, -5))}, so that each build takes longer"
        hint = "save a copy of about 1000 × 1300 pixels, and use that file"
        findings.append(info("PV533", message, location, hint))
    shown = Image((Text(photo["alt"]),) if photo["alt"] else (), url, location=location)
    return structs.replace(job, photo=shown), tuple(findings)


def _forbids_pictures(rule: Rule) -> bool:
    return rule.images is not None and rule.images.most == 0


_LARGE_PHOTO = 3_000_000
"""The size of a photo in bytes from which on a smaller copy saves time. Outputs have a small copy in any case."""


def _document_info(document: Document, job: Job, timestamp: int) -> DocumentInfo:
    meta = document.meta
    name = str(meta.get("name") or "").strip()
    title = job.filter.title or name or job.filter.name
    return DocumentInfo(
        title=f"{title} – {name}" if name and name != title else title,
        author=name,
        lang=job.lang,
        subject=job.filter.title,
        timestamp=timestamp,
        footer=job.filter.footer != "none" and not (job.filter.pages and job.filter.pages.most == 1),
        wrap=not job.filter.counts,
        unsafe_html=job.filter.unsafe_html,
        url=job.filter.url,
        person=tuple(_schema_org_person(document)),
    )


def _schema_org_person(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the public facts of the front matter under their names in schema.org's type Person."""
    words = {"name": "name", "honorific": "honorificPrefix", "affiliation": "affiliation", "email": "email"}
    words |= {"phone": "telephone", "headline": "jobTitle", "location": "address"}
    for key, word in words.items():
        value = document.meta.get(key)
        for text in [value] if isinstance(value, str) else value or ():
            yield word, str(text)
    if orcid := document.meta.get("orcid"):
        yield "identifier", f"https://orcid.org/{orcid}"
        yield "sameAs", f"https://orcid.org/{orcid}"
    for link in document.meta.get("links") or ():
        if link["url"]:
            yield "sameAs", link["url"]


def _read_reference(filter: Filter, folder: Path) -> bytes | None:
    """Read the institution's own Word template, from beside the filter or beside the CV."""
    if not filter.reference:
        return None
    path = next((p for p in (filter.folder / filter.reference, folder / filter.reference) if is_file(p)), None)
    if path is None:
        message = f"Word template “{filter.reference}” not found"
        hint = "put the Word template beside the filter or beside the CV"
        raise InputError(error("PV132", message, filter.location("reference"), hint))
    home = filter.folder.parent if path.parent == filter.folder else folder
    check_is_allowed(path, home, f"“reference” names {filter.reference}", filter.location("reference"))
    from polyvita.writers.word.template import NOT_WORD, find_template_problem

    try:
        content = read_bytes(path, _MAX_TEMPLATE)
        problem = find_template_problem(content)
    except OSError as failure:
        content, problem = b"", f"cannot be read: {failure.strerror}"
    if problem == NOT_WORD:
        message = f"“reference” names {filter.reference}, which {problem}"
        hint = "save the template in Word, as .docx or .dotx"
        raise InputError(error("PV125", message, filter.location("reference"), hint))
    if problem:
        message = f"the Word template {filter.reference} {problem}"
        raise InputError(error("PV342", message, filter.location("reference"), "save the template again in Word"))
    return content


def _load_citation_style(document: Document, filter: Filter, folder: Path) -> Style | None:
    """Return the style in which the filter shows entries of bibliographies, if there are any."""
    if not document.entries:
        return None
    from polyvita.reader.bibliography.load import document_style
    from polyvita.reader.bibliography.styles import load_style

    if filter.citations and filter.citations.style:
        # In YAML, a text alone is the style, so that there is no path to it.
        path = "citations.style" if "citations.style" in filter.locations else "citations"
        return load_style(filter.citations.style, folder, filter.location(path))
    return document_style(document, folder)


_MAX_TEMPLATE = 20_000_000
"""The largest Word template, in bytes."""


def _find_pandoc_filters(filter: Filter, folder: Path) -> Iterator[Path]:
    for i, name in enumerate(filter.pandoc_filters):
        path = filter.folder / name
        if not is_file(path):
            location = filter.location(f"pandoc_filters[{i}]")
            message = f"Pandoc filter “{name}” not found in {filter.folder}"
            raise InputError(error("PV132", message, location, "put the file there, or delete this line"))
        check_is_allowed(path, folder, f"“pandoc_filters” names {name}", filter.location(f"pandoc_filters[{i}]"))
        yield path


def _load_rule_sets(filter: Filter, folder: Path, read: Callable[[Path], RuleSet]) -> Iterator[RuleSet]:
    for i, use in enumerate(filter.rules):
        location = filter.locations.get(f"rules[{i}].use", filter.location(f"rules[{i}]"))
        yield load_rules(use, folder, location=location, read=read)


def filename_fields(job: Job) -> dict[str, str]:
    """Return the values of the placeholders that `filename` may contain. Characters not allowed in names become “-”."""
    name = str(job.document.meta.get("name") or "").strip()
    last = name.split()[-1] if name else ""
    fields = {"filter": job.filter.name, "name": name, "last": last, "lang": job.lang, "date": job.today.isoformat()}
    shown = {key: re.sub(f"[{UNPRINTABLE}]", "", value) for key, value in fields.items()}
    return {key: re.sub(r'[\\/:*?"<>|]', "-", value) for key, value in shown.items()}


def _plan_outputs(job: Job, formats: Sequence[str], folder: Path) -> Iterator[Output]:
    filter = job.filter
    stem = filter.filename.format(**filename_fields(job))
    if any(not part or part.startswith(".") for part in stem.split("/")):
        message = f"“filename” gives “{stem}”, which is not a valid file name"
        hint = "add a “name” to the front matter, or change “filename”"
        raise InputError(error("PV125", message, filter.location("filename"), hint))
    unknown = [(i, format) for i, format in enumerate(filter.formats) if not is_format(format)]
    if unknown:
        raise InputError(*(_unknown_format(format, filter.location(f"formats[{i}]")) for i, format in unknown))
    for i, format in enumerate(filter.formats):
        location = filter.location(f"formats[{i}]")
        if not formats or format in formats:
            yield Output(format, folder / f"{stem}.{format_of(format).suffix}", location)


def _unknown_format(name: str, location: Location) -> Finding:
    hint = did_you_mean(name, FORMATS)
    hint = hint or "use html, docx (Word), pdf, txt (plain text) or the name of a Pandoc writer"
    return error("PV134", f"“{name}” is not a format", location, hint)

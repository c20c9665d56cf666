"""Read the bibliographies that the front matter names, and make their entries items of the document.

Reading and formatting take long, so their results are cached by the content of the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from polyvita.core.allowed import check_is_allowed
from polyvita.core.bibliography import BibEntry, Bibliography
from polyvita.core.content_cache import cache_name, read_cached, write_cached
from polyvita.core.diagnostics import Finding, InputError, error, warning
from polyvita.core.document import Document, Text, plain_text
from polyvita.core.files import is_file
from polyvita.core.location import Location
from polyvita.core.source import FileKind, Source, read_source
from polyvita.reader.bibliography.citeproc import References, format_entries
from polyvita.reader.bibliography.insert import insert_entries
from polyvita.reader.bibliography.people import People
from polyvita.reader.bibliography.repeated import find_repeated_items
from polyvita.reader.bibliography.styles import DEFAULT_STYLE, Style, load_style

ReadFile = Callable[[Path], Source]
"""A function that reads a bibliography, for example as it was in a git revision."""

BIBLIOGRAPHY = FileKind(
    largest=20_000_000,  # about 20,000 entries
    unreadable="PV096",
    not_text="PV096",
    too_large="PV096",
    if_missing="put the file beside the CV, or correct “bibliography” in the front matter",
    if_folder="name the file in the folder",
    older_encodings=True,
    if_too_large="keep only your own publications in the file",
)


def read_bibliography_file(path: Path) -> Source:
    """Return a file with entries. Raises `InputError` if it cannot be read."""
    return read_source(path, str(path), kind=BIBLIOGRAPHY)


def add_bibliography(
    document: Document, folder: Path, read: ReadFile = read_bibliography_file
) -> tuple[Document, list[Finding]]:
    """Return the document with the entries of its bibliographies, and the findings. The CV is in `folder`.

    An error leaves the document without entries.
    """
    findings: list[Finding] = []
    sources: list[Source] = []
    for index, path in enumerate(bibliography_files(document, folder)):
        location = _location(document, f"bibliography[{index}]", "bibliography")
        try:
            sources.append(_read_one(path, folder, location, read))
        except InputError as problem:
            findings += problem.findings
    style = None
    try:
        style = document_style(document, folder)
    except InputError as problem:
        findings += problem.findings
    if style is None or not sources:
        return document, findings
    bibliography = _read_entries(sources)
    findings += bibliography.findings
    entries = bibliography.entries
    texts = format_document_entries(document, entries, style)
    complete = {entry.key: texts[entry.key] or _title(entry) for entry in entries}
    findings += _find_empty(entries, texts, style)
    findings += find_repeated_items(document, entries)
    document, found = insert_entries(document, entries, complete)
    return document, [*findings, *found]


def bibliography_files(document: Document, folder: Path) -> list[Path]:
    """Return the files that the front matter names in `bibliography`."""
    return [folder / name for name in document.meta.get("bibliography") or ()]


def document_style(document: Document, folder: Path) -> Style:
    """Return the style that the front matter names in `csl`. Raises `InputError` if it is missing or not valid."""
    return load_style(document.meta.get("csl") or DEFAULT_STYLE, folder, _location(document, "csl"))


def document_language(document: Document) -> str:
    """Return the language of the CV."""
    return str(document.meta.get("lang") or "en")


def format_document_entries(document: Document, entries: tuple[BibEntry, ...], style: Style) -> References:
    """Return the text of each entry as the document shows it, before a filter asks for something else."""
    return format_entries(entries, style, People.from_meta(document.meta), lang=document_language(document))


def _location(document: Document, *paths: str) -> Location:
    found = (document.locations[path] for path in paths if path in document.locations)
    return next(found, Location(document.file))


def _read_one(path: Path, folder: Path, location: Location, read: ReadFile) -> Source:
    if read is read_bibliography_file:
        if not is_file(path):
            message = f"bibliography “{os.path.relpath(path, folder)}” not found"
            raise InputError(error("PV096", message, location, BIBLIOGRAPHY.if_missing))
        check_is_allowed(path, folder, f"“bibliography” names {path.name}", location)
    return read(path)


def _read_entries(sources: list[Source]) -> Bibliography:
    """Return the entries of all files, from the cache if the files are the same as before."""
    parts = (part for source in sources for part in (source.name, source.data))
    name = cache_name("entries", _reader_version(), *parts)
    if content := read_cached(name):
        try:
            return msgspec.json.decode(content, type=Bibliography)
        except msgspec.DecodeError:  # Another program has changed the file.
            pass
    from polyvita.reader.bibliography import read_bibliography

    bibliography = read_bibliography(sources)
    write_cached(name, msgspec.json.encode(bibliography))
    return bibliography


@cache
def _reader_version() -> str:
    """Return what changes whenever the program that reads bibliographies changes."""
    return " ".join(_file_states(Path(__file__).parent))


def _file_states(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.py")):
        state = path.stat()
        yield f"{path.name} {state.st_size} {state.st_mtime_ns}"


def _title(entry: BibEntry) -> tuple[Text, ...]:
    """Return what stands for an entry of which the style shows nothing."""
    return (Text(str(entry.csl.get("title") or entry.key), location=entry.location),)


def _find_empty(entries: tuple[BibEntry, ...], texts: References, style: Style) -> Iterator[Finding]:
    for entry in entries:
        if not plain_text(texts[entry.key]).strip(" .,"):
            message = f"the style “{style.name}” shows nothing of {entry.key}; its title or key stands instead"
            yield warning("PV095", message, entry.location, "add the fields that are missing, or use another style")

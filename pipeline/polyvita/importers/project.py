"""Import files of any known format as one CV, and report its words."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.source import format_size, read_bytes, source_of
from polyvita.importers.markdown import to_files
from polyvita.importers.model import ImportedCv, merge
from polyvita.importers.report import WordReport, report_words

LARGEST = 100_000_000
"""The maximum size of an input, in bytes. A Word file with many pictures has about 20 MB."""
_DOCUMENTS = (".md", ".markdown", ".qmd", ".rmd", ".org", ".tex", ".html", ".htm", ".docx", ".odt", ".rtf", ".txt")
"""Suffixes of documents. Their content says which format they have."""


class ImportResult(NamedTuple):
    """The files of a project by their path in its folder, and what the import has to say."""

    cv: ImportedCv
    files: dict[str, bytes]
    report: WordReport

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the import."""
        return (*self.cv.findings, *self.report.findings)


def import_files(paths: Sequence[Path], *, name: str = "cv.md") -> ImportResult:
    """Import files as one CV, whose file is called `name`. Raises `InputError` if one of them cannot be imported.

    Values of earlier files have priority. Nothing is written.
    """
    cv: ImportedCv | None = None
    for path in paths:
        imported = import_file(path)
        cv = merge(cv, imported) if cv else imported
    assert cv
    if len(paths) > 1:
        from polyvita.importers.same_works import join_same_works

        join_same_works(cv)
    files = to_files(cv)
    report = report_words(cv, files)
    if name != "cv.md":
        stem = Path(name).stem
        renamed = {"cv.md": name, "cv.private.yaml": f"{stem}.private.yaml"}
        files = {renamed.get(path, path): content for path, content in files.items()}
    return ImportResult(cv, files, report)


def import_file(path: Path) -> ImportedCv:
    """Import one file. Its format is found from its content. Raises `InputError` if that is not possible."""
    from polyvita.importers.documents import import_document

    data = _read(path)
    if path.suffix.casefold() in (".bib", ".bibtex", ".ris", ".enw"):
        works = _import_bibliography(data, path)
        if not works.bibliography:
            raise InputError(error("PV512", f"{path} has no publications", hint="export the bibliography again"))
        return works
    if path.suffix.casefold() not in _DOCUMENTS:
        from polyvita.importers.structured import import_structured

        if cv := import_structured(data, str(path)):
            return cv
        with suppress(InputError):  # A binary file cannot be a bibliography. It can be a document.
            works = _import_bibliography(data, path)
            if any("title" in entry for entry in works.bibliography):
                return works
        if data.lstrip()[:1] in (b"{", b"["):
            message = f"{path} is JSON, but not of ORCID, JSON Resume or a bibliography"
            raise InputError(error("PV512", message, hint="name the file with your CV"))
    try:
        cv = import_document(data, path)
        if not any(re.search(r"\w", text) for text in cv.texts):
            message = f"{path} contains no text"
            raise InputError(error("PV512", message, hint="if it is a scan, import the file that it was made from"))
        return cv
    except RecursionError:
        raise InputError(error("PV501", f"{path} is damaged: its parts are nested too deeply")) from None
    except InputError as problem:
        raise InputError(*(_with_path(finding, path) for finding in problem.findings)) from None


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, LARGEST)
    except (OSError, ValueError) as problem:
        number = getattr(problem, "errno", None)
        if number == errno.EFBIG:
            message = f"{path} is larger than {format_size(LARGEST)}, the maximum size"
            raise InputError(error("PV510", message, hint="check that the file is a CV")) from None
        if number == errno.ENOENT:
            raise InputError(error("PV514", f"{path} not found", hint="check the path of the file")) from None
        if number == errno.EISDIR:
            raise InputError(error("PV514", f"{path} is a folder, not a file", hint="name the files in it")) from None
        reason = getattr(problem, "strerror", None) or problem
        raise InputError(error("PV514", f"{path} cannot be read: {reason}")) from None


def _with_path(finding: Finding, path: Path) -> Finding:
    """Return a finding whose message names the file."""
    if str(path) in finding.message or finding.location.file:
        return finding
    return finding._replace(message=finding.message.replace("the file", str(path), 1))


def _import_bibliography(data: bytes, path: Path) -> ImportedCv:
    """Return a bibliography as a CV of publications: BibTeX, BibLaTeX, RIS, CSL-JSON or EndNote XML.

    What an item does not show, such as an abstract, is in `publications.bib` alone. Raises `InputError` if the file is
    binary or too large.
    """
    from polyvita.importers.contact import word_counts
    from polyvita.importers.csl import item_text, with_keys
    from polyvita.importers.model import Item, ItemList, LeftOut, Section
    from polyvita.importers.vocabulary import standard_sections
    from polyvita.reader.bibliography import read_bibliography
    from polyvita.reader.bibliography.load import BIBLIOGRAPHY

    if len(data) > BIBLIOGRAPHY.largest:
        message = f"{path} is larger than {format_size(BIBLIOGRAPHY.largest)}, the maximum size"
        raise InputError(error("PV510", message, hint=BIBLIOGRAPHY.if_too_large))
    bibliography = read_bibliography([source_of(path, str(path), data, kind=BIBLIOGRAPHY)])
    entries = with_keys(entry.csl for entry in bibliography.entries)
    cv = ImportedCv(bibliography=entries, findings=list(bibliography.findings))
    items = []
    for entry, csl in zip(bibliography.entries, entries, strict=True):
        parts = (csl.get("issued") or {}).get("date-parts") or [[]]
        date = "-".join(f"{part:02}" for part in parts[0])
        text = item_text(csl)
        tag = _TAG_OF_KIND.get(entry.kind)
        items.append(Item(text=text, date=date, csl=csl, tags=(tag,) if tag else ()))
        shown = word_counts([re.sub(r"[~^*\\]", "", text), date])  # without Markdown
        for name, value in (("date", date), *csl.items()):
            if name not in ("id", "type", "issued"):
                plain = _plain(value)
                lost = word_counts([plain]) - shown
                shown -= word_counts([plain])
                cv.texts.append(plain)
                if lost:
                    words = plain if lost == word_counts([plain]) else " ".join(lost.elements())
                    cv.left_out.append(LeftOut(words, f"in publications.bib: {name}"))
    standard = standard_sections()["publications"]
    cv.sections.append(
        Section(title=standard.title, id="publications", tags=standard.tags, blocks=[ItemList(items=items)])
    )
    return cv


def _plain(value: Any) -> str:
    """Return the words of a value in CSL-JSON, without markup."""
    if isinstance(value, dict):
        return " ".join(map(_plain, value.values()))
    if isinstance(value, list):
        return " ".join(map(_plain, value))
    return re.sub(r"<[^<>]*>", "", str(value or ""))


_TAG_OF_KIND = {
    "article-journal": "journal",
    "paper-conference": "conference",
    "book": "book",
    "chapter": "chapter",
    "preprint": "preprint",
    "patent": "patent",
    "software": "software",
    "dataset": "software",
}
"""The tags of the vocabulary by the types of CSL."""

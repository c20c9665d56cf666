"""Reading annotated Markdown into a document. mistune is known here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from polyvita.core.diagnostics import Finding, InputError, Report, error, warning
from polyvita.core.document import Block, Document
from polyvita.core.encoding import NotTextError, decode
from polyvita.core.location import Location
from polyvita.reader.block_builder import BlockBuilder
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.block_rules import BLOCK_STARTS
from polyvita.reader.blocks import FootnoteDefinition
from polyvita.reader.escapes import normalize, unusable, without_unusable
from polyvita.reader.frontmatter import FrontMatter, front_matter_schema, read_front_matter, read_keys
from polyvita.reader.source import Source

__all__ = ["front_matter_schema", "read", "read_plain", "read_private", "read_text", "source_text"]

LARGEST = 5_000_000
"""So many bytes may a source have, seventy long CVs. Reading takes time in proportion, a second for each million."""


def read(path: str | os.PathLike[str], *, report: Report | None = None) -> Document:
    """The document in the file `path`, as `read_text` reads it. `InputError` where there is no such text."""
    name = os.fspath(path)
    return read_text(_text_of(name), file=name, report=report)


def read_private(path: str | os.PathLike[str]) -> FrontMatter:
    """The front matter in a YAML file of its own. `InputError` where it is missing or wrong."""
    name, report = os.fspath(path), Report()
    front = read_keys(_text_of(name), name, report, what="the private file")
    if report.has_errors:
        raise InputError(*report)
    return front


def source_text(path: str | os.PathLike[str]) -> str:
    """The text of the file `path` as places count it: line ends are `\\n`. `InputError` where there is none."""
    return normalize(_text_of(os.fspath(path)))


def _text_of(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as problem:
        raise InputError(_unreadable(name, problem)) from problem
    if len(data) > LARGEST:
        message = f"the file is larger than {LARGEST / 1e6:g} MB, the most that is read"
        raise InputError(error("PV007", message, Location(name), "is it a CV? Images stand beside it, not in it"))
    try:
        text = decode(data)
    except NotTextError as problem:
        location = Location(name, problem.line, problem.column)
        raise InputError(error("PV002", problem.message, location, problem.hint)) from None
    if not text.strip():
        hint = "restore what was in it; “polyvita init FOLDER” makes a CV to start from"
        raise InputError(error("PV003", "the file is empty", Location(name), hint))
    return text


def _unreadable(name: str, problem: OSError) -> Finding:
    match problem:
        case FileNotFoundError():
            message = "there is no such file"
        case IsADirectoryError():
            message = "this is a folder, not a file"
        case PermissionError():
            message = "the file may not be read"
        case _:
            message = f"the file cannot be read: {problem.strerror}"
    hint = "go to the folder of the CV, or name its file: polyvita build -s path/to/cv.md"
    return error("PV001", message, Location(name), hint)


def read_text(text: str, *, file: str = "", report: Report | None = None) -> Document:
    """The document in `text`: annotated Markdown with front matter.

    `file` is the name that findings show. What is doubtful goes into `report`; what makes the text unreadable
    (front matter that is no YAML, an unclosed div) raises `InputError` with all findings of the text.
    """
    own = Report()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front = read_front_matter(lines, file, own)
    lines[front.lines :] = _usable(lines, file, front.lines, own)
    document = _read(Source(file, lines, own), front.lines)
    if report is not None:
        report.add(*own)
    if own.has_errors:
        raise InputError(*own)
    return Document(document, front.values, front.locations, file)


def read_plain(text: str) -> Document:
    """The document in `text` as Pandoc reads it: without front matter, raw HTML as it is. Never raises."""
    lines = normalize(text).split("\n")
    return Document(_read(Source("", lines, Report(), plain=True), 0))


def _usable(lines: list[str], file: str, skip: int, report: Report) -> Iterator[str]:
    """The lines from behind the first `skip`, without the characters that no document can hold."""
    for number, line in enumerate(lines[skip:], skip + 1):
        for at, char in unusable(line):
            message = f"the character U+{ord(char):04X} cannot be shown, and becomes �"
            report.add(
                warning("PV008", message, Location(file, number, at + 1), "delete it: it is there, but not seen")
            )
        yield without_unusable(line)


def _read(source: Source, skip: int) -> tuple[Block, ...]:
    """The nodes of a source from behind its first `skip` lines."""
    parser = BlockParser(BLOCK_STARTS)
    root = parser.parse(source.lines[skip:], skip + 1)
    for div in parser.unclosed_divs:
        hint = "write ::: on a line of its own where the div ends"
        source.fail("PV010", "the fenced div that opens here is not closed", source.line_from(div.start), hint)
    for start in parser.stray_fences:
        hint = "take it out, or write the line that opens the div"
        source.warn("PV011", "this fence closes a div that is not open, and stays text", source.line_from(start), hint)
    for note in parser.duplicate_footnotes:
        message = f"the footnote [^{note.label}] is written twice; the first holds"
        source.warn("PV017", message, _mark(source, note), "give one of them another name")
    builder = BlockBuilder(source, parser)
    blocks = builder.blocks(root.children)
    for label, note in parser.footnotes.items():
        if label not in builder.notes and label not in builder.refused:
            hint = f"put [^{note.label}] into the text, or take the footnote out"
            source.warn("PV015", f"nothing refers to the footnote [^{note.label}]", _mark(source, note), hint)
    return blocks


def _mark(source: Source, note: FootnoteDefinition) -> Location:
    """Where the mark stands that a footnote begins with."""
    return source.line_from(note.start)._replace(width=len(f"[^{note.label}]"))

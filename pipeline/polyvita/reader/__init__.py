"""Read annotated Markdown into a document. Only this package uses mistune.

A source is read in three stages. `block_parser` splits the lines into blocks. `inlines` splits the text of each leaf
block into tokens. `block_builder` and `inline_builder` build the nodes of the document from blocks and tokens.
"""

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
from polyvita.reader.escapes import find_unusable, normalize, replace_unusable
from polyvita.reader.frontmatter import FrontMatter, front_matter_schema, read_front_matter, read_keys
from polyvita.reader.source import Source

__all__ = ["front_matter_schema", "read", "read_like_pandoc", "read_private", "read_text", "source_text"]

MAX_SOURCE_BYTES = 5_000_000
"""The maximum size of a source, about seventy long CVs. Reading takes about one second per million bytes."""


def read(path: str | os.PathLike[str], *, report: Report | None = None) -> Document:
    """Return the document in the file `path`; see `read_text`. Raises `InputError` if the file cannot be read."""
    name = os.fspath(path)
    return read_text(_read_file(name), file=name, report=report)


def read_private(path: str | os.PathLike[str]) -> FrontMatter:
    """Return the keys of a YAML file with private data. Raises `InputError` if the file is missing or not valid."""
    name, report = os.fspath(path), Report()
    front_matter = read_keys(_read_file(name), name, report, subject="the private file")
    if report.has_errors:
        raise InputError(*report)
    return front_matter


def source_text(path: str | os.PathLike[str]) -> str:
    r"""Return the text of the file `path` with `\n` as line end, to which the lines and columns of locations refer.

    Raises `InputError` if the file cannot be read.
    """
    return normalize(_read_file(os.fspath(path)))


def _read_file(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAX_SOURCE_BYTES + 1)
    except OSError as problem:
        raise InputError(_unreadable(name, problem)) from problem
    if len(data) > MAX_SOURCE_BYTES:
        message = f"the file is larger than {MAX_SOURCE_BYTES / 1e6:g} MB, the maximum size of a source"
        hint = "check that the file is a CV; images belong in separate files"
        raise InputError(error("PV007", message, Location(name), hint))
    try:
        text = decode(data)
    except NotTextError as problem:
        location = Location(name, problem.line, problem.column)
        raise InputError(error("PV002", problem.message, location, problem.hint)) from None
    if not text.strip():
        hint = "restore its content, or create a new CV with “polyvita init FOLDER”"
        raise InputError(error("PV003", "the file is empty", Location(name), hint))
    return text


def _unreadable(name: str, problem: OSError) -> Finding:
    match problem:
        case FileNotFoundError():
            message = "file not found"
        case IsADirectoryError():
            message = "this is a folder, not a file"
        case PermissionError():
            message = "the file cannot be read: permission denied"
        case _:
            message = f"the file cannot be read: {problem.strerror}"
    hint = "change to the folder of the CV, or name its file: polyvita build -s path/to/cv.md"
    return error("PV001", message, Location(name), hint)


def read_text(text: str, *, file: str = "", report: Report | None = None) -> Document:
    """Return the document in `text`: annotated Markdown with front matter.

    `file` is the name in the locations of findings. Warnings go into `report`. Errors (front matter that is not valid
    YAML, an unclosed div) go there too, and raise `InputError` with all findings about the text.
    """
    findings = Report()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front_matter = read_front_matter(lines, file, findings)
    lines[front_matter.line_count :] = _replace_unusable(lines, file, front_matter.line_count, findings)
    blocks = _read_blocks(Source(file, lines, findings), front_matter.line_count)
    if report is not None:
        report.add(*findings)
    if findings.has_errors:
        raise InputError(*findings)
    return Document(blocks, front_matter.values, front_matter.locations, file)


def read_like_pandoc(text: str) -> Document:
    """Return the document in `text` as Pandoc reads it.

    There is no front matter, and raw HTML stays raw. Never raises.
    """
    lines = normalize(text).split("\n")
    return Document(_read_blocks(Source("", lines, Report(), like_pandoc=True), 0))


def _replace_unusable(lines: list[str], file: str, skip: int, report: Report) -> Iterator[str]:
    """Yield the lines after the first `skip`, with U+FFFD for each character that no output can contain."""
    for number, line in enumerate(lines[skip:], skip + 1):
        for at, char in find_unusable(line):
            message = f"the character U+{ord(char):04X} cannot be displayed; it is replaced by �"
            report.add(warning("PV008", message, Location(file, number, at + 1), "delete this invisible character"))
        yield replace_unusable(line)


def _read_blocks(source: Source, skip: int) -> tuple[Block, ...]:
    """Return the nodes of the source lines after the first `skip`, and report findings about the blocks."""
    parser = BlockParser(BLOCK_STARTS)
    root = parser.parse(source.lines[skip:], skip + 1)
    for div in parser.unclosed_divs:
        message = "the fenced div that opens here is not closed"
        hint = "write ::: on a separate line where the div ends"
        source.report_error("PV010", message, source.rest_of_line(div.start), hint)
    for position in parser.stray_fences:
        message = "there is no open div for this fence to close; the fence is kept as text"
        hint = "delete the fence, or add the line that opens the div"
        source.warn("PV011", message, source.rest_of_line(position), hint)
    for footnote in parser.duplicate_footnotes:
        message = f"footnote [^{footnote.label}] is defined twice; the first definition is used"
        source.warn("PV017", message, _label_location(source, footnote), "rename one of the two footnotes")
    builder = BlockBuilder(source, parser)
    blocks = builder.build(root.children)
    for label, footnote in parser.footnotes.items():
        if label not in builder.footnotes and label not in builder.rejected_footnotes:
            message = f"the text does not refer to footnote [^{footnote.label}]; the footnote is left out"
            hint = f"add [^{footnote.label}] to the text, or delete the footnote"
            source.warn("PV015", message, _label_location(source, footnote), hint)
    return blocks


def _label_location(source: Source, footnote: FootnoteDefinition) -> Location:
    """Return the location of the label at the start of a footnote definition."""
    return source.rest_of_line(footnote.start)._replace(width=len(f"[^{footnote.label}]"))

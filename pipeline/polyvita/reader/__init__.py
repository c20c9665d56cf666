"""Read annotated Markdown into a document.

A source is read in three stages. `block_parser` splits the lines into blocks. `inlines` splits the text of each leaf
block into tokens. `block_builder` and `inline_builder` build the nodes of the document from blocks and tokens.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from polyvita.config.front_matter import FrontMatter, read_front_matter, read_private_data
from polyvita.core.diagnostics import Finding, InputError, error, has_errors, list_places, sorted_findings, warning
from polyvita.core.document import Block, Document, number_nodes
from polyvita.core.location import Location, remember_text
from polyvita.core.source import CV, Source, read_source
from polyvita.reader.block_builder import BlockBuilder
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.block_rules import BLOCK_STARTS, EXTENDED_BLOCK_STARTS
from polyvita.reader.blocks import FootnoteDefinition
from polyvita.reader.escapes import find_unusable, normalize, replace_unusable
from polyvita.reader.foreign_markup import (
    find_in_blocks,
    find_in_front_matter,
    foreign_findings,
    without_repetitions,
)
from polyvita.reader.heading_name import name_from_heading
from polyvita.reader.parse_context import ParseContext
from polyvita.reader.private_file import find_private_file
from polyvita.reader.slips import find_broken_lists, read_task_lists, resolve_heading_links
from polyvita.reader.text_tables import find_tables

__all__ = [
    "load_private",
    "parse_text",
    "read",
    "read_document",
    "read_like_pandoc",
    "read_private",
    "read_text",
]


_FORMULA_SIGNS = re.compile(r"\$|\\[(\[]|<math")
"""What a text with a formula contains."""


def read(path: str | os.PathLike[str]) -> Document:
    """Return the document in the file `path`; see `read_text`. Raises `InputError` if the file cannot be read."""
    document, _ = read_document(read_source(Path(path), os.fspath(path), kind=CV))
    return document


def read_text(text: str, *, file: str = "") -> Document:
    """Return the document in `text`: annotated Markdown with front matter.

    `file` is the name of the text in locations. Raises `InputError` with all findings if there are errors: front matter
    that is not valid, a div that is not closed.
    """
    document, _ = parse_text(text, file=file)
    return document


def read_document(
    source: Source, read_file: Callable[[Path], Source] | None = None
) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document in a source and the warnings about it. Raises `InputError` as `read_text` does.

    The document has the entries of its bibliographies, which `read_file` reads (default: from the disk).
    """
    _check_not_empty(source)
    document, findings = parse_text(source.text, file=source.name)
    if not document.meta.get("bibliography"):
        return document, findings
    from polyvita.reader.bibliography.load import add_bibliography, read_bibliography_file

    document, found = add_bibliography(document, source.path.parent, read_file or read_bibliography_file)
    findings = sorted_findings([*findings, *found])
    if has_errors(findings):
        raise InputError(*findings)
    return number_nodes(document), findings


def read_private(path: str | os.PathLike[str]) -> FrontMatter:
    """Return the keys of a YAML file with private data. Raises `InputError` if the file is missing or not valid."""
    source = read_source(Path(path), os.fspath(path), kind=CV)
    remember_text(source.name, "")  # No message quotes a line of private data, because logs are often public.
    _check_not_empty(source)
    return read_private_data(source.text, source.name)


def load_private(source: Path) -> FrontMatter | None:
    """Return the private data of the CV `source`, or None if there are none.

    Raises `InputError` if their file is not valid, or if a file looks like private data and would not be read.
    """
    path = find_private_file(source)
    return read_private(path) if path else None


def _check_not_empty(source: Source) -> None:
    if not source.text.strip():
        hint = "restore its content, or create a new CV with “polyvita init FOLDER”"
        raise InputError(error("PV003", "the file is empty", Location(source.name), hint))


def parse_text(text: str, *, file: str = "") -> tuple[Document, tuple[Finding, ...]]:
    """Return the document in `text` and the warnings about it. Raises `InputError` as `read_text` does."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front_matter, findings = read_front_matter(lines, file)
    skip = front_matter.line_count
    context = ParseContext(
        file, [*lines[:skip], *map(replace_unusable, lines[skip:])], has_bibliography=bool(front_matter.bibliography)
    )
    blocks = _read_blocks(context, skip)
    findings = sorted_findings([*findings, *_find_unusable(lines, file, skip), *context.findings])
    if has_errors(findings):
        raise InputError(*findings)
    text = "\n".join(context.lines)
    document = Document(blocks, front_matter.values, front_matter.locations, file, text)
    found = [*find_broken_lists(document), *find_in_front_matter(document.meta, document.locations)]
    if _FORMULA_SIGNS.search(text):
        from polyvita.reader.formulas import check_formulas

        document, about_formulas = check_formulas(document)
        found += about_formulas
    if front_matter.smart:
        from polyvita.reader.smart import with_typographic_signs

        document = with_typographic_signs(document)
    document, note = name_from_heading(document)
    findings = sorted_findings([*findings, *found, *([note] if note else [])])
    return number_nodes(read_task_lists(resolve_heading_links(document))), findings


def read_like_pandoc(text: str) -> Document:
    """Return the document in `text` as Pandoc reads it.

    There is no front matter, and raw HTML stays raw. Never raises.
    """
    lines = normalize(text).split("\n")
    return Document(_read_blocks(ParseContext("", lines, like_pandoc=True), 0))


def _find_unusable(lines: list[str], file: str, skip: int) -> Iterator[Finding]:
    """Yield a warning for each character after the first `skip` lines that no output can contain."""
    for number, line in enumerate(lines[skip:], skip + 1):
        for at, char in find_unusable(line):
            message = f"the character U+{ord(char):04X} cannot be displayed; it is replaced by �"
            yield warning("PV008", message, Location(file, number, at + 1), "delete this invisible character")


def _read_blocks(context: ParseContext, skip: int) -> tuple[Block, ...]:
    """Return the nodes of the source lines after the first `skip`. The findings about them are in the context."""
    starts = BLOCK_STARTS if context.like_pandoc else EXTENDED_BLOCK_STARTS
    parser = BlockParser(starts, {} if context.like_pandoc else find_tables(context.lines, skip))
    root = parser.parse(context.lines[skip:], skip + 1)
    for div in parser.unclosed_divs:
        message = "the fenced div that opens here is not closed"
        hint = "write ::: on a separate line where the div ends"
        context.report_error("PV010", message, context.rest_of_line(div.start), hint)
    for position in parser.stray_fences:
        message = "there is no open div for this fence to close; the fence is kept as text"
        hint = "delete the fence, or add the line that opens the div"
        context.warn("PV011", message, context.rest_of_line(position), hint)
    for footnote in parser.duplicate_footnotes:
        message = f"footnote [^{footnote.label}] is defined twice; the first definition is used"
        context.warn("PV017", message, _label_location(context, footnote), "rename one of the two footnotes")
    builder = BlockBuilder(context, parser)
    blocks = builder.build(root.children)
    for label, footnote in parser.footnotes.items():
        if label not in builder.footnotes and label not in builder.rejected_footnotes:
            message = f"the text does not refer to footnote [^{footnote.label}]; the footnote is left out"
            hint = f"add [^{footnote.label}] to the text, or delete the footnote"
            context.warn("PV015", message, _label_location(context, footnote), hint)
    if not context.like_pandoc:
        found = find_in_blocks(root, context.lines, skip)
        foreign = [each for each in found if not (context.has_bibliography and each.kind == "citation")]
        own = _merge_repeated(without_repetitions(context.findings, foreign))
        context.findings[:] = [*own, *foreign_findings(foreign, context.file), *context.emphasis_findings()]
        context.findings.extend(context.lone_stars_findings())
    return blocks


def _merge_repeated(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; those that say the same of several places become one, with the number of places."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for number, finding in enumerate(findings):
        same = finding.message if finding.code in _REPEATED else str(number)
        groups.setdefault((finding.code, same, finding.hint), []).append(finding)
    for first, *others in groups.values():
        places = list_places(each.location.line for each in (first, *others))
        yield first._replace(message=f"{first.message}{places}")


_REPEATED = ("PV020", "PV022")
"""The codes of markup that templates have in many places: raw HTML, and links without a target."""


def _label_location(context: ParseContext, footnote: FootnoteDefinition) -> Location:
    """Return the location of the label at the start of a footnote definition."""
    return context.rest_of_line(footnote.start)._replace(width=len(f"[^{footnote.label}]"))

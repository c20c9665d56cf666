"""The review copy: the whole CV as one web page that marks what a filter leaves out, with the reason.

DITA calls this flagging. The page uses the normal HTML writer. The marks are classes on the nodes of the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import cast

from msgspec import structs

from polyvita.builder.job import Job
from polyvita.checks.disclosure import load_disclosure_checker, prepared_text
from polyvita.checks.inspect.html import WebPage
from polyvita.core.diagnostics import WithheldError
from polyvita.core.document import (
    Attributes,
    Block,
    Cell,
    CodeBlock,
    Definition,
    DefinitionItem,
    Div,
    Inline,
    Link,
    ListItem,
    Node,
    Paragraph,
    RawBlock,
    Row,
    Section,
    Span,
    Strikeout,
    Strong,
    Table,
    Text,
    rewrite_document,
)
from polyvita.core.files import write_atomically
from polyvita.core.i18n import primary_language
from polyvita.core.location import Location, line_label
from polyvita.core.seal import check_is_sealed, seal
from polyvita.explain.model import ExplainedUnit
from polyvita.explain.trace import Trace, trace
from polyvita.reader import load_private
from polyvita.transforms import add_letterhead, mark_author_names, show_entries
from polyvita.writers import WriterOptions
from polyvita.writers.html import write
from polyvita.writers.prepare import PreparedDocument, prepare
from polyvita.writers.to_pandoc import to_pandoc

LINE, OUT, CUT, NOTE, KEY, ASIDE = "line", "out", "cut", "note", "key", "aside"
"""The classes of the marks: line number, omitted unit, omitted span, reason, legend, text for screen readers only."""
MARKS = (LINE, OUT, CUT, NOTE, KEY, ASIDE)


def render_review_copy(job: Job, folder: Path) -> bytes:
    """Return the review copy of the job's filter as one HTML page. `folder` is the folder of the CV.

    Each unit starts with its line number, which has the id `unit-N`. An omitted unit ends with its reason, which has
    the id `out-N`. N counts the units of the CV from 1. Raises `InputError` if an image does not exist.
    """
    return _render(_prepare(job, folder), job, folder)


def write_review_copy(job: Job, folder: Path, path: Path) -> None:
    """Write the review copy to `path`.

    Raises `InputError` if another file has that name, and `WithheldError` if the review copy would contain private data
    or comments.
    """
    check_is_sealed(path, "a review copy", "write to another file: polyvita explain FILTER --html FILE")
    page = _prepare(job, folder)
    content = seal(_render(page, job, folder))
    hidden = load_disclosure_checker(job.document, load_private(Path(job.document.file)), [job.lang])
    words = prepared_text(page)
    comments = hidden.find_comments(words)
    inspection = WebPage(content)
    if found := tuple(hidden.findings(path.name, inspection, words, comments, private=job.filter.private)):
        raise WithheldError(*found)
    write_atomically(path, content, private=job.filter.private)


def _prepare(job: Job, folder: Path) -> PreparedDocument:
    cv_trace = trace(job, folder)
    marker = _Marker(cv_trace, job.lang)
    document = mark_author_names(rewrite_document(cv_trace.document, marker.mark), names=job.own_names)
    document = show_entries(document, lang=job.lang)
    document = structs.replace(document, blocks=(marker.legend(job), *document.blocks))
    title = job.filter.title or f"Review copy of “{job.filter.name}”"
    document = add_letterhead(document, title=title, lang=job.lang, private=job.filter.private)
    return prepare(to_pandoc(document), keep_classes=MARKS)


def _render(page: PreparedDocument, job: Job, folder: Path) -> bytes:
    title = f"Review copy of “{job.filter.name}”"
    info = structs.replace(job.info, lang=job.lang, title=title, subject=title, person=())
    style = Path(__file__).with_name("review_copy.css").read_text(encoding="utf-8")
    return write(page, WriterOptions(job.theme, info, folder, style=style))


# ---------------------------------------------------------------- marks in the tree


class _Marker:
    """Adds marks to nodes, from the leaves up."""

    def __init__(self, trace: Trace, lang: str) -> None:
        self.trace, self.lang = trace, lang
        self.next_omission = _next_omissions(trace.explanation.units)

    def mark(self, node: Node) -> Node | tuple[Node, ...]:
        """Return the node with its marks."""
        node = structs.replace(node, attr=_without_marks(node.attr))
        reason = self.trace.out.get(node.key)
        if node.key in self.trace.units:
            return self.mark_unit(node, self.trace.units[node.key])
        match node:
            case Section():
                block = () if reason is None else (_note_paragraph(self.reason_note(reason)),)
                return self.mark_section(node, self.line_number(node.heading.location), block)
            case Table(head=head) if reason is not None:
                return structs.replace(node, head=structs.replace(head, cells=_mark_cells_out(head.cells)))
            case RawBlock():
                return _as_block(node)
            case _ if reason is not None and isinstance(node, Inline):
                return _span((Strikeout((node,)), Text(" "), _span(self.reason_note(reason), NOTE)), CUT)
            case _:
                return node

    def mark_unit(self, node: Node, unit: ExplainedUnit) -> Node | tuple[Node, ...]:
        """Return a unit with its line number before it and, if it is left out, its reason after it."""
        line = self.line_number(unit.location, f"unit-{unit.number + 1}")
        note = () if unit.shown else self.reason_note(unit.reason, self.next_omission.get(unit.number))
        id = f"out-{unit.number + 1}"
        block = (_note_paragraph(note, id),) if note else ()
        attr = node.attr if unit.shown else _with_marks(node.attr, OUT)
        line_paragraph = Paragraph((line,), tight=True)
        match node:
            case Section():
                return self.mark_section(node, line, block)
            case Row(cells=cells):
                return structs.replace(node, cells=_mark_row(cells, line, _span(note, NOTE, id) if note else None))
            case DefinitionItem(term=term, definitions=definitions):
                marked = [d if unit.shown else structs.replace(d, attr=_with_marks(d.attr, OUT)) for d in definitions]
                reason = (Definition(block),) if block else ()
                return structs.replace(node, term=(line, *term), definitions=(*marked, *reason), attr=attr)
            case ListItem(blocks=(Paragraph() as first, *rest)):
                return structs.replace(node, blocks=(_prepend(line, first), *rest, *block), attr=attr)
            case ListItem(blocks=blocks):
                return structs.replace(node, blocks=(line_paragraph, *blocks, *block), attr=attr)
            case Paragraph():
                return (structs.replace(_prepend(line, node), attr=attr), *block)
            case _:
                tags = () if unit.shown else (OUT,)
                return Div((line_paragraph, _as_block(node), *block), attr=Attributes(tags=tags))

    def mark_section(self, node: Section, line: Span, block: tuple[Block, ...]) -> Section:
        inlines = (_span(node.heading.inlines, OUT),) if block else node.heading.inlines
        heading = structs.replace(node.heading, inlines=(line, *inlines))
        return structs.replace(node, heading=heading, blocks=(*block, *node.blocks))

    def line_number(self, location: Location, id: str = "") -> Span:
        """Return a line number for the margin."""
        number = line_label(location, self.trace.document.file)
        return _span((self.english((Text("line "),), ASIDE), Text(f"{number} ")), LINE, id)

    def reason_note(self, reason: str, following: int | None = None) -> tuple[Inline, ...]:
        """Return the reason, with a link to the following omitted unit if there is one."""
        link = () if following is None else (Text(" "), Link((Text("next ↓"),), f"#unit-{following + 1}"))
        return (self.english((Strong((Text("out:"),)), Text(f" {reason}"), *link)),)

    def english(self, inlines: tuple[Inline, ...], *tags: str) -> Span:
        """Return a span of English text. It names its language if the page has another one."""
        return Span(
            inlines, attr=Attributes(tags=tags, keys=() if primary_language(self.lang) == "en" else (("lang", "en"),))
        )

    def legend(self, job: Job) -> Div:
        """Return the box at the top: what the page is, how much is shown, and what the marks mean."""
        units = self.trace.explanation.units
        shown, shortened = sum(unit.shown for unit in units), sum(bool(unit.omitted_spans) for unit in units)
        spans = f"; a part of {shortened} of them is left out" if shortened else ""
        first = next((unit.number for unit in units if not unit.shown), None)
        jump = () if first is None else (Text(" "), Link((Text("first omission ↓"),), f"#unit-{first + 1}"))
        name = Path(job.document.file).name or "the CV"
        head = (
            Strong((Text(f"Review copy of “{job.filter.name}”."),)),
            Text(f" {shown} of {len(units)} units (paragraphs, items, rows) are shown{spans}."),
            *jump,
        )
        key = (
            Text(f"This page shows all of {name}, in its order. Omitted text inside a line "),
            _span((Strikeout((Text("looks like this"),)),), CUT),
            Text("; an omitted block has a dotted bar beside it. The reason follows after “out:”. "),
            Text(f"The small numbers are line numbers of {name}."),
        )
        lines = tuple(Paragraph((self.english(line),)) for line in (head, key))
        return Div(lines, attr=Attributes(tags=(KEY,)))


def _next_omissions(units: Sequence[ExplainedUnit]) -> dict[int, int]:
    """Map the last unit of each run of omitted units to the first unit of the next run, by their numbers."""
    runs = [list(group) for shown, group in groupby(units, key=lambda unit: unit.shown) if not shown]
    return {one[-1].number: other[0].number for one, other in pairwise(runs)}


def _without_marks(attr: Attributes) -> Attributes:
    """Return the attributes without tags of the author that have the name of a mark."""
    tags = tuple(tag for tag in attr.tags if tag not in MARKS)
    return attr if tags == attr.tags else structs.replace(attr, tags=tags)


def _with_marks(attr: Attributes, *marks: str) -> Attributes:
    return structs.replace(attr, tags=(*attr.tags, *marks))


def _span(inlines: tuple[Inline, ...], mark: str, id: str = "") -> Span:
    return Span(inlines, attr=Attributes(id=id, tags=(mark,)))


def _note_paragraph(note: tuple[Inline, ...], id: str = "") -> Paragraph:
    return Paragraph(note, tight=True, attr=Attributes(id=id, tags=(NOTE,)))


def _prepend(line: Span, paragraph: Paragraph) -> Paragraph:
    return structs.replace(paragraph, inlines=(line, *paragraph.inlines))


def _as_block(node: Node) -> Block:
    """Return raw markup as a code block: one raw node may open an element that another raw node closes."""
    return CodeBlock(node.text) if isinstance(node, RawBlock) else cast(Block, node)


def _mark_cells_out(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(structs.replace(cell, inlines=(_span(cell.inlines, OUT),)) for cell in cells)


def _mark_row(cells: tuple[Cell, ...], line: Span, note: Span | None) -> tuple[Cell, ...]:
    """Return the cells of a row with the line number in the first cell and the reason in the last."""
    if not cells:
        return cells
    if note:
        *others, last = _mark_cells_out(cells)
        cells = (*others, structs.replace(last, inlines=(*last.inlines, Text(" "), note)))
    return (structs.replace(cells[0], inlines=(line, *cells[0].inlines)), *cells[1:])

"""The review copy: the whole CV as one web page on which what a filter leaves out is marked, with the reason.

DITA calls it flagging. The page is an ordinary one, in the house style: marks travel through the tree as classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import cast

from msgspec import structs

from polyvita.builder.job import Job
from polyvita.checks.disclosure import secrets, words_of
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
from polyvita.explain.model import ExplainedUnit
from polyvita.explain.trace import Traced, trace
from polyvita.transforms import add_letterhead, mark_author_names, show_entries
from polyvita.writers.html import write
from polyvita.writers.prepare import Page, prepare
from polyvita.writers.to_pandoc import to_pandoc

LINE, OUT, CUT, NOTE, KEY, ASIDE = "line", "out", "cut", "note", "key", "aside"
"""The classes of the marks: the number of a line; what is left out, as a unit and as a span; the reason; the legend;
and what is read aloud and not seen."""
MARKS = (LINE, OUT, CUT, NOTE, KEY, ASIDE)


def review_html(job: Job, folder: Path) -> bytes:
    """The review copy of the job's filter as one HTML page; `folder` is where the CV stands.

    In it each unit of the CV begins with `#unit-N`, its line, and one that is left out ends with `#out-N`, its reason,
    N being its place among all units. Raises `InputError` for images that are not there.
    """
    return _write(_page(job, folder), job, folder)


def write_review(job: Job, folder: Path, path: Path) -> None:
    """Write the review copy to `path`. Raises `WithheldError` where it would show what nobody should see."""
    page = _page(job, folder)
    content = _write(page, job, folder)
    hidden = secrets(Path(job.document.file), job.document, [job.lang])
    words = words_of(page)
    comments = hidden.in_words(words)
    if found := tuple(hidden.findings(path.name, "html", content, words, comments, private=job.filter.private)):
        raise WithheldError(*found)
    write_atomically(path, content)


def _page(job: Job, folder: Path) -> Page:
    traced = trace(job, folder)
    marker = _Marker(traced, job.lang)
    document = mark_author_names(rewrite_document(traced.document, marker.change), names=job.own_names)
    document = show_entries(document, lang=job.lang)
    document = structs.replace(document, blocks=(marker.legend(job), *document.blocks))
    title = job.filter.title or f"Review copy of “{job.filter.name}”"
    document = add_letterhead(document, title=title, lang=job.lang, private=job.filter.private)
    return prepare(to_pandoc(document), marks=MARKS)


def _write(page: Page, job: Job, folder: Path) -> bytes:
    title = f"Review copy of “{job.filter.name}”"
    info = structs.replace(job.info, lang=job.lang, title=title, subject=title, person=())
    style = Path(__file__).with_name("review_copy.css").read_text(encoding="utf-8")
    return write(page, job.theme, info, folder=folder, style=style)


# ---------------------------------------------------------------- marks in the tree


class _Marker:
    """Puts marks on nodes, from the leaves up."""

    def __init__(self, traced: Traced, lang: str) -> None:
        self.traced, self.lang = traced, lang
        self.next = _next_stretches(traced.explanation.units)

    def change(self, node: Node) -> Node | tuple[Node, ...]:
        """The node with its marks."""
        number = node.location.line
        node = structs.replace(node, attr=_own(node.attr))
        reason = self.traced.out.get(number)
        if number in self.traced.units:
            return self.unit(node, self.traced.units[number])
        match node:
            case Section():
                block = () if reason is None else (_block(self.said(reason)),)
                return self.section(node, self.line(self.traced.locations[node.heading.location.line].line), block)
            case Table(head=head) if reason is not None:
                return structs.replace(node, head=structs.replace(head, cells=_out(head.cells)))
            case RawBlock():
                return _as_block(node)
            case _ if reason is not None and isinstance(node, Inline):
                return _span((Strikeout((node,)), Text(" "), _span(self.said(reason), NOTE)), CUT)
            case _:
                return node

    def unit(self, node: Node, unit: ExplainedUnit) -> Node | tuple[Node, ...]:
        """A unit after its line, and before its reason where it is left out."""
        line = self.line(unit.location.line, f"unit-{unit.number + 1}")
        note = () if unit.shown else self.said(unit.reason, self.next.get(unit.number))
        id = f"out-{unit.number + 1}"
        block = (_block(note, id),) if note else ()
        attr = node.attr if unit.shown else _marked(node.attr, OUT)
        alone = Paragraph((line,), tight=True)
        match node:
            case Section():
                return self.section(node, line, block)
            case Row(cells=cells):
                return structs.replace(node, cells=_cells(cells, line, _span(note, NOTE, id) if note else None))
            case DefinitionItem(term=term, definitions=definitions):
                inside = [d if unit.shown else structs.replace(d, attr=_marked(d.attr, OUT)) for d in definitions]
                said = (Definition(block),) if block else ()
                return structs.replace(node, term=(line, *term), definitions=(*inside, *said), attr=attr)
            case ListItem(blocks=(Paragraph() as first, *rest)):
                return structs.replace(node, blocks=(_after(line, first), *rest, *block), attr=attr)
            case ListItem(blocks=blocks):
                return structs.replace(node, blocks=(alone, *blocks, *block), attr=attr)
            case Paragraph():
                return (structs.replace(_after(line, node), attr=attr), *block)
            case _:
                tags = () if unit.shown else (OUT,)
                return Div((alone, _as_block(node), *block), attr=Attributes(tags=tags))

    def section(self, node: Section, line: Span, block: tuple[Block, ...]) -> Section:
        inlines = (_span(node.heading.inlines, OUT),) if block else node.heading.inlines
        heading = structs.replace(node.heading, inlines=(line, *inlines))
        return structs.replace(node, heading=heading, blocks=(*block, *node.blocks))

    def line(self, number: int, id: str = "") -> Span:
        """The number of a line, for the margin."""
        return _span((self.english((Text("line "),), ASIDE), Text(f"{number} ")), LINE, id)

    def said(self, reason: str, following: int | None = None) -> tuple[Inline, ...]:
        """The reason, and the way to what is left out next, further down."""
        more = () if following is None else (Text(" "), Link((Text("next ↓"),), f"#unit-{following + 1}"))
        return (self.english((Strong((Text("out:"),)), Text(f" {reason}"), *more)),)

    def english(self, inlines: tuple[Inline, ...], *tags: str) -> Span:
        """Words of this program, on a page that may be in another language."""
        return Span(
            inlines, attr=Attributes(tags=tags, keys=() if primary_language(self.lang) == "en" else (("lang", "en"),))
        )

    def legend(self, job: Job) -> Div:
        """What the page is, how much is shown, and how to read it."""
        units = self.traced.explanation.units
        shown, less = sum(unit.shown for unit in units), sum(bool(unit.without) for unit in units)
        spans = f", {less} of them without a part that is left out" if less else ""
        first = next((unit.number for unit in units if not unit.shown), None)
        jump = () if first is None else (Text(" "), Link((Text("first that is out ↓"),), f"#unit-{first + 1}"))
        name = Path(job.document.file).name or "the CV"
        head = (
            Strong((Text(f"Review copy of “{job.filter.name}”."),)),
            Text(f" {shown} of {len(units)} units (paragraphs, items, rows) are shown{spans}."),
            *jump,
        )
        key = (
            Text(f"All of {name}, in its own order. What the filter leaves out "),
            _span((Strikeout((Text("looks like this"),)),), CUT),
            Text(" within a line, or has a dotted bar beside it; the reason follows it, after “out:”. "),
            Text(f"The small numbers are lines of {name}."),
        )
        lines = tuple(Paragraph((self.english(line),)) for line in (head, key))
        return Div(lines, attr=Attributes(tags=(KEY,)))


def _next_stretches(units: Sequence[ExplainedUnit]) -> dict[int, int]:
    """From the last unit of each stretch that is left out to the first of the next one, by their numbers."""
    stretches = [list(group) for shown, group in groupby(units, key=lambda unit: unit.shown) if not shown]
    return {one[-1].number: other[0].number for one, other in pairwise(stretches)}


def _own(attr: Attributes) -> Attributes:
    """Attributes without tags that are called as our marks are."""
    tags = tuple(tag for tag in attr.tags if tag not in MARKS)
    return attr if tags == attr.tags else structs.replace(attr, tags=tags)


def _marked(attr: Attributes, *marks: str) -> Attributes:
    return structs.replace(attr, tags=(*attr.tags, *marks))


def _span(inlines: tuple[Inline, ...], mark: str, id: str = "") -> Span:
    return Span(inlines, attr=Attributes(id=id, tags=(mark,)))


def _block(note: tuple[Inline, ...], id: str = "") -> Paragraph:
    return Paragraph(note, tight=True, attr=Attributes(id=id, tags=(NOTE,)))


def _after(line: Span, paragraph: Paragraph) -> Paragraph:
    return structs.replace(paragraph, inlines=(line, *paragraph.inlines))


def _as_block(node: Node) -> Block:
    """Raw markup as the text it is: it may open what another piece of it closes."""
    return CodeBlock(node.text) if isinstance(node, RawBlock) else cast(Block, node)


def _out(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(structs.replace(cell, inlines=(_span(cell.inlines, OUT),)) for cell in cells)


def _cells(cells: tuple[Cell, ...], line: Span, note: Span | None) -> tuple[Cell, ...]:
    """The cells of a row: its line in the first, its reason in the last."""
    if not cells:
        return cells
    if note:
        *others, last = _out(cells)
        cells = (*others, structs.replace(last, inlines=(*last.inlines, Text(" "), note)))
    return (structs.replace(cells[0], inlines=(line, *cells[0].inlines)), *cells[1:])

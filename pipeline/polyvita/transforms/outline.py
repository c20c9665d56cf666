"""`sections`: an outline that the recipient prescribes, filled from wherever the CV keeps what belongs there.

A form has headings of its own: publications of two categories where the CV has five kinds, one career where the CV has
employment and degrees. Each part of the outline takes what it names out of what is left of the CV, so that nothing is
shown twice: of two parts that name the same, the first has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from msgspec import structs

from polyvita.config.filter import Part, Selector
from polyvita.core.diagnostics import Report, warning
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    DefinitionItem,
    DefinitionList,
    Document,
    Heading,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    children,
    plain_text,
    rewrite,
    walk,
)
from polyvita.core.location import Location
from polyvita.transforms.context import ENTRY_KEYS, Context, Nowhere, items_of
from polyvita.transforms.prune import Pruner

N = TypeVar("N", bound=Node)


def outline_sections(
    document: Document,
    *,
    sections: tuple[Part, ...],
    location: Callable[[str], Location],
    report: Report,
    all_placed: bool,
) -> Document:
    """The document with the sections of the outline, and nothing else.

    What moves keeps the tags and keys that it inherited where it stood, but not the date, organisation and place of an
    entry around it. A part that nothing comes into is left out, with a warning at `location` of its path in the filter
    file; where `all_placed`, so is what the outline has no part for.
    """
    filler = _Filler(document, location, report)
    blocks = filler.parts(sections, 1, "sections")
    left = [name for block in filler.rest if (name := _name(block))]
    if all_placed and left:
        message = f"“sections” has no part for {', '.join(f'“{name}”' for name in left)}, which the filter keeps"
        hint = "give it a part, or leave it out with “drop”"
        report.add(warning("PV117", message, location("sections"), hint))
    return structs.replace(document, blocks=blocks)


class _Filler:
    """The outline on its way from the top down; `left` is what no part has taken yet of each block of the document,
    and `homes` says in which of them a section stands."""

    def __init__(self, document: Document, location: Callable[[str], Location], report: Report) -> None:
        self.left: list[Block | None] = list(document.blocks)
        self.homes: dict[str, list[int]] = {}
        for at, block in enumerate(document.blocks):
            for section, _ in _sections([block], Context()):
                self.homes.setdefault(section.attr.id, []).append(at)
        self.location = location
        self.report = report

    @property
    def rest(self) -> list[Block]:
        """The blocks that there still are, as far as they are there."""
        return [block for block in self.left if block is not None]

    def parts(self, parts: Sequence[Part], level: int, path: str) -> tuple[Block, ...]:
        return tuple(block for i, part in enumerate(parts) for block in self.part(part, level, f"{path}[{i}]"))

    def part(self, part: Part, level: int, path: str) -> tuple[Block, ...]:
        below = level + 1 if part.title else level
        blocks = [block for id in part.from_ for block in self.section(id, below, own_heading=not part.title)]
        if part.items:
            blocks += self.items(part.items, below)
        blocks += self.parts(part.sections, below, f"{path}.sections")
        at = self.location(f"{path}.title" if part.title else path)
        if not blocks:
            named = part.title or ", ".join(part.from_) or (part.items.text if part.items else "")
            hint = "correct it, or take it out"
            self.report.add(warning("PV116", f"nothing of the CV comes into “{named}”, so it is left out", at, hint))
        if not blocks or not part.title:
            return tuple(blocks)
        heading = Heading(level, (Text(part.title, location=at),), location=at)
        return (Section(heading, tuple(blocks), attr=Attributes(id=part.id), location=at),)

    def section(self, id: str, level: int, *, own_heading: bool) -> tuple[Block, ...]:
        """The section, or what is in it; nothing where selection has left nothing of it."""
        for home in self.homes.get(id, ()):
            block = self.left[home]
            for node, context in _sections([block], Context()) if block else ():
                if node.attr.id == id:
                    self.take([node], of=[block])
                    if own_heading:
                        return (_moved(node, context, level),)
                    return tuple(_moved(part, context.enter(part.attr), level) for part in node.blocks)
        return ()

    def items(self, wanted: Selector, level: int) -> list[Block]:
        """All items of which `wanted` is true, neighbours of one kind in one list."""
        met = [(block, list(items_of((block,), wanted))) for block in self.rest]
        found = [pair for _, pairs in met for pair in pairs]
        kinds = {type(node) for node, _ in found}
        touched = [block for block, pairs in met if pairs]
        lists = walk(touched) if ListItem in kinds else ()
        ordered = {id(item): node for node in lists if isinstance(node, OrderedList) for item in node.items}
        rows = walk(touched) if Row in kinds else ()
        tables = {id(row): node for node in rows if isinstance(node, Table) for row in node.rows}
        self.take((node for node, _ in found), of=touched)

        def home(pair: tuple[Node, Context]) -> object:
            node = pair[0]
            return id(tables[id(node)]) if isinstance(node, Row) else type(node)

        blocks: list[Block] = []
        for _, group in groupby(found, key=home):
            pairs = list(group)
            moved: tuple[Any, ...] = tuple(_moved(node, context, level) for node, context in pairs)
            match pairs[0][0]:
                case ListItem():
                    first = next((ordered[id(node)] for node, _ in pairs if id(node) in ordered), None)
                    blocks.append(OrderedList(moved, delimiter=first.delimiter) if first else BulletList(moved))
                case DefinitionItem():
                    blocks.append(DefinitionList(moved))
                case Row() as row:
                    blocks.append(structs.replace(tables[id(row)], rows=moved))
                case _:
                    blocks += moved
        return blocks

    def take(self, nodes: Iterable[Node], of: Iterable[Block | None]) -> None:
        """These nodes stand in these blocks of the rest, and are there no more."""
        taken, touched = {id(node) for node in nodes}, {id(block) for block in of}
        pruner = Pruner(keep=lambda *_: True, drop=lambda node, _: id(node) in taken)
        self.left = [block and pruner.one(block, Nowhere()) if id(block) in touched else block for block in self.left]


def _sections(nodes: Iterable[Node], outer: Context) -> Iterator[tuple[Section, Context]]:
    """Every section with the context inside it, parents first."""
    for node in nodes:
        if isinstance(node, Paragraph | Heading | Table):  # no section stands in these
            continue
        context = outer.enter(node.attr)
        if isinstance(node, Section):
            yield node, context
        yield from _sections(children(node), context)


def _moved(node: N, context: Context, level: int) -> N:
    """`node` with what it inherited as its own; a section, and those in it, at `level` and below."""
    own = node.attr
    tags = (*own.tags, *sorted(context.tags - set(own.tags)))
    named = {key for key, _ in own.keys}
    inherited = tuple((k, v) for k, v in context.keys.items() if k not in named and k not in ENTRY_KEYS)
    if len(tags) > len(own.tags) or inherited:
        attr = structs.replace(own, tags=tags, keys=(*own.keys, *inherited))
        node = structs.replace(node, attr=attr)
    return _at_level(node, level)


def _at_level(node: N, level: int) -> N:
    if not isinstance(node, Section):
        return node
    deeper = level - node.heading.level

    def change(inner: Node) -> Node:
        return structs.replace(inner, level=inner.level + deeper) if isinstance(inner, Heading) else inner

    return rewrite(node, change) if deeper else node


def _name(block: Block) -> str:
    words = plain_text(block.heading if isinstance(block, Section) else block).split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")

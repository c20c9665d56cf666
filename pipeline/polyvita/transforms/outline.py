"""`sections`: an outline that a recipient prescribes, filled with content from anywhere in the CV.

A form has its own headings. For example, it has two categories of publications while the CV has five, or one career
section while the CV separates employment and degrees. Each part of the outline takes its content out of what is left of
the CV. So nothing is shown twice: if two parts name the same content, the first one gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from msgspec import structs

from polyvita.config.expression import DEFAULT_PRIORITY
from polyvita.config.filter import Part, Selector
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Heading,
    Inline,
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
from polyvita.transforms.context import ENTRY_KEYS, Context, FixedContext, find_items_in
from polyvita.transforms.prune import Pruner

N = TypeVar("N", bound=Node)


def outline_sections(
    document: Document,
    *,
    sections: tuple[Part, ...],
    location: Callable[[str], Location],
    report_leftovers: bool,
    report_empty_parts: bool = True,
) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with the sections of the outline, and nothing else, and the findings.

    Moved content keeps the tags and keys that it inherited, except the date, organisation and place of an entry around
    it. A part without content is left out, with a warning if `report_empty_parts` is true; `location` returns the
    location of a path in the filter file. With `report_leftovers`, a warning also names the content that no part takes.
    """
    builder = _OutlineBuilder(document, location, report_empty_parts)
    blocks = builder.build_parts(sections, 1, "sections")
    leftovers = [f"“{name}”" for block in builder.remaining_blocks if (name := _short_name(block))]
    if report_leftovers and leftovers:
        message = f"“sections” has no part for {', '.join(leftovers)}, so the output leaves this content out"
        hint = "add a part for this content, or exclude the content with “drop”"
        builder.findings.append(warning("PV117", message, location("sections"), hint))
    return structs.replace(document, blocks=blocks), tuple(builder.findings)


class _OutlineBuilder:
    """Builds an outline from top to bottom.

    `remaining` has, for each block of the document, what no part has taken yet. `block_numbers` has, for each section
    id, the positions of the blocks that contain such a section.
    """

    def __init__(self, document: Document, location: Callable[[str], Location], report_empty_parts: bool) -> None:
        self.report_empty_parts = report_empty_parts
        self.remaining: list[Block | None] = list(document.blocks)
        self.block_numbers: dict[str, list[int]] = {}
        for number, block in enumerate(document.blocks):
            for section, _ in _walk_sections([block], Context()):
                self.block_numbers.setdefault(section.attr.id, []).append(number)
        self.location = location
        self.findings: list[Finding] = []

    @property
    def remaining_blocks(self) -> list[Block]:
        """What is left of the blocks of which something is left."""
        return [block for block in self.remaining if block is not None]

    def build_parts(self, parts: Sequence[Part], level: int, path: str) -> tuple[Block, ...]:
        return tuple(block for i, part in enumerate(parts) for block in self.build_part(part, level, f"{path}[{i}]"))

    def build_part(self, part: Part, level: int, path: str) -> tuple[Block, ...]:
        """Return the blocks of one part. `path` is the part's path in the filter file."""
        inner_level = level + 1 if part.title else level
        blocks: list[Block] = [
            block for id in part.from_ for block in self.take_section(id, inner_level, with_heading=not part.title)
        ]
        if part.items:
            blocks += self.take_items(part.items, inner_level)
        if part.priority != DEFAULT_PRIORITY:
            blocks = [_with_priority(block, part.priority) for block in blocks]
        if part.tables == "lines":
            blocks = list(rewrite(Div(tuple(blocks)), _as_lines).blocks)
        blocks += self.build_parts(part.sections, inner_level, f"{path}.sections")
        location = self.location(f"{path}.title" if part.title else path)
        if not blocks and self.report_empty_parts:
            name = part.title or ", ".join(part.from_) or (part.items.text if part.items else "")
            message = f"no content in the CV matches the part “{name}”, so the output leaves it out"
            self.findings.append(warning("PV116", message, location, "correct the part, or delete it"))
        if not blocks or not part.title:
            return tuple(blocks)
        heading = Heading(level, (Text(part.title, location=location),), location=location)
        return (Section(heading, tuple(blocks), attr=Attributes(id=part.id), location=location),)

    def take_section(self, id: str, level: int, *, with_heading: bool) -> tuple[Block, ...]:
        """Take a section, or only its content, out of the remaining blocks. Return nothing if it was not selected."""
        for number in self.block_numbers.get(id, ()):
            block = self.remaining[number]
            for node, context in _walk_sections([block], Context()) if block else ():
                if node.attr.id == id:
                    self.remove([node], of=[block])
                    if with_heading:
                        return (_move(node, context, level),)
                    return tuple(_move(part, context.enter(part.attr), level) for part in node.blocks)
        return ()

    def take_items(self, selector: Selector, level: int) -> list[Block]:
        """Take all matching items out of the remaining blocks. Neighbours of one kind form one list."""
        matches = [(block, list(find_items_in((block,), selector))) for block in self.remaining_blocks]
        found = [pair for _, pairs in matches for pair in pairs]
        kinds = {type(node) for node, _ in found}
        touched = [block for block, pairs in matches if pairs]
        lists = walk(touched) if ListItem in kinds else ()
        ordered_lists = {item.key: node for node in lists if isinstance(node, OrderedList) for item in node.items}
        rows = walk(touched) if Row in kinds else ()
        tables = {row.key: node for node in rows if isinstance(node, Table) for row in node.rows}
        self.remove((node for node, _ in found), of=touched)

        def container(pair: tuple[Node, Context]) -> object:
            node = pair[0]
            return tables[node.key].key if isinstance(node, Row) else type(node)

        blocks: list[Block] = []
        for _, group in groupby(found, key=container):
            pairs = list(group)
            moved: tuple[Any, ...] = tuple(_move(node, context, level) for node, context in pairs)
            match pairs[0][0]:
                case ListItem():
                    first = next((ordered_lists[node.key] for node, _ in pairs if node.key in ordered_lists), None)
                    blocks.append(OrderedList(moved, delimiter=first.delimiter) if first else BulletList(moved))
                case DefinitionItem():
                    blocks.append(DefinitionList(moved))
                case Row() as row:
                    blocks.append(structs.replace(tables[row.key], rows=moved))
                case _:
                    blocks += moved
        return blocks

    def remove(self, nodes: Iterable[Node], of: Iterable[Block | None]) -> None:
        """Remove nodes from the remaining blocks; `of` are the blocks that contain them."""
        removed, touched = {node.key for node in nodes}, {block.key for block in of if block}
        pruner = Pruner(keep=lambda *_: True, drop=lambda node, _: node.key in removed)
        self.remaining = [
            pruner.prune_node(block, FixedContext()) if block and block.key in touched else block
            for block in self.remaining
        ]


def _walk_sections(nodes: Iterable[Node], outer: Context) -> Iterator[tuple[Section, Context]]:
    """Yield every section with the context inside it, parents first."""
    for node in nodes:
        if isinstance(node, Paragraph | Heading | Table):  # These contain no sections.
            continue
        context = outer.enter(node.attr)
        if isinstance(node, Section):
            yield node, context
        yield from _walk_sections(children(node), context)


def _move(node: N, context: Context, level: int) -> N:
    """Return `node` with the tags and keys that it inherited. If it is a section, its heading gets `level`."""
    own = node.attr
    tags = (*own.tags, *sorted(context.tags - set(own.tags)))
    own_keys = {key for key, _ in own.keys}
    inherited = tuple((k, v) for k, v in context.keys.items() if k not in own_keys and k not in ENTRY_KEYS)
    if len(tags) > len(own.tags) or inherited:
        attr = structs.replace(own, tags=tags, keys=(*own.keys, *inherited))
        node = structs.replace(node, attr=attr)
    return _set_level(node, level)


def _with_priority(block: Block, priority: int) -> Block:
    """Return a block with a priority, unless it has one of its own."""
    if block.attr.get("priority"):
        return block
    keys = (*block.attr.keys, ("priority", str(priority)))
    return structs.replace(block, attr=structs.replace(block.attr, keys=keys))


def _as_lines(node: Node) -> Node | tuple[Node, ...]:
    """Return a paragraph for each row of a table: “label: value, value”, or “head: value; head: value”."""
    if not isinstance(node, Table):
        return node
    context = Context().enter(node.attr)
    return tuple(_move(_line(row, node.head), context, 0) for row in node.rows)


def _line(row: Row, head: Row) -> Paragraph:
    """Return a row as a line. Empty cells are left out."""
    labels = [plain_text(cell).strip().rstrip(":") for cell in head.cells]
    has_labels = any(labels)
    inlines: list[Inline] = []
    for number, cell in enumerate(row.cells):
        if not plain_text(cell).strip():
            continue
        if inlines:
            is_first_value = number == 1 and not has_labels
            inlines.append(Text("; " if has_labels else ": " if is_first_value else ", "))
        if number < len(labels) and labels[number]:
            inlines.append(Text(f"{labels[number]}: "))
        inlines += cell.inlines
    return Paragraph(tuple(inlines), attr=row.attr, location=row.location, key=row.key)


def _set_level(node: N, level: int) -> N:
    if not isinstance(node, Section):
        return node
    difference = level - node.heading.level

    def change(inner: Node) -> Node:
        return structs.replace(inner, level=inner.level + difference) if isinstance(inner, Heading) else inner

    return rewrite(node, change) if difference else node


def _short_name(block: Block) -> str:
    words = plain_text(block.heading if isinstance(block, Section) else block).split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")

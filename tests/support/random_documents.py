"""Hypothesis strategies for documents, expressions and filters.

A document depends on a seed and a size. So it is fast to generate, and a failing example still shrinks by its size.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from msgspec import structs

from polyvita.config.expression import And, Compare, Expression, Not, Or, Tag, Term, Untagged
from polyvita.config.filter import Filter, Limit, Part, Selector, Since, Sort, SortKey, Words
from polyvita.core.document import (
    Attributes,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    CodeBlock,
    Definition,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Emph,
    Heading,
    Inline,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Text,
    number_nodes,
    rewrite_document,
)
from polyvita.explain.reasons import format_term

TAGS = ("a", "b", "c", "d")
DATES = ("2016", "2018-05", "2020-02-29", "2019/2021", "2021/..")


class DocumentGenerator:
    """A source of random parts of a document, with a budget of blocks."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = Random(seed)
        self.left = size
        self.serial = 0

    def word(self) -> str:
        """Return a word that is nowhere else in the document."""
        self.serial += 1
        return self.random.choice("abcdefgh") + str(self.serial)

    def attributes(self) -> Attributes:
        tags = tuple(tag for tag in TAGS if self.random.random() < 0.25)
        keys = []
        if self.random.random() < 0.3:
            keys.append(("date", self.random.choice(DATES)))
        if self.random.random() < 0.2:
            keys.append(("priority", str(self.random.randint(1, 9))))
        return Attributes(tags=tags, keys=tuple(keys))

    def inlines(self) -> tuple[Inline, ...]:
        first = Text(self.word())
        if self.random.random() < 0.6:
            return (first,)
        tagged = Span((Text(self.word()),), attr=Attributes(tags=self.attributes().tags))
        inner: Inline = Emph((tagged,)) if self.random.random() < 0.3 else tagged
        return (Text(first.text + " "), inner, Text(" " + self.word()))

    def item(self, depth: int) -> ListItem:
        rest = (self.block(depth + 1),) if depth < 3 and self.random.random() < 0.3 else ()
        return ListItem((Paragraph(self.inlines(), tight=True), *rest), attr=self.attributes())

    def row(self) -> Row:
        return Row((Cell(self.inlines()), Cell(self.inlines())), attr=self.attributes())

    def definition(self) -> DefinitionItem:
        return DefinitionItem(self.inlines(), (Definition((Paragraph(self.inlines()),)),), attr=self.attributes())

    def few(self) -> range:
        return range(self.random.randint(1, 3))

    def block(self, depth: int = 0) -> Block:
        self.left -= 1
        kind = self.random.random()
        if depth > 2 or kind < 0.4:
            return Paragraph(self.inlines(), attr=self.attributes())
        if kind < 0.55:
            return BulletList(tuple(self.item(depth) for _ in self.few()))
        if kind < 0.7:
            return OrderedList(tuple(self.item(depth) for _ in self.few()), start=self.random.randint(1, 5))
        if kind < 0.8:
            return Div(tuple(self.block(depth + 1) for _ in self.few()), attr=self.attributes())
        if kind < 0.86:
            return Table(
                Row((Cell((Text("h"),)), Cell((Text("i"),)))), tuple(self.row() for _ in self.few()), ("left",) * 2
            )
        if kind < 0.92:
            return DefinitionList(tuple(self.definition() for _ in self.few()))
        if kind < 0.96:
            return BlockQuote(tuple(self.block(depth + 1) for _ in self.few()))
        return CodeBlock(self.word(), attr=self.attributes())

    def section(self, level: int) -> Section:
        self.left -= 1
        blocks = [self.block() for _ in range(self.random.randint(0, 3)) if self.left > 0]
        below = [
            self.section(level + 1) for _ in self.few() if level < 3 and self.left > 0 and self.random.random() < 0.5
        ]
        return Section(Heading(level, (Text(self.word()),)), (*blocks, *below), attr=self.attributes())

    def document(self) -> Document:
        blocks: list[Block] = [self.block() for _ in range(self.random.randint(0, 2)) if self.left > 0]
        while self.left > 0:
            blocks.append(self.section(1))
        return number_nodes(Document(tuple(blocks)))

    def term(self, depth: int = 0) -> Term:
        kind = self.random.random()
        if depth > 2 or kind < 0.45:
            return Tag(self.random.choice(TAGS))
        if kind < 0.5:
            return Untagged()
        if kind < 0.6:
            return Compare("date", self.random.choice(("==", "<", ">=", "!=")), self.random.choice(DATES))
        if kind < 0.65:
            return Compare("priority", self.random.choice(("<=", ">")), str(self.random.randint(1, 9)))
        if kind < 0.75:
            return Not(self.term(depth + 1))
        parts = tuple(self.term(depth + 1) for _ in range(2))
        return And(parts) if kind < 0.87 else Or(parts)


seeds = st.integers(0, 2**32)
documents = st.builds(lambda seed, size: DocumentGenerator(seed, size).document(), seeds, st.integers(1, 25))
expressions = st.builds(lambda seed: Expression("", DocumentGenerator(seed, 1).term()), seeds)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """A filter that uses some of the ways to leave content out."""
    chance = Random(draw(st.integers(0, 2**32)))

    def selector() -> Selector:
        expression = draw(expressions)
        return Selector(format_term(expression.root), expression.root)

    maybe = lambda make: make() if chance.random() < 0.4 else None  # noqa: E731 - three uses, one line
    return Filter(
        name="one",
        select=maybe(selector),
        drop=maybe(selector),
        since=maybe(lambda: Since("2019")),
        limit=tuple(Limit(chance.randint(1, 3), selector()) for _ in range(chance.randint(0, 2))),
        sort=(Sort(selector(), (SortKey("-date"),)),),
        sections=(Part(title="A", items=selector()), Part(from_=("s1",))) if chance.random() < 0.3 else (),
        words=(Words(selector(), most=5, fit="drop"),) if chance.random() < 0.3 else (),
    )


def with_section_ids(document: Document) -> Document:
    """Return the document with an id on every section: s0, s1, s2, …"""
    serial = iter(range(10_000))

    def change(node: Node) -> Node:
        attr = structs.replace(node.attr, id=f"s{next(serial)}")
        return structs.replace(node, attr=attr) if isinstance(node, Section) else node

    return rewrite_document(document, change)

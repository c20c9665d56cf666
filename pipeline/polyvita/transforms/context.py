"""What a node inherits: the tags and keys that hold for it, its own and those of all that surround it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from polyvita.config.expression import Expression, compile_test
from polyvita.core.document import (
    NO_ATTRIBUTES,
    Attributes,
    Block,
    BlockQuote,
    BulletList,
    DefinitionList,
    Div,
    Document,
    ListItem,
    Node,
    OrderedList,
    RawBlock,
    Section,
    Table,
    ThematicBreak,
    children,
)

NOT_TAGS = frozenset({"me", "uri", "email", "kbd", "unnumbered", "wording"})
"""Classes that say what a piece of text is, not for whom: they take no part in selection."""

ENTRY_KEYS = ("date", "org", "place")
"""A section whose heading has one of these is an entry: a position, a degree, a role."""


def tags_of(attr: Attributes) -> frozenset[str]:
    """The classes of a node that are tags."""
    return _without_others(attr.tags) if attr.tags else _NO_TAGS


_NO_TAGS: frozenset[str] = frozenset()


@lru_cache(maxsize=10_000)
def _without_others(classes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(classes) - NOT_TAGS


class Context(Struct, frozen=True):
    """Effective tags and keys. Tags add up; an inner key replaces an outer one."""

    tags: frozenset[str] = frozenset()
    keys: Mapping[str, str] = {}

    def enter(self, attr: Attributes) -> Context:
        """The context inside a node with these attributes."""
        if attr is NO_ATTRIBUTES or not attr:
            return self
        keys = {**self.keys, **dict(reversed(attr.keys))} if attr.keys else self.keys
        return Context(self.tags | tags_of(attr), keys)

    def satisfies(self, expression: Expression) -> bool:
        return expression.matches(self.tags, self.keys)


Judge = Callable[[Context], bool]


def satisfying(expression: Expression) -> Judge:
    """`Context.satisfies` for many contexts."""
    test = compile_test(expression.root)
    return lambda context: test(context.tags, context.keys)


class Nowhere(Context, frozen=True):
    """The context for those who go by a node alone: it is the same inside every node."""

    def enter(self, attr: Attributes) -> Context:  # noqa: ARG002 - which attributes makes no difference
        return self


class Vocabulary(NamedTuple):
    """What a filter can name in a CV; and the contexts that it can meet: of anything, and of what can be an item."""

    tags: frozenset[str]
    keys: frozenset[str]
    sections: frozenset[str]
    contexts: tuple[Context, ...]
    of_items: tuple[Context, ...]


def vocabulary(document: Document) -> Vocabulary:
    """All tags and keys there are, those the nodes carry and those the front matter lists, and the ids of sections."""
    tags = set(document.meta.get("tags") or ())
    keys: set[str] = set()
    sections: set[str] = set()
    met: dict[int, Context] = {}
    for node, context in contexts(document):
        met[id(context)] = context
        if not node.attr:
            continue
        tags |= tags_of(node.attr)
        keys.update(key for key, _ in node.attr.keys)
        if isinstance(node, Section) and node.attr.id:
            sections.add(node.attr.id)
    of_items: dict[int, Context] = {}

    def note(context: Context) -> bool:
        of_items[id(context)] = context
        return False  # so that the search goes on inside

    deque(_items(document.blocks, Context(), note), maxlen=0)
    return Vocabulary(
        frozenset(tags), frozenset(keys), frozenset(sections), tuple(met.values()), tuple(of_items.values())
    )


def contexts(document: Document) -> Iterator[tuple[Node, Context]]:
    """Every node with the context inside it, parents first."""

    waiting: list[tuple[Node, Context]] = [(node, Context()) for node in reversed(document.blocks)]
    while waiting:
        node, outer = waiting.pop()
        context = outer.enter(node.attr)
        yield node, context
        inside: list[tuple[Node, Context]] = [(child, context) for child in children(node)]
        waiting += reversed(inside)


def is_entry(node: Node) -> bool:
    """Whether a node is a section that stands for one position, degree or role."""
    return isinstance(node, Section) and any(key in ENTRY_KEYS for key, _ in node.attr.keys)


def items(document: Document, expression: Expression) -> Iterator[tuple[Node, Context]]:
    """The outermost items of which `expression` is true, in the order of the source.

    An item is what a reader counts as one: an entry, a list item, a table row, a definition; a paragraph or a
    code block that stands in none of these.
    """
    return items_of(document.blocks, expression)


def items_of(blocks: Iterable[Block], expression: Expression) -> Iterator[tuple[Node, Context]]:
    """`items` for some blocks of a document."""
    return _items(blocks, Context(), satisfying(expression))


def _items(nodes: Iterable[Node], outer: Context, wanted: Judge) -> Iterator[tuple[Node, Context]]:
    for node in nodes:
        context = outer.enter(node.attr)
        inside: Iterable[Node] | None = None
        match node:
            case ThematicBreak() | RawBlock():
                pass
            case Table(rows=rows):
                inside = rows
            case Section(blocks=blocks) if not is_entry(node):
                inside = blocks
            case Div() | BlockQuote() | BulletList() | OrderedList() | DefinitionList():
                inside = children(node)
            case _ if wanted(context):
                yield node, context
            case Section(blocks=blocks) | ListItem(blocks=blocks):
                inside = blocks
            case _:
                pass
        if inside is not None:
            yield from _items(inside, context, wanted)

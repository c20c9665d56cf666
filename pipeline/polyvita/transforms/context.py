"""The tags and keys that apply to a node: its own, and those of all nodes around it."""

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

NON_SELECTION_CLASSES = frozenset({"me", "uri", "email", "kbd", "unnumbered", "when", "wording", "reference"})
"""Classes that describe what a piece of text is, not who it is for. Selection ignores them."""

ENTRY_KEYS = ("date", "org", "place")
"""A section whose heading has one of these keys is an entry: a position, a degree or a role."""


def selection_tags(attr: Attributes) -> frozenset[str]:
    """Return the classes of a node that take part in selection."""
    return _remove_non_selection(attr.tags) if attr.tags else _NO_TAGS


_NO_TAGS: frozenset[str] = frozenset()


@lru_cache(maxsize=10_000)
def _remove_non_selection(classes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(classes) - NON_SELECTION_CLASSES


class Context(Struct, frozen=True):
    """The effective tags and keys of a node. Tags accumulate; an inner key replaces an outer one."""

    tags: frozenset[str] = frozenset()
    keys: Mapping[str, str] = {}

    def enter(self, attr: Attributes) -> Context:
        """Return the context inside a node with these attributes."""
        if attr is NO_ATTRIBUTES or not attr:
            return self
        keys = {**self.keys, **dict(reversed(attr.keys))} if attr.keys else self.keys
        return Context(self.tags | selection_tags(attr), keys)

    def satisfies(self, expression: Expression) -> bool:
        return expression.matches(self.tags, self.keys)


ContextTest = Callable[[Context], bool]


def context_test(expression: Expression) -> ContextTest:
    """Return a function that does the same as `Context.satisfies`, but faster for many contexts."""
    test = compile_test(expression.root)
    return lambda context: test(context.tags, context.keys)


class FixedContext(Context, frozen=True):
    """A context that stays the same inside every node, for a pruner that looks at the node only."""

    def enter(self, attr: Attributes) -> Context:  # noqa: ARG002 - attributes make no difference here
        return self


class Vocabulary(NamedTuple):
    """The names in a CV that a filter can use, and the contexts that occur in it.

    `contexts` are those of all nodes, `item_contexts` those of nodes that can be an item.
    """

    tags: frozenset[str]
    keys: frozenset[str]
    sections: frozenset[str]
    contexts: tuple[Context, ...]
    item_contexts: tuple[Context, ...]


def collect_vocabulary(document: Document) -> Vocabulary:
    """Return the tags and keys of all nodes, the tags that the front matter lists, and the ids of sections."""
    tags = set(document.meta.get("tags") or ())
    keys: set[str] = set()
    sections: set[str] = set()
    contexts = [] if all(block.attr for block in document.blocks) else [Context()]
    for node, context in walk_contexts(document):
        if not node.attr:  # It has the context of the node around it.
            continue
        contexts.append(context)
        tags |= selection_tags(node.attr)
        keys.update(key for key, _ in node.attr.keys)
        if isinstance(node, Section) and node.attr.id:
            sections.add(node.attr.id)
    item_contexts: list[Context] = []

    def collect(context: Context) -> bool:
        if not item_contexts or context is not item_contexts[-1]:
            item_contexts.append(context)
        return False  # The search continues inside the node.

    deque(_find_items(document.blocks, Context(), collect), maxlen=0)
    return Vocabulary(frozenset(tags), frozenset(keys), frozenset(sections), tuple(contexts), tuple(item_contexts))


def walk_contexts(document: Document) -> Iterator[tuple[Node, Context]]:
    """Yield every node with the context inside it, parents first."""

    stack: list[tuple[Node, Context]] = [(node, Context()) for node in reversed(document.blocks)]
    while stack:
        node, outer = stack.pop()
        context = outer.enter(node.attr)
        yield node, context
        inner: list[tuple[Node, Context]] = [(child, context) for child in children(node)]
        stack += reversed(inner)


def is_entry(node: Node) -> bool:
    """Return whether a node is a section for one position, degree or role."""
    return isinstance(node, Section) and any(key in ENTRY_KEYS for key, _ in node.attr.keys)


def find_items(document: Document, expression: Expression) -> Iterator[tuple[Node, Context]]:
    """Yield the outermost items that match `expression`, in the order of the source, with their contexts.

    An item is what a reader counts as one: an entry, a list item, a table row or a definition. A paragraph or a code
    block outside all of these is an item, too.
    """
    return find_items_in(document.blocks, expression)


def find_items_in(blocks: Iterable[Block], expression: Expression) -> Iterator[tuple[Node, Context]]:
    """Do the same as `find_items` for some blocks of a document."""
    return _find_items(blocks, Context(), context_test(expression))


def _find_items(nodes: Iterable[Node], outer: Context, matches: ContextTest) -> Iterator[tuple[Node, Context]]:
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
            case _ if matches(context):
                yield node, context
            case Section(blocks=blocks) | ListItem(blocks=blocks):
                inside = blocks
            case _:
                pass
        if inside is not None:
            yield from _find_items(inside, context, matches)

"""The laws of selection, over generated documents and expressions."""

from __future__ import annotations

import copy

from hypothesis import assume, given
from hypothesis import strategies as st

from polyvita.config.expression import Expression, Not, Or, Tag
from polyvita.config.filter import Limit, Selector, Sort, SortKey
from polyvita.core.document import (
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Text,
    plain_text,
    walk,
)
from polyvita.transforms import limit_items, only_since, select_units, sort_items
from polyvita.transforms.context import Context, items, tags_of
from random_documents import documents, expressions

EVERYTHING = Expression("", Or((Tag("a"), Not(Tag("a")))))


def words(document: Document) -> list[str]:
    return plain_text(document).split()


def is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


def oracle(document: Document, select: Expression, drop: Expression | None) -> list[str]:
    """The words that stay, by the dialect's five sentences alone: a second, slower reading of them."""
    out: list[str] = []

    def judged(context: Context) -> bool:
        return context.satisfies(select) and not dropped(context)

    def dropped(context: Context) -> bool:
        return drop is not None and context.satisfies(drop)

    def judged_alone(blocks: list[Node]) -> bool:
        return any(block.attr or not isinstance(block, Paragraph | CodeBlock) for block in blocks)

    def unit_words(node: Node, context: Context) -> list[str]:
        here = context.enter(node.attr)
        match node:
            case Text(text=text) | CodeBlock(text=text):
                return text.split()
            case Span() if tags_of(node.attr) and not judged(here):
                return []
            case _:
                parts = [*getattr(node, "term", ()), *getattr(node, "inlines", ()), *getattr(node, "cells", ())]
                parts += [*getattr(node, "definitions", ()), *getattr(node, "blocks", ())]
                return [word for part in parts for word in unit_words(part, here)]

    def visit(node: Node, outer: Context) -> list[str] | None:
        """The words of a node that stays; None for one that goes."""
        context = outer.enter(node.attr)
        if dropped(context):
            return None
        match node:
            case Section(blocks=(_, *_) as inner) | Div(blocks=inner) | BlockQuote(blocks=inner):
                kept = [visit(child, context) for child in inner]
                head = unit_words(node.heading, context) if isinstance(node, Section) else []
            case BulletList(items=inner) | OrderedList(items=inner) | DefinitionList(items=inner):
                kept, head = [visit(child, context) for child in inner], []
            case Table(rows=inner):
                kept, head = [visit(child, context) for child in inner], unit_words(node.head, context)
            case ListItem(blocks=(Paragraph() as first, *rest)) if judged_alone(rest):
                kept = [visit(child, context) for child in node.blocks[1:]]
                head = unit_words(first, context)
                if judged(context):
                    kept.append([])
            case Section():
                return unit_words(node.heading, context) if judged(context) else None
            case Paragraph() | ListItem() | Row() | CodeBlock() | DefinitionItem():
                return unit_words(node, outer) if judged(context) else None
            case _:
                raise TypeError(node)
        if all(part is None for part in kept):
            return None
        return head + [word for part in kept if part for word in part]

    for block in document.blocks:
        out += visit(block, Context()) or []
    return out


@given(documents, expressions, st.none() | expressions)
def test_what_stays_is_what_the_dialect_says(document: Document, select: Expression, drop: Expression | None) -> None:
    assert words(select_units(document, select=select, drop=drop)) == oracle(document, select, drop)


@given(documents)
def test_selecting_everything_changes_nothing(document: Document) -> None:
    assert select_units(document, select=EVERYTHING) is document
    assert select_units(document) is document


@given(documents, expressions, st.none() | expressions)
def test_selecting_twice_is_selecting_once(document: Document, select: Expression, drop: Expression | None) -> None:
    once = select_units(document, select=select, drop=drop)
    assert select_units(once, select=select, drop=drop) == once


@given(documents, expressions)
def test_what_is_kept_stands_in_source_order(document: Document, select: Expression) -> None:
    assert is_subsequence(words(select_units(document, select=select)), words(document))


@given(documents, expressions, expressions)
def test_drop_only_ever_shrinks(document: Document, select: Expression, drop: Expression) -> None:
    with_drop = words(select_units(document, select=select, drop=drop))
    assert is_subsequence(with_drop, words(select_units(document, select=select)))


@given(documents, expressions, expressions)
def test_drop_wins(document: Document, select: Expression, drop: Expression) -> None:
    kept = select_units(document, select=select, drop=drop)

    def check(nodes: tuple[Node, ...], outer: Context) -> None:
        for node in nodes:
            context = outer.enter(node.attr)
            if isinstance(node, Section | Div | Paragraph | ListItem | Row | DefinitionItem | BulletList):
                assert not context.satisfies(drop)
            for name in ("blocks", "items", "rows"):
                check(getattr(node, name, ()), context)

    check(kept.blocks, Context())


@given(documents, expressions)
def test_every_kept_units_ancestors_are_kept(document: Document, select: Expression) -> None:
    def paths(nodes: tuple[Node, ...], above: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = []
        for node in nodes:
            here = (*above, plain_text(node.heading)) if isinstance(node, Section) else above
            if isinstance(node, Paragraph):
                found.append(here)
            for name in ("blocks", "items"):
                found += paths(getattr(node, name, ()), here)
        return found

    before = paths(document.blocks, ())
    assert set(paths(select_units(document, select=select).blocks, ())) <= set(before)


@given(documents, expressions)
def test_the_input_is_not_changed(document: Document, select: Expression) -> None:
    before = copy.deepcopy(document)
    select_units(document, select=select)
    sort_items(document, sorts=(Sort(Selector("", select.root), (SortKey("date", reverse=True),)),))
    assert document == before


@given(documents, expressions, st.integers(1, 4))
def test_a_limit_leaves_no_more_than_it_says(document: Document, select: Expression, most: int) -> None:
    selector = Selector("", select.root)
    before = sum(1 for _ in items(document, selector))
    limited = limit_items(document, limits=(Limit(selector, most),))
    assume(before > most)
    assert sum(1 for _ in walk(limited)) < sum(1 for _ in walk(document))
    assert is_subsequence(words(limited), words(document))


@given(documents, expressions)
def test_sorting_loses_nothing_and_sorts_once(document: Document, select: Expression) -> None:
    sort = (Sort(Selector("", select.root), (SortKey("date", reverse=True),)),)
    once = sort_items(document, sorts=sort)
    assert sorted(words(once)) == sorted(words(document))
    assert sort_items(once, sorts=sort) == once


@given(documents)
def test_a_window_keeps_what_is_undated_or_goes_on(document: Document) -> None:
    import datetime

    kept = words(only_since(document, first=datetime.date(2020, 6, 1)))
    assert is_subsequence(kept, words(document))
    everything = only_since(document, first=datetime.date(1900, 1, 1))
    assert everything is document

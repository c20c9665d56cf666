"""Laws of selection, for generated documents and expressions."""

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
from polyvita.transforms import drop_ended_before, limit_items, select_units, sort_items
from polyvita.transforms.context import Context, find_items, selection_tags
from random_documents import documents, expressions

EVERYTHING = Expression("", Or((Tag("a"), Not(Tag("a")))))


def words(document: Document) -> list[str]:
    return plain_text(document).split()


def is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


def expected_words(document: Document, select: Expression, drop: Expression | None) -> list[str]:
    """Return the words that stay. This is a second, slower implementation of the documented rules."""
    out: list[str] = []

    def stays(context: Context) -> bool:
        return context.satisfies(select) and not dropped(context)

    def dropped(context: Context) -> bool:
        return drop is not None and context.satisfies(drop)

    def has_separate_units(blocks: list[Node]) -> bool:
        return any(block.attr or not isinstance(block, Paragraph | CodeBlock) for block in blocks)

    def unit_words(node: Node, context: Context) -> list[str]:
        here = context.enter(node.attr)
        match node:
            case Text(text=text) | CodeBlock(text=text):
                return text.split()
            case Span() if selection_tags(node.attr) and not stays(here):
                return []
            case _:
                parts = [*getattr(node, "term", ()), *getattr(node, "inlines", ()), *getattr(node, "cells", ())]
                parts += [*getattr(node, "definitions", ()), *getattr(node, "blocks", ())]
                return [word for part in parts for word in unit_words(part, here)]

    def visit(node: Node, outer: Context) -> list[str] | None:
        """Return the words of a node that stays, or None if it is left out."""
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
            case ListItem(blocks=(Paragraph() as first, *rest)) if has_separate_units(rest):
                kept = [visit(child, context) for child in node.blocks[1:]]
                head = unit_words(first, context)
                if stays(context):
                    kept.append([])
            case Section():
                return unit_words(node.heading, context) if stays(context) else None
            case Paragraph() | ListItem() | Row() | CodeBlock() | DefinitionItem():
                return unit_words(node, outer) if stays(context) else None
            case _:
                raise TypeError(node)
        if all(part is None for part in kept):
            return None
        return head + [word for part in kept if part for word in part]

    for block in document.blocks:
        out += visit(block, Context()) or []
    return out


@given(documents, expressions, st.none() | expressions)
def test_selection_follows_the_documented_rules(
    document: Document, select: Expression, drop: Expression | None
) -> None:
    assert words(select_units(document, select=select, drop=drop)) == expected_words(document, select, drop)


@given(documents)
def test_selecting_everything_changes_nothing(document: Document) -> None:
    assert select_units(document, select=EVERYTHING) is document
    assert select_units(document) is document


@given(documents, expressions, st.none() | expressions)
def test_selecting_twice_equals_selecting_once(document: Document, select: Expression, drop: Expression | None) -> None:
    once = select_units(document, select=select, drop=drop)
    assert select_units(once, select=select, drop=drop) == once


@given(documents, expressions)
def test_selection_keeps_the_order_of_the_source(document: Document, select: Expression) -> None:
    assert is_subsequence(words(select_units(document, select=select)), words(document))


@given(documents, expressions, expressions)
def test_drop_never_adds_content(document: Document, select: Expression, drop: Expression) -> None:
    with_drop = words(select_units(document, select=select, drop=drop))
    assert is_subsequence(with_drop, words(select_units(document, select=select)))


@given(documents, expressions, expressions)
def test_drop_takes_precedence_over_select(document: Document, select: Expression, drop: Expression) -> None:
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
def test_the_ancestors_of_a_selected_unit_stay(document: Document, select: Expression) -> None:
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
    sort_items(document, sorts=(Sort(Selector("", select.root), (SortKey("-date"),)),))
    assert document == before


@given(documents, expressions, st.integers(1, 4))
def test_a_limit_leaves_out_items(document: Document, select: Expression, most: int) -> None:
    selector = Selector("", select.root)
    before = sum(1 for _ in find_items(document, selector))
    limited = limit_items(document, limits=(Limit(most, selector),))
    assume(before > most)
    assert sum(1 for _ in walk(limited)) < sum(1 for _ in walk(document))
    assert is_subsequence(words(limited), words(document))


@given(documents, expressions)
def test_sorting_loses_nothing_and_is_idempotent(document: Document, select: Expression) -> None:
    sort = (Sort(Selector("", select.root), (SortKey("-date"),)),)
    once = sort_items(document, sorts=sort)
    assert sorted(words(once)) == sorted(words(document))
    assert sort_items(once, sorts=sort) == once


@given(documents)
def test_a_time_window_only_removes_content(document: Document) -> None:
    import datetime

    kept = words(drop_ended_before(document, day=datetime.date(2020, 6, 1)))
    assert is_subsequence(kept, words(document))
    everything = drop_ended_before(document, day=datetime.date(1900, 1, 1))
    assert everything is document

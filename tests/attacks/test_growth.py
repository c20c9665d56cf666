"""Input that grows twofold three times must not take more than about twofold work each time: work, not seconds."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from polyvita.builder.fit import fit_words
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import PolyvitaError
from polyvita.importers.contact import split_name
from polyvita.reader import read_text

MARKDOWN: dict[str, Callable[[int], str]] = {
    "nested strong emphasis": lambda n: "*a **a " * n + "b" + " a** a*" * n,
    "openers of emphasis without closers": lambda n: "*a _b " * n,
    "closers of emphasis without openers": lambda n: "a* b_ " * n,
    "emphasis of changing lengths": lambda n: "a**b" + "c* " * n,
    "links without ends": lambda n: "[ a_" * n,
    "ends of links without starts": lambda n: "a ] b" * n,
    "nested brackets": lambda n: "[" * n + "a" + "]" * n,
    "images without ends": lambda n: "![[]()" * n,
    "targets without ends": lambda n: "[a](<b" * n,
    "nested quotes": lambda n: "> " * n + "a",
    "nested lists": lambda n: "".join(f"{'  ' * level}* a\n" for level in range(n // 8)),
    "backticks of different lengths": lambda n: "".join(f"e{'`' * (k % 200)}" for k in range(n)),
    "declarations without ends": lambda n: "a <!A " * n,
    "comments without ends": lambda n: "a <!-- b " * n,
    "tags without ends": lambda n: "a <b c='" * n,
    "references": lambda n: "".join(f"[r{k}]: u\n" for k in range(n)) + "\n" + "".join(f"[r{k}] " for k in range(n)),
    "one long reference": lambda n: f"[a]: {'u' * n}\n\n" + "[a] " * n,
    "attributes without ends": lambda n: "[a]{.b " * n,
    "tables with few cells": lambda n: f"|{'a|' * (n // 20)}\n|{'-|' * (n // 20)}\n" + "a\n" * (n // 20),
    "fences without tags": lambda n: ":::\n" * n,
    "open fences": lambda n: "::: {.a}\n" * (n // 8),
    "footnotes": lambda n: "".join(f"[^{k}] " for k in range(n)) + "\n\n" + "".join(f"[^{k}]: a\n\n" for k in range(n)),
    "nul characters": lambda n: "abc\0 \0\0 " * n,
    "one word": lambda n: "a" * n,
    "dollars": lambda n: "$a " * n,
    "tildes and carets": lambda n: "~a ^b " * n,
}


def calls_of(run: Callable[[], object]) -> int:
    """Return how many functions of Python and C the run calls."""
    count = 0

    def on_event(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        run()
    except PolyvitaError:
        pass
    finally:
        sys.setprofile(before)
    return count


def assert_grows_evenly(work: Callable[[int], int], size: int) -> None:
    """Check that doubling the size three times at most doubles the work each time, with a little for logarithms."""
    counts = [work(size << step) for step in range(4)]
    assert all(after <= 2.5 * before + 500 for before, after in itertools.pairwise(counts)), counts


@pytest.mark.parametrize("kind", MARKDOWN)
def test_the_reader(kind: str) -> None:
    assert_grows_evenly(lambda size: calls_of(lambda: read_text(MARKDOWN[kind](size))), 100)


@pytest.mark.parametrize("most", [10, 37, 300])
def test_fitting_to_words(most: int) -> None:
    def work(size: int) -> int:
        items = (f"- On {'word ' * (1 + k % 7)}{k}. {{.core priority={2 + k % 3}}}" for k in range(size))
        document = read_text("# A\n\n" + "\n".join(items) + "\n")
        return calls_of(lambda: fit_words(document, parse_expression("core"), most=most))

    assert_grows_evenly(work, 120)


def test_a_name_with_thousands_of_titles_is_not_divided() -> None:
    assert calls_of(lambda: split_name("Ada Lind" + ", PhD" * 5000)) < 50

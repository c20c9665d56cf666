"""The search for text that a filter leaves out, in an output that is about to be written.

Texts are compared by fragments: `FRAGMENT_LENGTH` letters and digits from the start of a word. An output must not
contain a fragment of the CV that the document to show does not contain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from polyvita.core.document import (
    Code,
    CodeBlock,
    DefinitionItem,
    Document,
    Heading,
    Image,
    Link,
    Node,
    Paragraph,
    Row,
    Text,
    plain_text,
    rewrite_document,
    walk,
)
from polyvita.core.location import Location

FRAGMENT_LENGTH = 20
"""The number of letters and digits of a fragment."""

_WORD = re.compile(r"[^\W_]+")


def normalize(text: str) -> str:
    """Return a text without case, ligatures and other variants of letters. ASCII text keeps its length."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


class _LineFragments(NamedTuple):
    """The fragments that start in a line: those that end in it, and the beginnings of those that end in a later line.

    `first` has the first letters of the line, which complete the fragments of earlier lines.
    """

    complete: tuple[str, ...]
    incomplete: tuple[str, ...]
    first: str


# Most lines occur many times: in the CV, and in every format of every filter that shows them.
@lru_cache(maxsize=10_000)
def _line_fragments(line: str) -> _LineFragments:
    words = _WORD.findall(normalize(line))
    letters = "".join(words)
    starts = list(accumulate(map(len, words[:-1]), initial=0)) if words else []
    last = len(letters) - FRAGMENT_LENGTH
    complete = tuple([letters[at : at + FRAGMENT_LENGTH] for at in starts if at <= last])
    return _LineFragments(complete, tuple([letters[at:] for at in starts if at > last]), letters[:FRAGMENT_LENGTH])


def fragments(text: str) -> Iterator[str]:
    """Yield all fragments of `text`. A fragment may continue over several lines."""
    ahead = ""
    for line in reversed(text.split("\n")):
        complete, incomplete, first = _line_fragments(line)
        yield from complete
        for beginning in incomplete:
            if len(fragment := (beginning + ahead)[:FRAGMENT_LENGTH]) == FRAGMENT_LENGTH:
                yield fragment
        ahead = (first + ahead)[:FRAGMENT_LENGTH]


class FragmentIndex(Struct, frozen=True):
    """All fragments of a CV, each with the location of its unit, and the positions (line, column) of all texts."""

    units: Mapping[str, Location] = {}
    texts: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def from_document(cls, document: Document) -> FragmentIndex:
        """Index a CV."""
        units: dict[str, Location] = {}
        texts = set()
        for node in walk(document):
            if type(node) in _TEXTS:
                texts.add(_position(node))
            for line in _unit_lines(node):
                for fragment in _line_fragments(line).complete:
                    units.setdefault(fragment, node.location)
        return cls(units, frozenset(texts))

    def omitted_fragments(self, selected: Document, shown: Document) -> Mapping[str, Location]:
        """Return the fragments that an output must not contain, each with the location of its unit.

        These are the fragments that do not occur in `shown`, the `selected` document with its final layout. Texts in
        `shown` that were not selected are ignored, because they are there by mistake.
        """
        omitted = self.texts - set(_text_positions(selected))
        if not omitted.isdisjoint(_text_positions(shown)):
            shown = rewrite_document(
                shown, lambda node: None if _is_text(node) and _position(node) in omitted else node
            )
        allowed = set(fragments("\n".join([plain_text(shown), *_hidden_strings(shown)])))
        return {fragment: location for fragment, location in self.units.items() if fragment not in allowed}


def find_omitted_text(text: str, omitted: Mapping[str, Location]) -> set[Location]:
    """Return the locations of the units whose `omitted` fragments occur in `text`."""
    return {omitted[fragment] for fragment in fragments(text) if fragment in omitted} if omitted else set()


_TEXTS = {Text, Code, CodeBlock}
_UNITS = {Paragraph, Heading, Row, CodeBlock}


def _is_text(node: Node) -> bool:
    return type(node) in _TEXTS


def _position(node: Node) -> tuple[int, int]:
    return node.location.line, node.location.column


def _text_positions(document: Document) -> Iterator[tuple[int, int]]:
    return ((node.location.line, node.location.column) for node in walk(document) if type(node) in _TEXTS)


def _unit_lines(node: Node) -> list[str]:
    """Return the lines of a unit, without those of other units inside."""
    if isinstance(node, DefinitionItem):
        return [plain_text(node.term)]
    return plain_text(node).split("\n") if type(node) in _UNITS else []


def _hidden_strings(document: Document) -> Iterator[str]:
    """Yield the strings of a document that are not text: identifiers, and targets and titles of links and images."""
    for node in walk(document):
        if node.attr.id:
            yield node.attr.id
        if isinstance(node, (Link, Image)):
            yield from (node.url, node.title)

"""The search for text that a filter leaves out, in an output that is about to be written.

Texts are compared by fragments: `FRAGMENT_LENGTH` letters and digits from the start of a word. An output must not
contain a fragment of the CV that the document to show does not contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from functools import cached_property, lru_cache
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
from polyvita.core.letters import normalize
from polyvita.core.location import Location

FRAGMENT_LENGTH = 20
"""The number of letters and digits of a fragment."""

_WORD = re.compile(r"[^\W_]+")


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
    for line_fragments, continued in _fragments(text):
        yield from line_fragments
        yield from (beginning + rest for beginning, rest in continued)


def _fragments(text: str) -> Iterator[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    """Yield for each line, from the last to the first, its complete fragments, and the two parts of the continued ones.

    The parts of a continued fragment are what is in the line, and what is in the lines after it.
    """
    ahead = ""
    for line in reversed(text.split("\n")):
        complete, incomplete, first = _line_fragments(line)
        enough = FRAGMENT_LENGTH - len(ahead)
        yield complete, [(part, ahead[: FRAGMENT_LENGTH - len(part)]) for part in incomplete if len(part) >= enough]
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

    def omitted_text(self, selected: Document, shown: Document) -> OmittedText:
        """Return the text that an output must not contain.

        These are the fragments that do not occur in `shown`, the `selected` document with its final layout. Texts in
        `shown` that were not selected are ignored, because they are there by mistake.
        """
        omitted = self.texts - set(_text_positions(selected))
        if not omitted.isdisjoint(_text_positions(shown)):
            shown = rewrite_document(
                shown, lambda node: None if _is_text(node) and _position(node) in omitted else node
            )
        text = "\n".join([plain_text(shown), *_hidden_strings(shown)])
        return OmittedText(frozenset(self.units.keys() - fragments(text)), self.units, text)


class OmittedText(Struct, frozen=True, dict=True):
    """The fragments that an output must not contain, the location of the unit of each, and the text that is shown."""

    fragments: frozenset[str] = frozenset()
    locations: Mapping[str, Location] = {}
    shown: str = ""

    def apart_from(self, text: str) -> OmittedText:
        """Return the fragments that do not occur in `text`: what is shown, in another order."""
        return OmittedText(self.fragments.difference(fragments(text)), self.locations, f"{self.shown}\n{text}")

    def find_in(self, text: str) -> set[Location]:
        """Return the locations of the units whose fragments occur in `text`."""
        found: set[Location] = set()
        if not self.fragments:
            return found
        for line_fragments, continued in _fragments(text):
            found.update(self.locations[part] for part in self.fragments.intersection(line_fragments))
            for beginning, rest in continued:
                if (part := beginning + rest) in self.fragments and not self._is_border(beginning, rest):
                    found.add(self.locations[part])
        return found

    def _is_border(self, beginning: str, rest: str) -> bool:
        """Return whether two shown units that follow each other may give these parts of a fragment.

        Then the end of one unit and the start of the other only happen to make the words of an omitted unit.
        """
        ends, starts = self._borders
        return beginning in ends and _begins_with_units(rest, starts)

    @cached_property
    def _borders(self) -> tuple[set[str], set[str]]:
        """The ends of all lines that are shown, from the start of any word, and the first letters of all lines."""
        lines = [_line_fragments(line) for line in self.shown.split("\n")]
        return {end for line in lines for end in line.incomplete}, {line.first for line in lines} - {""}


def _begins_with_units(letters: str, starts: Set[str]) -> bool:
    """Return whether `letters` are the start of a unit, or whole units and then such a start."""
    if any(start.startswith(letters) for start in starts):
        return True
    whole = (start for start in starts if len(start) < FRAGMENT_LENGTH and letters.startswith(start))
    return any(_begins_with_units(letters[len(start) :], starts) for start in whole)


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

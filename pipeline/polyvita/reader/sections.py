"""Sections: headings with what follows them, and the identifiers of headings that have none of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from polyvita.core.document import Attributes, Block, Heading, Inline, Section, plain_text


class Headline(NamedTuple):
    """A heading before it has become a section, with the section's attributes."""

    heading: Heading
    attr: Attributes


def nest(nodes: Iterable[Block | Headline]) -> tuple[Block, ...]:
    """`nodes` with each heading and what follows it as a section, up to the next of its level or a higher one."""
    out: list[Block] = []
    open_sections: list[tuple[Headline, list[Block]]] = []

    def close(level: int) -> None:
        while open_sections and open_sections[-1][0].heading.level >= level:
            headline, inside = open_sections.pop()
            section = Section(headline.heading, tuple(inside), attr=headline.attr, location=headline.heading.location)
            (open_sections[-1][1] if open_sections else out).append(section)

    for node in nodes:
        if isinstance(node, Headline):
            close(node.heading.level)
            open_sections.append((node, []))
        else:
            (open_sections[-1][1] if open_sections else out).append(node)
    close(0)
    return tuple(out)


_WRITTEN = re.compile(r"\{[^{}#]*#([\w:.-]+)")
_TO_FIRST_LETTER = re.compile(r"^[\W\d_]+")
_UNFIT = re.compile(r"[^\w\s.-]")


class Identifiers:
    """Gives headings identifiers as Pandoc does: the words in lower case, joined by hyphens, each only once."""

    def __init__(self, text: str) -> None:
        # What looks like an identifier that the source gives is not given again, whichever of them comes first.
        self.used = set(_WRITTEN.findall(text))
        self.numbers: dict[str, int] = {}

    def for_heading(self, inlines: Sequence[Inline]) -> str:
        words = _UNFIT.sub("", plain_text(inlines)).split()
        base = _TO_FIRST_LETTER.sub("", "-".join(words).lower()) or "section"
        identifier, number = base, self.numbers.get(base, 0)
        while identifier in self.used:
            number += 1
            identifier = f"{base}-{number}"
        self.numbers[base] = number
        self.used.add(identifier)
        return identifier

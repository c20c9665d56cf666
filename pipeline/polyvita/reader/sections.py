"""Nest headings and the blocks after them into sections, and generate identifiers for headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from polyvita.core.document import Attributes, Block, Heading, Inline, Section, plain_text


class SectionHeading(NamedTuple):
    """A heading that is not nested into its section yet, with the attributes of that section."""

    heading: Heading
    attr: Attributes


def nest_sections(nodes: Iterable[Block | SectionHeading]) -> tuple[Block, ...]:
    """Return `nodes` with each heading made a section, up to the next heading of the same or a higher level."""
    out: list[Block] = []
    open_sections: list[tuple[SectionHeading, list[Block]]] = []

    def close_to_level(level: int) -> None:
        while open_sections and open_sections[-1][0].heading.level >= level:
            (heading, attr), blocks = open_sections.pop()
            section = Section(heading, tuple(blocks), attr=attr, location=heading.location)
            (open_sections[-1][1] if open_sections else out).append(section)

    for node in nodes:
        if isinstance(node, SectionHeading):
            close_to_level(node.heading.level)
            open_sections.append((node, []))
        else:
            (open_sections[-1][1] if open_sections else out).append(node)
    close_to_level(0)
    return tuple(out)


_WRITTEN_IDENTIFIER = re.compile(r"\{[^{}#]*#([\w:.-]+)")
_BEFORE_FIRST_LETTER = re.compile(r"^[\W\d_]+")
_NOT_IN_IDENTIFIER = re.compile(r"[^\w\s.-]")


class HeadingIdentifiers:
    """Generates a unique identifier for each heading, like Pandoc: lower-case words joined by hyphens."""

    def __init__(self, source_text: str) -> None:
        # An identifier that is written anywhere in the source is reserved, even if its heading comes later.
        self.used = set(_WRITTEN_IDENTIFIER.findall(source_text))
        self.last_numbers: dict[str, int] = {}

    def generate(self, inlines: Sequence[Inline]) -> str:
        """Return an identifier for a heading with this content."""
        words = _NOT_IN_IDENTIFIER.sub("", plain_text(inlines)).split()
        base = _BEFORE_FIRST_LETTER.sub("", "-".join(words).lower()) or "section"
        identifier, number = base, self.last_numbers.get(base, 0)
        while identifier in self.used:
            number += 1
            identifier = f"{base}-{number}"
        self.last_numbers[base] = number
        self.used.add(identifier)
        return identifier

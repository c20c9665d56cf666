"""The reading of a finished plain text."""

from __future__ import annotations

import re
from functools import cached_property

from polyvita.checks.inspect.model import FileText, Heading
from polyvita.checks.inspect.package import PlainText

LIST_MARKER = re.compile(r"^\s*(?:\d{1,3}[.)]|\[\d{1,3}\]|[-•–])\s+(?=\S)", re.MULTILINE)
"""The number or bullet of a list item or footnote at the start of a line. It does not count as text."""
_HEADING_SUFFIX = re.compile(r" \([^()]*\d[^()]*\)$")
"""A date or a length in parentheses after a heading. Other formats show it at the margin."""
_UNDERLINE = re.compile(r"(=+|-+)")


class TextFile(PlainText):
    """A plain text: headings are underlined with = or -, and blank lines separate paragraphs."""

    @cached_property
    def body(self) -> FileText:
        out = ""
        headings = []
        for block in re.split(r"\n{2,}", self.text.strip("\n")):
            lines = block.split("\n")
            under = next((i for i, line in enumerate(lines) if i and _UNDERLINE.fullmatch(line)), None)
            if under is not None:
                title = " ".join(lines[:under])
                level = 1 if lines[under].startswith("=") else 2
                headings.append(Heading(level, _HEADING_SUFFIX.sub("", title), len(out), len(out) + len(title)))
                lines = [title, *lines[under + 1 :]]
            out += LIST_MARKER.sub("", "\n".join(lines)) + "\n"
        return FileText(out, tuple(headings))


inspect = TextFile

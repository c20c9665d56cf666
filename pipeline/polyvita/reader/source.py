"""One source: its name and lines, what was found in it, and where things stand in it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from polyvita.core.diagnostics import Report, error, warning
from polyvita.core.document import Attributes, Inline, Link, Span
from polyvita.core.location import Location
from polyvita.reader.source_map import MappedText, Position

NOT_FROM_A_SOURCE = ("typst", "openxml")
"""Formats whose markup in a source could run without end, read the files beside it, or break the file it comes to."""


def shown(text: str) -> str:
    """A piece of the source, on one line."""
    return " ".join(text.split())


class Source(Struct, frozen=True):
    """`plain` reads as Pandoc does: raw HTML stays as it is, and so do attributes where Pandoc knows none."""

    file: str
    lines: list[str]
    report: Report
    plain: bool = False

    def warn(self, code: str, message: str, location: Location, hint: str = "") -> None:
        self.report.add(warning(code, message, location, hint))

    def warn_astray(self, raw: str, location: Location) -> None:
        """Attributes stand where nothing can carry them."""
        message = f"nothing here can carry the attributes {shown(raw)}, so they stay text"
        hint = f"put what they are about in brackets, [like this]{shown(raw)}, or move them to the end of the paragraph"
        self.warn("PV013", message, location, hint)

    def without_empty_link(self, node: Inline) -> Sequence[Inline]:
        """`node`, or what is in it if it is a link that leads nowhere: that would break the PDF."""
        if not isinstance(node, Link) or node.url not in ("", "#") or self.plain:
            return [node]
        hint = "give it an address, or take it away"
        self.warn("PV022", "a link without a target becomes its text", node.location, hint)
        return [Span(node.inlines, attr=node.attr, location=node.location)] if node.attr else node.inlines

    def keeps_raw(self, format: str, location: Location) -> bool:
        """Whether markup of one output format stays. What Typst would run, or Word could not open, does not."""
        if self.plain:
            return True
        if format.casefold() in NOT_FROM_A_SOURCE:
            hint = "write it in Markdown; what Markdown cannot say, one of pandoc_filters can add"
            self.warn("PV024", f"markup of {format} reaches no output, and is left out", location, hint)
            return False
        self.warn("PV020", f"markup of {format} is shown by {format} alone; the other formats leave it out", location)
        return True

    def fail(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """What makes the source unreadable; the reading goes on, so that all of it is found at once."""
        self.report.add(error(code, message, location, hint))

    def line_from(self, start: Position) -> Location:
        """The rest of a line."""
        line, column = start
        return Location(self.file, line, column, max(1, len(self.lines[line - 1].rstrip()) - column + 1))

    def between(self, start: Position, end: Position) -> str:
        """The text from `start` up to, not including, `end`."""
        (first, column), (last, stop) = start, end
        if first == last:
            return self.lines[first - 1][column - 1 : stop - 1]
        inner = self.lines[first : last - 1]
        return "\n".join([self.lines[first - 1][column - 1 :], *inner, self.lines[last - 1][: stop - 1]])

    def located(self, attr: Attributes, stretch: MappedText, start: int, end: int) -> Attributes:
        """`attr` with the place and the text that it has in the source."""
        begin, (line, column) = stretch.position(start), stretch.position(end - 1)
        raw = self.between(begin, (line, column + 1))
        return structs.replace(attr, raw=raw, location=stretch.location(self.file, start, end))

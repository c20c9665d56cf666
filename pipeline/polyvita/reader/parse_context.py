"""The source that is being read: its lines, the findings about it, and locations in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from polyvita.core.addresses import forbidden_address, forbidden_scheme
from polyvita.core.diagnostics import Finding, error, list_places, warning
from polyvita.core.document import Attributes, Image, Inline, Link, Span
from polyvita.core.location import Location
from polyvita.reader.source_map import MappedText, Position

UNSAFE_FORMATS = ("typst", "openxml")
"""Formats whose raw markup is left out: Typst can loop forever or read files, and OpenXML can break the Word file."""


def on_one_line(text: str) -> str:
    """Return `text` with each run of white space replaced by one space, to quote it in a message."""
    return " ".join(text.split())


class ParseContext(Struct, frozen=True):
    """The name and lines of the source, and the findings of this reading so far.

    With `like_pandoc`, the source is read as Pandoc reads it: raw HTML is not interpreted, and attributes at
    the end of a paragraph, list item or row stay text. With `has_bibliography`, a list item can be a line `- @key`.
    """

    file: str
    lines: list[str]
    like_pandoc: bool = False
    has_bibliography: bool = False
    findings: list[Finding] = []
    lost_emphasis: list[tuple[str, Location]] = []
    """Delimiters of emphasis that a sign beside them hides, each with its location."""

    lone_stars: list[tuple[Location, bool]] = []
    """The locations of `**` that is text, and whether it can be meant so: the mark of a footnote, or an operator."""

    def emphasis_findings(self) -> Iterator[Finding]:
        """Yield one finding about all of `lost_emphasis`."""
        if self.lost_emphasis:
            (mark, location), lines = self.lost_emphasis[0], sorted(where.line for _, where in self.lost_emphasis)
            message = f"{mark} between a letter and a sign does not mark emphasis; every output shows it as text"
            tag = "strong" if len(mark) > 1 else "em"
            hint = f"write <{tag}>…</{tag}> instead of {mark}…{mark}"
            yield warning("PV040", f"{message}{list_places(lines)}", location, hint)

    def lone_stars_findings(self) -> Iterator[Finding]:
        """Yield a finding about the only `**` that is text. Two or more can be marks of a footnote and its note."""
        if len(self.lone_stars) == 1 and not self.lone_stars[0][1] and not self.lost_emphasis:
            message = "this ** has no partner, so nothing is bold; every output shows it as text"
            hint = "delete it, or add the other **; write \\*\\* to keep it"
            yield warning("PV049", message, self.lone_stars[0][0], hint)

    def warn(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Add a warning to the findings."""
        self.findings.append(warning(code, message, location, hint))

    def warn_misplaced_attributes(self, raw: str, location: Location) -> None:
        """Warn that the attributes `raw` have no element to belong to."""
        attributes = on_one_line(raw)
        message = f"the attributes {attributes} have no element to belong to; they are kept as text"
        hint = f"put the words in brackets, [like this]{attributes}, or move the attributes to the end of the paragraph"
        self.warn("PV013", message, location, hint)

    def without_unusable_link(self, node: Inline) -> Sequence[Inline]:
        """Return `node`; replace a link without a target, or with an address that is not allowed, by its content.

        A link without a target would break the PDF. The content of an image is its alternative text.
        """
        if not isinstance(node, Link | Image) or self.like_pandoc:
            return [node]
        if scheme := forbidden_scheme(node.url, image=isinstance(node, Image)):
            self.findings.append(forbidden_address(scheme, node.location, image=isinstance(node, Image)))
            attr = structs.replace(node.attr, tags=tuple(t for t in node.attr.tags if t not in ("uri", "email")))
            return [Span(node.inlines, attr=attr, location=node.location)] if attr else node.inlines
        if node.url not in ("", "#") or isinstance(node, Image):
            return [node]
        hint = "add an address, or remove the link and keep its text"
        self.warn("PV022", "this link has no target; only its text is kept", node.location, hint)
        return [Span(node.inlines, attr=node.attr, location=node.location)] if node.attr else node.inlines

    def accepts_raw_markup(self, format: str, location: Location) -> bool:
        """Return whether raw markup of `format` stays in the document, and warn about it in either case."""
        if self.like_pandoc:
            return True
        if format.casefold() in UNSAFE_FORMATS:
            hint = "write it in Markdown, or produce it with one of pandoc_filters"
            self.warn("PV024", f"raw {format} markup is not allowed; every output leaves it out", location, hint)
            return False
        self.warn(
            "PV020", f"raw {format} markup appears only in {format} output; the other formats leave it out", location
        )
        return True

    def warn_html_only(self, raw: str, location: Location, words: int = 0) -> None:
        """Warn that only HTML outputs show the raw HTML `raw`, which has this number of words."""
        count = f" with its {words} words" if words > 1 else " with its only word" if words else ""
        message = f"{raw} appears only in HTML output; docx, pdf and txt leave it out{count}"
        self.warn("PV020", message, location, "write it in Markdown")

    def warn_unread_markdown(self, text: str, location: Location, count: int) -> None:
        """Warn that Markdown stands between HTML tags, where it is only text, at `count` places."""
        places = f" ({count} places)" if count > 1 else ""
        message = f"{text} is between HTML tags, where Markdown is not read; every output shows it as text{places}"
        self.warn("PV039", message, location, "put a blank line before it, or write it in HTML")

    def report_error(self, code: str, message: str, location: Location, hint: str = "") -> None:
        """Add an error to the findings. Reading continues, so that the user gets all findings at once."""
        self.findings.append(error(code, message, location, hint))

    def rest_of_line(self, position: Position) -> Location:
        """Return the location from `position` to the end of its line."""
        line, column = position
        return Location(self.file, line, column, max(1, len(self.lines[line - 1].rstrip()) - column + 1))

    def text_between(self, start: Position, end: Position) -> str:
        """Return the source text from `start` up to, but not including, `end`."""
        (first, column), (last, stop) = start, end
        if first == last:
            return self.lines[first - 1][column - 1 : stop - 1]
        inner = self.lines[first : last - 1]
        return "\n".join([self.lines[first - 1][column - 1 :], *inner, self.lines[last - 1][: stop - 1]])

    def locate_attributes(self, attr: Attributes, mapped: MappedText, start: int, end: int) -> Attributes:
        """Return `attr` with its source text and location; it is at `start` to `end` in `mapped`."""
        begin, (line, column) = mapped.position(start), mapped.position(end - 1)
        raw = self.text_between(begin, (line, column + 1))
        return structs.replace(attr, raw=raw, location=mapped.location(self.file, start, end))

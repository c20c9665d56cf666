"""The reading of a finished web page."""

from __future__ import annotations

import re
from functools import cached_property
from html.parser import HTMLParser

from polyvita.checks.inspect.images import data_url_strings
from polyvita.checks.inspect.model import FileText, Heading, HiddenString, Inspection
from polyvita.checks.inspect.package import as_text

_INVISIBLE = frozenset({"head", "script", "style", "nav"})
_SKIPPED_LINKS = ("skip", "footnote-back")
"""The classes of links that do not belong to the text."""
_HEADING = re.compile("h[1-6]")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6]|header"
    "|hr|li|main|nav|ol|p|pre|section|t(able|body|d|foot|h|head|r)|ul"
)
_EMBEDDED_FILE = re.compile(r"data:[^,]*;base64,")
_SPACE = re.compile(r"\s+")


class WebPage(Inspection):
    """A web page. Each block of its text is on a line of its own."""

    @cached_property
    def _page(self) -> _PageParser:
        parser = _PageParser()
        parser.feed(as_text(self.content))
        parser.close()
        return parser

    @property
    def text(self) -> str:
        return self._page.text

    @property
    def hidden(self) -> tuple[HiddenString, ...]:
        return tuple(self._page.hidden)

    @cached_property
    def body(self) -> FileText:
        return FileText(self.text, tuple(self._page.headings), frozenset(self._page.links))


inspect = WebPage


class _PageParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.hidden: list[HiddenString] = []
        self.headings: list[Heading] = []
        self.links: set[str] = set()
        self._invisible: list[str] = []
        """The elements around the current text that make it invisible."""
        self._heading_start = 0
        self._date_start: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        strings = {name: value for name, value in attrs if value and not _EMBEDDED_FILE.match(value)}
        self.hidden += [HiddenString(f"{tag} {name}", value) for name, value in strings.items()]
        for name, value in attrs:
            self.hidden += [HiddenString(f"{tag} {name}: file", string) for string in data_url_strings(value or "")]
        if tag in _INVISIBLE or (tag == "a" and strings.get("class") in _SKIPPED_LINKS):
            self._invisible.append(tag)
        self._start_line(tag)
        if tag == "span" and self._date_start is None and strings.get("class") == "when":
            self._date_start = len(self.text)  # The title of a heading ends before its date.
        if tag == "a" and "a" not in self._invisible:
            self.links.add(strings.get("href", ""))
        if _HEADING.fullmatch(tag):
            self._heading_start, self._date_start = len(self.text), None

    def handle_endtag(self, tag: str) -> None:
        if tag in self._invisible:
            self._invisible.remove(tag)
        if _HEADING.fullmatch(tag):
            title = self.text[self._heading_start : self._date_start].strip()
            if tag != "h1":  # The h1 element has the name of the person.
                self.headings.append(Heading(int(tag[1]) - 1, title, self._heading_start, len(self.text)))
        self._start_line(tag)

    def handle_data(self, data: str) -> None:
        if self._invisible:
            self.hidden.append(HiddenString(self._invisible[-1], data))
            return
        data = _SPACE.sub(" ", data)
        self.text += data.lstrip() if self.text.endswith(("\n", " ")) or not self.text else data

    def handle_comment(self, data: str) -> None:
        self.hidden.append(HiddenString("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.hidden.append(HiddenString("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.hidden.append(HiddenString("processing instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.hidden.append(HiddenString("declaration", data))

    def parse_marked_section(self, i: int, _report: int = 1) -> int:
        """Read a marked section as a comment. Python up to 3.13 raises an error for one with an unknown name."""
        return self.parse_bogus_comment(i)

    def _start_line(self, tag: str) -> None:
        if _BLOCKS.fullmatch(tag) and not self.text.endswith("\n"):
            self.text += "\n"

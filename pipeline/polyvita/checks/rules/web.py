"""The text of a finished web page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from polyvita.checks.rules.model import FileText, Heading

_INVISIBLE = ("head", "script", "style", "nav")
_SKIPPED_LINKS = ("skip", "footnote-back")
"""The classes of links that do not belong to the text."""
_HEADING = re.compile("h[1-6]")
_BLOCKS = frozenset({"p", "div", "li", "tr", "td", "th", "dt", "dd", "br", "pre", "header", "section"})


def read_text(content: bytes) -> FileText:
    """Return the visible text of a web page, with each block on its own line."""
    page = _PageParser()
    page.feed(content.decode())
    page.close()
    return FileText(page.text, tuple(page.headings), frozenset(page.links))


class _PageParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.headings: list[Heading] = []
        self.links: set[str] = set()
        self._invisible_depth = 0
        self._heading_start = 0
        self._date_start: int | None = None
        self._in_skipped_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._invisible_depth += tag in _INVISIBLE
        self._in_skipped_link |= tag == "a" and (dict(attrs).get("class") or "") in _SKIPPED_LINKS
        self._start_line(tag)
        if tag == "span" and self._date_start is None and dict(attrs).get("class") == "when":
            self._date_start = len(self.text)  # The title of a heading ends before its date.
        if tag == "a" and not self._in_skipped_link:
            self.links.add(dict(attrs).get("href") or "")
        if _HEADING.fullmatch(tag):
            self._heading_start, self._date_start = len(self.text), None

    def handle_endtag(self, tag: str) -> None:
        self._invisible_depth -= tag in _INVISIBLE
        self._in_skipped_link &= tag != "a"
        if _HEADING.fullmatch(tag):
            title = self.text[self._heading_start : self._date_start].strip()
            if tag != "h1":  # The h1 element has the name of the person.
                self.headings.append(Heading(int(tag[1]) - 1, title, self._heading_start, len(self.text)))
        self._start_line(tag)

    def handle_data(self, data: str) -> None:
        if not self._invisible_depth and not self._in_skipped_link:
            data = re.sub(r"\s+", " ", data)
            self.text += data.lstrip() if self.text.endswith(("\n", " ")) or not self.text else data

    def _start_line(self, tag: str) -> None:
        if (tag in _BLOCKS or _HEADING.fullmatch(tag)) and not self.text.endswith("\n"):
            self.text += "\n"

"""The text of a finished web page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from polyvita.checks.rules.model import FileText, Heading

_UNSEEN = ("head", "script", "style", "nav")
_ASIDE = ("skip", "footnote-back")
"""Links that are no part of the text."""
_HEADING = re.compile("h[1-6]")
_LINES = frozenset({"p", "div", "li", "tr", "td", "th", "dt", "dd", "br", "pre", "header", "section"})


def wording(content: bytes) -> FileText:
    """What a reader of the page sees, line by line."""
    page = _Page()
    page.feed(content.decode())
    page.close()
    return FileText(page.text, tuple(page.headings), frozenset(page.links))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.headings: list[Heading] = []
        self.links: set[str] = set()
        self._unseen = 0
        self._start = 0
        self._dated: int | None = None
        self._skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self._skipped |= tag == "a" and (dict(attrs).get("class") or "") in _ASIDE
        if (tag in _LINES or _HEADING.fullmatch(tag)) and not self.text.endswith("\n"):
            self.text += "\n"
        if tag == "span" and self._dated is None and dict(attrs).get("class") == "when":
            self._dated = len(self.text)  # in a heading, its title ends before its date
        if tag == "a" and not self._skipped:
            self.links.add(dict(attrs).get("href") or "")
        if _HEADING.fullmatch(tag):
            self._start, self._dated = len(self.text), None

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._skipped &= tag != "a"
        if _HEADING.fullmatch(tag):
            title = self.text[self._start : self._dated].strip()
            if tag != "h1":  # the page's title is the owner's name
                self.headings.append(Heading(int(tag[1]) - 1, title, self._start, len(self.text)))
        if (tag in _LINES or _HEADING.fullmatch(tag)) and not self.text.endswith("\n"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._skipped:
            data = re.sub(r"\s+", " ", data)
            self.text += data.lstrip() if self.text.endswith(("\n", " ")) or not self.text else data

"""Read the HTML that editors of web forms write into single fields: paragraphs, lists, emphasis and links.

Whole documents of HTML are read with Pandoc. A field has a few tags, often badly nested, and a CV has hundreds of them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from polyvita.core.addresses import forbidden_scheme
from polyvita.importers.model import Block, Item, ItemList, Paragraph
from polyvita.importers.texts import escape, is_html, plain_blocks, unescape_html

_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "table", "header", "footer", "pre")
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "h1": "**", "h2": "**", "h3": "**", "h4": "**"}
_IGNORED = frozenset(("script", "style"))


def field_blocks(text: str) -> list[Block]:
    """Return a text as blocks: HTML if it has tags, plain text otherwise."""
    if not is_html(text):
        return plain_blocks(unescape_html(text))
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.finish()


def field_inline(text: str) -> str:
    """Return a text as inline Markdown on one line."""
    if not is_html(text):
        return escape(" ".join(unescape_html(text).split()))
    return " ".join(_texts(field_blocks(text)))


def _texts(blocks: list[Block]) -> list[str]:
    texts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text.replace("\\\n", " "))
        elif isinstance(block, ItemList):
            for item in block.items:
                texts += [item.text, *_texts(item.blocks)]
    return texts


class _Parser(HTMLParser):
    """Builds blocks from tags. The end of a block closes all emphasis in it."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.lists: list[ItemList] = []
        self.line: list[str] = []
        self.open: list[tuple[str, str]] = []
        """The marks that are open in this line, each with the Markdown that closes it."""
        self.ignored = 0

    def finish(self) -> list[Block]:
        """Return all blocks."""
        self._close_line()
        return self.blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _IGNORED:
            self.ignored += 1
        elif tag in ("ul", "ol"):
            self._close_line()
            new = ItemList(items=[], start=1 if tag == "ol" else None)
            if self.lists and self.lists[-1].items:
                self.lists[-1].items[-1].blocks.append(new)
            else:
                self.blocks.append(new)
            self.lists.append(new)
        elif tag == "li":
            self._close_line()
            if not self.lists:
                self.handle_starttag("ul", [])
            if dict(attrs).get("data-list") == "bullet":  # as the editor Quill writes bullets
                self.lists[-1].start = None
            self.lists[-1].items.append(Item(text=""))
        elif tag == "br":
            self.line.append("\n")
        elif tag == "a":
            url = (dict(attrs).get("href") or "").strip()
            if re.fullmatch(r"[^\s<>]+", url) and not forbidden_scheme(url):
                self._open(tag, "[", f"](<{url}>)")
            else:
                self._open(tag, "", "")
        elif tag in _BLOCKS:
            self._close_line()
        if tag in _MARKS:
            self._open(tag, _MARKS[tag], _MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _IGNORED:
            self.ignored = max(0, self.ignored - 1)
        elif tag in ("ul", "ol"):
            self._close_line()
            if self.lists:
                self.lists.pop()
        elif tag in _BLOCKS or tag == "li":
            self._close_line()
        elif any(name == tag for name, _ in self.open):
            while self.open:
                name, mark = self.open.pop()
                self._close_mark(mark)
                if name == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self.ignored:
            self.line.append(escape(data))

    def _open(self, tag: str, opening: str, closing: str) -> None:
        self.open.append((tag, closing))
        self.line.append(opening)

    def _close_mark(self, mark: str) -> None:
        """Close a mark before the blanks at its end, as Markdown requires; remove one with no text."""
        end = len(self.line)
        while end and not self.line[end - 1].strip():
            end -= 1
        opening = "[" if mark.startswith("]") else mark
        if end and self.line[end - 1] == opening:
            del self.line[end - 1]
            return
        if end:
            last = self.line[end - 1]
            self.line[end - 1] = last.rstrip()
            self.line[end:end] = [mark, last[len(last.rstrip()) :]]

    def _close_line(self) -> None:
        while self.open:
            self._close_mark(self.open.pop()[1])
        text = _tidy("".join(self.line))
        self.line.clear()
        if not text:
            return
        item = self.lists[-1].items[-1] if self.lists and self.lists[-1].items else None
        if item is None:
            self.blocks.append(Paragraph(text=text))
        elif not item.text and not item.blocks:
            item.text = text
        else:
            item.blocks.append(Paragraph(text=text))


def _tidy(text: str) -> str:
    """Return inline Markdown without blanks around its lines, with a backslash before each line end."""
    text = re.sub(r"(\*\*?|\[)(\s+)(?=\S[^*]*\1)", r"\2\1", text)
    lines = [" ".join(line.split()) for line in text.replace("\u00a0", " ").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\\\n".join(line for line in lines if line)

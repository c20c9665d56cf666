"""HTML blocks: Pandoc reads them, so that every format shows their content.

Elements and Markdown can be mixed: a blank line ends an HTML block, and the Markdown after it belongs to the element
that is still open. `group_ends` finds what belongs together. `HtmlPiece` rewrites it as well-formed HTML with marks,
see `from_pandoc`.
"""

from __future__ import annotations

import html as html_library
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple

from polyvita.core.document import NO_ATTRIBUTES
from polyvita.core.location import Location
from polyvita.core.words import count_words
from polyvita.reader.blocks import Block, HtmlBlock, IndentedCode
from polyvita.reader.from_pandoc import RAW_MARK, SLOT_MARK, TEXT_MARK, Element, Mark
from polyvita.reader.html import convert_attributes, has_declaration
from polyvita.reader.parse_context import ParseContext, on_one_line
from polyvita.reader.source_map import MappedText

PANDOC_FORMAT = "html-auto_identifiers-line_blocks"
_MAX_DEPTH = 60
"""The number of open elements from which further tags are left out; their text is kept."""

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
HTML_ONLY = frozenset(
    {
        *("audio", "base", "canvas", "datalist", "dialog", "embed", "form", "head", "iframe", "input", "link"),
        *("map", "math", "meta", "meter", "object", "output", "picture", "progress", "script", "select", "source"),
        *("style", "svg", "template", "textarea", "title", "track", "video"),
    }
)
"""Elements that no node of the document stands for."""
_AS_DIV = frozenset(
    {
        *("address", "article", "aside", "center", "details", "div", "figure", "footer", "header", "hgroup"),
        *("main", "nav", "section"),
    }
)
_AS_PARAGRAPH = frozenset({"figcaption", "summary", "legend"})
_UNWRAPPED = frozenset({"html", "body", "fieldset", "noscript", "colgroup", "tbody", "font", "big", "button", "label"})
_OTHER_BLOCKS = frozenset(
    {
        *("blockquote", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
        *("table", "caption", "thead", "tfoot", "tr", "td", "th", "ul"),
    }
)
_BLOCKS = _AS_DIV | _AS_PARAGRAPH | _UNWRAPPED | _OTHER_BLOCKS
_CLOSED_BY = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr", "td", "th", "caption"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "thead": ({"tr", "td", "th", "caption", "tfoot"}, {"table"}),
    "tfoot": ({"tr", "td", "th", "caption", "thead"}, {"table"}),
}
"""The elements whose end tag may be left out before a start tag, and the elements up to which they are looked for."""
OPTIONAL_END = frozenset({"li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "p", "caption"})
"""Elements whose end tag may be left out."""
_PARTS_OF_TABLES = frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"})
_PARTS_OF_LISTS = frozenset({"dt", "dd"})
_WITHOUT_TEXT = frozenset({"table", "thead", "tfoot", "tr", "dl"})
"""Elements that hold text only inside their parts."""
_VERBATIM = frozenset({"code", "samp", "tt", "pre", "var"})
_KEPT = frozenset({"class", "id", "lang", "dir"})
_KEPT_TOO = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan", "align", "style"},
    "th": {"colspan", "rowspan", "align", "style"},
    "ol": {"start"},
}
_ELSEWHERE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
"""The start of an address that is no file beside the CV. Such an image is left to `transforms/clean_html.py`."""
_BLANK = " \t\f"
_ALIGNMENT = re.compile(r"text-align: *(?:left|right|center)\b", re.IGNORECASE)
_INDENTED_TAG = re.compile(r"\s*</?[A-Za-z][^<>]*>")
_NUMBER = re.compile(r"[0-9]{1,2}")
_MARKDOWN = re.compile(
    r"\*\*[^\s*][^*]*\*\*|(?<![\w*])\*[^\s*][^*]*[^\s*]\*(?![\w*])|\[[^\[\]]+\]\([^()\s]+\)|(?<!`)`[^`]+`(?!`)"
    r"|^#{1,6} |^[-*+] (?=\w)|\{:?\s*[.#][\w-]+[^{}]*\}$"
)
"""Markdown that stands between HTML tags, where it is only text."""


class Loss(NamedTuple):
    """A part of a piece that only HTML shows: its tag, its location, and the number of its words."""

    tag: str
    location: Location
    words: int


def is_structural(name: str) -> bool:
    """Return whether an element can hold Markdown after a blank line, so that its end tag is looked for there."""
    return name in _BLOCKS - OPTIONAL_END - {"hr"}


def group_ends(siblings: Sequence[Block]) -> dict[int, int]:
    """Return, for the index of each HTML block that leaves an element open, the index of the block that closes it."""
    ends: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    names: Counter[str] = Counter()
    for index, block in enumerate(siblings):
        if not is_html(block, inside=bool(open_tags)):
            continue
        for name, closes in _Tags(block.mapped_text.text).found:
            if not closes:
                open_tags.append((name, index))
                names[name] += 1
            elif names[name]:
                while True:
                    opened, start = open_tags.pop()
                    names[opened] -= 1
                    if opened == name:
                        break
                if start < index:
                    ends[start] = index
    return ends


def is_html(block: Block, *, inside: bool = False) -> bool:
    """Return whether Pandoc can read a block as HTML.

    For CommonMark, an indented tag after a blank line is code. Inside an element, it is taken for the tag.
    """
    if isinstance(block, IndentedCode):
        return inside and bool(_INDENTED_TAG.match(block.lines[0][0]))
    return isinstance(block, HtmlBlock) and not has_declaration(block.mapped_text.text)


class _Tags(HTMLParser):
    """The tags of structural elements in a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the name is enough
        if is_structural(tag):
            self.found.append((tag, False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # A browser ignores the slash.

    def handle_endtag(self, tag: str) -> None:
        if is_structural(tag):
            self.found.append((tag, True))


class _Open(NamedTuple):
    """An open element, and the name of the element that Pandoc gets instead; nothing if it gets only the content."""

    element: Element
    written_as: str

    @property
    def name(self) -> str:
        return self.element.name


class HtmlPiece(HTMLParser):
    """HTML blocks, and the Markdown between them, as well-formed HTML with marks.

    `lines` are those of all HTML blocks, and a line for each stretch of Markdown between them: see `slot_line`.
    """

    def __init__(self, context: ParseContext, mapped: MappedText) -> None:
        super().__init__(convert_charrefs=True)
        self.context, self.mapped = context, mapped
        self.marks: list[Mark] = []
        self.raw: dict[int, str] = {}
        self.texts: dict[int, str] = {}
        self.gaps: dict[int, Location] = {}
        """The blanks between two elements, by the number of the mark before them."""
        self.losses: list[Loss] = []
        self.unread_markdown: list[tuple[str, Location]] = []
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._skipped: list[str] = []
        """The names of the open elements that only HTML can show, the outermost first."""
        self._skip_start = 0
        self.feed(mapped.text)
        self.close()
        self._end_of_text()

    @property
    def html(self) -> str:
        return "".join(self._out)

    # ------------------------------------------------------------ positions

    def _offset(self) -> int:
        line, column = self.getpos()
        return (self.mapped.line_offsets[line - 2] if line > 1 else 0) + column

    def _end_of_line(self, offset: int) -> int:
        following = bisect_right(self.mapped.line_offsets, offset)
        offsets = self.mapped.line_offsets
        return offsets[following] - 1 if following < len(offsets) else len(self.mapped.text)

    def _location(self, start: int, end: int) -> Location:
        return self.mapped.location(self.context.file, start, max(end, start + 1))

    def _tag_location(self, written: str) -> Location:
        start = self._offset()
        return self._location(start, start + len(written))

    # ------------------------------------------------------------ tags

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._skipped:  # In SVG, the slash ends the element.
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        written = self.get_starttag_text() or f"<{tag}>"
        values = {name: value or "" for name, value in attrs}
        if tag == SLOT_MARK:
            self._close_before("p")
            if self._takes_text():
                self._out.append(f'<div {SLOT_MARK}="{values["number"]}"></div>')
        elif tag in HTML_ONLY or (tag == "img" and _ELSEWHERE.match(values.get("src", ""))):
            self._skip_start = self._offset()
            self._skipped = [tag]
            if tag in _VOID:
                self._keep_raw(self._skip_start + len(written))
        else:
            self._start(tag, values, self._tag_location(written))

    def _start(self, tag: str, values: dict[str, str], location: Location) -> None:
        if tag in _BLOCKS:
            self._close_before("p" if tag != "p" else tag)
            closed, barrier = _CLOSED_BY.get(tag, (frozenset(), frozenset()))
            self._close_implied(closed, barrier)
        if tag.startswith("h") and tag[1:].isdigit():
            self._close_implied({"h1", "h2", "h3", "h4", "h5", "h6"}, {"div", "td", "li"})
        if len(self._open) >= _MAX_DEPTH:
            return
        if not self._takes_text() and tag not in _PARTS_OF_TABLES | _PARTS_OF_LISTS:
            self._open.append(_Open(Element(tag, NO_ATTRIBUTES, location), ""))
            return
        kept = _KEPT | _KEPT_TOO.get(tag, set())
        own = {name: value for name, value in values.items() if name in kept or name.startswith("data-")}
        for name in ("colspan", "rowspan"):
            if not _NUMBER.fullmatch(own.get(name, "1")):
                del own[name]
        if "style" in own:  # Pandoc reads the alignment, and keeps the rest as an attribute.
            alignment = _ALIGNMENT.search(own.pop("style"))
            own |= {"style": alignment[0]} if alignment else {}
        if tag == "table" and any(element.name in ("td", "th") for element in self._open):
            message = "tables cannot be nested; each row of this one becomes a line of the cell around it"
            self.context.warn("PV020", message, location, "use a single table")
        if "xml:lang" in values:
            own.setdefault("lang", values["xml:lang"])
        written_as = "div" if tag in _AS_DIV else "p" if tag in _AS_PARAGRAPH else "" if tag in _UNWRAPPED else tag
        if written_as:
            shown = "".join(f' {name}="{html_library.escape(value)}"' for name, value in own.items())
            self._out.append(f"<{written_as}{shown}>")
        if tag not in _VOID:
            self._open.append(_Open(Element(tag, convert_attributes(own), location), written_as))

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._end_skipped(tag)
        elif tag in _VOID:
            if tag == "br":
                self._out.append("<br>")
        elif self._find_open(tag):
            while self._close_last() != tag:
                pass
        elif tag in _BLOCKS - OPTIONAL_END or tag in HTML_ONLY:
            location = self._tag_location(f"</{tag}>")
            message = f"</{tag}> has no start tag before it; every output leaves it out"
            self.context.warn("PV021", message, location, f"delete </{tag}>, or add <{tag}> where the element begins")

    def _find_open(self, tag: str) -> bool:
        """Return whether an element is open that this end tag can close."""
        for element in reversed(self._open):
            if element.name == tag:
                return True
            if (element.name in _BLOCKS and tag not in _BLOCKS) or (
                element.name in ("td", "th") and tag not in ("table", "tr", "thead", "tbody", "tfoot", "td", "th")
            ):
                return False
        return False

    def _takes_text(self) -> bool:
        """Return whether text can stand here: not between the rows of a table, for example, but in its cells."""
        inner = next((element.written_as for element in reversed(self._open) if element.written_as), "")
        return inner not in _WITHOUT_TEXT

    def _close_last(self) -> str:
        element = self._open.pop()
        if element.written_as:
            self._out.append(f"</{element.written_as}>")
        return element.name

    def _close_before(self, tag: str) -> None:
        """Close an open paragraph: no block can be in it."""
        self._close_implied({tag}, _BLOCKS - {"p", *_UNWRAPPED})

    def _close_implied(self, names: frozenset[str] | set[str], barrier: frozenset[str] | set[str]) -> None:
        """Close the elements with these names that are open inside the innermost element of `barrier`."""
        depth = len(self._open)
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].name in names:
                depth = at
            elif self._open[at].name in barrier:
                break
        while len(self._open) > depth:
            self._close_last()

    def _end_of_text(self) -> None:
        if self._skipped:
            self._keep_raw(len(self.mapped.text))
        for element, _ in self._open:
            if is_structural(element.name) and element.name not in _UNWRAPPED:
                message = f"<{element.name}> is not closed; the element ends here"
                hint = f"add </{element.name}> where the element ends"
                self.context.warn("PV021", message, element.location, hint)
        while self._open:
            self._close_last()

    # ------------------------------------------------------------ elements that only HTML shows

    def _end_skipped(self, tag: str) -> None:
        if tag in self._skipped:
            while self._skipped[-1] != tag:
                self._skipped.pop()
            self._skipped.pop()
            if not self._skipped:
                self._skipped = [tag]
                self._keep_raw(self.mapped.text.find(">", self._offset()) + 1 or len(self.mapped.text))

    def _keep_raw(self, end: int) -> None:
        text = self.mapped.text[self._skip_start : end]
        location = self._location(self._skip_start, end)
        number = self._add_mark(location)
        self.raw[number] = text
        if self._takes_text():
            self._out.append(f'<span {RAW_MARK}="{number}"></span>')
        tag = on_one_line(text.partition(">")[0] + ">")
        self.losses.append(Loss(tag, location, count_shown_words(text)))
        self._skipped = []

    # ------------------------------------------------------------ text

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if any(element.name in _VERBATIM for element in self._open):
            data = data.removeprefix("\n") if self._out[-1].startswith("<pre") else data
            self._out.append(html_library.escape(data))
            return
        offset = self._offset()
        lines = data.split("\n")
        for index, line in enumerate(lines):
            if index:
                self._out.append("\n")
                offset = min(self._end_of_line(offset) + 1, len(self.mapped.text))
            self._add_text(line, offset, at_start=index > 0, at_end=index < len(lines) - 1)

    def _add_text(self, line: str, offset: int, *, at_start: bool, at_end: bool) -> None:
        """Add the text of one line, with its offset, without the blanks at the start and end of the line."""
        stripped = line.lstrip(_BLANK) if at_start else line
        offset += len(line) - len(stripped)
        text = stripped.rstrip(_BLANK) if at_end else stripped
        end_of_line = self._end_of_line(offset)
        end = self.mapped.text.find("<", offset + 1, end_of_line)
        end = end_of_line if end < 0 else end
        if not text.strip(_BLANK):
            if text and self._takes_text():
                self._out.append(" ")
                self.gaps[len(self.marks) - 1] = self._location(offset, end)
            return
        number = self._add_mark(self._location(offset, end if not at_end else offset + len(text.rstrip(_BLANK))))
        self.texts[number] = text
        if self._takes_text():
            self._out.append(f'<span {TEXT_MARK}="{number}">{html_library.escape(text)}</span>')
        if found := _MARKDOWN.search(text.strip(_BLANK)):
            self.unread_markdown.append((found[0], self.marks[number].location))

    def _add_mark(self, location: Location) -> int:
        self.marks.append(Mark(location, tuple(element for element, _ in self._open)))
        return len(self.marks) - 1


def slot_line(number: int, line: int) -> tuple[str, int, int]:
    """Return the line that stands for the Markdown with this number between HTML blocks."""
    return f'<{SLOT_MARK} number="{number}">', line, 1


class _Words(HTMLParser):
    """The text in a piece of HTML that a browser may show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem not in ("script", "style"):
            self.parts.append(data)


def count_shown_words(text: str) -> int:
    """Return the number of words in HTML that a browser may show."""
    return count_words(" ".join(_Words(text).parts))

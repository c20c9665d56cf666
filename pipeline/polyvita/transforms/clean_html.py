"""Raw HTML: keep what is on a list of harmless elements and attributes, and report what is left out.

The library nh3 parses HTML as browsers do, so nothing can hide from it. It is imported only if a CV has raw HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from msgspec import structs

from polyvita.core.addresses import SCHEMES, forbidden_scheme
from polyvita.core.diagnostics import Finding, join_names, list_places, warning
from polyvita.core.document import Document, Node, RawBlock, RawInline, rewrite_document, walk
from polyvita.core.location import Location

_NO_HTML = ("latex", "tex", "context", "ms", "man", "rtf", "typst", "openxml", "opendocument", "icml")
"""Formats whose markup no browser reads as HTML."""
_EVERYWHERE = {"class", "id", "lang", "dir", "title", "style"}
_ALSO = {"details": {"open"}, "li": {"value"}, "ol": {"type", "reversed"}, "time": {"datetime"}, "data": {"value"}}
_STYLES = {
    *("color", "background-color", "font-size", "font-style", "font-weight", "font-variant", "letter-spacing"),
    *("text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space"),
    *("line-height", "width", "max-width", "height", "float", "clear", "display", "border", "border-collapse"),
    *(f"{box}{side}" for box in ("margin", "padding") for side in ("", "-top", "-right", "-bottom", "-left")),
}
"""The properties that a style may set. None of them can load anything."""
_VOID = {"area", "br", "col", "hr", "img", "input", "wbr", "meta", "link", "base", "source", "track", "embed", "param"}
_START, _END = "<!--start-->", "<!--end-->"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def clean_html(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return the document with only harmless raw HTML, and a warning for each part that is left out."""
    if not any(isinstance(node, RawBlock | RawInline) for node in walk(document)):
        return document, ()
    found: dict[str, list[tuple[str, Location]]] = {}
    lines = document.text.split("\n")

    def clean(node: Node) -> Node | None:
        if not isinstance(node, RawBlock | RawInline) or node.format.casefold() in _NO_HTML:
            return node
        parts = _Parts(node.text)
        text = _clean_piece(node.text, parts.stray_ends)
        left = _Parts(text)
        missing = parts.counts - left.counts
        for name, written in parts.found:
            if missing[name]:
                missing[name] -= 1
                if name[1:] and parts.counts[name[:1]] > left.counts[name[:1]]:
                    continue  # Its tag is reported.
                kind = "" if name[-1] in _OF_PAGES else name[-1]
                found.setdefault(kind, []).append((name[-1], _locate(written, node.location, lines)))
        if not parts.counts - left.counts and parts.text != left.text:
            found.setdefault(_DAMAGED, []).append((_DAMAGED, node.location))
        return structs.replace(node, text=text) if text.strip() else None

    cleaned = rewrite_document(document, clean)
    return cleaned, tuple(map(_finding, found.values()))


def without_contradictions(findings: Iterable[Finding], document: Document, cleaned: Document) -> Iterator[Finding]:
    """Yield the findings of the reader about `document`, but none that says that an HTML output shows what it does not.

    `cleaned` is what `clean_html` returned for the document. If a piece of HTML stays in part, its finding names that.
    """
    before, after = (
        {n.location: n.text for n in walk(d) if isinstance(n, RawBlock | RawInline)} for d in (document, cleaned)
    )
    for finding in findings:
        text = before.get(finding.location) if finding.code == "PV020" else None
        left = after.get(finding.location, "")
        if text is None or text == left:
            yield finding
        elif left.strip():
            _, middle, end = finding.message.partition(" appears only in ")
            yield finding._replace(message=f"{left.strip().splitlines()[0]}{middle}{end}")


_OF_PAGES = ("<html>", "<head>", "<body>", "<meta>", "<title>", "<link>", "<base>")
"""What a web page has around its content. It is reported at once."""
_DAMAGED = "this raw HTML is damaged; every output leaves out a part of it"


def _finding(parts: list[tuple[str, Location]]) -> Finding:
    """Return one finding about parts of the same kind, each with its location."""
    names = {name for name, _ in parts}
    verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
    message = f"{join_names(names)} {verb} not allowed in raw HTML; every output leaves {them} out"
    places = list_places(location.line for _, location in parts)
    hint = "write it in Markdown, or set unsafe_html: true in the filter"
    return warning("PV332", f"{_DAMAGED if _DAMAGED in names else message}{places}", parts[0][1], hint)


def _locate(written: str, location: Location, lines: list[str]) -> Location:
    """Return the location of a tag, which is at or after `location`."""
    first = written.split("\n", maxsplit=1)[0]
    for number in range(location.line, min(len(lines), location.line + 1000) + 1):
        start = location.column - 1 if number == location.line else 0
        if (at := lines[number - 1].find(first, start)) >= 0:
            return location._replace(line=number, column=at + 1, width=len(first))
    return location


# ---------------------------------------------------------------- one piece of HTML


def _clean_piece(text: str, stray_ends: list[str]) -> str:
    """Return a piece of HTML without what is not allowed. It may open elements that another piece closes.

    nh3 would close them, and delete end tags without a start tag. So the piece is put between two comments, and the
    elements that it closes are opened before the first.
    """
    import nh3

    opened = "".join(f"<{name}>" for name in reversed(stray_ends))
    cleaned = nh3.clean(f"{opened}{_START}{text}{_END}", strip_comments=False, **_options())
    _, start, rest = cleaned.partition(_START)
    piece, end, _ = rest.partition(_END)
    if not (start and end):  # An element hides the comment, such as a script that is not closed.
        piece = nh3.clean(text, **_options())
    return _COMMENT.sub("", piece)


@cache
def _options() -> dict[str, Any]:
    import nh3

    allowed = nh3.ALLOWED_ATTRIBUTES
    attributes = {tag: {*allowed.get(tag, ()), *_ALSO.get(tag, ())} for tag in {*allowed, *_ALSO}}
    return {
        "tags": nh3.ALLOWED_TAGS | {"tfoot", "section"},
        "clean_content_tags": {"script", "style", "title"},
        "attributes": attributes | {"*": _EVERYWHERE},
        "generic_attribute_prefixes": {"aria-", "data-"},
        "attribute_filter": _filter_attribute,
        "filter_style_properties": _STYLES,
        "url_schemes": {*SCHEMES, "data"},
        "link_rel": None,
    }


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, or None to leave it out: no address runs code, and no image is loaded."""
    if name == "src":
        return value if value.startswith("data:image/") else None
    if name in ("href", "cite"):
        return None if forbidden_scheme(value) else value
    return value


class _Parts(HTMLParser):
    """The tags, attributes and style properties of a piece of HTML, its text, and its end tags without a start tag.

    `found` has, for each, its name as a path, and the tag as it is written.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[tuple[str, ...], str]] = []
        self.stray_ends: list[str] = []
        self._open: list[str] = []
        self._data: list[str] = []
        self.feed(text)
        self.close()

    @property
    def counts(self) -> Counter[tuple[str, ...]]:
        return Counter(name for name, _ in self.found)

    @property
    def text(self) -> str:
        return "".join("".join(self._data).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        self.found.append(((f"<{tag}>",), written))
        for name, value in attrs:
            if name == "style":
                styles = (part.partition(":")[0].strip().lower() for part in (value or "").split(";"))
                self.found += [((f"<{tag}>", f"“{style}” of {name}"), written) for style in styles if style]
            else:
                self.found.append(((f"<{tag}>", f"the attribute {name} of <{tag}>"), written))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        elif tag not in _VOID:
            self.stray_ends.append(tag)

    def handle_data(self, data: str) -> None:
        self._data.append(data)

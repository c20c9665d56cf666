"""Is there text in an output that its filter leaves out? The last look at what was selected, before a file is written.

Text is compared by stretches: the letters and figures from the beginning of a word on. A stretch of the CV that is
told, and stands nowhere in what is shown, should not be there.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from polyvita.core.document import (
    Code,
    CodeBlock,
    DefinitionItem,
    Document,
    Heading,
    Image,
    Link,
    Node,
    Paragraph,
    Row,
    Text,
    plain_text,
    rewrite_document,
    walk,
)
from polyvita.core.location import Location

LENGTH = 20
"""So many letters and figures has a stretch."""

_WORD = re.compile(r"[^\W_]+")
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_WORD_FILE = re.compile(r"<w:t(?: [^>]*)?>([^<]*)|(</w:p>|<w:br/>|<w:tab/>)")


def plain(text: str) -> str:
    """Without case, ligatures and the like; a text of ASCII alone keeps its length."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


class _Line(NamedTuple):
    """What begins in a line: the stretches that end in it, too, and the beginnings of those that go on behind it; and
    its own first letters."""

    whole: tuple[str, ...]
    begun: tuple[str, ...]
    first: str


@lru_cache(maxsize=10_000)
def _line(line: str) -> _Line:
    """Most lines come many times: in the CV, and in every format of every filter that shows them."""
    words = _WORD.findall(plain(line))
    letters = "".join(words)
    starts = list(accumulate(map(len, words[:-1]), initial=0)) if words else []
    last = len(letters) - LENGTH
    whole = tuple([letters[at : at + LENGTH] for at in starts if at <= last])
    return _Line(whole, tuple([letters[at:] for at in starts if at > last]), letters[:LENGTH])


def stretches(text: str) -> Iterator[str]:
    """The stretches that begin with the words of `text`, in one of its lines or over several."""
    ahead = ""
    for line in reversed(text.split("\n")):
        whole, begun, first = _line(line)
        yield from whole
        for beginning in begun:
            if len(stretch := (beginning + ahead)[:LENGTH]) == LENGTH:
                yield stretch
        ahead = (first + ahead)[:LENGTH]


class Whole(Struct, frozen=True):
    """All stretches of a CV, with the unit that each stands in, and where its texts stand."""

    units: Mapping[str, Location] = {}
    texts: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, document: Document) -> Whole:
        units: dict[str, Location] = {}
        texts = set()
        for node in walk(document):
            if type(node) in _TEXTS:
                texts.add(_at(node))
            for line in _lines(node):
                for stretch in _line(line).whole:
                    units.setdefault(stretch, node.location)
        return cls(units, frozenset(texts))

    def hidden(self, chosen: Document, dressed: Document) -> Mapping[str, Location]:
        """What may not be told, with the unit that it stands in: the stretches that are not among what was `chosen`, as
        `dressed` shows it with all that it adds. A text of the CV that is there though it was not chosen does not make
        them any better."""
        gone = self.texts - set(_texts(chosen))
        if not gone.isdisjoint(_texts(dressed)):
            dressed = rewrite_document(dressed, lambda node: None if _is_text(node) and _at(node) in gone else node)
        shown = set(stretches("\n".join([plain_text(dressed), *_unseen(dressed)])))
        return {stretch: location for stretch, location in self.units.items() if stretch not in shown}


def find_omitted_text(text: str, hidden: Mapping[str, Location]) -> set[Location]:
    """Where the units stand that `text` tells of though they are `hidden`."""
    return {hidden[stretch] for stretch in stretches(text) if stretch in hidden} if hidden else set()


_TEXTS = {Text, Code, CodeBlock}
_UNITS = {Paragraph, Heading, Row, CodeBlock}


def _is_text(node: Node) -> bool:
    return type(node) in _TEXTS


def _at(node: Node) -> tuple[int, int]:
    return node.location.line, node.location.column


def _texts(document: Document) -> Iterator[tuple[int, int]]:
    """Where the texts stand, by line and column."""
    return ((node.location.line, node.location.column) for node in walk(document) if type(node) in _TEXTS)


def _lines(node: Node) -> list[str]:
    """The text of a unit, apart from that of other units in it."""
    if isinstance(node, DefinitionItem):
        return [plain_text(node.term)]
    return plain_text(node).split("\n") if type(node) in _UNITS else []


def _unseen(document: Document) -> Iterator[str]:
    """What a document says beside its text: its identifiers, and the targets and titles of links and images."""
    for node in walk(document):
        if node.attr.id:
            yield node.attr.id
        if isinstance(node, (Link, Image)):
            yield from (node.url, node.title)


def text_of(content: bytes, format: str) -> str:
    """The text of a finished HTML, Word or plain text file; none of another, which is slow to read."""
    match format:
        case "txt":
            return content.decode(errors="replace")
        case "html":
            body = content.decode(errors="replace").partition("<body")[2]
            return html.unescape(_TAG.sub("", _HIDDEN.sub("", body)))
        case "docx":
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                names = [name for name in file.namelist() if name.startswith("word/") and name.endswith(".xml")]
                parts = [file.read(name).decode(errors="replace") for name in names]
            found = (match for part in parts if "<w:t" in part for match in _WORD_FILE.findall(part))
            return html.unescape("".join([text or "\n" for text, _ in found]))
        case _:
            return ""

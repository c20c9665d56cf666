"""The last look at an output before it is written: is there anything in it that nobody should see?

Private values are looked for in the finished file: its text, what it says about itself, and all that its readers do
not see. The source's comments are looked for in the words that are handed to the writers, which is where a comment
would have to pass; no writer sees the source. Text that the filter leaves out is looked for in both.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from polyvita.checks.omissions import Whole, find_omitted_text, plain, text_of
from polyvita.core.dates import parse_date, show_date
from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.document import Code, CodeBlock, Document, RawBlock, RawInline, walk
from polyvita.core.location import Location
from polyvita.reader import read_private
from polyvita.writers.prepare import Page

SETTINGS = {"lang", "tags", "own_names"}
"""Keys of the private file that say nothing about the person."""
PRIVATE = ("born", "mobile")
"""Keys that are private wherever they stand."""
LEAST_VALUE, LEAST_COMMENT = 4, 20
"""What has fewer letters and figures than this is too common to be looked for."""

_GAP = r"[\W_]{0,3}"
_NUMBER = re.compile(r"\+?[\d\s()/.\-\u00a0\u2010-\u2015]{7,}")
_COUNTRY = re.compile(r"\+\d{1,3}(?=\D)|00\d{2}(?=\D)")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_STRETCH_ENDS = re.compile(r"[{}\n]|\]\(")


Watch = Callable[[str, str, bytes], list[Finding]]
"""What a file of this name, format and content would tell that nobody should know."""


class Secret(Struct, frozen=True):
    """Something to look for: what it is called, where it stands, and how it may be written."""

    what: str
    location: Location
    pattern: re.Pattern[str]


class Comment(Struct, frozen=True):
    """A note to oneself in the source: its stretches, squeezed, that stand nowhere else in it."""

    location: Location
    stretches: tuple[str, ...]


class Secrets(Struct, frozen=True):
    """All that no output may hold: the private values, and the source's comments."""

    values: tuple[Secret, ...] = ()
    comments: tuple[Comment, ...] = ()
    source: str = ""
    """The text of the CV, to say where a value stands in it."""
    whole: Whole = field(default_factory=Whole)
    """The stretches of the CV, to say which of them are shown though they were left out."""
    file: str = ""

    def watch(self, words: str, chosen: Document, dressed: Document, *, private: bool) -> Watch:
        """The look at the outputs of one filter. `words` are those that its writers are given, `chosen` and `dressed`
        the document before and after it was dressed; with `private` the private values may be in it."""
        hidden, comments = self.whole.hidden(chosen, dressed), self.in_words(words)
        given = find_omitted_text(words, hidden)
        return lambda name, format, content: [
            *self.findings(name, format, content, words, comments, private=private),
            *self.dropped(name, given | find_omitted_text(text_of(content, format), hidden) if hidden else set()),
        ]

    def dropped(self, name: str, locations: Set[Location]) -> Iterator[Finding]:
        """What the output `name` would tell though its filter leaves it out: the units in these places."""
        for location in sorted(locations, key=lambda location: (location.line, location.column)):
            message = f"{name} would show this text, which its filter leaves out, and is not written"
            yield error("PV322", message, location, "look at what its pandoc_filters bring in")

    def in_words(self, words: str) -> list[Location]:
        """Where the comments stand that are among `words`."""
        letters = _squeezed(words) if self.comments else ""
        return [comment.location for comment in self.comments if any(part in letters for part in comment.stretches)]

    def in_texts(self, texts: Iterable[str]) -> list[Secret]:
        """The private values that are in one of `texts`."""
        found: dict[Secret, None] = {}
        for text in texts:
            letters = plain(text)
            found.update((secret, None) for secret in self.values if secret.pattern.search(letters))
        return list(found)

    def findings(
        self, name: str, format: str, content: bytes, words: str, comments: Iterable[Location], *, private: bool
    ) -> Iterator[Finding]:
        """What the output `name` would tell; `words` are those that its writer was given, `comments` stand where
        `in_words` found them, and with `private` the private values may be in it."""
        for location in comments:
            hint = "does the comment end with -->? If so, look at what “pandoc_filters” bring in"
            yield error("PV321", f"{name} would show this comment, and is not written", location, hint)
        if self.values and not private:
            for secret in self.in_texts([words, *texts_in(content, format)]):
                message = f"{name} would show the private “{secret.what}”, and is not written"
                yield error("PV320", message, secret.location, self._hint(secret))

    def _hint(self, secret: Secret) -> str:
        text, own = plain(self.source), secret.location.line if secret.location.file == self.file else 0
        lines = (text.count("\n", 0, found.start()) + 1 for found in secret.pattern.finditer(text))
        line = next((line for line in lines if line != own), None)
        if line is None:
            return "the CV does not say it: look at the filter, its Pandoc filters and its Word template"
        return f"line {line} of the CV says it: take it out there, or write “private: true” in the filter"


# ---------------------------------------------------------------- what to look for


def secrets(source: Path, document: Document, langs: Iterable[str]) -> Secrets:
    """What no output of the CV in `source` may hold. `langs` are the languages that a date of birth may be shown in.

    Raises `InputError` where the private file beside it cannot be read: what it holds could not be kept back.
    """
    values = {key: document.meta[key] for key in PRIVATE if key in document.meta}
    locations = dict(document.locations)
    path = source.with_suffix(".private.yaml")
    if path.is_file():
        front = read_private(path)
        # The same value under the same key in the front matter is no secret.
        values |= {key: v for key, v in front.values.items() if key in PRIVATE or document.meta.get(key) != v}
        locations |= front.locations
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as problem:  # it was read a moment ago
        raise InputError(
            error("PV001", f"the file cannot be read: {problem.strerror}", Location(str(source)))
        ) from None
    patterns = ((key, _patterns(key, value, {"en", *langs})) for key, value in values.items())
    found = [Secret(key, locations[key], re.compile("|".join(forms))) for key, forms in patterns if forms]
    return Secrets(tuple(found), tuple(_comments(text, document)), text, Whole.of(document), document.file)


def _patterns(key: str, value: Any, langs: set[str]) -> list[str]:
    if key in SETTINGS:
        return []
    parts = value if isinstance(value, list) else [value]
    texts = [
        part["url"].partition("//")[2] or part["url"] if isinstance(part, Mapping) else str(part) for part in parts
    ]
    return [form for text in texts for form in (_born(text, langs) if key == "born" else _forms(text))]


def _forms(text: str) -> list[str]:
    """How a value may be written: a telephone number with or without its country, and with any signs between."""
    if _NUMBER.fullmatch(text):
        digits = re.sub(r"\D", "", _COUNTRY.sub("", text).replace("(0)", "")).lstrip("0")
        return [_GAP.join(digits)] if len(digits) >= LEAST_VALUE else []
    letters = _squeezed(text)
    return [rf"(?<!\w){_GAP.join(letters)}(?!\w)"] if len(letters) >= LEAST_VALUE else []


def _born(text: str, langs: set[str]) -> list[str]:
    """How a day may be written. A year or a month alone is not looked for: a CV is full of them."""
    try:
        date = parse_date(text)
    except ValueError:
        return _forms(text)
    if date.interval or not date.start or not date.start.day:
        return []
    day = date.start.first
    d, m, sign = f"0?{day.day}", f"0?{day.month}", r"[\W_]{1,3}"
    orders = [(f"{day.year}", m, d), (d, m, f"{day.year}"), (m, d, f"{day.year}")]
    shown = [_GAP.join(_squeezed(show_date(date, lang))) for lang in sorted(langs)]
    return [rf"(?<!\w){form}(?!\w)" for form in [*(sign.join(order) for order in orders), *shown]]


def _comments(text: str, document: Document) -> Iterator[Comment]:
    """The comments of the source, but those that are an example in code or in another format’s own markup."""
    written = [n.text for n in walk(document) if isinstance(n, Code | CodeBlock | RawInline | RawBlock)]
    rest = _squeezed(_COMMENT.sub("\n", text))
    for found in _COMMENT.finditer(text):
        if any(found[0] in code for code in written):
            continue
        parts = (_squeezed(part) for part in _STRETCH_ENDS.split(found[1]))
        stretches = tuple(part for part in parts if len(part) >= LEAST_COMMENT and part not in rest)
        if stretches:
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            yield Comment(Location(document.file, line, column, len(found[0].split("\n")[0])), stretches)


# ---------------------------------------------------------------- where to look


def words_of(page: Page) -> str:
    """All words and addresses in a tree that is handed to the writers."""
    head = page.letterhead
    lines = [head.name, head.subtitle, *head.contact] if head else []
    words: list[str] = []
    for tree in (*lines, page.blocks):
        _gather(tree, words)
        words.append("\n")
    return "".join(words)


def _gather(value: Any, words: list[str]) -> None:
    if isinstance(value, list):
        for part in value:
            _gather(part, words)
    elif isinstance(value, str):
        words += ("\n", value, "\n") if value else ()
    elif isinstance(value, dict):
        match value["t"]:
            case "Str":
                words.append(value["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                words.append(" ")
            case kind:
                _gather(value.get("c"), words)
                words += "\n" if kind in ("Para", "Plain", "Header") else ""


def texts_in(content: bytes, format: str) -> Iterator[str]:
    """Every text in a finished file: that of its pages, and what it says about itself or hides."""
    if format == "pdf":
        yield from _pdf(content)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name in file.namelist():
                yield from (name, *_markup(file.read(name).decode(errors="replace")))
    else:
        yield from _markup(content.decode(errors="replace"))


_DATA = re.compile(r"data:[\w/+.;=-]*;base64,[A-Za-z0-9+/=]+")
_TAG = re.compile(r"<[^>]*>")


def _markup(text: str) -> Iterator[str]:
    """A text as it is, and, where it has tags, without them: a word may be in several."""
    text = _DATA.sub("", text)
    yield html.unescape(text)
    if "<" in text:
        yield html.unescape(_TAG.sub("", text))


def _pdf(content: bytes) -> Iterator[str]:
    """The text of every page; then all strings outside the pages: properties, outline, links, descriptions."""
    from pypdf import PdfReader
    from pypdf.generic import ByteStringObject, StreamObject, TextStringObject

    reader = PdfReader(io.BytesIO(content))
    for page in reader.pages:
        yield page.extract_text()

    def strings(value: Any) -> Iterator[str]:
        match value:
            case TextStringObject():
                yield str(value)
            case ByteStringObject():
                yield bytes(value).decode(errors="replace")
            case StreamObject() if value.get("/Type") == "/Metadata":
                yield from _markup(value.get_data().decode(errors="replace"))
            case dict():
                for part in value.values():
                    yield from strings(part)
            case list():
                for part in value:
                    yield from strings(part)

    size: Any = reader.trailer["/Size"]
    for number in range(1, size):
        yield from strings(reader.get_object(number))


def _squeezed(text: str) -> str:
    """The letters and figures alone, without case."""
    return "".join(filter(str.isalnum, plain(text)))

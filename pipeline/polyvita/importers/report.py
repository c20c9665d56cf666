"""The words report of an import: each word of the input is written, or is on the list of what was left out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from polyvita.core.diagnostics import Finding, error
from polyvita.core.document import (
    Cell,
    CodeBlock,
    DefinitionItem,
    Document,
    Heading,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    RawBlock,
    SoftBreak,
    plain_text,
    walk,
)
from polyvita.importers.markdown import PRIVATE_FILE
from polyvita.importers.model import ImportedCv


class WordReport(NamedTuple):
    """The number of words of the input, where they are, and those that are nowhere."""

    total: int
    written: int
    read_as: int
    left_out: int
    missing: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line with the counts."""
        parts = [f"{self.written} written"]
        parts += [f"{self.read_as} read as dates or values"] if self.read_as else []
        parts += [f"{self.left_out} left out on purpose"] if self.left_out else []
        return f"{self.total} words in the input: {', '.join(parts)}, {len(self.missing)} missing"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """An error if words are missing."""
        if not self.missing:
            return ()
        shown = ", ".join(f"“{word}”" for word in self.missing[:10])
        more = f" and {len(self.missing) - 10} more" if len(self.missing) > 10 else ""
        count = len(self.missing)
        message = (
            f"{count} word{'s' if count > 1 else ''} of the input {'are' if count > 1 else 'is'} missing: {shown}{more}"
        )
        return (error("PV500", message, hint="compare the CV with the input, and report this to the authors"),)


def report_words(cv: ImportedCv, files: Mapping[str, bytes]) -> WordReport:
    """Compare the words of the input with those of the files that an import writes."""
    wanted = count_words_of(cv.texts)
    written = count_words_of(_texts_of(files))
    read_as = count_words_of(part.text for part in cv.read_as)
    left_out = count_words_of(part.text for part in cv.left_out)
    found = wanted & written
    rest = wanted - written
    as_values = rest & read_as
    rest -= read_as
    gone = rest & left_out
    rest -= left_out
    missing = tuple(sorted(rest.elements()))
    return WordReport(wanted.total(), found.total(), as_values.total(), gone.total(), missing)


def count_words_of(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word occurs. A word is a run of letters and digits, without case and ligatures."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_words(text))
    return counts


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text.replace("\u00ad", "")).casefold()
    return re.findall(r"[^\W_]+", plain)


def _texts_of(files: Mapping[str, bytes]) -> Iterable[str]:
    from polyvita.reader import parse_text

    document, _ = parse_text(files["cv.md"].decode())
    yield from document_texts(document)
    if PRIVATE_FILE in files:
        yield files[PRIVATE_FILE].decode()


def document_texts(document: Document) -> Iterable[str]:
    """Yield the texts of a document: of its front matter, of its blocks, and of the keys of its nodes."""
    yield from _values(document.meta)
    for node in walk(document):
        match node:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines) | Cell(inlines=inlines):
                yield _inline_text(inlines)
            case DefinitionItem(term=inlines):
                yield _inline_text(inlines)
            case CodeBlock(text=text) | RawBlock(text=text):
                yield text
            case Link(url=url) if plain_text(node) != url:
                yield url
        yield from (value for key, value in node.attr.keys if key not in ("lang", "dates"))


def _inline_text(inlines: Iterable[Inline]) -> str:
    """Return the text of inline nodes; unlike `plain_text`, without the text of footnotes and with raw markup."""
    out: list[str] = []
    for node in inlines:
        if isinstance(node, LineBreak | SoftBreak):
            out.append("\n")
        elif isinstance(inner := getattr(node, "inlines", None), tuple):
            out.append(_inline_text(inner))
        else:
            out.append(getattr(node, "text", ""))
    return "".join(out)


def _values(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in ("tags", "lang"):
                yield from _values(part)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part)

"""The privacy check before an output is written: does the output contain anything that it must not show?

Three things are searched for:

- private values, in the finished file: its visible text, its metadata and all hidden strings;
- comments of the source, in the text that the writers receive. A comment has to pass there, because no writer reads the
  source;
- text that the filter leaves out, in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import Any
from urllib.parse import unquote

from msgspec import Struct, field

from polyvita.checks.inspect.model import Inspection
from polyvita.checks.omissions import FragmentIndex
from polyvita.checks.spellings import date_spellings, digits_of_year, is_number, phone_spellings, text_spellings
from polyvita.config.front_matter import FrontMatter
from polyvita.core.diagnostics import Finding, error
from polyvita.core.document import Code, CodeBlock, Document, RawBlock, RawInline, walk
from polyvita.core.formats import format_of
from polyvita.core.letters import alphanumeric, normalize
from polyvita.core.location import Location, unquoted
from polyvita.writers.icons import ICONS
from polyvita.writers.prepare import (
    ICON,
    INLINE_DATE,
    LABELS,
    MARGIN,
    MARGIN_LIST,
    NUMBERED_RUNS,
    RIGHT_DATE,
    SECOND_LINE,
    SUBSECTION,
    TITLE_LINE,
    PreparedDocument,
)

SETTING_KEYS = {"lang", "tags", "keys", "bibliography", "csl", "types", "marks", "photo"}
"""Keys of the private file that are settings and contain no personal data, or none that is a text."""
PRIVATE_KEYS = ("born", "mobile")
"""Keys that are private in every file, including the front matter."""
_PHONE_KEYS = {"mobile", "phone"}
MIN_COMMENT_LENGTH = 20
"""The number of letters and digits from which on comments are searched for. Shorter ones are too common."""

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_FRAGMENT_END = re.compile(r"[{}\n]|\]\(")


OutputCheck = Callable[[str, str, Inspection], list[Finding]]
"""A function that returns the findings for a finished file: its name, its format, and its inspection."""


class PrivateValue(Struct, frozen=True):
    """A private value to search for: its key, its location, and a pattern for the ways to write it.

    `digits` are digits that all these ways contain, or empty if there are none.
    """

    key: str
    location: Location
    pattern: re.Pattern[str]
    digits: str = ""

    def is_in(self, text: str) -> bool:
        """Return whether a text contains the value. `normalize` has to have returned the text."""
        # A date has many spellings, so its pattern is slow. Most texts do not have the digits of its year.
        if self.digits and text.count(self.digits) * 2 * _REACH < len(text):
            starts = (found.start() for found in re.finditer(self.digits, text))
            if not any(self.pattern.search(text[max(0, at - _REACH) : at + _REACH]) for at in starts):
                return False
        return bool(self.pattern.search(text))


_REACH = 250
"""More characters than a date has before or after the digits of its year."""


class SourceComment(Struct, frozen=True):
    """A comment in the source, with its fragments that occur nowhere else in the source.

    Fragments have letters and digits only, as `alphanumeric` returns them.
    """

    location: Location
    fragments: tuple[str, ...]


class DisclosureChecker(Struct, frozen=True):
    """The private values and comments of one CV, and an index of its text, to search outputs for."""

    values: tuple[PrivateValue, ...] = ()
    comments: tuple[SourceComment, ...] = ()
    source: str = ""
    """The text of the CV, which gives the line of a value for the hint."""
    index: FragmentIndex = field(default_factory=FragmentIndex)
    file: str = ""
    find_others: Callable[[Iterable[str]], list[PrivateValue]] | None = None
    """A function that returns the private values of other people in texts, if this is one CV of many."""

    def output_check(
        self, text: str, selected: Document, shown: Document, *, private: bool, arranged: str = ""
    ) -> OutputCheck:
        """Return the check for the outputs of one filter.

        `text` is what the writers receive. `selected` is the document that the filter selects, and `shown` the same
        document with its final layout. With `private`, the outputs may contain private values. `arranged` is `text` in
        the order of the outputs, if the theme has another one.
        """
        omitted, comments = self.index.omitted_text(selected, shown), self.find_comments(text)
        received = omitted.find_in(text)
        omitted = omitted.apart_from(arranged) if arranged else omitted

        def check(name: str, format: str, inspection: Inspection) -> list[Finding]:
            # The pages of a PDF are slow to read, and its writer adds no text to what it receives.
            is_searched = omitted.fragments and not format_of(format).paged
            locations = received | omitted.find_in(inspection.text) if is_searched else received
            findings = self.findings(name, inspection, text, comments, private=private)
            return [*findings, *_omitted_text_findings(self.printed(name, private=private), locations)]

        return check

    def find_comments(self, text: str) -> list[Location]:
        """Return the locations of the comments that `text` contains."""
        letters = alphanumeric(text) if self.comments else ""
        return [comment.location for comment in self.comments if any(part in letters for part in comment.fragments)]

    def find_values(self, texts: Iterable[str]) -> list[PrivateValue]:
        """Return the private values that one of `texts` contains."""
        found: dict[PrivateValue, None] = {}
        for text in dict.fromkeys(texts):  # The parts of a file have many equal strings.
            decoded = f"{text}\n{unquote(text)}" if "%" in text else text  # Links encode characters as %40.
            normalized = normalize(decoded)
            found.update((value, None) for value in self.values if value.is_in(normalized))
        return list(found)

    def has_value(self, text: str) -> bool:
        """Return whether `text` contains a private value."""
        return bool(text) and bool(self.find_values([text]))

    def findings(
        self, name: str, inspection: Inspection, text: str, comments: Iterable[Location], *, private: bool
    ) -> Iterator[Finding]:
        """Yield a finding for each comment and each private value in the output `name`.

        `text` is what its writer received, `comments` what `find_comments` returned for `text`. With `private`, the
        output may contain private values.
        """
        shown = self.printed(name, private=private)
        for location in comments:
            hint = "end the comment with “-->”; if it has this end, check what “pandoc_filters” add"
            yield error("PV321", f"{shown} would show this comment; the file is not written", location, hint)
        if self.find_others:
            for value in self.find_others([name, text, *(string for _, string in inspection.hidden)]):
                message = (
                    f"{shown} would show the private value of “{value.key}” of another person; the file is not written"
                )
                line = self._line_of(value)
                hint = f"delete the value from line {line} of the CV" if line else "check what “pandoc_filters” add"
                yield error("PV549", message, unquoted(value.location), hint)
        if self.values and not private:
            # Logs are often public: these findings neither print a value nor quote its line.
            for value in self.find_values([name]):
                message = (
                    f"the name of an output would show the private value of “{value.key}”; the file is not written"
                )
                yield error("PV320", message, unquoted(value.location), "change “filename” in the filter")
            for value in self.find_values([text, inspection.text, *(string for _, string in inspection.hidden)]):
                message = f"{shown} would show the private value of “{value.key}”; the file is not written"
                yield error("PV320", message, unquoted(value.location), self._hint(value))

    def printed(self, name: str, *, private: bool) -> str:
        """Return how messages call the output `name`. Without `private`, they print no private value."""
        return "an output" if not private and self.has_value(name) else name

    def _line_of(self, value: PrivateValue) -> int | None:
        """Return the first line of the CV with a value, apart from the one that declares it."""
        text, own_line = normalize(self.source), value.location.line if value.location.file == self.file else 0
        lines = (text.count("\n", 0, found.start()) + 1 for found in value.pattern.finditer(text))
        return next((line for line in lines if line != own_line), None)

    def _hint(self, value: PrivateValue) -> str:
        line = self._line_of(value)
        if line is None:
            return "check the filter, its “pandoc_filters” and its Word template; the CV does not contain this value"
        return f"delete the value from line {line} of the CV, or write “private: true” in the filter"


def _omitted_text_findings(name: str, locations: Set[Location]) -> Iterator[Finding]:
    """Yield a finding for each unit that the output `name` would show although its filter leaves the unit out."""
    for location in sorted(locations, key=lambda location: (location.line, location.column)):
        message = f"{name} would show this text, which the filter leaves out; the file is not written"
        yield error("PV322", message, location, "check what “pandoc_filters” add")


# ---------------------------------------------------------------- what to search for


def load_disclosure_checker(document: Document, private: FrontMatter | None, langs: Iterable[str]) -> DisclosureChecker:
    """Return the check for what no output of a CV with these private data may contain.

    `langs` are the languages in which a date of birth may be shown.
    """
    values = private_values(document.meta, document.locations, private, langs)
    comments = tuple(_comments(document.text, document))
    return DisclosureChecker(values, comments, document.text, FragmentIndex.from_document(document), document.file)


def private_values(
    meta: Mapping[str, Any], locations: Mapping[str, Location], private: FrontMatter | None, langs: Iterable[str]
) -> tuple[PrivateValue, ...]:
    """Return the private values of a CV with the front matter `meta` and its `locations`; the rest as above."""
    values = {key: meta[key] for key in PRIVATE_KEYS if key in meta}
    locations = dict(locations)
    if private:
        # A value that the front matter has under the same key is public.
        values |= {key: v for key, v in private.values.items() if key in PRIVATE_KEYS or meta.get(key) != v}
        locations |= private.locations
    all_langs = {"en", *langs, str(values.get("lang") or meta.get("lang") or "en")}
    patterns = ((key, _patterns(key, value, all_langs)) for key, value in values.items())
    return tuple(
        PrivateValue(
            key, locations[key], re.compile("|".join(forms)), digits_of_year(values[key]) if key == "born" else ""
        )
        for key, forms in patterns
        if forms
    )


def _patterns(key: str, value: Any, langs: set[str]) -> list[str]:
    """Return a pattern for each way to write the value of a key."""
    if key in SETTING_KEYS:
        return []
    parts = value if isinstance(value, list) else [value]
    texts = [text for part in parts for text in (_link_texts(part) if isinstance(part, Mapping) else [str(part)])]
    return [form for text in texts for form in _spellings(key, text, langs)]


def _spellings(key: str, text: str, langs: set[str]) -> list[str]:
    if key == "born":
        return date_spellings(text, langs)
    return phone_spellings(text, langs) if key in _PHONE_KEYS or is_number(text) else text_spellings(text)


def _link_texts(link: Mapping[str, str]) -> list[str]:
    """Return the label of a link, and its address without the protocol."""
    return [link["label"], unquote(link["url"].partition("//")[2] or link["url"])]


def _comments(text: str, document: Document) -> Iterator[SourceComment]:
    """Yield the comments of the source, except those inside code or raw markup, which the CV shows on purpose."""
    code_texts = [n.text for n in walk(document) if isinstance(n, Code | CodeBlock | RawInline | RawBlock)]
    rest = alphanumeric(_COMMENT.sub("\n", text))
    for found in _COMMENT.finditer(text):
        if any(found[0] in code for code in code_texts):
            continue
        parts = (alphanumeric(part) for part in _FRAGMENT_END.split(found[1]))
        fragments = tuple(part for part in parts if len(part) >= MIN_COMMENT_LENGTH and part not in rest)
        if fragments:
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            yield SourceComment(Location(document.file, line, column, len(found[0].split("\n")[0])), fragments)


# ---------------------------------------------------------------- texts to search


def prepared_text(prepared: PreparedDocument) -> str:
    """Return all words, addresses, identifiers and titles in a document that the writers receive."""
    head = prepared.letterhead
    lines = [head.name, head.headline, head.subtitle, *head.contact, head.photo] if head else []
    out: list[str] = []
    for tree in (*lines, prepared.blocks):
        _append_text(tree, out)
        out.append("\n")
    return "".join(out)


_CLASSES = frozenset(
    {
        *("", "uri", "email", INLINE_DATE, RIGHT_DATE, SECOND_LINE, SUBSECTION, NUMBERED_RUNS, TITLE_LINE, *LABELS),
        *(MARGIN, MARGIN_LIST),
        *(f"{ICON}{name}" for name in ICONS),
    }
)
"""Classes of the reader and of the layout. Together with the text after them, they could look like a comment."""


def _append_text(value: Any, out: list[str]) -> None:
    """Append the text of a Pandoc node, or of a list of nodes, to `out`."""
    if isinstance(value, list):
        for part in value:
            _append_text(part, out)
    elif isinstance(value, str):
        out += ("\n", value, "\n") if value not in _CLASSES else ()
    elif isinstance(value, dict):
        match value["t"]:
            case "Str":
                out.append(value["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                out.append(" ")
            case kind:
                _append_text(value.get("c"), out)
                out += "\n" if kind in ("Para", "Plain", "Header") else ""

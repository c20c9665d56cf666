"""Citations in a text: `[@key]`, `[see @key, p. 3; -@other]` and `@key`, with author and year.

A citation is a link to its entry. In an output that does not show the entry, every writer shows the link as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from polyvita.core import document as d
from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import Finding, did_you_mean, error
from polyvita.core.i18n import primary_language
from polyvita.core.location import Location

_KEY = r"@(?:\{(?P<braced>[^{}\s]+)\}|(?P<key>\w(?:[\w:.#$%&+?<>~/-]*[\w/])?))"
_GROUP = re.compile(r"\[(?P<inside>[^\[\]]*?(?:^|(?<=[\[\s;-]))@[^\[\]]+)\]")
_PART = re.compile(rf"(?P<before>[^@]*?)(?P<minus>-?){_KEY}(?P<after>.*)", re.DOTALL)
_BARE = re.compile(rf"(?<![\w@.\\/-]){_KEY}")

_WORDS = {
    "en": ("and", "n.d."),
    "de": ("und", "o. J."),
    "fr": ("et", "s. d."),
    "es": ("y", "s. f."),
    "it": ("e", "s.d."),
    "pt": ("e", "s.d."),
    "nl": ("en", "z.d."),
    "da": ("og", "u.å."),
    "sv": ("och", "u.å."),
    "nb": ("og", "u.å."),
    "pl": ("i", "b.d."),
    "cs": ("a", "b.r."),
}


def reference_id(key: str) -> str:
    """Return the id of the item of an entry, as Pandoc names it."""
    return f"ref-{key}"


class CitationReader:
    """Finds citations of `entries` in a text. `cited` has the keys that were found, and `findings` the unknown keys."""

    def __init__(self, entries: Mapping[str, BibEntry], lang: str) -> None:
        self.entries, self.lang = entries, primary_language(lang)
        self.cited: set[str] = set()
        self.findings: list[Finding] = []

    def report_unknown(self, key: str, location: Location) -> None:
        """Report that no bibliography has this key."""
        hint = did_you_mean(key, self.entries) or "add the entry, or correct the key"
        self.findings.append(error("PV097", f"no entry “{key}” in the bibliography", location, hint))

    def cite_in(self, blocks: tuple[d.Block, ...]) -> tuple[d.Block, ...]:
        """Return the blocks with all citations as links."""
        return tuple(d.rewrite(block, self._cite_in_node) for block in blocks)

    def _cite_in_node(self, node: d.Node) -> d.Node:
        match node:
            case d.Link() | d.Image():
                return node
            case d.Span() if node.attr.has("reference"):
                return node
        new = {
            name: changed
            for name in ("inlines", "term")
            if (inlines := getattr(node, name, None)) and (changed := self._inlines(inlines)) is not inlines
        }
        return structs.replace(node, **new) if new else node

    def _inlines(self, inlines: tuple[d.Inline, ...]) -> tuple[d.Inline, ...]:
        """Return inlines with citations. A citation may continue on the next line."""
        if not any(isinstance(node, d.Text) and "@" in node.text for node in inlines):
            return inlines
        out: list[d.Inline] = []
        run: list[d.Text | d.SoftBreak] = []
        for node in [*inlines, None]:
            if isinstance(node, d.Text | d.SoftBreak):
                run.append(node)
                continue
            out += self._run(run)
            run = []
            out += [node] if node else []
        return tuple(out)

    def _run(self, run: Sequence[d.Text | d.SoftBreak]) -> Iterator[d.Inline]:
        """Yield a run of texts and line ends, with citations."""
        text = "".join(node.text if isinstance(node, d.Text) else "\n" for node in run)
        if "@" not in text:
            yield from run
            return
        at = 0
        for start, end, nodes in self._citations(text, run):
            yield from _slice(run, at, start)
            yield from nodes
            at = end
        yield from _slice(run, at, len(text))

    def _citations(self, text: str, run: Sequence[d.Text | d.SoftBreak]) -> Iterator[tuple[int, int, list[d.Inline]]]:
        at = 0
        while at < len(text):
            group, bare = _GROUP.search(text, at), _BARE.search(text, at)
            if group and (not bare or group.start() < bare.start()):
                at = group.end()
                if nodes := self._group(group, run):
                    yield group.start(), group.end(), nodes
            elif bare:
                at = bare.end()
                key = bare["braced"] or bare["key"]
                if key in self.entries:  # Otherwise it is a name, as on social media.
                    entry = self.entries[key]
                    location = _location(run, bare.start(), bare.end())
                    label = f"{self._authors(entry)} ({self._year(entry)})"
                    yield bare.start(), bare.end(), [self._link(key, label, location)]
            else:
                return

    def _group(self, group: re.Match[str], run: Sequence[d.Text | d.SoftBreak]) -> list[d.Inline]:
        """Return the citation in square brackets; nothing if it is no citation, or if a key is unknown."""
        nodes: list[d.Inline] = []
        offset = group.start("inside")
        unknown = False
        for part in group["inside"].split(";"):
            found = _PART.fullmatch(part)
            if not found:
                return []
            key = found["braced"] or found["key"]
            location = _location(run, offset + found.end("minus"), offset + found.start("after"))
            offset += len(part) + 1
            if key not in self.entries:
                self.report_unknown(key, location)
                unknown = True
                continue
            entry = self.entries[key]
            label = self._year(entry) if found["minus"] else f"{self._authors(entry)}, {self._year(entry)}"
            before = found["before"].lstrip() if not nodes else f"; {found['before'].lstrip()}"
            nodes += [d.Text(before.replace("\n", " "), location=location)] if before else []
            nodes.append(self._link(key, label, location))
            if after := found["after"].rstrip().replace("\n", " "):
                nodes.append(d.Text(after, location=location))
        if unknown:
            return []
        at = _location(run, group.start(), group.end())
        return [d.Text("(", location=at), *nodes, d.Text(")", location=at)]

    def _link(self, key: str, label: str, location: Location) -> d.Link:
        self.cited.add(key)
        return d.Link((d.Text(label, location=location),), f"#{reference_id(key)}", location=location)

    def _authors(self, entry: BibEntry) -> str:
        """Return the surnames of one or two authors, or of the first one and “et al.”."""
        names = entry.csl.get("author") or entry.csl.get("editor") or ()
        families = [
            " ".join(str(name[key]) for key in ("non-dropping-particle", "family", "literal") if name.get(key))
            for name in names
        ]
        conjunction = _WORDS.get(self.lang, ("&", ""))[0]
        match families:
            case []:
                return str(entry.csl.get("title-short") or entry.csl.get("title") or entry.key)
            case [one]:
                return one
            case [one, two]:
                return f"{one} {conjunction} {two}"
            case [one, *_]:
                return f"{one} et al."
        return entry.key

    def _year(self, entry: BibEntry) -> str:
        issued = entry.csl.get("issued") or {}
        parts = issued.get("date-parts") or [[]]
        status = issued.get("literal") or issued.get("raw") or entry.csl.get("status")
        return str(parts[0][0]) if parts[0] else str(status or _WORDS.get(self.lang, _WORDS["en"])[1])


def _slice(run: Sequence[d.Text | d.SoftBreak], start: int, end: int) -> Iterator[d.Inline]:
    """Yield the part of a run between two offsets."""
    at = 0
    for node in run:
        width = len(node.text) if isinstance(node, d.Text) else 1
        first, last = max(start - at, 0), min(end - at, width)
        at += width
        if first >= last:
            continue
        if isinstance(node, d.SoftBreak) or last - first == width:
            yield node
            continue
        location = node.location
        if location.line:
            location = location._replace(column=location.column + first, width=last - first)
        yield structs.replace(node, text=node.text[first:last], location=location, key=node.key if not first else 0)


def _location(run: Sequence[d.Text | d.SoftBreak], start: int, end: int) -> Location:
    """Return the location of a part of a run, up to the end of its first line."""
    first = next(iter(_slice(run, start, end)), None)
    return first.location if first else run[0].location

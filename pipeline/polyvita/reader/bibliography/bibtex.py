"""Split BibTeX and BibLaTeX files into entries, and repair what is broken in real files.

`bibtexparser` finds the entries. What it cannot read is read again here, field by field.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from polyvita.core.diagnostics import Finding, closest_name, warning
from polyvita.core.location import Location
from polyvita.core.source import Source
from polyvita.reader.bibliography.dates import MONTHS
from polyvita.reader.bibliography.latex import is_balanced

if TYPE_CHECKING:
    from bibtexparser.model import Entry


class RawEntry(NamedTuple):
    """An entry as it was written. `fields` have names in lower case, and values without abbreviations."""

    key: str
    type: str
    fields: dict[str, str]
    location: Location
    lines: dict[str, Location]
    """Where each field starts."""
    inherited: frozenset[str] = frozenset()
    """The fields that another entry gives to this one."""

    def at(self, field: str) -> Location:
        """Return the location of a field, or of the entry."""
        return self.lines.get(field, self.location)


_LARGEST_VALUE = 200_000
"""The number of characters up to which the abbreviations in a value are replaced."""
_MACROS = {month: month for month in MONTHS}
_BLOCK = re.compile(r"^[ \t]*@[ \t@]*([A-Za-z]\w*)[ \t]*[{(]", re.MULTILINE)
_FIELD = re.compile(
    r"(?:^|(?<=[,}\"\n]))[ \t]*([A-Za-z][\w:+.-]*)[ \t]*=(?=[ \t]*(?:[{\"\d]|[A-Za-z][\w:.-]*[ \t]*(?:[,#}\n]|$)))",
    re.MULTILINE,
)


def split_bibtex(source: Source) -> tuple[list[RawEntry], list[Finding]]:
    """Return the entries of a BibTeX or BibLaTeX file in order, with fields from `crossref` and `xdata`."""
    entries, findings = _Splitter(source).split()
    return _inherit(entries, findings), findings


class _Splitter:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = _without_jekyll_head(source.text)
        self.lines = source.text.split("\n")
        self.findings: list[Finding] = []
        self.macros: dict[str, str] = dict(_MACROS)

    def location(self, line: int, word: str = "") -> Location:
        """Return the location of `word` in a line, which counts from 1."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        at = text.find(word) if word else -1
        if at < 0:
            at = len(text) - len(text.lstrip())
            word = text.strip()
        return Location(self.source.name, line, at + 1, max(1, len(word)))

    def split(self) -> tuple[list[RawEntry], list[Finding]]:
        from bibtexparser import model
        from bibtexparser.splitter import Splitter

        logger = logging.getLogger("bibtexparser.splitter")
        logger.disabled, before = True, logger.disabled
        try:
            blocks = Splitter(self.text).split().blocks
        finally:
            logger.disabled = before
        entries: list[RawEntry] = []
        for index, block in enumerate(blocks):
            line = (block.start_line or 0) + 1
            match block:
                case model.String():
                    self.macros[block.key.lower()] = self.value(block.value, self.location(line))
                case model.Entry():
                    entries.append(self.entry(block, line))
                case model.DuplicateFieldKeyBlock() if isinstance(block.ignore_error_block, model.Entry):
                    entries.append(self.entry(block.ignore_error_block, line))
                case model.DuplicateBlockKeyBlock() if isinstance(block.ignore_error_block, model.Entry):
                    entries.append(self.entry(block.ignore_error_block, line))
                case model.DuplicateBlockKeyBlock() if isinstance(block.ignore_error_block, model.String):
                    string = block.ignore_error_block
                    self.macros[string.key.lower()] = self.value(string.value, self.location(line))
                case model.ExplicitComment() if found := re.match(r"@(comment\w+)", block.raw or "", re.IGNORECASE):
                    # The library takes @commentary for a comment, so it splits the entry again under another name.
                    [again] = Splitter(f"@misc{str(block.raw)[found.end() :]}").split().blocks[:1]
                    if isinstance(again, model.Entry):
                        again.entry_type = found[1].lower()
                        entries.append(self.entry(again, line, first=line - 1))
                case model.ParsingFailedBlock():
                    if entry := self.repair(line, self.next_block(line)):
                        entries.append(entry)
                case model.ImplicitComment():
                    self.loose_text(block.comment, line, entries, blocks[index - 1] if index else None)
                case _:  # Comments and preambles have no entries.
                    pass
        return entries, self.findings

    def next_block(self, line: int) -> int:
        """Return the line of the first block behind `line`, or the line behind the last one."""
        numbers = (number for number in range(line + 1, len(self.lines) + 1) if _BLOCK.match(self.lines[number - 1]))
        return next(numbers, len(self.lines) + 1)

    # ------------------------------------------------------------ one entry

    def entry(self, block: Entry, line: int, first: int = 0) -> RawEntry:
        """Return an entry that `bibtexparser` has read, with `first` lines before the text that it got."""
        pairs = [
            pair
            for field in block.fields
            for pair in self.split_field(field.key, field.value, (field.start_line or 0) + 1 + first)
        ]
        return self.build(block.key, block.entry_type, pairs, line)

    def build(self, key: str, kind: str, pairs: Iterable[tuple[str, str, int]], line: int) -> RawEntry:
        kind = _written_type(self.lines, line, kind)
        location = self.location(line)
        if not key.strip():
            key = f"entry-{line}"
            self.warn("PV070", f"the entry has no key; “{key}” is used", location, "write a key behind the “{”")
        fields: dict[str, str] = {}
        lines: dict[str, Location] = {}
        for name, raw, at in pairs:
            lower, place = name.lower(), self.location(at, name)
            value = self.value(raw, place)
            if lower in fields:
                self.repeated(lower, value, fields, lines, place)
                continue
            fields[lower], lines[lower] = value, place
        return RawEntry(" ".join(key.split()), kind, fields, location, lines)

    def repeated(self, name: str, value: str, fields: dict[str, str], lines: dict[str, Location], at: Location) -> None:
        """Handle a field that the entry already has. Keywords and notes are joined, of others the first one is used."""
        if value == fields[name] or not value:
            return
        if not fields[name]:
            fields[name], lines[name] = value, at
            return
        if name in ("keywords", "keyword", "note", "annote", "annotation", "url", "author", "editor"):
            joined = {"author": " and ", "editor": " and ", "url": " "}.get(name, ", ")
            if name in ("author", "editor"):
                fields[name] += joined + value
                what = "both are used"
            elif name == "url":
                what = "the first is used"
            else:
                fields[name] += joined + value
                return
        else:
            what = "the first is used"
        self.warn("PV080", f"field “{name}” is written twice; {what}", at, "remove one of the two")
        if what == "the first is used":
            number = 2
            while f"{name}-{number}" in fields:
                number += 1
            fields[f"{name}-{number}"] = (
                value  # The text stays in the fields, so that nothing is lost when they are written.
            )

    def split_field(self, name: str, value: str, line: int) -> Iterator[tuple[str, str, int]]:
        """Yield a field, and the fields behind it that a missing comma has joined to it."""
        end = _end_of_value(value)
        rest = value[end:].strip()
        found = _FIELD.match(rest) if rest and not rest.startswith("#") else None
        if not found:
            yield name, value, line
            return
        at = line + value[:end].count("\n")
        self.warn("PV084", f"the comma behind field “{name}” is missing", self.location(at), "write a comma at its end")
        yield name, value[:end], line
        next_line = at + value[end : end + len(value[end:]) - len(value[end:].lstrip())].count("\n")
        yield from self.split_field(found[1], rest[found.end() :].strip(), next_line)

    # ------------------------------------------------------------ values

    def value(self, raw: str, location: Location) -> str:
        """Return a value without its delimiters, and with the text of abbreviations."""
        parts = _concatenated(raw)
        result = "".join(self.piece(part, location, alone=len(parts) == 1) for part in parts)
        if len(result) > _LARGEST_VALUE:
            self.warn(
                "PV074",
                f"the value has more than {_LARGEST_VALUE:,} characters; the rest is left out",
                location,
                "check the abbreviations (@string) that it uses",
            )
            result = result[:_LARGEST_VALUE]
        if not is_balanced(result):
            result = self.balanced(result, location)
        return result

    def piece(self, part: str, location: Location, *, alone: bool) -> str:
        if len(part) > 1 and part[0] + part[-1] in ('""', "{}"):
            return part[1:-1].strip() if alone else part[1:-1]
        if part[:1] in '"{' or part.isdigit() or not part:
            return part.strip('"')
        if part.lower() in self.macros:
            return self.macros[part.lower()]
        if re.fullmatch(r"[A-Za-z][\w:./+-]*", part):
            near = closest_name(part, self.macros.keys() - _MACROS.keys())
            hint = f"did you mean “{near}”?" if near else "define it with @string, or put the value into braces"
            self.warn("PV082", f"the abbreviation “{part}” is not defined; the word itself is used", location, hint)
        return part

    def balanced(self, value: str, location: Location) -> str:
        """Return a value whose braces do not match without its braces."""
        self.warn(
            "PV084", "the braces in this field do not match; they are left out", location, "add or remove a brace"
        )
        return re.sub(r"(?<!\\)[{}]", "", value)

    # ------------------------------------------------------------ repairs

    def repair(self, start: int, end: int) -> RawEntry | None:
        """Return the entry in the lines from `start` up to before `end`, which `bibtexparser` could not read."""
        text = "\n".join(self.lines[start - 1 : end - 1])
        head = _BLOCK.search(text)
        kind = head[1].lower() if head else ""
        location = self.location(start)
        if not head or kind in ("comment", "preamble", "string"):
            what = f"@{kind}" if head else "the text"
            self.warn("PV074", f"{what} cannot be read; it is left out", location, "check its braces and quotes")
            return None
        body = text[head.end() :]
        key = re.match(r"\s*([^\s,={}\"]+)\s*(?:,|\n|$)", body) or re.match(r"\s*([^\s,={}\"]+)[ \t]+(?=\w+\s*=)", body)
        body_start = key.end(1) if key else 0
        first_line = start + text[: head.end()].count("\n")
        fields = list(self.loose_fields(body, body_start, first_line))
        name = key[1] if key else ""
        if not fields:
            self.warn(
                "PV074", f"entry “{name}” cannot be read; it is left out", location, "check its braces and quotes"
            )
            return None
        self.warn(
            "PV084",
            f"entry “{name}” is broken; what could be read of it is used",
            location,
            "check the commas, braces and quotes of the entry",
        )
        return self.build(name, head[1], fields, start)

    def loose_fields(self, body: str, at: int, line: int) -> Iterator[tuple[str, str, int]]:
        """Yield the fields in a text whose braces do not match. A field ends before the next name with “=”."""
        found = [match for match in _FIELD.finditer(body, at) if _starts_line(body, match.start(1), at)]
        line += body.count("\n", 0, at)
        for match, after in zip(found, [*found[1:], None][: len(found)], strict=True):
            raw = body[match.end() : after.start(1) if after else len(body)].strip()
            end = _end_of_value(raw)
            tail = raw[end:].strip(" \t\n,})")
            if end and not tail:
                raw = raw[:end]
            else:
                raw = raw.rstrip(" \t\n,)" if after else " \t\n,")
                raw = raw.rstrip("}").strip() if not after else raw
                raw = "{" + re.sub(r"(?<!\\)[{}]", "", raw).strip('" ') + "}"
            line += body.count("\n", at, match.start(1))
            at = match.start(1)
            yield match[1], raw, line

    def loose_text(self, text: str, line: int, entries: list[RawEntry], before: object) -> None:
        """Handle the text between entries: fields that a wrong brace has cut off go back to their entry."""
        fields = list(self.loose_fields(text, 0, line))
        block = _BLOCK.search(text)
        if not fields or block:
            return
        if not entries or before is None or type(before).__name__ == "ParsingFailedBlock":
            if type(before).__name__ != "ParsingFailedBlock":
                self.warn("PV074", "these fields belong to no entry; they are left out", self.location(line), "")
            return
        last = entries[-1]
        message = f"a brace closes entry “{last.key}” too early; the fields behind it are used"
        self.warn("PV084", message, self.location(line), "remove the brace before this line")
        more = self.build(last.key, last.type, fields, last.location.line)
        new = {name: value for name, value in more.fields.items() if name not in last.fields}
        entries[-1] = last._replace(fields={**last.fields, **new}, lines={**more.lines, **last.lines})

    def warn(self, code: str, message: str, location: Location, hint: str) -> None:
        self.findings.append(warning(code, message, location, hint))


def _without_jekyll_head(text: str) -> str:
    """Return the text without the front matter of Jekyll, but with the same number of lines."""
    if found := re.match(r"---[ \t]*\n(?:[^@\n][^\n]*\n|\n)*?---[ \t]*(?=\n|$)", text):
        return "\n" * found[0].count("\n") + text[found.end() :]
    return text


def _written_type(lines: list[str], line: int, kind: str) -> str:
    """Return the type as it was written: `bibtexparser` returns it in lower case."""
    found = re.search(rf"@[ \t]*({re.escape(kind)})\b", lines[line - 1], re.IGNORECASE) if line <= len(lines) else None
    return found[1] if found else kind


def _starts_line(text: str, at: int, first: int) -> bool:
    """Return whether a field name stands at the start of its line, or is the first field."""
    before = text[max(first, at - 100) : at]
    return not before.strip(" \t,") or before.rstrip(" \t").endswith(("\n", ",", "},", '",'))


def _end_of_value(value: str) -> int:
    """Return where the first value of `a # b` ends that is not followed by another one. 0 if it has no end."""
    at = 0
    while True:
        end = _end_of_piece(value, at)
        if not end:
            return 0
        joined = re.compile(r"\s*#\s*").match(value, end)
        if not joined:
            return end
        at = joined.end()


def _end_of_piece(value: str, at: int) -> int:
    if value[at : at + 1] == "{":
        depth = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(value, at):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                return found.end()
        return 0
    if value[at : at + 1] == '"':
        depth = 0
        for found in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(value, at + 1):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if found[0] == '"' and depth <= 0:
                return found.end()
        return 0
    word = re.compile(r"[^\s,#{}\"=]+").match(value, at)
    return word.end() if word else 0


def _concatenated(raw: str) -> list[str]:
    """Return the parts of a value that `#` joins."""
    raw = raw.strip()
    if "#" not in raw:
        return [raw]
    parts: list[str] = []
    at = 0
    while at < len(raw):
        end = _end_of_piece(raw, at)
        joined = re.compile(r"\s*#\s*").match(raw, end) if end else None
        if not end or (end < len(raw) and not joined):
            return [raw]
        parts.append(raw[at:end])
        at = joined.end() if joined else end
    return parts


# ---------------------------------------------------------------- inheritance

_FROM_PARENT = {
    "title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon",
}  # fmt: skip
_NOT_INHERITED = frozenset(
    ("crossref", "xref", "xdata", "entryset", "keywords", "keyword", "abstract", "note", "doi", "url", "pages", "ids")
) | {"file", "options", "shorttitle", "annote", "annotation", "label", "shorthand", "sortkey", "eprint", "related"}


def _inherit(entries: list[RawEntry], findings: list[Finding]) -> list[RawEntry]:
    """Return the entries with the fields that they take from others, without the entries that only give fields."""
    by_key: dict[str, RawEntry] = {}
    for entry in entries:
        by_key.setdefault(entry.key.lower(), entry)
    done: dict[int, RawEntry] = {}

    def complete(entry: RawEntry, path: tuple[str, ...]) -> RawEntry:
        if id(entry) in done:
            return done[id(entry)]
        fields, lines = dict(entry.fields), dict(entry.lines)
        for name in ("xdata", "crossref"):
            for key in re.split(r"\s*,\s*", entry.fields.get(name, "")):
                if not key:
                    continue
                parent = by_key.get(key.lower())
                if not parent or key.lower() in path or len(path) > 20:
                    reason = "refers to itself" if parent else "does not exist"
                    message = f"“{name} = {key}”: this entry {reason}; nothing is taken from it"
                    findings.append(warning("PV083", message, entry.at(name), "correct the key"))
                    continue
                parent = complete(parent, (*path, key.lower()))
                for field, value in parent.fields.items():
                    own = _inherited_name(field, name, entry.type.lower(), parent.type.lower())
                    if own and own not in fields:
                        fields[own], lines[own] = value, parent.at(field)
        inherited = frozenset(fields) - frozenset(entry.fields)
        result = entry._replace(fields=fields, lines=lines, inherited=inherited)
        done[id(entry)] = result
        return result

    parents = {entry.fields["crossref"].strip().lower() for entry in entries if "crossref" in entry.fields}
    return [complete(entry, (entry.key.lower(),)) for entry in entries if not _only_gives(entry, parents)]


def _only_gives(entry: RawEntry, parents: set[str]) -> bool:
    """Return whether an entry only gives fields to others, or only groups them.

    A parent without authors and editors is nobody's publication: its fields are shown with those of its children.
    """
    kind = entry.type.lower()
    if kind == "xdata" or (kind == "set" and "entryset" in entry.fields and "title" not in entry.fields):
        return True
    return entry.key.lower() in parents and not entry.fields.keys() & {"author", "editor", "crossref"}


def _inherited_name(field: str, how: str, child: str, parent: str) -> str:
    """Return what a field of the parent is called in the child, or "" if the child does not take it."""
    if how == "xdata":
        return "" if field in ("xdata", "crossref") else field
    if field in _NOT_INHERITED:
        return ""
    is_part = child in (
        "inproceedings",
        "conference",
        "incollection",
        "inbook",
        "inreference",
        "suppbook",
        "bookinbook",
    )
    if field in _FROM_PARENT:
        if child == "article" and parent in ("periodical", "article"):
            return {"title": "journaltitle", "subtitle": "journalsubtitle"}.get(field, "")
        return _FROM_PARENT[field] if is_part else ""
    if field in ("author",) and parent not in ("book", "mvbook"):
        return ""
    if field == "author" and child != "inbook":
        return "bookauthor"
    return field

"""Front matter: a block of YAML about the person, each value checked and with its place.

Values are taken as they are written, so that a telephone number, a date or Norwegian's `no` stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from polyvita.config.yaml_errors import explain_yaml_error
from polyvita.config.yaml_loader import compose_yaml
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Report, did_you_mean, error, join_names
from polyvita.core.document import LANGUAGE
from polyvita.core.location import Location


class FrontMatter(NamedTuple):
    """Values and places by key, and how many lines of the source they take up.

    Entries of lists and mappings have places of their own, by `tags.core` or `own_names.0`.
    """

    values: Mapping[str, Any]
    locations: Mapping[str, Location]
    lines: int = 0


EMPTY = FrontMatter(MappingProxyType({}), MappingProxyType({}))


def read_front_matter(lines: list[str], file: str, report: Report) -> FrontMatter:
    """The front matter at the beginning of `lines`, if they begin with one."""
    if not lines or lines[0].rstrip() != "---" or not "".join(lines[1:2]).strip():
        return EMPTY
    ends = (number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
    end = next(ends, None)
    if end is None:
        if ":" in lines[1]:
            hint = "write --- on a line of its own below the last key"
            report.add(error("PV004", "the front matter has no end", Location(file, 1, 1, 3), hint))
        return EMPTY
    front = read_keys("\n".join(lines[1:end]), file, report, first=2)
    return front._replace(lines=end + 1)


def read_keys(text: str, file: str, report: Report, *, first: int = 1, what: str = "the front matter") -> FrontMatter:
    """The values in `text`, a YAML mapping whose first line is line `first` of `file`; sentences call it `what`."""
    try:
        root = compose_yaml(text)
    except yaml.MarkedYAMLError as marked:
        problem = explain_yaml_error(marked, text)
        location = Location(file, first + problem.line - 1, problem.column)
        report.add(error("PV004", f"{what} is not YAML: {problem.message}", location, problem.hint))
        return EMPTY
    if root is None:
        return EMPTY
    keys = _Keys(file, first, what, report)
    if not isinstance(root, yaml.MappingNode):
        hint = "a line across the page is written --- with a blank line below it" if first > 1 else ""
        report.add(error("PV004", f"{what} is made of keys with values, such as “lang: en”", keys.location(root), hint))
        return EMPTY
    return keys.read(root)


class _Keys:
    """Reads the keys of one mapping, whose first line is line `first` of `file`."""

    def __init__(self, file: str, first: int, what: str, report: Report) -> None:
        self.file, self.first, self.what, self.report = file, first, what, report
        self.locations: dict[str, Location] = {}

    def location(self, node: yaml.Node) -> Location:
        start, end = node.start_mark, node.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Location(self.file, self.first + start.line, start.column + 1, max(1, width))

    def read(self, root: yaml.MappingNode) -> FrontMatter:
        values: dict[str, Any] = {}
        for key_node, node in root.value:
            key, where = str(key_node.value), self.location(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.report.add(error("PV005", f"a key of {self.what} is a word", where, "write “key: value”"))
            elif key not in KINDS:
                hint = did_you_mean(key, KINDS) or f"known keys are {join_names(KINDS)}"
                self.report.add(error("PV005", f"{self.what} knows no key “{key}”", where, hint))
            elif key in values:
                self.report.add(error("PV006", f"“{key}” is written twice", where, "take one of them out"))
            else:
                self.locations[key] = where
                values[key] = KINDS[key].read(self, key, node)
        return FrontMatter(MappingProxyType(values), MappingProxyType(self.locations))

    def wrong(self, key: str, node: yaml.Node, expected: str, hint: str = "") -> None:
        """`key` may be that of an entry: `own_names.1`."""
        key = key.partition(".")[0]
        if node.tag == _NULL:
            message, hint = f"“{key}” has no value", hint or "write one, or take the line out"
        else:
            message = f"“{key}” must be {expected}"
        self.report.add(error("PV006", message, self.location(node), hint))

    def text(self, key: str, node: yaml.Node, expected: str = "text") -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag != _NULL:
            return str(node.value)
        self.wrong(key, node, expected)
        return ""

    def language(self, key: str, node: yaml.Node) -> str:
        text, expected = self.text(key, node), "a language such as en or de-AT"
        if text and not LANGUAGE.fullmatch(text):
            self.wrong(key, node, expected)
        return text

    def day(self, key: str, node: yaml.Node) -> str:
        """A date, however exact: what cannot be read as one could not be looked for in outputs either."""
        text = self.text(key, node)
        if text:
            try:
                parse_date(text)
            except ValueError:
                self.wrong(key, node, "a date such as 1984-05-06")
        return text

    def texts(self, key: str, node: yaml.Node) -> list[str]:
        """A list of texts, or one."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if isinstance(node, yaml.SequenceNode):
            self.locations.update((f"{key}.{index}", self.location(part)) for index, part in enumerate(parts))
        return [self.text(f"{key}.{index}", part, "text or a list of texts") for index, part in enumerate(parts)]

    def text_or_texts(self, key: str, node: yaml.Node) -> str | list[str]:
        return self.texts(key, node) if isinstance(node, yaml.SequenceNode) else self.text(key, node)

    def pairs(self, key: str, node: yaml.MappingNode) -> dict[str, str]:
        found = {}
        for name_node, value in node.value:
            name = self.text(key, name_node)
            if name in found:
                where = self.location(name_node)
                self.report.add(error("PV006", f"“{name}” is written twice", where, "take one of them out"))
            self.locations[f"{key}.{name}"] = self.location(name_node)
            found[name] = "" if value.tag == _NULL else self.text(f"{key}.{name}", value)
        return found

    def tags(self, key: str, node: yaml.Node) -> dict[str, str]:
        """Tags and what each means; of a list of tags, no meanings."""
        expected = "tags with their meanings, or a list of tags"
        if isinstance(node, yaml.MappingNode):
            return self.pairs(key, node)
        if isinstance(node, yaml.SequenceNode):
            names = [(self.text(key, part, expected), part) for part in node.value]
            self.locations.update((f"{key}.{name}", self.location(part)) for name, part in names)
            return {name: "" for name, _ in names}
        self.wrong(key, node, expected, "tags: {core: in every version}")
        return {}

    def links(self, key: str, node: yaml.Node) -> list[dict[str, str]]:
        """Label and address of each link."""
        expected = "a list of links, each with label and url"
        hint = "links: [{label: github.com/name, url: https://github.com/name}]"
        if isinstance(node, yaml.MappingNode):
            return [{"label": label, "url": url} for label, url in self.pairs(key, node).items()]
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, node, expected, hint)
            return []
        links = []
        for index, part in enumerate(node.value):
            self.locations[f"{key}.{index}"] = self.location(part)
            link = self.pairs(f"{key}.{index}", part) if isinstance(part, yaml.MappingNode) else {}
            if set(link) == {"label", "url"}:
                links.append(link)
            else:
                self.wrong(key, part, expected, hint)
        return links


_NULL = "tag:yaml.org,2002:null"


class Kind(NamedTuple):
    """A key of the front matter: how its value is read, the JSON Schema of what is accepted, and what it is for."""

    read: Callable[[_Keys, str, yaml.Node], Any]
    schema: dict[str, Any]
    doc: str


_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_TEXTS: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_MAYBE: dict[str, Any] = {"type": [*_TEXT["type"], "null"]}
_PAIRS: dict[str, Any] = {"type": "object", "additionalProperties": _MAYBE}
_LINK: dict[str, Any] = {
    "type": "object",
    "properties": {"label": _MAYBE, "url": _MAYBE},
    "required": ["label", "url"],
    "additionalProperties": False,
}
_LINKS: dict[str, Any] = {"anyOf": [{"type": "array", "items": _LINK}, _PAIRS]}
_TAGS: dict[str, Any] = {"anyOf": [_PAIRS, {"type": "array", "items": _TEXT}]}

KINDS: dict[str, Kind] = {
    "name": Kind(_Keys.text, _TEXT, "the owner of the CV"),
    "honorific": Kind(_Keys.text, _TEXT, "title before the name"),
    "affiliation": Kind(_Keys.text_or_texts, _TEXTS, "where the owner works; several lines as a list"),
    "address": Kind(_Keys.text_or_texts, _TEXTS, "postal address; several lines as a list"),
    "email": Kind(_Keys.text, _TEXT, "e-mail address"),
    "phone": Kind(_Keys.text, _TEXT, "telephone number"),
    "mobile": Kind(_Keys.text, _TEXT, "mobile number; private, so better kept in cv.private.yaml"),
    "born": Kind(_Keys.day, _TEXT, "date of birth; private, so better kept in cv.private.yaml"),
    "links": Kind(_Keys.links, _LINKS, "web pages, each with label and url"),
    "lang": Kind(_Keys.language, _TEXT, "language of the CV (BCP 47), such as en or de-AT"),
    "own_names": Kind(_Keys.texts, _TEXTS, "the owner’s name as lists of authors have it, in all spellings"),
    "tags": Kind(_Keys.tags, _TAGS, "the tags that the CV may use, and what each means"),
}
"""The keys that front matter knows."""


def front_matter_schema() -> dict[str, Any]:
    """The JSON Schema of front matter, and so of the file with private data, which may hold the same keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "polyvita front matter and private data",
        "type": "object",
        "properties": {key: {**kind.schema, "description": kind.doc} for key, kind in KINDS.items()},
        "additionalProperties": False,
    }

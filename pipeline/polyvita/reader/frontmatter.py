"""Read the front matter: the block of YAML about the owner of the CV.

Every value is checked and has a location. Values stay text as written: YAML's conversion would change a telephone
number, a date, or the language code `no` (Norwegian).
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
    """Values and locations by key, and the number of source lines that the front matter takes up.

    The entries of lists and mappings have locations too, under keys such as `tags.core` or `own_names.0`.
    """

    values: Mapping[str, Any]
    locations: Mapping[str, Location]
    line_count: int = 0


NO_FRONT_MATTER = FrontMatter(MappingProxyType({}), MappingProxyType({}))


def read_front_matter(lines: list[str], file: str, report: Report) -> FrontMatter:
    """Return the front matter at the start of `lines`, or `NO_FRONT_MATTER`."""
    if not lines or lines[0].rstrip() != "---" or not "".join(lines[1:2]).strip():
        return NO_FRONT_MATTER
    ends = (number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
    end = next(ends, None)
    if end is None:
        if ":" in lines[1]:
            hint = "write --- on a separate line below the last key"
            report.add(error("PV004", "the front matter is not closed", Location(file, 1, 1, 3), hint))
        return NO_FRONT_MATTER
    front_matter = read_keys("\n".join(lines[1:end]), file, report, first_line=2)
    return front_matter._replace(line_count=end + 1)


def read_keys(
    text: str, file: str, report: Report, *, first_line: int = 1, subject: str = "the front matter"
) -> FrontMatter:
    """Return the values of the YAML mapping `text`, whose first line is line `first_line` of `file`.

    Messages about the whole mapping call it `subject`.
    """
    try:
        root = compose_yaml(text)
    except yaml.MarkedYAMLError as yaml_error:
        problem = explain_yaml_error(yaml_error, text)
        location = Location(file, first_line + problem.line - 1, problem.column)
        report.add(error("PV004", f"{subject} is not valid YAML: {problem.message}", location, problem.hint))
        return NO_FRONT_MATTER
    if root is None:
        return NO_FRONT_MATTER
    reader = _KeyReader(file, first_line, subject, report)
    if not isinstance(root, yaml.MappingNode):
        message = f"{subject} must consist of keys with values, such as “lang: en”"
        hint = "for a horizontal line, write --- with a blank line below it" if first_line > 1 else ""
        report.add(error("PV004", message, reader.location(root), hint))
        return NO_FRONT_MATTER
    return reader.read(root)


class _KeyReader:
    """Reads the keys of one mapping, whose first line is line `first_line` of `file`."""

    def __init__(self, file: str, first_line: int, subject: str, report: Report) -> None:
        self.file, self.first_line, self.subject, self.report = file, first_line, subject, report
        self.locations: dict[str, Location] = {}

    def location(self, node: yaml.Node) -> Location:
        start, end = node.start_mark, node.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Location(self.file, self.first_line + start.line, start.column + 1, max(1, width))

    def read(self, root: yaml.MappingNode) -> FrontMatter:
        values: dict[str, Any] = {}
        for key_node, node in root.value:
            key, location = str(key_node.value), self.location(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                message = f"a key of {self.subject} must be a word"
                self.report.add(error("PV005", message, location, "write “key: value”"))
            elif key not in FRONT_MATTER_KEYS:
                hint = did_you_mean(key, FRONT_MATTER_KEYS) or f"use one of {join_names(FRONT_MATTER_KEYS)}"
                self.report.add(error("PV005", f"unknown key “{key}” in {self.subject}", location, hint))
            elif key in values:
                self.report_duplicate(key, location)
            else:
                self.locations[key] = location
                values[key] = FRONT_MATTER_KEYS[key].read(self, key, node)
        return FrontMatter(MappingProxyType(values), MappingProxyType(self.locations))

    def report_duplicate(self, key: str, location: Location) -> None:
        self.report.add(error("PV006", f"“{key}” is defined twice", location, "delete one of the two"))

    def report_wrong_value(self, key: str, node: yaml.Node, expected: str, hint: str = "") -> None:
        """Report a value that is not `expected`; `key` can be that of a list entry, such as `own_names.1`."""
        key = key.partition(".")[0]
        if node.tag == _NULL:
            message, hint = f"“{key}” has no value", hint or "add a value, or delete the line"
        else:
            message = f"“{key}” must be {expected}"
        self.report.add(error("PV006", message, self.location(node), hint))

    def read_text(self, key: str, node: yaml.Node, expected: str = "text") -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag != _NULL:
            return str(node.value)
        self.report_wrong_value(key, node, expected)
        return ""

    def read_language(self, key: str, node: yaml.Node) -> str:
        text, expected = self.read_text(key, node), "a language such as en or de-AT"
        if text and not LANGUAGE.fullmatch(text):
            self.report_wrong_value(key, node, expected)
        return text

    def read_date(self, key: str, node: yaml.Node) -> str:
        """Return a date of any precision. The search for private data in outputs needs a date that can be parsed."""
        text = self.read_text(key, node)
        if text:
            try:
                parse_date(text)
            except ValueError:
                self.report_wrong_value(key, node, "a date such as 1984-05-06")
        return text

    def read_text_list(self, key: str, node: yaml.Node) -> list[str]:
        """Return a list of texts; a single text becomes a list of one."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if isinstance(node, yaml.SequenceNode):
            self.locations.update((f"{key}.{index}", self.location(part)) for index, part in enumerate(parts))
        expected = "text or a list of texts"
        return [self.read_text(f"{key}.{index}", part, expected) for index, part in enumerate(parts)]

    def read_text_or_list(self, key: str, node: yaml.Node) -> str | list[str]:
        return self.read_text_list(key, node) if isinstance(node, yaml.SequenceNode) else self.read_text(key, node)

    def read_mapping(self, key: str, node: yaml.MappingNode) -> dict[str, str]:
        """Return texts by name; a name without a value gets an empty text."""
        values = {}
        for name_node, value_node in node.value:
            name = self.read_text(key, name_node)
            if name in values:
                self.report_duplicate(name, self.location(name_node))
            self.locations[f"{key}.{name}"] = self.location(name_node)
            values[name] = "" if value_node.tag == _NULL else self.read_text(f"{key}.{name}", value_node)
        return values

    def read_tags(self, key: str, node: yaml.Node) -> dict[str, str]:
        """Return tags with their meanings; the tags of a list have empty meanings."""
        expected = "tags with their meanings, or a list of tags"
        if isinstance(node, yaml.MappingNode):
            return self.read_mapping(key, node)
        if isinstance(node, yaml.SequenceNode):
            tags = [(self.read_text(key, part, expected), part) for part in node.value]
            self.locations.update((f"{key}.{tag}", self.location(part)) for tag, part in tags)
            return {tag: "" for tag, _ in tags}
        self.report_wrong_value(key, node, expected, "write tags: {core: in every version}")
        return {}

    def read_links(self, key: str, node: yaml.Node) -> list[dict[str, str]]:
        """Return the label and URL of each link."""
        expected = "a list of links, each with label and url"
        hint = "write links: [{label: github.com/name, url: https://github.com/name}]"
        if isinstance(node, yaml.MappingNode):
            return [{"label": label, "url": url} for label, url in self.read_mapping(key, node).items()]
        if not isinstance(node, yaml.SequenceNode):
            self.report_wrong_value(key, node, expected, hint)
            return []
        links = []
        for index, part in enumerate(node.value):
            self.locations[f"{key}.{index}"] = self.location(part)
            link = self.read_mapping(f"{key}.{index}", part) if isinstance(part, yaml.MappingNode) else {}
            if set(link) == {"label", "url"}:
                links.append(link)
            else:
                self.report_wrong_value(key, part, expected, hint)
        return links


_NULL = "tag:yaml.org,2002:null"


class FrontMatterKey(NamedTuple):
    """How the value of a key is read, the JSON Schema of valid values, and the description of the key."""

    read: Callable[[_KeyReader, str, yaml.Node], Any]
    schema: dict[str, Any]
    description: str


_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_TEXTS: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_TEXT_OR_NULL: dict[str, Any] = {"type": [*_TEXT["type"], "null"]}
_MAPPING: dict[str, Any] = {"type": "object", "additionalProperties": _TEXT_OR_NULL}
_LINK: dict[str, Any] = {
    "type": "object",
    "properties": {"label": _TEXT_OR_NULL, "url": _TEXT_OR_NULL},
    "required": ["label", "url"],
    "additionalProperties": False,
}
_LINKS: dict[str, Any] = {"anyOf": [{"type": "array", "items": _LINK}, _MAPPING]}
_TAGS: dict[str, Any] = {"anyOf": [_MAPPING, {"type": "array", "items": _TEXT}]}

FRONT_MATTER_KEYS: dict[str, FrontMatterKey] = {
    "name": FrontMatterKey(_KeyReader.read_text, _TEXT, "the owner of the CV"),
    "honorific": FrontMatterKey(_KeyReader.read_text, _TEXT, "title before the name"),
    "affiliation": FrontMatterKey(
        _KeyReader.read_text_or_list, _TEXTS, "where the owner works; a list for several lines"
    ),
    "address": FrontMatterKey(_KeyReader.read_text_or_list, _TEXTS, "postal address; a list for several lines"),
    "email": FrontMatterKey(_KeyReader.read_text, _TEXT, "e-mail address"),
    "phone": FrontMatterKey(_KeyReader.read_text, _TEXT, "telephone number"),
    "mobile": FrontMatterKey(
        _KeyReader.read_text, _TEXT, "mobile number; this is private, so prefer to keep it in cv.private.yaml"
    ),
    "born": FrontMatterKey(
        _KeyReader.read_date, _TEXT, "date of birth; this is private, so prefer to keep it in cv.private.yaml"
    ),
    "links": FrontMatterKey(_KeyReader.read_links, _LINKS, "web pages, each with label and url"),
    "lang": FrontMatterKey(_KeyReader.read_language, _TEXT, "language of the CV (BCP 47), such as en or de-AT"),
    "own_names": FrontMatterKey(
        _KeyReader.read_text_list, _TEXTS, "all spellings of the owner’s name in lists of authors"
    ),
    "tags": FrontMatterKey(_KeyReader.read_tags, _TAGS, "the tags that the CV can use, and the meaning of each"),
}
"""All keys of the front matter."""


def front_matter_schema() -> dict[str, Any]:
    """Return the JSON Schema of the front matter; the file with private data can have the same keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "polyvita front matter and private data",
        "type": "object",
        "properties": {name: {**key.schema, "description": key.description} for name, key in FRONT_MATTER_KEYS.items()},
        "additionalProperties": False,
    }

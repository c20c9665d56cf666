"""Front matter: a block of YAML about the person, each value checked and with its place.

Values are taken as they are written, so that a telephone number, a date or Norwegian's `no` stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from pipeline.diagnostics import Report, error, listing, nearest
from pipeline.document import Place
from pipeline.values import compose


class FrontMatter(NamedTuple):
    """Values and places by key, and how many lines of the source they take up.

    Entries of lists and mappings have places of their own, by `tags.core` or `own_names.0`.
    """

    values: Mapping[str, Any]
    places: Mapping[str, Place]
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
            report.add(error("PV004", "the front matter has no end", Place(file, 1, 1, 3), hint))
        return EMPTY
    front = read_keys("\n".join(lines[1:end]), file, report, first=2)
    return front._replace(lines=end + 1)


def read_keys(text: str, file: str, report: Report, *, first: int = 1) -> FrontMatter:
    """The values in `text`, a YAML mapping whose first line is line `first` of `file`."""

    def place(mark: yaml.Mark | None, width: int = 1) -> Place:
        line = min(mark.line, text.count("\n")) if mark else 0
        return Place(file, first + line, mark.column + 1, width) if mark else Place(file, first)

    try:
        root = compose(text)
    except yaml.MarkedYAMLError as problem:
        context = f" {problem.context}" if problem.context else ""
        where = place(problem.problem_mark or problem.context_mark)
        report.add(error("PV004", f"the front matter is not YAML: {problem.problem}{context}", where))
        return EMPTY
    if root is None:
        return EMPTY
    if not isinstance(root, yaml.MappingNode):
        report.add(error("PV004", "the front matter is no list of keys and values", place(root.start_mark)))
        return EMPTY
    return _Keys(place, report).read(root)


class _Keys:
    """Reads the keys of one mapping; `place` says where a mark of YAML's is in the file."""

    def __init__(self, place: Callable[..., Place], report: Report) -> None:
        self.place, self.report = place, report
        self.places: dict[str, Place] = {}

    def read(self, root: yaml.MappingNode) -> FrontMatter:
        values: dict[str, Any] = {}
        for key_node, node in root.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            where = self.place(key_node.start_mark, len(key) or 1)
            if key not in KINDS:
                hint = nearest(key, KINDS) or f"known keys are {listing(KINDS)}"
                self.report.add(error("PV005", f"the front matter knows no key “{key}”", where, hint))
            elif key in values:
                self.report.add(error("PV006", f"“{key}” is there twice", where))
            else:
                self.places[key] = where
                values[key] = KINDS[key].read(self, key, node)
        return FrontMatter(MappingProxyType(values), MappingProxyType(self.places))

    def wrong(self, key: str, node: yaml.Node, expected: str, hint: str = "") -> None:
        self.report.add(error("PV006", f"“{key}” must be {expected}", self.place(node.start_mark), hint))

    def text(self, key: str, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag != "tag:yaml.org,2002:null":
            return str(node.value)
        self.wrong(key, node, "text")
        return ""

    def texts(self, key: str, node: yaml.Node) -> list[str]:
        """A list of texts, or one."""
        if not isinstance(node, yaml.SequenceNode):
            return [self.text(key, node)]
        for index, part in enumerate(node.value):
            self.places[f"{key}.{index}"] = self.place(part.start_mark)
        return [self.text(f"{key}.{index}", part) for index, part in enumerate(node.value)]

    def text_or_texts(self, key: str, node: yaml.Node) -> str | list[str]:
        return self.texts(key, node) if isinstance(node, yaml.SequenceNode) else self.text(key, node)

    def pairs(self, key: str, node: yaml.MappingNode) -> dict[str, str]:
        found = {}
        for name_node, value in node.value:
            name = self.text(key, name_node)
            self.places[f"{key}.{name}"] = self.place(name_node.start_mark, len(name) or 1)
            found[name] = "" if value.tag == "tag:yaml.org,2002:null" else self.text(f"{key}.{name}", value)
        return found

    def tags(self, key: str, node: yaml.Node) -> dict[str, str]:
        """Tags and what each means; of a list of tags, no meanings."""
        if isinstance(node, yaml.MappingNode):
            return self.pairs(key, node)
        if isinstance(node, yaml.SequenceNode):
            names = [(self.text(key, part), part) for part in node.value]
            self.places.update((f"{key}.{name}", self.place(part.start_mark, len(name) or 1)) for name, part in names)
            return {name: "" for name, _ in names}
        self.wrong(key, node, "tags with their meanings, or a list of tags", "tags: {core: in every version}")
        return {}

    def links(self, key: str, node: yaml.Node) -> list[dict[str, str]]:
        """Label and address of each link."""
        hint = "links: [{label: github.com/name, url: https://github.com/name}]"
        if isinstance(node, yaml.MappingNode):
            return [{"label": label, "url": url} for label, url in self.pairs(key, node).items()]
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, node, "a list of links, each with label and url", hint)
            return []
        links = []
        for index, part in enumerate(node.value):
            self.places[f"{key}.{index}"] = self.place(part.start_mark)
            link = self.pairs(f"{key}.{index}", part) if isinstance(part, yaml.MappingNode) else {}
            if set(link) == {"label", "url"}:
                links.append(link)
            else:
                self.wrong(f"{key}.{index}", part, "a link with label and url", hint)
        return links


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
    "born": Kind(_Keys.text, _TEXT, "date of birth; private, so better kept in cv.private.yaml"),
    "links": Kind(_Keys.links, _LINKS, "web pages, each with label and url"),
    "lang": Kind(_Keys.text, _TEXT, "language of the CV (BCP 47), such as en or de-AT"),
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

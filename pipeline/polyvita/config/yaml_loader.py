"""Reading YAML as values with locations.

PyYAML's fast parser (libyaml) reads the text. Input that would crash it or that never ends is rejected before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec import Struct

from polyvita.config.yaml_errors import explain_yaml_error
from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.location import Location
from polyvita.core.source import SETTINGS, read_source


class Codes(NamedTuple):
    """The codes of findings about YAML."""

    not_yaml: str = "PV122"
    no_keys: str = "PV125"
    wrong_key: str = "PV122"
    duplicate_key: str = "PV123"
    unknown_key: str = "PV124"
    wrong_value: str = "PV125"
    missing_key: str = "PV126"


class YamlKind(NamedTuple):
    """What findings say about one kind of YAML text: what it is called, an example of a key, and hints."""

    name: str
    example: str
    instead_of_anchors: str = "write the value again; put text that begins with “&” in quotes"
    if_no_keys: str = ""
    codes: Codes = Codes()


class Value(Struct, frozen=True):
    """A YAML value and its location.

    `data` is the text of a scalar, or a list or dict of values. `kind` is the type that YAML gives to a scalar (`str`,
    `int`, `float`, `bool`, `null` …), or `list` or `map`. `keys` has the locations of the keys of a mapping.

    Scalars stay text, because only the setting knows their type: in `lang: no`, `no` means Norwegian.
    """

    data: str | list[Value] | dict[str, Value]
    location: Location
    kind: str = "str"
    keys: Mapping[str, Location] = {}


def merge_values(base: Value, override: Value) -> Value:
    """Return `override`, with what only `base` has. Groups of keys are merged; scalars and lists replace."""
    if not (isinstance(base.data, dict) and isinstance(override.data, dict)):
        return override
    data = dict(base.data)
    for key, value in override.data.items():
        data[key] = merge_values(data[key], value) if key in data else value
    return Value(data, override.location, "map", {**base.keys, **override.keys})


def read_yaml(path: Path, name: str, kind: YamlKind) -> Value:
    """Return the content of a YAML file, as `parse_yaml` does; `name` is the file name in findings."""
    return parse_yaml(read_source(path, name, kind=SETTINGS).text, name, kind)


def parse_yaml(text: str, name: str, kind: YamlKind) -> Value:
    """Return the content of a YAML text, a group of keys. An empty text has no keys. Raises `InputError`."""
    try:
        node = _compose(text)
    except yaml.MarkedYAMLError as problem:
        found = explain_yaml_error(problem, text)
        part = f"{kind.name} is " if kind.name.startswith("the ") else ""  # the part of a CV that has to be YAML
        message, hint = f"{part}not valid YAML: {found.message}", found.hint
        if problem.problem == _ANCHOR:
            message, hint = found.message, kind.instead_of_anchors
        raise InputError(error(kind.codes.not_yaml, message, Location(name, found.line, found.column), hint)) from None
    if node is None:
        return Value({}, Location(name, 1), "map")
    builder = _ValueBuilder(name, kind.codes, text.count("\n"))
    value = builder.build(node)
    if value.kind != "map":
        message = f"{kind.name} must contain keys such as “{kind.example}”"
        raise InputError(error(kind.codes.no_keys, message, value.location, kind.if_no_keys))
    if builder.findings:
        raise InputError(*builder.findings)
    return value


MAX_NESTING = 100
"""Maximum depth of lists and mappings inside each other."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INVALID = yaml.reader.Reader.NON_PRINTABLE
_NO_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
"""Characters that are line ends in YAML 1.1, but not in editors."""


def _compose(text: str) -> yaml.Node | None:
    """Return the tree of nodes of a YAML text, or None if it is empty. Raises `yaml.MarkedYAMLError`.

    Anchors also raise, because an alias can multiply a small text or contain itself. Deep nesting also raises, because
    PyYAML's fast composer would overflow the stack and crash the process.
    """
    if not text.isascii():
        text = text.translate(_NO_BREAKS)
    if found := _INVALID.search(text):
        raise _invalid_character(found[0], _mark(text, found.start()))
    try:
        if _NEEDS_CHECK.search(text) or max_nesting(text) > MAX_NESTING:
            _check_events(text)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        if problem.problem_mark and problem.problem_mark.line > text.count("\n"):  # after the last line
            problem.problem_mark = _mark(text, len(text))
        raise


_ANCHOR = "YAML’s anchors (&), aliases (*) and merge keys (<<) are not supported"
_NEEDS_CHECK = re.compile(r"&\S|<<|[\\\r]")  # an anchor, a merge key, an escaped character, or an unusual line end
_INDENT = re.compile(r"^[ \t?:-]*", re.MULTILINE)


def max_nesting(text: str) -> int:
    """Return an upper limit for the nesting depth of a YAML text, without parsing it.

    Each column of indentation and each bracket can open two levels, because a bracket can contain a pair.
    """
    return 2 * (1 + max(map(len, _INDENT.findall(text))) + text.count("[") + text.count("{"))


def _check_events(text: str) -> None:
    """Raise if a text has an anchor or a merge key, is nested too deeply, or escapes an invalid character."""
    depth = 0
    for event in _events(text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_NESTING:
            raise _error("nested too deeply", event.start_mark)
        is_anchor = bool(getattr(event, "anchor", None)) and not isinstance(event, yaml.AliasEvent)
        if isinstance(event, yaml.ScalarEvent):
            is_anchor = is_anchor or (event.value == "<<" and event.implicit[0])
            if found := _INVALID.search(event.value):
                raise _invalid_character(found[0], event.start_mark)
        if is_anchor:  # The composer rejects an alias without an anchor.
            raise _error(_ANCHOR, event.start_mark)


_TOO_DEEP = "exceeded maximum nesting depth"


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the parser events of a YAML text.

    Newer versions of libyaml have their own nesting limit, and can reach it before they return earlier events. Then
    these events are parsed again, so that the location of the error does not depend on the version of libyaml.
    """
    count = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            yield event
            count += 1
    except yaml.MarkedYAMLError as problem:
        if problem.problem != _TOO_DEEP or problem.problem_mark is None:
            raise
        yield from islice(yaml.parse(text[: problem.problem_mark.index], Loader=_LOADER), count, None)


def _mark(text: str, at: int) -> yaml.Mark:
    buffer: Any = None
    return yaml.Mark("", at, text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1, buffer, 0)


def _invalid_character(char: str, mark: Any) -> yaml.MarkedYAMLError:
    return _error(f"the character U+{ord(char):04X} is not allowed", mark)


def _error(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _ValueBuilder:
    """Makes values of nodes. A location after the last line of the text (`last`, from 0) is moved to that line."""

    def __init__(self, name: str, codes: Codes, last: int) -> None:
        self.name, self.codes, self.last = name, codes, last
        self.findings: list[Finding] = []

    def build(self, node: yaml.Node) -> Value:
        mark = node.start_mark
        one_line = node.end_mark.line == mark.line
        width = max(1, node.end_mark.column - mark.column) if one_line else 1
        location = Location(self.name, min(mark.line, self.last) + 1, mark.column + 1, width)
        match node:
            case yaml.ScalarNode():
                if node.style in ("'", '"') and one_line:
                    location = location._replace(column=location.column + 1, width=max(1, width - 2))
                return Value(str(node.value), location, node.tag.rpartition(":")[2])
            case yaml.SequenceNode():
                return Value([self.build(item) for item in node.value], location, "list")
            case yaml.MappingNode():
                return self.build_mapping(node, location)
            case _:
                raise AssertionError(node)

    def build_mapping(self, node: yaml.MappingNode, location: Location) -> Value:
        data: dict[str, Value] = {}
        keys: dict[str, Location] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node)
            if not isinstance(key.data, str):
                finding = error(self.codes.wrong_key, "a key must be a word", key.location, "write “key: value”")
                self.findings.append(finding)
            elif key.data in data:
                message = f"the key “{key.data}” occurs twice"
                self.findings.append(error(self.codes.duplicate_key, message, key.location, "delete one of them"))
            else:
                data[key.data], keys[key.data] = self.build(value_node), key.location
        return Value(data, location, "map", keys)

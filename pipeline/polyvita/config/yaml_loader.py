"""Reading YAML files as values with locations.

PyYAML's fast parser (libyaml) reads the text. Input that would crash it or that never ends is rejected before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import yaml
from msgspec import Struct

from polyvita.config.yaml_errors import explain_yaml_error
from polyvita.core.diagnostics import InputError, error
from polyvita.core.encoding import NotTextError, decode
from polyvita.core.location import Location


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


def read_yaml(path: Path, name: str) -> Value | None:
    """Return the content of a YAML file, or None if it is empty. `name` is the file name in findings.

    Raises `InputError`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1000} KB, the maximum size"
            raise InputError(error("PV127", message, Location(name), "check that this is the right file"))
        text = decode(data)
    except FileNotFoundError:
        raise InputError(error("PV120", "file not found", Location(name))) from None
    except NotTextError as problem:
        location = Location(name, problem.line, problem.column)
        raise InputError(error("PV121", problem.message, location, problem.hint)) from None
    except IsADirectoryError:
        raise InputError(error("PV120", "this is a folder, not a file", Location(name), "rename the folder")) from None
    except OSError as problem:
        raise InputError(error("PV120", f"the file cannot be read: {problem.strerror}", Location(name))) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Value | None:
    """Return the content of a YAML text, or None if it is empty. Raises `InputError` at the location of the error."""
    try:
        node = compose_yaml(text)
        return None if node is None else _value(node, name, text.count("\n"))
    except yaml.MarkedYAMLError as problem:
        found = explain_yaml_error(problem, text)
        location = Location(name, found.line, found.column)
        raise InputError(error("PV122", f"not valid YAML: {found.message}", location, found.hint)) from None


MAX_NESTING = 100
"""Maximum depth of lists and mappings inside each other."""
MAX_BYTES = 200_000
"""Maximum size of a file in bytes, and of a text in characters after all aliases are replaced by their values."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INVALID = yaml.reader.Reader.NON_PRINTABLE
_NO_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
"""Characters that are line ends in YAML 1.1, but not in editors."""


def compose_yaml(text: str) -> yaml.Node | None:
    """Return the tree of nodes of a YAML text, or None if it is empty. Raises `yaml.MarkedYAMLError`.

    Deep nesting also raises, because PyYAML's fast composer would overflow the stack and crash the process.
    """
    if not text.isascii():
        text = text.translate(_NO_BREAKS)
    if found := _INVALID.search(text):
        raise _invalid_character(found[0], _mark(text, found.start()))
    try:
        aliases = _has_aliases(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        if problem.problem_mark and problem.problem_mark.line > text.count("\n"):  # after the last line
            problem.problem_mark = _mark(text, len(text))
        raise
    if aliases:
        _check_expanded_size(cast(yaml.Node, node), {})
    return node


_NEEDS_CHECK = re.compile(r"[*\\\r]")  # an alias, an escaped character, or an unusual line end
_INDENT = re.compile(r"^[ \t?:-]*", re.MULTILINE)


def max_nesting(text: str) -> int:
    """Return an upper limit for the nesting depth of a YAML text, without parsing it.

    Each column of indentation and each bracket can open two levels, because a bracket can contain a pair.
    """
    return 2 * (1 + max(map(len, _INDENT.findall(text))) + text.count("[") + text.count("{"))


def _has_aliases(text: str) -> bool:
    """Return whether a text has aliases. Raises if it is nested too deeply or escapes an invalid character."""
    if not _NEEDS_CHECK.search(text) and max_nesting(text) <= MAX_NESTING:
        return False
    depth, aliases = 0, False
    for event in _events(text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases = aliases or isinstance(event, yaml.AliasEvent)
        if depth > MAX_NESTING:
            raise _error("nested too deeply", event.start_mark)
        if isinstance(event, yaml.ScalarEvent) and (found := _INVALID.search(event.value)):
            raise _invalid_character(found[0], event.start_mark)
    return aliases


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


def _check_expanded_size(node: yaml.Node, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the depth and size of a node after all aliases are replaced by their values. Raises if one is too large.

    `known` has the results for nodes that were visited, by their `id`.
    """
    if isinstance(node, yaml.ScalarNode):
        return 0, 1 + len(node.value)
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = MAX_NESTING, 0  # An alias inside its own value has no end, so it must fail.
    parts = chain.from_iterable(node.value) if isinstance(node, yaml.MappingNode) else node.value
    sizes = [_check_expanded_size(part, known) for part in parts]
    depth, size = 1 + max((deep for deep, _ in sizes), default=0), 1 + sum(size for _, size in sizes)
    if depth > MAX_NESTING:
        raise _error("nested too deeply", node.start_mark)
    if size > MAX_BYTES:
        raise _error("too large after all aliases are replaced by their values", node.start_mark)
    known[id(node)] = depth, size
    return depth, size


def _mark(text: str, at: int) -> yaml.Mark:
    buffer: Any = None
    return yaml.Mark("", at, text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1, buffer, 0)


def _invalid_character(char: str, mark: Any) -> yaml.MarkedYAMLError:
    return _error(f"the character U+{ord(char):04X} is not allowed", mark)


def _error(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _value(node: yaml.Node, name: str, last: int) -> Value:
    """Return a node as a value. A location after the last line of the text (`last`, from 0) is moved to that line."""
    mark = node.start_mark
    one_line = node.end_mark.line == mark.line
    width = max(1, node.end_mark.column - mark.column) if one_line else 1
    location = Location(name, min(mark.line, last) + 1, mark.column + 1, width)
    match node:
        case yaml.ScalarNode():
            if node.style in ("'", '"') and one_line:
                location = location._replace(column=location.column + 1, width=max(1, width - 2))
            return Value(str(node.value), location, node.tag.rpartition(":")[2])
        case yaml.SequenceNode():
            return Value([_value(item, name, last) for item in node.value], location, "list")
        case yaml.MappingNode():
            data: dict[str, Value] = {}
            keys: dict[str, Location] = {}
            for key, value in node.value:
                written = _value(key, name, last)
                if not isinstance(written.data, str):
                    raise InputError(error("PV122", "a key must be a word", written.location, "write “key: value”"))
                if written.data in data:
                    raise InputError(
                        error("PV123", f"the key “{written.data}” occurs twice", written.location, "delete one of them")
                    )
                data[written.data], keys[written.data] = _value(value, name, last), written.location
            return Value(data, location, "map", keys)
        case _:
            raise AssertionError(node)

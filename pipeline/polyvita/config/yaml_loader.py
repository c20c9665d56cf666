"""YAML as values with their places: how a file is read, and how much of it.

PyYAML's quick composer reads the text; what would bring it down, or never end, is refused before.
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
    """A YAML value and its place. `data` is the text of a scalar, or a list or dict of values; `keys` the
    places of a mapping's keys; `kind` YAML's idea of a scalar's type (`str`, `int`, `float`, `bool`, `null` …).

    Scalars stay text, because only the field that takes them knows better: `lang: no` is Norwegian.
    """

    data: str | list[Value] | dict[str, Value]
    location: Location
    kind: str = "str"
    keys: Mapping[str, Location] = {}


def read_yaml(path: Path, name: str) -> Value | None:
    """The file's content, None where it is empty; `name` is what findings call it. Raises `InputError`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1000} KB, the most that is read"
            raise InputError(error("PV127", message, Location(name), "such a file holds a few lines of settings"))
        text = decode(data)
    except FileNotFoundError:
        raise InputError(error("PV120", "there is no such file", Location(name))) from None
    except NotTextError as problem:
        location = Location(name, problem.line, problem.column)
        raise InputError(error("PV121", problem.message, location, problem.hint)) from None
    except IsADirectoryError:
        raise InputError(
            error("PV120", "this is a folder, not a file", Location(name), "give it another name")
        ) from None
    except OSError as problem:
        raise InputError(error("PV120", f"the file cannot be read: {problem.strerror}", Location(name))) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Value | None:
    """The content of a YAML text, None where it is empty. Raises `InputError` with the place where it breaks."""
    try:
        node = compose_yaml(text)
        return None if node is None else _value(node, name, text.count("\n"))
    except yaml.MarkedYAMLError as problem:
        said = explain_yaml_error(problem, text)
        location = Location(name, said.line, said.column)
        raise InputError(error("PV122", f"not YAML: {said.message}", location, said.hint)) from None


MAX_NESTING = 100
"""So many lists and groups may stand in one another."""
MAX_BYTES = 200_000
"""So many bytes may a file have, a hundred long ones, and so many letters what its aliases stand for."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNUSABLE = yaml.reader.Reader.NON_PRINTABLE
_NO_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
"""What YAML 1.1 counts as the end of a line, and no editor does."""


def compose_yaml(text: str) -> yaml.Node | None:
    """The tree of a YAML text, None where it is empty. Raises `yaml.MarkedYAMLError`, for too deep a nesting too: the
    quick composer, which alone reads all of YAML 1.1, would bring the whole process down."""
    if not text.isascii():
        text = text.translate(_NO_BREAKS)
    if found := _UNUSABLE.search(text):
        raise _unusable(found[0], _mark(text, found.start()))
    try:
        aliases = _has_aliases(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        if problem.problem_mark and problem.problem_mark.line > text.count("\n"):  # behind a last line without its end
            problem.problem_mark = _mark(text, len(text))
        raise
    if aliases:
        _written_out(cast(yaml.Node, node), {})
    return node


_MAY_BE_ODD = re.compile(r"[*\\\r]")  # an alias, a character spelled by its number, a line end of another kind
_BEFORE = re.compile(r"^[ \t?:-]*", re.MULTILINE)


def max_nesting(text: str) -> int:
    """How deep a YAML text can be nested at most, told from its letters: two levels for each column that a line begins
    further right, and for each bracket, in which a pair may stand."""
    return 2 * (1 + max(map(len, _BEFORE.findall(text))) + text.count("[") + text.count("{"))


def _has_aliases(text: str) -> bool:
    """Whether a text has aliases. Raises where it is nested too deeply, or spells what no text can hold."""
    if not _MAY_BE_ODD.search(text) and max_nesting(text) <= MAX_NESTING:
        return False
    depth, aliases = 0, False
    for event in _events(text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases = aliases or isinstance(event, yaml.AliasEvent)
        if depth > MAX_NESTING:
            raise _wrong("nested too deeply", event.start_mark)
        if isinstance(event, yaml.ScalarEvent) and (found := _UNUSABLE.search(event.value)):
            raise _unusable(found[0], event.start_mark)
    return aliases


_TOO_DEEP = "exceeded maximum nesting depth"


def _events(text: str) -> Iterator[yaml.Event]:
    """What a YAML text is made of. libyaml has a limit of its own, which it may meet ahead of where it is: what stands
    before that is given all the same, so that the place is the same with and without that limit."""
    given = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            yield event
            given += 1
    except yaml.MarkedYAMLError as problem:
        if problem.problem != _TOO_DEEP or problem.problem_mark is None:
            raise
        yield from islice(yaml.parse(text[: problem.problem_mark.index], Loader=_LOADER), given, None)


def _written_out(node: yaml.Node, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How deep and how large a node is once each alias in it is what it stands for. Raises where that is too much."""
    if isinstance(node, yaml.ScalarNode):
        return 0, 1 + len(node.value)
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = MAX_NESTING, 0  # until it is known: an alias inside what it stands for has no end
    parts = chain.from_iterable(node.value) if isinstance(node, yaml.MappingNode) else node.value
    sizes = [_written_out(part, known) for part in parts]
    depth, size = 1 + max((deep for deep, _ in sizes), default=0), 1 + sum(size for _, size in sizes)
    if depth > MAX_NESTING:
        raise _wrong("nested too deeply", node.start_mark)
    if size > MAX_BYTES:
        raise _wrong("too large once each alias is what it stands for", node.start_mark)
    known[id(node)] = depth, size
    return depth, size


def _mark(text: str, at: int) -> yaml.Mark:
    buffer: Any = None
    return yaml.Mark("", at, text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1, buffer, 0)


def _unusable(char: str, mark: Any) -> yaml.MarkedYAMLError:
    return _wrong(f"the character U+{ord(char):04X} cannot stand in it", mark)


def _wrong(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _value(node: yaml.Node, name: str, last: int) -> Value:
    """A node's value; what comes to nothing behind the `last` line, counted from 0, stands in it."""
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
                at = _value(key, name, last)
                if not isinstance(at.data, str):
                    raise InputError(error("PV122", "a key has to be a word", at.location, "write “key: value”"))
                if at.data in data:
                    raise InputError(
                        error("PV123", f"“{at.data}” is written twice", at.location, "take one of them out")
                    )
                data[at.data], keys[at.data] = _value(value, name, last), at.location
            return Value(data, location, "map", keys)
        case _:
            raise AssertionError(node)

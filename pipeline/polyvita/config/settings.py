"""YAML files as typed settings: one class says what a file may hold, and everything else follows from it.

From the class come the reading (every problem found, each with line and column), the JSON Schema for editors
(`json_schema`) and the reference page of the documentation. A field's type says how its value is read, and `setting` in
one sentence what it is for.

Types that a field may have: `str`, `int`, `float`, `bool`, `Literal` of strings, `tuple[X, ...]` (a list; a single
value counts as a list of one), `Mapping[str, X]`, another settings class, any class with a method
`from_text(text, place)` that raises `InputError` or `ValueError`, and each of these `| None`.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct, StructMeta, structs
from msgspec import field as struct_field

from polyvita.config.yaml_loader import Value
from polyvita.core.diagnostics import InputError, Report, closest_name, did_you_mean, error, join_names
from polyvita.core.location import Location

T = TypeVar("T")
_NUMBER = re.compile(r"\[\d+\]")


# ---------------------------------------------------------------- settings classes


class Setting(NamedTuple):
    """A field of a settings class: its name, the key it has in YAML, what it is for, and what it is where it is left
    out, if it may be."""

    name: str
    key: str
    doc: str
    example: str
    default: Any

    @property
    def required(self) -> bool:
        return self.default is NODEFAULT


class _Said(NamedTuple):
    """What `setting` was told."""

    doc: str
    key: str
    example: str
    default: Any
    default_factory: Any


def setting(
    doc: str, *, key: str = "", example: str = "", default: Any = NODEFAULT, default_factory: Any = NODEFAULT
) -> Any:
    """A field of a settings class: `doc` in one sentence; `key` where its name in YAML is not a Python name; `example`
    for the documentation; and what it is where it is left out, or what makes that."""
    return _Said(doc, key, example, default, default_factory)


class _SettingsMeta(StructMeta):
    """Keeps what `setting` was told, and leaves to the struct what it knows of a field."""

    settings: tuple[Setting, ...]

    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> Any:
        fields = {field: said for field, said in body.items() if isinstance(said, _Said)}
        for field, said in fields.items():
            if said.default_factory is not NODEFAULT:
                body[field] = struct_field(default_factory=said.default_factory)
            elif said.default is not NODEFAULT:
                body[field] = said.default
            else:
                del body[field]
        cls = super().__new__(mcls, name, bases, body, **options)
        inherited = [known for base in bases for known in getattr(base, "settings", ())]
        own = [
            Setting(field, said.key or field, said.doc, said.example, _default(said)) for field, said in fields.items()
        ]
        cls.settings = (*inherited, *own)
        return cls


def _default(said: _Said) -> Any:
    return said.default if said.default_factory is NODEFAULT else said.default_factory()


class Settings(Struct, frozen=True, metaclass=_SettingsMeta):
    """What a group of keys may hold. Fields that are no `setting` are filled in by whoever reads it."""


def keys_of(cls: Any) -> Mapping[str, Setting]:
    """The keys that a settings class takes, as written in YAML, and the field of each; none for any other class."""
    return _keys_of(cls) if is_settings(cls) else {}


@cache
def _keys_of(cls: _SettingsMeta) -> Mapping[str, Setting]:
    return types.MappingProxyType({known.key: known for known in cls.settings})


def is_settings(kind: Any) -> bool:
    """Whether a type is a settings class."""
    return isinstance(kind, _SettingsMeta)


# ---------------------------------------------------------------- from values to a settings class


def read_into(cls: type[T], value: Value, report: Report, what: str = "a filter file") -> T | None:
    """`value` as an instance of `cls`; every problem goes to `report`, and then the result is None.

    `what` names the thing in sentences. A field `locations` of the class, if it has one, receives the place of
    every value by its path: `select`, `order[2]`, `titles.education`.
    """
    reader = _Reader(report, what)
    result: Any = reader.read(cls, value, "")
    if reader.failed:
        return None
    if hasattr(result, "locations"):
        result = structs.replace(result, locations=types.MappingProxyType(reader.locations))
    return cast(T, result)


class _Reader:
    def __init__(self, report: Report, what: str) -> None:
        self.report = report
        self.what = what
        self.failed = False
        self.locations: dict[str, Location] = {}

    def wrong(self, message: str, location: Location, hint: str = "", code: str = "PV125") -> Any:
        self.report.add(error(code, message, location, hint))
        self.failed = True

    def read(self, kind: Any, value: Value, path: str) -> Any:
        self.locations[path] = value.location
        kind, origin, arguments = _shape(kind)
        if origin is tuple:
            items = value.data if isinstance(value.data, list) else [value]
            return tuple([self.read(arguments[0], item, f"{path}[{i}]") for i, item in enumerate(items)])
        if origin is Literal:
            return self.literal(arguments, value, path)
        if origin is not None and issubclass(origin, Mapping):
            return self.mapping(arguments[1], value, path)
        if is_settings(kind) and isinstance(value.data, dict):
            return self.settings(kind, value, path)
        if not isinstance(value.data, str):
            shape = "a list" if isinstance(value.data, list) else "a group of keys"
            return self.wrong(f"{_said(path)} takes {_kind_name(kind)}, not {shape}", value.location)
        return self.scalar(kind, value, value.data, path)

    def scalar(self, kind: Any, value: Value, text: str, path: str) -> Any:
        if value.kind == "null":
            hint = getattr(kind, "missing_value_hint", "write one, or take the line out")
            return self.wrong(f"{_said(path)} has no value", value.location, hint)
        if kind is str:
            return text
        if kind is bool:
            if value.kind != "bool":
                return self.wrong(f"{_said(path)} is true or false, not “{text}”", value.location)
            return text.lower() in ("true", "yes", "on")
        if hasattr(kind, "from_text"):
            try:
                return kind.from_text(text, value.location)
            except InputError as problem:
                self.report.add(*problem.findings)
                self.failed = True
                return None
            except ValueError as problem:
                return self.wrong(f"{_said(path)}: {problem}", value.location)
        if kind in (int, float):
            with suppress(ValueError, OverflowError):
                if math.isfinite(number := kind(text)):
                    return number
            return self.wrong(f"{_said(path)} is {_kind_name(kind)}, not “{text}”", value.location)
        return self.wrong(f"{_said(path)} takes {_kind_name(kind)}, not “{text}”", value.location)

    def literal(self, allowed: tuple[str, ...], value: Value, path: str) -> Any:
        if value.data in allowed:
            return value.data
        got = f"“{value.data}”" if isinstance(value.data, str) else "a list"
        hint = did_you_mean(value.data, allowed) if isinstance(value.data, str) else ""
        return self.wrong(f"{_said(path)} is {_either(allowed)}, not {got}", value.location, hint)

    def mapping(self, kind: Any, value: Value, path: str) -> Any:
        if not isinstance(value.data, dict):
            return self.wrong(f"{_said(path)} takes a group of keys", value.location)
        for key, location in value.keys.items():
            self.locations[f"{path}.{key}#"] = location
        return {key: self.read(kind, item, f"{path}.{key}") for key, item in value.data.items()}

    def settings(self, cls: Any, value: Value, path: str) -> Any:
        assert isinstance(value.data, dict)
        hints, known = field_types(cls), keys_of(cls)
        arguments = {}
        meant = set()
        for key, item in value.data.items():
            if key in known:
                arguments[known[key].name] = self.read(hints[known[key].name], item, f"{path}.{key}".lstrip("."))
                continue
            where = _said(path) if path else self.what
            meant.add(closest_name(key, known))
            hint = did_you_mean(key, known) or f"known keys: {join_names(known)}"
            self.wrong(f"{where} has no key “{key}”", value.keys[key], hint, "PV124")
        missing = [
            f"“{key}”" for key, f in known.items() if f.required and f.name not in arguments and key not in meant
        ]
        if missing:
            where = f" in {_said(path)}" if path else ""
            message = f"{join_names(missing)} {'are' if len(missing) > 1 else 'is'} missing{where}"
            self.wrong(message, value.location, f"add {'them' if len(missing) > 1 else 'it'}", "PV126")
        return None if self.failed else cls(**arguments)


field_types = cache(get_type_hints)
"""The types of a class's fields; to evaluate their annotations takes longer than to read a file."""


def strip_none(kind: Any) -> Any:
    """The type itself for one that may be None."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


@cache
def _shape(kind: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    """A type without its None, what it is made from (`tuple` for `tuple[X, ...]`), and its arguments."""
    kind = strip_none(kind)
    return kind, get_origin(kind), get_args(kind)


def _said(path: str) -> str:
    """A path as a person would say it: which of several is meant, the place says."""
    return f"“{_NUMBER.sub('', path)}”" if path else "the file"


def _either(names: tuple[str, ...]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _kind_name(kind: Any) -> str:
    if is_settings(kind) and not hasattr(kind, "from_text"):
        key, first = next(iter(keys_of(kind).items()))
        return f"a group of keys such as “{key}: {first.example or '…'}”"
    plain = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return getattr(kind, "kind_name", plain.get(kind, "a text"))

"""Typed settings in YAML files: one class defines the keys and values that a file may have.

The reader, the JSON Schema for editors (`json_schema`) and the reference page of the documentation are derived from the
class. The reader reports all errors with line and column. The type of a field defines which values it takes, and
`setting` gives its description.

A field can have these types, each also with `| None`:

- `str`, `int`, `float`, `bool`, and `Literal` of strings.
- `tuple[X, ...]`, a list. A single value is a list of one.
- `Mapping[str, X]`, and any other settings class.
- Any class with a method `from_text(text, location)` that raises `InputError` or `ValueError`.
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
_INDEX = re.compile(r"\[\d+\]")


# ---------------------------------------------------------------- settings classes


class Setting(NamedTuple):
    """A field of a settings class: its name, its key in YAML, its description, an example and its default value.

    The default of a required field is `NODEFAULT`.
    """

    name: str
    key: str
    doc: str
    example: str
    default: Any

    @property
    def required(self) -> bool:
        return self.default is NODEFAULT


class _SettingArguments(NamedTuple):
    """The arguments of `setting`, until the class is created."""

    doc: str
    key: str
    example: str
    default: Any
    default_factory: Any


def setting(
    doc: str, *, key: str = "", example: str = "", default: Any = NODEFAULT, default_factory: Any = NODEFAULT
) -> Any:
    """Define a field of a settings class.

    `doc` is a description in one sentence, and `example` a value for the documentation. `key` is the name in YAML if
    it is not a Python name. A field without `default` and `default_factory` is required.
    """
    return _SettingArguments(doc, key, example, default, default_factory)


class _SettingsMeta(StructMeta):
    """Collects the fields that `setting` defines, and passes their types and defaults to the struct."""

    settings: tuple[Setting, ...]

    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> Any:
        fields = {field: value for field, value in body.items() if isinstance(value, _SettingArguments)}
        for field, arguments in fields.items():
            if arguments.default_factory is not NODEFAULT:
                body[field] = struct_field(default_factory=arguments.default_factory)
            elif arguments.default is not NODEFAULT:
                body[field] = arguments.default
            else:
                del body[field]
        cls = super().__new__(mcls, name, bases, body, **options)
        inherited = [one for base in bases for one in getattr(base, "settings", ())]
        own = [Setting(name, a.key or name, a.doc, a.example, _default(a)) for name, a in fields.items()]
        cls.settings = (*inherited, *own)
        return cls


def _default(arguments: _SettingArguments) -> Any:
    return arguments.default if arguments.default_factory is NODEFAULT else arguments.default_factory()


class Settings(Struct, frozen=True, metaclass=_SettingsMeta):
    """Base class of settings. A field without `setting` is not a key in YAML; the caller of `read_into` sets it."""


def keys_of(cls: Any) -> Mapping[str, Setting]:
    """Return the fields of a settings class by their keys in YAML. Empty for any other class."""
    return _keys_of(cls) if is_settings(cls) else {}


@cache
def _keys_of(cls: _SettingsMeta) -> Mapping[str, Setting]:
    return types.MappingProxyType({one.key: one for one in cls.settings})


def is_settings(kind: Any) -> bool:
    """Return whether a type is a settings class."""
    return isinstance(kind, _SettingsMeta)


# ---------------------------------------------------------------- reading values into a settings class


def read_into(cls: type[T], value: Value, report: Report, what: str = "a filter file") -> T | None:
    """Return `value` as an instance of `cls`. If it has errors, add them to `report` and return None.

    `what` is the name of the file in messages. If the class has a field `locations`, the field gets the location of
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

    def error(self, message: str, location: Location, hint: str = "", code: str = "PV125") -> Any:
        self.report.add(error(code, message, location, hint))
        self.failed = True

    def read(self, kind: Any, value: Value, path: str) -> Any:
        self.locations[path] = value.location
        kind, origin, arguments = _split_type(kind)
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
            return self.error(f"{_quote(path)} must be {_kind_name(kind)}, not {shape}", value.location)
        return self.scalar(kind, value, value.data, path)

    def scalar(self, kind: Any, value: Value, text: str, path: str) -> Any:
        if value.kind == "null":
            hint = getattr(kind, "missing_value_hint", "add a value, or delete the line")
            return self.error(f"{_quote(path)} has no value", value.location, hint)
        if kind is str:
            return text
        if kind is bool:
            if value.kind != "bool":
                return self.error(f"{_quote(path)} must be true or false, not “{text}”", value.location)
            return text.lower() in ("true", "yes", "on")
        if hasattr(kind, "from_text"):
            try:
                return kind.from_text(text, value.location)
            except InputError as problem:
                self.report.add(*problem.findings)
                self.failed = True
                return None
            except ValueError as problem:
                return self.error(f"{_quote(path)}: {problem}", value.location)
        if kind in (int, float):
            with suppress(ValueError, OverflowError):
                if math.isfinite(number := kind(text)):
                    return number
            return self.error(f"{_quote(path)} must be {_kind_name(kind)}, not “{text}”", value.location)
        return self.error(f"{_quote(path)} must be {_kind_name(kind)}, not “{text}”", value.location)

    def literal(self, allowed: tuple[str, ...], value: Value, path: str) -> Any:
        if value.data in allowed:
            return value.data
        actual = f"“{value.data}”" if isinstance(value.data, str) else "a list"
        hint = did_you_mean(value.data, allowed) if isinstance(value.data, str) else ""
        return self.error(f"{_quote(path)} must be {_either(allowed)}, not {actual}", value.location, hint)

    def mapping(self, kind: Any, value: Value, path: str) -> Any:
        if not isinstance(value.data, dict):
            return self.error(f"{_quote(path)} must be a group of keys", value.location)
        for key, location in value.keys.items():
            self.locations[f"{path}.{key}#"] = location
        return {key: self.read(kind, item, f"{path}.{key}") for key, item in value.data.items()}

    def settings(self, cls: Any, value: Value, path: str) -> Any:
        assert isinstance(value.data, dict)
        hints, known = field_types(cls), keys_of(cls)
        arguments = {}
        intended = set()
        for key, item in value.data.items():
            if key in known:
                arguments[known[key].name] = self.read(hints[known[key].name], item, f"{path}.{key}".lstrip("."))
                continue
            intended.add(closest_name(key, known))
            hint = did_you_mean(key, known) or f"use one of these keys: {join_names(known)}"
            message = f"unknown key “{key}” in {_quote(path) if path else self.what}"
            self.error(message, value.keys[key], hint, "PV124")
        missing = [
            f"“{key}”" for key, f in known.items() if f.required and f.name not in arguments and key not in intended
        ]
        if missing:
            where = f" in {_quote(path)}" if path else ""
            message = f"{join_names(missing)} {'are' if len(missing) > 1 else 'is'} missing{where}"
            self.error(message, value.location, f"add {'them' if len(missing) > 1 else 'it'}", "PV126")
        return None if self.failed else cls(**arguments)


field_types = cache(get_type_hints)
"""The types of the fields of a class. Cached, because evaluating annotations takes longer than reading a file."""


def strip_none(kind: Any) -> Any:
    """Return a type without its `| None`."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


@cache
def _split_type(kind: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    """Return a type without its None, its origin (`tuple` for `tuple[X, ...]`), and its arguments."""
    kind = strip_none(kind)
    return kind, get_origin(kind), get_args(kind)


def _quote(path: str) -> str:
    """Return a path for messages. Indexes are left out, because the location shows which item is meant."""
    return f"“{_INDEX.sub('', path)}”" if path else "the file"


def _either(names: tuple[str, ...]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _kind_name(kind: Any) -> str:
    if is_settings(kind) and not hasattr(kind, "from_text"):
        key, first = next(iter(keys_of(kind).items()))
        return f"a group of keys such as “{key}: {first.example or '…'}”"
    plain = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return getattr(kind, "kind_name", plain.get(kind, "text"))

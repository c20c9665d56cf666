"""Typed settings in YAML: one class defines the keys and values that a text may have.

A settings class is a `Settings` struct. A field with a description, `Annotated[T, about("…")]`, is a key; the program
sets the other fields. The reader, the JSON Schema for editors (`json_schema`) and the reference pages of the
documentation are derived from the class. The reader reports all errors with line and column.

A field can have these types, each also with `| None` and the default None:

- `str`, also with a `pattern`; `int` and `float`, also with `ge` and `le`; `bool`; `Literal` of strings.
- `tuple[X, ...]` or `list[X]`, also with `min_length` and `max_length`. A single value is a list of one.
- `Mapping[str, X]`, and any other settings class.
- A union of a list, a mapping and one other type.
- Any class with a method `from_text(text, location)` that raises `InputError` or `ValueError`. msgspec does not know
  such a class, so a default value must come from a `default_factory`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, cast, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct, structs

from polyvita.config.yaml_loader import Value, YamlKind
from polyvita.core.diagnostics import Finding, InputError, closest_name, did_you_mean, error, join_names
from polyvita.core.languages import LANGUAGE_TAG, misnamed_language
from polyvita.core.location import Location

T = TypeVar("T")
_INDEX = re.compile(r"\[\d+\]")
_LIMITS = ("ge", "le", "min_length", "max_length", "pattern")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Base class of settings."""


def about(
    description: str | None = None, example: Any = None, *, expected: str = "", hint: str = "", **limits: Any
) -> Meta:
    """Return the `Meta` of a key: a description, an example, and the limits that msgspec knows (`ge`, `pattern` …).

    `expected` says what a value must be, and `hint` what to do about a value of the wrong shape or size.
    """
    examples = None if example is None else [example]
    return Meta(description=description, examples=examples, extra={"expected": expected, "hint": hint}, **limits)


_A_LANGUAGE = "a language such as en or de-AT"
Language = Annotated[str, about(pattern=f"^{LANGUAGE_TAG.pattern}$", expected=_A_LANGUAGE)]


# ---------------------------------------------------------------- keys and their types


class ValueType(NamedTuple):
    """A type that a value may have: a class, or `tuple`, `list`, `Mapping` or `Literal`.

    `shape` is the type of `Value.data`, and `limits` come from `about`. `items` are the types of the items of a list or
    a mapping. In a mapping with `empty_items`, a null is None. `choices` are the values of a `Literal`.
    """

    type: Any
    shape: type
    limits: Mapping[str, Any]
    items: tuple[ValueType, ...] = ()
    empty_items: bool = False
    choices: tuple[str, ...] = ()


class Key(NamedTuple):
    """A key of a settings class: its field and types, its description, an example in YAML, and its default value.

    The default of a required key is `NODEFAULT`.
    """

    field: str
    types: tuple[ValueType, ...]
    description: str
    example: str
    default: Any


@cache
def keys_of(cls: type[Settings]) -> Mapping[str, Key]:
    """Return the keys of a settings class."""
    keys = {}
    for field in structs.fields(cls):
        metas = getattr(field.type, "__metadata__", ())
        description = next((meta.description for meta in metas if meta.description), None)
        if description:
            types = tuple(_value_types(field.type, {}))
            example = next((format_example(meta.examples[0]) for meta in metas if meta.examples), "")
            default = field.default if field.default_factory is NODEFAULT else field.default_factory()
            keys[field.encode_name] = Key(field.name, types, description, example, default)
    return keys


def _value_types(annotation: Any, limits: Mapping[str, Any]) -> Iterator[ValueType]:
    """Yield the types that a union consists of, without None. For any other type, yield this type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        for meta in arguments[1:]:
            found = {name: getattr(meta, name) for name in _LIMITS} | (meta.extra or {})
            limits = {**limits, **{name: limit for name, limit in found.items() if limit not in (None, "")}}
        yield from _value_types(arguments[0], limits)
    elif origin in (Union, UnionType):
        for part in arguments:
            yield from _value_types(part, limits)
    elif origin is Literal:
        yield ValueType(Literal, str, limits, choices=arguments)
    elif origin is not None:  # a list, or a mapping of texts to other values
        shape, item = (dict, arguments[1]) if origin is Mapping else (list, arguments[0])
        yield ValueType(origin, shape, limits, tuple(_value_types(item, {})), NoneType in get_args(item))
    elif annotation is not NoneType:
        yield ValueType(annotation, dict if issubclass(annotation, Settings) else str, limits)


def format_example(value: Any) -> str:
    """Return an example as it is written in YAML, on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {format_example(part)}' for key, part in value.items())}}}"
    return f"[{', '.join(map(format_example, value))}]" if isinstance(value, list) else str(value)


# ---------------------------------------------------------------- reading values into a settings class


def read_into(cls: type[T], value: Value, what: YamlKind) -> tuple[T | None, tuple[Finding, ...]]:
    """Return a group of keys as an instance of `cls`, and the findings; if there are any, the instance is None.

    If the class has a field `locations`, the field gets the location of every value by its path: `select`, `order[2]`,
    `titles.education`. The location of a key has a # before its path: `#titles.education`.
    """
    reader = _Reader(what)
    result = reader.group(cls, value, "")
    if reader.findings:
        return None, tuple(reader.findings)
    if hasattr(result, "locations"):
        result = structs.replace(result, locations=reader.locations)
    return cast(T, result), ()


class _Reader:
    """Reads the values of one file. If a method adds a finding, what it returns is not used."""

    def __init__(self, what: YamlKind) -> None:
        self.name, self.codes = what.name, what.codes
        self.findings: list[Finding] = []
        self.locations: dict[str, Location] = {}

    def reject(self, message: str, value: Value, hint: str = "") -> None:
        self.findings.append(error(self.codes.wrong_value, message, value.location, hint))

    def reject_type(self, kind: ValueType, value: Value, path: str, hint: str = "") -> None:
        """Reject a value that does not have the type that it must have."""
        found = {list: "a list", dict: "a group of keys"}.get(type(value.data), f"“{value.data}”")
        self.reject(f"{_quote(path)} must be {_describe(kind)}, not {found}", value, hint)

    def read(self, kinds: tuple[ValueType, ...], value: Value, path: str) -> Any:
        self.locations[path] = value.location
        kind = next((one for one in kinds if isinstance(value.data, one.shape)), kinds[0])
        fits = isinstance(value.data, kind.shape)
        if value.kind == "null":
            hint = getattr(kind.type, "missing_value_hint", "add a value, or delete the line")
            return self.reject(f"{_quote(path)} has no value", value, hint)
        if kind.shape is list and (fits or len(kinds) == 1):
            return self.sequence(kind, value, path)
        if kind.shape is dict and fits:
            return self.mapping(kind, value, path) if kind.items else self.group(kind.type, value, path)
        if isinstance(value.data, str) and (fits or hasattr(kind.type, "from_text")):
            return self.scalar(kind, value.data, value, path)
        return self.reject_type(kind, value, path, kind.limits.get("hint", ""))

    def scalar(self, kind: ValueType, text: str, value: Value, path: str) -> Any:
        if hasattr(kind.type, "from_text"):
            return self.custom(kind, text, value, path)
        if kind.type in (int, float):
            return self.number(kind, text, value, path)
        if kind.choices and text not in kind.choices:
            return self.reject_type(kind, value, path, did_you_mean(text, kind.choices))
        if kind.type is bool and value.kind == "bool":
            return text.lower() in ("true", "yes", "on")
        if kind.limits.get("expected") == _A_LANGUAGE and (hint := misnamed_language(text)):
            return self.reject_type(kind, value, path, hint)
        if kind.type is bool or ("pattern" in kind.limits and not re.fullmatch(kind.limits["pattern"], text)):
            return self.reject_type(kind, value, path)
        return text

    def custom(self, kind: ValueType, text: str, value: Value, path: str) -> Any:
        try:
            return kind.type.from_text(text, value.location)
        except InputError as problem:
            self.findings += problem.findings
        except ValueError as problem:
            self.reject(f"{_quote(path)}: {problem}", value)
        return None

    def number(self, kind: ValueType, text: str, value: Value, path: str) -> Any:
        try:
            number = kind.type(text)
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            return self.reject_type(kind, value, path)
        least, most = (kind.limits.get(name, number) for name in ("ge", "le"))
        if not least <= number <= most:
            limits = f"between {least} and {most}" if "le" in kind.limits else f"{least} or more"
            self.reject(f"{_quote(path)} must be {limits}, not {text}", value, kind.limits.get("hint", ""))
        return number

    def sequence(self, kind: ValueType, value: Value, path: str) -> Any:
        items = value.data if isinstance(value.data, list) else [value]
        least, most = (kind.limits.get(name, len(items)) for name in ("min_length", "max_length"))
        if not least <= len(items) <= most:
            problem = f"must have {least} values, not {len(items)}" if items else "is empty"
            self.reject(f"{_quote(path)} {problem}", value, kind.limits.get("hint", ""))
        return kind.type([self.read(kind.items, item, f"{path}[{i}]") for i, item in enumerate(items)])

    def mapping(self, kind: ValueType, value: Value, path: str) -> Any:
        assert isinstance(value.data, dict)
        self.locations |= {f"#{path}.{key}": location for key, location in value.keys.items()}
        return {
            key: None if kind.empty_items and item.kind == "null" else self.read(kind.items, item, f"{path}.{key}")
            for key, item in value.data.items()
        }

    def group(self, cls: Any, value: Value, path: str) -> Any:
        assert isinstance(value.data, dict)
        known = keys_of(cls)
        fields = {}
        intended = set()
        for key, item in value.data.items():
            inner = f"{path}.{key}".lstrip(".")
            self.locations[f"#{inner}"] = value.keys[key]
            if key in known:
                fields[known[key].field] = self.read(known[key].types, item, inner)
                continue
            intended.add(closest_name(key, known))
            hint = did_you_mean(key, known) or f"use one of these keys: {join_names(known)}"
            message = f"unknown key “{key}” in {_quote(path) if path else self.name}"
            self.findings.append(error(self.codes.unknown_key, message, value.keys[key], hint))
        required = {key for key, one in known.items() if one.default is NODEFAULT}
        if missing := required - value.data.keys() - intended:
            verb, hint = ("are", "add them") if len(missing) > 1 else ("is", "add it")
            where = f" in {_quote(path)}" if path else ""
            message = f"{join_names(f'“{key}”' for key in missing)} {verb} missing{where}"
            self.findings.append(error(self.codes.missing_key, message, value.location, hint))
        return None if self.findings else cls(**fields)


_PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _quote(path: str) -> str:
    """Return a path for messages. Indexes are left out, because the location shows which item is meant."""
    return f"“{_INDEX.sub('', path)}”"


def _describe(kind: ValueType) -> str:
    """Return what a value of this type must be, for messages."""
    if expected := kind.limits.get("expected") or getattr(kind.type, "expected", ""):
        return str(expected)
    if kind.choices:
        *most, last = kind.choices
        return f"{', '.join(most)} or {last}" if most else last
    if kind.shape is str or hasattr(kind.type, "from_text"):
        return _PLAIN.get(kind.type, "text")
    if kind.items:
        return "a group of keys"
    key, first = next(iter(keys_of(kind.type).items()))
    return f"a group of keys such as “{key}: {first.example or '…'}”"

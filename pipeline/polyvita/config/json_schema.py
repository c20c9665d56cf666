"""JSON Schema (draft 2020-12) of settings classes, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any, Literal, cast, get_args, get_origin

from polyvita.config.settings import field_types, is_settings, keys_of, strip_none


def json_schema(cls: Any, title: str) -> dict[str, Any]:
    """Return the JSON Schema of a settings class."""
    groups: dict[str, Any] = {}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **_group(cls, groups), "$defs": groups}


def _schema(kind: Any, groups: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type. Settings classes go to `groups` by name, because a class can contain itself."""
    kind = strip_none(kind)
    origin = get_origin(kind)
    if origin is tuple:
        item = _schema(get_args(kind)[0], groups)
        return {"anyOf": [{"type": "array", "items": item}, item]}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is not None:
        return {"type": "object", "additionalProperties": _schema(get_args(kind)[1], groups)}
    text: dict[str, Any] = {"type": ["string", "number"]}
    if not is_settings(kind):
        plain: dict[Any, dict[str, Any]] = {
            int: {"type": "integer"},
            float: {"type": "number"},
            bool: {"type": "boolean"},
        }
        return plain.get(kind, text)
    name = cast(type, kind).__name__
    if name not in groups:
        groups[name] = {}  # Registered before its fields are read, because a class can contain itself.
        group = _group(kind, groups)
        groups[name] = {"anyOf": [group, text]} if hasattr(kind, "from_text") else group
    return {"$ref": f"#/$defs/{name}"}


def _group(cls: Any, groups: dict[str, Any]) -> dict[str, Any]:
    hints = field_types(cls)
    properties = {key: {**_schema(hints[f.name], groups), "description": f.doc} for key, f in keys_of(cls).items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}

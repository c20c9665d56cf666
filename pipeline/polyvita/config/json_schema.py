"""JSON Schema (draft 2020-12) of settings classes, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from msgspec.json import schema_components

from polyvita.config.settings import Settings

_TEXT = {"type": ["string", "number", "boolean"]}
"""Editors convert scalars as YAML does. The reader takes all of them as text."""
_LIST_KEYWORDS = ("type", "items", "minItems", "maxItems")


def json_schema(cls: type[Settings], title: str) -> dict[str, Any]:
    """Return the JSON Schema of a settings class."""
    _, schemas = schema_components([cls], schema_hook=lambda _: dict(_TEXT))
    with_text = {one.__name__ for one in Settings.__subclasses__() if hasattr(one, "from_text")}
    groups = {name: _group(schema) for name, schema in schemas.items() if "properties" in schema}
    for name in with_text & groups.keys():
        groups[name]["type"] = ["object", *_TEXT["type"]]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **groups.pop(cls.__name__), "title": title, "$defs": groups}


def _group(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a group of keys, without the fields that the program sets."""
    properties = {key: _value(one) for key, one in schema["properties"].items() if "description" in one}
    schema = {**schema, "properties": properties}
    return schema if schema["required"] else {key: one for key, one in schema.items() if key != "required"}


def _value(schema: dict[str, Any], *, in_union: bool = False) -> dict[str, Any]:
    """Return the schema of a value: a key has no value null, and a single value is a list of one."""
    schema = dict(schema)
    default = schema.pop("default", "")
    if default not in ("", [], {}, None):
        schema["default"] = default
    if default is None:
        options = [one for one in schema.pop("anyOf") if one != {"type": "null"}]
        schema |= options[0] if len(options) == 1 else {"anyOf": options}
    if "anyOf" in schema:
        schema["anyOf"] = [_value(one, in_union=True) for one in schema["anyOf"]]
    for keyword in {"items", "additionalProperties"} & schema.keys():
        schema[keyword] = _value(schema[keyword])
    if schema.get("type") == "string":
        schema |= _TEXT
    if schema.get("type") == "array" and not in_union:
        several = {keyword: schema.pop(keyword) for keyword in _LIST_KEYWORDS if keyword in schema}
        schema["anyOf"] = [several, several["items"]]
    return schema

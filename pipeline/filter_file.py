"""Reading filter files: with what they extend, every problem with its place, and the schema for editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.diagnostics import Finding, InputError, Report, error, listing, nearest
from pipeline.document import Place
from pipeline.files import is_file
from pipeline.revision import Revision
from pipeline.settings import json_schema, read_into
from pipeline.values import Value, parse_yaml, read_yaml
from pipeline.variant import Part, Variant


def load_filter(path: str | Path, *, report: Report | None = None, then: Revision | None = None) -> Variant:
    """Read a filter file, with what it extends; both as they were `then`, if that is given.

    Raises `InputError` with every problem of the file, each with its line and column.
    """
    path = Path(path)
    findings = report if report is not None else Report()
    value = _load(path, (), then)
    assert isinstance(value.data, dict)
    variant = read_into(Variant, value, findings)
    if variant is not None:
        findings.add(*_check(variant))
    if findings.has_errors or variant is None:
        raise InputError(*findings)
    return replace(variant, name=path.stem, file=then.called(path) if then else str(path), folder=path.parent)


def _load(path: Path, chain: tuple[Path, ...], then: Revision | None) -> Value:
    """The file as a mapping, laid over what it extends: scalars and lists replace, groups of keys merge."""
    name = then.called(path) if then else str(path)
    value = parse_yaml(then.text(path), name) if then else read_yaml(path, name)
    value = value or Value({}, Place(name, 1), "map")
    if not isinstance(value.data, dict):
        raise InputError(error("PV125", "a filter file is a group of keys such as “select: core”", value.place))
    base = value.data.get("extends")
    if base is None:
        return value
    if not isinstance(base.data, str) or Path(base.data).name != base.data:
        raise InputError(error("PV125", "“extends” takes the name of one other filter in this folder", base.place))
    other = path.parent / f"{base.data}.yaml"
    if other in (*chain, path):
        raise InputError(error("PV128", f"“{base.data}” is extended in a circle", base.place))
    if then is None and not is_file(other):
        names = [file.stem for file in path.parent.glob("*.yaml") if file != path]
        message = f"there is no filter “{base.data}” to extend"
        raise InputError(
            error("PV128", message, base.place, nearest(base.data, names) or f"there are {listing(names)}")
        )
    merged = _merge(_load(other, (*chain, path), then), value)
    assert isinstance(merged.data, dict)
    return Value({k: v for k, v in merged.data.items() if k != "extends"}, value.place, "map", merged.keys)


def _merge(under: Value, over: Value) -> Value:
    if not (isinstance(under.data, dict) and isinstance(over.data, dict)):
        return over
    data = dict(under.data)
    for key, value in over.data.items():
        data[key] = _merge(data[key], value) if key in data else value
    return Value(data, over.place, "map", {**under.keys, **over.keys})


def _check(variant: Variant) -> list[Finding]:
    """What the types alone cannot say."""
    found = []
    for i, words in enumerate(variant.words):
        if words.most is None and words.least is None:
            at = variant.places.get(f"words[{i}]", variant.place("words"))
            found.append(error("PV125", "“words” sets no limit", at, "words: {items: bio, most: 100}"))
        if words.fit and words.most is None:
            found.append(error("PV125", "“fit” needs a “most” to fit", variant.place(f"words[{i}].fit")))
    if variant.pages and variant.pages.most < 1:
        found.append(error("PV125", "an output has at least one page", variant.place("pages.most")))
    if variant.leading is not None and variant.leading < 1:
        found.append(error("PV125", "lines closer than their type size would touch", variant.place("leading")))
    for i, limit in enumerate(variant.limit):
        if limit.most < 1:
            at = variant.places.get(f"limit[{i}].most", variant.place("limit"))
            found.append(error("PV125", "a limit is 1 or more", at, "to leave all out, use “drop”"))
    found += _empty_parts(variant, variant.sections, "sections")
    if not variant.formats:
        found.append(error("PV125", "“formats” names no format", variant.place("formats")))
    if problem := _filename_problem(variant.filename):
        found.append(error("PV125", f"“filename” {problem}", variant.place("filename")))
    return found


def _empty_parts(variant: Variant, parts: tuple[Part, ...], path: str) -> Iterator[Finding]:
    for i, part in enumerate(parts):
        if not (part.from_ or part.items or part.sections):
            message = "a part of “sections” takes something from the CV"
            yield error("PV125", message, variant.place(f"{path}[{i}]"), "say what, with “from”, “items” or “sections”")
        yield from _empty_parts(variant, part.sections, f"{path}[{i}].sections")


def _filename_problem(pattern: str) -> str:
    try:
        name = pattern.format(filter="f", name="n", last="l", lang="en", date="2026-01-01")
    except (KeyError, IndexError, ValueError):
        return "may hold {filter}, {name}, {last}, {lang} and {date} only"
    if any(not part or part.startswith(".") or re.search(r'[\\:*?"<>|\x00-\x1f]', part) for part in name.split("/")):
        return 'has to be a plain name, of a folder too where there is one, without .. and without : * ? " < > |'
    return ""


def schema() -> dict[str, Any]:
    """The JSON Schema of filter files."""
    result = json_schema(Variant, "polyvita filter file")
    extends = {"extends": {"type": "string", "description": "another filter in this folder"}}
    return {**result, "properties": extends | result["properties"]}

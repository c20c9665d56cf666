"""Reading filter files: with what they extend, every problem with its place, and the schema for editors."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from polyvita.config.filter import Filter, Part
from polyvita.config.json_schema import json_schema
from polyvita.config.settings import read_into
from polyvita.config.theme import LEADING_PROBLEM, is_valid_leading
from polyvita.config.yaml_loader import Value, parse_yaml, read_yaml
from polyvita.core.diagnostics import Finding, InputError, Report, did_you_mean, error, join_names, list_available
from polyvita.core.document import LANGUAGE
from polyvita.core.files import is_file
from polyvita.core.git import Revision
from polyvita.core.location import Location


def load_filter(path: str | Path, *, report: Report | None = None, then: Revision | None = None) -> Filter:
    """Read a filter file, with what it extends; both as they were `then`, if that is given.

    Raises `InputError` with every problem of the file, each with its line and column.
    """
    path = Path(path)
    findings = report if report is not None else Report()
    value = _load(path, {}, then)
    assert isinstance(value.data, dict)
    filter = read_into(Filter, value, findings)
    if filter is not None:
        findings.add(*_check(filter))
    if findings.has_errors or filter is None:
        raise InputError(*findings)
    return structs.replace(filter, name=path.stem, file=then.label(path) if then else str(path), folder=path.parent)


def _load(path: Path, chain: Mapping[Path, Location], then: Revision | None) -> Value:
    """The file as a mapping, laid over what it extends: scalars and lists replace, groups of keys merge.
    `chain` has those that extend it, and where."""
    name = then.label(path) if then else str(path)
    value = parse_yaml(then.read_text(path), name) if then else read_yaml(path, name)
    value = value or Value({}, Location(name, 1), "map")
    if not isinstance(value.data, dict):
        raise InputError(error("PV125", "a filter file is a group of keys such as “select: core”", value.location))
    base = value.data.get("extends")
    if base is None:
        return value
    if not isinstance(base.data, str) or Path(base.data).name != base.data:
        raise InputError(error("PV125", "“extends” takes the name of one other filter in this folder", base.location))
    other = path.parent / f"{base.data}.yaml"
    chain = {**chain, path: base.location}
    if other in chain:
        raise InputError(_circle({file: chain[file] for file in list(chain)[list(chain).index(other) :]}))
    if then is None and not is_file(other) and not os.path.isdir(other):  # noqa: PTH112 - no name is too long for it
        names = [file.stem for file in path.parent.glob("*.yaml") if file != path]
        message = f"there is no filter “{base.data}” to extend"
        raise InputError(
            error("PV128", message, base.location, did_you_mean(base.data, names) or list_available(names))
        )
    merged = _merge(_load(other, chain, then), value)
    assert isinstance(merged.data, dict)
    return Value({k: v for k, v in merged.data.items() if k != "extends"}, value.location, "map", merged.keys)


def _circle(chain: Mapping[Path, Location]) -> Finding:
    """One and the same finding, whichever of the filters is read first."""
    first = min(chain)
    names = [f"“{file.stem}”" for file in chain]
    said = f"{join_names(names)} extend each other" if len(names) > 1 else f"{names[0]} extends itself"
    return error("PV128", said, chain[first], "take “extends” out" + (" of one of them" if len(names) > 1 else ""))


def _merge(under: Value, over: Value) -> Value:
    if not (isinstance(under.data, dict) and isinstance(over.data, dict)):
        return over
    data = dict(under.data)
    for key, value in over.data.items():
        data[key] = _merge(data[key], value) if key in data else value
    return Value(data, over.location, "map", {**under.keys, **over.keys})


def _check(filter: Filter) -> list[Finding]:
    """What the types alone cannot say."""
    found = []
    for i, words in enumerate(filter.words):
        if words.most is None and words.least is None:
            at = filter.locations.get(f"words[{i}]", filter.location("words"))
            found.append(error("PV125", "“words” sets no limit", at, "words: {items: bio, most: 100}"))
        if words.fit and words.most is None:
            found.append(
                error("PV125", "“fit” needs a “most” to fit", filter.location(f"words[{i}].fit"), "add “most”")
            )
    if filter.pages and filter.pages.most < 1:
        found.append(error("PV125", "“pages.most” is 1 or more", filter.location("pages.most")))
    if filter.leading is not None and not is_valid_leading(filter.leading):
        found.append(error("PV125", LEADING_PROBLEM, filter.location("leading")))
    if filter.lang and not LANGUAGE.fullmatch(filter.lang):
        message = f"“lang” is a language such as en or de-AT, not “{filter.lang}”"
        found.append(error("PV125", message, filter.location("lang")))
    for i, limit in enumerate(filter.limit):
        if limit.most < 1:
            at = filter.locations.get(f"limit[{i}].most", filter.location("limit"))
            found.append(error("PV125", "“limit.most” is 1 or more", at, "to leave all out, use “drop”"))
    found += _empty_parts(filter, filter.sections, "sections")
    if not filter.formats:
        hint = "take the line out for html, docx and pdf"
        found.append(error("PV125", "“formats” names no format", filter.location("formats"), hint))
    for i, name in enumerate(filter.formats):
        if name in filter.formats[:i]:
            location = filter.location(f"formats[{i}]")
            found.append(error("PV125", f"“formats” names {name} twice", location, "take one of them out"))
    if problem := filename_problem(filter.filename):
        found.append(error("PV125", f"“filename” {problem}", filter.location("filename")))
    return found


def _empty_parts(filter: Filter, parts: tuple[Part, ...], path: str) -> Iterator[Finding]:
    for i, part in enumerate(parts):
        if not (part.from_ or part.items or part.sections):
            message = "this part of “sections” takes nothing from the CV"
            yield error(
                "PV125", message, filter.location(f"{path}[{i}]"), "say what, with “from”, “items” or “sections”"
            )
        yield from _empty_parts(filter, part.sections, f"{path}[{i}].sections")


def filename_problem(pattern: str) -> str:
    """What is wrong with a pattern for names of files: half a sentence, empty where nothing is."""
    try:
        name = pattern.format(filter="f", name="n", last="l", lang="en", date="2026-01-01")
    except KeyError as problem:
        return f"knows no {{{problem.args[0]}}}: there are {{filter}}, {{name}}, {{last}}, {{lang}} and {{date}}"
    except (IndexError, ValueError, AttributeError):
        return "knows {filter}, {name}, {last}, {lang} and {date} only"
    if any(not part or part.startswith(".") or re.search(r'[\\:*?"<>|\x00-\x1f]', part) for part in name.split("/")):
        return 'is a plain name, or folder/name: it has no “..” and none of \\ : * ? " < > |'
    return ""


def schema() -> dict[str, Any]:
    """The JSON Schema of filter files."""
    result = json_schema(Filter, "polyvita filter file")
    extends = {"extends": {"type": "string", "description": "another filter in this folder"}}
    return {**result, "properties": extends | result["properties"]}

"""Reading and checking filter files and the filters that they extend, and their JSON Schema."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from polyvita.config.filter import Filter, Part
from polyvita.config.json_schema import json_schema
from polyvita.config.recipients import recipient_filters
from polyvita.config.settings import read_into
from polyvita.config.yaml_loader import Value, YamlKind, merge_values, parse_yaml, read_yaml
from polyvita.core.allowed import check_is_allowed
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error, join_names, list_available
from polyvita.core.files import UNPRINTABLE, is_file
from polyvita.core.git import Revision
from polyvita.core.location import Location

_KIND = YamlKind(
    "a filter file",
    "select: core",
    "put the keys into another filter, and write “extends: NAME”; put text that begins with “&” in quotes",
)


def load_filter(path: str | Path, *, revision: Revision | None = None) -> Filter:
    """Read a filter file and the filters that it extends, from a git `revision` if that is given.

    Raises `InputError` with all errors of the file, each with its line and column.
    """
    path = Path(path)
    filter, findings = read_into(Filter, _load(path, {}, revision), _KIND)
    findings = findings if filter is None else tuple(_check(filter))
    if filter is None or findings:
        raise InputError(*findings)
    file = revision.label(path) if revision else str(path)
    return structs.replace(filter, name=path.stem, file=file, folder=path.parent)


def _load(path: Path, chain: Mapping[Path, Location], revision: Revision | None) -> Value:
    """Return the keys of a filter file, merged into the keys of the filter that it extends.

    Scalars and lists replace the extended value; groups of keys are merged. `chain` has the filters that extend this
    one, each with the location of its “extends”. It detects circles.
    """
    if revision:
        value = parse_yaml(revision.read_source(path).text, revision.label(path), _KIND)
    else:
        value = read_yaml(path, str(path), _KIND)
    assert isinstance(value.data, dict)
    base = value.data.get("extends")
    if base is None:
        return value
    if not isinstance(base.data, str) or Path(base.data).name != base.data:
        raise InputError(error("PV125", "“extends” must be the name of one other filter", base.location))
    other = path.parent / f"{base.data}.yaml"
    chain = {**chain, path: base.location}
    if (other == path or not is_file(other)) and (built_in := recipient_filters().get(base.data)):
        if built_in == path:
            raise InputError(_circle_error({path: base.location}))
        return merge_values(_load(built_in, chain, None), value)
    if other in chain:
        raise InputError(_circle_error({file: chain[file] for file in list(chain)[list(chain).index(other) :]}))
    if revision is None and not is_file(other) and not os.path.isdir(other):  # noqa: PTH112 - pathlib fails on a name that is too long
        names = [file.stem for file in path.parent.glob("*.yaml") if file != path]
        message = f"“extends” names the filter “{base.data}”, which does not exist"
        raise InputError(
            error(
                "PV128",
                message,
                base.location,
                did_you_mean(base.data, {*names, *recipient_filters()}) or list_available(names),
            )
        )
    if revision is None:
        check_is_allowed(other, path.parent.parent, f"“extends” names {base.data}", base.location)
    return merge_values(_load(other, chain, revision), value)


def _circle_error(chain: Mapping[Path, Location]) -> Finding:
    """Return the finding for filters that extend each other. It does not depend on which filter is read first."""
    first = min(chain)
    names = [f"“{file.stem}”" for file in chain]
    message = f"{join_names(names)} extend each other" if len(names) > 1 else f"{names[0]} extends itself"
    return error("PV128", message, chain[first], "delete “extends”" + (" from one of them" if len(names) > 1 else ""))


def _check(filter: Filter) -> Iterator[Finding]:
    """Yield findings for values that have the right type, but are not valid."""
    for i, words in enumerate(filter.words):
        if words.most is None and words.least is None:
            at = filter.locations.get(f"words[{i}]", filter.location("words"))
            yield error("PV125", "“words” has no limit", at, "add “most” or “least”")
        if words.fit and words.most is None:
            at = filter.location(f"words[{i}].fit")
            yield error("PV125", "“fit” has no effect without “most”", at, "add “most”")
    for i, limit in enumerate(filter.limit):
        at = filter.locations.get(f"limit[{i}]", filter.location("limit"))
        if not (limit.items or limit.section):
            yield error("PV126", "“items” is missing in “limit”", at, "add “items”, or “section”")
        elif limit.each and not (limit.items and limit.section):
            yield error("PV126", "“each” in “limit” requires “items” and “section”", at, "add both, or delete “each”")
    yield from _check_parts(filter, filter.sections, "sections")
    for i, name in enumerate(filter.formats):
        if name in filter.formats[:i]:
            at = filter.location(f"formats[{i}]")
            yield error("PV125", f"“formats” contains “{name}” twice", at, "delete one of them")
    if problem := check_filename(filter.filename):
        yield error("PV125", f"“filename” {problem}", filter.location("filename"))


def _check_parts(filter: Filter, parts: tuple[Part, ...], path: str) -> Iterator[Finding]:
    for i, part in enumerate(parts):
        if not (part.from_ or part.items or part.sections):
            message = "this part of “sections” takes no content from the CV"
            yield error("PV125", message, filter.location(f"{path}[{i}]"), "add “from”, “items” or “sections”")
        yield from _check_parts(filter, part.sections, f"{path}[{i}].sections")


def check_filename(pattern: str) -> str:
    """Return what is wrong with a pattern for file names, as the end of a sentence. Empty if it is valid."""
    try:
        parts = list(string.Formatter().parse(pattern))
        if any(spec or conversion or (field and not field.isidentifier()) for _, field, spec, conversion in parts):
            return "may have only the names of fields in { }, without a format"
        name = pattern.format(filter="f", name="n", last="l", lang="en", date="2026-01-01")
    except KeyError as problem:
        return f"has an unknown field {{{problem.args[0]}}}; use {{filter}}, {{name}}, {{last}}, {{lang}} or {{date}}"
    except (IndexError, ValueError, AttributeError):
        return "may have only the fields {filter}, {name}, {last}, {lang} and {date}"
    if any(not part or part.startswith(".") or _NOT_IN_NAMES.search(part) for part in name.split("/")):
        return 'must be a name, or folder/name, without “..” and without \\ : * ? " < > |'
    return ""


_NOT_IN_NAMES = re.compile(rf'[\\:*?"<>|{UNPRINTABLE}]')


def schema() -> dict[str, Any]:
    """Return the JSON Schema of filter files."""
    result = json_schema(Filter, "polyvita filter file")
    del result["$defs"]["Pages"]["required"]  # The extended filter may have the key.
    return result

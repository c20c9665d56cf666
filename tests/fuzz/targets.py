"""The fuzz targets, one for each kind of input.

A target takes the bytes of one input and raises an exception if it finds a bug. Every input must be read, or rejected
with an `InputError` whose locations are inside the text.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from polyvita.builder.job import Job
from polyvita.builder.steps import PREPARATION_STEPS, PRESENTATION_STEPS, SELECTION_STEPS, run_steps
from polyvita.checks.disclosure import prepared_text
from polyvita.checks.references import check_filter, check_unmatched, check_vocabulary
from polyvita.checks.rules.ruleset import load_rules
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Filter, Limit, Part, Selector, Since, Sort, SortKey, Use
from polyvita.config.filter_file import load_filter
from polyvita.config.theme import load_theme
from polyvita.core.diagnostics import Finding, InputError, render
from polyvita.core.document import Document, walk
from polyvita.core.location import Location
from polyvita.reader import parse_text, read_private
from polyvita.reader.escapes import normalize
from polyvita.transforms import fill_counts
from polyvita.transforms.context import collect_vocabulary
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

CORPUS = Path(__file__).parent / "corpus"
TODAY = datetime.date(2026, 1, 1)
REQUEST_LOCATION = Location("request.yaml", 1)


def reader(data: bytes) -> None:
    """Read a CV: reading it again returns the same document, and every node is inside the text."""
    text = data.decode(errors="replace")
    document, findings = read(text)
    _check_findings(findings, text)
    if document:
        assert (document, findings) == read(text), "reading the text again returns a different document"
        lines = normalize(text).split("\n")
        for node in walk(document):
            assert 0 < node.location.line <= len(lines), f"{type(node).__name__} is outside the text: {node.location}"
            assert 0 < node.location.column <= len(lines[node.location.line - 1]) + 1, (
                f"{type(node).__name__} is outside its line: {node.location}"
            )


def read(text: str) -> tuple[Document | None, list[Finding]]:
    """Return the document in `text`, or None, and the findings about the text."""
    try:
        document, findings = parse_text(text, file="cv.md")
    except InputError as problem:
        return None, [*problem.findings]
    return document, [*findings]


def tree(data: bytes) -> None:
    """Read a CV and run every transform on it, up to the input of the writers."""
    document, _ = read(data.decode(errors="replace"))
    if not document:
        return
    json.dumps(to_pandoc(document))
    names = collect_vocabulary(document)
    findings = list(check_vocabulary(document))
    document, _ = fill_counts(document)
    for filter in filters():
        findings += [*check_filter(document, filter, names), *check_unmatched(document, filter)]
        try:
            job = Job.create(document, filter, today=TODAY)
            selected, _ = run_steps((*PREPARATION_STEPS, *SELECTION_STEPS, *PRESENTATION_STEPS), document, job)
        except InputError as problem:
            findings += problem.findings
        else:
            prepared_text(prepare(to_pandoc(selected)))
    _check_findings((f for f in findings if f.location.file == "cv.md"), data.decode(errors="replace"))


@cache
def filters() -> tuple[Filter, ...]:
    """Return filters that together use every step."""

    def selector(text: str) -> Selector:
        return Selector.from_text(text, REQUEST_LOCATION)

    publications = selector("publication or date >= 2000")
    return (
        Filter(private=True),
        Filter(select=selector("untagged or not core"), drop=selector("b or (priority > 5 and lang == de)"), lang="de"),
        Filter(numbering="keep", sort=(Sort(publications, (SortKey("-date"), SortKey("org"))),)),
        Filter(numbering="reverse", limit=(Limit(2, publications),), since=Since("-5y"), counts="characters"),
        Filter(
            sections=(Part(from_=("a",)), Part("Results", items=publications, sections=(Part(from_=("b",)),))),
            titles={"a": "Other"},
            order=("b",),
            title="CV",
        ),
    )


def expression(data: bytes) -> None:
    """Parse an expression, evaluate it, and check it for unknown names."""
    text = data.decode(errors="replace")
    location = Location("one.yaml", 1, 1, len(text))
    try:
        parsed = parse_expression(text, location)
    except InputError as problem:
        return _check_findings(problem.findings, text, one_line=True)
    for keys in ({}, {"date": "2018/..", "priority": "2", "lang": "de-AT", "org": "A"}, {"date": "nonsense"}):
        assert parsed.matches(["a"], keys) in (True, False)
    assert parse_expression(text, location) == parsed
    return _check_findings(parsed.find_unknown(["a"], ["org"]), text, one_line=True)


def filter(data: bytes) -> None:
    """Load a filter file."""
    _load_file("one.yaml", data, load_filter)


def front(data: bytes) -> None:
    """Read front matter at the start of a CV, and in a private file."""
    reader(b"---\n" + data + b"\n---\n\nText.\n")
    _load_file("cv.private.yaml", data, read_private)


def settings(data: bytes) -> None:
    """Load a theme file and a rule set."""
    _load_file("one.yaml", data, lambda path: load_theme("one", path.parent, asked=REQUEST_LOCATION))
    _load_file(
        "rules/one.yaml", data, lambda path: load_rules(Use("one"), path.parent.parent, location=REQUEST_LOCATION)
    )


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (reader, tree, expression, filter, front, settings)
}


_modification_times = itertools.count()


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="polyvita-fuzz-"))


def _load_file(name: str, data: bytes, load: Callable[[Path], object]) -> None:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    # Loaded files are cached by modification time, and the clock is too coarse to distinguish two inputs.
    time = next(_modification_times)
    os.utime(path, ns=(time, time))
    try:
        load(path)
    except InputError as problem:
        text = data.decode("utf-8-sig", errors="replace")
        _check_findings((f for f in problem.findings if f.location.file == str(path)), text)


def _check_findings(findings: Iterable[Finding], text: str, *, one_line: bool = False) -> None:
    """Check that every location, including its end, is inside the text, and that every finding can be rendered."""
    lines = [text] if one_line else normalize(text).split("\n")
    findings = list(findings)
    for finding in findings:
        location = finding.location
        assert 0 <= location.line <= len(lines), f"{finding.code} is outside the text: {location}"
        end = len(lines[location.line - 1]) + 1 if location.line else 1
        assert 1 <= location.column <= end, f"{finding.code} is outside its line: {location}"
        assert 1 <= location.width <= max(1, end - location.column), f"{finding.code} ends outside its line: {location}"
        assert finding.message, f"{finding.code} has no message"
    render(findings)

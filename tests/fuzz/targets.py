"""What any text has to do to each reader: it works, or ends in an `InputError` whose places lie in the text.

Each target takes bytes, as a fuzzer and the kept corpus both give them. What is wrong is an exception.
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
from polyvita.builder.steps import DRESS, PREPARE, SELECT, run
from polyvita.checks.disclosure import words_of
from polyvita.checks.references import check_filter, check_idle, check_vocabulary
from polyvita.checks.rules.ruleset import load_rules
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Filter, Limit, Part, Selector, Since, Sort, SortKey, Use
from polyvita.config.filter_file import load_filter
from polyvita.config.theme import load_theme
from polyvita.core.diagnostics import Finding, InputError, Report, render
from polyvita.core.document import Document, walk
from polyvita.core.location import Location
from polyvita.reader import read_private, read_text
from polyvita.reader.escapes import normalize
from polyvita.transforms import fill_counts
from polyvita.transforms.context import vocabulary
from polyvita.writers.prepare import prepare
from polyvita.writers.to_pandoc import to_pandoc

CORPUS = Path(__file__).parent / "corpus"
TODAY = datetime.date(2026, 1, 1)
HERE = Location("asked.yaml", 1)


def reader(data: bytes) -> None:
    """A CV: read twice it is the same, and every node stands in the text."""
    text = data.decode(errors="replace")
    document, findings = read(text)
    _in_text(findings, text)
    if document:
        assert (document, findings) == read(text), "read twice, it is another document"
        lines = normalize(text).split("\n")
        for node in walk(document):
            assert 0 < node.location.line <= len(lines), f"{type(node).__name__} stands nowhere: {node.location}"
            assert 0 < node.location.column <= len(lines[node.location.line - 1]) + 1, (
                f"{type(node).__name__}: {node.location}"
            )


def read(text: str) -> tuple[Document | None, list[Finding]]:
    """The document in `text`, and what there is to say about it."""
    report = Report()
    try:
        return read_text(text, file="cv.md", report=report), list(report)
    except InputError as problem:
        return None, [*problem.findings]


def tree(data: bytes) -> None:
    """A CV that can be read goes through every step, up to the writers."""
    document, _ = read(data.decode(errors="replace"))
    if not document:
        return
    json.dumps(to_pandoc(document))
    known = vocabulary(document)
    findings = list(check_vocabulary(document))
    document = fill_counts(document, report=Report())
    for filter in filters():
        findings += [*check_filter(document, filter, known), *check_idle(document, filter)]
        try:
            chosen = run((*PREPARE, *SELECT, *DRESS), document, Job.of(document, filter, today=TODAY))
        except InputError as problem:
            findings += problem.findings
        else:
            words_of(prepare(to_pandoc(chosen)))
    _in_text((f for f in findings if f.location.file == "cv.md"), data.decode(errors="replace"))


@cache
def filters() -> tuple[Filter, ...]:
    """Filters with every step in one of them."""

    def chosen(text: str) -> Selector:
        return Selector.from_text(text, HERE)

    publications = chosen("publication or date >= 2000")
    return (
        Filter(private=True),
        Filter(select=chosen("untagged or not core"), drop=chosen("b or (priority > 5 and lang == de)"), lang="de"),
        Filter(numbering="keep", sort=(Sort(publications, (SortKey("date", reverse=True), SortKey("org"))),)),
        Filter(numbering="reverse", limit=(Limit(publications, 2),), since=Since("-5y"), counts="characters"),
        Filter(
            sections=(Part(from_=("a",)), Part("Results", items=publications, sections=(Part(from_=("b",)),))),
            titles={"a": "Other"},
            order=("b",),
            title="CV",
        ),
    )


def expression(data: bytes) -> None:
    """An expression: read, judged, and asked what it does not know."""
    text = data.decode(errors="replace")
    location = Location("one.yaml", 1, 1, len(text))
    try:
        found = parse_expression(text, location)
    except InputError as problem:
        return _in_text(problem.findings, text, one_line=True)
    for keys in ({}, {"date": "2018/..", "priority": "2", "lang": "de-AT", "org": "A"}, {"date": "nonsense"}):
        assert found.matches(["a"], keys) in (True, False)
    assert parse_expression(text, location) == found
    return _in_text(found.find_unknown(["a"], ["org"]), text, one_line=True)


def filter(data: bytes) -> None:
    """A filter file."""
    _file("one.yaml", data, load_filter)


def front(data: bytes) -> None:
    """Front matter: at the head of a CV, and in a private file."""
    reader(b"---\n" + data + b"\n---\n\nText.\n")
    _file("cv.private.yaml", data, read_private)


def settings(data: bytes) -> None:
    """A theme, and a file of rules."""
    _file("one.yaml", data, lambda path: load_theme("one", path.parent, asked=HERE))
    _file("rules/one.yaml", data, lambda path: load_rules(Use("one"), path.parent.parent, asked=HERE))


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (reader, tree, expression, filter, front, settings)
}


_moments = itertools.count()


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="polyvita-fuzz-"))


def _file(name: str, data: bytes, load: Callable[[Path], object]) -> None:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    moment = next(_moments)
    os.utime(path, ns=(moment, moment))  # what is read is known by its moment, and a clock's steps are too long here
    try:
        load(path)
    except InputError as problem:
        text = data.decode("utf-8-sig", errors="replace")
        _in_text((f for f in problem.findings if f.location.file == str(path)), text)


def _in_text(findings: Iterable[Finding], text: str, *, one_line: bool = False) -> None:
    """Every place lies in the text, its end included, and every finding can be shown."""
    lines = [text] if one_line else normalize(text).split("\n")
    findings = list(findings)
    for finding in findings:
        location = finding.location
        assert 0 <= location.line <= len(lines), f"{finding.code} has no such line: {location}"
        end = len(lines[location.line - 1]) + 1 if location.line else 1
        assert 1 <= location.column <= end, f"{finding.code} has no such column: {location}"
        assert 1 <= location.width <= max(1, end - location.column), f"{finding.code} goes past its line: {location}"
        assert finding.message, f"{finding.code} says nothing"
    render(findings, {finding.location.file: text for finding in findings})

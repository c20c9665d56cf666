"""The people of a batch: the files that a pattern matches, or the rows of a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from polyvita.config.faculty import Faculty
from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.files import UNPRINTABLE, folded
from polyvita.core.location import Location
from polyvita.core.source import FileKind, read_source

CV_NAME = "cv.md"
"""The name of the CV in the folder of a person."""
TABLE = FileKind(
    largest=20_000_000,
    unreadable="PV542",
    not_text="PV542",
    too_large="PV542",
    if_missing="correct “people”",
    if_folder="add the name of the table, or a pattern such as people/*/cv.md",
    if_too_large="split the table",
    older_encodings=True,  # Excel writes tables in the encoding of the system.
)
_NOT_IN_IDS = re.compile(rf'[\\/:*?"<>|{{}}{UNPRINTABLE}]|^[.\s]|[.\s]$')


class Person(NamedTuple):
    """One person of a batch, and the path of the CV. `columns` has all columns of the table by their lower-case name.

    `location` is where the file of the batch or the table names the person.
    """

    id: str
    source: Path
    location: Location
    columns: Mapping[str, str] = {}

    @property
    def unit(self) -> str:
        return self.columns.get("unit", "")


def find_people(faculty: Faculty) -> tuple[list[Person], list[Finding]]:
    """Return the people of a batch, and the findings about those who are left out. Raises `InputError` if all are."""
    found = _from_table(faculty) if faculty.people.lower().endswith(".csv") else _from_pattern(faculty)
    people: dict[str, Person] = {}
    findings: list[Finding] = []
    for each in found:
        if isinstance(each, Finding):
            findings.append(each)
            continue
        key = folded(Path(each.id))
        if other := people.get(key):
            message = f"the id “{each.id}” is also that of {other.source}; {each.source} is left out"
            findings.append(error("PV541", message, each.location, "change one of the two ids"))
        else:
            people[key] = each
    if not people:
        raise InputError(*(findings or [_no_people(faculty)]))
    return list(people.values()), findings


def _no_people(faculty: Faculty) -> Finding:
    is_table = faculty.people.lower().endswith(".csv")
    message = "the table has no rows" if is_table else f"“{faculty.people}” matches no file"
    hint = "add a row for each person" if is_table else "correct the pattern; it is relative to the folder of this file"
    return error("PV540", message, faculty.location("people"), hint)


# ---------------------------------------------------------------- a pattern


def _from_pattern(faculty: Faculty) -> Iterator[Person | Finding]:
    """Yield the people whose CVs match the pattern. The id is what the last `*` stands for."""
    pattern, location = faculty.people.removeprefix("./"), faculty.location("people")
    if pattern.startswith(("/", "~")) or ".." in pattern.split("/") or not pattern.strip("/ "):
        message = f"“{faculty.people}” is not a pattern inside the folder of this file"
        raise InputError(error("PV125", message, location, "write a pattern such as people/*/cv.md"))
    parts = pattern.rstrip("/").split("/")
    try:
        if _WILDCARD.search(parts[-1]) or "**" in parts or len(parts) == 1:
            paths = sorted(
                path for path in faculty.folder.glob("/".join(parts)) if path.is_dir() or path.suffix == ".md"
            )
        else:  # A folder without the file is worth a finding.
            folders = faculty.folder.glob("/".join(parts[:-1]))
            paths = sorted(path / parts[-1] for path in folders if path.is_dir() and not path.name.startswith("."))
    except (ValueError, NotImplementedError) as problem:  # pathlib refuses absolute patterns with the second
        message = f"“people” is not a pattern: {problem}"
        raise InputError(error("PV125", message, location, "write a pattern such as people/*/cv.md")) from None
    for path in paths:
        id = _id_in(path.relative_to(faculty.folder).parts, parts)
        yield from _person(id, path / CV_NAME if path.is_dir() else path, location, {})


_WILDCARD = re.compile(r"[*?\[]")


def _id_in(path: tuple[str, ...], pattern: list[str]) -> str:
    """Return the id in a path: the part that the last `*` of the pattern stands for, or the folder of the file."""
    for at in reversed(range(len(pattern))):
        if _WILDCARD.search(pattern[at]) and pattern[at] != "**":
            part = path[at - len(pattern)]
            return part.removesuffix(".md") if at == len(pattern) - 1 else part
    return path[-2] if len(path) > 1 else path[-1].removesuffix(".md")


# ---------------------------------------------------------------- a table


def _from_table(faculty: Faculty) -> Iterator[Person | Finding]:
    path = faculty.folder / faculty.people
    try:
        text = read_source(path, kind=TABLE).text
    except InputError as problem:
        at = faculty.location("people")
        raise InputError(
            *(
                one._replace(location=at if not one.location.line else one.location, message=f"{path}: {one.message}")
                for one in problem.findings
            )
        ) from None
    name, first = str(path), text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    head = [column.strip().lower().removeprefix("\ufeff") for column in next(reader, [])]
    if missing := [column for column in ("id", "folder") if column not in head]:
        message = f"the table has no column “{missing[0]}”"
        raise InputError(error("PV542", message, Location(name, 1), "write the names of the columns in the first line"))
    line = reader.line_num + 1
    try:
        for row in reader:
            location = Location(name, line, 1, max(1, len(_line(text, line))))
            line = reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            yield from _row(faculty, dict(zip(head, (cell.strip() for cell in row), strict=False)), location)
            if len(row) > len(head):
                message = f"the row has {len(row)} values, but the table has {len(head)} columns"
                yield error("PV542", message, location, f"put a value that contains “{delimiter}” in quotes")
    except csv.Error as problem:
        yield error(
            "PV542", f"the table cannot be read from here on: {problem}", Location(name, line), "correct the quotes"
        )


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1] if len(lines) >= number else ""


def _row(faculty: Faculty, row: Mapping[str, str], location: Location) -> Iterator[Person | Finding]:
    for column in ("id", "folder"):
        if not row.get(column):
            yield error("PV542", f"the row has no “{column}”; this person is left out", location, "add the value")
            return
    path = faculty.folder / row["folder"]
    if Path(row["folder"]).is_absolute() or ".." in Path(row["folder"]).parts:
        message = f"{row['folder']} is outside the folder of the batch; this person is left out"
        yield error("PV542", message, location, "move the folder, or put the file of the batch into a folder above it")
        return
    yield from _person(row["id"], path if path.suffix == ".md" else path / CV_NAME, location, row)


# ---------------------------------------------------------------- both


def _person(id: str, path: Path, location: Location, columns: Mapping[str, str]) -> Iterator[Person | Finding]:
    if _NOT_IN_IDS.search(id) or not id:
        message = f"the id “{id}” cannot be the name of a folder; this person is left out"
        yield error("PV542", message, location, 'leave out \\ / : * ? " < > | { } and dots at the ends')
    elif not path.is_file():
        exists = path.parent.is_dir()
        message = f"{path.parent} has no {path.name}" if exists else f"folder {path.parent} not found"
        hint = f"put the CV there, or write its name in the table: {path.parent}/NAME.md" if exists else ""
        yield error("PV543", f"{message}; this person is left out", location, hint or "correct the path")
    else:
        yield Person(id, path, location, columns)

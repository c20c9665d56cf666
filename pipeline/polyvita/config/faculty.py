"""The file `faculty.yaml`: which CVs are built together, with which filters, and what is made of all of them.

The fields of `Faculty` define the format of the file. The reader, the JSON Schema and the reference page are derived
from them.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import field, structs

from polyvita.config.filter import Selector, SortKey
from polyvita.config.filter_file import check_filename
from polyvita.config.json_schema import json_schema
from polyvita.config.settings import Language, Settings, about, read_into
from polyvita.config.yaml_loader import YamlKind, read_yaml
from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location

_KIND = YamlKind("a file for a batch", "people: people/*/cv.md")


class OutputPattern(str):
    """Where the outputs of one person are written, such as `outputs/{id}/{filter}.{format}`."""

    __slots__ = ()
    expected = "a path such as outputs/{id}/{filter}.{format}"

    @classmethod
    def from_text(cls, text: str, _location: Location) -> OutputPattern:
        folder, _, name = text.rpartition("/")
        if not name.endswith(".{format}"):
            raise ValueError("the path must end in .{format}")
        try:
            fields = {field for _, field, spec, conversion in string.Formatter().parse(folder) if field is not None}
        except ValueError:
            fields = set()
        if "id" not in fields:
            raise ValueError("each person needs a folder of their own; write outputs/{id}/{filter}.{format}")
        if unknown := fields - {"id", "unit"}:
            raise ValueError(f"a folder may contain only {{id}} and {{unit}}, not {{{min(unknown)}}}")
        if folder.startswith(("/", "~")) or ".." in folder.split("/") or "\\" in folder:
            raise ValueError("the path must be inside the folder of this file")
        if problem := check_filename(name.removesuffix(".{format}").replace("{id}", "id")):
            raise ValueError(f"the file name {problem}")
        if "{filter}" not in name:
            raise ValueError("the file name must contain {filter}, because each filter writes other files")
        return cls(text)

    @property
    def folder(self) -> str:
        return self.rpartition("/")[0]

    @property
    def filename(self) -> str:
        """The pattern of the file name, without its ending."""
        return self.rpartition("/")[2].removesuffix(".{format}")


class Aggregate(Settings, frozen=True):
    """A list of items of all people."""

    name: Annotated[
        str, about("name of the files", "publications-2026", pattern=r"[\w][\w .-]*", expected="a file name")
    ]
    items: Annotated[Selector, about("items to collect", "publication and date >= 2026")]
    drop: Annotated[Selector | None, about("items to leave out, even if `items` selects them")] = None
    by: Annotated[tuple[SortKey, ...], about("key to sort by; with `-` before it, in reverse order", "-date")] = ()
    formats: Annotated[
        tuple[str, ...],
        about("output formats, as in a filter", ["html", "docx", "bib"], min_length=1),
    ] = ("html", "docx")
    title: Annotated[str, about("title of the list; by default, its name", "Publications of 2026")] = ""
    lang: Annotated[Language, about("language of the list (BCP 47)", "de")] = "en"
    style: Annotated[str, about("citation style of entries of bibliographies", "apa")] = "cv"
    theme: Annotated[str, about("name of the theme")] = "default"


class Report(Settings, frozen=True):
    """What the report about all people counts."""

    by: Annotated[str, about("group the counts by `unit`, or by another column of the table of people", "unit")] = (
        "unit"
    )
    count: Annotated[tuple[Selector, ...], about("items to count, by year", ["publication", "talk"])] = ()


class Faculty(Settings, frozen=True):
    """Many CVs that are built together."""

    people: Annotated[
        str,
        about(
            "the CVs: a pattern of paths, whose `*` is the id of the person; or a table (.csv) with the columns `id`"
            " and `folder`, and, if you like, `name`, `unit` and others",
            "people/*/cv.md",
        ),
    ]
    filters: Annotated[str, about("folder of the filters for all people", "filters")] = "filters"
    own: Annotated[
        bool, about("let a filter of the same name in `filters/` beside a CV replace the one for all people")
    ] = False
    outputs: Annotated[
        OutputPattern,
        about(
            "path of the outputs; `{id}` and `{unit}` are those of the person, and `{filter}` is the name that the"
            " filter gives to its outputs",
        ),
    ] = field(default_factory=lambda: OutputPattern("outputs/{id}/{filter}.{format}"))
    aggregate: Annotated[
        tuple[Aggregate, ...],
        about("lists of items of all people", [{"name": "publications", "items": "publication"}]),
    ] = ()
    report: Annotated[Report, about("what the report counts", {"by": "unit", "count": ["publication", "talk"]})] = (
        field(default_factory=Report)
    )
    file: str = ""
    locations: Mapping[str, Location] = {}

    def location(self, path: str) -> Location:
        """Return the location of the value at `path`, or the file if it is not set."""
        return self.locations.get(path, Location(self.file))

    @property
    def folder(self) -> Path:
        """The folder of the file, to which all paths in it are relative."""
        return Path(self.file).parent


def load_faculty(path: Path) -> Faculty:
    """Read a file for a batch. Raises `InputError` with all errors of the file, each with its line and column."""
    faculty, findings = read_into(Faculty, read_yaml(path, str(path), _KIND), _KIND)
    if faculty is None:
        raise InputError(*findings)
    faculty = structs.replace(faculty, file=str(path))
    names: dict[str, int] = {}
    for index, aggregate in enumerate(faculty.aggregate):
        name = aggregate.name.casefold()
        if name in names or name == "report":
            taken = "that is the name of the report" if name == "report" else "another aggregate has that name"
            message = f"“{aggregate.name}” cannot be the name of an aggregate: {taken}"
            raise InputError(error("PV125", message, faculty.location(f"aggregate[{index}].name")))
        names[name] = index
    return faculty


def schema() -> dict[str, Any]:
    """Return the JSON Schema of files for a batch."""
    return json_schema(Faculty, "polyvita faculty file")

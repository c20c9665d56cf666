"""Run a batch: find the people, leave out who is up to date, build the others, and report on all.

A batch with nothing changed compares hashes in this process. It loads neither the reader nor the writers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from polyvita.batch.engine import Engine, ProcessEngine, run_all
from polyvita.batch.model import BatchSettings, PersonResult, Task
from polyvita.batch.people import Person, find_people
from polyvita.batch.report import NAME, as_csv, as_html, as_json, report_data
from polyvita.batch.state import Head, Journal, Published, ShownPaths, input_hash, is_unchanged, own_hash, state_of
from polyvita.builder.manifest import Manifest, hash_file, hash_text, program_hash
from polyvita.config.faculty import Faculty, load_faculty
from polyvita.core.allowed import ALLOWED_FOLDERS
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import Finding, InputError, did_you_mean, error, has_errors, list_available
from polyvita.core.location import Location
from polyvita.core.source import hash_bytes

if TYPE_CHECKING:
    from polyvita.checks.other_people import OtherValues

Progress = Callable[[int, int, str], None]
"""A callback. Its arguments are the number of CVs that are done, the number of all CVs, and the id of the last one."""


class BatchResult(NamedTuple):
    """What a batch did: the report as data, all findings about more than one person, and the exit status."""

    report: dict[str, Any]
    findings: tuple[Finding, ...]
    exit_status: int
    files: tuple[Path, ...]
    """The report and the aggregates that were written or up to date."""


def run_batch(
    path: Path,
    filters: Sequence[str] = (),
    *,
    engine: Engine | None = None,
    resume: bool = False,
    shared: bool = True,
    progress: Progress = lambda _done, _total, _id: None,
) -> BatchResult:
    """Build the CVs of all people in a file for a batch, its aggregates and the report.

    - `filters`: names of filters (default: all).
    - `engine`: where the CVs are built (default: on all cores of this machine).
    - `resume`: after a batch that was killed, do not look again at the CVs that it has finished.
    - `shared`: whether the workers see the folder of the file. Otherwise, inputs and outputs travel with the tasks.
    - `progress`: called after each CV.

    Raises `InputError` if the file is wrong or no person can be found.
    """
    faculty = load_faculty(path)
    batch = _Batch(faculty, filters, engine or ProcessEngine(), shared=shared)
    return batch.run(resume=resume, progress=progress)


class _Batch:
    def __init__(self, faculty: Faculty, filters: Sequence[str], engine: Engine, *, shared: bool) -> None:
        self.faculty, self.engine, self.shared = faculty, engine, shared
        self.folder = faculty.folder
        self.root = Path(os.path.abspath(self.folder))  # noqa: PTH100 - links must stay
        self.names = _filter_names(faculty, filters)
        self.filters = tuple(filters)
        self.people, self.left_out = find_people(faculty)
        self.now = build_time(None)
        self.journal = Journal(self.folder, Path(faculty.file).name, self.filters)
        self.private_hash = _hash_private(self.people)
        self.file_hashes: dict[Path, str] = {}
        self.own: dict[str, str] = {}
        """The hash of each CV before it was built."""
        self.results: dict[str, PersonResult] = {}
        self.findings: list[Finding] = []
        self.key = hash_text(
            *(
                str(self.root),
                faculty.outputs,
                str(faculty.own),
                faculty.filters,
                *self.names,
                "filters",
                *self.filters,
            ),
            *(expression.text for expression in faculty.report.count),
            *(
                f"{each.name} {each.items.text} {each.drop and each.drop.text} {each.lang}"
                for each in faculty.aggregate
            ),
            os.environ.get(ALLOWED_FOLDERS, ""),
            str(self.now.seconds) if self.now.is_fixed else "",
        )
        self._others: OtherValues | None = None

    # ------------------------------------------------------------ the whole run

    def run(self, *, resume: bool, progress: Progress) -> BatchResult:
        self.journal.read()
        head = self.journal.head
        interrupted = resume and head.key == self.key and not head.finished
        for person in self.people:
            result = self.journal.results.get(person.id)
            if result and self._stands(person, result, trusted=interrupted):
                self.results[person.id] = _as_unchanged(result)
        todo = [person for person in self.people if person.id not in self.results]
        total = len(self.people)
        if todo:
            self.journal.write(Head(program_hash(), self.key, published=head.published), self.results.values())
            self._build(todo, lambda id: progress(len(self.results), total, id))
        published = self._publish()
        self.journal.write(
            Head(program_hash(), self.key, finished=True, published=published),
            (self.results[person.id] for person in self.people),
        )
        return self._result(published)

    def _stands(self, person: Person, result: PersonResult, *, trusted: bool) -> bool:
        """Return whether the last result of a person still holds."""
        if trusted:
            return result.settled and result.state == state_of(person.source)
        own = own_hash(self.root / self._relative(person))
        return is_unchanged(result, self._outputs(person), self.root, own, self._file_hash, *self._texts())

    def _texts(self) -> tuple[str, ...]:
        """Return what else decides what a batch finds about each person."""
        return self.key, self.private_hash, self.now.day.isoformat()

    def _file_hash(self, path: Path) -> str:
        """Return the hash of a file that many CVs share, such as a filter. Each file is read once."""
        if path not in self.file_hashes:
            self.file_hashes[path] = hash_file(path)
        return self.file_hashes[path]

    def _relative(self, person: Person) -> str:
        return person.source.relative_to(self.folder).as_posix()

    def _outputs(self, person: Person) -> Path:
        return self.folder / self.faculty.outputs.folder.format(id=person.id, unit=_as_folder(person.unit))

    # ------------------------------------------------------------ the CVs

    def _build(self, todo: Sequence[Person], done: Callable[[str], None]) -> None:
        import pickle

        by_id = {person.id: person for person in todo}
        settings = pickle.dumps(self._settings())
        for received in run_all(self.engine, settings, self._tasks(todo), size=self._chunk_size(len(todo))):
            person = by_id[received.id]
            result = received if self.shared else self._receive(person, received)
            if result.settled:
                files = {name: self._file_hash(self.root / name) for name in result.inputs}
                hashed = input_hash(self.own[person.id], files, *self._texts())
                result = msgspec.structs.replace(result, input_hash=hashed)
            self.results[person.id] = result
            self.journal.append(result)
            done(person.id)

    def _chunk_size(self, count: int) -> int:
        """Return how many CVs travel together: on a cluster several, so that its scheduler has less to do."""
        if isinstance(self.engine, ProcessEngine):
            return 1
        return max(1, min(_MAX_CHUNK, count // (_CHUNKS_PER_WORKER * max(1, self.engine.workers))))

    def _settings(self) -> BatchSettings:
        faculty = self.faculty
        return BatchSettings(
            root=str(self.root),
            shown_root="" if str(self.folder) == "." else f"{self.folder}{os.sep}",
            filters=faculty.filters.rstrip("/"),
            names=self.filters,
            own=faculty.own,
            filename=faculty.outputs.filename,
            counted=faculty.report.count,
            aggregates=faculty.aggregate,
            others=self.others,
            now=self.now,
            allowed=os.environ.get(ALLOWED_FOLDERS, ""),
            files=None if self.shared else self._shared_files(),
        )

    @property
    def others(self) -> OtherValues:
        """The private values of all people, read when they are needed for the first time."""
        if self._others is None:
            from polyvita.batch.private import read_private_values

            self._others = read_private_values(self.people, self.faculty, self.private_hash)
        return self._others

    def _tasks(self, people: Sequence[Person]) -> Iterator[Task]:
        """Yield the tasks, the largest CVs first, so that no worker is busy for long at the end."""
        for person in sorted(people, key=lambda person: -_size(person.source)):
            source = self._relative(person)
            outputs = self._outputs(person).relative_to(self.folder).as_posix()
            self.own[person.id] = own_hash(self.root / source)  # before a worker reads it
            files = None if self.shared else _files_in(self.root, Path(source).parent, skip=outputs)
            yield Task(person.id, source, outputs, person.location, files)

    def _shared_files(self) -> Mapping[str, bytes]:
        """Return the filters and what is beside them, for workers that do not share the folder."""
        home = Path(self.faculty.filters).parent
        folders = {Path(self.faculty.filters), *(home / name for name in ("themes", "rules"))}
        return {name: content for folder in folders for name, content in _files_in(self.root, folder).items()}

    def _receive(self, person: Person, result: PersonResult) -> PersonResult:
        """Write outputs that came from a worker without this folder. Return the result without them."""
        from polyvita.batch.publish import publish

        outputs, rows = self._outputs(person), {row.name: row for row in result.outputs if not row.failed}
        private = {name for name, row in rows.items() if row.private}
        before = {name: hash_file(outputs / name) for name in rows}
        done, findings = publish(
            outputs, person.source, result.contents, label="batch", location=person.location, private=private
        )
        new = tuple(
            msgspec.structs.replace(
                row,
                failed=row.failed or row.name not in done,
                unchanged=not row.failed and before[row.name] == row.hash,
            )
            for row in result.outputs
        )
        found = {**result.findings, "": (*result.findings.get("", ()), *findings)} if findings else result.findings
        status = max(result.exit_status, 3 if any(row.name not in done for row in rows.values()) else 0)
        return msgspec.structs.replace(result, outputs=new, findings=found, contents={}, exit_status=status)

    # ------------------------------------------------------------ aggregates and the report

    @property
    def report_folder(self) -> Path:
        """The folder of the report and of the aggregates: the start of the path of all outputs."""
        parts = self.faculty.outputs.folder.split("/")
        fixed = next((at for at, part in enumerate(parts) if "{" in part), len(parts))
        return self.folder.joinpath(*parts[:fixed])

    def _publish(self) -> dict[str, Published]:
        """Write what was made of all people, unless it is up to date. Return what the journal says about it."""
        before = self.journal.head.published
        manifest = Manifest.read(self.report_folder, Path(self.faculty.file))
        published: dict[str, Published] = {}
        for number, aggregate in enumerate(self.faculty.aggregate):
            inputs = self._aggregate_hash(number)
            old = before.get(aggregate.name)
            if old and old.input_hash == inputs and all(map(manifest.is_unmodified, old.names)):
                published[aggregate.name] = old
            else:
                published[aggregate.name] = self._write_aggregate(number, inputs)
        published[f"{NAME}."] = self._write_report(published, before.get(f"{NAME}."))
        return published

    def _aggregate_hash(self, number: int) -> str:
        aggregate = self.faculty.aggregate[number]
        items = (hash_bytes(result.items[number]) for result in self._in_order() if number < len(result.items))
        names = (name for result in self._in_order() for name in (*result.names, result.name))
        settings = (*aggregate.formats, *aggregate.by, aggregate.title, aggregate.style, aggregate.theme)
        theme = hash_file(self.folder / "themes" / f"{aggregate.theme}.yaml")
        return hash_text(*self._texts(), theme, *settings, "items", *items, "names", *names)

    def _in_order(self) -> Iterator[PersonResult]:
        return (self.results[person.id] for person in self.people)

    def _write_aggregate(self, number: int, inputs: str) -> Published:
        from polyvita.batch.aggregate import Collection, write_aggregate
        from polyvita.batch.publish import publish

        people = {person.id: person for person in self.people}
        results = list(self._in_order())
        written = write_aggregate(Collection(self.faculty, number, people, results, self.others, self.now))
        location, label = self.faculty.location(f"aggregate[{number}]"), self.faculty.aggregate[number].name
        done: set[str] = set()
        findings = list(written.findings)
        if written.files:
            done, more = publish(
                self.report_folder, Path(self.faculty.file), written.files, label=label, location=location
            )
            findings += more
        shown = ShownPaths(self.root, "")
        found = tuple(map(shown.in_finding, findings))
        return Published(inputs, tuple(sorted(done)), found, {**written.data, "files": sorted(done)})

    def _write_report(self, published: Mapping[str, Published], old: Published | None) -> Published:
        from polyvita.batch.publish import publish

        self.findings = [*self._unused_filters(), *(one for each in published.values() for one in each.findings)]
        data = report_data(
            self.faculty,
            self.people,
            self.results,
            filters=self.names,
            left_out=self.left_out,
            findings=self.findings,
            aggregates=[each.data for each in published.values()],
        )
        self.report = data
        files = {f"{NAME}.json": as_json(data), f"{NAME}.csv": as_csv(data), f"{NAME}.html": as_html(data)}
        checked = hash_text(self.private_hash, _without_states(data))
        found: list[Finding] = []
        if not (old and old.input_hash == checked):
            from polyvita.batch.aggregate import leak_findings

            leaks = self.others.find([files[f"{NAME}.json"].decode()])
            found += leak_findings(f"the {NAME}", leaks)
        done: set[str] = set()
        if not found:
            location = Location(self.faculty.file)
            done, found = publish(self.report_folder, Path(self.faculty.file), files, label=NAME, location=location)
        return Published(checked if not found else "", tuple(sorted(done)), tuple(found))

    def _unused_filters(self) -> Iterator[Finding]:
        """Yield a finding for each filter with which no CV could be built."""
        for name in self.names:
            results = list(self._in_order())
            is_built = any(row.filter == name and not row.failed for result in results for row in result.outputs)
            if not is_built and any(name in result.broken for result in results):
                path = self.folder / self.faculty.filters / f"{name}.yaml"
                message = f"filter “{name}” could be built for no one"
                yield error("PV544", message, Location(str(path)), "correct the filter; the report lists what is wrong")

    def _result(self, published: Mapping[str, Published]) -> BatchResult:
        own = [one for each in published.values() for one in each.findings]
        findings = tuple(dict.fromkeys([*self.left_out, *self.findings, *own]))
        has_problems = has_errors(findings) or any(result.exit_status for result in self.results.values())
        is_outside = any(result.exit_status == _OUTSIDE for result in self.results.values())
        files = tuple(self.report_folder / name for each in published.values() for name in each.names)
        return BatchResult(self.report, findings, _OUTSIDE if is_outside else int(has_problems), files)


_OUTSIDE = 3
"""The exit status if something outside the program failed."""
_MAX_CHUNK, _CHUNKS_PER_WORKER = 32, 20
_MAX_TRAVELLING = 50_000_000
"""The largest file that travels with a task, in bytes."""


def _filter_names(faculty: Faculty, named: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the filters of a batch. Raises `InputError` if there are none, or a named one is missing."""
    folder = faculty.folder / faculty.filters
    known = sorted({path.stem for path in folder.glob("[!.]*.y*ml")})
    if not known:
        message = f"no filter file in {folder}" if folder.is_dir() else f"folder {folder} not found"
        raise InputError(error("PV130", message, faculty.location("filters"), "add a filter, or correct “filters”"))
    for name in named:
        if name not in known:
            hint = did_you_mean(Path(name).stem, known) or list_available(known)
            raise InputError(error("PV131", f"filter “{name}” not found in {folder}", hint=hint))
    return tuple(named or known)


def _as_unchanged(result: PersonResult) -> PersonResult:
    rows = tuple(msgspec.structs.replace(row, unchanged=not row.failed) for row in result.outputs)
    return msgspec.structs.replace(result, outputs=rows)


def _as_folder(text: str) -> str:
    """Return the name of a unit as that of a folder."""
    return "".join(char if char.isalnum() or char in " ._-" else "-" for char in text).strip(" .") or "other"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _files_in(root: Path, folder: Path, skip: str = "") -> dict[str, bytes]:
    """Return the files in a folder and its subfolders, by their path below the root, without hidden ones."""
    found: dict[str, bytes] = {}
    for path in sorted((root / folder).rglob("*")):
        name = path.relative_to(root).as_posix()
        is_hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if (
            path.is_file()
            and not is_hidden
            and not (skip and name.startswith(f"{skip}/"))
            and _size(path) <= _MAX_TRAVELLING
        ):
            found[name] = path.read_bytes()
    return found


def _hash_private(people: Sequence[Person]) -> str:
    """Return the hash of the private data of all people, also of those in the front matter."""
    parts: list[str] = []
    for person in people:
        found = hash_file(person.source.with_suffix(".private.yaml"))
        try:
            with person.source.open("rb") as file:
                lines = _PRIVATE_LINES.findall(file.read(_LONGEST_FRONT_MATTER))
        except OSError:
            lines = []
        if found or lines:
            parts += (person.id, found, *(line.decode(errors="replace") for line in lines))
    return hash_text(*parts)


_PRIVATE_LINES = re.compile(rb"^[ \t]*(?:born|mobile)[ \t]*[:=].*", re.MULTILINE)
_LONGEST_FRONT_MATTER = 20_000


def _without_states(data: Mapping[str, Any]) -> str:
    """Return what a report says, apart from what differs between a first and a second run."""
    people = [
        {**person, "seconds": 0, "filters": {name: entry["findings"] for name, entry in person["filters"].items()}}
        for person in data["people"]
    ]
    rest = {key: value for key, value in data.items() if key not in ("totals", "slowest", "people")}
    return msgspec.json.encode([people, rest]).decode()

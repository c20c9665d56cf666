"""What a batch remembers: the results of the people, in a journal beside the file of the batch.

The journal is written line by line, so a batch that is killed loses at most the CVs that were in work. It may have
private data, such as file names, so only its owner may read it. This module imports little, because a batch with
nothing to do loads nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from polyvita.batch.model import PersonResult
from polyvita.builder.manifest import (
    RECORD_FOLDER,
    create_record_folder,
    hash_file,
    hash_settings,
    hash_text,
    program_hash,
)
from polyvita.core.diagnostics import ExternalError, Finding
from polyvita.core.files import write_atomically
from polyvita.core.location import Location


class Published(Struct, frozen=True):
    """An aggregate or the report, as it was written last: the hash of its inputs, its files and its findings.

    `data` is what the report says of it.
    """

    input_hash: str = ""
    names: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    data: dict[str, object] = {}


class Head(Struct, frozen=True):
    """The first line of a journal. `key` is the hash of the settings, and `published` what was made of all people."""

    made_by: str = ""
    key: str = ""
    finished: bool = False
    published: dict[str, Published] = {}


class Journal:
    """The results of the last batch by id, and a file for those of this one."""

    def __init__(self, folder: Path, name: str, filters: Iterable[str]) -> None:
        self.path = folder / RECORD_FOLDER / f"batch-{hash_text(name, *filters)}.jsonl"
        self.head = Head()
        self.results: dict[str, PersonResult] = {}

    def read(self) -> None:
        """Read the results of the last batch. Those of another version of the program are left out."""
        try:
            lines = self.path.read_bytes().split(b"\n")
            head = msgspec.json.decode(lines[0], type=Head)
        except (OSError, msgspec.DecodeError):
            return
        if head.made_by != program_hash():
            return
        self.head = head
        decode = msgspec.json.Decoder(PersonResult).decode
        for line in lines[1:]:
            with suppress(msgspec.DecodeError):  # A killed batch may have written half of a line.
                result = decode(line)
                self.results[result.id] = result

    def write(self, head: Head, results: Iterable[PersonResult]) -> None:
        """Replace the journal. Raises `ExternalError` if it cannot be written."""
        if not self.path.parent.is_dir():
            with suppress(OSError):
                create_record_folder(self.path.parent)
        lines = [msgspec.json.encode(head), *(msgspec.json.encode(result) for result in results)]
        write_atomically(self.path, b"\n".join(lines) + b"\n", private=True)

    def append(self, result: PersonResult) -> None:
        """Add a result at the end of the journal, which `write` has created."""
        try:
            line = msgspec.json.encode(result)
        except UnicodeEncodeError:  # The name of a file is not valid UTF-8. The next batch builds this CV again.
            return
        try:
            with self.path.open("ab") as file:
                file.write(line + b"\n")
        except OSError as problem:
            raise ExternalError(f"{self.path} cannot be written: {problem.strerror}", "free some space") from None


class ShownPaths:
    """Writes paths as the user knows them, without the folder in which a worker has built."""

    def __init__(self, root: Path, shown_root: str) -> None:
        self.root, self.shown = f"{root}{os.sep}", shown_root

    def in_location(self, location: Location) -> Location:
        return location._replace(file=location.file.replace(self.root, self.shown))

    def in_finding(self, finding: Finding) -> Finding:
        """Return a finding with such paths in its message, its hint and its location."""
        message, hint = (text.replace(self.root, self.shown) for text in (finding.message, finding.hint))
        return Finding(finding.code, finding.severity, message, self.in_location(finding.location), hint)


# ---------------------------------------------------------------- what has changed since


def own_hash(source: Path) -> str:
    """Return the hash of a CV and of the settings beside it."""
    return hash_text(hash_file(source), hash_settings(source))


def input_hash(own: str, files: Mapping[str, str], *texts: str) -> str:
    """Return the hash of everything that decides what a batch finds about a person.

    `own` is what `own_hash` has returned, `files` the hashes of all other inputs, and `texts` the settings.
    """
    return hash_text(own, *(part for pair in sorted(files.items()) for part in pair), *texts)


def is_unchanged(
    result: PersonResult, outputs: Path, root: Path, own: str, file_hash: Callable[[Path], str], *texts: str
) -> bool:
    """Return whether a new build of a person would find the same as before, and no output was changed."""
    if not result.settled or not result.input_hash:
        return False
    files = {name: file_hash(root / name) for name in result.inputs}
    if input_hash(own, files, *texts) != result.input_hash:
        return False
    return all(row.failed or hash_file(outputs / row.name) == row.hash for row in result.outputs)


def state_of(path: Path) -> str:
    """Return the size and the modification time of a file, or an empty string if there is none."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"

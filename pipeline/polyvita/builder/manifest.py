"""`outputs/manifest.json`: what every output was made from, so that what has not changed is not built again.

Three things are remembered, each with a hash of all it was made from: a run (the input files and the command), a filter
(what it selects, before fitting and dress), and an output (what its writer was given). This module imports little: to
find that nothing has changed must not take longer than to start.
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from polyvita.core.diagnostics import Finding
from polyvita.core.files import write_atomically
from polyvita.core.location import Location

NAME = "manifest.json"
_READ_WHOLE = ("filters", "themes", "rules", "fonts")
"""Folders beside the CV of which every file may be read."""
_LIBRARIES = ("babel", "font_caladea", "mistune", "pypandoc_binary", "pypdf", "pyyaml", "typst")
_RUNS = 8
"""So many different commands are remembered."""

Record = dict[str, Any]


class Manifest:
    """What is remembered of the outputs in a folder. `damaged` says that a manifest is there and cannot be trusted."""

    def __init__(
        self,
        path: Path,
        outputs: dict[str, Record] | None = None,
        filters: dict[str, Record] | None = None,
        runs: dict[str, Record] | None = None,
        *,
        damaged: bool = False,
        stamp: str = "",
    ) -> None:
        self.path, self.damaged = path, damaged
        self.outputs = outputs or {}
        """By path in the folder: `made_from`, `watch` (what was looked for in it), `hash` (of the file), `pages`; and
        `orphaned` where it was said that no filter makes it any more."""
        self.filters = filters or {}
        """By name: `made_from`, `outputs`, `findings`, `fitted`."""
        self.runs = runs or {}
        """By command: `made_from`, `more` (files read outside the usual folders), `outputs`, `findings`, `fitted`."""
        self.stamp = stamp
        """The hash of all that it was read with."""

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in a folder of outputs; an empty one where there is none, or one of other versions."""
        path = folder / NAME
        try:
            content = json.loads(path.read_bytes())
            body, stamp = content["body"], content["hash"]
        except (FileNotFoundError, NotADirectoryError):
            return cls(path)
        except (OSError, ValueError, TypeError, KeyError):
            return cls(path, damaged=True)
        if stamp != of_text(_canonical(body)):
            return cls(path, damaged=True)
        if body.pop("made_by") != made_by():
            # What another version wrote is written anew; that somebody changed an output is still to be seen.
            known = {name: {"made_from": "", "hash": entry["hash"]} for name, entry in body["outputs"].items()}
            return cls(path, known, stamp=stamp)
        return cls(path, **body, stamp=stamp)

    def write(self) -> None:
        """Raises `ExternalError` where the folder cannot be written."""
        runs = dict(list(self.runs.items())[-_RUNS:])
        body = {"made_by": made_by(), "outputs": self.outputs, "filters": self.filters, "runs": runs}
        # ASCII, as the name of a file may be no text.
        write_atomically(self.path, json.dumps({"hash": of_text(_canonical(body)), "body": body}).encode("ascii"))

    def is_as_built(self, name: str) -> bool:
        """Whether the output `name` is there, and byte for byte as it was written."""
        return name in self.outputs and of_file(self.path.parent / name) == self.outputs[name]["hash"]

    def was_edited(self, name: str) -> bool:
        """Whether somebody changed the output `name` since it was written."""
        return name in self.outputs and of_file(self.path.parent / name) not in ("", self.outputs[name]["hash"])


def _canonical(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


# ---------------------------------------------------------------- hashes


def of_text(*texts: str) -> str:
    """One hash of texts; which text ends where counts."""
    total = blake2b(digest_size=16)
    for text in texts:
        content = text.encode(errors="surrogatepass")
        total.update(b"%d " % len(content))
        total.update(content)
    return total.hexdigest()


def of_bytes(content: bytes) -> str:
    """The hash of a file's content."""
    return blake2b(content, digest_size=16).hexdigest()


def of_file(path: Path) -> str:
    """The hash of a file, empty where there is none that can be read."""
    try:
        return of_bytes(path.read_bytes())
    except OSError:
        return ""


def of_source(source: Path) -> str:
    """Of the CV itself."""
    return of_text(str(source), of_file(source))


def of_settings(source: Path) -> str:
    """Of all that a build may read beside the CV: private data, and the folders with filters, themes, rules, fonts."""
    files = (path for name in _READ_WHOLE for path in within(source.parent / name))
    return of_files([source.with_suffix(".private.yaml"), *files])


def of_run(source: str, settings: str, more: Iterable[str], day: datetime.date) -> str:
    """Of all that a build reads: `source` and `settings` are what `of_source` and `of_settings` gave, `more` are files
    outside the usual folders."""
    return of_text(source, settings, of_files(map(Path, more)), day.isoformat())


def of_files(paths: Iterable[Path]) -> str:
    """Of the names and contents of files."""
    return of_text(*(part for path in paths for part in (str(path), of_file(path))))


def within(folder: Path) -> Iterator[Path]:
    """Every file in a folder and those in it, hidden ones aside, in a fixed order."""
    for here, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


@cache
def made_by() -> str:
    """The program and the libraries whose versions can change an output, as a hash. The program's own files count by
    size and time, so that one who works on it sees the change."""
    found = list(_stats(str(Path(__file__).parent.parent)))
    spec = importlib.util.find_spec("mistune")
    if spec and spec.origin:
        names = (path.name for path in Path(spec.origin).parent.parent.glob("*.dist-info"))
        found += sorted(name for name in names if name.lower().startswith(_LIBRARIES))
    return of_text(sys.version, *found)


def _stats(folder: str, inside: str = "") -> Iterator[str]:
    """Size and time of each file in a folder and those in it, in a fixed order, bytecode aside."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = f"{inside}/{entry.name}"
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _stats(entry.path, name)
            else:
                with suppress(OSError):  # such as a link that leads nowhere
                    stat = entry.stat()
                    yield f"{name} {stat.st_size} {stat.st_mtime_ns}"


# ---------------------------------------------------------------- findings


def as_record(finding: Finding) -> list[Any]:
    """A finding as JSON can hold it."""
    return [finding.code, finding.severity, finding.message, finding.hint, *finding.location]


def from_record(record: list[Any]) -> Finding:
    """The finding that `as_record` was given."""
    code, severity, message, hint, *location = record
    return Finding(code, severity, message, Location(*location), hint)

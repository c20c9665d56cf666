"""A new CV to start from: a folder with a small `cv.md` and three filters, which builds at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from polyvita.config.filter_file import schema
from polyvita.core.diagnostics import InputError, error
from polyvita.core.files import write_atomically

_SCAFFOLD = Path(__file__).parent / "scaffold"
_RENAMED = {"gitignore": ".gitignore"}
"""Files that would have an effect on this package under their own name."""


def start(folder: Path) -> Iterator[Path]:
    """Write the files of a new CV into `folder` and name each.

    Raises `InputError` where a file of these is there already: nothing of anybody's is written over.
    """
    files = {
        folder / source.relative_to(_SCAFFOLD).with_name(_RENAMED.get(source.name, source.name)): source.read_bytes()
        for source in sorted(_SCAFFOLD.rglob("*"))
        if source.is_file()
    }
    if folder.exists() and not folder.is_dir():
        raise InputError(error("PV136", f"{folder} is a file, not a folder", hint="name a new folder"))
    files[folder / "filters/schema/filter.json"] = json.dumps(schema(), ensure_ascii=False, indent=2).encode() + b"\n"
    if there := next((path for path in files if path.exists()), None):
        raise InputError(error("PV136", f"{there} is there already", hint="name a new folder"))
    for path, content in files.items():
        write_atomically(path, content)
        yield path

"""The folders from which files that a filter names may be read. A filter may come from somebody else."""

from __future__ import annotations

import os
from pathlib import Path

from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location

ALLOWED_FOLDERS = "POLYVITA_ALLOW_FOLDERS"
"""The variable with the folders of `--allow-folder`. Worker processes inherit it."""


def is_allowed(path: Path, folder: Path) -> bool:
    """Return whether a file that a filter names may be read: it is in the `folder` of the CV, or in an allowed folder.

    A symbolic link counts as the file that it leads to.
    """
    others = filter(None, os.environ.get(ALLOWED_FOLDERS, "").split(os.pathsep))
    try:
        target = path.resolve()
        return any(target.is_relative_to(each.resolve()) for each in (folder, *map(Path, others)))
    except (OSError, ValueError, RuntimeError):  # a name that the system rejects, or links in a circle
        return True  # Reading the file reports that.


def check_is_allowed(path: Path, folder: Path, what: str, location: Location) -> None:
    """Raise `InputError` if a file that a filter names at `location` may not be read; see `is_allowed`."""
    if not is_allowed(path, folder):
        message = f"{what}, which is outside the folder of the CV"
        hint = "copy the file into that folder, or allow its folder with --allow-folder"
        raise InputError(error("PV341", message, location, hint))

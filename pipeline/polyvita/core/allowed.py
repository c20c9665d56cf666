"""The folders from which files that a CV or a filter names may be read. Both may come from somebody else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location

ALLOWED_FOLDERS = "POLYVITA_ALLOW_FOLDERS"
"""The variable with the folders of `--allow-folder`. Worker processes inherit it."""


@contextmanager
def allow_folders(folders: Sequence[str]) -> Iterator[None]:
    """Allow these folders, if there are any, in place of those that are allowed already, until the end of the block."""
    before = os.environ.get(ALLOWED_FOLDERS)
    if folders:
        os.environ[ALLOWED_FOLDERS] = os.pathsep.join(map(os.path.abspath, folders))
    try:
        yield
    finally:
        if before is not None:
            os.environ[ALLOWED_FOLDERS] = before
        else:
            os.environ.pop(ALLOWED_FOLDERS, None)


def _allowed_folders() -> list[Path]:
    return [Path(name) for name in os.environ.get(ALLOWED_FOLDERS, "").split(os.pathsep) if name]


def common_folder(folder: Path) -> Path:
    """Return the `folder` of the CV, or, with allowed folders, the folder that holds it and them."""
    resolved = [path.resolve() for path in (folder, *_allowed_folders())]
    try:
        return Path(os.path.commonpath(resolved))
    except ValueError:  # They are on different drives.
        return resolved[0]


def is_allowed(path: Path, folder: Path) -> bool:
    """Return whether a file that a CV or a filter names may be read: it is in the `folder` of the CV or an allowed one.

    A symbolic link counts as the file that it leads to.
    """
    try:
        target = path.resolve()
        return any(target.is_relative_to(each.resolve()) for each in (folder, *_allowed_folders()))
    except (OSError, ValueError, RuntimeError):  # a name that the system rejects, or links in a circle
        return True  # Reading the file reports that.


def check_is_allowed(path: Path, folder: Path, what: str, location: Location) -> None:
    """Raise `InputError` if a file that a filter names at `location` may not be read; see `is_allowed`."""
    if not is_allowed(path, folder):
        message = f"{what}, which is outside the folder of the CV"
        hint = "copy the file into that folder, or allow its folder with --allow-folder"
        raise InputError(error("PV341", message, location, hint))

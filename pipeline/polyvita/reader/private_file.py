"""The file of private data of a CV: `cv.private.yaml` beside `cv.md`.

The values in this file are searched for in all outputs. So a file that looks like it, but is not read, stops the build.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.location import Location

SUFFIX = ".private.yaml"

_LIKE_PRIVATE = re.compile(r".+\.private(\.ya?ml|\.json|\.toml)?", re.IGNORECASE)


def find_private_file(source: Path) -> Path | None:
    """Return the file with the private data of the CV `source`, or None if there is none.

    Raises `InputError` if there is one that would not be read: of another name, of another CV, or no regular file.
    """
    own = source.with_suffix(SUFFIX)
    try:
        problem, is_there = next(_problems(source, own), None), own.is_file()
    except OSError:  # The name is too long, for example, so there is no such file.
        return None
    if problem:
        raise InputError(problem)
    return own if is_there else None


def _problems(source: Path, own: Path) -> Iterator[Finding]:
    if own.is_symlink() and not own.exists():
        message = f"{own.name} is a link without a target, so the outputs cannot be searched for its values"
        yield _problem(own, message, "restore the target, or delete the link")
    if own.is_dir():
        message = f"{own.name} is a folder, so the outputs cannot be searched for private values"
        yield _problem(own, message, "rename the folder")
    for other in _similar_files(source.parent, own):
        if other.name.casefold().startswith(f"{source.stem.casefold()}.private"):
            message = f"{other.name} is not read, so the outputs cannot be searched for its values"
            yield _problem(other, message, f"rename the file to {own.name}")
        elif not own.exists():
            message = f"{other.name} has the private data of another CV, so {source.name} is not searched for them"
            hint = f"copy the file to {own.name}, or move one of the two CVs to another folder"
            yield _problem(other, message, hint)
    if source.is_symlink():
        target = source.resolve()
        for other in _similar_files(target.parent, own):
            if not (own.exists() and own.samefile(other)):
                message = f"{source.name} is a link, and {other.name} beside its target is not read"
                yield _problem(other, message, f"build {target.name} itself, or link {own.name} to that file, too")


def _similar_files(folder: Path, own: Path) -> Iterator[Path]:
    """Yield the files in a folder that look like private data, except `own`."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - only names are needed
    except OSError:
        return
    for name in names:
        path = folder / name
        is_own = path == own or (own.exists() and path.exists() and own.samefile(path))
        if _LIKE_PRIVATE.fullmatch(name) and not is_own:
            yield path


def _problem(path: Path, message: str, hint: str) -> Finding:
    return error("PV330", message, Location(str(path)), hint)

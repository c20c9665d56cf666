"""Files are written in one place: whole, or not at all. And whether there is one."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from polyvita.core.diagnostics import ExternalError


def is_file(path: Path) -> bool:
    """Whether there is such a file. There is none where the system would not even look for a name like this one."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to a temporary name beside `path` and rename it, so that `path` is old or new, never half.

    Raises `ExternalError` where the folder cannot be made or written.
    """
    import tempfile

    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as problem:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        message = f"{path} cannot be written"
        if other := next((parent for parent in path.parents if os.path.isfile(parent)), None):  # noqa: PTH113 - which no name is too long for
            raise ExternalError(f"{message}: {other} is a file, not a folder", "name another folder with -o") from None
        if os.path.isdir(path):  # noqa: PTH112 - which no name is too long for
            raise ExternalError(f"{message}: there is a folder of that name", "give that folder another name") from None
        raise ExternalError(f"{message}: {problem.strerror or problem}", _HINTS.get(problem.errno or 0, "")) from None


_HINTS = dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "is it open in Word, or is the folder read-only?")
_HINTS |= {errno.ENOSPC: "free some space on the disk", errno.ENAMETOOLONG: "shorten “filename”"}
"""What would mend an error of the machine's."""


def has_content(path: Path, content: bytes) -> bool:
    """Whether `path` is a file that holds just this."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """All others who ask for the same `folder` meanwhile, in this process or another, wait. It is made where it is not
    there, and gone again if nothing came of it. Windows has no such locks; there nobody waits.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle, new = None, not folder.is_dir()
    with suppress(OSError):  # a folder that cannot be made or read is a finding of what is to be written there
        if new:
            folder.mkdir()
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)
        if new:
            with suppress(OSError):
                folder.rmdir()


def rename_edited_file(path: Path) -> Path:
    """Rename a file out of the way of a new one, and give back what it is called now: `cv (edited).docx`.

    Raises `ExternalError` where that cannot be done.
    """
    names = (f"{path.stem} (edited{f' {number}' if number > 1 else ''}){path.suffix}" for number in count(1))
    aside = next(there for name in names if not (there := path.with_name(name)).exists())
    try:
        path.rename(aside)
    except OSError as problem:
        raise ExternalError(f"{path} cannot be renamed: {problem.strerror}", "is it open in Word?") from None
    return aside


def delete_temporary_files(paths: Iterable[Path], *, before: float) -> None:
    """Delete what a `write_atomically` of one of `paths` that was killed left behind before a moment (seconds since 1970).

    What cannot be deleted stays: it is in nobody's way.
    """
    ours: dict[Path, set[str]] = {}
    for path in paths:
        ours.setdefault(path.parent, set()).add(path.name)
    for folder, names in ours.items():
        with suppress(OSError):
            for other in folder.iterdir():
                found = _LEFT_OVER.fullmatch(other.name)
                with suppress(OSError):
                    if found and found[1] in names and other.stat().st_mtime < before:
                        other.unlink()


_LEFT_OVER = re.compile(r"\.(.+)\.\w{8}\.part")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

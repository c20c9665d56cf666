"""File operations that other programs cannot interrupt halfway: atomic writing, locking, cleaning up."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from itertools import count
from pathlib import Path

from polyvita.core.diagnostics import ExternalError

UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Control characters, and those that change the direction of a text, as the inside of a regular expression in [ ]."""


_inputs: set[Path] = set()
_recording: ContextVar[set[Path] | None] = ContextVar("recording", default=None)


def note_input(path: Path) -> None:
    """Remember that what is at `path` decides what a build does, even if nothing is there yet."""
    _inputs.add(path)
    if (files := _recording.get()) is not None:
        files.add(path)


def noted_inputs() -> frozenset[Path]:
    """Return all files that this process has read or looked for as input."""
    return frozenset(_inputs.copy())  # Other threads may add to the set meanwhile.


def forget_inputs() -> None:
    """Forget the files that this process has read, as before it builds the CV of somebody else."""
    _inputs.clear()


@contextmanager
def recorded_inputs() -> Iterator[set[Path]]:
    """Yield a set that receives each input that is noted in the block."""
    files: set[Path] = set()
    token = _recording.set(files)
    try:
        yield files
    finally:
        _recording.reset(token)


def is_file(path: Path) -> bool:
    """Return whether the input `path` is a file. A name that the operating system rejects is not a file."""
    note_input(path)
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write `content` to a temporary file beside `path` and rename that file, so `path` is never half written.

    With `private`, only the owner may read the file. Raises `ExternalError` if the folder cannot be created or the file
    cannot be written.
    """
    import tempfile

    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(_PRIVATE if private else 0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as problem:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        message = f"{path} cannot be written"
        if other := next((parent for parent in path.parents if os.path.isfile(parent)), None):  # noqa: PTH113 - pathlib fails on a name that is too long
            raise ExternalError(f"{message}: {other} is a file, not a folder", "name another folder with -o") from None
        if os.path.isdir(path):  # noqa: PTH112 - pathlib fails on a name that is too long
            raise ExternalError(f"{message}: a folder has that name", "rename that folder") from None
        raise ExternalError(f"{message}: {problem.strerror or problem}", _HINTS.get(problem.errno or 0, "")) from None


_HINTS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "close it in Word, or make the folder writable"),
    errno.ENOSPC: "free some space on the disk",
    errno.ENAMETOOLONG: "shorten “filename”",
}
"""Hints by error number of the operating system."""


_PRIVATE = 0o600
"""The rights of a file that only its owner may read. Windows keeps such rights in another way and ignores them."""


def make_private(path: Path) -> None:
    """Let only the owner read a file. Raises `ExternalError` if its rights cannot be changed."""
    try:
        path.chmod(_PRIVATE)
    except OSError as problem:
        raise ExternalError(f"the rights of {path} cannot be changed: {problem.strerror}", "delete the file") from None


def is_same_content(path: Path, content: bytes) -> bool:
    """Return whether `path` is a regular file with exactly this content."""
    try:
        status = path.stat()
        return stat.S_ISREG(status.st_mode) and status.st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def exists(path: Path) -> bool:
    """Return whether there is anything at `path`, such as a link without a target."""
    with suppress(OSError, ValueError):
        return os.path.lexists(path)
    return False


def is_link(path: Path) -> bool:
    """Return whether `path` is a symbolic link. A name that the operating system rejects is not a link."""
    with suppress(OSError, ValueError):
        return path.is_symlink()
    return False


def folded(path: Path) -> str:
    """Return `path` as a text that is the same for names that some systems take for the same file.

    Such names differ in case, or in how their letters are composed.

    >>> folded(Path("CV.md")) == folded(Path("cv.md")), folded(Path("e\u0301")) == folded(Path("\xe9"))
    (True, True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def same_named(path: Path) -> list[Path]:
    """Return what is there under the name of `path`, or under a name that some systems take for the same."""
    with suppress(OSError, ValueError):
        return [other for other in path.parent.iterdir() if folded(other) == folded(path)]
    return [path] if exists(path) else []


def real_path(path: Path) -> Path:
    """Return the absolute path without links. A path that the operating system rejects stays as it is."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # for example links in a circle
        return path.absolute()


LOCK_TIMEOUT = 600.0
"""How long to wait for a lock, in seconds. A build takes a few seconds."""


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock `folder`, so that other threads and processes that lock the same folder wait.

    The lock is a hidden file beside the folder, which is deleted at the end. If a process is killed, its lock ends, and
    the next process deletes the file. If no file can be created there, the folder is not locked, because writing into
    the folder will report the reason. Raises `ExternalError` if the lock is still taken after `LOCK_TIMEOUT`, or if
    another file has its name.
    """
    # This takes 15 ms, and a build with nothing to do needs no lock.
    from filelock import FileLock, SoftFileLock, Timeout, UnixFileLock

    folder = folder.absolute()
    path = folder.with_name(f".{folder.name}.lock")
    opens_any_file = not issubclass(FileLock, SoftFileLock)
    if opens_any_file and (is_link(path) or (is_file(path) and path.stat().st_size)):  # A lock is an empty file.
        message = f"{path} is in the place of the lock of the build"
        raise ExternalError(message, "rename it, or name another folder with -o")
    lock = FileLock(path, timeout=LOCK_TIMEOUT)
    try:
        if path.parent.is_dir():  # The lock would create the folder.
            lock.acquire()
    except Timeout:
        message = f"another build into {folder} has not ended for {LOCK_TIMEOUT / 60:g} minutes"
        raise ExternalError(message, f"end it; if there is none, delete {path}") from None
    except OSError:
        pass
    try:
        yield
    finally:
        if isinstance(lock, UnixFileLock) and lock.is_locked:  # Other locks delete the file themselves.
            with suppress(OSError):
                path.unlink()
        lock.release()


def set_aside(path: Path) -> Path:
    """Rename a file to make room for a new one, and return its new path, such as `cv (edited).docx`.

    Raises `ExternalError` if the file cannot be renamed.
    """
    names = (f"{path.stem} (edited{f' {number}' if number > 1 else ''}){path.suffix}" for number in count(1))
    renamed = next(other for name in names if not exists(other := path.with_name(name)))
    try:
        path.rename(renamed)
    except OSError as problem:
        raise ExternalError(f"{path} cannot be renamed: {problem.strerror}", "close it in Word") from None
    return renamed


def walk_folder(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield a folder and its subfolders, also linked ones, each with the sorted names of its files."""
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:  # Links may lead in a circle.
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield Path(parent), sorted(names)


def delete_temporary_files(paths: Iterable[Path], *, before: float) -> None:
    """Delete temporary files that an interrupted `write_atomically` of one of `paths` left behind.

    Only files from before the time `before` (seconds since 1970) are deleted. A file that cannot be deleted stays.
    """
    names_by_folder: dict[Path, set[str]] = {}
    for path in paths:
        names_by_folder.setdefault(path.parent, set()).add(path.name)
    for folder, names in names_by_folder.items():
        with suppress(OSError):
            for other in folder.iterdir():
                found = _TEMPORARY.fullmatch(other.name)
                with suppress(OSError):
                    if found and found[1] in names and other.stat().st_mtime < before:
                        other.unlink()


_TEMPORARY = re.compile(r"\.(.+)\.\w{8}\.part")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

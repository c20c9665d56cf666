"""Watch the folders of a CV, and report a burst of saves as one event.

Folders are watched, not files, because many editors save by renaming: a new file replaces the old one. A notification
of the system only means “look now”. What changed is found by comparing time, size and inode of the files. So no change
is lost if a folder is replaced or a network drive sends no notifications, and a file that is the same is never
reported.
"""

from __future__ import annotations

import asyncio
import os
import re
import stat
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import awatch

from polyvita.builder.manifest import INPUT_FOLDERS
from polyvita.core.allowed import is_allowed
from polyvita.core.files import noted_inputs, walk_folder

BURST_GAP = 15
"""A burst ends after this time without a save, in ms. Editors write a file faster, and users do not notice it."""
BURST_LIMIT = 400
"""A longer burst is reported after this time, in ms."""
POLL_INTERVAL = 500
"""Without notifications, the files are compared at this interval, in ms."""

_TEMPORARY_FILE = re.compile(r"\..*|.*~|~\$.*|#.*#|4913|.*\.(sw[a-z]|tmp|temp|bak|part|crswap)")
"""Names of hidden files, and of temporary files of editors and of Word."""
FileStamps = dict[Path, tuple[int, int, int]]
"""Modification time, size and inode of each file."""


def watch_saves(
    source: Path, own_files: Callable[[], Iterable[Path]] = tuple
) -> AsyncGenerator[tuple[Path, ...], None]:
    """Yield each burst of saves to the files of the CV `source` as the changed files, without end.

    Saves count from this call on, even before the first wait. Files of `own_files` (the outputs) are ignored; the
    function is called for each burst.
    """
    folders = watched_folders(source)
    return _watch_saves(source, own_files, folders, file_stamps(folders))


async def _watch_saves(
    source: Path, own_files: Callable[[], Iterable[Path]], folders: dict[Path, int], before: FileStamps
) -> AsyncGenerator[tuple[Path, ...], None]:
    candidates = set(_candidate_folders(source))
    while True:
        async with aclosing(_wake_ups(folders)) as wake_ups:
            async for _ in wake_ups:
                started = time.time_ns()
                now = file_stamps(folders)
                changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
                before = now
                if files := sorted(changed.difference(own_files())):
                    yield tuple(files)
                if folders != (folders := watched_folders(source)):
                    # A build has read files in these folders for the first time. They have changed only if it is new.
                    found = file_stamps(folders.keys() - candidates)
                    before |= {path: stamp for path, stamp in found.items() if stamp[0] < started}
                    candidates = set(_candidate_folders(source))
                    break


async def _wake_ups(folders: dict[Path, int]) -> AsyncGenerator[None, None]:
    """Yield once at the start, then whenever a file in `folders` may have changed, and at least every interval."""
    yield
    # Watching fails if a folder is deleted meanwhile or the system has no watches left. Then the caller polls.
    with suppress(OSError, RuntimeError):
        async for _ in awatch(
            *folders,
            watch_filter=None,
            step=BURST_GAP,
            debounce=BURST_LIMIT,
            rust_timeout=POLL_INTERVAL,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            yield
    await asyncio.sleep(POLL_INTERVAL / 1000)
    yield


def file_stamps(folders: Iterable[Path]) -> FileStamps:
    """Return the stamps of all files in `folders`, without subfolders.

    Hidden files and temporary files are left out, unless a build has read them.
    """
    found: FileStamps = {}
    inputs = noted_inputs()
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if not _TEMPORARY_FILE.fullmatch(entry.name) or Path(entry.path) in inputs:
                    with suppress(OSError):
                        state = entry.stat()
                        if stat.S_ISREG(state.st_mode):
                            found[Path(entry.path)] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def watched_folders(source: Path) -> dict[Path, int]:
    """Return the existing folders to watch with their inodes; a replaced folder has another inode."""
    found: dict[Path, int] = {}
    seen = set()  # Two paths may lead to one folder.
    for folder in dict.fromkeys(_candidate_folders(source)):
        with suppress(OSError):
            state = os.stat(folder)  # noqa: PTH116 – faster than Path.stat for many paths that do not exist
            identity = state.st_dev, state.st_ino
            if stat.S_ISDIR(state.st_mode) and identity not in seen:
                seen.add(identity)
                found[folder] = state.st_ino
    return found


def _candidate_folders(source: Path) -> Iterator[Path]:
    """Yield the folders to watch, also those that do not exist yet.

    These are the folder of the CV, the folders of settings beside it with their subfolders, and the folders of all
    files that this process has read or looked for as input of this CV. If the CV is a symbolic link, the folder of its
    target is included.
    """
    home = source.parent
    yield home
    for name in INPUT_FOLDERS:
        yield home / name
        yield from (folder for folder, _ in walk_folder(home / name))
    with suppress(OSError, RuntimeError):
        yield source.resolve().parent
    yield from (folder for folder in sorted({path.parent for path in noted_inputs()}) if is_allowed(folder, home))

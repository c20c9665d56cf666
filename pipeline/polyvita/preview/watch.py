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
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing, suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from watchfiles import awatch

PROJECT_FOLDERS = ("filters", "themes", "rules", "fonts")
"""The folders beside a CV that polyvita reads."""

BURST_GAP = 15
"""A burst ends after this time without a save, in ms. Editors write a file faster, and users do not notice it."""
BURST_LIMIT = 400
"""A longer burst is reported after this time, in ms."""
POLL_INTERVAL = 500
"""Without notifications, the files are compared at this interval, in ms."""

_TEMPORARY_FILE = re.compile(r"\..*|.*~|~\$.*|#.*#|4913|.*\.(sw[a-z]|tmp|temp|bak|part|crswap)")
"""Names of hidden files, and of temporary files of editors and of Word."""
_MARKDOWN_FOLDER = re.compile(r"[^()<>\"'\s=/][^()<>\"'\s=]*(?=/)")
_YAML_FOLDER = re.compile(r"[^\n:,\[\]\"'/\s][^\n:,\[\]\"']*(?=/)")
"""The folder part of a path in a text: all before its last slash."""

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
    while True:
        async with aclosing(_wake_ups(folders)) as wake_ups:
            async for _ in wake_ups:
                now = file_stamps(folders)
                changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
                before = now
                if files := sorted(changed.difference(own_files())):
                    yield tuple(files)
                if folders != (folders := watched_folders(source)):
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
    """Return the stamps of all files in `folders`, without subfolders and temporary files."""
    found: FileStamps = {}
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if not _TEMPORARY_FILE.fullmatch(entry.name):
                    with suppress(OSError):
                        state = entry.stat()
                        if stat.S_ISREG(state.st_mode):
                            found[Path(entry.path)] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def watched_folders(source: Path) -> dict[Path, int]:
    """Return the existing folders to watch with their inodes; a replaced folder has another inode.

    These are the folder of the CV, the project folders beside it, and folders that the CV and its filters mention. If
    the CV is a symbolic link, the folder of its target is included.
    """
    home = source.parent
    candidates = [home, *(folder for name in PROJECT_FOLDERS for folder in _with_subfolders(home / name))]
    with suppress(OSError):
        candidates += [source.resolve().parent, *_mentioned_folders(source, home, _MARKDOWN_FOLDER)]
    for path in sorted((home / "filters").glob("*.yaml")):
        for base in (path.parent, home):
            candidates += _mentioned_folders(path, base, _YAML_FOLDER)
    found: dict[Path, int] = {}
    seen = set()  # Two paths may lead to one folder.
    for folder in dict.fromkeys(candidates):
        with suppress(OSError):
            state = os.stat(folder)  # noqa: PTH116 – faster than Path.stat for many paths that do not exist
            identity = state.st_dev, state.st_ino
            if stat.S_ISDIR(state.st_mode) and identity not in seen:
                seen.add(identity)
                found[folder] = state.st_ino
    return found


def _with_subfolders(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (path for path in folder.rglob("*") if path.is_dir())


def _mentioned_folders(path: Path, base: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
    """Yield the folders that the text of `path` may mention, relative to `base`: those of images and Word templates.

    Any text before a slash counts, so most of these folders do not exist. The caller skips them.
    """
    with suppress(OSError):
        for name in _mentioned_names(path, path.stat().st_mtime_ns, pattern):
            yield base / name


@lru_cache(maxsize=256)
def _mentioned_names(path: Path, _changed: int, pattern: re.Pattern[str]) -> frozenset[str]:
    found = set(pattern.findall(path.read_text(encoding="utf-8", errors="replace")))
    return frozenset(unquote(name) for name in found if "//" not in name and "%00" not in name and "\0" not in name)

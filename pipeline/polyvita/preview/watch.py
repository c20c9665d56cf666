"""What is watched, and how a burst of saves becomes one event.

Folders are watched, never files: editors that save by renaming put another file in the place of the old one. The
watcher says when to look; what has changed is seen from the files themselves, so that nothing is lost while a folder
is replaced, or on a drive that tells nobody of its changes, and nothing happens where no file is another one.
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

FOLDERS = ("filters", "themes", "rules", "fonts")
"""The folders beside a CV that have a meaning."""

QUIET = 15
"""A burst has ended when nothing was saved for this long, in ms: longer than an editor takes to write a file, and
too short to be felt."""
LONGEST = 400
"""A burst that does not end is an event all the same after this long, in ms."""
LOOK_AGAIN = 500
"""How long nobody looks where nothing is heard, in ms."""

_FOR_A_WHILE = re.compile(r"\..*|.*~|~\$.*|#.*#|4913|.*\.(sw[a-z]|tmp|temp|bak|part|crswap)")
"""Hidden files, and those that editors and Word put beside others for a while."""
_IN_MARKDOWN = re.compile(r"[^()<>\"'\s=/][^()<>\"'\s=]*(?=/)")
_IN_YAML = re.compile(r"[^\n:,\[\]\"'/\s][^\n:,\[\]\"']*(?=/)")
"""The folders in a path, of which the last name follows."""

Stamps = dict[Path, tuple[int, int, int]]
"""When each file was changed, how large it is, and which file it is."""


def saves(source: Path, written: Callable[[], Iterable[Path]] = tuple) -> AsyncGenerator[tuple[Path, ...], None]:
    """Each burst of saves to what the CV `source` is made of, as the files that are others now; never ends by itself.

    What was saved after this call counts, however late it is waited for. `written` names the outputs, which are ours;
    it is asked each time.
    """
    folders = watched(source)
    return _saves(source, written, folders, stamps(folders))


async def _saves(
    source: Path, written: Callable[[], Iterable[Path]], folders: dict[Path, int], before: Stamps
) -> AsyncGenerator[tuple[Path, ...], None]:
    while True:
        async with aclosing(_heard(folders)) as bursts:
            async for _ in bursts:
                now = stamps(folders)
                changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
                before = now
                if files := sorted(changed.difference(written())):
                    yield tuple(files)
                if folders != (folders := watched(source)):
                    break


async def _heard(folders: dict[Path, int]) -> AsyncGenerator[None, None]:
    """Whenever something may have changed in one of `folders`; first, and now and then, without a sign."""
    yield
    # A folder goes while the watch begins, or the system watches no more: then it is looked now and then.
    with suppress(OSError, RuntimeError):
        async for _ in awatch(
            *folders,
            watch_filter=None,
            step=QUIET,
            debounce=LONGEST,
            rust_timeout=LOOK_AGAIN,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            yield
    await asyncio.sleep(LOOK_AGAIN / 1000)
    yield


def stamps(folders: Iterable[Path]) -> Stamps:
    """What the files in `folders` are like now."""
    found: Stamps = {}
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if not _FOR_A_WHILE.fullmatch(entry.name):
                    with suppress(OSError):
                        state = entry.stat()
                        if stat.S_ISREG(state.st_mode):
                            found[Path(entry.path)] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def watched(source: Path) -> dict[Path, int]:
    """The folders to watch that are there, and which folder each is: another one of the same name is another folder.

    These are the CV's own, those with a meaning beside it, and those of files that the CV and its filters name.
    Where the CV is a link, the folder of what it leads to is one of them.
    """
    home = source.parent
    named = [home, *(location for name in FOLDERS for location in _with_all_below(home / name))]
    with suppress(OSError):
        named += [source.resolve().parent, *_folders_named(source, home, _IN_MARKDOWN)]
    for path in sorted((home / "filters").glob("*.yaml")):
        named += [*_folders_named(path, path.parent, _IN_YAML), *_folders_named(path, home, _IN_YAML)]
    found: dict[Path, int] = {}
    seen = set()  # one folder may be named in several ways
    for folder in dict.fromkeys(named):
        with suppress(OSError):
            state = os.stat(folder)  # noqa: PTH116 – asked of many that are not there, twice a second
            itself = state.st_dev, state.st_ino
            if stat.S_ISDIR(state.st_mode) and itself not in seen:
                seen.add(itself)
                found[folder] = state.st_ino
    return found


def _with_all_below(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (path for path in folder.rglob("*") if path.is_dir())


def _folders_named(path: Path, home: Path, folders: re.Pattern[str]) -> Iterator[Path]:
    """The folders in which something stands that the text of `path` may name: pictures, Word templates.

    Whatever stands before a slash is tried, which is more than is named; a folder that is not there is not watched.
    """
    with suppress(OSError):
        for name in _named(path, path.stat().st_mtime_ns, folders):
            yield home / name


@lru_cache(maxsize=256)
def _named(path: Path, _changed: int, folders: re.Pattern[str]) -> frozenset[str]:
    found = set(folders.findall(path.read_text(encoding="utf-8", errors="replace")))
    return frozenset(unquote(name) for name in found if "//" not in name and "%00" not in name and "\0" not in name)

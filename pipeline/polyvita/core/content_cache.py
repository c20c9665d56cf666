"""A cache of results that take long to compute, in the user's cache folder.

An entry is found by a name that has the hash of everything the result depends on, so an entry is never out of date. A
cache that cannot be read or written costs time, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from polyvita.core.diagnostics import ExternalError
from polyvita.core.files import write_atomically
from polyvita.core.pandoc import pandoc_path

_MAX_AGE = 90 * 24 * 3600
"""An entry that was not written for this time is deleted, in seconds."""
_MAX_SIZE = 50_000_000
"""A larger entry is not read, in bytes."""


def read_cached(name: str) -> bytes | None:
    """Return the content of the entry `name`, or None if there is none."""
    try:
        path = _folder() / name
        return path.read_bytes() if path.stat().st_size <= _MAX_SIZE else None
    except (OSError, RuntimeError, ValueError):
        return None


def write_cached(name: str, content: bytes) -> None:
    """Write the entry `name`, and delete entries that are old. Nothing happens if the folder cannot be written."""
    with suppress(OSError, RuntimeError, ValueError, ExternalError):
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / name, content)
        oldest = time.time() - _MAX_AGE
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.stat().st_mtime < oldest:
                    Path(entry.path).unlink()


def cache_name(kind: str, *parts: str | bytes) -> str:
    """Return the name of the entry for a result of this kind, which depends on `parts` and on the version of Pandoc."""
    total = hashlib.blake2b(digest_size=16)
    for part in (_pandoc_version(), *parts):
        content = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        total.update(b"%d " % len(content))
        total.update(content)
    return f"{kind}-{total.hexdigest()}"


def _pandoc_version() -> str:
    state = Path(pandoc_path()).stat()
    return f"{state.st_size} {state.st_mtime_ns}"


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("polyvita", appauthor=False)

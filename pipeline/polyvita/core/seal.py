"""Pages that a command writes for people, with a seal: so that the same command may replace only what nobody edited."""

from __future__ import annotations

from pathlib import Path

from polyvita.core.diagnostics import InputError, error
from polyvita.core.files import is_link, same_named
from polyvita.core.source import hash_bytes, read_bytes

_SEAL = b"<!-- polyvita %s -->\n"
"""The last line of a page: the hash of all before it. It proves that nobody has edited the file."""
_MAX_BYTES = 500_000_000
"""A page contains its pictures."""


def seal(content: bytes) -> bytes:
    """Return a page in HTML with its seal."""
    return content + _SEAL % hash_bytes(content).encode()


def check_is_sealed(path: Path, what: str, hint: str) -> None:
    """Raise `InputError` if there is a file at `path`, or one of almost the same name, that is not a sealed page."""
    for other in same_named(path):
        if other != path or not _is_sealed(path):
            message = f"{other} is not {what} as polyvita writes it, and is not replaced"
            raise InputError(error("PV344", message, hint=hint))


def _is_sealed(path: Path) -> bool:
    try:
        data = b"" if is_link(path) else read_bytes(path, _MAX_BYTES)
    except OSError:
        return False
    length = len(_SEAL % hash_bytes(b"").encode())
    return data[-length:] == _SEAL % hash_bytes(data[:-length]).encode()

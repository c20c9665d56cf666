"""Files are written in one place: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.diagnostics import OutsideError


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to a temporary name beside `path` and rename it, so that `path` is old or new, never half.

    Raises `OutsideError` where the folder cannot be made or written.
    """
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
        reason = problem.strerror or str(problem)
        raise OutsideError(
            f"{path} cannot be written: {reason}", "is it open in Word, or is the folder read-only?"
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

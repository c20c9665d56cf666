"""The parameters of one build. This module imports little, because a worker process reads the request first."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from polyvita.core.clock import BuildTime


class BuildRequest(NamedTuple):
    """The parameters of a build, named as in `build`.

    `command_hash` identifies the command in the manifest.
    """

    source: Path
    filters: tuple[str, ...]
    formats: tuple[str, ...]
    output_folder: Path
    now: BuildTime
    command_hash: str
    word_pages: bool
    strict: bool
    force: bool

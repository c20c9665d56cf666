"""What a build is asked for. Little is imported here: it is the first that a helping process hears of a build."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from polyvita.core.clock import BuildTime


class BuildRequest(NamedTuple):
    """What is to be built, and how; the words are those of `build`. `command` is a hash of what was asked for."""

    source: Path
    filters: tuple[str, ...]
    formats: tuple[str, ...]
    folder: Path
    now: BuildTime
    command: str
    word_pages: bool
    strict: bool
    force: bool

"""The parameters of one build. This module imports little, because a worker process reads the request first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.core.clock import BuildTime

if TYPE_CHECKING:
    from polyvita.checks.other_people import OtherValues


class SharedSettings(NamedTuple):
    """The settings of a build that is one of many, such as those of a whole faculty.

    - `filters`: the folder of filters for all CVs. Its neighbours `themes/` and `rules/` belong to it.
    - `own`: whether a filter of the same name in `filters/` beside the CV replaces one of them.
    - `filename`: the pattern of all file names. `{filter}` is the name that the filter gives to its outputs.
    - `person`: the id of the person whose CV this is.
    - `others`: the private values of all people, of whom only this person may show their own.
    - `threads`: the number of threads that build at once (0: one for each core).
    """

    filters: Path
    own: bool = False
    filename: str = "{filter}"
    person: str = ""
    others: OtherValues | None = None
    threads: int = 0

    def key(self) -> tuple[str, ...]:
        """Return what tells two such builds apart, apart from the content of files."""
        names = sorted(path.name for path in self.filters.glob("[!.]*.y*ml"))
        return ("shared", str(self.filters.absolute()), str(self.own), self.filename, *names)


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
    shared: SharedSettings | None = None
    theme: str = ""
